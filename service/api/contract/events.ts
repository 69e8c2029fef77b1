import { type Static, Type } from "typebox";
import { List, Paging, Time } from "./common.ts";

const Named = Type.Object({ id: Type.Integer(), name: Type.Optional(Type.String()) });
const User = Type.Object({ id: Type.Integer(), login: Type.String(), name: Type.String() });

export const Change = Type.Object({
  field: Type.String(),
  label: Type.String(),
  type: Type.String({ description: "Odoo's type of the field; decides the shape of before and after" }),
  lang: Type.Optional(Type.String()),
  company: Type.Optional(Named),
  before: Type.Optional(
    Type.Unknown({
      description:
        'selection {key,label}; many2one {id,name}; monetary {amount:"12.50",currency}; binary {size_bytes,sha256}; else plain',
    }),
  ),
  after: Type.Optional(Type.Unknown()),
  added: Type.Optional(Type.Array(Named)),
  removed: Type.Optional(Type.Array(Named)),
  redacted: Type.Optional(Type.Literal(true, { description: "a secret: that it changed is all that is known" })),
});
export type Change = Static<typeof Change>;

const CATEGORIES = ["auth", "security", "admin", "comms", "system", "data"] as const;
const SEVERITIES = ["critical", "high", "medium", "low"] as const;
export const Category = Type.Enum([...CATEGORIES]);
export const Severity = Type.Enum([...SEVERITIES]);

export const Event = Type.Object(
  {
    instance: Type.String({ description: "name" }),
    instance_id: Type.String({ format: "uuid" }),
    seq: Type.Integer({ description: "place in the instance's chain, from 1 without a hole" }),
    source_id: Type.String(),
    occurred_at: Time,
    received_at: Time,
    kind: Type.String({ examples: ["record.updated", "session.login"] }),
    category: Category,
    severity: Severity,
    model: Type.Optional(Type.String()),
    model_label: Type.Optional(Type.String()),
    record_id: Type.Optional(Type.Integer()),
    record_name: Type.Optional(Type.String()),
    user: Type.Union([User, Type.Null()], { description: "null: nobody acted (SQL from outside)" }),
    as_user: Type.Optional(User),
    origin: Type.Object(
      {
        type: Type.String(),
        route: Type.Optional(Type.String()),
        method: Type.Optional(Type.String()),
        model: Type.Optional(Type.String()),
        id: Type.Optional(Type.Integer()),
        name: Type.Optional(Type.String()),
      },
      { description: "how it came about: rpc, http, cron, server_action, shell, install, sql, system" },
    ),
    session: Type.Optional(Type.String()),
    ip: Type.Optional(Type.String()),
    user_agent: Type.Optional(Type.String()),
    request_id: Type.Optional(Type.String()),
    correlation_id: Type.Optional(Type.String()),
    transaction: Type.String(),
    changes: Type.Array(Change),
    details: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    hash: Type.String({ description: "SHA-256 of the chain at this place, hex" }),
  },
  {
    examples: [
      {
        instance: "acme",
        instance_id: "0b6f3c1e-5a7e-4a53-9a53-2a1f3c2f8a10",
        seq: 48211,
        source_id: "7300000000000000001:48127/71/12/u",
        occurred_at: "2026-11-21T09:14:03.120000Z",
        received_at: "2026-11-21T09:14:04.002000Z",
        kind: "record.updated",
        category: "data",
        severity: "low",
        model: "res.partner",
        model_label: "Contact",
        record_id: 12,
        record_name: "Azure Interior",
        user: { id: 2, login: "admin", name: "Mitchell Admin" },
        origin: { type: "rpc", method: "web_save", model: "res.partner", route: "/web/dataset/call_kw" },
        transaction: "7300000000000000001:48127",
        changes: [{ field: "city", label: "City", type: "char", before: "Fremont", after: "Berlin" }],
        hash: "9f2c7a1e0b8d4c6f9f2c7a1e0b8d4c6f9f2c7a1e0b8d4c6f9f2c7a1e0b8d4c6f",
      },
    ],
  },
);
export type Event = Static<typeof Event>;

