import exceljs from "exceljs";
import { NotAVigilWorkbookError } from "../errors.ts";
import { SHEETS } from "../proof/forms.ts";
import { EMPTY, type Normal, normalBoolean, normalNumber, normalText } from "../proof/normal.ts";

/** A row as it lies in the file: its number, and its cells in normal form. */
export interface ReadRow {
  number: number;
  cells: Normal[];
}
export interface ReadWorkbook {
  /** rows of the visible sheets by name */
  sheets: Map<string, ReadRow[]>;
  /** rows of a hidden sheet as texts, its heading left out; all sheets whose name begins so */
  hidden(name: string): string[][];
}

/** Reads all of it; exceljs, because a proof must not depend on the reader that made it. Throws NotAVigilWorkbookError. */
export async function readWorkbook(path: string): Promise<ReadWorkbook> {
  const book = new exceljs.Workbook();
  try {
    await book.xlsx.readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") throw error;
    throw new NotAVigilWorkbookError(`${path} cannot be read as a workbook (${(error as Error).message}).`);
  }
  const isProof = (name: string): boolean =>
    Object.values(SHEETS).some((one) => name === one || name.startsWith(`${one} (`));
  const sheets = new Map<string, ReadRow[]>();
  for (const sheet of book.worksheets) if (!isProof(sheet.name)) sheets.set(sheet.name, readRows(sheet));
  return {
    sheets,
    hidden: (name) =>
      book.worksheets
        .filter((sheet) => sheet.name === name || sheet.name.startsWith(`${name} (`))
        .flatMap((sheet) =>
          readRows(sheet)
            .slice(1)
            .map(({ cells }) => cells.map((cell) => cell.slice(1))),
        ),
  };
}

function readRows(sheet: exceljs.Worksheet): ReadRow[] {
  const rows: ReadRow[] = [];
  sheet.eachRow({ includeEmpty: false }, (row, number) => {
    const cells: Normal[] = [];
    row.eachCell({ includeEmpty: false }, (cell, column) => {
      while (cells.length < column - 1) cells.push(EMPTY);
      cells.push(normalOf(cell.value));
    });
    while (cells.at(-1) === EMPTY) cells.pop();
    if (cells.length > 0) rows.push({ number, cells });
  });
  return rows;
}

function normalOf(value: exceljs.CellValue): Normal {
  if (value === null || value === undefined) return EMPTY;
  if (typeof value === "string") return normalText(value);
  if (typeof value === "number") return normalNumber(value);
  if (typeof value === "boolean") return normalBoolean(value);
  if (value instanceof Date) return `d${value.getTime()}`;
  if ("richText" in value) return normalText(value.richText.map(({ text }) => text).join(""));
  if ("hyperlink" in value) return normalOf(value.text as exceljs.CellValue);
  // a formula has no place here: what it shows is not what was recorded
  if ("formula" in value || "sharedFormula" in value)
    return `s=${String((value as { formula?: string }).formula ?? "")}`;
  return normalText(String((value as { error?: unknown }).error ?? JSON.stringify(value)));
}
