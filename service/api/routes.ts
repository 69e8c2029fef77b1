import { livez } from "./health/livez.ts";
import { metrics } from "./health/metrics.ts";
import { readyz } from "./health/readyz.ts";
import { getInstance } from "./instances/get.ts";
import { listInstances } from "./instances/list.ts";
import { getProblem } from "./problems/get.ts";
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
];
