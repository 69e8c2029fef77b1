import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type exceljs from "exceljs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { THEMES, WORKBOOKS } from "../../reports/index.ts";
import { verifyWorkbook } from "../../reports/verify/index.ts";
import { runRetention, setPolicy } from "../../service/retention/index.ts";
import type { StoredEvent } from "../../service/store/index.ts";
import { countAgain, readSummary } from "../support/report-figures.ts";
import { findPython, ReportLab, readExcel, rowsOf } from "../support/report-lab.ts";
import { readZip, strictFaults } from "../support/strict-xlsx.ts";

const lab = new ReportLab();
const events: StoredEvent[] = [];
let auditBook: exceljs.Workbook;
beforeAll(async () => {
  await lab.start();
  for await (const event of lab.store.events.query({ instance: "acme" })) events.push(event);
  auditBook = await readExcel((await lab.make("audit")).path);
});
afterAll(() => lab.stop());

const ofKind = (...kinds: string[]): StoredEvent[] => events.filter(({ kind }) => kinds.includes(kind));

describe("every workbook", () => {
  test.each(WORKBOOKS.map(({ name }) => name))("%s opens without a fault and proves itself", async (name) => {
    const { path, events: count } = await lab.make(name);
    expect(strictFaults(path)).toEqual([]);
    const book = await readExcel(path);
    expect(book.worksheets[0]!.name).toBe("Cover");
    expect(book.worksheets.filter(({ state }) => state === "hidden").map((sheet) => sheet.name)).toEqual([
      "_evidence",
      "_checkpoints",
      "_leaves",
      "_cells",
      "_manifest",
    ]);
    expect(await verifyWorkbook(path)).toMatchObject({
      status: "intact",
      problems: [],
      events: count,
      public_key: lab.store.keys.publicKey,
    });
    const summary = readSummary(book);
    expect(Object.keys(summary.figures).length).toBeGreaterThan(2);
    expect(summary.figures).toMatchObject(countAgain(book, summary));
  });

  test.each(THEMES.map(({ name }) => name))("the theme %s makes a sound workbook", async (theme) => {
    const { path } = await lab.make("sessions", { theme });
    expect(strictFaults(path)).toEqual([]);
    expect((await verifyWorkbook(path)).status).toBe("intact");
  });

  const schemas = process.env.VIGIL_OOXML_SCHEMAS;
  const validator = findPython("lxml");
  test.skipIf(schemas === undefined || validator === undefined)(
    "each is valid by the schemas of ECMA-376",
    async () => {
      const paths = await Promise.all(WORKBOOKS.map(async ({ name }) => (await lab.make(name)).path));
      const script = fileURLToPath(new URL("../support/validate-ooxml.py", import.meta.url));
      expect(execFileSync(validator!, [script, schemas!, ...paths], { encoding: "utf8" }).trim()).toBe("");
    },
  );

  const python = findPython("openpyxl");
  test.skipIf(python === undefined)("openpyxl reads a report: sheets, charts, typed cells", async () => {
    const script = `import openpyxl, json, sys, datetime
w = openpyxl.load_workbook(sys.argv[1])
c = w["Logins"]
print(json.dumps({"charts": len(w["Summary"]._charts), "frozen": c.freeze_panes, "filter": c.auto_filter.ref.split(":")[0], "date": isinstance(c["A4"].value, datetime.datetime), "rows": c.max_row - 3, "formulas": sum(1 for s in w for r in s.iter_rows() for x in r if x.data_type == "f")}))`;
    const { path } = await lab.make("security");
    const answer = JSON.parse(execFileSync(python!, ["-c", script, path], { encoding: "utf8", maxBuffer: 1 << 24 }));
    expect(answer).toMatchObject({ charts: 4, frozen: "B4", filter: "A3", date: true, formulas: 0 });
  });
});

