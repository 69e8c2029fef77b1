import { meaningOf } from "../../accounts/grant.ts";
import { type Accounts, firstSetupLink, ownerLink, resetLink } from "../../accounts/index.ts";
import { publicUrlOf } from "../../accounts/public-url.ts";
import { osUser } from "../../audit/index.ts";
import { listMembers } from "../../store/accounts/memberships.ts";
import { listOrganisations } from "../../store/accounts/organisations.ts";
import type { Command, Context } from "../command.ts";
import { EXIT, usage } from "../failure.ts";
import { painter, printable } from "../output/style.ts";
import { table } from "../output/table.ts";

export function accountsOf(context: Context): Accounts {
  return { store: context.store, publicUrl: () => publicUrlOf(context.settings, undefined) };
}

/** `vigil account link`: whoever may run this owns the machine, and so may make an Owner or a new password. */
export const accountLink: Command = async (context, { options }) => {
  const accounts = accountsOf(context);
  const actor = osUser(context.terminal.user);
  const { setup, reset } = options as { setup?: string; reset?: string };
  if (options.dropSecondFactor && !reset) throw usage("--drop-second-factor goes with --reset EMAIL.");
  const link = reset
    ? await resetLink(accounts, reset, actor, { drop_second_factor: options.dropSecondFactor === true })
    : setup
      ? await ownerLink(accounts, setup, actor)
      : await firstSetupLink(accounts);
  if (link === undefined)
    throw usage(
      "There is an Owner already: use --reset EMAIL for a new password, or --setup EMAIL for one more Owner.",
    );
  await context.terminal.out(`${link}\n`);
  await context.terminal.err(
    `It works once, for ${reset ? "an hour" : "a day"}; whoever opens it ${reset ? "chooses the password" : "becomes an Owner"}.\n`,
  );
  return EXIT.success;
};

/** `vigil account list`. */
export const accountList: Command = async ({ store, terminal }, { options }) => {
  const rows = [];
  for (const organisation of await listOrganisations(store.database)) {
    for (const member of await listMembers(store.database, organisation.id)) {
      rows.push({
        id: member.person_id,
        email: member.email,
        name: member.name,
        organisation: organisation.name,
        role: meaningOf(member).role_name,
        joined_at: member.joined_at,
        last_sign_in_at: member.last_sign_in_at,
        second_factor: member.totp_enabled || member.passkeys > 0,
      });
    }
  }
  if (options.json) {
    await terminal.out(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    return EXIT.success;
  }
  if (rows.length === 0) {
    await terminal.err("Nobody can sign in yet; `vigil account link` prints the link for the first Owner.\n");
    return EXIT.success;
  }
  const cells = rows.map((row) => [
    printable(row.email),
    printable(row.name),
    printable(row.organisation),
    printable(row.role),
    row.second_factor ? "yes" : "no",
    row.joined_at === undefined ? "invited" : (row.last_sign_in_at?.slice(0, 16).replace("T", " ") ?? "never"),
  ]);
  await terminal.out(
    table(
      ["E-MAIL", "NAME", "ORGANISATION", "ROLE", "2ND FACTOR", "LAST SIGN-IN"],
      cells,
      painter(terminal.shape.color),
    ),
  );
  return EXIT.success;
};
