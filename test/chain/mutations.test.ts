import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { signCheckpoint } from "../../service/chain/checkpoint.ts";
import { hashText } from "../../service/chain/hashing.ts";
import { sealInstance } from "../../service/chain/index.ts";
import { EVENT_COLUMNS } from "../../service/chain/row.ts";
import { witnessPath } from "../../service/chain/witness.ts";
import { pullAll } from "../../service/ingest/index.ts";
import { readSegments } from "../../service/store/chain-rows.ts";
import type { Instance, Store } from "../../service/store/index.ts";
import { decode, FakeBridge, makeEvents } from "../support/fake-bridge.ts";
import { ACME, STORE_KINDS, StoreLab } from "../support/stores.ts";
import { verify } from "../support/verify.ts";

const SEALED = 60;
const ALL = 80;
/** an event with every column set, once its details are given below; one in a segment, one in the unsealed tail */
const VICTIM = 22;
const LATE_VICTIM = 66;

describe.each(STORE_KINDS)("verification on %s", (kind) => {
  const lab = new StoreLab(kind);
  let store: Store;
  let instance: Instance;
  let witness: string;

  beforeAll(async () => {
    await lab.start();
    store = await lab.open();
    instance = await store.instances.add(ACME);
    const bridge = new FakeBridge(makeEvents(SEALED));
    bridge.events[VICTIM - 1]!.details = { note: "everything is set in this one" };
    await pullAll(store, instance, bridge, { decode, limit: 20 });
    bridge.events.push(...makeEvents(ALL - SEALED, SEALED + 1));
    bridge.events[LATE_VICTIM - 1]!.details = { note: "everything is set in this one" };
    await pullAll(store, instance, bridge, { decode, limit: 10, acknowledge: false });
    witness = readFileSync(witnessPath(store, instance), "utf8");
  });
  afterAll(() => lab.stop());

  const sql = (text: string, parameters: unknown[] = []): Promise<unknown> =>
    store.database.ownerTransaction((tx) => tx.query(text, parameters));
  /** Forges, looks, and puts everything back. */
  const forged = async (...statements: string[]) => {
    const tables = ["event", "batch", "segment", "instance", "tombstone"];
    await store.database.ownerTransaction(async (tx) => {
      for (const table of tables) await tx.query(`CREATE TABLE keep_${table} AS SELECT * FROM ${table}`);
      for (const statement of statements) await tx.query(statement);
    });
    const result = await verify(store, instance);
    await store.database.ownerTransaction(async (tx) => {
      await tx.query("DELETE FROM event");
      await tx.query("INSERT INTO event SELECT * FROM keep_event");
      for (const table of ["batch", "segment", "tombstone"]) {
        await tx.query(`DELETE FROM ${table}`);
        await tx.query(`INSERT INTO ${table} SELECT * FROM keep_${table}`);
      }
      await tx.query(
        "UPDATE instance i SET head_seq = k.head_seq, head_hash = k.head_hash, batch_no = k.batch_no, organisation_id = k.organisation_id FROM keep_instance k WHERE k.id = i.id",
      );
      for (const table of tables) await tx.query(`DROP TABLE keep_${table}`);
    });
    writeFileSync(witnessPath(store, instance), witness);
    return result;
  };

  test("an untouched chain is intact, with its unsealed tail", async () => {
    expect(await verify(store, instance)).toMatchObject({
      status: "intact",
      events: ALL,
      segments: 1,
      unsealed: ALL - SEALED,
    });
  });

  /** a change of one bit or one unit, by the column's type; null becomes something and something null */
  const flips: Record<string, string> = {
    retention_days: "retention_days + 1", // moves to another partition, if there is one
    received_on: "received_on + 1",
    seq: "seq + 1000",
    received_at: "received_at + interval '1 microsecond'",
    occurred_at: "occurred_at + interval '1 microsecond'",
    record_id: "record_id # 1",
    user_id: "user_id # 1",
    as_user: `replace(as_user::text, 'demo', 'dem0')::json`,
    origin: `replace(origin::text, 'web_save', 'web_sbve')::json`,
    changes: `replace(changes::text, 'Fremont', 'Fremonu')::json`,
    details: `replace(details::text, 'everything', 'everythinh')::json`,
    commitments: "set_byte(commitments, 3, get_byte(commitments, 3) # 1)",
    hash: "set_byte(hash, 0, get_byte(hash, 0) # 1)",
  };
  for (const column of EVENT_COLUMNS) {
    for (const seq of [VICTIM, LATE_VICTIM]) {
      test(`a flipped bit in ${column} of event ${seq} is found`, async () => {
        const flip = flips[column] ?? `overlay(${column} placing chr(ascii(substr(${column}, 1, 1)) # 1) from 1 for 1)`;
        // other classes and days have a partition to be moved into
        const result = await forged(
          "CREATE TABLE IF NOT EXISTS event_default PARTITION OF event DEFAULT",
          `UPDATE event SET ${column} = ${flip} WHERE seq = ${seq}`,
        );
        expect(result.status).toBe("broken");
        expect(result.brokenAt).toBe(seq);
        expect(result.reason).toBeTruthy();
      });
    }
  }

  for (const column of ["model", "record_name", "user_login", "as_user", "session", "correlation_id", "details"]) {
    test(`${column} emptied is found`, async () => {
      expect(await forged(`UPDATE event SET ${column} = NULL WHERE seq = ${VICTIM}`)).toMatchObject({
        status: "broken",
        brokenAt: VICTIM,
      });
    });
  }

  test("an organisation or instance id that was altered is found", async () => {
    expect(await forged(`UPDATE event SET organisation_id = gen_random_uuid() WHERE seq = ${VICTIM}`)).toMatchObject({
      status: "broken",
      brokenAt: VICTIM,
    });
    expect(await forged(`UPDATE event SET instance_id = gen_random_uuid() WHERE seq = ${VICTIM}`)).toMatchObject({
      status: "broken",
      brokenAt: VICTIM,
    });
  });

  test("the altered cell is named", async () => {
    const result = await forged(
      `UPDATE event SET changes = replace(changes::text, '"Fremont"', '"Berlin"')::json WHERE seq = ${VICTIM}`,
    );
    expect(result).toMatchObject({ brokenAt: VICTIM, cell: "changes.city" });
  });

  test("a swapped pair is found", async () => {
    for (const at of [10, 20, 65]) {
      const result = await forged(
        `UPDATE event SET seq = CASE seq WHEN ${at} THEN -1 ELSE seq END WHERE seq = ${at}`,
        `UPDATE event SET seq = ${at} WHERE seq = ${at + 1}`,
        `UPDATE event SET seq = ${at + 1} WHERE seq = -1`,
      );
      expect(result).toMatchObject({ status: "broken", brokenAt: at });
    }
  });

  test("a dropped event is found, wherever it was", async () => {
    for (const at of [1, 20, SEALED, SEALED + 1, ALL])
      expect(await forged(`DELETE FROM event WHERE seq = ${at}`)).toMatchObject({ status: "broken", brokenAt: at });
  });

  test("a doubled or inserted event is found, in its own partition and in another", async () => {
    const columns = EVENT_COLUMNS.join(", ");
    const copy = (change: Record<string, string>): string =>
      `INSERT INTO event (organisation_id, instance_id, ${columns}) SELECT organisation_id, instance_id, ${EVENT_COLUMNS.map((name) => change[name] ?? name).join(", ")} FROM event WHERE seq = ${VICTIM}`;
    const other = "CREATE TABLE IF NOT EXISTS event_default PARTITION OF event DEFAULT";
    expect(await forged(other, copy({ received_on: "received_on + 400" }))).toMatchObject({
      status: "broken",
      brokenAt: VICTIM,
    });
    expect(await forged(other, copy({ retention_days: "7" }))).toMatchObject({ status: "broken", brokenAt: VICTIM });
    expect(await forged(copy({ seq: String(ALL + 1) }))).toMatchObject({ status: "broken", brokenAt: ALL + 1 });
    expect(await forged(copy({ seq: "0" }))).toMatchObject({ status: "broken", brokenAt: 0 });
  });

  test("a truncated tail is found: events alone, with their batches, with the head", async () => {
    expect(await forged(`DELETE FROM event WHERE seq > ${SEALED}`)).toMatchObject({
      status: "broken",
      brokenAt: SEALED + 1,
    });
    expect(
      await forged(`DELETE FROM event WHERE seq > ${SEALED}`, `DELETE FROM batch WHERE last_seq > ${SEALED}`),
    ).toMatchObject({ status: "broken", brokenAt: SEALED + 1 });
    const cut = [
      "DELETE FROM event WHERE seq > 40",
      "DELETE FROM batch WHERE last_seq > 40",
      "UPDATE instance SET head_seq = 40, head_hash = (SELECT hash FROM event WHERE seq = 40)",
    ];
    expect(await forged(...cut)).toMatchObject({ status: "broken", brokenAt: 41 });
    // with the checkpoint as well: only the witness knows
    expect(await forged(...cut, "DELETE FROM segment")).toMatchObject({
      status: "broken",
      reason: expect.stringContaining("checkpoint file"),
    });
  });

  test("altered batches, heads and checkpoints are found", async () => {
    for (const change of [
      "UPDATE batch SET last_hash = set_byte(last_hash, 1, get_byte(last_hash, 1) # 1) WHERE batch_no = 2",
      "DELETE FROM batch WHERE batch_no = 2",
      "UPDATE batch SET first_seq = first_seq + 1 WHERE batch_no = 2",
      "UPDATE instance SET head_hash = set_byte(head_hash, 1, get_byte(head_hash, 1) # 1)",
      "UPDATE instance SET head_seq = head_seq - 1",
      "UPDATE instance SET head_seq = head_seq + 1",
      "UPDATE segment SET body = replace(body, '\"count\":60', '\"count\":61')",
      "UPDATE segment SET last_seq = last_seq - 1",
      "UPDATE segment SET received_on = received_on - 1",
      "UPDATE segment SET sealed_at = sealed_at - interval '1 day'",
      "UPDATE segment SET organisation_id = gen_random_uuid()",
      "UPDATE segment SET hash = set_byte(hash, 1, get_byte(hash, 1) # 1)",
      "UPDATE segment SET signature = overlay(signature placing '00' from 1 for 2)",
      "UPDATE segment SET number = 2",
      "DELETE FROM segment",
    ]) {
      expect({ change, ...(await forged(change)) }).toMatchObject({ change, status: "broken" });
    }
  });

  test("a chain rewritten from the columns on, signed by a stranger's key or forked with ours, is found", async () => {
    const [row] = await readSegments(store.database, instance.id);
    const body = { ...JSON.parse(row!.body), merkle_root: "00".repeat(32) };
    const text = JSON.stringify(body);
    const stranger = `UPDATE segment SET body = '${text}', hash = '\\x${hashText("vigil/1C", text).toString("hex")}', public_key = '${"11".repeat(32)}'`;
    expect(await forged(stranger)).toMatchObject({ status: "broken", reason: expect.stringContaining("not signed") });
    const fork = signCheckpoint(store.keys, { ...JSON.parse(row!.body), sealed_at: "2026-11-21T11:00:00.000Z" });
    const forked = `UPDATE segment SET body = '${fork.body}', hash = '\\x${fork.hash.toString("hex")}', signature = '${fork.signature}', sealed_at = '${fork.sealed_at}'`;
    expect(await forged(forked)).toMatchObject({ status: "broken", reason: expect.stringContaining("forked") });
  });

  test("sealing refuses to sign what was altered before", async () => {
    await sql("UPDATE event SET kind = 'record.created' WHERE seq = 70");
    await expect(sealInstance(store, instance)).rejects.toThrow(/event 70/);
    await sql("UPDATE event SET kind = 'record.updated' WHERE seq = 70");
    expect(await sealInstance(store, instance)).toEqual({ segments: 1, sealed_seq: ALL });
    expect(await verify(store, instance)).toMatchObject({ status: "intact", segments: 2, unsealed: 0 });
  });
});
