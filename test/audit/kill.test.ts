import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listAuditLogs, sequenceAudit } from "../../service/audit/index.ts";
import { internalInstance } from "../../service/store/audit-rows.ts";
import { openStore } from "../../service/store/index.ts";
import { STORE_KINDS, StoreLab } from "../support/stores.ts";
import { verify } from "../support/verify.ts";

const ROUNDS = 4;
const url = (path: string): string => JSON.stringify(new URL(`../../service/${path}`, import.meta.url).href);

/** Writes entries and chains them at the same time, and says each number once its transaction is committed. */
const script = (options: object, first: number): string => `
  import { openStore } from ${url("store/index.ts")};
  import { sequenceAudit, SYSTEM, writeAudit } from ${url("audit/index.ts")};
  const store = await openStore(${JSON.stringify(options)});
  const chain = async () => { for (;;) await sequenceAudit(store); };
  chain();
  for (let n = ${first}; ; n++) {
    await store.database.transaction((tx) =>
      writeAudit(tx, { action: "org.updated", actor: SYSTEM, organisation_id: store.organisationId, details: { n } }));
    console.log(n);
  }`;

describe.each(STORE_KINDS)("the sequencer is killed on %s", (kind) => {
  const lab = new StoreLab(kind);
  beforeAll(() => lab.start());
  afterAll(() => lab.stop());

  test("what was committed is chained once, nothing twice, and the chain holds", async () => {
    const databaseUrl = kind === "postgresql" ? await lab.postgres.create("kill") : undefined;
    const options = { dataDir: lab.folder(), databaseUrl };
    const said: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const child = spawn(
        process.execPath,
        ["--input-type=module-typescript", "-e", script(options, (round + 1) * 1_000_000)],
        { stdio: ["ignore", "pipe", "inherit"] },
      );
      const before = said.length;
      for await (const line of createInterface(child.stdout)) {
        said.push(Number(line));
        // somewhere in the middle of the next one
        if (said.length === before + 7 + round * 5) child.kill("SIGKILL");
      }
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    }
    const store = await openStore(options);
    try {
      await sequenceAudit(store);
      const reader = { organisation_id: store.organisationId, permissions: new Set<string>() };
      const { items } = await listAuditLogs(store, reader, { limit: 500 });
      const found = items.map((item) => item.details?.n as number);
      expect(new Set(found).size).toBe(found.length);
      expect(said.filter((n) => !found.includes(n))).toEqual([]);
      // of each round at most the one that was under way is there without having been said
      expect(found.length).toBeLessThanOrEqual(said.length + ROUNDS);
      expect(await verify(store, await internalInstance(store))).toMatchObject({
        status: "intact",
        events: found.length,
      });
    } finally {
      await store.close();
    }
  });
});
