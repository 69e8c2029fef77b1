import type { Permission } from "./permissions.ts";

/**
 * Who asks, and for which organisation: what every route, command and audit entry is told. A `person` signed in, an
 * `api_key` came as a bearer, an `os_user` typed a command on this machine, `system` is Vigil itself.
 */
export interface Principal {
  readonly type: "person" | "api_key" | "system" | "os_user";
  /** uuid of the person or key; `os:NAME`; `system` */
  readonly id: string;
  readonly name: string;
  readonly email?: string;
  readonly organisation_id: string;
  /** key of the system role (`owner`, …) or uuid of a custom one; absent where there is no membership */
  readonly role?: string;
  readonly permissions: ReadonlySet<Permission>;
  /** the sign-in that the cookie belongs to */
  readonly sign_in_id?: string;
  /** of an API key: who made it */
  readonly created_by?: string;
  readonly created_by_id?: string;
}
