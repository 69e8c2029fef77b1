import { once } from "node:events";
import type { ServerResponse } from "node:http";
import type { FastifyReply } from "fastify";
import { readHeads } from "../../store/event-rows.ts";
import type { TrailFilter } from "../../store/trail-filter.ts";
import type { Instance } from "../../store/types.ts";
import { countStreams } from "../metrics.ts";
import { Problem } from "../problem.ts";
import type { Context } from "../route.ts";
import { type Message, type Place, placeText, readOn, readPlace } from "./feed.ts";
import { hubOf } from "./hub.ts";

const BEAT_MS = 15_000;
/** a reader that takes nothing for so long is cut off; it comes back with Last-Event-ID */
const SLOWEST_MS = 30_000;
const CHECK_MS = 60_000;
const MOST_BY_ADDRESS = 20;
const open = new Map<string, number>();
const responses = new Set<ServerResponse>();

/**
 * Server-sent events: each with the place behind it as its id. No more than a page is in memory for a reader, and it
 * is read only when the one before was taken. A sign-in that ended ends its streams within a minute.
 */
export async function follow(
  context: Context,
  filter: TrailFilter,
  instances: () => Promise<Instance[]>,
  lastEventId: string | undefined,
): Promise<FastifyReply> {
  const { store, request, reply, services, principal } = context;
  const mine = open.get(request.ip) ?? 0;
  if (mine >= MOST_BY_ADDRESS)
    throw new Problem("too-many-requests", `Only ${MOST_BY_ADDRESS} streams are open to one address.`);
  const place: Place = lastEventId === undefined ? await headsOf(context, await instances()) : readPlace(lastEventId);
  reply.hijack();
  const response = reply.raw;
  open.set(request.ip, mine + 1);
  responses.add(response);
  countStreams(1);
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  response.on("error", () => gone.abort()); // a reader that broke off is one that closed
  response.socket?.setTimeout(0);
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
    "x-content-type-options": "nosniff",
  });
  const news = new News();
  const stop = hubOf(store).listen((heads) => news.tell(heads));
  const wake = (): void => news.wake();
  gone.signal.addEventListener("abort", wake);
  try {
    await send(response, `retry: 2000\nid: ${placeText(place)}\nevent: hello\ndata: {}\n\n`, gone.signal);
    let checked = performance.now();
    while (!gone.signal.aborted) {
      const heads = await news.next(BEAT_MS);
      if (gone.signal.aborted) break;
      if (performance.now() - checked > CHECK_MS) {
        const still = await services.authenticate(request).catch(() => undefined); // ended, revoked: no longer
        if (still?.organisation_id !== principal.organisation_id || !still.permissions.has("view:audit_logs")) break;
        checked = performance.now();
      }
      if (heads === undefined) {
        await send(response, ": still here\n\n", gone.signal);
        continue;
      }
      for await (const messages of readOn(store, await instances(), filter, place, heads)) {
        await send(response, messages.map(text).join(""), gone.signal);
        if (gone.signal.aborted) break;
      }
    }
  } catch (error) {
    services.log.warn({ reference: request.id, error: String(error) }, "stream ended");
  } finally {
    stop();
    gone.signal.removeEventListener("abort", wake);
    responses.delete(response);
    countStreams(-1);
    const left = (open.get(request.ip) ?? 1) - 1;
    if (left > 0) open.set(request.ip, left);
    else open.delete(request.ip);
    response.end();
  }
  return reply;
}

/** The server closes: its streams do not end by themselves. */
export function endStreams(): void {
  for (const response of responses) response.destroy();
}

const text = ({ id, data }: Message): string => `id: ${id}\ndata: ${data}\n\n`;

/** Writes, and waits until the reader took it. */
async function send(response: ServerResponse, chunk: string, gone: AbortSignal): Promise<void> {
  if (gone.aborted || response.write(chunk)) return;
  const late = AbortSignal.timeout(SLOWEST_MS);
  await once(response, "drain", { signal: AbortSignal.any([gone, late]) }).catch(() => {
    response.destroy(); // too slow, or gone
  });
}

async function headsOf({ store }: Context, instances: Instance[]): Promise<Place> {
  const heads = await readHeads(store.database);
  return Object.fromEntries(instances.map(({ id, head_seq }) => [id, heads.get(id) ?? head_seq]));
}

/** The newest heads, for one reader that may be busy when they come. */
class News {
  #heads: ReadonlyMap<string, number> | undefined;
  #told: ReadonlyMap<string, number> | undefined;
  #wake: (() => void) | undefined;

  tell(heads: ReadonlyMap<string, number>): void {
    if (same(heads, this.#told)) return;
    this.#heads = heads;
    this.wake();
  }
  wake(): void {
    this.#wake?.();
  }
  /** What is new; undefined when nothing was for `wait_ms`. */
  async next(wait_ms: number): Promise<ReadonlyMap<string, number> | undefined> {
    if (this.#heads === undefined) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, wait_ms);
      });
      clearTimeout(timer);
    }
    const heads = this.#heads;
    this.#heads = undefined;
    if (heads !== undefined) this.#told = heads;
    return heads;
  }
}

function same(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number> | undefined): boolean {
  if (b === undefined || a.size !== b.size) return false;
  for (const [id, head] of a) if (b.get(id) !== head) return false;
  return true;
}
