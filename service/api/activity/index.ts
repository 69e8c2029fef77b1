import type { Route } from "../route.ts";
import { showOverview } from "./overview.ts";
import { showActivity } from "./show.ts";
import { listUsers } from "./users.ts";

export const ACTIVITY_ROUTES: readonly Route[] = [showOverview, showActivity, listUsers];
