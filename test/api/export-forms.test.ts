import fc from "fast-check";
import { expect, test } from "vitest";
import { csvWriter, jsonWriter, type WriteRow } from "../../service/api/export/row-forms.ts";
import { csvCell } from "../../service/audit/export.ts";
import { ByteWriter } from "../../service/chain/bytes.ts";
import { chainEvents } from "../../service/chain/chain-events.ts";
import { type EventRecord, toRecord } from "../../service/chain/record.ts";
import { RowReader } from "../../service/chain/row.ts";
import { SaltSource } from "../../service/chain/salts.ts";
import { toEventJson } from "../../service/store/event-json.ts";
import type { Instance } from "../../service/store/types.ts";
import { makeEvents } from "../support/fake-bridge.ts";

const instance = { id: "00000000-0000-4000-8000-000000000002", name: 'Zürich, "north"' } as Instance;
const place = {
  organisation_id: "00000000-0000-4000-8000-000000000001",
  instance_id: instance.id,
  seq: 1,
  retention_days: 365,
  received_at: "2026-11-21T10:00:00.000000Z",
  previous: Buffer.alloc(32),
};
/** what a spreadsheet, a CSV reader or JSON may stumble over, at the beginning, within and alone */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom("=", "+", "-", "@", "\t", "\n", "\r", " ", ",", '"', "\\", "＝"),
      fc.string({ unit: "binary", maxLength: 3 }),
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(""));
const events = fc
  .array(fc.record({ name: text, login: text, field: text, value: text, agent: text }), { minLength: 1, maxLength: 4 })
  .map((several) =>
    several.map(({ name, login, field, value, agent }, i) => ({
      ...makeEvents(1, i + 1)[0]!,
      record_name: name,
      user: i % 2 === 0 ? null : { id: i, login, name },
      user_agent: agent,
      changes:
        value === ""
          ? []
          : [
              { field, label: field, type: "char", before: value, after: { [field]: [value, 1.5, null] } },
              { field: "city", label: "City", type: "char", after: value },
            ],
      details: { note: value },
    })),
  );

test("an exported row is what the API shows, and a cell what csvCell makes of it, whatever stands in it", async () => {
  await fc.assert(
    fc.asyncProperty(events, async (some) => {
      const rows = new RowReader();
      rows.feed((await chainEvents(some, place, new SaltSource())).copy);
      while (rows.next()) {
        const record = toRecord(rows);
        expect(written(jsonWriter(instance), rows)).toBe(
          toEventJson({ ...record, instance_id: instance.id }, instance.name),
        );
        expect(written(csvWriter(instance), rows)).toBe(cellsOf(record).map(csvCell).join(","));
      }
    }),
  );
});

function written(write: WriteRow, rows: RowReader): string {
  const out = new ByteWriter(Buffer.alloc(1));
  write(out, rows);
  return out.bytes.toString("utf8", 0, out.end);
}

function cellsOf(r: EventRecord): unknown[] {
  const who = [r.user_login, r.user_name, r.origin_type, r.session, r.ip, r.user_agent, r.request_id, r.transaction];
  const what = [r.kind, r.category, r.severity, r.model, r.model_label, r.record_id, r.record_name];
  const values = [r.changes.replaceAll("\n", ""), r.details, r.hash.toString("hex")];
  return [instance.name, r.seq, r.occurred_at, r.received_at, ...what, ...who, ...values];
}
