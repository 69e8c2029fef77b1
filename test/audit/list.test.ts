import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { csvCell } from "../../service/audit/export.ts";
import { type AuditLog, CursorError, exportAuditLogs, listAuditLogs, writeAudit } from "../../service/audit/index.ts";
import type { Store } from "../../service/store/index.ts";
import { STORE_KINDS, StoreLab, TestClock } from "../support/stores.ts";

const START = Date.parse("2026-11-21T10:00:00.000Z");
const COUNT = 120;

describe.each(STORE_KINDS)("the audit log is read on %s", (kind) => {
  const lab = new StoreLab(kind);
  let store: Store;
  const reader = () => ({ organisation_id: store.organisationId, permissions: new Set(["view:owner_events"]) });
  const plain = () => ({ organisation_id: store.organisationId, permissions: new Set<string>() });
  beforeAll(async () => {
    await lab.start();
    store = await lab.open(new TestClock());
    await store.database.transaction(async (tx) => {
      for (let n = 0; n < COUNT; n++) {
        await writeAudit(tx, {
          action: n % 3 === 0 ? "auth.login_failed" : "instance.created",
          actor:
            n % 2 === 0
              ? { type: "person", id: `p${n % 4}`, name: "P" }
              : { type: "system", id: "system", name: "system" },
          organisation_id: store.organisationId,
          resource_type: n % 5 === 0 ? "server" : "instance",
          resource_id: `r${n % 7}`,
          success: n % 3 !== 0,
          owner_only: n % 10 === 9,
          user_agent: '=HYPERLINK("http://evil.example","x")\n\u0000\ud800',
          at: new Date(START + n * 1000),
        });
      }
    });
  });
  afterAll(() => lab.stop());
  const ns = (items: AuditLog[]): number[] => items.map((item) => (Date.parse(item.timestamp) - START) / 1000);
  const at = (n: number): string => new Date(START + n * 1000).toISOString();

  test("each filter finds what it names, newest first, times inclusive at both ends", async () => {
    const cases: [object, (n: number) => boolean][] = [
      [{}, () => true],
      [{ action: "auth.login_failed" }, (n) => n % 3 === 0],
      [{ userId: "p2" }, (n) => n % 4 === 2],
      [{ userId: "system" }, (n) => n % 2 === 1],
      [{ resourceType: "server" }, (n) => n % 5 === 0],
      [{ resourceType: "instance", resourceId: "r3" }, (n) => n % 5 !== 0 && n % 7 === 3],
      [{ success: false }, (n) => n % 3 === 0],
      [{ from: at(10), to: at(20) }, (n) => n >= 10 && n <= 20],
      [{ action: "deployment.triggered" }, () => false],
    ];
    for (const [filter, matches] of cases) {
      const { items } = await listAuditLogs(store, reader(), { ...filter, limit: 500 });
      const expected = Array.from({ length: COUNT }, (_, n) => COUNT - 1 - n).filter(matches);
      expect({ filter, found: ns(items) }).toEqual({ filter, found: expected });
    }
    const seen = (await listAuditLogs(store, plain(), { limit: 500 })).items;
    expect(ns(seen).filter((n) => n % 10 === 9)).toEqual([]);
    expect(seen).toHaveLength(COUNT * 0.9);
  });

  test("pages by cursor and by offset hold together, whatever their size", async () => {
    const filter = fc.constantFrom(
      {},
      { action: "instance.created" },
      { userId: "system" },
      { from: at(30), to: at(90) },
    );
    await fc.assert(
      fc.asyncProperty(filter, fc.integer({ min: 1, max: 50 }), fc.boolean(), async (given, limit, owner) => {
        const who = owner ? reader() : plain();
        const all = (await listAuditLogs(store, who, { ...given, limit: 500 })).items;
        const paged: AuditLog[] = [];
        let cursor: string | undefined;
        do {
          const page = await listAuditLogs(store, who, { ...given, limit, cursor });
          expect(page.items.length).toBeLessThanOrEqual(limit);
          paged.push(...page.items);
          cursor = page.next_cursor;
        } while (cursor !== undefined);
        expect(paged).toEqual(all);
        const offset = Math.floor(all.length / 2);
        const half = await listAuditLogs(store, who, { ...given, limit: 500, offset });
        expect(half.items).toEqual(all.slice(offset));
      }),
      { numRuns: 15 },
    );
  });

  test("a cursor that no page gave out is refused, whatever it is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (cursor) => {
        await expect(listAuditLogs(store, reader(), { cursor })).rejects.toThrow(CursorError);
      }),
      { numRuns: 20 },
    );
  });

  test("an export in each format holds the same entries, oldest first", async () => {
    const read = async (format: "csv" | "json" | "ndjson"): Promise<string> => {
      let text = "";
      for await (const piece of exportAuditLogs(store, reader(), { format, from: at(0), to: at(200) })) text += piece;
      return text;
    };
    const json = JSON.parse(await read("json")) as AuditLog[];
    expect(json.map((log) => log.seq)).toEqual(Array.from({ length: COUNT }, (_, n) => n + 1));
    const lines = (await read("ndjson")).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual(json);
    const csv = await read("csv");
    expect(csv.split("\r\n")).toHaveLength(COUNT + 2);
    expect(csv).toContain(`"'=HYPERLINK(""http://evil.example"",""x"")\n\u2400\ufffd"`);
    let empty = "";
    for await (const piece of exportAuditLogs(store, reader(), { format: "json", action: "none" })) empty += piece;
    expect(JSON.parse(empty)).toEqual([]);
  });
});

test("no text of a stranger becomes a formula, and every cell reads back", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."=+-@\t\r\n \",;'a1＝") }), (text) => {
      const cell = csvCell(text);
      const read = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
      expect(read === text || read === `'${text}`).toBe(true);
      expect(read.trimStart()).not.toMatch(/^[=+\-@＝]/);
      if (!cell.startsWith('"')) expect(cell).not.toMatch(/[",\r\n]/);
    }),
    { numRuns: 2_000 },
  );
});
