import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exportChain } from "../../service/chain/export.ts";
import { verifyFile } from "../../service/chain/index.ts";
import { pullAll } from "../../service/ingest/index.ts";
import { erase, planErasure, releaseHold, setHold } from "../../service/retention/index.ts";
import type { Instance, Store } from "../../service/store/index.ts";
import { decode, FakeBridge, makeEvents } from "../support/fake-bridge.ts";
import { ACME, STORE_KINDS, StoreLab } from "../support/stores.ts";
import { verify } from "../support/verify.ts";

const lab = new StoreLab(STORE_KINDS.at(-1)!);
const person = { id: 7, login: "jane.doe", name: "Jane Doe" };
const options = { reason: "request 12", actor: "tester" };
let store: Store;
let instance: Instance;

const events = makeEvents(40).map((event, i) => ({
  ...event,
  ...(i % 4 === 0 ? { user: person, ip: "192.0.2.7", session: "a-session" } : {}),
  model: "res.partner",
  record_id: i,
  changes: [
    {
      field: "email",
      label: "Email",
      type: "char",
      before: i % 5 === 0 ? "JANE@doe.example" : "a@b.example",
      after: "x",
    },
    { field: "city", label: "City", type: "char", after: "Berlin" },
  ],
}));
const owner = (sql: string) => store.database.ownerTransaction((tx) => tx.query(sql));
const all = async () => {
  const lines: string[] = [];
  for await (const line of exportChain(store, instance)) lines.push(line);
  return lines;
};

beforeAll(async () => {
  await lab.start();
  store = await lab.open();
  instance = await store.instances.add(ACME);
  await pullAll(store, instance, new FakeBridge(events), { decode });
});
afterAll(() => lab.stop());

test("nothing is erased without a reason, or under legal hold", async () => {
  await expect(erase(store, instance, { user: "jane.doe" }, { ...options, reason: " " })).rejects.toThrow(/reason/);
  await expect(erase(store, instance, { text: "ja" }, options)).rejects.toThrow(/three characters/);
  await setHold(store, { instance: "acme", reason: "case 12", actor: "tester" });
  await expect(erase(store, instance, { user: "jane.doe" }, options)).rejects.toThrow(/legal hold/);
  await releaseHold(store, { instance: "acme", actor: "tester" });
});

test("a person's values leave the store, and the proof stays, here, in an export and for an outside verifier", async () => {
  const before = await all();
  expect(await planErasure(store, instance, { user: "jane.doe", text: "jane" })).toEqual({ events: 16, values: 18 });
  expect(await erase(store, instance, { user: "jane.doe", text: "jane" }, options)).toEqual({ events: 16, values: 18 });
  expect(await erase(store, instance, { user: "jane.doe", text: "jane" }, options)).toEqual({ events: 0, values: 0 });
  expect(await erase(store, instance, { record: { model: "res.partner", id: 3 } }, options)).toEqual({
    events: 1,
    values: 3,
  });
  const after = await all();
  expect(before.join("\n")).toMatch(/jane/i);
  expect(after.join("\n")).not.toMatch(/jane|192\.0\.2\.7|a-session/i);
  expect(await verify(store, instance)).toMatchObject({ status: "intact", events: 42, erased: 21, unsealed: 0 });
  const hashes = (lines: string[]) =>
    lines.map((line) => JSON.parse(line)).flatMap(({ seq, hash }) => (seq <= 40 && hash ? [hash] : []));
  expect(hashes(before)).toHaveLength(40);
  expect(hashes(after)).toEqual(hashes(before));

  const file = join(lab.folder(), "export.ndjson");
  writeFileSync(file, after.map((line) => `${line}\n`).join(""));
  expect(execFileSync("python3", ["tools/verify_chain.py", file], { encoding: "utf8" })).toContain("intact");
  const each = async function* (lines: string[]) {
    yield* lines;
  };
  expect(await verifyFile(each(after))).toMatchObject({ status: "intact", erased: 21 });
  const stored = store.events.query({ instance: "acme", user: "(erased)", limit: 1 });
  for await (const event of stored)
    expect(event).toMatchObject({ record_name: "(erased)", user: { name: "(erased)" }, model: "res.partner" });
});

test("what was never named as erased is no erasure, nor what stands in an erased value's place", async () => {
  for (const forgery of [
    // a value without its salt that nobody named, with the word in its place
    `UPDATE event SET commitments = overlay(commitments PLACING decode(repeat('00', 16), 'hex') FROM 1), record_name = '(erased)',
       user_id = 0, user_login = '(erased)', user_name = '(erased)', session = NULL, ip = NULL, user_agent = NULL, as_user = NULL WHERE seq = 2`,
    "UPDATE event SET commitments = overlay(commitments PLACING decode(repeat('00', 16), 'hex') FROM 1) WHERE seq = 2",
    "UPDATE event SET user_name = 'Somebody else' WHERE seq = 1",
    `UPDATE event SET changes = replace(changes::text, '"after":"(erased)"', '"after":"another"')::json WHERE seq = 4`,
    "DELETE FROM event WHERE kind = 'tracking.erased'",
  ]) {
    await owner("CREATE TABLE kept AS SELECT * FROM event");
    await owner(forgery);
    expect({ forgery, ...(await verify(store, instance)) }).toMatchObject({ forgery, status: "broken" });
    await owner("DELETE FROM event");
    await owner("INSERT INTO event SELECT * FROM kept");
    await owner("DROP TABLE kept");
  }
  expect(await verify(store, instance)).toMatchObject({ status: "intact", erased: 21 });
});
