import fc from "fast-check";
import { expect, test } from "vitest";
import type { Change, OdooEvent } from "../../odoo_addon_client/event.ts";
import { ByteWriter } from "../../service/chain/bytes.ts";
import { canonical, clean } from "../../service/chain/canonical.ts";
import { chainEvents } from "../../service/chain/chain-events.ts";
import { ChangeHeads, writeChange } from "../../service/chain/change-bytes.ts";
import { ChainBroken, ChainChecker } from "../../service/chain/check.ts";
import { merkleRoot } from "../../service/chain/hashing.ts";
import { toRecord } from "../../service/chain/record.ts";
import { RowReader } from "../../service/chain/row.ts";
import { RowWriter, uuidBytes } from "../../service/chain/row-writer.ts";
import { SaltSource } from "../../service/chain/salts.ts";

const word = fc.string({ unit: "binary", maxLength: 12 });
const value = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Change["after"]>;
const named = fc.record({ id: fc.nat(), name: word }, { requiredKeys: ["id"] });
const change: fc.Arbitrary<Change> = fc.record(
  {
    field: fc.oneof(word, fc.constantFrom("city", "name")),
    label: fc.oneof(word, fc.constantFrom("City", "Name")),
    type: fc.constantFrom("char", "selection", "many2many", 'odd"type'),
    lang: word,
    company: named,
    before: value,
    after: value,
    added: fc.array(named, { maxLength: 3 }),
    removed: fc.array(named, { maxLength: 3 }),
    redacted: fc.constant(true as const),
  },
  { requiredKeys: ["field", "label", "type"] },
);
const event: fc.Arbitrary<OdooEvent> = fc
  .record({
    name: word,
    login: word,
    changes: fc.array(change, { maxLength: 5 }),
    details: fc.option(fc.dictionary(word, value)),
    id: fc.nat(),
  })
  .map(({ name, login, changes, details, id }) => ({
    source_id: `1:${id}/12/3/u`,
    occurred_at: "2026-11-21T09:14:03.120001Z",
    kind: "record.updated",
    category: "data",
    severity: "low",
    model: "res.partner",
    record_id: id,
    record_name: name,
    user: id % 3 === 0 ? null : { id, login, name },
    origin: { type: "rpc" },
    transaction: "1:1",
    changes,
    ...(details === null ? {} : { details: details as NonNullable<OdooEvent["details"]> }),
  }));
const place = {
  organisation_id: "00000000-0000-4000-8000-000000000001",
  instance_id: "00000000-0000-4000-8000-000000000002",
  seq: 1,
  retention_days: 365,
  received_at: "2026-11-21T10:00:00.000000Z",
  previous: Buffer.alloc(32, 7),
};

test("the bytes of a change are its canonical JSON, with remembered heads, too", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 8 }), (changes) => {
      const heads = new ChangeHeads();
      for (const one of changes) {
        const out = new ByteWriter(Buffer.alloc(8));
        writeChange(out, one, heads);
        expect(out.bytes.toString("utf8", 0, out.end)).toBe(canonical(one));
      }
    }),
    { numRuns: 500 },
  );
});

test("what is written as rows is read back the same and verifies, in pieces of any size", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 4000 }),
      async (events, size) => {
        const { copy, hash } = await chainEvents(events, place, new SaltSource());
        const rows = new RowReader();
        const checker = new ChainChecker(0, place.previous);
        for (let at = 0; at < copy.length; at += size) {
          rows.feed(copy.subarray(at, at + size));
          checker.check(rows);
        }
        expect(checker.seq).toBe(events.length);
        expect(checker.hash).toEqual(hash);
        const again = new RowReader();
        again.feed(copy);
        for (const [i, one] of events.entries()) {
          expect(again.next()).toBe(true);
          const record = toRecord(again);
          expect(record).toMatchObject({
            seq: i + 1,
            source_id: one.source_id,
            occurred_at: one.occurred_at,
            model_label: null,
          });
          expect(record.record_name).toBe(clean(one.record_name!));
          expect(record.changes).toBe(`[${one.changes.map(canonical).join(",\n")}]`);
          expect(record.details).toBe(one.details === undefined ? null : canonical(one.details));
        }
        expect(again.next()).toBe(false);
      },
    ),
    { numRuns: 200 },
  );
});

test("many events are chained in stretches, and others may hash in between", async () => {
  const events = fc.sample(event, { numRuns: 600, seed: 7 });
  const chaining = chainEvents(events, place, new SaltSource());
  const other = setInterval(() => merkleRoot(Buffer.alloc(96)), 0);
  const { copy, hash } = await chaining;
  clearInterval(other);
  const rows = new RowReader();
  rows.feed(copy);
  const checker = new ChainChecker(0, place.previous);
  expect(checker.check(rows)).toBe(600);
  expect(checker.hash).toEqual(hash);
});

test("no flipped bit of a row's values goes unnoticed", async () => {
  const { copy } = await chainEvents(fc.sample(event, { numRuns: 3, seed: 5 }), place, new SaltSource());
  const rows = new RowReader();
  rows.feed(copy);
  let flips = 0;
  while (rows.next()) {
    // organisation and instance enter the chain by genesis: the store counts strays
    for (let column = 2; column < rows.starts.length; column++) {
      for (let at = rows.starts[column]!; at < rows.ends[column]!; at++) {
        const forged = Buffer.from(copy);
        forged[at]! ^= 1 << (at % 8);
        const reader = new RowReader();
        reader.feed(forged);
        expect(() => new ChainChecker(0, place.previous).check(reader)).toThrow(ChainBroken);
        flips++;
      }
    }
  }
  expect(flips).toBeGreaterThan(1_000);
});

test("a row is the same wherever the memory that it is written into has to grow", () => {
  const write = (capacity: number): Buffer => {
    const rows = new RowWriter(capacity);
    for (let row = 0; row < 2; row++) {
      rows.startRow();
      rows.raw(uuidBytes(place.organisation_id));
      rows.raw(uuidBytes(place.instance_id));
      rows.raw(Buffer.alloc(48, 1));
      rows.int4(365);
      rows.date("2026-11-21");
      rows.int8(2 ** 40 + row);
      rows.int8(undefined);
      rows.time(place.received_at);
      for (const text of ["res.partner", `Zürich ${row}`, undefined, "a".repeat(100)]) rows.cell(text);
      rows.begin();
      rows.ascii("[]");
      rows.finish();
    }
    return rows.take();
  };
  const whole = write(10_000);
  for (let capacity = 0; capacity < whole.length; capacity++)
    expect(write(capacity).equals(whole), `${capacity}`).toBe(true);
});
