import { createHash, hash } from "node:crypto";
import { canonical } from "../../service/chain/canonical.ts";
import { hashText } from "../../service/chain/hashing.ts";
import type { EventRecord } from "../../service/chain/record.ts";
import { EVENT_COLUMNS } from "../../service/chain/row.ts";
import type { Handover } from "../../service/keys/handover.ts";

/* The hidden sheets of a workbook: what is in them, exactly. Described in docs/reports.md. */

export const WORKBOOK = "vigil/1W";
export const SHEETS = {
  manifest: "_manifest",
  checkpoints: "_checkpoints",
  leaves: "_leaves",
  evidence: "_evidence",
  cells: "_cells",
} as const;
/** Under a cell's 32,767, with room to spare for whoever counts otherwise. */
const PIECE = 32_000;

export interface ManifestTable {
  id: string;
  columns: string[];
  /** names of its sheets; more than one past 1,048,576 rows */
  sheets: string[];
  first_row: number;
  rows: number;
}
export interface ManifestSheet {
  name: string;
  rows: number;
  /** SHA-256 over its rows as `_cells` has them */
  digest: string;
}
export interface Manifest {
  version: 1;
  report: string;
  organisation: string;
  organisation_name: string;
  instances: { id: string; name: string; head_seq: number; sealed_seq: number }[];
  filters: Record<string, string | number>;
  time_zone: string;
  made_at: string;
  made_by: string;
  vigil_version: string;
  tables: ManifestTable[];
  sheets: ManifestSheet[];
  /** when the service's key was rotated: why checkpoints may be signed by another one */
  handovers?: readonly Handover[];
  /** of all evidence, in order; the digest is over their hashes */
  events: { count: number; digest: string };
}

export function manifestHash(text: string): Buffer {
  return hashText(WORKBOOK, text);
}
export const manifestText = (manifest: Manifest): string => canonical(manifest);

/** A text in pieces that fit into cells; XML takes all of it: no control signs, no non-characters, no `_x0041_`. */
export function pieces(text: string): string[] {
  const safe = text.replace(
    /[\ufffe\uffff\u007f-\u009f]|_(?=x)/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  const found: string[] = [];
  for (let at = 0; at < safe.length; ) {
    let end = Math.min(at + PIECE, safe.length);
    if (end < safe.length && /[\ud800-\udbff]/.test(safe[end - 1]!)) end--;
    found.push(safe.slice(at, end));
    at = end;
  }
  return found;
}

/** An event's columns and commitments, without its hash: that follows from them and from the hash before. */
export function evidenceText(record: EventRecord): string {
  return JSON.stringify(
    EVENT_COLUMNS.slice(0, -1).map((column) =>
      column === "commitments" ? record.commitments.toString("base64") : record[column],
    ),
  );
}

export function evidenceRecord(text: string): EventRecord {
  const values = JSON.parse(text) as unknown[];
  const record = Object.fromEntries(EVENT_COLUMNS.slice(0, -1).map((column, i) => [column, values[i]]));
  return {
    ...record,
    commitments: Buffer.from(String(record.commitments), "base64"),
    hash: Buffer.alloc(0),
  } as unknown as EventRecord;
}

/** A row of a sealed sheet: eight hexadecimal digits a cell, to find which one; the digest over the rows is what counts. */
export function cellMarks(normals: string[]): string {
  return normals.map((normal) => (normal === "" ? "-" : hash("sha256", normal, "hex").slice(0, 8))).join(" ");
}

/** Digest over a sheet's rows: full values, not marks. */
export class RowsDigest {
  readonly #digest = createHash("sha256");
  add(row: number, normals: string[]): void {
    this.#digest.update(JSON.stringify([row, ...normals]));
  }
  end(): string {
    return this.#digest.digest("hex");
  }
}

/** Digest over the hashes of all evidence, in order. */
export class EventsDigest {
  readonly #digest = createHash("sha256");
  count = 0;
  add(instance: number, eventHash: Buffer): void {
    this.count++;
    this.#digest.update(`${instance}:`).update(eventHash);
  }
  end(): { count: number; digest: string } {
    return { count: this.count, digest: this.#digest.digest("hex") };
  }
}
