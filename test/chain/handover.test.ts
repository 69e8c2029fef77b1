import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exportChain } from "../../service/chain/export.ts";
import { verifyFile } from "../../service/chain/index.ts";
import { pullAll } from "../../service/ingest/index.ts";
import { handOver, trustedWith } from "../../service/keys/handover.ts";
import { loadSecret } from "../../service/keys/secret.ts";
import { loadPrivateKey, makeSigningKey, signWith } from "../../service/keys/signing.ts";
import { openStore, type Store } from "../../service/store/index.ts";
import { rotateSigningKey } from "../../service/store/keys.ts";
import { decode, FakeBridge, makeEvents } from "../support/fake-bridge.ts";
import { ACME, STORE_KINDS, StoreLab } from "../support/stores.ts";
import { verify } from "../support/verify.ts";

// the store is opened twice: PostgreSQL, where there is one, is quicker at that
const lab = new StoreLab(STORE_KINDS.at(-1)!);
beforeAll(() => lab.start());
afterAll(() => lab.stop());

const keyPair = () => {
  const key = makeSigningKey();
  const privateKey = loadPrivateKey(key.privateKey);
  return { publicKey: key.publicKey, privateKey, sign: (message: Uint8Array) => signWith(privateKey, message) };
};

test("a rotated signing key signs on in the same chain, and whoever knows either key can verify all of it", async () => {
  const dataDir = lab.folder();
  const bridge = new FakeBridge(makeEvents(20));
  const databaseUrl = lab.kind === "postgresql" ? await lab.postgres.create("handover") : undefined;
  let store: Store = await openStore({ dataDir, databaseUrl });
  const instance = await store.instances.add(ACME);
  await pullAll(store, instance, bridge, { decode });
  const old = store.keys.publicKey;
  const key = await rotateSigningKey(store.database, loadSecret(dataDir, undefined), store.keys, new Date());
  await store.close();

  store = await openStore({ dataDir, databaseUrl });
  expect(store.keys).toMatchObject({ publicKey: key, handovers: [{ from: old, to: key }] });
  bridge.events.push(...makeEvents(10, 21));
  await pullAll(store, instance, bridge, { decode });
  expect(await verify(store, instance)).toMatchObject({ status: "intact", segments: 2, events: 30 });

  const lines: string[] = [];
  for await (const line of exportChain(store, instance)) lines.push(line);
  await store.close();
  const file = join(lab.folder(), "export.ndjson");
  writeFileSync(file, lines.map((line) => `${line}\n`).join(""));
  const outside = (known: string) =>
    execFileSync("python3", ["tools/verify_chain.py", file, "--key", known], { encoding: "utf8" }).trim();
  async function* each() {
    yield* lines;
  }
  for (const known of [old, key]) {
    expect(await verifyFile(each(), known)).toMatchObject({ status: "intact", events: 30 });
    expect(outside(known)).toContain("intact");
  }
  expect(await verifyFile(each(), keyPair().publicKey)).toMatchObject({ status: "broken" });
});

test("who stole an old key gains nothing with those who know the new one", () => {
  const [first, second, thief] = [keyPair(), keyPair(), keyPair()];
  const links = [handOver(first, second), handOver(first, thief)];
  expect(trustedWith(second.publicKey, links)).toEqual(new Set([second.publicKey, first.publicKey]));
  const forged = { ...handOver(thief, second), from: first.publicKey };
  expect(trustedWith(second.publicKey, [forged])).toEqual(new Set([second.publicKey]));
});
