import { type Static, Type } from "typebox";
import { List, Time } from "./common.ts";

export const InstanceHealth = Type.Union(
  [
    Type.Literal("ok"),
    Type.Literal("warning"),
    Type.Literal("failing"),
    Type.Literal("quarantined"),
    Type.Literal("waiting"),
  ],
  {
    description:
      "waiting: never pulled yet; warning: pulled, but capture or lag need a look; failing: the last pull failed",
  },
);

export const Instance = Type.Object(
  {
    id: Type.String({ format: "uuid" }),
    name: Type.String(),
    url: Type.String(),
    db: Type.String(),
    login: Type.String({ description: "the service's user in Odoo" }),
    insecure: Type.Boolean({ description: "a certificate that no authority signed is accepted" }),
    state: Type.Union([Type.Literal("active"), Type.Literal("quarantined"), Type.Literal("removed")]),
    state_reason: Type.Optional(Type.String()),
    health: InstanceHealth,
    warnings: Type.Array(Type.String()),
    last_error: Type.Optional(Type.String()),
    lag_seconds: Type.Optional(
      Type.Number({ description: "age of the newest page's oldest event when it was stored" }),
    ),
    odoo_version: Type.Optional(Type.String()),
    addon_version: Type.Optional(Type.String()),
    head_seq: Type.Integer({ description: "number of its newest event" }),
    sealed_seq: Type.Integer({ description: "up to here a signed checkpoint vouches" }),
    acknowledged_seq: Type.Integer({ description: "up to here Odoo may forget" }),
    last_pull_at: Type.Optional(Time),
    created_at: Time,
  },
  {
    examples: [
      {
        id: "0b6f3c1e-5a7e-4a53-9a53-2a1f3c2f8a10",
        name: "acme",
        url: "https://odoo.example.com",
        db: "acme",
        login: "vigil",
        insecure: false,
        state: "active",
        health: "ok",
        warnings: [],
        lag_seconds: 0.8,
        odoo_version: "19.0",
        addon_version: "19.0.1.0.0",
        head_seq: 48211,
        sealed_seq: 48170,
        acknowledged_seq: 48170,
        last_pull_at: "2026-11-21T09:14:03.120000Z",
        created_at: "2026-10-02T08:00:00.000000Z",
      },
    ],
  },
);
export type Instance = Static<typeof Instance>;

export const InstanceList = List(Instance);
export type InstanceList = Static<typeof InstanceList>;
