import { describe, expect, it } from "vitest";
import type { Change } from "../../odoo_addon_client/event.ts";
import { readFilter } from "../../service/cli/commands/events-list.ts";
import { eventLine } from "../../service/cli/events/line.ts";
import { eventPage } from "../../service/cli/events/page.ts";
import type { StoredEvent } from "../../service/store/types.ts";

const plain = { paint: (_: unknown, text: string) => text, several: false, columns: 120 };
const event: StoredEvent = {
  instance: "acme",
  seq: 1842,
  source_id: "7:1/1/14/u",
  received_at: "2026-11-21T09:14:04.000000Z",
  occurred_at: "2026-11-21T09:14:03.120999Z",
  kind: "record.updated",
  category: "data",
  severity: "low",
  model: "res.partner",
  record_id: 14,
  record_name: "Azure Interior",
  user: { id: 2, login: "admin", name: "Mitchell Admin" },
  origin: { type: "rpc", route: "/web/dataset/call_kw", method: "web_save" },
  session: "5e55",
  ip: "127.0.0.1",
  request_id: "r1",
  correlation_id: "c1",
  transaction: "7:1",
  changes: [{ field: "city", label: "City", type: "char", before: "Fremont", after: "Berlin" }],
  hash: "ab",
};

describe("an event as a line of JSON", () => {
  it("has the documented keys in the documented order, times in milliseconds", () => {
    expect(eventLine(event)).toBe(
      '{"instance":"acme","seq":1842,"occurred_at":"2026-11-21T09:14:03.120Z","kind":"record.updated","category":"data","severity":"low","model":"res.partner","record_id":14,"record_name":"Azure Interior","user":{"id":2,"login":"admin","name":"Mitchell Admin"},"origin":{"type":"rpc","route":"/web/dataset/call_kw","method":"web_save"},"session":"5e55","ip":"127.0.0.1","request_id":"r1","correlation_id":"c1","transaction":"7:1","changes":[{"field":"city","label":"City","type":"char","before":"Fremont","after":"Berlin"}],"hash":"ab"}',
    );
  });
  it("leaves out what is missing, except the user nobody was", () => {
    const { ip: _ip, session: _session, record_id: _id, ...bare } = event;
    const line = JSON.parse(eventLine({ ...bare, user: null }));
    expect(line.user).toBeNull();
    expect(Object.keys(line)).not.toContain("ip");
  });
});

describe("an event for people", () => {
  it("is a headline and a diff", () => {
    expect(eventPage(event, plain)).toBe(
      "   1842  2026-11-21 09:14:03  record.updated    res.partner,14 Azure Interior  · admin by web_save from 127.0.0.1\n         City  Fremont → Berlin\n",
    );
  });
  it("shows values as a person means them", () => {
    const changes: Change[] = [
      {
        field: "state",
        label: "Status",
        type: "selection",
        before: { key: "draft", label: "Quotation" },
        after: { key: "sale", label: "Sales Order" },
      },
      {
        field: "amount_total",
        label: "Total",
        type: "monetary",
        before: { amount: "0.00", currency: "EUR" },
        after: { amount: "12.50", currency: "EUR" },
      },
      { field: "user_id", label: "Salesperson", type: "many2one", after: { id: 7, name: "Marc Demo" } },
      { field: "tag_ids", label: "Tags", type: "many2many", added: [{ id: 3, name: "Vendor" }], removed: [{ id: 4 }] },
      {
        field: "image_1920",
        label: "Image",
        type: "image",
        before: { size_bytes: 18_432, sha256: "0123456789abcdef" },
      },
      { field: "name", label: "Name", type: "char", lang: "fr_FR", before: "Chair", after: "Chaise" },
      { field: "password", label: "Password", type: "char", redacted: true as const },
      { field: "active", label: "Active", type: "boolean", before: true, after: false },
    ];
    expect(
      eventPage({ ...event, changes }, plain)
        .split("\n")
        .slice(1, -1)
        .map((line) => line.trim().replace(/ {2,}/g, " | ")),
    ).toEqual([
      "Status | Quotation → Sales Order",
      "Total | 0.00 EUR → 12.50 EUR",
      "Salesperson | — → Marc Demo",
      "Tags | + Vendor | − #4",
      "Image | 18 kB, sha256 0123456789ab… → —",
      "Name (fr_FR) | Chair → Chaise",
      "Password | changed (a secret: its value was never recorded)",
      "Active | yes → no",
    ]);
  });
  it("lets nobody steer the terminal from within a record", () => {
    const page = eventPage({ ...event, record_name: "\u001b[2J\u202eevil\nline" }, plain);
    expect(page).not.toContain("\u001b");
    expect(page).not.toContain("\u202e");
    expect(page.split("\n")).toHaveLength(3);
  });
  it("names the cron when there is no person", () => {
    const page = eventPage(
      { ...event, user: null, ip: undefined as never, origin: { type: "cron", id: 4, name: "Currency rates" } },
      plain,
    );
    expect(page).toContain("· cron “Currency rates”");
  });
  it("fits the terminal", () => {
    const long = { field: "note", label: "Notes", type: "text", before: "a".repeat(500), after: "b".repeat(500) };
    expect(
      eventPage({ ...event, changes: [long] }, { ...plain, columns: 80 }).split("\n")[1]!.length,
    ).toBeLessThanOrEqual(80);
  });
});

describe("the filter of events list", () => {
  const now = new Date("2026-11-21T12:00:00Z");
  it("takes a hundred unless told otherwise", () => {
    expect(readFilter({}, now).limit).toBe(100);
    expect(readFilter({ limit: "5", record: "14", model: "res.partner" }, now)).toMatchObject({
      limit: 5,
      record_id: 14,
    });
  });
  it.each([{ limit: "0" }, { limit: "ten" }, { record: "-1" }, { from: "2026-11-22", to: "2026-11-21" }])(
    "refuses %j",
    (options) => {
      expect(() => readFilter(options as unknown as Record<string, string>, now)).toThrow();
    },
  );
});
