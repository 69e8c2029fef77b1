import type { TrackingRules } from "../../../odoo_addon_client/protocol.ts";
import type { Command, Context } from "../command.ts";
import { EXIT, usage } from "../failure.ts";
import { type Paint, painter, plural, printable } from "../output/style.ts";

type ModelRule = TrackingRules["models"][string];
const FLAGS = ["create", "write", "unlink", "read", "strict"] as const;

/** `vigil tracking show --instance NAME`: what that Odoo records besides, or in spite of, its defaults. */
export const trackingShow: Command = async (context, { options }) => {
  const rules = await withOdoo(context, String(options.instance), (client) => client.trackingGet());
  const paint = painter(context.terminal.shape.color);
  await context.terminal.out(options.json ? `${JSON.stringify(rules)}\n` : describe(rules, paint));
  return EXIT.success;
};

/** `vigil tracking set [MODEL…]`: changes the rules in Odoo, at once in all of its workers; it is an event there. */
export const trackingSet: Command = async (context, { arguments: models, options }) => {
  const words = options as Record<string, string | undefined>;
  const after = await withOdoo(context, words.instance!, async (client) => {
    const rules = words.file === undefined ? await client.trackingGet() : readFile(words.file);
    const changed = changeModels(rules, models, words) + changeRest(rules, words);
    if (changed === 0 && words.file === undefined)
      throw usage("Say what to set: models with --read on and the like, --users, --keep-days, or --file; see --help.");
    return client.trackingSet({ rules, reason: words.reason! });
  });
  await context.terminal.out(describe(after, painter(context.terminal.shape.color)));
  return EXIT.success;
};

async function withOdoo<T>(
  { store, connect }: Context,
  name: string,
  work: (client: Awaited<ReturnType<Context["connect"]>>) => Promise<T>,
): Promise<T> {
  const instance = await store.instances.get(name);
  const client = await connect(instance, await store.instances.credential(name));
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

function changeModels(rules: TrackingRules, models: string[], words: Record<string, string | undefined>): number {
  const given = FLAGS.filter((flag) => words[flag] !== undefined);
  const back = (words as Record<string, unknown>).default === true;
  const fields = [...named(words.fieldsOff, false), ...named(words.fieldsOn, true)];
  const what = given.length + fields.length + (back ? 1 : 0);
  if (what > 0 && models.length === 0) throw usage("Name the models, like res.partner, before what to set of them.");
  if (what === 0 && models.length > 0) throw usage("Say what to set of the models, like --read on; see --help.");
  for (const model of models) {
    const rule: ModelRule = back ? {} : (rules.models[model] ?? {});
    for (const flag of given) rule[flag] = onOrOff(flag, words[flag]!);
    if (fields.length > 0) rule.fields = { ...rule.fields, ...Object.fromEntries(fields) };
    rules.models[model] = rule;
    if (Object.keys(rule).length === 0) delete rules.models[model];
  }
  return what * models.length;
}

function changeRest(rules: TrackingRules, words: Record<string, string | undefined>): number {
  let changed = 0;
  if (words.users !== undefined) {
    const match = /^(all|only|except)(?::(.+))?$/.exec(words.users);
    const logins = match?.[2]?.split(",").map((login) => login.trim()) ?? [];
    if (match === null || (match[1] === "all") !== (logins.length === 0))
      throw usage(`--users is all, only:LOGIN,… or except:LOGIN,…, not "${printable(words.users)}".`);
    rules.users = { mode: match[1] as TrackingRules["users"]["mode"], logins };
    changed++;
  }
  if (words.keepDays !== undefined) {
    if (!/^\d{1,4}$/.test(words.keepDays))
      throw usage(`--keep-days must be a number of days from 0 to 3650, not "${printable(words.keepDays)}".`);
    rules.keep_days = Number(words.keepDays);
    changed++;
  }
  return changed;
}

function onOrOff(flag: string, word: string): boolean {
  if (word !== "on" && word !== "off") throw usage(`--${flag} is on or off, not "${printable(word)}".`);
  return word === "on";
}

const named = (list: string | undefined, on: boolean): [string, boolean][] =>
  (list ?? "").split(",").flatMap((name) => (name.trim() ? [[name.trim(), on]] : []));

function readFile(text: string): TrackingRules {
  try {
    return JSON.parse(text) as TrackingRules;
  } catch {
    throw usage("The file of rules holds no JSON; `vigil tracking show --json` prints it in its form.");
  }
}

function describe(rules: TrackingRules, paint: Paint): string {
  const lines = Object.entries(rules.models).map(([model, rule]) => {
    const on = FLAGS.filter((flag) => rule[flag] === true).map((flag) => `${flag} ${paint("green", "on")}`);
    const off = FLAGS.filter((flag) => rule[flag] === false).map((flag) => `${flag} ${paint("red", "off")}`);
    const fields = Object.entries(rule.fields ?? {}).flatMap(([field, kept]) => (kept ? [] : [printable(field)]));
    const parts = [...on, ...off, ...(fields.length > 0 ? [`without ${fields.join(", ")}`] : [])];
    return `${paint("bold", printable(model))}  ${parts.join(", ") || "as by default"}`;
  });
  if (lines.length === 0) lines.push("Every model is recorded as by default; no reads are.");
  const { mode, logins } = rules.users;
  lines.push(
    mode === "all"
      ? "Of all users."
      : `Of ${mode === "only" ? "only" : "all but"} ${logins.map(printable).join(", ")}.`,
  );
  lines.push(`Odoo keeps what is acknowledged for ${plural(rules.keep_days, "day")} more.`);
  return lines.map((line) => `${line}\n`).join("");
}
