export type { Chart } from "./chart.ts";
export { isDatable, msOf, serialOf, Zone } from "./dates.ts";
export { columnName, quoteSheet, sheetName } from "./names.ts";
export { pictureSize } from "./picture-size.ts";
export {
  type Cell,
  type Column,
  MOST_ROWS,
  type Picture,
  type Placed,
  type Plain,
  type SheetOptions,
  type SheetWriter,
  type Styled,
} from "./sheet.ts";
export type { Style, StyleBook } from "./styles.ts";
export { cleanText, cutText, MOST_CHARACTERS } from "./text.ts";
export { WorkbookWriter } from "./workbook.ts";
