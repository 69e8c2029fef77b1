import type { Route } from "../route.ts";
import { getEvent } from "./event.ts";
import { recordHistory } from "./history.ts";
import { listInstanceTrail, listTrail } from "./list.ts";

export const TRAIL_ROUTES: readonly Route[] = [listTrail, listInstanceTrail, getEvent, recordHistory];
