import {
  DEFAULTS,
  type Finding,
  findRule,
  listFindings,
  listRules,
  runFindings,
  setParameters,
} from "../../findings/index.ts";
import { placesFor } from "../../jobs/places.ts";
import { findByNameOrId } from "../../sessions/index.ts";
import { LeaseError } from "../../store/index.ts";
import type { Command } from "../command.ts";
import { EXIT, usage } from "../failure.ts";
import { showTime } from "../output/length.ts";
import { type Paint, painter, plural, printable } from "../output/style.ts";
import { table } from "../output/table.ts";
import { readLimit, readRange } from "../sessions/options.ts";
import { chosenInstances } from "../sessions/refresh.ts";

const SEVERITIES = ["critical", "high", "medium", "low"] as const;
const COLOURS = { critical: "red", high: "red", medium: "yellow", low: "dim" } as const;

/** `vigil findings list`: what the rules found, newest first, after they have seen everything that is stored. */
export const findingsList: Command = async (context, { options }) => {
  const { store, terminal } = context;
  const severity = SEVERITIES.find((one) => one === options.severity);
  if (options.severity !== undefined && severity === undefined) {
    throw usage(`--severity is one of ${SEVERITIES.join(", ")}.`);
  }
  if (options.rule !== undefined && findRule(String(options.rule)) === undefined) {
    throw usage(`There is no rule "${String(options.rule)}"; \`vigil findings rules\` shows them.`);
  }
  const instances = await chosenInstances(context, options.instance);
  const places = await placesFor(context.settings);
  for (const instance of instances) {
    await runFindings(store, instance, { places, signal: terminal.signal }).catch((error: unknown) => {
      if (!(error instanceof LeaseError)) throw error; // the service looks at them this moment
    });
  }
  const { items, next_cursor } = await listFindings(store, {
    instance: options.instance as string | undefined,
    rule: options.rule as string | undefined,
    user: options.user as string | undefined,
    severity,
    ...readRange(options, context.now()),
    limit: readLimit(options.limit),
  });
  if (options.json) {
    await terminal.out(items.map((item) => `${JSON.stringify(item)}\n`).join(""));
    return EXIT.success;
  }
  if (items.length === 0) {
    await terminal.err("Nothing suspicious was found.\n");
    return EXIT.success;
  }
  const paint = painter(terminal.shape.color);
  const several = options.instance === undefined && instances.length > 1;
  const rows = items.map((item) => [...(several ? [printable(item.instance)] : []), ...cells(item, paint)]);
  await terminal.out(
    table([...(several ? ["INSTANCE"] : []), "TIME", "SEVERITY", "RULE", "WHAT", "EVIDENCE"], rows, paint),
  );
  if (next_cursor !== undefined) await terminal.err(paint("dim", "There are more; --limit shows them.\n"));
  return EXIT.success;
};

function cells(item: Finding, paint: Paint): string[] {
  const [first] = item.evidence;
  const rest = item.evidence_count - 1;
  return [
    showTime(item.occurred_at),
    paint(COLOURS[item.severity], item.severity),
    item.rule,
    printable(item.summary),
    `seq ${first ?? item.seq}${rest > 0 ? ` and ${plural(rest, "other")}` : ""}`,
  ];
}

/** `vigil findings rules`: every rule with the thresholds that hold. */
export const findingsRules: Command = async ({ store, terminal }, { options }) => {
  const name = options.instance as string | undefined;
  const instance = name === undefined ? undefined : await findByNameOrId(store, name);
  const rules = await listRules(store, instance?.id);
  if (options.json) {
    await terminal.out(`${rules.map((rule) => JSON.stringify(rule)).join("\n")}\n`);
    return EXIT.success;
  }
  const paint = painter(terminal.shape.color);
  const rows = rules.map((rule) => {
    const { enabled, ignore, ...own } = rule.parameters;
    const shown = Object.entries(own).map(([key, value]) => `${key}=${Array.isArray(value) ? value.join(",") : value}`);
    if (Array.isArray(ignore) && ignore.length > 0) shown.push(`ignore=${ignore.join(",")}`);
    return [
      rule.rule,
      paint(COLOURS[rule.severity], rule.severity),
      enabled ? printable(shown.join(" ")) : paint("yellow", "off"),
      rule.about,
    ];
  });
  await terminal.out(table(["RULE", "SEVERITY", "THRESHOLDS", "FINDS"], rows, paint));
  return EXIT.success;
};

/** `vigil findings tune RULE NAME=VALUE…`: holds for events from then on. */
export const findingsTune: Command = async ({ store, terminal }, call) => {
  const [name, ...settings] = call.arguments.flat() as string[];
  const rule = findRule(name!);
  if (rule === undefined) throw usage(`There is no rule "${name}"; \`vigil findings rules\` shows them.`);
  const parameters = Object.fromEntries(
    settings.map((setting) => {
      const [key, value] = [setting.split("=", 1)[0]!, setting.slice(setting.indexOf("=") + 1)];
      if (!setting.includes("=")) throw usage(`"${setting}" is no threshold; write NAME=VALUE, like attempts=20.`);
      return [key, readValue(value, DEFAULTS[rule.name]![key])];
    }),
  );
  const instance = call.options.instance as string | undefined;
  const now = await setParameters(store, { instance, rule: rule.name, parameters, actor: terminal.user });
  await terminal.out(`${rule.name}: ${JSON.stringify(now.parameters)}\n`);
  return EXIT.success;
};

function readValue(text: string, like: unknown): unknown {
  if (typeof like === "number") return Number(text);
  if (typeof like === "boolean") return { true: true, on: true, "1": true, false: false, off: false, "0": false }[text];
  if (typeof like === "string") return text;
  return text.split(",").filter((one) => one !== "");
}
