import { setImmediate } from "node:timers/promises";
import type { OdooEvent } from "../../odoo_addon_client/event.ts";
import { ByteWriter, moveBytes } from "./bytes.ts";
import { canonical } from "./canonical.ts";
import { ChangeHeads, writeChange } from "./change-bytes.ts";
import {
  batch,
  beginLeaf,
  CHANGE,
  COMMITMENT_BYTES,
  DETAILS,
  EVENT,
  HASH_BYTES,
  hashBytes,
  SALT_BYTES,
  SUBJECT,
} from "./hashing.ts";
import { microseconds } from "./record.ts";
import { COLUMN, type Row } from "./row.ts";
import { addHeader, addSubject } from "./row-texts.ts";
import { RowWriter, uuidBytes } from "./row-writer.ts";
import type { SaltSource } from "./salts.ts";

export interface Place {
  organisation_id: string;
  instance_id: string;
  /** of the first event */
  seq: number;
  retention_days: number;
  received_at: string;
  previous: Buffer;
}

/** Events in their places, as the rows to be stored, and the hash of the last one. */
export interface ChainedRows {
  copy: Buffer;
  hash: Buffer;
}

/** of a row, about: 15 values */
const USUAL_BYTES = 2_500;
/** events that are chained at a stretch, some 4 ms: what else the thread does (the page before is being written) goes on between */
const STRETCH = 250;

/**
 * Gives events their places in the chain, one after the other behind `place.previous`, and writes their rows: canonical
 * columns, fresh salts, leaves and hashes, all of them made from the bytes of the row.
 */
export async function chainEvents(events: OdooEvent[], place: Place, salts: SaltSource): Promise<ChainedRows> {
  const rows = new RowWriter(events.length * USUAL_BYTES);
  const columns = new Columns(rows, place);
  const chain = new Chain(rows, place.previous, salts);
  for (let i = 0; i < events.length; ) {
    if (i > 0) await setImmediate();
    chain.begin();
    for (const end = Math.min(i + STRETCH, events.length); i < end; i++) {
      columns.write(events[i]!, place.seq + i);
      chain.add(rows.endRow(), columns.changeEnds);
    }
    chain.run();
  }
  return { copy: rows.take(), hash: chain.hash };
}

/** The columns of events, from what Odoo told; commitments and hash are left to be filled in. */
class Columns {
  /** of the row at hand: where each change ends */
  readonly changeEnds: number[] = [];
  readonly #rows: RowWriter;
  readonly #place: Place;
  readonly #owner: [Buffer, Buffer];
  readonly #heads = new ChangeHeads();
  #origin: OdooEvent["origin"] | undefined;
  #originText = "";

  constructor(rows: RowWriter, place: Place) {
    this.#rows = rows;
    this.#place = place;
    this.#owner = [uuidBytes(place.organisation_id), uuidBytes(place.instance_id)];
  }

