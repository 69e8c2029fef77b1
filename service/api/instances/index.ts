import type { Route } from "../route.ts";
import { acceptRoute } from "./accept.ts";
import { checkInstance } from "./check.ts";
import { listCheckpoints } from "./checkpoints.ts";
import { createInstance } from "./create.ts";
import { getInstance } from "./get.ts";
import { listInstances } from "./list.ts";
import { pullInstance } from "./pull.ts";
import { removeInstance } from "./remove.ts";
import { updateInstance } from "./update.ts";
import { verifyRoute } from "./verify.ts";

export const INSTANCE_ROUTES: readonly Route[] = [
  listInstances,
  createInstance,
  checkInstance,
  getInstance,
  updateInstance,
  removeInstance,
  pullInstance,
  acceptRoute,
  verifyRoute,
  listCheckpoints,
];
