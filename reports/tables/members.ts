import type { Subject } from "../source.ts";
import type { FixedTable } from "../table.ts";
import { msOfTime } from "./cells.ts";

/** Who may do what in Vigil itself. */
export function members(subject: Subject): FixedTable {
  return {
    id: "members",
    title: "Vigil's members",
    about: `Who could sign in to Vigil for ${subject.organisation.name} when this report was made, and in which role`,
    empty: "Nobody can sign in to Vigil yet.",
    columns: [
      { id: "name", title: "Name", kind: "text", width: 26 },
      { id: "email", title: "Email", kind: "text", width: 32 },
      { id: "role", title: "Role", kind: "text", width: 16 },
      { id: "invited_by", title: "Invited by", kind: "text", width: 26 },
      { id: "since", title: "Since", kind: "time", width: 20 },
      { id: "joined", title: "State", kind: "text", width: 12 },
    ],
    rows: subject.members.map((one) => [
      one.name,
      one.email,
      one.role,
      one.invited_by,
      { moment: msOfTime(one.since) },
      one.joined ? "joined" : "invited",
    ]),
  };
}
