import exceljs from "exceljs";
import { benchRow, HEADINGS, WIDTHS } from "./data.ts";

const FORMATS: Record<number, string> = {
  0: "yyyy-mm-dd hh:mm:ss",
  1: "yyyy-mm-dd hh:mm:ss",
  6: "0",
  10: '#,##0.00 "EUR"',
};

/** exceljs's streaming writer; it has no charts, and none is asked of it. */
export async function writeWithExceljs(path: string, rows: number): Promise<void> {
  const book = new exceljs.stream.xlsx.WorkbookWriter({ filename: path, useStyles: true, useSharedStrings: false });
  const sheet = book.addWorksheet("Changes", { views: [{ state: "frozen", ySplit: 1 }] });
  sheet.columns = WIDTHS.map((width, i) => ({
    header: HEADINGS[i]!,
    width,
    style: {
      font: { name: "Arial", size: 9 },
      border: { bottom: { style: "hair" } },
      ...(FORMATS[i] ? { numFmt: FORMATS[i]! } : {}),
    },
  }));
  sheet.autoFilter = { from: "A1", to: "N1" };
  for (let n = 0; n < rows; n++) sheet.addRow(benchRow(n)).commit();
  sheet.commit();
  await book.commit();
}
