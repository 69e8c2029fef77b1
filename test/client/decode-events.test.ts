import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodePage } from "../../odoo_addon_client/decode.ts";
import type { Json, JsonObject, WireRow } from "../../odoo_addon_client/protocol.ts";
import { pageOf, rowOf, schemaOf } from "./page.ts";

const schema = schemaOf({ name: {}, city: {} }, { name_column: "name" });

describe("events", () => {
  it("says who, where, when, and in which transaction", () => {
    const transactions = {
      "5": {
        uid: 2,
        as_uid: 3,
        session: "5e55",
        ip: "192.0.2.1",
        user_agent: "UA",
        request_id: "r",
        correlation_id: "k",
        origin: { type: "rpc" as const, route: "/web/dataset/call_kw", method: "web_save" },
      },
    };
    const page = pageOf([rowOf("u", { city: "Fremont" }, { city: "Berlin" })], {
      transactions,
      names: { "res.partner": { "14": "Azure" } },
    });
    expect(decodePage(page, schema)).toEqual([
      {
        source_id: "77:5/1/14/u",
        occurred_at: "2026-11-21T09:14:03.120000Z",
        kind: "record.updated",
        category: "data",
        severity: "low",
        model: "res.partner",
        model_label: "Contact",
        record_id: 14,
        record_name: "Azure",
        user: { id: 2, login: "admin", name: "Mitchell Admin" },
        as_user: { id: 3, login: "", name: "" },
        origin: { type: "rpc", route: "/web/dataset/call_kw", method: "web_save" },
        session: "5e55",
        ip: "192.0.2.1",
        user_agent: "UA",
        request_id: "r",
        correlation_id: "k",
        transaction: "77:5",
        changes: [{ field: "city", label: "L city", type: "char", before: "Fremont", after: "Berlin" }],
      },
    ]);
  });

  it("cuts a login that no index would take, and leaves out an id that is no number of a record", () => {
    const users = { "2": { login: "\u{1f600}".repeat(2000), name: "Long" } };
    const refused = { kind: "operation.failed", model: "res.partner", record_id: 1e30 };
    const rows = [rowOf("u", { city: "a" }, { city: "b" }), rowOf("e", null, refused)];
    const page = pageOf(rows, { users, transactions: { "5": { uid: 2, origin: { type: "rpc" } } } });
    const [event, denied] = decodePage(page, schema);
    expect(event!.user!.login).toBe(`${"\u{1f600}".repeat(249)}\ufffd…`);
    expect(denied!.record_id).toBeUndefined();
  });

  it("SQL past Odoo has no user; a cron by itself has none either", () => {
    const rows = [rowOf("u", { city: "a" }, { city: "b" })];
    expect(decodePage(pageOf(rows, { transactions: {} }), schema)[0]).toMatchObject({
      user: null,
      origin: { type: "sql" },
    });
    const db = { session_user: "odoo", application_name: "psql" };
    const cron = { origin: { type: "cron" as const, id: 4, name: "Clean" }, db };
    const [event] = decodePage(pageOf(rows, { transactions: { "5": cron } }), schema);
    expect(event).toMatchObject({ user: null, origin: { type: "cron", id: 4, name: "Clean" }, details: { db } });
  });

  it("created and deleted in one transaction are two events", () => {
    const events = decodePage(pageOf([rowOf("x", null, { name: "Short", city: null })]), schema);
    expect(events.map(({ kind, source_id }) => [kind, source_id])).toEqual([
      ["record.created", "77:5/1/14/c"],
      ["record.deleted", "77:5/1/14/d"],
    ]);
    expect(events[0]?.changes).toEqual([{ field: "name", label: "L name", type: "char", after: "Short" }]);
    expect(events[1]).toMatchObject({ record_name: "Short", changes: [{ before: "Short" }] });
  });

  it("an update that changed nothing is no event, noise neither", () => {
    expect(
      decodePage(pageOf([rowOf("u", { city: "a", write_date: "x" }, { city: "a", write_date: "y" })]), schema),
    ).toEqual([]);
    expect(decodePage(pageOf([rowOf("c", null, null)]), schema)).toHaveLength(1);
  });

  it("names a deleted record by its before-image, a translated one in English", () => {
    const translated = schemaOf({ name: { translate: true } }, { name_column: "name" });
    const [event] = decodePage(pageOf([rowOf("d", { name: { de_DE: "Tisch", en_US: "Desk" } }, null)]), translated);
    expect(event?.record_name).toBe("Desk");
  });

  it("names a record that was changed and later deleted by its deletion in the same page", () => {
    const later: WireRow = ["6", 2, 1, 14, "d", "2026-11-21T09:15:00Z", { name: "Azure" }, null, null];
    const events = decodePage(pageOf([rowOf("u", { city: "a" }, { city: "b" }), later]), schema);
    expect(events.map(({ record_name }) => record_name)).toEqual(["Azure", "Azure"]);
  });

  it("keeps an unknown newer kind as it came", () => {
    const payload = { kind: "future.thing", model: "res.partner", record_id: 14, shape: [1], details: { a: 1 } };
    const [event] = decodePage(pageOf([rowOf("e", null, payload)]), schema);
    expect(event).toMatchObject({
      kind: "future.thing",
      category: "system",
      severity: "low",
      details: { a: 1, shape: [1] },
    });
  });

  it("knows what is dangerous", () => {
    const classOf = (model: string, row: WireRow) => {
      const [event] = decodePage(pageOf([row]), schemaOf({ name: {} }, { model }));
      return [event?.kind, event?.category, event?.severity];
    };
    const update = rowOf("u", { name: "a" }, { name: "b" });
    expect(classOf("res.users", update)).toEqual(["record.updated", "admin", "high"]);
    expect(classOf("ir.config_parameter", update)).toEqual(["record.updated", "admin", "medium"]);
    expect(classOf("mail.mail", update)).toEqual(["record.updated", "comms", "low"]);
    expect(classOf("ir.cron", update)).toEqual(["record.updated", "system", "low"]);
    expect(classOf("sale.order", rowOf("d", null, null))).toEqual(["record.deleted", "data", "medium"]);
    expect(classOf("sale.order", rowOf("t", null, null))).toEqual(["record.truncated", "data", "high"]);
    expect(classOf("x", rowOf("e", null, { kind: "operation.denied" }))).toEqual([
      "operation.denied",
      "security",
      "medium",
    ]);
    expect(classOf("x", rowOf("e", null, { kind: "operation.failed" }))).toEqual(["operation.failed", "system", "low"]);
  });
});

