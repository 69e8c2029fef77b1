import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import type { Invocation } from "../control/message.ts";
import { VERSION } from "./version.ts";

/** What the words on the command line lead to. */
export interface Actions {
  /** a command on the store */
  invoke(invocation: Invocation): Promise<void>;
  serve(): Promise<void>;
  demo(options: { once?: boolean }): Promise<void>;
  backup(folder: string): Promise<void>;
  restore(folder: string): Promise<void>;
  /** a report or an export, without any store */
  verifyFile(path: string, options: { key?: string; json?: boolean }): Promise<void>;
}

/** The command line's grammar and help; it knows nothing of what the commands do. */
export function buildProgram(actions: Actions): Command {
  const program = new Command("vigil")
    .description("Evidence for Odoo: every change captured, pulled exactly once, chained and provable.")
    .version(VERSION, "-V, --version")
    .helpCommand(false)
    .showSuggestionAfterError()
    .option("--organisation <name>", "work in this one, by name or id (default: the first that there was)")
    .addHelpText(
      "after",
      "\nSettings are environment variables: docs/settings.md. Exit status: 0 success, 1 the answer is no, 2 wrong usage, 3 cannot reach.",
    );

  /** Adds a command whose action is the invocation of the same name. */
  const command = (parent: Command, name: string, signature: string, about: string): Command => {
    const added = parent
      .command(signature ? `${name.split(" ").at(-1)} ${signature}` : name.split(" ").at(-1)!)
      .description(about);
    return added.action(async () => {
      await actions.invoke({ command: name, arguments: added.args, options: added.optsWithGlobals() });
    });
  };
  const group = (parent: Command, name: string, about: string) =>
    parent.command(name).description(about).helpCommand(false);
  const json = () => new Option("--json", "one line of JSON each");

  program
    .command("serve")
    .description("run the service: pull from every instance, seal, keep to the retention policies")
    .action(() => actions.serve());
  program
    .command("demo")
    .description("a simulated Odoo of a small company: thirty days of history, then live changes")
    .option("--once", "end after the history")
    .action((options: { once?: boolean }) => actions.demo(options));

  const instance = group(program, "instance", "the Odoo databases that are pulled");
  command(instance, "instance add", "<name>", "connect an Odoo; its key comes from VIGIL_ODOO_KEY or is asked for")
    .requiredOption("--url <url>", "where it answers, like https://odoo.example.com")
    .requiredOption("--db <database>", "name of its database")
    .requiredOption("--login <login>", "login of the user that has the group Vigil Bridge")
    .option("--insecure", "accept a certificate that no authority signed");
  command(instance, "instance list", "", "all of them, how far they are, what is wrong").addOption(json());
  command(instance, "instance check", "<name>", "does the connection work, is the capture complete?");
  command(instance, "instance set", "<name>", "another key, address or login for the same database")
    .option("--key", "a new key: from VIGIL_ODOO_KEY, or asked for")
    .option("--url <url>", "where it answers now")
    .option("--db <database>", "what its database is called now")
    .option("--login <login>", "login of the user that has the group Vigil Bridge")
    .option("--insecure", "accept a certificate that no authority signed")
    .option("--no-insecure", "accept it no more");
  command(instance, "instance accept", "<name>", "say what a changed database is, and end its quarantine")
    .requiredOption("--as <what>", "restored (from a backup) or copy (another database now)")
    .option("--name <name>", "name of the copy's own instance");
  command(instance, "instance remove", "<name>", "stop pulling and forget the key; its evidence stays");

  const tracking = group(program, "tracking", "what an Odoo records: models, operations, fields, users");
  command(tracking, "tracking show", "", "what differs from the defaults there")
    .requiredOption("--instance <name>", "of this instance")
    .addOption(json());
  command(tracking, "tracking set", "[models...]", "change it there, at once; the change is an event of its own")
    .requiredOption("--instance <name>", "of this instance")
    .requiredOption("--reason <text>", "why; kept with the change")
    .option("--create <on|off>", "record what is created")
    .option("--write <on|off>", "record what is changed")
    .option("--unlink <on|off>", "record what is deleted")
    .option("--read <on|off>", "record who reads, exports, prints or downloads")
    .option("--strict <on|off>", "a change that cannot be recorded fails")
    .option("--fields-off <fields>", "leave these fields out, like comment,ref")
    .option("--fields-on <fields>", "record them again")
    .option("--default", "forget the rules of these models")
    .option("--users <who>", "all, only:LOGIN,… or except:LOGIN,…")
    .option("--keep-days <n>", "days that Odoo keeps what is acknowledged")
    .option("--file <file>", "all rules, as `tracking show --json` prints them", fileText);

  command(program, "pull", "<name>", "store everything that waits in that Odoo, seal and acknowledge it");
  command(program, "verify", "[file]", "prove the chain, or a file: intact, pruned and attested, or broken and where")
    .option("--instance <name>", "only this one")
    .option("--key <hex>", "for a file: the public key that must have signed it")
    .addOption(json())
    .action(async (file: string | undefined, options: { instance?: string; key?: string; json?: boolean }) => {
      const global = program.opts<{ organisation?: string }>();
      if (file === undefined)
        await actions.invoke({ command: "verify", arguments: [], options: { ...options, ...global } });
      else await actions.verifyFile(file, options);
    });

  command(
    program,
    "export",
    "",
    "an instance's evidence as a file; its NDJSON is proved by `vigil verify FILE`, without the store",
  )
    .requiredOption("--instance <name>", "of this instance")
    .option("--out <file>", "the file to write (default: standard output)", absolute)
    .option("--format <format>", "ndjson (with proofs), csv or json (default: by the file's name)")
    .option("--model <model>", "only of this model, like res.partner")
    .option("--record <id>", "only of the record with this number")
    .option("--user <login>", "only by this user")
    .option("--kind <kind>", "only of this kind")
    .option("--category <category>", "only of this category")
    .option("--severity <severity>", "only of this severity")
    .option("--from <time>", "from then on: 2026-11-21, 2026-11-21T09:14, or 24h ago")
    .option("--to <time>", "until then");

  const report = command(
    program,
    "report",
    "<name>",
    "make a report: an Excel workbook whose every row can be verified",
  )
    .option("--out <file>", "the file to write; .ndjson and .csv.zip give the same without looks", absolute)
    .option("--instance <name>", "of this instance (default: of all)")
    .option("--from <time>", "from then on: 2026-11-21, 2026-11-21T09:14, or 30d ago")
    .option("--to <time>", "until then")
    .option("--user <login>", "only what this user did")
    .option("--model <model>", "only this model, like res.partner")
    .option("--record <id>", "only the record with this number")
    .option("--kind <kind>", "only this operation, like record.updated, or a family: record.*")
    .option("--theme <theme>", "its colours; print is for printing in black and white")
    .option("--time-zone <zone>", "of its times, like Europe/Berlin (default: the organisation's)")
    .option("--format <format>", "xlsx, csv or ndjson (default: by the file's name)");
  command(report, "report list", "", "every report and every theme");

  const events = group(program, "events", "the evidence");
  command(events, "events list", "", "ascending by seq; times are UTC, both ends inclusive")
    .option("--instance <name>", "of this instance")
    .option("--model <model>", "of this model, like res.partner")
    .option("--record <id>", "of the record with this number")
    .option("--user <login>", "by this user")
    .option("--kind <kind>", "of this kind, like record.updated")
    .option("--from <time>", "from then on: 2026-11-21, 2026-11-21T09:14, or 24h ago")
    .option("--to <time>", "until then")
    .option("--limit <n>", "at most so many (default: 100)")
    .addOption(json());

  const audit = group(program, "audit", "what was done in Vigil itself");
  command(audit, "audit list", "", "newest first; times are UTC, both ends inclusive")
    .option("--limit <n>", "at most so many (default: 50)")
    .option("--action <action>", "of this event type, like auth.login_failed")
    .option("--user <id>", "by this actor: a person's or key's id, os:NAME, or system")
    .option("--resource-type <type>", "about this kind of thing, like instance")
    .option("--resource <id>", "about the thing with this id")
    .option("--failed", "only what did not succeed")
    .option("--from <time>", "from then on: 2026-11-21, 2026-11-21T09:14, or 24h ago")
    .option("--to <time>", "until then")
    .addOption(json());

  const account = group(program, "account", "people who sign in");
  command(account, "account link", "", "a one-time link: for the first Owner, or as the options say")
    .addOption(new Option("--setup <email>", "for a new Owner with this address").conflicts("reset"))
    .option("--reset <email>", "to choose a new password")
    .option("--drop-second-factor", "with --reset: turn the authenticator off, too");
  command(account, "account list", "", "people, where they are members, and as what").addOption(json());

  const org = group(program, "org", "organisations: who owns instances");
  command(org, "org list", "", "all of them").addOption(json());
  command(org, "org add", "<name>", "another one; --owner gives the link for its first Owner").requiredOption(
    "--owner <email>",
    "who is invited as its Owner",
  );
  const sessions = group(program, "sessions", "who is in Odoo, from where, for how long");
  command(sessions, "sessions list", "", "newest first; durations come from real activity, right to a minute")
    .option("--instance <name>", "of this instance")
    .option("--user <login>", "of this user")
    .option("--live", "only those that are open")
    .option("--limit <n>", "at most so many (default: 100)")
    .addOption(json());
  command(sessions, "sessions end", "", "end sessions: refused in Odoo at the very next request")
    .requiredOption("--instance <name>", "in this instance")
    .option("--session <id>", "this one, as `sessions list` shows it")
    .option("--user <login>", "all of this user")
    .option("--all", "all of the instance")
    .requiredOption("--reason <text>", "why; shown to the person")
    .addOption(json());
  const user = group(program, "user", "users of Odoo");
  for (const [verb, about] of [
    ["block", "no login and no key of theirs is taken any more, and they are logged out"],
    ["unblock", "let them in again"],
  ] as const) {
    command(user, `user ${verb}`, "<login>", about)
      .requiredOption("--instance <name>", "in this instance")
      .requiredOption("--reason <text>", "why")
      .addOption(json());
  }

  const logins = group(program, "logins", "the log of logins: user, address, place, device, outcome");
  command(logins, "logins list", "", "newest first; times are UTC, both ends inclusive")
    .option("--instance <name>", "of this instance")
    .option("--failed", "only those that failed")
    .option("--user <login>", "of this user, or as this login")
    .option("--ip <address>", "from this address")
    .option("--from <time>", "from then on: 2026-11-21, 2026-11-21T09:14, or 24h ago")
    .option("--to <time>", "until then")
    .option("--limit <n>", "at most so many (default: 100)")
    .addOption(json());

  const sessionPolicy = group(program, "policy", "what instances enforce on sessions: docs/sessions.md");
  command(sessionPolicy, "policy show", "", "what is wanted, what is in force there, and how they differ")
    .option("--instance <name>", "of this instance")
    .option("--history", "every version that was set (without --instance: of the common one)")
    .addOption(json());
  command(sessionPolicy, "policy set", "", "set it, and bring it to the instances until they have it")
    .option("--instance <name>", "for this instance only (default: all that have none of their own)")
    .option("--file <file>", "a policy as JSON", fileText)
    .option("--inactivity <minutes>", "log out after so many without activity, or none")
    .option("--warning <seconds>", "warn so long before")
    .option("--max-sessions <n>", "sessions a user may have, or none")
    .option("--mode <which>", "newest-wins or oldest-stays, when there are too many")
    .option("--absolute <hours>", "longest life of a session, or none")
    .option("--none", "take the policy back")
    .requiredOption("--reason <text>", "why")
    .addOption(json());

  const findings = group(program, "findings", "what looks suspicious in the evidence");
  command(findings, "findings list", "", "newest first, each with the events that show it")
    .option("--instance <name>", "of this instance")
    .option("--severity <which>", "critical, high, medium or low")
    .option("--rule <name>", "of this rule")
    .option("--user <login>", "about this user")
    .option("--from <time>", "from then on")
    .option("--to <time>", "until then")
    .option("--limit <n>", "at most so many (default: 100)")
    .addOption(json());
  command(findings, "findings rules", "", "the rules and their thresholds")
    .option("--instance <name>", "as they hold for this instance")
    .addOption(json());
  command(
    findings,
    "findings tune",
    "<rule> <thresholds...>",
    "like brute_force_user attempts=20 ignore=10.0.0.0/8",
  ).option("--instance <name>", "for this instance only");

  const key = group(program, "key", "the secret that seals credentials and signing keys");
  command(key, "key rotate", "", "seal everything under a new secret; stop the service first").option(
    "--signing",
    "make a new key that signs checkpoints instead; what the old one signed stays valid",
  );

  const retention = group(program, "retention", "how long evidence is kept");
  command(retention, "retention plan", "", "what a run would delete now; deletes nothing").addOption(json());
  command(retention, "retention run", "", "say what is older than its policy, and delete it");
  const policy = group(retention, "policy", "days by instance");
  command(policy, "retention policy set", "<days>", "keep evidence so many days").option(
    "--instance <name>",
    "only of this instance",
  );
  command(policy, "retention policy list", "", "policies and holds");
  const hold = group(retention, "hold", "legal hold: nothing of the instance is deleted");
  command(hold, "retention hold add", "<name>", "hold an instance").requiredOption("--reason <text>", "why");
  command(hold, "retention hold release", "<name>", "end the hold");

  command(program, "erase", "", "take a person's values out of the evidence; the proof stays")
    .requiredOption("--instance <name>", "of this instance; vigil:audit is the own log")
    .option("--user <login>", "who did it: name, address, session of all that this user did")
    .option("--record <model,id>", "every value of one record's events, like res.partner,14")
    .option("--text <text>", "every value that holds this text, like a name or an address of mail")
    .requiredOption("--reason <text>", "why; kept in the chain, so name nobody")
    .option("--yes", "do it; without it, say what would go");

  program
    .command("backup <folder>")
    .description("copy the embedded store into a new folder; stop the service first")
    .action((folder: string) => actions.backup(folder));
  program
    .command("restore <folder>")
    .description("put a backup where there is no store yet, and verify it")
    .action((folder: string) => actions.restore(folder));
  return program;
}

/** The command may be carried out in the service's process, which has another working folder. */
const absolute = (path: string): string => resolve(path);

/** Read here, in the terminal's own folder: the command itself may run inside the service. */
function fileText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new InvalidArgumentError(`${path} cannot be read; check the path.`);
  }
}

/** Parses and runs; wrong words throw `CommanderError` with a sentence instead of ending the process. */
export async function parse(program: Command, words: string[], io: { out(text: string): void }): Promise<void> {
  const settle = (command: Command): void => {
    command.exitOverride().configureOutput({ writeOut: io.out, writeErr: () => {}, outputError: () => {} });
    for (const child of command.commands) settle(child);
  };
  settle(program);
  await program.parseAsync(words, { from: "user" });
}

/** Help and version end with an error too; those are no failures. */
export function isWrongUsage(error: unknown): error is CommanderError {
  return error instanceof CommanderError && error.exitCode !== 0;
}
