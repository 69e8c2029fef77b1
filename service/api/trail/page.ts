import type { FastifyReply } from "fastify";
import { eventJsonOf } from "../../store/event-json.ts";
import { readTrail } from "../../store/trail.ts";
import type { Instance } from "../../store/types.ts";
import type { EventQuery } from "../contract/events.ts";
import type { Context } from "../route.ts";
import { trailCursor, trailPlace } from "./cursor.ts";
import { filterOf } from "./filter.ts";

/** A page of the trail of these instances, written as JSON straight from the rows; `more` is JSON of further members. */
export async function trailPage(
  { store, query, reply }: Pick<Context<EventQuery>, "store" | "query" | "reply">,
  instances: Pick<Instance, "id" | "name">[],
  more = "",
): Promise<FastifyReply> {
  const filter = filterOf(query);
  const names = new Map(instances.map(({ id, name }) => [id, name]));
  const page =
    instances.length === 0
      ? { rows: [] }
      : await readTrail(store, {
          instances: instances.map(({ id }) => id),
          filter,
          direction: query.order,
          limit: query.limit ?? 50,
          offset: query.offset,
          json: true,
          after: query.cursor === undefined ? undefined : trailPlace(query.cursor),
        });
  const items = page.rows.map((row) => eventJsonOf(row, names.get(row.instance_id as string)!)).join(",");
  const next = page.next === undefined ? "" : `,"next_cursor":"${trailCursor(page.next)}"`;
  return sendJson(reply, `{"items":[${items}]${next}${more}}`);
}

/** JSON that is text already. */
export function sendJson(reply: FastifyReply, text: string): FastifyReply {
  return reply.type("application/json; charset=utf-8").serializer(asIs).send(text);
}
const asIs = (payload: unknown): string => payload as string;
