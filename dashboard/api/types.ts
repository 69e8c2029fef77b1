import type { Static } from "typebox";
import type { Activity, Overview, UserList } from "../../service/api/contract/activity.ts";
import type { RecordHistory as HistorySchema } from "../../service/api/contract/events.ts";
import type { Check, Checkpoint as CheckpointSchema, Verification } from "../../service/api/contract/instances.ts";
import type { Policy } from "../../service/api/contract/policies.ts";
import type { ReportKinds as KindsSchema } from "../../service/api/contract/reports.ts";
import type { Role } from "../../service/api/contract/roles.ts";
import type {
  FindingRule as FindingRuleSchema,
  Finding as FindingSchema,
  Login as LoginSchema,
  Session as SessionSchema,
} from "../../service/api/contract/sessions.ts";

export type { ApiKey } from "../../service/api/contract/api-keys.ts";
export type { AuditLogEntry } from "../../service/api/contract/audit-logs.ts";
export type { Link as OneTimeLink, Me } from "../../service/api/contract/auth.ts";
export type { Change, Event as TrailEvent } from "../../service/api/contract/events.ts";
export type { Instance } from "../../service/api/contract/instances.ts";
export type { Member } from "../../service/api/contract/members.ts";
export type { Organisation } from "../../service/api/contract/organisation.ts";
export type { Policy as PolicyAnswer } from "../../service/api/contract/policies.ts";
export type { Report, ReportSchedule } from "../../service/api/contract/reports.ts";
export type { Retention } from "../../service/api/contract/retention.ts";
export type { Role } from "../../service/api/contract/roles.ts";

export type Permission = Role["permissions"][number];
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  instance?: string;
  errors?: { path?: string; message: string }[];
}
export interface List<T> {
  items: T[];
  next_cursor?: string;
  total?: number;
}

export type { Activity, Check, Overview };
export type Severity = "critical" | "high" | "medium" | "low";
export type DayCount = Overview["events"]["days"][number];
export type OdooUser = Static<typeof UserList>["items"][number];
export type Verified = Static<typeof Verification>;
export type Checkpoint = Static<typeof CheckpointSchema>;
export type RecordHistory = Static<typeof HistorySchema>;
export type OdooSession = Static<typeof SessionSchema>;
export type Login = Static<typeof LoginSchema>;
export type Device = OdooSession["device"];
export type Place = OdooSession["place"];
export type Finding = Static<typeof FindingSchema>;
export type FindingRule = Static<typeof FindingRuleSchema>;

export type SessionPolicy = Policy["policy"];

export type ReportKinds = Static<typeof KindsSchema>;
