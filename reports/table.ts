import type { StoredEvent } from "../service/store/types.ts";

/*
 * Terms
 *   workbook   one report: which events it reads, and the tables it puts them in
 *   table      a sheet with columns and rows; an XLSX sheet, a CSV file, or lines of NDJSON
 *   event table  its rows are a function of one event alone, so that `vigil verify` can make them again
 *   figure     a counted number of the summary
 */

/** A moment in UTC milliseconds; its column says in which zone it is shown. */
export interface Moment {
  moment: number;
}
/** A day without a time: "2026-11-21". */
export interface Day {
  day: string;
}
export interface Money {
  amount: number;
  currency: string;
}
export type CellValue = null | undefined | string | number | boolean | Moment | Day | Money;

export type ColumnKind =
  | "time" // a moment in the organisation's zone
  | "utc" // the same in UTC
  | "text"
  | "wrap" // longer text, several lines
  | "code" // identifiers
  | "hash"
  | "integer"
  | "decimal"
  | "duration" // seconds, shown as [h]:mm:ss
  | "value"; // whatever the field holds

export interface TableColumn {
  id: string;
  title: string;
  kind: ColumnKind;
  /** in characters */
  width: number;
}

export interface Table {
  id: string;
  title: string;
  /** one sentence under the title */
  about: string;
  /** said in the place of rows when there are none */
  empty: string;
  columns: TableColumn[];
}

export interface EventTable extends Table {
  takes(event: StoredEvent): boolean;
  /** at least one row for an event it takes; depends on the event only */
  rows(event: StoredEvent): CellValue[][];
}

/** Rows that come from the store's other tables: policies, people, tasks. */
export interface FixedTable extends Table {
  rows: CellValue[][];
}

/** What every event table begins with. */
export const WHO_AND_WHEN: TableColumn[] = [
  { id: "time", title: "Time", kind: "time", width: 19 },
  { id: "time_utc", title: "Time (UTC)", kind: "utc", width: 17 },
  { id: "instance", title: "Instance", kind: "text", width: 14 },
  { id: "user", title: "User", kind: "text", width: 18 },
  { id: "login", title: "Login", kind: "text", width: 25 },
];
export const MODEL_AND_RECORD: TableColumn[] = [
  { id: "model", title: "Model", kind: "text", width: 31 },
  { id: "record", title: "Record", kind: "text", width: 24 },
  { id: "record_id", title: "Record id", kind: "integer", width: 9 },
];
/** … and ends with. The hash is the reference by which the evidence names this event. */
export const WHERE_FROM: TableColumn[] = [
  { id: "device", title: "Device", kind: "text", width: 24 },
  { id: "ip", title: "IP", kind: "code", width: 14 },
  { id: "origin", title: "By way of", kind: "text", width: 16 },
];
export const REFERENCE: TableColumn[] = [
  { id: "seq", title: "Seq", kind: "integer", width: 9 },
  { id: "hash", title: "Event hash (SHA-256)", kind: "hash", width: 14 },
];
