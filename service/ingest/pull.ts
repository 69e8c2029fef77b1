import { hostname } from "node:os";
import { decodePage } from "../../odoo_addon_client/decode.ts";
import type { OdooEvent } from "../../odoo_addon_client/event.ts";
import type { Page, Schema } from "../../odoo_addon_client/protocol.ts";
import { type Head, type PreparedBatch, prepareBatch, readHead, writeBatch } from "../store/append-batch.ts";
import { LeaseError } from "../store/errors.ts";
import { readIngestState } from "../store/ingest-rows.ts";
import { releaseLease, takeLease } from "../store/leases.ts";
import type { Instance, Store } from "../store/types.ts";
import { acknowledgeInstance, tellOdoo } from "./acknowledge.ts";
import type { BridgeClient, DecodePage } from "./client.ts";
import { QuarantinedError } from "./identity.ts";
import { checkPage, fetchPage, type PullState, withoutDoubles } from "./page.ts";
import { SealBehind } from "./seal-behind.ts";

export interface PullOptions {
  /** rows a page, default 5000 */
  limit?: number | undefined;
  /** who works: `host:pid` or the like; the lease is taken in this name */
  leaseHolder?: string | undefined;
  onProgress?: ((progress: PullProgress) => void) | undefined;
  decode?: DecodePage | undefined;
  /** ends the pull after the page under way */
  signal?: AbortSignal | undefined;
  /** seal and acknowledge at the end (default), or leave it to a later call */
  acknowledge?: boolean | undefined;
  /** at most so many pages in this call; default: until nothing is pending */
  pages?: number | undefined;
}
export interface PullProgress {
  /** stored by this call so far */
  events: number;
  head_seq: number;
  /** when the newest stored event happened */
  occurred_at?: string;
  more: boolean;
}
export interface PullResult {
  events: number;
  more: boolean;
}

const PAGE_ROWS = 5_000;
/** a backlog is acknowledged on the way, so that Odoo's outbox shrinks while we catch up */
const ACKNOWLEDGE_EVERY = 100_000;

/** One page: read, checked, chained, stored with its cursor; sealed and acknowledged when it was the last one. */
export function pullOnce(
  store: Store,
  instance: Instance,
  client: BridgeClient,
  options: PullOptions = {},
): Promise<PullResult> {
  return pullAll(store, instance, client, { ...options, pages: 1 });
}

/**
 * Everything pending, three pages at a time: Odoo makes the next one while this one is decoded and chained and the last
 * one is written (pulling changes nothing in Odoo, and the cursor is in the page); what is stored is sealed meanwhile.
 * Exactly once by writeBatch: what a crash undoes is pulled again from the stored cursor.
 * Throws LeaseError while another service pulls it, QuarantinedError when another database answers.
 */
export async function pullAll(
  store: Store,
  instance: Instance,
  client: BridgeClient,
  options: PullOptions = {},
): Promise<PullResult> {
  const current = await store.instances.get(instance.name);
  if (current.state === "quarantined")
    throw new QuarantinedError(instance.name, current.state_reason ?? "no reason was kept");
  const lease = await takeLease(store, instance.id, options.leaseHolder ?? `${hostname()}:${process.pid}`);
  if (lease === undefined)
    throw new LeaseError(`Another service is pulling "${instance.name}" right now: try again in a moment.`);
  let writing: Promise<void> = Promise.resolve();
  const sealing = new SealBehind(store, current);
  try {
    const known = await readIngestState(store, instance.id);
    const state: PullState = { ...known, schema: parseSchema(known.schema_body) };
    const limit = options.limit ?? PAGE_ROWS;
    const request = (cursor: string | undefined): Promise<Page> => {
      const asked = fetchPage(store, current, client, {
        cursor,
        limit,
        schema_version: state.schema === undefined ? undefined : state.schema.version,
      });
      asked.catch(() => undefined); // awaited later; an early failure must not count as unhandled
      return asked;
    };
    let head = await readHead(store, instance.id);
    let pending: Promise<Page> | undefined = request(head.cursor);
    let events = 0;
    let unacknowledged = 0;
    let more = false;
    for (let pages = 1; pending !== undefined; pages++) {
      const page: Page = await pending;
      const schema = await checkPage(store, current, state, page);
      more = page.more;
      const goOn = more && !options.signal?.aborted && pages < (options.pages ?? Number.POSITIVE_INFINITY);
      // an acknowledgement turns the nonce, so no page may be under way across it
      const tell = goOn && unacknowledged >= ACKNOWLEDGE_EVERY && options.acknowledge !== false;
      pending = goOn && !tell ? request(page.cursor) : undefined;
      const all = (options.decode ?? decodePage)(page, schema);
      const decoded = state.skip_doubles ? await withoutDoubles(store, current, all) : all;
      const prepared = await prepare(store, head, state, page, decoded);
      await writing; // never two at once
      if (prepared !== undefined) {
        head = prepared.to;
        events += decoded.length;
        unacknowledged += decoded.length;
        const progress = { events, head_seq: head.seq, more, ...newestOf(decoded) };
        writing = writeBatch(store, lease, prepared).then(() => {
          options.onProgress?.(progress);
          if (options.acknowledge !== false) sealing.stored(progress.events);
        });
        writing.catch(() => undefined); // awaited above or below; it must not count as unhandled meanwhile
      }
      state.identity ??= page.identity;
      state.nonce = page.identity.nonce;
      if (state.skip_doubles && !more) state.skip_doubles = false;
      if (tell) {
        await writing;
        await takeLease(store, instance.id, lease.holder);
        await sealing.done();
        await tellOdoo(store, current, client);
        const { nonce, nonce_pending } = await readIngestState(store, instance.id);
        Object.assign(state, { nonce, nonce_pending });
        unacknowledged = 0;
        pending = request(page.cursor);
      }
    }
    await writing;
    await sealing.done();
    if (options.acknowledge !== false && !more) await acknowledgeInstance(store, current, client);
    return { events, more };
  } finally {
    await Promise.allSettled([writing, sealing.done()]); // thrown already, or second to what was
    await releaseLease(store, lease).catch(() => undefined); // it runs out by itself; the first error is the one to tell
  }
}

/** undefined when the page says nothing new. */
function prepare(
  store: Store,
  head: Head,
  state: PullState,
  page: Page,
  events: OdooEvent[],
): Promise<PreparedBatch> | undefined {
  const quiet =
    events.length === 0 && page.cursor === head.cursor && page.schema === undefined && state.identity !== undefined;
  if (quiet && state.nonce === page.identity.nonce && !state.skip_doubles) return undefined;
  return prepareBatch(store, head, {
    events,
    cursor: page.cursor,
    schema_version: page.schema === undefined ? undefined : page.schema_version,
    schema_body: page.schema === undefined ? undefined : JSON.stringify(page.schema),
    nonce: page.identity.nonce,
    identity: state.identity === undefined ? JSON.stringify(page.identity) : undefined,
    skip_doubles: state.skip_doubles && !page.more ? false : undefined,
  });
}

function newestOf(events: OdooEvent[]): { occurred_at?: string } {
  const newest = events.at(-1);
  return newest === undefined ? {} : { occurred_at: newest.occurred_at };
}

function parseSchema(body: string | undefined): Schema | undefined {
  return body === undefined ? undefined : (JSON.parse(body) as Schema);
}
