import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OdooEvent } from "../../odoo_addon_client/event.ts";
import { listAuditLogs, sequenceAudit } from "../../service/audit/index.ts";
import {
  DEFAULTS,
  findingId,
  listFindings,
  replay,
  runFindings,
  setParameters,
  sightingsOf,
} from "../../service/findings/index.ts";
import { pullAll } from "../../service/ingest/index.ts";
import { openPlaces, type Places } from "../../service/places/index.ts";
import type { Instance, Store } from "../../service/store/index.ts";
import { decode, FakeBridge } from "../support/fake-bridge.ts";
import { AUSTRALIA, CHROME, changed, denied, expired, exported, failed, login, USA } from "../support/logins.ts";
import { ACME, STORE_KINDS, StoreLab } from "../support/stores.ts";

const READER = (store: Store) => ({ organisation_id: store.organisationId, permissions: new Set<string>() });

describe.each(STORE_KINDS)("findings on %s", (kind) => {
  const lab = new StoreLab(kind);
  let store: Store;
  let places: Places;
  let serial = 0;
  beforeAll(async () => {
    places = await openPlaces();
    await lab.start();
    store = await lab.open();
  });
  afterAll(() => lab.stop());

  async function instanceWith(events: OdooEvent[]): Promise<Instance> {
    const instance = await store.instances.add({ ...ACME, name: `acme${++serial}` });
    await pullAll(store, instance, new FakeBridge(events), { decode });
    return instance;
  }

  test("a finding has its evidence, its parameters, and stands in the own chained log", async () => {
    const instance = await instanceWith([
      login(0, "marc"),
      ...Array.from({ length: 10 }, (_, n) => failed(n, "marc", { ip: USA })),
      login(20, "marc", { ip: AUSTRALIA }),
    ]);
    const found = await runFindings(store, instance, { places });
    expect(found.map(({ rule }) => rule)).toEqual([
      "brute_force_address",
      "brute_force_user",
      "brute_force_succeeded",
      "impossible_travel",
      "new_country",
    ]);
    const { items } = await listFindings(store, { instance: instance.name, rule: "brute_force_succeeded" });
    expect(items).toMatchObject([
      {
        kind: "security.brute_force_succeeded",
        severity: "critical",
        user: "marc",
        ip: AUSTRALIA,
        seq: 12,
        evidence: [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
        parameters: { attempts: 8, minutes: 30, enabled: true },
      },
    ]);
    await sequenceAudit(store);
    const { items: log } = await listAuditLogs(store, READER(store), { action: "security.brute_force_succeeded" });
    expect(log[0]).toMatchObject({
      actor: { type: "system" },
      resource: { type: "instance", id: instance.id, name: instance.name },
      details: { finding: items[0]!.id, evidence: items[0]!.evidence, parameters: { attempts: 8 } },
    });
    expect(await runFindings(store, instance, { places })).toEqual([]);
  });

  test("however the past is cut into steps, the same is found, and a replay finds it again", async () => {
    const minute = fc.integer({ min: 0, max: 20_000 });
    const who = fc.constantFrom("admin", "marc", "eve");
    const ip = fc.constantFrom("91.64.1.1", USA, AUSTRALIA, "10.0.0.7");
    const anything = fc.oneof(
      fc
        .tuple(minute, who, ip, fc.boolean())
        .map(([m, w, a, c]) => login(m, w, { ip: a, ...(c ? { agent: CHROME } : {}) })),
      fc.tuple(minute, who, ip).map(([m, w, a]) => failed(m % 60, w, { ip: a })),
      fc.tuple(minute, who).map(([m, w]) => denied(m % 30, w)),
      fc.tuple(minute, who).map(([m, w]) => exported(m, w, 700)),
      fc.tuple(minute, who).map(([m, w]) => changed(m, w, "res.users", "group_ids")),
    );
    let total = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(anything, { minLength: 60, maxLength: 150 }),
        fc.integer({ min: 1, max: 40 }),
        async (events, window) => {
          events.sort((a, b) => (a.occurred_at < b.occurred_at ? -1 : 1));
          const instance = await instanceWith(events);
          const found = await runFindings(store, instance, { places, window });
          const again = replay(await sightingsOf(store, instance.id, { from: 1, to: events.length }, places), DEFAULTS);
          expect(found).toEqual(again);
          const stored: string[] = [];
          let cursor: string | undefined;
          do {
            const page = await listFindings(store, { instance: instance.name, limit: 7, cursor });
            stored.push(...page.items.map(({ id }) => id));
            cursor = page.next_cursor;
          } while (cursor !== undefined);
          expect(stored.sort()).toEqual(again.map((one) => findingId(instance.id, one)).sort());
          total += again.length;
        },
      ),
      { numRuns: 6 },
    );
    expect(total).toBeGreaterThan(20);
  });

  test("two services that look at the same events find each thing once", async () => {
    const instance = await instanceWith(Array.from({ length: 12 }, (_, n) => failed(n / 2, "marc")));
    const results = await Promise.allSettled([
      runFindings(store, instance, { places }),
      runFindings(store, instance, { places }),
    ]);
    expect(results.filter(({ status }) => status === "fulfilled").length).toBeGreaterThanOrEqual(1);
    expect((await listFindings(store, { instance: instance.name })).items).toHaveLength(2);
  });

  test("thresholds of an instance stand before the organisation's", async () => {
    const three = [0, 1, 2].map((n) => failed(n, "marc"));
    const strict = await instanceWith(three);
    const usual = await instanceWith(three);
    await setParameters(store, {
      instance: strict.name,
      rule: "brute_force_user",
      parameters: { attempts: 3 },
      actor: "t",
    });
    expect((await runFindings(store, strict, { places })).map(({ rule }) => rule)).toEqual(["brute_force_user"]);
    expect(await runFindings(store, usual, { places })).toEqual([]);
    await expect(setParameters(store, { rule: "no_such", parameters: {}, actor: "t" })).rejects.toThrow(
      /There is no rule/,
    );
  });

  test("notices go to the person concerned, for what is fresh, unless switched off", async () => {
    const clock = store.clock().getTime();
    expect(clock).toBeGreaterThan(0);
    const events = () => [
      login(0, "marc"),
      login(5, "marc", { agent: CHROME }),
      expired(30, "marc"),
      login(-3 * 24 * 60, "eve"),
      expired(-2 * 24 * 60, "eve"),
    ];
    const waiting = (id: string) =>
      store.database.query<{ user_login: string; kind: string; body: string }>(
        "SELECT user_login, kind, body FROM notice WHERE instance_id = $1 ORDER BY key",
        [id],
      );
    const told = await instanceWith(events());
    await runFindings(store, told, { places });
    expect((await waiting(told.id)).map(({ user_login, kind }) => `${user_login} ${kind}`)).toEqual([
      "marc session_expired",
      "marc new_location",
    ]);
    expect((await waiting(told.id))[1]!.body).toContain(
      "2026-11-21 08:05 UTC with Chrome 131 on Windows 10 from Germany",
    );
    const silent = await instanceWith(events());
    await runFindings(store, silent, { places, switches: async () => ({ expired: false, new_location: false }) });
    expect(await waiting(silent.id)).toEqual([]);
  });
});
