import { countRecoveryCodes, findTotp, listPasskeyRows } from "../store/accounts/factors.ts";
import { membershipsOf } from "../store/accounts/memberships.ts";
import { findOrganisation } from "../store/accounts/organisations.ts";
import type { Accounts } from "./context.ts";
import { meaningOf } from "./grant.ts";
import type { Permission } from "./permissions.ts";
import type { Principal } from "./principal.ts";
import { csrfOf } from "./tokens.ts";

export interface Me {
  person: {
    id: string;
    name: string;
    email?: string;
    totp_enabled: boolean;
    passkeys: number;
    recovery_codes_left: number;
  };
  organisations: { id: string; name: string; role: string; role_name: string; permissions: Permission[] }[];
  organisation_id: string;
  csrf_token: string;
}

/** Who asks, and what they may do where. An API key is told of itself. `token`: the cookie's. */
export async function me(accounts: Accounts, principal: Principal, token: string | undefined): Promise<Me> {
  const { database } = accounts.store;
  const { organisation_id } = principal;
  if (principal.type !== "person") {
    const organisation = await findOrganisation(database, organisation_id);
    return {
      person: { id: principal.id, name: principal.name, totp_enabled: false, passkeys: 0, recovery_codes_left: 0 },
      organisations: [
        {
          id: organisation_id,
          name: organisation!.name,
          role: "api_key",
          role_name: "API key",
          permissions: [...principal.permissions],
        },
      ],
      organisation_id,
      csrf_token: "",
    };
  }
  const totp = await findTotp(database, principal.id);
  return {
    person: {
      id: principal.id,
      name: principal.name,
      ...(principal.email === undefined ? {} : { email: principal.email }),
      totp_enabled: totp?.confirmed_at !== undefined,
      passkeys: (await listPasskeyRows(database, principal.id)).length,
      recovery_codes_left: await countRecoveryCodes(database, principal.id),
    },
    organisations: (await membershipsOf(database, principal.id)).map((row) => {
      const { role, role_name, permissions } = meaningOf(row);
      return { id: row.organisation_id, name: row.organisation, role, role_name, permissions: [...permissions] };
    }),
    organisation_id,
    csrf_token: token === undefined ? "" : csrfOf(token),
  };
}
