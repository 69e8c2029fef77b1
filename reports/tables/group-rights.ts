import type { InstanceAccess } from "../access/read.ts";
import type { FixedTable } from "../table.ts";
import { msOfTime } from "./cells.ts";

/** What each group allows with the records of which models, as Odoo last told it. */
export function groupRights(access: InstanceAccess[]): FixedTable {
  const letters = [..."rcwd"];
  return {
    id: "group-rights",
    title: "What groups allow",
    about:
      "Access rights of groups by model, as Odoo last told all of them; record rules narrow them down further. Changes since: Rights given and taken",
    empty: "Odoo has not told the rights of its groups yet.",
    columns: [
      { id: "instance", title: "Instance", kind: "text", width: 16 },
      { id: "group", title: "Group", kind: "text", width: 38 },
      { id: "external_id", title: "Group's external id", kind: "code", width: 32 },
      { id: "model", title: "Model", kind: "text", width: 38 },
      ...["Read", "Create", "Change", "Delete"].map((title, i) => ({
        id: letters[i]!,
        title,
        kind: "text" as const,
        width: 9,
      })),
      { id: "as_of", title: "As of", kind: "time", width: 21 },
    ],
    rows: access.flatMap(([instance, { rights, groups, recorded }]) =>
      rights.map(({ model, group, may }) => [
        instance,
        group === null ? "(everybody)" : (groups.get(group)?.name ?? `#${group}`),
        group === null ? null : groups.get(group)?.external_id || null,
        model,
        ...letters.map((letter) => (may.includes(letter) ? "yes" : null)),
        { moment: msOfTime(recorded!.occurred_at) },
      ]),
    ),
  };
}