describe("the audit report", () => {
  test("a row a changed field, with what Odoo told of it", async () => {
    const rows = rowsOf(auditBook.getWorksheet("Changes")!);
    const changed = ofKind("record.created", "record.updated");
    expect(rows).toHaveLength(changed.reduce((sum, event) => sum + Math.max(event.changes.length, 1), 0));
    const event = changed.find(({ changes }) => changes.some(({ type }) => type === "monetary"))!;
    const change = event.changes.find(({ type }) => type === "monetary")!;
    const row = rows.find((one) => one.Seq === event.seq && one.Field === change.label)!;
    const utc = new Date(event.occurred_at.replace(/\d{3}Z$/, "Z"));
    expect(row["Time (UTC)"]).toEqual(utc);
    expect((row["Time (Europe/Berlin)"] as Date).getTime() - utc.getTime()).toBe(
      utc < new Date("2026-10-25T01:00:00Z") ? 7_200_000 : 3_600_000,
    );
    expect(row).toMatchObject({
      User: event.user!.name,
      Login: event.user!.login,
      "Event hash (SHA-256)": event.hash,
      Record: event.record_name,
    });
    expect(row.After).toBe(Number((change.after as { amount: string }).amount));
  });

  test("deletions keep their final values", async () => {
    const rows = rowsOf(auditBook.getWorksheet("Deletions")!);
    const deleted = ofKind("record.deleted");
    expect(deleted.length).toBeGreaterThan(0);
    expect(new Set(rows.map(({ Seq }) => Seq))).toEqual(new Set(deleted.map(({ seq }) => seq)));
    expect(rows.every((row) => row.Field !== null)).toBe(true);
  });

  test("the numbers below its charts add up to its events", () => {
    const { figures, tables } = readSummary(auditBook);
    expect(figures.events).toBe(events.length);
    for (const name of ["Day", "Operation", "Model", "User", "Hour"]) {
      const total = Object.values(tables[name]!).reduce((sum, n) => sum + n, 0);
      expect({ name, total }).toEqual({
        name,
        total: name === "Model" ? events.filter(({ model }) => model).length : events.length,
      });
    }
    for (const kind of ["record.created", "record.updated"]) expect(tables.Operation![kind]).toBe(ofKind(kind).length);
  });

  test("times that the store told are there: when a segment was sealed, when a policy was set", () => {
    for (const [sheet, column] of [
      ["Proof", "Sealed (Europe/Berlin)"],
      ["Retention and holds", "At (Europe/Berlin)"],
    ] as const) {
      const rows = rowsOf(auditBook.getWorksheet(sheet)!);
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.filter((row) => !(row[column] instanceof Date))).toEqual([]);
    }
  });

  test("filters by date, user, model and operation narrow the rows down", async () => {
    const [from, to] = ["2026-11-10T00:00:00.000000Z", "2026-11-15T23:59:59.999999Z"];
    const one = ofKind("record.updated").find(
      ({ model, user, occurred_at: at }) => model === "sale.order" && user && at >= from && at <= to,
    )!;
    const login = one.user!.login;
    const filter = { from, to, user: login, model: "sale.order", kind: "record.updated" };
    const expected = events.filter(
      (event) =>
        event.occurred_at >= from &&
        event.occurred_at <= to &&
        event.user?.login === login &&
        event.model === "sale.order" &&
        event.kind === "record.updated",
    );
    const made = await lab.make("audit", filter);
    expect([made.events, expected.length > 0]).toEqual([expected.length, true]);
    const cover = JSON.stringify((await readExcel(made.path)).getWorksheet("Cover")!.getSheetValues());
    for (const text of [
      `user: ${login}`,
      "model: sale.order",
      "kind: record.updated",
      "2026-11-10 00:00:00 UTC to 2026-11-15 23:59:59 UTC",
    ])
      expect(cover).toContain(text);
    expect(await verifyWorkbook(made.path)).toMatchObject({ status: "intact", events: expected.length });
  });

  test("an empty period is a report that says so", async () => {
    const { path, events: count } = await lab.make("audit", {
      from: "2020-01-01T00:00:00.000000Z",
      to: "2020-02-01T00:00:00.000000Z",
    });
    expect(count).toBe(0);
    expect(strictFaults(path)).toEqual([]);
    const book = await readExcel(path);
    const [cover, summary] = ["Cover", "Summary"].map((name) =>
      JSON.stringify(book.getWorksheet(name)!.getSheetValues()),
    );
    expect(cover).toContain("nothing that matches was recorded");
    expect(cover).toContain("after this period: nothing of it was recorded");
    expect(cover).not.toContain("no interruption");
    expect(summary).toContain("Nothing that matches was recorded");
    expect(book.getWorksheet("Deletions")!.getCell("A4").value).toBe("Nothing was deleted in this period.");
    expect((await verifyWorkbook(path)).status).toBe("intact");
  });

  test("logo, colour and time zone of the organisation", async () => {
    const { storeReportBrand } = await import("../../service/store/report-brand-rows.ts");
    const png = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
      "base64",
    );
    await storeReportBrand(
      lab.store.database,
      lab.store,
      { color: "0A7E8C", logo: { bytes: png, type: "png" }, time_zone: "Asia/Tokyo" },
      "test",
    );
    const { path } = await lab.make("reads", { time_zone: undefined as never });
    expect(strictFaults(path)).toEqual([]);
    const parts = readZip(path);
    const drawings = parts
      .filter(({ name }) => name.startsWith("xl/drawings/drawing"))
      .map(({ bytes }) => String(bytes));
    const [, width, height] = /<xdr:ext cx="(\d+)" cy="(\d+)"/.exec(drawings.join())!;
    expect(width).toBe(height); // as the pixel it is, whatever the bar's cells measure
    expect(parts.find(({ name }) => name === "xl/media/image1.png")!.bytes).toEqual(png);
    expect(parts.find(({ name }) => name === "xl/styles.xml")!.bytes.toString()).toContain("FF0A7E8C");
    expect((await readExcel(path)).getWorksheet("Reads and exports")!.getCell("A3").value).toBe("Time (Asia/Tokyo)");
  });
});

