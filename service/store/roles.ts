import { type Database, WORKER_ROLE } from "./database.ts";
import { StoreError } from "./errors.ts";

/**
 * Makes the worker role and lets the service's login take it. Roles belong to the whole cluster and stand outside the
 * migrations; two services that start together may both try, so a role that appears meanwhile is fine.
 */
export async function ensureWorkerRole(database: Database, login: string | undefined): Promise<void> {
  const exists = async (): Promise<boolean> =>
    (await database.ownerTransaction((tx) => tx.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [WORKER_ROLE])))
      .length > 0;
  try {
    if (!(await exists())) await database.ownerTransaction((tx) => tx.query(`CREATE ROLE ${WORKER_ROLE} NOLOGIN`));
  } catch (error) {
    if (!(await exists())) {
      throw new StoreError(
        `The database role ${WORKER_ROLE} is missing and could not be made (${(error as Error).message}): create it with "CREATE ROLE ${WORKER_ROLE} NOLOGIN", or give the owner CREATEROLE.`,
      );
    }
  }
  if (database.kind === "pglite") return;
  await database.ownerTransaction(async (tx) => {
    await tx.query("SELECT pg_advisory_xact_lock(7041963)"); // concurrent grants of one role fail with "tuple concurrently updated"
    for (const member of new Set([login, undefined])) {
      const [state] = await tx.query<{ name: string; member: boolean }>(
        "SELECT coalesce($1::text, current_user::text) AS name, pg_has_role(coalesce($1::text, current_user::text)::name, $2::name, 'MEMBER') AS member",
        [member, WORKER_ROLE],
      );
      if (state && !state.member) await tx.query(`GRANT ${WORKER_ROLE} TO "${state.name.replaceAll('"', '""')}"`);
    }
    await tx.query(`GRANT USAGE ON SCHEMA public TO ${WORKER_ROLE}`);
  });
}
