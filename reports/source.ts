import type { Handover } from "../service/keys/handover.ts";
import type { SegmentRow } from "../service/store/chain-rows.ts";
import type { HoldRow, PolicyRow } from "../service/store/policy-rows.ts";
import type { CopyPiece, MemberRow, ReportFilter, ReportTombstone } from "../service/store/report-rows.ts";
import type { Brand, ReportRequest } from "./request.ts";

/** What a report is about, read once at its beginning: everything later is bounded by `head_seq`. */
export interface Subject {
  organisation: { id: string; name: string };
  instances: SubjectInstance[];
  policies: PolicyRow[];
  holds: HoldRow[];
  members: MemberRow[];
  brand: Brand;
  public_key: string;
  handovers: readonly Handover[];
}

export interface SubjectInstance {
  id: string;
  name: string;
  /** the service's own log */
  internal: boolean;
  url: string;
  db: string;
  state: string;
  odoo_version?: string;
  addon_version?: string;
  warnings: string[];
  head_seq: number;
  sealed_seq: number;
  segments: SegmentRow[];
  tombstones: ReportTombstone[];
}

/** Where a report reads: the store itself, or, in the worker thread, the store of the thread that asked for it. */
export interface ReportSource {
  subject(request: ReportRequest): Promise<Subject>;
  /** ROW_COLUMNS in COPY's binary form */
  events(instanceId: string, filter: ReportFilter): AsyncIterable<CopyPiece>;
  /** hexadecimal lines, in pieces of any size */
  leaves(
    instanceId: string,
    segment: Pick<SegmentRow, "first_seq" | "last_seq" | "received_on" | "retention_days">,
  ): AsyncIterable<Buffer>;
  /** Ed25519 over the hash, with the current key */
  sign(hash: Uint8Array): Promise<string>;
}
