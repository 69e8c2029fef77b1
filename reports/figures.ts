import { AUDIT_INSTANCE } from "../service/store/audit-rows.ts";
import type { StoredEvent } from "../service/store/types.ts";
import { modelName, msOfTime } from "./tables/cells.ts";
import { isFailedLogin, isLogin } from "./tables/logins.ts";
import { SESSION_ENDS } from "./tables/sessions.ts";
import type { Zone } from "./xlsx/index.ts";

export type FigureName =
  | "events"
  | "created"
  | "updated"
  | "deleted"
  | "reads"
  | "exports"
  | "refused"
  | "failed"
  | "logins"
  | "failedLogins"
  | "sessionsEnded"
  | "privileged"
  | "findings"
  | "gaps";

/** Counted while the events pass by; every figure is a number of events, not of rows. */
export class Figures implements Record<FigureName, number> {
  events = 0;
  created = 0;
  updated = 0;
  deleted = 0;
  reads = 0;
  exports = 0;
  refused = 0;
  failed = 0;
  logins = 0;
  failedLogins = 0;
  sessionsEnded = 0;
  privileged = 0;
  findings = 0;
  gaps = 0;
  readonly byDay = new Map<string, number>();
  readonly byOperation = new Map<string, number>();
  readonly byModel = new Map<string, number>();
  readonly byUser = new Map<string, number>();
  readonly byCountry = new Map<string, number>();
  readonly byHour = new Map<string, number>();
  readonly #zone: Zone;
  readonly #country: (ip: string | undefined) => string;

  constructor(zone: Zone, country: (ip: string | undefined) => string) {
    this.#zone = zone;
    this.#country = country;
  }

  add(event: StoredEvent): void {
    const ms = msOfTime(event.occurred_at);
    const wall = new Date(ms + this.#zone.offsetMs(ms)).toISOString();
    this.events++;
    count(this.byDay, wall.slice(0, 10));
    count(this.byHour, wall.slice(11, 13));
    count(this.byOperation, event.kind);
    const model = modelName(event);
    if (model !== null) count(this.byModel, model);
    count(this.byUser, whoDid(event));
    // what people did in Vigil itself is no figure of an Odoo; what Vigil found there is
    if (event.instance !== AUDIT_INSTANCE) this.#count(event);
    else if (event.kind.startsWith("security.")) this.findings++;
  }

  #count(event: StoredEvent): void {
    const { kind } = event;
    if (kind === "record.created") this.created++;
    else if (kind === "record.updated") this.updated++;
    else if (kind === "record.deleted" || kind === "record.truncated") this.deleted++;
    else if (kind === "record.read") this.reads++;
    else if (kind === "record.exported") this.exports++;
    else if (kind === "operation.denied") this.refused++;
    else if (kind === "operation.failed") this.failed++;
    else if (SESSION_ENDS.includes(kind)) this.sessionsEnded++;
    if (event.category === "admin") this.privileged++;
    if (kind.startsWith("tracking.")) this.gaps++;
    else if (event.category === "security" || event.severity === "critical") this.findings++;
    const failed = isFailedLogin(kind);
    if (failed) this.failedLogins++;
    if (isLogin(kind)) this.logins++;
    if (failed || isLogin(kind)) count(this.byCountry, this.#country(event.ip));
  }
}

function whoDid({ instance, user, details }: StoredEvent): string {
  if (user !== null) return `${user.name} (${user.login})`;
  const actor = details?.actor as { name?: string } | undefined;
  if (instance === AUDIT_INSTANCE && actor?.name) return `Vigil: ${actor.name}`;
  return "(nobody: system, cron, SQL)";
}

function count(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}

/** The largest, and what is left as "others". */
export function largest(map: Map<string, number>, most: number): [string, number][] {
  const all = [...map].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  if (all.length <= most) return all;
  const rest = all.slice(most - 1);
  return [...all.slice(0, most - 1), [`${rest.length} others`, rest.reduce((sum, [, n]) => sum + n, 0)]];
}

const MOST_DAYS = 120;
/** beyond it a clock was wrong, and centuries without events tell nothing */
const MOST_FILLED_DAYS = 7_300;

/** Every day from the first to the last, those without events as 0; every month when that would be too many. */
export function byTime(days: Map<string, number>): { unit: "day" | "month"; rows: [string, number][] } {
  const sorted = [...days.keys()].sort();
  const first = sorted[0];
  if (first === undefined) return { unit: "day", rows: [] };
  const last = sorted.at(-1)!;
  const span = (Date.parse(last) - Date.parse(first)) / 86_400_000 + 1;
  if (span > MOST_DAYS) {
    const months = new Map<string, number>();
    const end = last.slice(0, 7);
    if (span <= MOST_FILLED_DAYS)
      for (let month = first.slice(0, 7); month <= end; month = monthAfter(month)) months.set(month, 0);
    for (const day of sorted) months.set(day.slice(0, 7), (months.get(day.slice(0, 7)) ?? 0) + days.get(day)!);
    return { unit: "month", rows: [...months] };
  }
  return {
    unit: "day",
    rows: Array.from({ length: span }, (_, i) => {
      const day = new Date(Date.parse(first) + i * 86_400_000).toISOString().slice(0, 10);
      return [day, days.get(day) ?? 0];
    }),
  };
}

function monthAfter(month: string): string {
  const [year, number] = month.split("-").map(Number) as [number, number];
  return new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
}
