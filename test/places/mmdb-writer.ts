/* Writes a small .mmdb (MaxMind DB 2.0), enough to test that foreign files are read: 24-bit records, IPv6 tree. */

type Value = string | number | Value[] | { [key: string]: Value };

/** @param networks `10.0.0.0/8` style IPv4 networks with their records */
export function writeMmdb(type: string, networks: Record<string, Value>): Buffer {
  const nodes: [number | string, number | string][] = [["", ""]];
  for (const network of Object.keys(networks)) {
    const bits = ipv4Bits(network);
    let node = 0;
    bits.forEach((bit, depth) => {
      if (depth === bits.length - 1) {
        nodes[node]![bit] = network;
        return;
      }
      if (nodes[node]![bit] === "") nodes[node]![bit] = nodes.push(["", ""]) - 1;
      node = nodes[node]![bit] as number;
    });
  }
  const data: Buffer[] = [];
  const offsets: Record<string, number> = {};
  let size = 0;
  for (const [network, record] of Object.entries(networks)) {
    offsets[network] = size;
    data.push(encode(record));
    size += data.at(-1)!.length;
  }
  const tree = Buffer.alloc(nodes.length * 6);
  nodes.forEach((node, i) => {
    node.forEach((record, side) => {
      const value =
        record === "" ? nodes.length : typeof record === "string" ? nodes.length + 16 + offsets[record]! : record;
      tree.writeUIntBE(value, i * 6 + side * 3, 3);
    });
  });
  const metadata = encode({
    node_count: nodes.length,
    record_size: 24,
    ip_version: 6,
    database_type: type,
    languages: ["en"],
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_780_000_000,
    description: { en: type },
  });
  return Buffer.concat([tree, Buffer.alloc(16), ...data, Buffer.from("\xab\xcd\xefMaxMind.com", "latin1"), metadata]);
}

/** IPv4 lies under ::/96. */
function ipv4Bits(network: string): (0 | 1)[] {
  const [address, length] = network.split("/") as [string, string];
  const value = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const bits = value.toString(2).padStart(32, "0").slice(0, Number(length));
  return [...("0".repeat(96) + bits)].map((bit) => (bit === "1" ? 1 : 0));
}

function encode(value: Value): Buffer {
  if (typeof value === "string") return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)]);
  if (typeof value === "number") {
    const integer = Number.isInteger(value) && value >= 0;
    const bytes = Buffer.alloc(integer ? 4 : 8);
    if (integer) bytes.writeUInt32BE(value);
    else bytes.writeDoubleBE(value);
    return Buffer.concat([control(integer ? 6 : 3, bytes.length), bytes]);
  }
  const parts = Object.entries(value).flatMap(([key, item]) => [encode(key), encode(item)]);
  return Buffer.concat([control(7, Object.keys(value).length), ...parts]);
}

function control(type: number, size: number): Buffer {
  const first = (type > 7 ? 0 : type << 5) | Math.min(size, 29);
  return Buffer.from([first, ...(type > 7 ? [type - 7] : []), ...(size >= 29 ? [size - 29] : [])]);
}
