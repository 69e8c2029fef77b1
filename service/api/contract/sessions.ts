import { Type } from "typebox";
import { List, Paging, Time } from "./common.ts";
import { Moment, Severity } from "./events.ts";

const Device = Type.Object({
  browser: Type.String(),
  browser_version: Type.String(),
  os: Type.String(),
  os_version: Type.String(),
  device_type: Type.String({ description: "desktop, mobile, tablet, bot, script, …" }),
});
const Place = Type.Object({
  ip: Type.Optional(Type.String()),
  country_code: Type.Optional(Type.String()),
  country: Type.Optional(Type.String()),
  city: Type.Optional(Type.String()),
  latitude: Type.Optional(Type.Number()),
  longitude: Type.Optional(Type.Number()),
  asn: Type.Optional(Type.Integer()),
  as_name: Type.Optional(Type.String()),
});
const word = (maxLength = 200) => Type.Optional(Type.String({ minLength: 1, maxLength }));

export const Session = Type.Object({
  instance: Type.String(),
  session: Type.String({ description: "SHA-256 of the session's id: names it, opens nothing" }),
  user: Type.Object({ id: Type.Optional(Type.Integer()), login: Type.String(), name: Type.String() }),
  live: Type.Boolean(),
  method: Type.Optional(Type.String({ description: "password, totp, passkey, api_key, oauth, ldap" })),
  interface: Type.Optional(Type.String()),
  started_at: Time,
  last_request_at: Type.Optional(Time),
  last_activity_at: Type.Optional(Time),
  ended_at: Type.Optional(Time),
  end_reason: Type.Optional(Type.String()),
  ended_by: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  duration_s: Type.Integer(),
  active_s: Type.Integer(),
  idle_s: Type.Integer(),
  precision_s: Type.Integer({ description: "the three above are right to so many seconds" }),
  device: Device,
  place: Place,
  user_agent: Type.Optional(Type.String()),
  stale: Type.Optional(Type.Boolean({ description: "the instance did not answer for a while: the last we know" })),
  synced_at: Type.Optional(Time),
});
export const SessionList = List(Session);
export const SessionFilters = Type.Object({
  live: Type.Optional(Type.Boolean()),
  user: word(),
  ip: word(50),
  ...Paging,
});

export const SessionEnd = Type.Object(
  {
    session: Type.Optional(
      Type.String({ pattern: "^[0-9a-fA-F]{6,64}$", description: "its digest, or enough of its beginning" }),
    ),
    user: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: "login: all of that user's" })),
    all: Type.Optional(Type.Literal(true, { description: "everybody's" })),
    reason: Type.String({
      minLength: 1,
      maxLength: 500,
      description: "stands in the evidence and is shown to the person",
    }),
  },
  { additionalProperties: false, description: "exactly one of session, user, all" },
);
export const SessionsEnded = Type.Object({ instance: Type.String(), ended: Type.Integer() });

export const UserBlock = Type.Object(
  {
    user: Type.String({ minLength: 1, maxLength: 200, description: "login" }),
    blocked: Type.Boolean(),
    reason: Type.String({ minLength: 1, maxLength: 500 }),
  },
  { additionalProperties: false },
);
export const UserBlocked = Type.Object({ instance: Type.String(), login: Type.String(), blocked: Type.Boolean() });

export const Login = Type.Object({
  instance: Type.String(),
  seq: Type.Integer(),
  occurred_at: Time,
  outcome: Type.Enum(["success", "failed"]),
  user: Type.Union([Type.Object({ id: Type.Integer(), login: Type.String(), name: Type.String() }), Type.Null()]),
  login_tried: Type.Optional(Type.String()),
  reason: Type.Optional(Type.String()),
  method: Type.Optional(Type.String()),
  interface: Type.Optional(Type.String()),
  session: Type.Optional(Type.String()),
  ip: Type.Optional(Type.String()),
  place: Place,
  device: Device,
  user_agent: Type.Optional(Type.String()),
  first_seen: Type.Optional(
    Type.Object({ device: Type.Boolean(), country: Type.Boolean() }, { description: "the user's first login with it" }),
  ),
});
export const LoginList = List(Login);
export const LoginFilters = Type.Object({
  failed: Type.Optional(Type.Boolean()),
  user: word(),
  ip: word(50),
  session: word(64),
  from: Type.Optional(Moment),
  to: Type.Optional(Moment),
  ...Paging,
});

export const Finding = Type.Object({
  id: Type.String(),
  instance: Type.String(),
  kind: Type.String({ examples: ["security.impossible_travel"] }),
  rule: Type.String(),
  severity: Severity,
  occurred_at: Time,
  found_at: Time,
  subject: Type.String(),
  summary: Type.String(),
  user: Type.Optional(Type.String()),
  ip: Type.Optional(Type.String()),
  seq: Type.Integer({ description: "the event that completed it" }),
  evidence: Type.Array(Type.Integer(), { description: "seqs, at most the newest 100 of evidence_count" }),
  evidence_count: Type.Integer(),
  details: Type.Record(Type.String(), Type.Unknown()),
  parameters: Type.Record(Type.String(), Type.Unknown()),
});
export const FindingList = List(Finding);

const Thresholds = Type.Record(
  Type.String({ maxLength: 60 }),
  Type.Union([
    Type.Integer({ minimum: 1 }),
    Type.Boolean(),
    Type.String({ maxLength: 60, description: "a time zone" }),
    Type.Array(Type.String({ maxLength: 200 }), { maxItems: 1000, description: "logins and networks" }),
  ]),
  { examples: [{ attempts: 20, ignore: ["192.0.2.0/24"] }] },
);
export const FindingRule = Type.Object({
  rule: Type.String({ examples: ["brute_force_user"] }),
  severity: Severity,
  about: Type.String(),
  parameters: Type.Record(Type.String(), Type.Unknown(), { description: "what holds" }),
  defaults: Type.Record(Type.String(), Type.Unknown()),
  own: Type.Record(Type.String(), Type.Unknown(), { description: "what was set here, and only that" }),
  set_by: Type.Optional(Type.String()),
  set_at: Type.Optional(Time),
});
export const FindingRules = List(FindingRule);
export const RuleName = Type.String({ minLength: 1, maxLength: 60, examples: ["brute_force_user"] });
export const FindingRuleChange = Type.Object(
  {
    parameters: Thresholds,
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
  },
  { additionalProperties: false, description: "what is not named goes back to what holds without it" },
);
export const FindingFilters = Type.Object({
  rule: word(),
  severity: Type.Optional(Severity),
  user: word(),
  ip: word(50),
  from: Type.Optional(Moment),
  to: Type.Optional(Moment),
  ...Paging,
});
