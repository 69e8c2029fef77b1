import { describe, expect, test } from "vitest";
import { AccessState } from "../../reports/access/state.ts";
import { whoHas } from "../../reports/tables/who-has.ts";
import type { StoredEvent } from "../../service/store/types.ts";

let seq = 0;
const event = (more: Partial<StoredEvent>): StoredEvent =>
  ({
    seq: ++seq,
    instance: "acme",
    occurred_at: `2026-11-0${seq}T00:00:00.000000Z`,
    kind: "record.updated",
    model: "res.users",
    origin: { type: "rpc" },
    user: { id: 2, login: "admin", name: "Admin" },
    changes: [],
    hash: `hash ${seq}`,
    ...more,
  }) as StoredEvent;
const told = (groupsOfAnna: number[]) =>
  event({
    kind: "access.recorded",
    model: undefined as never,
    details: {
      users: [[7, "anna", "Anna", true, groupsOfAnna]],
      groups: [
        [1, "User", "base.group_user", []],
        [2, "Manager", "", [3]],
        [3, "Officer", "", []],
        [4, "Billing", "", []],
      ],
      rights: [["res.partner", 2, "rw"]],
    },
  });
const links = (added: number[], removed: number[] = []) => [
  {
    field: "groups_id",
    label: "Groups",
    type: "many2many",
    added: added.map((id) => ({ id, name: `group ${id}` })),
    removed: removed.map((id) => ({ id })),
  },
];
function rowsAfter(...events: StoredEvent[]) {
  const state = new AccessState();
  for (const one of events) state.add(one);
  return whoHas([["acme", state]], undefined).rows.map((row) => row.map((cell) => cell ?? null));
}

describe("who has which right", () => {
  test("what was given is told with who gave it; what comes with it, with what brought it", () => {
    seq = 0;
    const rows = rowsAfter(told([1]), event({ record_id: 7, changes: links([2]) }));
    expect(rows.map((row) => [row[4], row[6], row[8] ?? null, row[10] ?? null])).toEqual([
      ["User", "directly", null, null],
      ["group 2", "directly", "Admin (admin)", 2],
      ["Officer", "through Manager", null, null],
    ]);
  });

  test("what was taken is gone, and so is who was deleted", () => {
    seq = 0;
    expect(rowsAfter(told([1, 4]), event({ record_id: 7, changes: links([], [4, 1]) }))).toMatchObject([
      ["acme", "Anna", "anna", "active", "(no group)"],
    ]);
    expect(rowsAfter(told([1]), event({ record_id: 7, kind: "record.deleted" }))).toEqual([]);
  });

  test("a right that appears without an event is said to be unexplained", () => {
    seq = 0;
    const rows = rowsAfter(told([1]), told([1, 4]));
    expect(rows.find((row) => row[4] === "Billing")![9]).toMatch(/without a recorded change/);
  });

  test("whose rights were never told in full is said to be known in part", () => {
    seq = 0;
    const rows = rowsAfter(event({ record_id: 9, record_name: "Ben", changes: links([4]) }));
    expect(rows.map((row) => row[4])).toEqual(["group 4", "(not known)"]);
    const created = rowsAfter(event({ record_id: 9, kind: "record.created", changes: links([4]) }));
    expect(created.map((row) => row[4])).toEqual(["group 4"]);
  });
});
