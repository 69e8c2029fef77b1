import fc from "fast-check";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { merkleRoot } from "../../service/chain/hashing.ts";
import { type FileResult, sealInstance, verifyFile } from "../../service/chain/index.ts";
import { merkleLevels, merkleProof, rootOf } from "../../service/chain/merkle.ts";
import { pullAll } from "../../service/ingest/index.ts";
import { runRetention, setPolicy } from "../../service/retention/index.ts";
import type { Store } from "../../service/store/index.ts";
import { as, openApi } from "../support/api.ts";
import { decode, FakeBridge, makeEvent, makeEvents } from "../support/fake-bridge.ts";
import { ACME, STORE_KINDS, StoreLab, TestClock } from "../support/stores.ts";

test("a Merkle proof leads to the root from its own place and no other", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), (count, n) => {
      const hashes = Buffer.from(Array.from({ length: count * 32 }, (_, i) => (i * 7 + count) % 256));
      const index = n % count;
      const levels = merkleLevels(hashes);
      const root = merkleRoot(hashes).toString("hex");
      expect(levels.at(-1)!.toString("hex")).toBe(root);
      const hash = hashes.subarray(index * 32, index * 32 + 32);
      const proof = merkleProof(levels, index);
      expect(rootOf(hash, index, count, proof)?.toString("hex")).toBe(root);
      const other = (index + 1) % count;
      if (count > 1) expect(rootOf(hash, other, count, proof)?.toString("hex")).not.toBe(root);
    }),
  );
});

