import { describe, expect, it } from "vitest";
import { decodePage } from "../../odoo_addon_client/decode.ts";
import type { Column, Json, Page, WireRow } from "../../odoo_addon_client/protocol.ts";
import { pageOf, rowOf, schemaOf } from "./page.ts";

/** The changes of one updated column. */
function changes(column: Partial<Column>, before: Json, after: Json, more: Partial<Page> = {}, context = {}) {
  const events = decodePage(
    pageOf([rowOf("u", { f: before, ...context }, { f: after, ...context })], more),
    schemaOf({ f: column }),
  );
  return events[0]?.changes.map(({ label: _label, ...change }) => change);
}

describe("values as a person means them", () => {
  it("selection: key and label, the key alone when the label is gone", () => {
    const column = { type: "selection", selection: { draft: "Quotation" } } as const;
    expect(changes(column, "draft", "gone")).toEqual([
      { field: "f", type: "selection", before: { key: "draft", label: "Quotation" }, after: { key: "gone" } },
    ]);
  });

  it("many2one: id and name, from nothing and to nothing", () => {
    const names = { "res.country": { "57": "Germany" } };
    const column = { type: "many2one", relation: "res.country" } as const;
    expect(changes(column, 57, 99, { names })?.[0]).toMatchObject({
      before: { id: 57, name: "Germany" },
      after: { id: 99 },
    });
    expect(changes(column, null, 57, { names })?.[0]).not.toHaveProperty("before");
    expect(changes(column, 57, null, { names })?.[0]).not.toHaveProperty("after");
  });

  it("monetary: a decimal string with its currency, in the row or beside it", () => {
    const names = { "res.currency": { "1": "EUR", "2": "JPY" } };
    const column = { type: "monetary", currency: "currency_id" } as const;
    const beside = changes(column, "12.5", "99999999999999999.999", { names }, { "@currency_id": 1 });
    expect(beside).toEqual([
      {
        field: "f",
        type: "monetary",
        before: { amount: "12.50", currency: "EUR" },
        after: { amount: "99999999999999999.999", currency: "EUR" },
      },
    ]);
    expect(changes(column, "100.00", "-0.0", { names }, { "@currency_id": 2 })?.[0]).toMatchObject({
      before: { amount: "100", currency: "JPY" },
      after: { amount: "0", currency: "JPY" },
    });
    expect(changes(column, "12.5", "12.500", { names }, { "@currency_id": 1 })).toBeUndefined();
    expect(changes(column, "1", "2")?.[0]?.after).toEqual({ amount: "2.00" });
  });

  it("float: a number, unless a double would lose digits", () => {
    expect(changes({ type: "float" }, "1.2500", "2")?.[0]).toMatchObject({ before: 1.25, after: 2 });
    expect(changes({ type: "float" }, "0", "12345678901234567890.123")?.[0]?.after).toBe("12345678901234567890.123");
    expect(changes({ type: "float" }, "0.1", "0.10")).toBeUndefined();
    expect(changes({ type: "float" }, "1", "NaN")?.[0]?.after).toBe("NaN");
  });

  it("translated: one change per language whose value differs", () => {
    const before = { en_US: "Desk", de_DE: "Tisch", fr_FR: "Bureau" };
    const after = { en_US: "Desk", de_DE: "Schreibtisch", es_ES: "Mesa" };
    expect(changes({ type: "char", translate: true }, before, after)).toEqual([
      { field: "f", type: "char", lang: "de_DE", before: "Tisch", after: "Schreibtisch" },
      { field: "f", type: "char", lang: "fr_FR", before: "Bureau" },
      { field: "f", type: "char", lang: "es_ES", after: "Mesa" },
    ]);
  });

  it("company-dependent: one change per company, decoded by the field's own type", () => {
    const names = { "res.company": { "1": "Holz GmbH" }, "account.payment.term": { "4": "30 days" } };
    const column = { type: "many2one", relation: "account.payment.term", company_dependent: true } as const;
    expect(changes(column, { "1": 4 }, { "1": 5, "2": 4 }, { names })).toEqual([
      {
        field: "f",
        type: "many2one",
        company: { id: 1, name: "Holz GmbH" },
        before: { id: 4, name: "30 days" },
        after: { id: 5 },
      },
      { field: "f", type: "many2one", company: { id: 2 }, after: { id: 4, name: "30 days" } },
    ]);
  });

  it("reference: model, id and name", () => {
    const names = { "res.users": { "2": "Mitchell" } };
    expect(changes({ type: "reference" }, "res.users,2", "x", { names })?.[0]).toMatchObject({
      before: { model: "res.users", id: 2, name: "Mitchell" },
      after: "x",
    });
  });

  it("json: only the keys that differ", () => {
    expect(changes({ type: "json" }, { a: 1, b: [1] }, { a: 1, b: [2], c: 3 })?.[0]).toMatchObject({
      before: { b: [1] },
      after: { b: [2], c: 3 },
    });
  });

  it("properties: each that differs, by the label and type that its definition gives it", () => {
    const properties = {
      aa1: { label: "Colour", type: "selection", selection: { r: "Red", b: "Blue" } },
      aa2: { label: "Reviewers", type: "many2many", relation: "res.users" },
      aa3: { label: "Site", type: "many2one", relation: "res.partner" },
      aa4: { label: "Since", type: "datetime" },
      aa5: { label: "Note", type: "char" },
      aa6: { label: "Labels", type: "tags", selection: { x: "Urgent" } },
    };
    const names = {
      "res.users": { "2": "Mitchell Admin", "6": "Marc Demo" },
      "res.partner": { "14": "Azure Interior" },
    };
    const old = { aa1: "r", aa2: [2], aa3: false, aa4: "2026-11-21 09:00:00", aa5: "", aa6: ["x"], gone: 1 };
    const now = { aa1: "b", aa2: [6], aa3: 14, aa4: "2026-11-21 10:00:00", aa5: false, aa6: [], gone: 2 };
    const events = decodePage(
      pageOf([rowOf("u", { f: old }, { f: now })], { names, properties }),
      schemaOf({ f: { type: "properties", label: "Properties" } }),
    );
    expect(events[0]!.changes).toEqual([
      {
        field: "f.aa1",
        label: "Colour",
        type: "selection",
        before: { key: "r", label: "Red" },
        after: { key: "b", label: "Blue" },
      },
      {
        field: "f.aa2",
        label: "Reviewers",
        type: "many2many",
        added: [{ id: 6, name: "Marc Demo" }],
        removed: [{ id: 2, name: "Mitchell Admin" }],
      },
      { field: "f.aa3", label: "Site", type: "many2one", after: { id: 14, name: "Azure Interior" } },
      {
        field: "f.aa4",
        label: "Since",
        type: "datetime",
        before: "2026-11-21T09:00:00Z",
        after: "2026-11-21T10:00:00Z",
      },
      { field: "f.aa6", label: "Labels", type: "tags", before: [{ key: "x", label: "Urgent" }] },
      { field: "f.gone", label: "Properties: gone", type: "unknown", before: 1, after: 2 },
    ]);
    expect(changes({ type: "properties" }, { a: 1, b: 2 }, { b: 2, a: 1 })).toBeUndefined();
  });

  it("names a linked record that was deleted before it could be read, by its image in the same page", () => {
    const schema = schemaOf(
      { name: {} },
      { name_column: "name", links: { category_id: { label: "Tags", relation: "res.partner" } } },
    );
    const gone: WireRow = ["6", 2, 1, 77, "d", "2026-11-21T09:14:04.000000Z", { name: "VIP" }, null, null];
    const linked = rowOf("u", null, null, { category_id: { added: [77], removed: [] } });
    expect(decodePage(pageOf([linked, gone]), schema)[0]!.changes[0]!.added).toEqual([{ id: 77, name: "VIP" }]);
  });

  it("datetime as ISO UTC, date as it is, binary by size and digest, boolean false and nothing alike", () => {
    expect(changes({ type: "datetime" }, "2026-11-21 09:14:03.12", "2026-11-21T09:14:03+00:00")?.[0]).toMatchObject({
      before: "2026-11-21T09:14:03.12Z",
      after: "2026-11-21T09:14:03Z",
    });
    expect(changes({ type: "date" }, null, "2026-11-21")?.[0]?.after).toBe("2026-11-21");
    const image = { size_bytes: 3, sha256: "ab" };
    expect(changes({ type: "image" }, null, image)?.[0]?.after).toEqual(image);
    expect(changes({ type: "boolean" }, null, false)).toBeUndefined();
    expect(changes({ type: "boolean" }, null, true)?.[0]).toEqual({ field: "f", type: "boolean", after: true });
  });

  it("a secret has no values, a column nobody knows comes raw", () => {
    expect(changes({ type: "char" }, { redacted: true }, { redacted: true })).toEqual([
      { field: "f", type: "char", redacted: true },
    ]);
    const [event] = decodePage(pageOf([rowOf("u", { new_one: 1 }, { new_one: 2 })]), schemaOf({}));
    expect(event?.changes).toEqual([{ field: "new_one", label: "new_one", type: "unknown", before: 1, after: 2 }]);
  });

  it("many2many: who came and who went, with names", () => {
    const schema = schemaOf({}, { links: { category_id: { label: "Tags", relation: "res.partner.category" } } });
    const names = { "res.partner.category": { "3": "Vendor" } };
    const [event] = decodePage(
      pageOf([rowOf("u", null, null, { category_id: { added: [3], removed: [4] } })], { names }),
      schema,
    );
    expect(event?.changes).toEqual([
      {
        field: "category_id",
        label: "Tags",
        type: "many2many",
        added: [{ id: 3, name: "Vendor" }],
        removed: [{ id: 4 }],
      },
    ]);
  });

  it("text that no database can keep is made safe, and the event says so", () => {
    const [event] = decodePage(pageOf([rowOf("u", { f: "a\0b" }, { f: "c\ud800d" })]), schemaOf({ f: {} }));
    expect(event).toMatchObject({
      changes: [{ before: "a\u2400b", after: "c\ufffdd" }],
      details: { texts_made_safe: 2 },
    });
  });
});
