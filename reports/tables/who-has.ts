import type { InstanceAccess } from "../access/read.ts";
import type { AccessState, Membership, UserAccess } from "../access/state.ts";
import type { CellValue, FixedTable } from "../table.ts";
import { msOfTime } from "./cells.ts";

/** Who has which right at the end of the period, who gave it, and how we know. `login`: only of this user. */
export function whoHas(access: InstanceAccess[], login: string | undefined): FixedTable {
  return {
    id: "who-has",
    title: "Who has which right",
    about: `Internal users and their groups at the end of the period. ${access.map(basis).join(" ")}`,
    empty: "No user of Odoo is known yet.",
    columns: [
      { id: "instance", title: "Instance", kind: "text", width: 16 },
      { id: "user", title: "User", kind: "text", width: 24 },
      { id: "login", title: "Login", kind: "text", width: 26 },
      { id: "state", title: "State", kind: "text", width: 10 },
      { id: "group", title: "Group", kind: "text", width: 34 },
      { id: "external_id", title: "Group's external id", kind: "code", width: 30 },
      { id: "how", title: "How", kind: "text", width: 34 },
      { id: "given_at", title: "Given", kind: "time", width: 21 },
      { id: "given_by", title: "Given by", kind: "text", width: 24 },
      { id: "known", title: "How we know", kind: "wrap", width: 46 },
      { id: "seq", title: "Seq", kind: "integer", width: 9 },
      { id: "hash", title: "Event hash (SHA-256)", kind: "hash", width: 20 },
    ],
    rows: access.flatMap(([instance, state]) =>
      [...state.users.values()]
        .filter((user) => user.deleted === undefined && (login === undefined || user.login === login))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .flatMap((user) => rowsOf(instance, state, user)),
    ),
  };
}

function basis([instance, { recorded }]: InstanceAccess): string {
  return recorded === undefined
    ? `${instance} has not told all rights yet: only what was given since recording began is known.`
    : `${instance}: as Odoo told all rights on ${recorded.occurred_at.slice(0, 10)}, and every change since.`;
}

function rowsOf(instance: string, state: AccessState, user: UserAccess): CellValue[][] {
  const status = user.active === null ? null : user.active ? "active" : "archived";
  const who = [instance, user.name, user.login, status];
  const direct = [...user.memberships.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const rows: CellValue[][] = direct.map((one) => [
    ...who,
    one.name,
    externalId(state, one.group),
    "directly",
    ...origin(one),
  ]);
  for (const [group, by] of implied(state, user))
    rows.push([...who, state.groups.get(group)?.name ?? `#${group}`, externalId(state, group), `through ${by}`]);
  if (!user.complete)
    rows.push([
      ...who,
      "(not known)",
      null,
      null,
      null,
      null,
      "What this user had before recording began was never told.",
    ]);
  else if (rows.length === 0) rows.push([...who, "(no group)"]);
  return rows;
}

const externalId = (state: AccessState, group: number): string | null => state.groups.get(group)?.external_id || null;

function origin({ given, first_seen, unexplained }: Membership): CellValue[] {
  if (given !== undefined) {
    const by = given.user === null ? `(nobody: ${given.origin.type})` : `${given.user.name} (${given.user.login})`;
    return [{ moment: msOfTime(given.occurred_at) }, by, "The event that gave it", given.seq, given.hash];
  }
  const day = first_seen?.slice(0, 10);
  const known = unexplained
    ? `Appeared until ${day} without a recorded change: see the sheet Gaps, and ask who gave it`
    : `Was there on ${day}, when all rights were first told; who gave it is not recorded`;
  return [null, null, known];
}

/** Groups that come with others, and by which. */
function implied(state: AccessState, user: UserAccess): Map<number, string> {
  const found = new Map<number, string>();
  const queue = [...user.memberships.keys()];
  for (const group of queue) {
    const by = found.get(group) ?? state.groups.get(group)?.name ?? `#${group}`;
    for (const next of state.groups.get(group)?.implies ?? []) {
      if (user.memberships.has(next) || found.has(next)) continue;
      found.set(next, by);
      queue.push(next);
    }
  }
  return found;
}
