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
    webhook_failures: Type.Optional(
      Type.Integer({ description: "posts in a row that the checkpoint webhook did not take" }),
    ),
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

const Name = Type.String({
  pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$",
  description: "letters, digits, dots, dashes, underscores; up to 63",
  examples: ["acme"],
});
const Text = (maxLength: number, description: string) => Type.String({ minLength: 1, maxLength, description });
const connection = {
  url: Text(500, "where it answers, like https://odoo.example.com"),
  db: Text(200, "name of its database"),
  login: Text(200, "login of the user that has the group Vigil Bridge"),
  key: Text(2000, "its API key (or password); stored encrypted, never shown again"),
  insecure: Type.Optional(Type.Boolean({ description: "accept a certificate that no authority signed" })),
};
const strict = { additionalProperties: false };

export const Connection = Type.Object(connection, strict);
export type Connection = Static<typeof Connection>;
export const NewInstance = Type.Object({ name: Name, ...connection }, strict);
export const InstanceChange = Type.Partial(Type.Object(connection), strict);

export const CheckStep = Type.Object({
  step: Type.Enum(["reach", "tls", "database", "credentials", "addon", "rights", "triggers"]),
  status: Type.Enum(["ok", "failed", "warning", "skipped"]),
  message: Type.Optional(Type.String({ description: "what was found; what to do when it failed" })),
});
export type CheckStep = Static<typeof CheckStep>;
export const Check = Type.Object({
  ok: Type.Boolean({ description: "no step failed" }),
  steps: Type.Array(CheckStep),
  odoo_version: Type.Optional(Type.String()),
  addon_version: Type.Optional(Type.String()),
  database: Type.Optional(Type.String()),
  transport: Type.Optional(Type.String()),
});
export type Check = Static<typeof Check>;

export const Acceptance = Type.Object(
  {
    as: Type.Union([Type.Literal("restored"), Type.Literal("copy")], {
      description: "restored: the original came back from a backup; copy: this is another database now",
    }),
    name: Type.Optional(Name),
  },
  strict,
);

export const PullAnswer = Type.Object({
  requested: Type.Boolean({ description: "false: no poller runs in this process" }),
  head_seq: Type.Integer(),
});

export const Verification = Type.Object(
  {
    instance: Type.String(),
    status: Type.Enum(["intact", "pruned", "broken"]),
    broken_at: Type.Optional(Type.Integer({ description: "seq of the first event that does not hold" })),
    reason: Type.Optional(Type.String()),
    cell: Type.Optional(Type.String({ description: "the column or field that was altered" })),
    events: Type.Integer(),
    segments: Type.Integer(),
    pruned: Type.Integer({ description: "events that signed tombstones attest to" }),
    unsealed: Type.Integer({ description: "chained, not yet signed" }),
    head_seq: Type.Integer(),
    head_hash: Type.Optional(Type.String()),
  },
  { description: "the chain, rebuilt from the stored columns" },
);

export const Checkpoint = Type.Object({
  number: Type.Integer(),
  first_seq: Type.Integer(),
  last_seq: Type.Integer(),
  received_on: Type.String(),
  sealed_at: Time,
  body: Type.String({ description: "canonical JSON: what the signature states" }),
  hash: Type.String(),
  signature: Type.String({ description: "Ed25519 over the hash, hex" }),
  public_key: Type.String(),
  purged: Type.Boolean({ description: "its events were purged; a signed tombstone says so" }),
});
export const CheckpointList = List(Checkpoint);
