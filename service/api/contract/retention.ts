import { type Static, Type } from "typebox";
import { Time } from "./common.ts";

const strict = { additionalProperties: false };

export const Retention = Type.Object({
  days: Type.Integer({ description: "how long evidence is kept" }),
  scope: Type.Enum(["instance", "organisation"], { description: "where the number of days was set" }),
  set_by: Type.String(),
  set_at: Time,
  hold: Type.Optional(
    Type.Object(
      { reason: Type.String(), set_by: Type.String(), set_at: Time },
      { description: "a legal hold: nothing is purged" },
    ),
  ),
  due: Type.Object(
    {
      events: Type.Integer(),
      segments: Type.Integer(),
      oldest_received_on: Type.Optional(Type.String()),
    },
    { description: "what the next run would purge; with a hold, what it would without" },
  ),
});
export type Retention = Static<typeof Retention>;

export const RetentionChange = Type.Object({ days: Type.Integer({ minimum: 1, maximum: 36_500 }) }, strict);
export const HoldChange = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 500, pattern: "\\S", description: "why these events must stay" }) },
  strict,
);
