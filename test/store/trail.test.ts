import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pullAll } from "../../service/ingest/index.ts";
import { eventJsonOf, toEventJson } from "../../service/store/event-json.ts";
import { toEvent } from "../../service/store/events.ts";
import type { Store, StoredEvent } from "../../service/store/index.ts";
import { rollUp } from "../../service/store/rollup.ts";
import { readTrail, type TrailPlace, type TrailRequest } from "../../service/store/trail.ts";
import type { TrailFilter } from "../../service/store/trail-filter.ts";
import { decode, FakeBridge, makeEvents } from "../support/fake-bridge.ts";
import { ACME, STORE_KINDS, StoreLab, TestClock } from "../support/stores.ts";

const DAYS = 12;
const A_DAY = 40;

describe.each(STORE_KINDS)("the trail on %s", (kind) => {
  const lab = new StoreLab(kind);
  const all: (StoredEvent & { id: string })[] = [];
  const ids: string[] = [];
  let store: Store;

  beforeAll(async () => {
    await lab.start();
    const clock = new TestClock();
    store = await lab.open(clock);
    const bridges = [new FakeBridge(), new FakeBridge()];
    for (const [n, name] of ["one", "two"].entries()) {
      const instance = await store.instances.add({ ...ACME, name });
      ids.push(instance.id);
      bridges[n]!.identity.database_uuid = `${n}`;
    }
    for (let day = 0; day < DAYS; day++) {
      if (day !== 4) {
        // a day on which nothing came; on the others the instances take turns by the minute
        for (const [n, bridge] of bridges.entries()) {
          if (n === 1 && day % 3 === 0) continue;
          bridge.events.push(...withVariety(makeEvents(A_DAY, day * A_DAY + 1), clock.now, n));
          await pullAll(store, await store.instances.get(n === 0 ? "one" : "two"), bridge, { decode });
          clock.now = new Date(clock.now.getTime() + 60_000);
        }
      }
      if (day === 9) await rollUp(store); // the newest days are not in the slots yet
      clock.addDays(1);
    }
    for (const name of ["one", "two"]) {
      const { id } = await store.instances.get(name);
      for await (const event of store.events.query({ instance: name })) all.push({ ...event, id });
    }
  });
  afterAll(() => lab.stop());

  const expected = (request: Omit<TrailRequest, "limit">): string[] =>
    all
      .filter((event) => request.instances.includes(event.id) && matches(event, request.filter))
      .sort((a, b) => compare(a.received_at, b.received_at) || compare(b.id, a.id) || a.seq - b.seq)
      .map((event) => `${event.id}/${event.seq}`)
      .reverse();
  const oneByOne = async (request: TrailRequest): Promise<string[]> => {
    const found: string[] = [];
    let after: TrailPlace | undefined;
    do {
      const page = await readTrail(store, { ...request, after });
      expect(page.rows.length).toBeLessThanOrEqual(request.limit);
      found.push(...page.rows.map((row) => `${row.instance_id}/${row.seq}`));
      after = page.next;
    } while (after !== undefined);
    return found;
  };

  const filters = (): fc.Arbitrary<TrailFilter> => {
    const of = <T>(pick: (event: StoredEvent) => T | undefined) =>
      fc.constantFrom(...new Set(all.map(pick).filter((value) => value !== undefined)), undefined) as fc.Arbitrary<
        T | undefined
      >;
    const time = fc.constantFrom(...all.map((event) => event.occurred_at), undefined);
    return fc
      .record(
        {
          category: of((event) => event.category),
          severity: of((event) => event.severity),
          user: of((event) => event.user?.login),
          model: of((event) => event.model),
          kind: of((event) => event.kind),
          session: of((event) => event.session),
          request_id: of((event) => event.request_id),
          transaction: of((event) => event.transaction),
          from: time,
          to: time,
        },
        { requiredKeys: [] },
      )
      .map((filter) => Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)));
  };

  test("pages by cursor give each matching event once, in order, whatever the filter, page size, direction and instances", async () => {
    await fc.assert(
      fc.asyncProperty(
        filters(),
        fc.integer({ min: 7, max: 200 }),
        fc.boolean(),
        fc.constantFrom([0], [1], [0, 1]),
        async (filter, limit, asc, which) => {
          const request = { instances: which.map((n) => ids[n]!), filter, limit };
          const wanted = expected(request);
          const found = await oneByOne({ ...request, direction: asc ? "asc" : "desc" });
          expect(found).toEqual(asc ? wanted.toReversed() : wanted);
        },
      ),
      { numRuns: kind === "pglite" ? 60 : 150 },
    );
  });

  test("an offset leaves out as many, an end has no next", async () => {
    await fc.assert(
      fc.asyncProperty(
        filters(),
        fc.integer({ min: 0, max: 500 }),
        fc.constantFrom([0], [0, 1]),
        async (filter, offset, which) => {
          const request = { instances: which.map((n) => ids[n]!), filter, limit: 30 };
          const wanted = expected(request);
          const page = await readTrail(store, { ...request, offset });
          expect(page.rows.map((row) => `${row.instance_id}/${row.seq}`)).toEqual(wanted.slice(offset, offset + 30));
          expect(page.next === undefined).toBe(wanted.length <= offset + 30);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("free text finds names and values without regard to case, and takes % and _ as they are", async () => {
    const find = async (q: string): Promise<number> =>
      (await oneByOne({ instances: [ids[0]!], filter: { q }, limit: 100 })).length;
    expect(await find("bERLIN 7\\n2ND")).toBe(1);
    expect(await find("mitchell")).toBe(all.filter((event) => event.id === ids[0] && event.user !== null).length);
    expect(await find("100%")).toBe(0);
    expect(await find("_____________")).toBe(0);
  });

  test("a page's cursor stays where it was while events come", async () => {
    const first = await readTrail(store, { instances: ids, filter: {}, limit: 10 });
    const before = await readTrail(store, { instances: ids, filter: {}, limit: 10, after: first.next });
    const bridge = new FakeBridge(makeEvents(5, 9000));
    const third = await store.instances.add({ ...ACME, name: `later-${kind}` });
    await pullAll(store, third, bridge, { decode });
    const after = await readTrail(store, { instances: [...ids, third.id], filter: {}, limit: 10, after: first.next });
    expect(after.rows.filter((row) => row.instance_id !== third.id).map((row) => row.seq)).toEqual(
      before.rows.map((row) => row.seq).slice(0, after.rows.filter((row) => row.instance_id !== third.id).length),
    );
  });

  test("an event's JSON is the event", async () => {
    const page = await readTrail(store, { instances: ids, filter: {}, limit: 200 });
    for (const row of page.rows) {
      const { instance_id, ...event } = JSON.parse(toEventJson(row, "x"));
      expect(instance_id).toBe(row.instance_id);
      expect(event).toEqual({ ...toEvent({ ...row, instance: "x" }) });
    }
    const texts = await readTrail(store, { instances: ids, filter: {}, limit: 200, json: true });
    expect(texts.rows.map((row) => JSON.parse(eventJsonOf(row, "x")))).toEqual(
      page.rows.map((row) => JSON.parse(toEventJson(row, "x"))),
    );
  });

  test("counts and slots are made once however often and from how many sides", async () => {
    await Promise.all([rollUp(store), rollUp(store)]);
    await rollUp(store);
    const [slots] = await store.database.query<{ sum: string }>(
      "SELECT sum(events)::int AS sum FROM event_slot WHERE instance_id = ANY($1::uuid[])",
      [ids],
    );
    const [counts] = await store.database.query<{ sum: string }>(
      "SELECT sum(events)::int AS sum FROM event_count WHERE facet = 'kind' AND instance_id = ANY($1::uuid[])",
      [ids],
    );
    expect([slots!.sum, counts!.sum]).toEqual([all.length, all.length]);
  });
});

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function matches(event: StoredEvent, filter: TrailFilter): boolean {
  const { user, from, to, q: _, ...rest } = filter;
  if (user !== undefined && event.user?.login !== user) return false;
  if (from !== undefined && event.occurred_at < from) return false;
  if (to !== undefined && event.occurred_at > to) return false;
  return Object.entries(rest).every(([key, value]) => event[key as keyof StoredEvent] === value);
}

/** Events that occurred shortly before they were received, some a week late; kinds, severities and sessions that differ. */
function withVariety(events: ReturnType<typeof makeEvents>, now: Date, salt: number): ReturnType<typeof makeEvents> {
  return events.map((event, i) => ({
    ...event,
    source_id: `${salt}/${event.source_id}`,
    occurred_at: new Date(now.getTime() - (i % 17 === 0 ? 7 * 86_400_000 : 5_000) + i * 10)
      .toISOString()
      .replace("Z", "000Z"),
    kind: i % 5 === 0 ? "record.created" : i % 19 === 0 ? "session.login" : event.kind,
    category: i % 19 === 0 ? "auth" : event.category,
    severity: i % 23 === 0 ? "high" : event.severity,
    session: `s${i % 3}`,
  }));
}
