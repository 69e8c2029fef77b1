import type { StoredEvent } from "../../store/types.ts";

/**
 * One event as one line of JSON, in the documented order of keys. Missing values are absent; `user` is null when
 * nobody acted. Times are UTC with milliseconds (the chain commits to microseconds).
 */
export function eventLine(event: StoredEvent): string {
  const { instance, seq, occurred_at, kind, category, severity, model, record_id, record_name, user, as_user, origin } =
    event;
  const { session, ip, user_agent, request_id, correlation_id, transaction, changes, details, hash } = event;
  return JSON.stringify({
    instance,
    seq,
    occurred_at: milliseconds(occurred_at),
    kind,
    category,
    severity,
    model,
    record_id,
    record_name,
    user,
    as_user,
    origin,
    session,
    ip,
    user_agent,
    request_id,
    correlation_id,
    transaction,
    changes,
    details,
    hash,
  });
}

/** "2026-11-21T09:14:03.120456Z" cut (not rounded: the order must hold) to "2026-11-21T09:14:03.120Z". */
export function milliseconds(time: string): string {
  return time.replace(/(\.\d{3})\d*Z$/, "$1Z");
}
