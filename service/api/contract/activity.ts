import { type Static, Type } from "typebox";
import { List, Time } from "./common.ts";
import { Instance } from "./instances.ts";

const Count = Type.Object({
  value: Type.String(),
  label: Type.Optional(Type.String()),
  events: Type.Integer(),
});
const Day = Type.Object({
  day: Type.String({ description: "UTC", examples: ["2026-11-21"] }),
  events: Type.Integer({ description: "all of them" }),
  created: Type.Integer({ description: "records" }),
  updated: Type.Integer(),
  deleted: Type.Integer(),
});

export const PeriodQuery = Type.Object({
  period: Type.Optional(
    Type.String({ pattern: "^([1-9]\\d{0,2})d$", default: "7d", description: "whole days until now, 1d to 999d" }),
  ),
});

export const Activity = Type.Object(
  {
    period: Type.String(),
    from: Type.String(),
    to: Type.String(),
    total: Type.Integer(),
    days: Type.Array(Day, { description: "every day of the period, also those without events" }),
    hours: Type.Array(Type.Integer(), { description: "24 counts by hour of the day, UTC" }),
    kinds: Type.Array(Count),
    models: Type.Array(Count),
    users: Type.Array(Count),
    categories: Type.Array(Count),
    severities: Type.Array(Count),
  },
  { description: "counts of events by day of occurrence; a few seconds behind the newest event" },
);
export type Activity = Static<typeof Activity>;

export const UserList = List(
  Type.Object({
    login: Type.String(),
    name: Type.Optional(Type.String()),
    events: Type.Integer({ description: "in the period" }),
    last_event_at: Time,
  }),
);

export const Overview = Type.Object({
  instances: Type.Object({
    total: Type.Integer(),
    ok: Type.Integer(),
    warning: Type.Integer(),
    failing: Type.Integer(),
    quarantined: Type.Integer(),
    waiting: Type.Integer(),
  }),
  events: Type.Object({
    total: Type.Integer({ description: "stored so far, purged ones included" }),
    unsealed: Type.Integer({ description: "after the last signed checkpoint" }),
    today: Type.Integer(),
    days: Type.Array(Day, { description: "the last 14 days, UTC" }),
    severities: Type.Array(Count, { description: "of the last 7 days" }),
    kinds: Type.Array(Count, { description: "the ten most common of the last 7 days" }),
  }),
  sessions: Type.Object({ live: Type.Integer() }),
  items: Type.Array(Instance, { description: "those that need a look come first" }),
});
export type Overview = Static<typeof Overview>;
