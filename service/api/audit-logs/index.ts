import type { Route } from "../route.ts";
import { exportAuditLogsRoute } from "./export.ts";
import { getAuditLogs } from "./list.ts";

export const AUDIT_LOG_ROUTES: readonly Route[] = [getAuditLogs, exportAuditLogsRoute];
