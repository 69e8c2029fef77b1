/** Width and height in pixels, as the picture's own head says; undefined when it says nothing that can be read. */
export function pictureSize(bytes: Buffer, type: "png" | "jpeg"): { width: number; height: number } | undefined {
  const size = type === "png" ? ofPng(bytes) : ofJpeg(bytes);
  return size !== undefined && size.width > 0 && size.height > 0 ? size : undefined;
}

function ofPng(bytes: Buffer): { width: number; height: number } | undefined {
  return bytes.length < 24 ? undefined : { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** The first frame header (SOF0 to SOF15 without DHT, JPG and DAC), found from segment to segment. */
function ofJpeg(bytes: Buffer): { width: number; height: number } | undefined {
  for (let at = 2; at + 9 <= bytes.length && bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1]!;
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
  }
  return undefined;
}
