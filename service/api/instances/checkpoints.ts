import { Type } from "typebox";
import { microseconds } from "../../chain/record.ts";
import { readCheckpoints } from "../../store/checkpoint-rows.ts";
import { InstanceParams, Paging } from "../contract/common.ts";
import { CheckpointList } from "../contract/instances.ts";
import { readCursor, writeCursor } from "../paging.ts";
import { route } from "../route.ts";
import { instanceOf } from "./find.ts";

const isPlace = (place: unknown): place is { n: number } => Number.isSafeInteger((place as { n?: unknown } | null)?.n);

export const listCheckpoints = route({
  method: "GET",
  path: "/api/instances/{id}/checkpoints",
  permission: "view:audit_logs",
  summary: "The signed checkpoints, newest first",
  schema: { params: InstanceParams, query: Type.Object(Paging), response: CheckpointList },
  handler: async ({ store, params, query }) => {
    const { id } = await instanceOf(store, params.id);
    const limit = query.limit ?? 50;
    const below = query.cursor === undefined ? undefined : readCursor(query.cursor, isPlace).n;
    const rows = await readCheckpoints(store.database, id, { below, limit: limit + 1, offset: query.offset ?? 0 });
    const items = rows.slice(0, limit).map((row) => ({
      number: row.number,
      first_seq: row.first_seq,
      last_seq: row.last_seq,
      received_on: row.received_on,
      sealed_at: microseconds(row.sealed_at),
      body: row.body,
      hash: row.hash.toString("hex"),
      signature: row.signature,
      public_key: row.public_key,
      purged: row.purged,
    }));
    return rows.length > limit ? { items, next_cursor: writeCursor({ n: items.at(-1)!.number }) } : { items };
  },
});
