import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ODOO_KINDS } from "../../odoo_addon_client/kinds.ts";
import { byTime } from "../../reports/figures.ts";
import type { EventTable } from "../../reports/table.ts";
import { accounts } from "../../reports/tables/accounts.ts";
import { plainText } from "../../reports/tables/cells.ts";
import { gaps } from "../../reports/tables/gaps.ts";
import { privileged } from "../../reports/tables/privileged.ts";
import { sessions } from "../../reports/tables/sessions.ts";
import { pullAll } from "../../service/ingest/index.ts";
import type { StoredEvent } from "../../service/store/index.ts";
import { decode, FakeBridge, makeEvents } from "../support/fake-bridge.ts";
import { ReportLab, readExcel } from "../support/report-lab.ts";
import { ACME } from "../support/stores.ts";

/** An event as a real Odoo 18 tells it: an administrator's call through the bridge. */
const event = (more: object): StoredEvent =>
  ({
    instance: "acme",
    seq: 1,
    occurred_at: "2026-11-21T19:12:17.569000Z",
    category: "auth",
    severity: "medium",
    user: { id: 2, login: "admin", name: "Administrator" },
    origin: { type: "rpc", method: "session_end" },
    ip: "192.0.2.1",
    changes: [],
    hash: "0".repeat(64),
    ...more,
  }) as unknown as StoredEvent;
const row = (table: EventTable, one: StoredEvent) =>
  Object.fromEntries(table.columns.map(({ id }, i) => [id, table.rows(one)[0]![i]]));

describe("a row says", () => {
  test("whose session was ended, and who ended it", () => {
    const user = { id: 9, login: "li" };
    const ended = event({ kind: "session.terminated", details: { user, by: { service: "ines" }, reason: "left" } });
    expect(row(sessions, ended)).toMatchObject({ user: null, login: "li", by: "ines (in Vigil)", ip: null });
    const { by: _, ...details } = ended.details!;
    expect(row(sessions, { ...ended, details })).toMatchObject({ login: "li", by: "Administrator (admin)", ip: null });
    const own = event({ kind: "session.logout", details: { user: { id: 2, login: "admin" } } });
    expect(row(sessions, own)).toMatchObject({ user: "Administrator", login: "admin", by: null, ip: "192.0.2.1" });
  });

  test("whose password was changed", () => {
    const about = {
      kind: "account.password_changed",
      model: "res.users",
      record_id: 9,
      details: { user: { id: 9, login: "li" } },
    };
    expect(row(accounts, event({ ...about, record_name: "Li Ming" }))).toMatchObject({
      whose: "Li Ming (li)",
      details: null,
    });
    expect(row(accounts, event(about))).toMatchObject({ whose: "li" });
  });

  test("settings in words, before and after", () => {
    const details = { before: {}, after: { inactivity_minutes: 30, warn: { seconds: 60 } }, reason: "rule 7" };
    expect(row(privileged, event({ kind: "session.policy_changed", category: "admin", details }))).toMatchObject({
      before: "nothing",
      after: "inactivity minutes 30, warn (seconds 60)\nreason: rule 7",
    });
    expect(plainText([{ id: 1, login: "li" }, { id: 2 }, true])).toBe("li, #2, yes");
  });

  test("what each event about recording means", () => {
    const kinds = Object.keys(ODOO_KINDS).filter((kind) => kind.startsWith("tracking."));
    expect(kinds.filter((kind) => !row(gaps, event({ kind })).meaning)).toEqual([]);
  });
});

test("a month without events is a month with none", () => {
  expect(byTime(new Map([["2025-11-30", 1], ["2026-04-02", 3]]))).toEqual({
    unit: "month",
    rows: [["2025-11", 1], ["2025-12", 0], ["2026-01", 0], ["2026-02", 0], ["2026-03", 0], ["2026-04", 3]],
  }); // biome-ignore format: one glance
  expect(byTime(new Map([["1970-01-01", 1], ["2026-04-02", 3]])).rows).toEqual([["1970-01", 1], ["2026-04", 3]]); // biome-ignore format: one glance
});

describe("a report that leaves the events about recording out", () => {
  const lab = new ReportLab();
  beforeAll(() => lab.start());
  afterAll(() => lab.stop());

  test("does not say that recording was complete, and shows no figure that it does not count", async () => {
    const { id } = await lab.store.instances.add({ ...ACME, name: "interrupted" });
    const bridge = new FakeBridge();
    bridge.events = makeEvents(3).map((one, i) => (i === 1 ? { ...one, kind: "tracking.gap", changes: [] } : one));
    await pullAll(lab.store, await lab.store.instances.get("interrupted"), bridge, { decode });
    const shown = async (name: string, more = {}) => {
      const book = await readExcel((await lab.make(name, { instance_ids: [id], ...more })).path);
      return [book.getWorksheet("Cover"), book.getWorksheet("Summary")].map((sheet) =>
        JSON.stringify(sheet!.getSheetValues()),
      );
    };
    const [whole] = await shown("audit");
    expect(whole).toContain("1 event about recording itself: see the sheet Gaps");
    const left = "1 event about recording itself, not shown here";
    const [cover, summary] = await shown("reads");
    expect(cover).toContain(left);
    for (const figure of ["failed logins", "findings", "recording notices"]) expect(summary).not.toContain(figure);
    const [narrow, titled] = await shown("audit", { user: "admin" });
    expect(narrow).toContain(left);
    expect(titled).toContain("user admin");
  });
});
