import { AUDIT_INSTANCE } from "../../service/store/audit-rows.ts";
import type { Subject } from "../source.ts";
import type { FixedTable } from "../table.ts";
import { msOfTime } from "./cells.ts";

/** How long evidence is kept, what may not be deleted, and what was: each purge with its signed attestation. */
export function retention(subject: Subject): FixedTable {
  return {
    id: "retention",
    title: "Retention and holds",
    about: "Policies, legal holds, and what was purged: a signed tombstone attests to each purged segment",
    empty: "No policy is set, nothing is held, nothing was purged.",
    columns: [
      { id: "what", title: "What", kind: "text", width: 14 },
      { id: "instance", title: "Instance", kind: "text", width: 18 },
      { id: "about", title: "About", kind: "wrap", width: 44 },
      { id: "days", title: "Days", kind: "integer", width: 8 },
      { id: "by", title: "Set or done by", kind: "text", width: 18 },
      { id: "at", title: "At", kind: "time", width: 20 },
      { id: "first_seq", title: "First seq", kind: "integer", width: 10 },
      { id: "last_seq", title: "Last seq", kind: "integer", width: 10 },
      { id: "received_on", title: "Received on", kind: "value", width: 12 },
      { id: "hash", title: "Hash of the tombstone", kind: "code", width: 36 },
      { id: "signature", title: "Signature", kind: "code", width: 36 },
    ],
    rows: [
      ...subject.policies.map((one) => [
        "policy",
        nameOf(one.instance),
        `Evidence is kept for ${one.days} days`,
        one.days,
        one.set_by,
        { moment: msOfTime(one.set_at) },
      ]),
      ...subject.holds.map((one) => [
        "held",
        one.instance,
        `Legal hold: ${one.reason}`,
        null,
        one.set_by,
        { moment: msOfTime(one.set_at) },
      ]),
      ...subject.instances.flatMap(({ name, tombstones }) =>
        tombstones.map((stone) => {
          const body = JSON.parse(stone.body) as { policy_days: number; actor: string };
          return [
            "purged",
            name,
            `Events ${stone.first_seq} to ${stone.last_seq} were purged; their checkpoint ${stone.segment_number} stays`,
            body.policy_days,
            body.actor,
            { moment: msOfTime(stone.purged_at) },
            stone.first_seq,
            stone.last_seq,
            { day: stone.received_on },
            stone.hash.toString("hex"),
            stone.signature,
          ];
        }),
      ),
    ],
  };
}

/** The service's own log is an instance, too. */
function nameOf(instance: string | null | undefined): string {
  return instance === AUDIT_INSTANCE ? "Vigil's own log" : (instance ?? "(all that have none of their own)");
}
