import {
  listHolds,
  listPolicies,
  planRetention,
  type RetentionPlan,
  releaseHold,
  runRetention,
  setHold,
  setPolicy,
} from "../../retention/index.ts";
import { AUDIT_INSTANCE, internalInstance } from "../../store/audit-rows.ts";
import { storeHold, storePolicy } from "../../store/policy-rows.ts";
import type { Command } from "../command.ts";
import { EXIT, usage } from "../failure.ts";
import { count, type Paint, painter, plural, printable } from "../output/style.ts";
import { table } from "../output/table.ts";

/** `vigil retention plan`: what a run would delete now. Deletes nothing. */
export const retentionPlan: Command = async ({ store, terminal }, { options }) => {
  const plan = await planRetention(store);
  const text = options.json ? `${JSON.stringify(plan)}\n` : describePlan(plan, painter(terminal.shape.color));
  await terminal.out(text);
  return EXIT.success;
};

/** `vigil retention run`: says what it deletes, then deletes it; whole segments only. */
export const retentionRun: Command = async ({ store, terminal }) => {
  const plan = await planRetention(store);
  await terminal.out(describePlan(plan, painter(terminal.shape.color)));
  if (plan.events === 0) return EXIT.success;
  const result = await runRetention(store, { actor: terminal.user });
  await terminal.out(
    `Deleted ${plural(result.events, "event")} in ${plural(result.segments, "segment")}; their checkpoints and tombstones stay.\n`,
  );
  if (result.verified.length) {
    await terminal.out(`Verified afterwards: ${result.verified.map(printable).join(", ")}.\n`);
  }
  return EXIT.success;
};

/** `vigil retention policy set DAYS [--instance NAME]`. */
export const retentionPolicySet: Command = async ({ store, terminal }, call) => {
  const text = call.arguments[0]!;
  const days = /^\d{1,5}$/.test(text) ? Number(text) : ({ "90d": 90, "1y": 365, year: 365 }[text] ?? 0);
  if (days < 1 || days > 36_500)
    throw usage(`"${printable(text)}" is no number of days from 1 to 36500; take for example 90 or 365.`);
  const instance = call.options.instance as string | undefined;
  if (instance === AUDIT_INSTANCE) {
    const { id } = await internalInstance(store);
    await storePolicy(store, id, days, terminal.user);
    await terminal.out(`The service's own audit log is kept for ${plural(days, "day")}.\n`);
    return EXIT.success;
  }
  if (instance) await store.instances.get(instance);
  await setPolicy(store, { days, actor: terminal.user, ...(instance ? { instance } : {}) });
  await terminal.out(
    `${instance ?? "Every instance without a policy of its own"} keeps its evidence for ${plural(days, "day")}; \`vigil retention plan\` shows what that deletes.\n`,
  );
  return EXIT.success;
};

/** `vigil retention policy list`: policies and holds. */
export const retentionPolicyList: Command = async ({ store, terminal }) => {
  const [policies, holds] = [await listPolicies(store), await listHolds(store)];
  const paint = painter(terminal.shape.color);
  const rows = [
    ...policies.map((policy) => [
      policy.instance ?? "(default)",
      plural(policy.days, "day"),
      policy.set_by,
      policy.set_at.slice(0, 16).replace("T", " "),
    ]),
    ...holds.map((hold) => [
      hold.instance,
      paint("yellow", `hold: ${printable(hold.reason)}`),
      hold.set_by,
      hold.set_at.slice(0, 16).replace("T", " "),
    ]),
  ];
  await terminal.out(
    table(
      ["INSTANCE", "POLICY", "SET BY", "SET AT"],
      rows.map((row) => row.map(String)),
      paint,
    ),
  );
  return EXIT.success;
};

/** `vigil retention hold add NAME --reason TEXT`; the own log is held by the name `vigil:audit`. */
export const retentionHoldAdd: Command = async ({ store, terminal }, call) => {
  const name = call.arguments[0]!;
  const reason = String(call.options.reason);
  if (name === AUDIT_INSTANCE) await storeHold(store, (await internalInstance(store)).id, reason, terminal.user);
  else await setHold(store, { instance: name, reason, actor: terminal.user });
  await terminal.out(`Nothing of ${name} is deleted until \`vigil retention hold release ${name}\`.\n`);
  return EXIT.success;
};

/** `vigil retention hold release NAME`. */
export const retentionHoldRelease: Command = async ({ store, terminal }, call) => {
  const name = call.arguments[0]!;
  if (name === AUDIT_INSTANCE) await storeHold(store, (await internalInstance(store)).id, undefined, terminal.user);
  else await releaseHold(store, { instance: name, actor: terminal.user });
  await terminal.out(`The hold on ${name} is released; its policy applies from the next run on.\n`);
  return EXIT.success;
};

function describePlan(plan: RetentionPlan, paint: Paint): string {
  if (plan.items.length === 0) return "Nothing is old enough to be deleted.\n";
  const rows = plan.items.map((item) => [
    printable(item.instance),
    plural(item.policy_days, "day"),
    count(item.events),
    item.first_seq === undefined ? "—" : `${count(item.first_seq)} to ${count(item.last_seq ?? item.first_seq)}`,
    item.oldest_received_on
      ? `${item.oldest_received_on} to ${item.newest_received_on ?? item.oldest_received_on}`
      : "—",
    item.hold
      ? paint("yellow", `kept: hold (${printable(item.hold)})`)
      : item.events
        ? paint("red", "to be deleted")
        : "nothing to delete",
  ]);
  return table(["INSTANCE", "POLICY", "EVENTS", "SEQ", "RECEIVED", ""], rows, paint, ["EVENTS"]);
}
