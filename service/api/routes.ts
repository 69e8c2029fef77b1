import { ACTIVITY_ROUTES } from "./activity/index.ts";
import { API_KEY_ROUTES } from "./api-keys/index.ts";
import { AUDIT_LOG_ROUTES } from "./audit-logs/index.ts";
import { AUTH_ROUTES } from "./auth/index.ts";
import { EXPORT_ROUTES } from "./export/index.ts";
import { FINDING_RULE_ROUTES } from "./finding-rules/index.ts";
import { livez } from "./health/livez.ts";
import { metrics } from "./health/metrics.ts";
import { readyz } from "./health/readyz.ts";
import { INSTANCE_ROUTES } from "./instances/index.ts";
import { MEMBER_ROUTES } from "./members/index.ts";
import { ORGANISATION_ROUTES } from "./organisation/index.ts";
import { POLICY_ROUTES } from "./policies/index.ts";
import { getProblem } from "./problems/get.ts";
import { REPORT_SCHEDULE_ROUTES } from "./report-schedules/index.ts";
import { REPORT_ROUTES } from "./reports/index.ts";
import { RETENTION_ROUTES } from "./retention/index.ts";
import { ROLE_ROUTES } from "./roles/index.ts";
import type { Route } from "./route.ts";
import { SESSION_ROUTES } from "./sessions/index.ts";
import { STREAM_ROUTES } from "./stream/index.ts";
import { TASK_ROUTES } from "./tasks/index.ts";
import { TRAIL_ROUTES } from "./trail/index.ts";

/** Every route there is, registered in this order; a room adds its own list. */
export const ROUTES: readonly Route[] = [
  livez,
  readyz,
  metrics,
  getProblem,
  ...INSTANCE_ROUTES,
  ...EXPORT_ROUTES,
  ...TRAIL_ROUTES,
  ...STREAM_ROUTES,
  ...ACTIVITY_ROUTES,
  ...RETENTION_ROUTES,
  ...SESSION_ROUTES,
  ...FINDING_RULE_ROUTES,
  ...POLICY_ROUTES,
  ...AUTH_ROUTES,
  ...MEMBER_ROUTES,
  ...ROLE_ROUTES,
  ...API_KEY_ROUTES,
  ...ORGANISATION_ROUTES,
  ...AUDIT_LOG_ROUTES,
  ...REPORT_ROUTES,
  ...TASK_ROUTES,
  ...REPORT_SCHEDULE_ROUTES,
];
