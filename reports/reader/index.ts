export type { ReadRow } from "./cells.ts";
export { WorkbookReader } from "./workbook.ts";