describe("the access report", () => {
  test("says who has which right, who gave it, and what only the record of all rights tells", async () => {
    const { path } = await lab.make("access");
    expect((await verifyWorkbook(path)).status).toBe("intact");
    const rows = rowsOf((await readExcel(path)).getWorksheet("Who has which right")!);
    const has = new Map(rows.map((row) => [`${row.Login} ${row.Group}`, row]));
    expect(has.get("admin Settings")).toMatchObject({
      State: "active",
      How: "directly",
      "How we know": expect.stringMatching(/when all rights were first told; who gave it is not recorded/),
    });
    const expected = new Set<string>(["Internal User"]);
    let given: StoredEvent | undefined;
    for (const event of events.filter(
      ({ model, record_name: name }) => model === "res.users" && name === "Tomasz Nowak",
    ))
      for (const { added = [], removed = [] } of event.changes) {
        for (const { name } of removed) expected.delete(name!);
        for (const { name } of added) {
          if (!expected.has(name!)) given = event;
          expected.add(name!);
        }
      }
    const groups = rows.filter(({ User }) => User === "Tomasz Nowak").map(({ Group }) => Group);
    expect(new Set(groups)).toEqual(expected.size === 0 ? new Set(["(no group)"]) : expected);
    const event = rows.find((row) => row.Seq !== null)!;
    const giver = events.find(({ seq }) => seq === event.Seq)!;
    expect(event).toMatchObject({
      "Event hash (SHA-256)": giver.hash,
      "Given by": `${giver.user!.name} (${giver.user!.login})`,
    });
    expect(given === undefined || rows.some(({ Seq }) => Seq === given.seq)).toBe(true);
  });
});

describe("the same without looks", () => {
  test("NDJSON has a line a row, with types", async () => {
    const { path, rows } = await lab.make("audit", { format: "ndjson" }, lab.path("ndjson"));
    const lines = readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ type: "report", report: "audit", instances: ["acme"], made_by: "Ines Kaya" });
    const ofEvents = lines.slice(1).filter(({ seq }) => typeof seq === "number");
    expect(ofEvents).toHaveLength(rows);
    expect(ofEvents.filter(({ type }) => type === "deletions").every(({ hash }) => /^[0-9a-f]{64}$/.test(hash))).toBe(
      true,
    );
  });

  test("CSV is a file a table in a zip; a text that looks like a formula is defused", async () => {
    const { path } = await lab.make("audit", { format: "csv" }, lab.path("csv.zip"));
    const parts = readZip(path);
    expect(parts.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["changes.csv", "deletions.csv", "logins.csv"]),
    );
    const changes = parts.find(({ name }) => name === "changes.csv")!.bytes.toString("utf8");
    expect(
      changes.startsWith("\ufeffTime (Asia/Tokyo)") ||
        changes.startsWith("\ufeffTime (Europe/Berlin),Time (UTC),Instance,User,"),
    ).toBe(true);
    expect(changes).not.toMatch(/(^|,)"?[=+@]/m);
  });
});

describe("what was purged", () => {
  test("a period before retention says what is gone and shows the attestation", async () => {
    await setPolicy(lab.store, { days: 1, actor: "test", instance: "acme" });
    lab.clock.addDays(400);
    const purged = await runRetention(lab.store, { actor: "test" });
    expect(purged.events).toBe(events.length);
    const { path, events: count } = await lab.make("audit");
    expect(count).toBe(0);
    const book = await readExcel(path);
    expect(JSON.stringify(book.getWorksheet("Cover")!.getSheetValues())).toContain(
      `${events.length.toLocaleString("en-US")} events received from`,
    );
    const rows = rowsOf(book.getWorksheet("Retention and holds")!).filter(({ What }) => What === "purged");
    expect(rows[0]).toMatchObject({
      Instance: "acme",
      "First seq": 1,
      "Hash of the tombstone": expect.stringMatching(/^[0-9a-f]{64}$/),
      Signature: expect.stringMatching(/^[0-9a-f]{128}$/),
    });
    expect((await verifyWorkbook(path)).status).toBe("intact");
    rmSync(path);
  });

  test("an instance that was removed can still be reported on", async () => {
    await lab.store.instances.remove("acme");
    const { path } = await lab.make("audit");
    expect(JSON.stringify((await readExcel(path)).getWorksheet("Cover")!.getSheetValues())).toContain(
      "removed; its evidence is kept",
    );
  });
});
