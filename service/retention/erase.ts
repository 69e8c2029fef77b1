import { hostname } from "node:os";
import type { OdooEvent } from "../../odoo_addon_client/event.ts";
import type { CheckpointBody } from "../chain/checkpoint.ts";
import { ERASED_DETAILS, ERASED_KIND, ERASED_SUBJECT, erasedChange, hasNoSalt, leavesOf } from "../chain/erased.ts";
import { CHANGE, COMMITMENT_BYTES, DETAILS, SALT_BYTES, SUBJECT } from "../chain/hashing.ts";
import { type EventRecord, toRecord } from "../chain/record.ts";
import { sealInstance } from "../chain/seal.ts";
import { serviceEvent } from "../chain/service-event.ts";
import { prepareBatch, readHead, writeBatch } from "../store/append-batch.ts";
import { forgetLogin, readRows, readSegments, readTombstones, replaceErased } from "../store/chain-rows.ts";
import { LeaseError, StoreError } from "../store/errors.ts";
import { type Lease, releaseLease, takeLease } from "../store/leases.ts";
import type { Instance, Store } from "../store/types.ts";
import { listHolds } from "./policy.ts";

/** Whom to erase; what fits any of these. */
export interface ErasureRequest {
  /** who did it: name, address, session and browser of every event by this login, or in its name */
  user?: string | undefined;
  /** every value of the events of this record */
  record?: { model: string; id: number } | undefined;
  /** every value that holds this text, whatever the case: a name or an address of mail, of at least three characters */
  text?: string | undefined;
}
export interface ErasurePlan {
  events: number;
  values: number;
}
export interface ErasureOptions {
  reason: string;
  actor: string;
}

/** events of one statement in the chain, and of one transaction */
const EVENTS_AT_ONCE = 1_000;

/** What `erase` would take away of what is sealed; changes nothing. */
export async function planErasure(store: Store, instance: Instance, request: ErasureRequest): Promise<ErasurePlan> {
  const plan = { events: 0, values: 0 };
  for await (const { leaves } of findValues(store, instance, check(request))) {
    plan.events++;
    plan.values += leaves.length;
  }
  return plan;
}

/**
 * Takes a person's values out of the evidence: the chain first says which (`tracking.erased`, who and why), then each
 * value and its salt are overwritten. Their leaves stay, so every hash and signature still holds. A crash in between
 * leaves values that are named and not gone yet: the command finds them again. Legal hold refuses.
 */
export async function erase(
  store: Store,
  instance: Instance,
  request: ErasureRequest,
  options: ErasureOptions,
): Promise<ErasurePlan> {
  const wanted = check(request);
  if (options.reason.trim() === "") throw new StoreError("An erasure needs a reason: say what asks for it.");
  const held = (await listHolds(store)).some((hold) => hold.instance === instance.name);
  if (held)
    throw new StoreError(
      `"${instance.name}" is under legal hold: nothing of it is erased before the hold is released.`,
    );
  const lease = await takeLease(store, instance.id, `erase:${hostname()}:${process.pid}`);
  if (lease === undefined)
    throw new LeaseError(`Another service is working on "${instance.name}" right now: try again in a moment.`);
  const done = { events: 0, values: 0 };
  try {
    await sealInstance(store, instance); // only what is sealed is erased: sealing reads values once more
    let found: Found[] = [];
    const flush = async (): Promise<void> => {
      if (found.length === 0) return;
      await takeLease(store, instance.id, lease.holder);
      await eraseSome(store, instance, lease, found, options);
      done.events += found.length;
      done.values += found.reduce((sum, { leaves }) => sum + leaves.length, 0);
      found = [];
    };
    for await (const one of findValues(store, instance, wanted)) {
      if (found.push(one) >= EVENTS_AT_ONCE) await flush();
    }
    await flush();
    if (request.user !== undefined) {
      const login = request.user;
      await store.database.ownerTransaction((tx) => forgetLogin(tx, instance.id, login));
    }
    await sealInstance(store, instance);
  } finally {
    await releaseLease(store, lease);
  }
  return done;
}

interface Found {
  record: EventRecord;
  leaves: number[];
}
type Wanted = (record: EventRecord) => ((domain: string, text: string) => boolean) | undefined;

function check({ user, record, text }: ErasureRequest): Wanted {
  const needle = text?.trim().toLowerCase();
  if (needle !== undefined && needle.length < 3)
    throw new StoreError("A text to erase must have three characters at least: a shorter one is in everything.");
  if (user === undefined && record === undefined && needle === undefined)
    throw new StoreError("Say whom to erase: a user, a record or a text.");
  const quoted = needle === undefined ? undefined : JSON.stringify(needle).slice(1, -1);
  return (event) => {
    if (record !== undefined && event.model === record.model && event.record_id === record.id) return () => true;
    const acted =
      user !== undefined &&
      (event.user_login === user || (event.as_user !== null && JSON.parse(event.as_user).login === user));
    if (!acted && quoted === undefined) return undefined;
    return (domain, value) =>
      (acted && domain === SUBJECT) || (quoted !== undefined && value.toLowerCase().includes(quoted));
  };
}

async function* findValues(store: Store, instance: Instance, wanted: Wanted): AsyncGenerator<Found> {
  const purged = new Set((await readTombstones(store.database, instance.id)).map((stone) => stone.segment_number));
  for (const segment of await readSegments(store.database, instance.id)) {
    if (purged.has(segment.number)) continue;
    for await (const rows of readRows(store, instance.id, JSON.parse(segment.body) as CheckpointBody)) {
      while (rows.next()) {
        const record = toRecord(rows);
        const fits = record.kind === ERASED_KIND ? undefined : wanted(record);
        if (fits === undefined) continue;
        const leaves = leavesOf(record).flatMap(([domain, text], leaf) =>
          fits(domain, text) && !hasNoSalt(record.commitments, leaf) ? [leaf] : [],
        );
        if (leaves.length > 0) yield { record, leaves };
      }
    }
  }
}

async function eraseSome(
  store: Store,
  instance: Instance,
  lease: Lease,
  found: Found[],
  options: ErasureOptions,
): Promise<void> {
  const head = await readHead(store, instance.id);
  const event = erasedEvent(store, found, options);
  await writeBatch(store, lease, await prepareBatch(store, head, { events: [event], cursor: head.cursor }));
  const records = found.map(({ record, leaves }) => without(record, leaves));
  await store.database.ownerTransaction((tx) => replaceErased(tx, instance.id, records));
}

function without(record: EventRecord, erased: number[]): EventRecord {
  const commitments = Buffer.from(record.commitments);
  let left = { ...record, commitments };
  const changes: string[] = [];
  for (const [leaf, [domain, text]] of leavesOf(record).entries()) {
    const gone = erased.includes(leaf);
    if (gone) commitments.fill(0, leaf * COMMITMENT_BYTES, leaf * COMMITMENT_BYTES + SALT_BYTES);
    if (domain === CHANGE) changes.push(gone ? erasedChange(text) : text);
    else if (gone && domain === SUBJECT) left = { ...left, ...ERASED_SUBJECT };
    else if (gone && domain === DETAILS) left = { ...left, details: ERASED_DETAILS };
  }
  return { ...left, changes: `[${changes.join(",\n")}]` };
}

/** Which values, by seq and place of the leaf; never what they were. */
function erasedEvent(store: Store, found: Found[], { reason, actor }: ErasureOptions): OdooEvent {
  const erased = found.map(({ record, leaves }) => [record.seq, ...leaves]);
  return serviceEvent(store.clock(), ERASED_KIND, { by: actor, reason, erased });
}
