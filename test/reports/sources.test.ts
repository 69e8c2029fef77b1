import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { OdooEvent } from "../../odoo_addon_client/event.ts";
import { type ReportRequest, runReport, storeSource } from "../../reports/index.ts";
import { verifyWorkbook } from "../../reports/verify/index.ts";
import { openPartFolder } from "../../reports/xlsx/part-folder.ts";
import { osUser, SYSTEM, sealAudit, sequenceAudit, writeAudit } from "../../service/audit/index.ts";
import { pullAll } from "../../service/ingest/index.ts";
import { erase } from "../../service/retention/index.ts";
import type { Instance, Store } from "../../service/store/index.ts";
import { decode, FakeBridge, makeEvents } from "../support/fake-bridge.ts";
import { readExcel, rowsOf } from "../support/report-lab.ts";
import { ACME, STORE_KINDS, StoreLab } from "../support/stores.ts";
import { strictFaults } from "../support/strict-xlsx.ts";

const vectors = (release: number): OdooEvent[] =>
  JSON.parse(readFileSync(new URL(`../chain/vectors/${release}.events.json`, import.meta.url), "utf8"));

describe.each(STORE_KINDS)("reports from %s", (kind) => {
  const lab = new StoreLab(kind);
  const folder = mkdtempSync(join(tmpdir(), "vigil-sources-"));
  let store: Store;
  beforeAll(async () => {
    await lab.start();
    store = await lab.open();
  });
  afterAll(async () => {
    await lab.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function fill(name: string, events: OdooEvent[]): Promise<Instance> {
    const instance = await store.instances.add({ ...ACME, name });
    const bridge = new FakeBridge();
    bridge.events = events;
    await pullAll(store, instance, bridge, { decode, limit: 5_000 });
    return store.instances.get(name);
  }
  let files = 0;
  async function make(
    instances: Instance[],
    more: Partial<ReportRequest> = {},
    extra: { progress?(share: number, step: string): void; signal?: AbortSignal } = {},
  ) {
    const path = join(folder, `r${++files}.xlsx`);
    const request: ReportRequest = {
      name: "audit",
      instance_ids: instances.map(({ id }) => id),
      format: "xlsx",
      time_zone: "UTC",
      ...more,
    };
    const made = await runReport({
      request,
      source: storeSource(store),
      path,
      made_at: store.clock(),
      made_by: "test",
      vigil_version: "0",
      ...extra,
    });
    return { ...made, path };
  }

  test("what real Odoo 17, 18 and 19 recorded, three instances in one workbook", async () => {
    const instances = [];
    for (const release of [17, 18, 19]) instances.push(await fill(`odoo${release}`, vectors(release)));
    const { path, events } = await make(instances);
    expect(events).toBe(30);
    expect(strictFaults(path)).toEqual([]);
    expect(await verifyWorkbook(path)).toMatchObject({ status: "intact", events: 30, segments: 3 });
    const rows = rowsOf((await readExcel(path)).getWorksheet("Changes")!);
    expect(new Set(rows.map(({ Instance: name }) => name))).toEqual(new Set(["odoo17", "odoo18", "odoo19"]));
  });

  test("hostile values: formulas, escapes, right-to-left, emoji, 100,000 characters, a currency with quotes, years before 1900", async () => {
    const texts = [
      '=HYPERLINK("http://x","y")',
      "_x0041_",
      "שלום",
      "👩‍👩‍👧",
      "a\u0001b\ufffe",
      "x".repeat(100_000),
      "\r\n\t",
    ];
    const changes = [
      ...texts.map((after, i) => ({ field: `f${i}`, label: after.slice(0, 50), type: "char", before: after, after })),
      {
        field: "m",
        label: "M",
        type: "monetary",
        before: { amount: "0.1", currency: 'E"U\\R' },
        after: { amount: "99999999999999999999.99", currency: "EUR" },
      },
      { field: "d", label: "D", type: "date", before: "1750-01-01", after: "2026-02-28" },
      { field: "t", label: "T", type: "datetime", before: "0001-01-01 00:00:00", after: "2026-02-28T12:00:00Z" },
      { field: "n", label: "N", type: "float", before: 1e300, after: -0.1 },
      { field: "g", label: "G", type: "many2many", added: [{ id: 1, name: "=1+1" }], removed: [{ id: 2 }] },
    ];
    const [event] = makeEvents(1);
    const instance = await fill("hostile", [{ ...event!, record_name: "=cmd|' /C calc'!A0", changes }]);
    const { path } = await make([instance]);
    expect(strictFaults(path)).toEqual([]);
    expect(await verifyWorkbook(path)).toMatchObject({ status: "intact", problems: [] });
    const book = await readExcel(path);
    book.eachSheet((sheet) => sheet.eachRow((row) => row.eachCell((cell) => expect(cell.formula).toBeUndefined())));
    const after = rowsOf(book.getWorksheet("Changes")!).map(({ After }) => After);
    expect(after).toEqual(
      expect.arrayContaining([texts[0], "שלום", "👩‍👩‍👧", "99999999999999999999.99 EUR", "+ =1+1"]),
    );
  });

  test("the service's own log and its findings are in it, each proven; what is for the owner's eyes is not", async () => {
    const instance = await fill("watched", makeEvents(20));
    const entry = (more: object) => ({
      actor: osUser("root"),
      organisation_id: store.organisationId,
      at: store.clock(),
      ...more,
    });
    await store.database.transaction(async (tx) => {
      await writeAudit(
        tx,
        entry({ action: "instance.verified", resource_type: "instance", resource_name: "watched" }) as never,
      );
      await writeAudit(tx, entry({ action: "org.settings_updated", owner_only: true }) as never);
      for (const action of ["auth.login", "auth.login_failed", "policy.updated"])
        await writeAudit(tx, entry({ action }) as never);
      await writeAudit(
        tx,
        entry({
          action: "security.new_country",
          actor: SYSTEM,
          resource_type: "instance",
          resource_name: "watched",
          details: { summary: "First login from Peru", user: { login: "anna", name: "Anna" }, evidence_count: 2 },
        }) as never,
      );
      await writeAudit(
        tx,
        entry({
          action: "security.new_country",
          actor: SYSTEM,
          resource_type: "instance",
          resource_name: "another",
          details: { summary: "elsewhere" },
        }) as never,
      );
    });
    await sequenceAudit(store);
    const unsealed = await make([instance]);
    expect(await verifyWorkbook(unsealed.path)).toMatchObject({ status: "intact", unsealed: 5 });
    await sealAudit(store);
    const { path } = await make([instance]);
    expect(await verifyWorkbook(path)).toMatchObject({ status: "intact", unsealed: 0 });
    const book = await readExcel(path);
    expect(rowsOf(book.getWorksheet("Vigil's own log")!).map(({ Action }) => Action)).toEqual([
      "instance.verified",
      "auth.login",
      "auth.login_failed",
      "policy.updated",
    ]);
    const summary = JSON.stringify(book.getWorksheet("Summary")!.getSheetValues());
    // logins and settings of Vigil's own are no figures of an Odoo; by whom it was done is told
    expect(summary).toMatch(
      /\[null,0,null,null,0,null,null,1,null,null,0\],\[null,"logins",null,null,"failed logins",null,null,"findings"/,
    );
    expect(summary).toContain('"Vigil: root"');
    expect(rowsOf(book.getWorksheet("Findings")!)).toMatchObject([
      {
        Finding: "security.new_country",
        User: "Anna",
        Login: "anna",
        Details: "First login from Peru\n2 events are the evidence",
      },
    ]);
  });

  test("a user who was erased in Odoo keeps the name under which things were done", async () => {
    const [event] = makeEvents(1);
    const anna = { id: 41, login: "anna", name: "Anna Erased" };
    const gone = {
      ...event!,
      kind: "record.deleted",
      model: "res.users",
      record_id: 41,
      record_name: anna.name,
      changes: [],
    };
    const instance = await fill("erased", [{ ...event!, user: anna }, gone as OdooEvent]);
    const { path } = await make([instance], { user: "anna" });
    expect(rowsOf((await readExcel(path)).getWorksheet("Changes")!)[0]).toMatchObject({
      User: "Anna Erased",
      Login: "anna",
    });
    const whole = await make([instance]);
    expect(rowsOf((await readExcel(whole.path)).getWorksheet("Deletions")!)[0]).toMatchObject({
      Record: "Anna Erased",
    });
    expect((await verifyWorkbook(whole.path)).status).toBe("intact");
  });

  test("whose values were erased from the evidence stands in no report, the report says so, and is proven", async () => {
    const [event] = makeEvents(1);
    const anna = { id: 41, login: "anna", name: "Anna Erased" };
    const instance = await fill("forgotten", [{ ...event!, user: anna }, ...makeEvents(3, 2)]);
    await erase(store, instance, { user: "anna" }, { reason: "request 12", actor: "tester" });
    const { path } = await make([await store.instances.get("forgotten")]);
    const book = await readExcel(path);
    expect(JSON.stringify(book.worksheets.map((sheet) => sheet.getSheetValues()))).not.toMatch(/anna/i);
    expect(rowsOf(book.getWorksheet("Changes")!)[0]).toMatchObject({ Login: "(erased)" });
    expect(rowsOf(book.getWorksheet("Gaps")!).map((row) => row["What it means"])).toContainEqual(
      "A person's values were erased from the evidence",
    );
    expect((await verifyWorkbook(path)).status).toBe("intact");
  });

  test("a service that keeps receiving does not change what a report covers; progress goes up; it can be stopped", async () => {
    const instance = await fill("busy", makeEvents(3_000));
    const shares: number[] = [];
    const made = await make([instance], { kind: "record.*" }, { progress: (share) => shares.push(share) });
    expect(made.events).toBe(3_000);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    const before = readdirSync(folder);
    await expect(make([instance], {}, { signal: AbortSignal.abort() })).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(before);
  });
});

describe("a service that is killed", () => {
  test("leaves no half file under the final name, and what it leaves the next attempt takes away", async () => {
    const folder = mkdtempSync(join(tmpdir(), "vigil-killed-"));
    const path = join(folder, "big.xlsx");
    const writer = fileURLToPath(new URL("../../bench/reports/one.ts", import.meta.url));
    const child = spawn(process.execPath, [writer, "vigil", path, "3000000"], { stdio: "ignore" });
    const parts = () => readdirSync(folder).filter((name) => name.includes(".part-"));
    await vi.waitFor(() => expect(parts()).toHaveLength(1), 20_000);
    const alive = await openPartFolder(path);
    expect(parts()).toHaveLength(2);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(existsSync(path)).toBe(false);
    const next = await openPartFolder(path);
    expect(
      parts()
        .map((name) => join(folder, name))
        .sort(),
    ).toEqual([alive, next].sort());
    rmSync(folder, { recursive: true, force: true });
  });
});
