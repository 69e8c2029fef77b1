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
    user: user && ordered(user, PERSON),
    as_user: as_user && ordered(as_user, PERSON),
    origin: ordered(origin, ORIGIN),
    session,
    ip,
    user_agent,
    request_id,
    correlation_id,
    transaction,
    changes: changes.map((change) => ordered(change, CHANGE)),
    details,
    hash,
  });
}

const PERSON = ["id", "login", "name"];
const ORIGIN = ["type", "route", "method", "model", "id", "name"];
const CHANGE = ["field", "label", "type", "lang", "company", "before", "after", "added", "removed", "redacted"];

/** The store gives keys back in the order of jsonb (shorter first); a reader wants the documented one. */
function ordered<T extends object>(value: T, keys: string[]): T {
  const known = keys.filter((key) => Object.hasOwn(value, key));
  const others = Object.keys(value).filter((key) => !keys.includes(key));
  return Object.fromEntries([...known, ...others].map((key) => [key, value[key as keyof T]])) as T;
}

/** "2026-11-21T09:14:03.120456Z" cut (not rounded: the order must hold) to "2026-11-21T09:14:03.120Z". */
export function milliseconds(time: string): string {
  return time.replace(/(\.\d{3})\d*Z$/, "$1Z");
}
