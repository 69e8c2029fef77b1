import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { decodePage } from "../../odoo_addon_client/decode.ts";
import type { OdooEvent } from "../../odoo_addon_client/event.ts";
import type { Page } from "../../odoo_addon_client/protocol.ts";
import { canonical } from "../../service/chain/canonical.ts";
import { chainEvents } from "../../service/chain/chain-events.ts";
import { genesisHash, SALT_BYTES } from "../../service/chain/hashing.ts";
import { type EventRecord, toRecord } from "../../service/chain/record.ts";
import { RowReader } from "../../service/chain/row.ts";
import { SaltSource } from "../../service/chain/salts.ts";

/*
 * Ten events each from real 17, 18 and 19, frozen with fixed salts. A vector that changes means that chains stored
 * before no longer verify: never rewrite them, make a new version of the form. VIGIL_WRITE_VECTORS=1 makes missing ones.
 */

const ORGANISATION = "00000000-0000-4000-8000-000000000001";
const INSTANCE = "00000000-0000-4000-8000-000000000002";
const COUNT = 10;

/** Salts that count: only for vectors. */
class CountingSalts extends SaltSource {
  #next = 0;
  override write(target: DataView, offset: number): void {
    for (let i = 0; i < SALT_BYTES; i++) target.setUint8(offset + i, 0);
    target.setUint32(offset + SALT_BYTES - 4, this.#next++);
  }
}

async function lines(events: OdooEvent[]): Promise<string[]> {
  const place = {
    organisation_id: ORGANISATION,
    instance_id: INSTANCE,
    seq: 1,
    retention_days: 365,
    received_at: "2026-11-21T10:00:00.000000Z",
    previous: genesisHash(ORGANISATION, INSTANCE),
  };
  const rows = new RowReader();
  rows.feed((await chainEvents(events, place, new CountingSalts())).copy);
  const chained: EventRecord[] = [];
  while (rows.next()) chained.push(toRecord(rows));
  const records = chained.map((record) => ({
    type: "event",
    ...record,
    commitments: record.commitments.toString("hex"),
    hash: record.hash.toString("hex"),
  }));
  const head = {
    type: "instance",
    name: "vectors",
    instance: INSTANCE,
    organisation: ORGANISATION,
    head_seq: events.length,
    head_hash: records.at(-1)!.hash,
  };
  return [head, ...records].map((line) => JSON.stringify(line));
}

/** The recorded pages' events, those first that differ most. */
function recorded(version: string): OdooEvent[] {
  const path = new URL(`../../fixtures/transcripts/${version}/bridge.json`, import.meta.url);
  const { exchanges } = JSON.parse(readFileSync(path, "utf8")) as {
    exchanges: Record<string, { body: { result?: string } }>;
  };
  const pages = Object.values(exchanges)
    .map(({ body }) =>
      typeof body.result === "string" && body.result.startsWith("{") ? (JSON.parse(body.result) as Page) : undefined,
    )
    .filter((page) => Array.isArray(page?.rows));
  const schema = pages.find((page) => page!.schema !== undefined)!.schema!;
  const events = pages.flatMap((page) => decodePage(page!, page!.schema ?? schema));
  const seen = new Set<string>();
  const signature = (event: OdooEvent): string =>
    `${event.kind} ${event.origin.type} ${[...new Set(event.changes.map((change) => change.type))].sort()}`;
  const first = events.filter((event) => !seen.has(signature(event)) && seen.add(signature(event)));
  return [...first, ...events.filter((event) => !first.includes(event))].slice(0, COUNT);
}

describe.each(["17", "18", "19"])("vectors of Odoo %s", (version) => {
  const file = (name: string): string => fileURLToPath(new URL(`vectors/${version}.${name}`, import.meta.url));
  beforeAll(async () => {
    if (!process.env.VIGIL_WRITE_VECTORS || existsSync(file("chain.ndjson"))) return;
    const events = recorded(version);
    writeFileSync(file("events.json"), `${JSON.stringify(events, null, 1)}\n`);
    writeFileSync(file("chain.ndjson"), `${(await lines(events)).join("\n")}\n`);
  });

  test("the same events with the same salts give the same columns and hashes", async () => {
    const events = JSON.parse(readFileSync(file("events.json"), "utf8")) as OdooEvent[];
    expect(events).toHaveLength(COUNT);
    expect(await lines(events)).toEqual(readFileSync(file("chain.ndjson"), "utf8").trim().split("\n"));
  });

  test("the verifier in Python reads them", () => {
    expect(execFileSync("python3", ["tools/verify_chain.py", file("chain.ndjson")], { encoding: "utf8" })).toBe(
      "intact\n",
    );
  });
});

describe("canonical JSON", () => {
  test.each([
    [{ b: 1, a: [true, null, "x"] }, '{"a":[true,null,"x"],"b":1}'],
    [{ a: undefined, b: "" }, '{"b":""}'],
    [1e21, "1000000000000000000000"],
    [123456789012345680000, "123456789012345680000"],
    [-1.5e-7, "-0.00000015"],
    [1.25e22, "12500000000000000000000"],
    [-0, "0"],
    [0.1, "0.1"],
    ['"\\/\b\f\n\r\t\u0001\u007f\u2028ä€😀', '"\\"\\\\/\\b\\f\\n\\r\\t\\u0001\u007f\u2028ä€😀"'],
    ["a\0b\ud800c", '"a\u2400b\ufffdc"'],
    [{ "\u{10000}": 1, "\uffff": 2, a: 3 }, '{"a":3,"\uffff":2,"\u{10000}":1}'],
  ])("%j", (value, text) => {
    expect(canonical(value)).toBe(text);
  });

  test("what is no number is refused", () => {
    expect(() => canonical(Number.NaN)).toThrow(RangeError);
  });
});
