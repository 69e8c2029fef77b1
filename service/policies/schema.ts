import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import type { SessionPolicy as WirePolicy } from "../../odoo_addon_client/session-protocol.ts";
import { parseNetwork } from "../places/address.ts";
import { SessionError } from "../sessions/index.ts";

const Minutes = Type.Integer({ minimum: 1, maximum: 525_600 });
const Login = Type.String({ minLength: 1, maxLength: 200 });
const Clock = Type.String({ pattern: "^([01]\\d|2[0-3]):[0-5]\\d$", description: "08:00" });
const strict = { additionalProperties: false };
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()]);

/** What an Odoo enforces on sessions. A key left out, or null: nothing is enforced by it. */
export const SessionPolicySchema = Type.Object(
  {
    inactivity_minutes: Type.Optional(nullable(Minutes)),
    by_group: Type.Optional(
      Type.Array(
        Type.Object({ group: Type.String({ pattern: "^[a-z0-9_]+\\.[A-Za-z0-9_.]+$" }), minutes: Minutes }, strict),
        { maxItems: 200, description: "by a group's external id; the strictest of a user's groups holds" },
      ),
    ),
    by_user: Type.Optional(
      Type.Array(Type.Object({ login: Login, minutes: nullable(Minutes) }, strict), {
        maxItems: 2000,
        description: "before groups; null: never",
      }),
    ),
    warning_seconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 3600 })),
    max_sessions: Type.Optional(nullable(Type.Integer({ minimum: 1, maximum: 1000 }))),
    max_sessions_mode: Type.Optional(Type.Union([Type.Literal("newest_wins"), Type.Literal("oldest_stays")])),
    absolute_hours: Type.Optional(nullable(Type.Integer({ minimum: 1, maximum: 8760 }))),
    allowed_hours: Type.Optional(
      Type.Array(
        Type.Object(
          {
            days: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7 }),
            from: Clock,
            to: Clock,
            tz: Type.String({ maxLength: 60 }),
          },
          strict,
        ),
        { maxItems: 50, description: "days 1 (Monday) to 7; empty: always" },
      ),
    ),
    allowed_networks: Type.Optional(
      Type.Array(Type.String({ maxLength: 60 }), { maxItems: 500, description: "CIDR; empty: from everywhere" }),
    ),
    exempt: Type.Optional(Type.Array(Login, { maxItems: 500, description: "logins that no rule here concerns" })),
    notices: Type.Optional(
      Type.Object({ expired: Type.Optional(Type.Boolean()), new_location: Type.Optional(Type.Boolean()) }, strict),
    ),
  },
  strict,
);
export type SessionPolicy = Static<typeof SessionPolicySchema>;

/** The wire and the schema say the same; the compiler holds them together. */
const sameShape: (policy: SessionPolicy) => WirePolicy = (policy) => policy;
const validator = Compile(SessionPolicySchema);

/**
 * Reads a policy from outside. Throws SessionError naming the first key that is wrong and what was expected; beyond the
 * schema it checks networks and time zones.
 */
export function checkPolicy(value: unknown): WirePolicy {
  if (!validator.Check(value)) {
    const [first] = validator.Errors(value);
    const where = first?.instancePath.slice(1).replaceAll("/", ".").slice(0, 100) || "A policy";
    // "schema is false" is how the validator says that no such key is allowed
    const problem = first?.message === "schema is false" ? "is no key of a policy" : (first?.message ?? "is wrong");
    throw new SessionError(`${where} ${problem}: docs/sessions.md lists the keys.`);
  }
  for (const network of value.allowed_networks ?? []) {
    if (parseNetwork(network) === undefined) {
      throw new SessionError(`allowed_networks: "${network}" is no network like 192.168.0.0/16 or 2001:db8::/32.`);
    }
  }
  for (const { tz } of value.allowed_hours ?? []) {
    if (!isTimeZone(tz)) throw new SessionError(`allowed_hours: "${tz}" is no time zone like Europe/Berlin.`);
  }
  return sameShape(value);
}

function isTimeZone(tz: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: tz });
    return tz !== "";
  } catch {
    return false; // what Intl does not know, Odoo's pytz does not know either
  }
}

const DEFAULTS = {
  inactivity_minutes: null,
  by_group: [],
  by_user: [],
  warning_seconds: 60,
  max_sessions: null,
  max_sessions_mode: "newest_wins",
  absolute_hours: null,
  allowed_hours: [],
  allowed_networks: [],
  exempt: [],
  notices: { expired: true, new_location: true },
} satisfies Required<WirePolicy>;

export type WholePolicy = Required<WirePolicy> & { notices: { expired: boolean; new_location: boolean } };

/** A policy with every key: what is left out as it is meant. */
export function wholePolicy(policy: WirePolicy): WholePolicy {
  return { ...DEFAULTS, ...policy, notices: { ...DEFAULTS.notices, ...policy.notices } };
}

/** Keys in which two policies differ in effect: defaults filled in, order of lists left aside. */
export function policyDifferences(a: WirePolicy, b: WirePolicy): string[] {
  const [left, right] = [wholePolicy(a), wholePolicy(b)];
  return (Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]).filter(
    (key) => canonical(left[key]) !== canonical(right[key]),
  );
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${entries
    .map(([key, item]) => `${key}:${canonical(item)}`)
    .sort()
    .join()}}`;
}
