/** What somebody asks for. Plain JSON: it is stored with its task and travels to the worker thread. */
export interface ReportRequest {
  /** a workbook's name: "audit" */
  name: string;
  /** at least one */
  instance_ids: string[];
  /** ISO 8601 UTC, both inclusive; absent: from the beginning, until now */
  from?: string;
  to?: string;
  /** login */
  user?: string;
  model?: string;
  record_id?: number;
  /** one kind, or a family: `record.*` */
  kind?: string;
  theme?: string;
  format: ReportFormat;
  /** what the organisation set when absent */
  time_zone?: string;
}

export const FORMATS = ["xlsx", "csv", "ndjson"] as const;
export type ReportFormat = (typeof FORMATS)[number];

export interface Brand {
  /** RRGGBB */
  color?: string;
  logo?: { bytes: Uint8Array; type: "png" | "jpeg" };
  time_zone: string;
}
