import type { Change } from "../../odoo_addon_client/event.ts";
import type { StoredEvent } from "../../service/store/types.ts";
import { ACCESS_RECORDED, type RecordedAccess, type RecordedGroup, recordedAccess } from "./recorded.ts";

/** How we know that somebody has a group. */
export interface Membership {
  group: number;
  name: string;
  /** the event that gave it; absent: it was there when the rights were first told of */
  given?: StoredEvent;
  /** when it was first told of without an event that gave it */
  first_seen?: string;
  /** it appeared between two records of all rights, and no event tells who gave it */
  unexplained: boolean;
}
export interface UserAccess {
  id: number;
  login: string | null;
  name: string;
  active: boolean | null;
  deleted?: StoredEvent;
  /** false: only changes are known, not what was there before them */
  complete: boolean;
  memberships: Map<number, Membership>;
}

const GROUPS = /^groups?_ids?$/;

/**
 * Who has which group at a moment, folded from the trail: what the addon told of all rights, and every change since.
 * What neither tells is said to be unknown, never guessed.
 */
export class AccessState {
  readonly users = new Map<number, UserAccess>();
  readonly groups = new Map<number, RecordedGroup>();
  rights: RecordedAccess["rights"] = [];
  /** the newest record of all rights */
  recorded: StoredEvent | undefined;

  /** Takes the events of one instance in ascending order. */
  add(event: StoredEvent): void {
    if (event.kind === ACCESS_RECORDED) this.#record(event);
    if (event.model !== "res.users" || event.record_id === undefined) return;
    const user = this.#user(event.record_id, event.record_name);
    if (event.kind === "record.deleted") {
      user.deleted = event;
      user.memberships.clear();
      return;
    }
    if (event.kind === "record.created") user.complete = true;
    for (const change of event.changes) apply(user, change, event);
  }

  #user(id: number, name: string | undefined): UserAccess {
    let user = this.users.get(id);
    if (user === undefined) {
      user = { id, login: null, name: name ?? `#${id}`, active: null, complete: false, memberships: new Map() };
      this.users.set(id, user);
    }
    if (name !== undefined) user.name = name;
    return user;
  }

  #record(event: StoredEvent): void {
    const { users, groups, rights } = recordedAccess(event.details);
    const isFirst = this.recorded === undefined;
    this.recorded = event;
    this.rights = rights;
    this.groups.clear();
    for (const group of groups) this.groups.set(group.id, group);
    for (const { id, login, name, active, groups: has } of users) {
      const user = this.#user(id, name);
      const wasComplete = user.complete;
      Object.assign(user, { login, active, complete: true });
      for (const group of user.memberships.keys()) if (!has.includes(group)) user.memberships.delete(group);
      for (const group of has) {
        const known = user.memberships.get(group);
        const label = this.groups.get(group)?.name ?? `#${group}`;
        if (known !== undefined) known.name = label;
        else
          user.memberships.set(group, {
            group,
            name: label,
            first_seen: event.occurred_at,
            unexplained: !isFirst && wasComplete,
          });
      }
    }
  }
}

function apply(user: UserAccess, change: Change, event: StoredEvent): void {
  if (change.field === "login" && typeof change.after === "string") user.login = change.after;
  if (change.field === "active" && typeof change.after === "boolean") user.active = change.after;
  if (!GROUPS.test(change.field)) return;
  for (const { id } of change.removed ?? []) user.memberships.delete(id);
  for (const link of change.added ?? []) give(user, link, event);
}

function give(user: UserAccess, { id, name }: { id: number; name?: string }, event: StoredEvent): void {
  if (user.memberships.has(id)) return;
  user.memberships.set(id, { group: id, name: name ?? `#${id}`, given: event, unexplained: false });
}
