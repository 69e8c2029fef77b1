import fc from "fast-check";
import { expect, test } from "vitest";
import { stateAt } from "../../service/api/trail/state.ts";
import type { StoredEvent } from "../../service/store/index.ts";

type World = { city: string | null; tags: Set<number> };
const at = (n: number): string => new Date(Date.UTC(2026, 10, 1) + n * 1000).toISOString().replace("Z", "000Z");

const step = fc.oneof(
  fc.record({ city: fc.constantFrom("Berlin", "Paris", null) }),
  fc.record({ tag: fc.integer({ min: 1, max: 4 }) }),
);

test("a record's state at any moment is what its changes made of it, also when the trail begins late", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), fc.nat(), fc.nat(), (steps, late, when) => {
      const world: World = { city: "Fremont", tags: new Set([1]) };
      const states: World[] = [{ city: world.city, tags: new Set(world.tags) }];
      const events: StoredEvent[] = [];
      for (const [n, one] of steps.entries()) {
        const change =
          "city" in one
            ? {
                field: "city",
                label: "City",
                type: "char",
                ...given("before", world.city),
                ...given("after", one.city),
              }
            : {
                field: "tags",
                label: "Tags",
                type: "many2many",
                ...(world.tags.has(one.tag) ? { removed: [{ id: one.tag }] } : { added: [{ id: one.tag }] }),
              };
        if ("city" in one) world.city = one.city;
        else if (!world.tags.delete(one.tag)) world.tags.add(one.tag);
        states.push({ city: world.city, tags: new Set(world.tags) });
        events.push({
          seq: n + 1,
          occurred_at: at(n + 1),
          kind: "record.updated",
          changes: [change],
        } as unknown as StoredEvent);
      }
      const from = late % steps.length;
      const moment = when % (steps.length + 1);
      if (moment < from) return; // before the trail begins nothing is known
      const seen = events.slice(from);
      const state = stateAt(seen, at(moment));
      const value = (field: string) => state.fields.find((one) => one.field === field)?.value;
      const changed = (field: string) => seen.some((event) => event.changes[0]!.field === field);
      if (changed("city")) expect(value("city")).toBe(states[moment]!.city);
      if (changed("tags")) {
        const known = new Set(
          seen.flatMap(({ changes: [c] }) => [...(c!.added ?? []), ...(c!.removed ?? [])].map(({ id }) => id)),
        );
        const members = (value("tags") as { id: number }[]).map(({ id }) => id).sort();
        expect(members).toEqual([...states[moment]!.tags].filter((id) => known.has(id)).sort());
      }
      expect(state.exists).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("a record does not exist before it was created and after it was deleted", () => {
  const event = (seq: number, kind: string, changes: object[]) =>
    ({ seq, occurred_at: at(seq), kind, record_name: "Azure", changes }) as unknown as StoredEvent;
  const city = (before: object, after: object) => ({ field: "city", label: "City", type: "char", ...before, ...after });
  const events = [
    event(1, "record.created", [city({}, { after: "Berlin" })]),
    event(2, "record.updated", [city({ before: "Berlin" }, { after: "Paris" })]),
    event(3, "record.deleted", [city({ before: "Paris" }, {})]),
  ];
  expect(stateAt(events, at(0))).toMatchObject({ exists: false, complete: true, fields: [] });
  expect(stateAt(events, at(1)).fields).toMatchObject([{ field: "city", value: "Berlin", seq: 1 }]);
  expect(stateAt(events, at(2)).fields).toMatchObject([{ field: "city", value: "Paris", seq: 2 }]);
  expect(stateAt(events, at(3))).toMatchObject({ exists: false, fields: [] });
});

const given = (key: string, value: string | null): object => (value === null ? {} : { [key]: value });
