import type { FastifyReply } from "fastify";
import { eventJsonOf } from "../../store/event-json.ts";
import type { InstanceRef } from "../../store/instances.ts";
import { readTrail } from "../../store/trail.ts";
import type { Instance } from "../../store/types.ts";
import type { EventQuery } from "../contract/events.ts";
import type { Context } from "../route.ts";
import { trailCursor, trailPlace } from "./cursor.ts";
import { filterOf } from "./filter.ts";
import { findPage, type KeptPage, keepPage, stampOf } from "./kept-pages.ts";

type Asked = Pick<Context<EventQuery>, "store" | "query" | "reply">;

/** A page of one instance: the one that was answered before, while nothing came to it and nothing was purged. */
export async function instancePage(context: Asked, instance: InstanceRef): Promise<FastifyReply> {
  const key = `${instance.id} ${JSON.stringify(context.query)}`;
  const stamp = stampOf(instance);
  const page = findPage(key, stamp) ?? keepPage(key, stamp, await pageText(context, [instance]));
  return sendPage(context.reply, page);
}

/** A page of the trail of these instances; `more` is JSON of further members. */
export async function trailPage(
  context: Asked,
  instances: Pick<Instance, "id" | "name">[],
  more = "",
): Promise<FastifyReply> {
  return sendJson(context.reply, await pageText(context, instances, more));
}

/** As JSON straight from the rows. */
async function pageText(
  { store, query }: Pick<Asked, "store" | "query">,
  instances: Pick<Instance, "id" | "name">[],
  more = "",
): Promise<string> {
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
  return `{"items":[${items}]${next}${more}}`;
}

function sendPage(reply: FastifyReply, { body, etag }: KeptPage): FastifyReply {
  return reply.type("application/json; charset=utf-8").header("etag", etag).send(body);
}

/** JSON that is text already. */
export function sendJson(reply: FastifyReply, text: string): FastifyReply {
  return reply.type("application/json; charset=utf-8").serializer(asIs).send(text);
}
const asIs = (payload: unknown): string => payload as string;
