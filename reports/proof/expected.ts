import { yesOrNo } from "../look.ts";
import type { CellValue, ColumnKind } from "../table.ts";
import { isDatable, serialOf, type Zone } from "../xlsx/index.ts";
import { EMPTY, type Normal, normalDate, normalNumber, normalText } from "./normal.ts";

/** What a value reads as in a cell of its column: look.ts writes it, this says it in normal form. */
export function expectedCell(value: CellValue, kind: ColumnKind, zone: Zone): Normal {
  if (value === null || value === undefined) return EMPTY;
  if (typeof value === "string") return normalText(value);
  if (typeof value === "number") return kind === "duration" ? normalDate(value / 86_400) : normalNumber(value);
  if (typeof value === "boolean") return normalText(yesOrNo(value));
  if ("currency" in value) return normalNumber(value.amount);
  if ("day" in value) {
    const ms = Date.parse(`${value.day}T00:00:00Z`);
    return isDatable(ms) ? normalDate(serialOf(ms)) : normalText(value.day);
  }
  const { moment } = value;
  if (Number.isNaN(moment)) return EMPTY;
  if (!isDatable(moment)) return normalText(new Date(moment).toISOString());
  return normalDate(kind === "utc" ? serialOf(moment) : zone.serial(moment));
}
