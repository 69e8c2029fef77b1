import type { Instance as Stored } from "../../store/types.ts";
import type { Instance } from "../contract/instances.ts";

const LAG_WARNING_SECONDS = 900;

/** An instance as the API tells of it: neither its cursor nor its identity, which are the service's own. */
export function presentInstance(stored: Stored): Instance {
  const { organisation_id: _, identity: __, cursor: ___, schema_version: ____, ...rest } = stored;
  return { ...rest, health: healthOf(stored) };
}

export function healthOf(stored: Stored): Instance["health"] {
  if (stored.state === "quarantined") return "quarantined";
  if (stored.last_error !== undefined) return "failing";
  if (stored.last_pull_at === undefined) return "waiting";
  if (stored.warnings.length > 0 || (stored.lag_seconds ?? 0) > LAG_WARNING_SECONDS) return "warning";
  return "ok";
}
