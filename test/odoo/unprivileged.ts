import { execFileSync } from "node:child_process";

/** PostgreSQL refuses to run as root and Odoo warns: as root, both run as this user. */
export interface SystemUser {
  uid?: number;
  gid?: number;
}

let found: SystemUser | undefined;

/** Who servers are started as: `postgres` or `nobody` when we are root, ourselves otherwise. */
export function unprivilegedUser(): SystemUser {
  found ??= process.getuid?.() === 0 ? lookUp() : {};
  return found;
}

function lookUp(): SystemUser {
  for (const name of ["postgres", "nobody"]) {
    try {
      const id = (flag: string) => Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: "pipe" }));
      return { uid: id("-u"), gid: id("-g") };
    } catch {
      // no such user on this machine: the next one
    }
  }
  throw new Error("Running as root needs a user `postgres` or `nobody` to start servers as; create one.");
}
