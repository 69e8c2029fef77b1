import { API_KEY_ROUTES } from "./api-keys/index.ts";
import { AUDIT_LOG_ROUTES } from "./audit-logs/index.ts";
import { AUTH_ROUTES } from "./auth/index.ts";
import { livez } from "./health/livez.ts";
import { metrics } from "./health/metrics.ts";
import { readyz } from "./health/readyz.ts";
import { getInstance } from "./instances/get.ts";
import { listInstances } from "./instances/list.ts";
import { MEMBER_ROUTES } from "./members/index.ts";
import { ORGANISATION_ROUTES } from "./organisation/index.ts";
import { getProblem } from "./problems/get.ts";
import { ROLE_ROUTES } from "./roles/index.ts";
import type { Route } from "./route.ts";
import { listInstanceTrail, listTrail } from "./trail/list.ts";

/** Every route there is, registered in this order; a room adds its own list. */
export const ROUTES: readonly Route[] = [
  livez,
  readyz,
  metrics,
  getProblem,
  listInstances,
  getInstance,
  listTrail,
  listInstanceTrail,
  ...AUTH_ROUTES,
  ...MEMBER_ROUTES,
  ...ROLE_ROUTES,
  ...API_KEY_ROUTES,
  ...ORGANISATION_ROUTES,
  ...AUDIT_LOG_ROUTES,
];
