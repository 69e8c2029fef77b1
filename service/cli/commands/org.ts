import { AccountError } from "../../accounts/errors.ts";
import { createOrganisation, ownerLink } from "../../accounts/index.ts";
import { osUser } from "../../audit/index.ts";
import { listOrganisations } from "../../store/accounts/organisations.ts";
import { scopeStore } from "../../store/scope.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../failure.ts";
import { count, painter, plural, printable } from "../output/style.ts";
import { table } from "../output/table.ts";
import { accountsOf } from "./account.ts";

/** `vigil org list`. */
export const orgList: Command = async ({ store, terminal }, { options }) => {
  const rows = await listOrganisations(store.database);
  if (options.json) {
    await terminal.out(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    return EXIT.success;
  }
  const cells = rows.map((row) => [
    printable(row.name),
    row.id,
    count(row.members),
    count(row.instances),
    plural(row.retention_days, "day"),
  ]);
  const paint = painter(terminal.shape.color);
  await terminal.out(
    table(["NAME", "ID", "MEMBERS", "INSTANCES", "KEEPS EVIDENCE"], cells, paint, ["MEMBERS", "INSTANCES"]),
  );
  return EXIT.success;
};

/** `vigil org add NAME --owner EMAIL`: an organisation without anybody in it would be out of everybody's reach. */
export const orgAdd: Command = async (context, call) => {
  const accounts = accountsOf(context);
  const actor = osUser(context.terminal.user);
  const name = call.arguments[0]!;
  const id = await createOrganisation(accounts, name, actor);
  const store = scopeStore(context.store, id);
  await context.terminal.out(`The organisation ${printable(name)} is made.\n`);
  try {
    const link = await ownerLink({ ...accounts, store }, String(call.options.owner), actor);
    await context.terminal.out(`Its first Owner opens this link, once:\n${link}\n`);
  } catch (error) {
    if (!(error instanceof AccountError)) throw error;
    await context.terminal.err(`${error.message}\n`);
    return EXIT.no;
  }
  return EXIT.success;
};