  /** In the order of ROW_COLUMNS. */
  write(event: OdooEvent, seq: number): void {
    const rows = this.#rows;
    const { retention_days, received_at } = this.#place;
    rows.startRow();
    rows.raw(this.#owner[0]);
    rows.raw(this.#owner[1]);
    rows.reserve((event.changes.length + (event.details === undefined ? 1 : 2)) * COMMITMENT_BYTES);
    rows.reserve(HASH_BYTES);
    rows.int4(retention_days);
    rows.date(received_at.slice(0, 10));
    rows.int8(seq);
    rows.time(received_at);
    rows.cell(event.source_id);
    rows.time(microseconds(event.occurred_at));
    rows.cell(event.kind);
    rows.cell(event.category);
    rows.cell(event.severity);
    rows.cell(event.model);
    rows.cell(event.model_label);
    rows.int8(event.record_id);
    rows.cell(event.record_name);
    rows.int8(event.user?.id);
    rows.cell(event.user?.login);
    rows.cell(event.user?.name);
    rows.cell(event.as_user && canonical(event.as_user));
    rows.cell(this.#originOf(event));
    rows.cell(event.origin.type);
    rows.cell(event.session);
    rows.cell(event.ip);
    rows.cell(event.user_agent);
    rows.cell(event.request_id);
    rows.cell(event.correlation_id);
    rows.cell(event.transaction);
    this.#changes(event);
    rows.cell(event.details && canonical(event.details));
  }

  /** One change a line. */
  #changes({ changes }: OdooEvent): void {
    const rows = this.#rows;
    rows.begin();
    rows.ascii("[");
    for (let i = 0; i < changes.length; i++) {
      if (i > 0) rows.ascii(",\n");
      writeChange(rows, changes[i]!, this.#heads);
      this.changeEnds[i] = rows.end;
    }
    rows.ascii("]");
    rows.finish();
    this.changeEnds.length = changes.length;
  }

  /** The events of a transaction share it. */
  #originOf({ origin }: OdooEvent): string {
    if (origin !== this.#origin) this.#originText = canonical(origin);
    this.#origin = origin;
    return this.#originText;
  }
}

/**
 * Salts, leaves and hashes of rows. Leaves are hashed many at a time; the hash of an event needs its leaves and the hash
 * before, so its input waits, written but for these two.
 */
class Chain {
  readonly #rows: RowWriter;
  readonly #salts: SaltSource;
  /** of the last event, once `run` was called */
  hash: Buffer;
  /** where the digest of each message of the batch goes */
  readonly #targets: number[] = [];
  readonly #inputs = new ByteWriter(Buffer.allocUnsafeSlow(1 << 16));
  /** by waiting event: where its input ends, and where its row keeps commitments and hash */
  readonly #waiting: { end: number; commitments: number; hash: number }[] = [];

  constructor(rows: RowWriter, previous: Buffer, salts: SaltSource) {
    this.#rows = rows;
    this.hash = previous;
    this.#salts = salts;
  }

  /** From here to `run` the thread's batch is ours. */
  begin(): void {
    batch.clear();
  }

  /** @param changeEnds where each change ends in the row */
  add(row: Row, changeEnds: number[]): void {
    let commitment = row.starts[COLUMN.commitments]!;
    const leaf = (domain: string, from: number, to: number): void => {
      if (!batch.hasRoom(1)) this.run();
      this.#salts.write(row.view, commitment);
      beginLeaf(domain, row.view, commitment);
      if (domain === SUBJECT) addSubject(batch, row);
      else batch.move(row.view, from, to);
      batch.seal();
      this.#targets.push(commitment + SALT_BYTES);
      commitment += COMMITMENT_BYTES;
    };
    leaf(SUBJECT, 0, 0);
    if (!row.isNull(COLUMN.details)) leaf(DETAILS, row.starts[COLUMN.details]!, row.ends[COLUMN.details]!);
    let from = row.starts[COLUMN.changes]! + 1;
    for (let i = 0; i < changeEnds.length; i++) {
      leaf(CHANGE, from, changeEnds[i]!);
      from = changeEnds[i]! + 2;
    }
    this.#await(row);
  }
  /** Hashes what was added. */
  run(): void {
    const { view, bytes } = this.#rows;
    batch.run();
    for (let i = 0; i < this.#targets.length; i++) batch.copyDigest(i, view, this.#targets[i]!);
    this.#targets.length = 0;
    batch.clear();
    const inputs = this.#inputs;
    let start = 0;
    for (const { end, commitments, hash } of this.#waiting) {
      this.hash.copy(inputs.bytes, start + EVENT.length);
      const count = (hash - 4 - commitments) / COMMITMENT_BYTES;
      for (let i = 0; i < count; i++) {
        const from = commitments + i * COMMITMENT_BYTES + SALT_BYTES;
        moveBytes(view, from, inputs.view, end - (count - i) * HASH_BYTES, HASH_BYTES);
      }
      this.hash = hashBytes(inputs.bytes.subarray(start, end));
      this.hash.copy(bytes, hash);
      start = end;
    }
    this.#waiting.length = 0;
    inputs.end = 0;
  }

  /** `EVENT ‖ previous ‖ header ‖ leaf …` (docs/chain.md), with room for what is not known yet. */
  #await(row: Row): void {
    const commitments = row.starts[COLUMN.commitments]!;
    const inputs = this.#inputs;
    inputs.ascii(EVENT);
    inputs.room(HASH_BYTES);
    inputs.end += HASH_BYTES;
    addHeader(inputs, row);
    const leaves = (row.size(COLUMN.commitments) / COMMITMENT_BYTES) * HASH_BYTES;
    inputs.room(leaves);
    inputs.end += leaves;
    this.#waiting.push({ end: inputs.end, commitments, hash: row.starts[COLUMN.hash]! });
  }
}
