import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportChain } from "../../service/chain/index.ts";
import { witnessPath } from "../../service/chain/witness.ts";
import { pullAll } from "../../service/ingest/index.ts";
import { runRetention, setPolicy } from "../../service/retention/index.ts";
import type { Instance, Store } from "../../service/store/index.ts";
import { decode, FakeBridge, makeEvents } from "../support/fake-bridge.ts";
import { ACME, StoreLab, TestClock } from "../support/stores.ts";

describe("the verifier in Python", () => {
  const lab = new StoreLab("pglite");
  const clock = new TestClock();
  const bridge = new FakeBridge(makeEvents(150));
  let store: Store;
  let instance: Instance;

  beforeAll(async () => {
    store = await lab.open(clock);
    instance = await store.instances.add(ACME);
    await pullAll(store, instance, bridge, { decode, limit: 40 });
    bridge.events.push(...makeEvents(30, 151));
    await pullAll(store, instance, bridge, { decode, acknowledge: false });
  });
  afterAll(() => lab.stop());

  const lines = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const line of exportChain(store, instance)) found.push(line);
    return found;
  };
  const run = async (text: string[]): Promise<string> => {
    const path = join(lab.folder(), "export.ndjson");
    writeFileSync(path, `${text.join("\n")}\n`);
    const args = [
      "tools/verify_chain.py",
      path,
      "--key",
      store.keys.publicKey,
      "--witness",
      witnessPath(store, instance),
    ];
    return (await promisify(execFile)("python3", args).catch((error: { stdout: string }) => error)).stdout.trim();
  };

  test("agrees that an untouched chain is intact", async () => {
    expect(await run(await lines())).toBe("intact");
  });

  test("finds what was altered", async () => {
    const whole = await lines();
    const event = whole.findIndex(
      (line) => line.includes('"type":"event","retention_days"') && JSON.parse(line).seq === 22,
    );
    const alter = (index: number, from: string, to: string): Promise<string> => {
      expect(whole[index]).toContain(from);
      return run(whole.with(index, whole[index]!.replace(from, to)));
    };
    expect(await alter(event, "Fremont", "Berlin")).toMatch(/^broken at seq 22: /);
    expect(await alter(event, "record.updated", "record.created")).toMatch(/^broken at seq 22: /);
    expect(await alter(1, '\\"count\\":150', '\\"count\\":151')).toMatch(/^broken at seq 1: /);
    expect(await alter(1, '"signature":"', '"signature":"00')).toMatch(/^broken at seq 1: /);
    expect(await run(whole.toSpliced(event, 1))).toMatch(/^broken at seq 22: /);
    expect(await run(whole.toSpliced(1, 1))).toMatch(/^broken at seq 1: the witness/);
  });

  test("agrees that a purge is attested", async () => {
    await setPolicy(store, { days: 30, actor: "tester" });
    clock.addDays(40);
    bridge.events.push(...makeEvents(10, 181));
    await pullAll(store, instance, bridge, { decode });
    expect((await runRetention(store, { actor: "tester" })).events).toBe(180);
    expect(await run(await lines())).toBe("pruned");
  });
});