describe("whatever comes", () => {
  const types = [
    "char",
    "monetary",
    "float",
    "selection",
    "many2one",
    "json",
    "properties",
    "datetime",
    "reference",
    "boolean",
    "binary",
    "unknown",
  ] as const;
  const value = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>;
  const text = fc.string({ unit: "binary" });
  const image = fc.option(
    fc.dictionary(fc.constantFrom("a", "b", "c", "@currency_id"), fc.oneof(value, text)) as fc.Arbitrary<JsonObject>,
  );
  const column = fc.record({
    type: fc.constantFrom(...types),
    translate: fc.boolean(),
    company_dependent: fc.boolean(),
  });
  const op = fc.constantFrom("c", "u", "d", "x", "e", "t") as fc.Arbitrary<WireRow[4]>;

  it("decoding never throws, is pure, leaves no null value and no unsafe text", () => {
    fc.assert(
      fc.property(fc.tuple(column, column, column), op, image, image, ([a, b, c], operation, before, after) => {
        const page = pageOf([rowOf(operation, before, after)]);
        const known = schemaOf({ a, b, c });
        const copy = structuredClone(page);
        const events = decodePage(page, known);
        expect(page).toEqual(copy);
        expect(decodePage(copy, known)).toEqual(events);
        const written = JSON.stringify(events);
        expect(written.includes("\\u0000")).toBe(false);
        expect(/\\ud[89a-f]/i.test(written)).toBe(false);
        for (const event of events) {
          for (const change of event.changes) {
            expect(change.before === null || change.after === null).toBe(false);
            expect(change.redacted || change.before !== undefined || change.after !== undefined).toBe(true);
          }
        }
      }),
      { numRuns: 1500 },
    );
  });

  it("what did not change is never shown, whatever its type", () => {
    fc.assert(
      fc.property(column, value, (kind, same) => {
        fc.pre(!(typeof same === "object" && same !== null && "redacted" in same));
        const copy = structuredClone(same);
        expect(decodePage(pageOf([rowOf("u", { a: same }, { a: copy })]), schemaOf({ a: kind }))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
