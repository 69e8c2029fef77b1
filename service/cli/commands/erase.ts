import { type ErasureRequest, erase as eraseValues, planErasure } from "../../retention/index.ts";
import { AUDIT_INSTANCE, internalInstance } from "../../store/audit-rows.ts";
import type { Command } from "../command.ts";
import { EXIT, usage } from "../failure.ts";
import { plural, printable } from "../output/style.ts";

/**
 * `vigil erase`: takes a person's values out of the evidence; every hash and signature still holds. Without --yes it
 * says what it would erase. What cannot be taken back is not asked for by accident.
 */
export const erase: Command = async ({ store, terminal }, { options }) => {
  const { instance: name, user, record, text, reason, yes } = options as Record<string, string | undefined>;
  const request: ErasureRequest = { user, text, record: record === undefined ? undefined : readRecord(record) };
  if (user === undefined && record === undefined && text === undefined)
    throw usage("Say whom to erase: --user LOGIN, --record MODEL,ID or --text TEXT.");
  if (text !== undefined && text.trim().length < 3)
    throw usage("--text must have three characters at least: a shorter one is in everything.");
  const instance = name === AUDIT_INSTANCE ? await internalInstance(store) : await store.instances.get(String(name));
  const of = (plan: { events: number; values: number }) =>
    `${plural(plan.values, "value")} of ${plural(plan.events, "event")} of ${printable(instance.name)}`;
  if (!yes) {
    const plan = await planErasure(store, instance, request);
    await terminal.out(
      plan.values === 0
        ? `Nothing of ${printable(instance.name)} that is sealed fits.\n`
        : `Would erase ${of(plan)}, for good; repeat with --yes to do it.\n`,
    );
    return EXIT.success;
  }
  const done = await eraseValues(store, instance, request, { reason: String(reason), actor: terminal.user });
  await terminal.out(`Erased ${of(done)}; the chain says so, and \`vigil verify\` still proves all the rest.\n`);
  if (done.values > 0)
    await terminal.out(
      "Reports, exports and backups that were made before still hold them, and so does Odoo for the days that it keeps.\n",
    );
  return EXIT.success;
};

function readRecord(text: string): { model: string; id: number } {
  const match = /^([a-z0-9_.]+),([1-9]\d{0,9})$/.exec(text);
  if (match === null) throw usage(`--record is a model and a number like res.partner,14, not "${printable(text)}".`);
  return { model: match[1]!, id: Number(match[2]) };
}
