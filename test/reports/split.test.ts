import type exceljs from "exceljs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { storeSource } from "../../reports/index.ts";
import { makeWorkbook } from "../../reports/make.ts";
import { verifyWorkbook } from "../../reports/verify/index.ts";
import { alter, ReportLab, readExcel, rowsOf } from "../support/report-lab.ts";
import { strictFaults } from "../support/strict-xlsx.ts";

const lab = new ReportLab();
const ROWS = 200;
const path = lab.path();
let whole: Record<string, exceljs.CellValue>[];
let book: exceljs.Workbook;
beforeAll(async () => {
  await lab.start();
  const from = "2026-11-14T00:00:00.000000Z";
  await makeWorkbook({
    request: { name: "audit", instance_ids: [lab.instance.id], format: "xlsx", time_zone: "Europe/Berlin", from },
    source: storeSource(lab.store),
    path,
    made_at: lab.clock.now,
    made_by: "test",
    vigil_version: "0",
    rows_a_sheet: ROWS,
  });
  book = await readExcel(path);
  whole = rowsOf((await readExcel((await lab.make("audit", { from })).path)).getWorksheet("Changes")!);
});
afterAll(() => lab.stop());

const parts = (): exceljs.Worksheet[] => book.worksheets.filter(({ name }) => /^Changes( \(\d+\))?$/.test(name));

describe("a table that is longer than a sheet", () => {
  test("goes on in further sheets, each with its heading, its filter and no row too many", () => {
    expect(strictFaults(path)).toEqual([]);
    expect(parts().length).toBeGreaterThan(2);
    for (const sheet of parts()) {
      expect(sheet.rowCount).toBeLessThanOrEqual(ROWS);
      expect(sheet.getRow(3).values).toEqual(parts()[0]!.getRow(3).values);
      expect(sheet.autoFilter).toBeTruthy();
    }
    expect(parts().flatMap((sheet) => rowsOf(sheet))).toEqual(whole);
  });

  test("is told part by part on the cover", () => {
    const told = new Map<string, number>();
    book.getWorksheet("Cover")!.eachRow((row) => {
      const name = row.getCell(2).text;
      if (name.startsWith("Changes")) told.set(name, Number(row.getCell(4).value));
    });
    expect([...told.keys()]).toEqual(parts().map(({ name }) => name));
    expect([...told.values()].reduce((sum, rows) => sum + rows, 0)).toBe(whole.length);
  });

  test("is verified over all of its sheets: an altered cell, a missing row, a row that moved", async () => {
    expect(await verifyWorkbook(path)).toMatchObject({ status: "intact", problems: [] });
    const { name } = parts().at(-1)!;
    const altered = async (change: (changed: exceljs.Workbook) => void) => {
      const target = lab.path();
      await alter(path, target, change);
      return verifyWorkbook(target);
    };
    const cell = await altered((changed) => {
      changed.getWorksheet(name)!.getCell("D5").value = "Somebody else";
    });
    expect(cell.problems).toMatchObject([{ sheet: name, cell: "D5", found: '"Somebody else"' }]);
    const missing = await altered((changed) => void changed.getWorksheet(name)!.spliceRows(4, 1));
    expect(missing.problems).toMatchObject([{ reason: expect.stringMatching(/a row of event \d+ is missing/) }]);
    const moved = await altered((changed) => {
      const row = changed.getWorksheet(name)!.getRow(4).values as exceljs.CellValue[];
      changed.getWorksheet(name)!.spliceRows(4, 1);
      changed.getWorksheet("Changes")!.addRow(row.slice(1));
    });
    expect(moved.problems).toEqual([]);
  });
});
