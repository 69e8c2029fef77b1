import { resolve } from "node:path";
import { Command, CommanderError, Option } from "commander";
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
      await actions.invoke({ command: name, arguments: added.args, options: added.opts() });
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
    .requiredOption("--login <login>", "login of the user that has the group Vigil / Service")
    .option("--insecure", "accept a certificate that no authority signed");
  command(instance, "instance list", "", "all of them, how far they are, what is wrong").addOption(json());
  command(instance, "instance check", "<name>", "does the connection work, is the capture complete?");
  command(instance, "instance accept", "<name>", "say what a changed database is, and end its quarantine")
    .requiredOption("--as <what>", "restored (from a backup) or copy (another database now)")
    .option("--name <name>", "name of the copy's own instance");
  command(instance, "instance remove", "<name>", "stop pulling and forget the key; its evidence stays");

  command(program, "pull", "<name>", "store everything that waits in that Odoo, seal and acknowledge it");
  command(program, "verify", "[file]", "prove the chain, or a file: intact, pruned and attested, or broken and where")
    .option("--instance <name>", "only this one")
    .option("--key <hex>", "for a file: the public key that must have signed it")
    .addOption(json())
    .action(async (file: string | undefined, options: { instance?: string; key?: string; json?: boolean }) => {
      if (file === undefined) await actions.invoke({ command: "verify", arguments: [], options });
      else await actions.verifyFile(file, options);
    });

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

  const key = group(program, "key", "the secret that seals credentials and signing keys");
  command(key, "key rotate", "", "seal everything under a new secret; stop the service first");

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
