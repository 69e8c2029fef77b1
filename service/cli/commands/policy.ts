import { VigilClientError } from "../../../odoo_addon_client/index.ts";
import { policyHistory, pushPolicy, type ShownPolicy, setSessionPolicy, showPolicies } from "../../policies/index.ts";
import { withClient } from "../../sessions/index.ts";
import type { Command, Context } from "../command.ts";
import { EXIT, usage } from "../failure.ts";
import { showTime } from "../output/length.ts";
import { type Paint, painter, printable } from "../output/style.ts";
import { chosenInstances } from "../sessions/refresh.ts";

/** `vigil policy show`: what instances are to enforce on sessions, and what they do enforce. */
export const policyShow: Command = async (context, { options }) => {
  const { store, terminal } = context;
  const instance = options.instance as string | undefined;
  if (options.history) {
    const history = await policyHistory(store, instance);
    const line = (one: (typeof history)[number]) =>
      options.json
        ? JSON.stringify(one)
        : `${one.version}  ${showTime(one.set_at)}  ${printable(one.set_by)}: ${printable(one.reason)}\n   ${one.policy === null ? "taken back" : printable(JSON.stringify(one.policy))}`;
    await terminal.out(history.map((one) => `${line(one)}\n`).join(""));
    return EXIT.success;
  }
  await look(context, instance, false);
  const shown = await showPolicies(store, instance);
  const paint = painter(terminal.shape.color);
  await terminal.out(shown.map((one) => (options.json ? `${JSON.stringify(one)}\n` : describe(one, paint))).join(""));
  return EXIT.success;
};

/** Flags that change one key of the policy that holds; `none` takes a number away. */
const NUMBERS = {
  inactivity: "inactivity_minutes",
  warning: "warning_seconds",
  maxSessions: "max_sessions",
  absolute: "absolute_hours",
} as const;

/** `vigil policy set`: the file's policy, or the one that holds with the given keys changed; pushed at once. */
export const policySet: Command = async (context, { options }) => {
  const { store, terminal } = context;
  const instance = options.instance as string | undefined;
  const policy = options.none ? null : await wanted(context, options);
  const actor = terminal.user;
  const { version } = await setSessionPolicy(store, { instance, policy, reason: String(options.reason), actor });
  await look(context, instance, true);
  const shown = await showPolicies(store, instance);
  const paint = painter(terminal.shape.color);
  if (options.json) await terminal.out(shown.map((one) => `${JSON.stringify(one)}\n`).join(""));
  else await terminal.out(`Version ${version} is set.\n${shown.map((one) => describe(one, paint)).join("")}`);
  return EXIT.success;
};

async function wanted({ store }: Context, options: Record<string, unknown>): Promise<unknown> {
  if (typeof options.file === "string") return parse(options.file);
  const [shown] = await showPolicies(store, options.instance as string | undefined);
  const policy: Record<string, unknown> = { ...shown?.desired?.policy };
  let changed = 0;
  for (const [flag, key] of Object.entries(NUMBERS)) {
    const text = options[flag];
    if (text === undefined) continue;
    changed++;
    policy[key] = text === "none" ? null : /^\d{1,6}$/.test(String(text)) ? Number(text) : String(text);
    if (typeof policy[key] === "string") throw usage(`"${String(text)}" is no whole number and not "none".`);
  }
  if (options.mode !== undefined) {
    changed++;
    policy.max_sessions_mode = String(options.mode).replaceAll("-", "_");
  }
  if (changed === 0) throw usage("Say what to set: --file FILE, --none, or one of the keys; see --help.");
  return policy;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw usage("The policy's file holds no JSON; docs/sessions.md has an example.");
  }
}

/** Brings policies to the instances (or only looks); one that is away gets its policy when it is back. */
async function look(context: Context, instance: string | undefined, push: boolean): Promise<void> {
  const { store, terminal } = context;
  for (const one of await chosenInstances(context, instance)) {
    if (one.state !== "active") continue;
    try {
      await withClient(store, context.connect, one, (client) => pushPolicy(store, one, client, { look: true }));
    } catch (error) {
      if (!(error instanceof VigilClientError)) throw error;
      const later = push ? " Its policy waits and is set when it answers; until then it enforces what it has." : "";
      await terminal.err(`${printable(one.name)}: ${error.message}${later}\n`);
    }
  }
}

function describe(shown: ShownPolicy, paint: Paint): string {
  const { status, desired, in_force, differences } = shown;
  const words = {
    applied: paint("green", "applied"),
    waiting: paint("yellow", "waiting to be set there"),
    drifted: paint("red", `changed in Odoo since (${differences.join(", ")})`),
    unmanaged: paint("dim", "not set from here"),
  }[status];
  const lines = [`${paint("bold", printable(shown.instance))}  ${words}`];
  if (desired !== undefined) {
    const scope = desired.scope === "organisation" ? "for every instance" : "for this instance";
    lines.push(
      `  wanted    ${printable(JSON.stringify(desired.policy))}`,
      paint(
        "dim",
        `            version ${desired.version} ${scope}, ${showTime(desired.set_at)} by ${printable(desired.set_by)}: ${printable(desired.reason)}`,
      ),
    );
  }
  if (in_force !== undefined && status !== "applied") {
    lines.push(`  in force  ${printable(JSON.stringify(in_force.policy))}`);
    if (in_force.changed_at) {
      lines.push(
        paint("dim", `            since ${showTime(in_force.changed_at)} by ${printable(in_force.changed_by ?? "?")}`),
      );
    }
  }
  if (shown.error) lines.push(`  ${paint("yellow", "!")} ${printable(shown.error)}`);
  return lines.map((line) => `${line}\n`).join("");
}
