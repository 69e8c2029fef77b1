import { Type } from "typebox";
import { List, Time } from "./common.ts";

/** What a report is about and how it looks. */
const About = {
  user: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: "login" })),
  model: Type.Optional(Type.String({ minLength: 1, maxLength: 200, examples: ["sale.order"] })),
  record_id: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_147_483_647 })),
  kind: Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, description: "or a family", examples: ["record.*"] }),
  ),
  theme: Type.Optional(Type.String({ maxLength: 40 })),
  format: Type.Optional(Type.Union([Type.Literal("xlsx"), Type.Literal("csv"), Type.Literal("ndjson")])),
  time_zone: Type.Optional(Type.String({ maxLength: 60, examples: ["Europe/Berlin"] })),
};
const InstanceIds = Type.Array(Type.String({ format: "uuid" }), { minItems: 1, maxItems: 100 });
const Moment = Type.String({ format: "date-time", description: "ISO 8601; inclusive" });

export const NewReport = Type.Object(
  {
    name: Type.String({ description: "one of `GET /api/reports/kinds`", examples: ["audit"] }),
    instance_ids: InstanceIds,
    from: Type.Optional(Moment),
    to: Type.Optional(Moment),
    ...About,
  },
  { additionalProperties: false },
);
export type NewReport = Type.Static<typeof NewReport>;

export const ReportKinds = Type.Object({
  items: Type.Array(
    Type.Object({
      name: Type.String(),
      title: Type.String(),
      description: Type.String(),
      needs: Type.Array(Type.String(), { description: "filters without which it makes no sense" }),
    }),
  ),
  themes: Type.Array(Type.String()),
  formats: Type.Array(Type.String()),
});

const STATES = [
  Type.Literal("pending"),
  Type.Literal("running"),
  Type.Literal("succeeded"),
  Type.Literal("failed"),
  Type.Literal("cancelled"),
] as const;
export const TaskState = Type.Union([...STATES]);

export const Task = Type.Object({
  id: Type.String({ format: "uuid" }),
  kind: Type.String(),
  title: Type.String(),
  status: TaskState,
  progress: Type.Number({ description: "0 to 1" }),
  step: Type.String(),
  error: Type.Optional(Type.String({ description: "one sentence: why it failed, and what to do" })),
  attempts: Type.Integer(),
  created_by: Type.String(),
  created_at: Time,
  started_at: Type.Optional(Time),
  ended_at: Type.Optional(Time),
});

export const Report = Type.Object({
  id: Type.String({ format: "uuid", description: "of the report, and of the task that makes it" }),
  name: Type.String(),
  title: Type.String(),
  format: Type.String(),
  instance_ids: Type.Array(Type.String()),
  from: Type.Optional(Time),
  to: Type.Optional(Time),
  filters: Type.Record(Type.String(), Type.Union([Type.String(), Type.Integer()])),
  status: Type.Union([...STATES, Type.Literal("expired")]),
  progress: Type.Number({ description: "0 to 1" }),
  step: Type.String(),
  error: Type.Optional(Type.String()),
  created_by: Type.String(),
  created_at: Time,
  schedule_id: Type.Optional(Type.String()),
  file_name: Type.Optional(Type.String()),
  size_bytes: Type.Optional(Type.Integer()),
  sha256: Type.Optional(Type.String()),
  events: Type.Optional(Type.Integer()),
  rows: Type.Optional(Type.Integer()),
  expires_at: Type.Optional(Time),
});
export type Report = Type.Static<typeof Report>;
export const Reports = List(Report);

export const NewReportSchedule = Type.Object(
  {
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: "default: the report's title" })),
    name: Type.String({ description: "one of `GET /api/reports/kinds`" }),
    instance_ids: InstanceIds,
    cron: Type.String({ minLength: 9, maxLength: 100, description: "five fields", examples: ["0 6 * * 1"] }),
    timezone: Type.Optional(Type.String({ maxLength: 60, description: "IANA name; default UTC" })),
    period: Type.Optional(
      Type.String({
        maxLength: 10,
        description: "day, week, month, quarter, year, all, or `7d`: what was before each run",
      }),
    ),
    period_days: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 3_660, description: "the same as `period` in days" }),
    ),
    enabled: Type.Optional(Type.Boolean()),
    ...About,
  },
  { additionalProperties: false },
);
export type NewReportSchedule = Type.Static<typeof NewReportSchedule>;

export const ReportSchedule = Type.Object({
  id: Type.String({ format: "uuid" }),
  title: Type.String(),
  name: Type.String({ description: "of the report" }),
  instance_ids: Type.Array(Type.String()),
  cron: Type.String(),
  cron_text: Type.String({ description: "in plain words" }),
  timezone: Type.String(),
  period: Type.String(),
  enabled: Type.Boolean(),
  created_by: Type.String(),
  next_run_at: Type.Optional(Time),
  last_run_at: Type.Optional(Time),
});
export type ReportSchedule = Type.Static<typeof ReportSchedule>;
export const ReportSchedules = List(ReportSchedule);

/** How an organisation's reports look. */
export const ReportBrand = Type.Object(
  {
    color: Type.Optional(Type.String({ pattern: "^[0-9A-Fa-f]{6}$", description: "RRGGBB" })),
    time_zone: Type.String({ maxLength: 60, examples: ["Europe/Berlin"] }),
    logo: Type.Optional(Type.String({ maxLength: 400_000, description: "PNG or JPEG, base64; at most 300 kB" })),
  },
  { additionalProperties: false },
);