describe.each(STORE_KINDS)("exports on %s", (kind) => {
  const lab = new StoreLab(kind);
  let store: Store;
  let api: FastifyInstance;
  beforeAll(async () => {
    await lab.start();
    const clock = new TestClock();
    store = await lab.open(clock);
    const instance = await store.instances.add(ACME);
    const bridge = new FakeBridge();
    for (let day = 0; day < 4; day++) {
      bridge.events.push(...makeEvents(60, day * 60 + 1));
      await pullAll(store, instance, bridge, { decode });
      await sealInstance(store, await store.instances.get("acme"));
      clock.addDays(1);
    }
    bridge.events.push({ ...makeEvent(241), record_name: "=cmd|' /C calc'!A0", user_agent: "+1+1" });
    await pullAll(store, instance, bridge, { decode });
    api = await openApi(store);
  });
  afterAll(async () => {
    await api.close();
    await lab.stop();
  });
  const get = async (query: string): Promise<string> => {
    const answer = await api.inject({
      url: `/api/instances/acme/audit-trail/export?${query}`,
      headers: as(store, "auditor"),
    });
    expect(answer.statusCode).toBe(200);
    return answer.body;
  };
  const verify = (text: string, key?: string): Promise<FileResult> =>
    verifyFile(
      (async function* () {
        yield* text.split("\n");
      })(),
      key,
    );

  test("a whole chain is proved from its file alone, by the key that signed it", async () => {
    const file = await get("format=ndjson");
    const key = store.keys.publicKey;
    expect(await verify(file, key)).toMatchObject({ status: "intact", whole: true, events: 241, keys: [key] });
    expect(await verify(file, "00".repeat(32))).toMatchObject({
      status: "broken",
      reason: expect.stringContaining("another key"),
    });
  });

  test("a part is proved event by event, whatever was asked for", async () => {
    for (const [query, many] of [
      ["model=res.partner", 120],
      ["user=admin", 207],
      ["model=sale.order&record_id=8", 5],
      ["from=2026-11-20T00:01:00Z&to=2026-11-20T00:01:59.999Z", 60],
      ["q=berlin%20200", 1],
      ["user=nobody%27%3B%20DROP%20TABLE%20event%3B--", 0],
    ] as const) {
      const result = await verify(await get(`format=ndjson&${query}`), store.keys.publicKey);
      expect({ query, ...result }).toMatchObject({ query, status: "intact", whole: false, events: many });
    }
  });

  test("whatever is changed in a file is found", async () => {
    for (const query of ["", "&model=res.partner"]) {
      const lines = (await get(`format=ndjson${query}`)).trimEnd().split("\n");
      await fc.assert(
        fc.asyncProperty(fc.nat(lines.length - 1), fc.nat(), fc.nat(), async (n, a, b) => {
          const value = JSON.parse(lines[n]!) as Record<string, unknown>;
          const keys = Object.keys(value).filter(
            (key) => !["filter", "exported_at", "name", "partial", "head_seq", "head_hash", "unsealed"].includes(key),
          );
          const key = keys[a % keys.length]!;
          const changed = change(value[key], b);
          if (JSON.stringify(changed) === JSON.stringify(value[key])) return;
          if (value.unsealed === true && query !== "" && ["hash", "seq"].includes(key)) return; // nothing vouches for it yet, and the result says so
          if (
            value.unsealed === true &&
            query !== "" &&
            ![
              "commitments",
              "changes",
              "details",
              "record_name",
              "user_id",
              "user_login",
              "user_name",
              "as_user",
              "session",
              "ip",
              "user_agent",
            ].includes(key)
          )
            return;
          const forged = lines.with(n, JSON.stringify({ ...value, [key]: changed }));
          expect({ key, ...(await verify(forged.join("\n"), store.keys.publicKey)) }).toMatchObject({
            status: "broken",
          });
        }),
        { numRuns: kind === "pglite" ? 150 : 300 },
      );
    }
    const whole = (await get("format=ndjson")).trimEnd().split("\n");
    for (let n = 0; n < whole.length; n += 7) {
      expect((await verify(whole.toSpliced(n, 1).join("\n"))).status).toBe("broken");
      if (n > 0) expect((await verify(whole.toSpliced(n, 0, whole[n]!).join("\n"))).status).toBe("broken");
    }
    expect((await verify(whole.slice(0, -3).join("\n"))).status).toBe("broken");
    for (const rubbish of ["", "{}", "[]", "null", "{", '{"type":"event"}'])
      expect((await verify(rubbish)).status).toBe("broken");
  });

  test("JSON and CSV hold the same events, and no cell is a formula", async () => {
    const json = JSON.parse(await get("format=json")) as { seq: number; kind: string }[];
    expect(json.map(({ seq }) => seq)).toEqual(Array.from({ length: 241 }, (_, i) => i + 1));
    const page = await api.inject({
      url: "/api/instances/acme/audit-trail?limit=300&order=asc",
      headers: as(store, "auditor"),
    });
    expect(json).toEqual(page.json().items);
    expect(JSON.parse(await get("format=json&user=nobody"))).toEqual([]);
    const csv = await get("format=csv");
    expect(csv).toContain("'=cmd|' /C calc'!A0");
    expect(csv).toContain(",'+1+1,");
    expect(csv.split("\r\n")).toHaveLength(243);
  });

  test("an export needs its permission and stands in the own log", async () => {
    for (const role of ["member", "viewer"] as const) {
      const answer = await api.inject({ url: "/api/instances/acme/audit-trail/export", headers: as(store, role) });
      expect(answer.statusCode).toBe(403);
    }
    const [row] = await store.database.query<{ entry: string }>(
      "SELECT entry FROM audit_staging ORDER BY number DESC LIMIT 1",
    );
    expect(JSON.parse(row!.entry)).toMatchObject({ action: "trail.exported", resource_name: "acme" });
  });

  test("what retention purged is attested to in the file", async () => {
    await setPolicy(store, { days: 2, actor: "test" });
    await runRetention(store, { actor: "test" });
    const result = await verify(await get("format=ndjson"), store.keys.publicKey);
    expect(result).toMatchObject({ status: "pruned", whole: true });
    expect(result.pruned + result.events).toBe(241);
  });
});

function change(value: unknown, n: number): unknown {
  if (typeof value === "number") return value + 1;
  if (value === null) return "x";
  if (typeof value === "boolean") return !value;
  if (typeof value === "object")
    return JSON.parse(JSON.stringify(value).replace(/[0-9a-f](?=[0-9a-f]{8})/, (digit) => (digit === "0" ? "1" : "0")));
  const text = String(value);
  if (text === "") return "x";
  const at = n % text.length;
  return text.slice(0, at) + (text[at] === "1" ? "2" : "1") + text.slice(at + 1);
}