export const EventList = List(Event);
export type EventList = Static<typeof EventList>;

/** ISO 8601; without a zone it is UTC. */
export const Moment = Type.String({
  pattern: "^\\d{4}-\\d\\d-\\d\\d(T\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,6})?)?(Z|[+-]\\d\\d:\\d\\d)?)?$",
  examples: ["2026-11-01", "2026-11-21T09:14:03Z"],
  description: "ISO 8601, UTC unless it names a zone; both ends are included, a day as `to` means its whole",
});

const Word = (description: string, maxLength = 200) => Type.String({ minLength: 1, maxLength, description });

/** The filters of every list of events. */
export const EventFilters = {
  category: Type.Optional(Category),
  severity: Type.Optional(Severity),
  user: Type.Optional(Word("login")),
  model: Type.Optional(Word("like res.partner")),
  record_id: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
  kind: Type.Optional(Word("like record.updated")),
  session: Type.Optional(Word("as an event shows it")),
  request_id: Type.Optional(Word("everything that one click did")),
  transaction: Type.Optional(Word("everything that one transaction did")),
  from: Type.Optional(Moment),
  to: Type.Optional(Moment),
  q: Type.Optional(
    Type.String({
      minLength: 2,
      maxLength: 200,
      description:
        "free text in names, logins and changes; 10,000 events are read for a page, which may come back short with a `next_cursor`",
    }),
  ),
};

export const EventQuery = Type.Object({
  ...EventFilters,
  order: Type.Optional(Type.Union([Type.Literal("desc"), Type.Literal("asc")], { default: "desc" })),
  ...Paging,
  cursor: Type.Optional(Type.String({ maxLength: 8000, description: "`next_cursor` of the page before" })),
});
export type EventQuery = Static<typeof EventQuery>;

export const ProofStep = Type.Object({ side: Type.Enum(["left", "right"]), hash: Type.String() });

export const EventWithProof = Type.Object({
  event: Event,
  proof: Type.Object(
    {
      status: Type.Enum(["signed", "unsealed"], {
        description: "unsealed: chained, its checkpoint comes within a minute",
      }),
      previous_hash: Type.Optional(Type.String({ description: "of the event before; the hash is made on it" })),
      commitments: Type.String({ description: "salt and leaf of each value, hex" }),
      checkpoint: Type.Optional(
        Type.Object({
          number: Type.Integer(),
          body: Type.String(),
          hash: Type.String(),
          signature: Type.String(),
          public_key: Type.String(),
        }),
      ),
      index: Type.Optional(Type.Integer({ description: "place in the checkpoint's segment, from 0" })),
      merkle: Type.Optional(
        Type.Array(ProofStep, { description: "from the event's hash to the checkpoint's merkle_root" }),
      ),
    },
    { description: "what proves this event offline; docs/chain.md says how" },
  ),
});

export const RecordHistory = Type.Object({
  items: Type.Array(Event),
  next_cursor: Type.Optional(Type.String()),
  state: Type.Optional(
    Type.Object(
      {
        at: Time,
        exists: Type.Boolean({ description: "false: not created yet, or deleted" }),
        complete: Type.Boolean({ description: "its creation is in the trail, so every field is known" }),
        record_name: Type.Optional(Type.String()),
        fields: Type.Array(
          Type.Object({
            field: Type.String(),
            label: Type.String(),
            type: Type.String(),
            lang: Type.Optional(Type.String()),
            company: Type.Optional(Named),
            value: Type.Unknown({ description: "as `after` of a change; null: empty" }),
            since: Type.Optional(
              Type.String({ description: "when it got this value; absent: before the trail begins" }),
            ),
            seq: Type.Optional(Type.Integer()),
          }),
        ),
      },
      { description: "the record at `state_at`, rebuilt from before and after of its changes" },
    ),
  ),
});
