import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import {
  cleanText,
  cutText,
  MOST_CHARACTERS,
  MOST_ROWS,
  msOf,
  pictureSize,
  type SheetWriter,
  serialOf,
  sheetName,
  WorkbookWriter,
  Zone,
} from "../../reports/xlsx/index.ts";
import { findPython, readExcel } from "../support/report-lab.ts";
import { strictFaults } from "../support/strict-xlsx.ts";

const folder = mkdtempSync(join(tmpdir(), "vigil-xlsx-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

async function write(fill: (book: WorkbookWriter) => Promise<void> | void): Promise<string> {
  const path = join(folder, `book-${++files}.xlsx`);
  const properties = { title: "A <title> & more", creator: "test", created: new Date(0), application: "Vigil" };
  const book = await WorkbookWriter.open({ path, font: "Arial", fontSize: 10, accents: ["1F4E79"], properties });
  await fill(book);
  await book.save();
  return path;
}
function plain(book: WorkbookWriter, columns = 3, name = "Data"): SheetWriter {
  const style = book.styles.id({ size: 9 });
  return book.addSheet(name, {
    columns: Array.from({ length: columns }, () => ({ width: 20, style })),
    frozenRows: 1,
    filterRow: 1,
  });
}

describe("the workbook writer", () => {
  test("every text comes back as it went in, and none becomes a formula", async () => {
    const texts = [
      "=1+1",
      "+cmd|' /C calc'!A0",
      "@SUM(A1)",
      "-2",
      "  edges  ",
      "two\nlines",
      "a\ttab",
      "שלום עולם",
      "مرحبا",
      "👩‍👩‍👧 🏳️‍🌈 🇩🇪",
      "<b>&amp;\"'</b>",
      "_x0041_ is no A",
      "_x005F_",
      "''",
      "a".repeat(300),
    ];
    const path = await write((book) => {
      const sheet = plain(book, 2);
      sheet.row(["head", "inline"]);
      // the second column beside the shared strings: long ones are written where they stand
      for (const text of texts) sheet.row([text, `${text}${"z".repeat(300)}`]);
    });
    const sheet = (await readExcel(path)).getWorksheet("Data")!;
    expect(texts.map((_, i) => sheet.getCell(i + 2, 1).value)).toEqual(texts);
    expect(texts.map((_, i) => sheet.getCell(i + 2, 2).value)).toEqual(
      texts.map((text) => `${text}${"z".repeat(300)}`),
    );
    expect(strictFaults(path)).toEqual([]);
  });

  test("any text at all makes a well-formed sheet that reads back as the cell holds it", async () => {
    const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
    const any = fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.array(unit, { maxLength: 40 }).map((all) => all.join("")),
    );
    const texts = fc.sample(any, { numRuns: 400, seed: 7 });
    const path = await write((book) => {
      const sheet = plain(book, 1);
      for (const text of texts) sheet.row([text]);
    });
    expect(strictFaults(path)).toEqual([]);
    const sheet = (await readExcel(path)).getWorksheet("Data")!;
    expect(texts.map((_, i) => sheet.getCell(i + 1, 1).value ?? "")).toEqual(
      texts.map((text) => cutText(cleanText(text))),
    );
  });

  test("a text beyond 32,767 characters is cut between characters, and says so", () => {
    for (const text of ["x".repeat(40_000), "👍".repeat(20_000), `a${"👍".repeat(20_000)}`]) {
      const cut = cutText(text);
      expect(cut.length).toBeLessThanOrEqual(MOST_CHARACTERS);
      expect(cut.isWellFormed()).toBe(true);
      expect(cut).toMatch(/… \[cut: 40,00\d characters, a cell holds 32,767\]$/);
    }
    expect(cutText("x".repeat(MOST_CHARACTERS))).toHaveLength(MOST_CHARACTERS);
  });

  test("numbers, dates, money and booleans are typed", async () => {
    const time = Date.UTC(2026, 2, 29, 1, 30, 15, 250);
    const path = await write((book) => {
      const sheet = plain(book, 4);
      const date = book.styles.id({ format: "yyyy-mm-dd hh:mm:ss" });
      const money = book.styles.id({ format: '#,##0.00 "EUR"' });
      sheet.row([{ value: serialOf(time), style: date }, { value: 12.5, style: money }, true, 1e21]);
    });
    const row = (await readExcel(path)).getWorksheet("Data")!.getRow(1);
    expect(row.getCell(1).value).toEqual(new Date(time));
    expect([row.getCell(2).value, row.getCell(2).numFmt]).toEqual([12.5, '#,##0.00 "EUR"']);
    expect([row.getCell(3).value, row.getCell(4).value]).toEqual([true, 1e21]);
  });

  test("headings stay in sight, can be filtered, and are printed on each page", async () => {
    const path = await write((book) => {
      const sheet = plain(book);
      sheet.row(["a", "b", "c"]);
      sheet.row([1, 2, 3]);
    });
    const book = await readExcel(path);
    const sheet = book.getWorksheet("Data")!;
    expect(sheet.views[0]).toMatchObject({ state: "frozen", ySplit: 1 });
    expect(sheet.autoFilter).toBe("A1:C2");
    expect(sheet.pageSetup.printTitlesRow).toBe("1:1");
  });

  test("sheet names are legal and unique, whatever is wished for", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", maxLength: 50 }), { maxLength: 8 }), (wishes) => {
        const names: string[] = [];
        for (const wish of [...wishes, ...wishes, "History", "a/b", "'x'"]) names.push(sheetName(wish, names));
        for (const name of names) {
          expect(name.length).toBeGreaterThan(0);
          expect(name.length).toBeLessThanOrEqual(31);
          expect(name).not.toMatch(/[[\]:*?/\\]|^'|'$|^history$/i);
        }
        expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
      }),
    );
  });

  test("a zone's wall clock follows its summer time", () => {
    const zone = new Zone("Europe/Berlin");
    const wall = (iso: string) => new Date(msOf(zone.serial(Date.parse(iso)))).toISOString();
    expect(wall("2026-03-29T00:59:59Z")).toBe("2026-03-29T01:59:59.000Z");
    expect(wall("2026-03-29T01:00:00Z")).toBe("2026-03-29T03:00:00.000Z");
    expect(wall("2026-10-25T01:00:00Z")).toBe("2026-10-25T02:00:00.000Z");
    expect(new Date(zone.at(Date.UTC(2026, 6, 1))).toISOString()).toBe("2026-06-30T22:00:00.000Z");
    expect(() => new Zone("Nowhere/None")).toThrow(RangeError);
  });

  test("a sheet takes 1,048,576 rows and not one more", async () => {
    const path = await write(async (book) => {
      const sheet = plain(book, 1);
      for (let i = 0; i < MOST_ROWS; i++) {
        sheet.row([i]);
        if (i % 1000 === 0) await sheet.drain();
      }
      expect(() => sheet.row([1])).toThrow(/full/);
    });
    expect(readdirSync(folder).filter((name) => name.includes(".part-"))).toEqual([]);
    rmSync(path);
  });

  test("nothing stands under the final name before it is whole, and nothing is left after a failure", async () => {
    const path = join(folder, "never.xlsx");
    const properties = { title: "x", creator: "x", created: new Date(0), application: "Vigil" };
    const book = await WorkbookWriter.open({ path, font: "Arial", fontSize: 10, accents: ["000000"], properties });
    plain(book).row(["a"]);
    expect(readdirSync(folder)).not.toContain("never.xlsx");
    await book.abandon();
    expect(readdirSync(folder).filter((name) => name.includes("never"))).toEqual([]);
  });

  const python = findPython("openpyxl");
  test.skipIf(python === undefined)("openpyxl reads the same, with charts, links and hidden sheets", async () => {
    const path = await write((book) => {
      const sheet = plain(book);
      sheet.row([
        "name",
        { value: "site", style: 0, link: "https://example.com/?a=1&b=2" },
        { value: "there", style: 0, link: "#'It''s'!A1" },
      ]);
      for (let i = 1; i <= 3; i++) sheet.row([`n${i}`, i, null]);
      const look = { colors: ["1F4E79", "AA3311"], textColor: "333333", gridColor: "DDDDDD", font: "Arial" };
      for (const [i, type] of (["bar", "column", "line", "pie"] as const).entries())
        sheet.charts.push({
          chart: {
            type,
            title: `${type} & more`,
            sheet: sheet.name,
            categories: { ref: "$A$2:$A$4", values: ["n1", "n2", "n3"] },
            series: [{ name: "N", ref: "$B$2:$B$4", values: [1, 2, 3] }],
            ...look,
          },
          at: { from: [4, i * 10], to: [9, i * 10 + 9] },
        });
      book.addSheet("It's", { columns: [{ width: 10, style: 0 }], hidden: true }).row(["x"]);
    });
    expect(strictFaults(path)).toEqual([]);
    const script = `import openpyxl, json, sys
w = openpyxl.load_workbook(sys.argv[1])
d = w["Data"]
print(json.dumps([[c.value for c in row[:2]] for row in d.iter_rows()] + [len(d._charts), d["B1"].hyperlink.target, w["It's"].sheet_state]))`;
    expect(JSON.parse(execFileSync(python!, ["-c", script, path], { encoding: "utf8" }))).toEqual([
      ["name", "site"], ["n1", 1], ["n2", 2], ["n3", 3], 4, "https://example.com/?a=1&b=2", "hidden",
    ]); // biome-ignore format: one glance
  });
});

describe("the size of a picture", () => {
  const jpeg = (frame: number): Buffer =>
    Buffer.concat([
      Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc4, 0, 3, 9, 0xff, frame, 0, 11, 8, 0, 100, 1, 44, 3]),
      Buffer.alloc(20),
    ]);

  test("is what its head says", () => {
    const png = Buffer.alloc(24);
    png.writeUInt32BE(300, 16);
    png.writeUInt32BE(100, 20);
    expect(pictureSize(png, "png")).toEqual({ width: 300, height: 100 });
    for (const frame of [0xc0, 0xc2]) expect(pictureSize(jpeg(frame), "jpeg")).toEqual({ width: 300, height: 100 });
  });

  test("is not known of what is no picture", () => {
    expect(pictureSize(Buffer.alloc(24), "png")).toBeUndefined();
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.alloc(40),
      Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0]),
    ])
      expect(pictureSize(bytes, "jpeg")).toBeUndefined();
  });
});
