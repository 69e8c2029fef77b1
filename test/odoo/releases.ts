import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { unprivilegedUser } from "./unprivileged.ts";

export const SUPPORTED = ["17.0", "18.0", "19.0"] as const;

export interface Release {
  version: string;
  /** Odoo's source tree: odoo-bin, addons, odoo */
  home: string;
  /** why it cannot be used here */
  missing?: string;
}

/** Each supported release with its place under ODOO_HOME (default ~/odoo), or the reason it is skipped. */
export function findReleases(): Release[] {
  const root = process.env.ODOO_HOME ?? join(homedir(), "odoo");
  return SUPPORTED.map((version) => {
    const home = join(root, version);
    return { version, home, missing: whyNot(home) };
  });
}

function whyNot(home: string): string | undefined {
  if (!existsSync(join(home, "odoo-bin"))) return "no Odoo sources under ODOO_HOME";
  const readable = spawnSync("/usr/bin/test", ["-r", join(home, "odoo-bin")], { ...unprivilegedUser(), cwd: "/" });
  if (readable.status !== 0) return "its sources are not readable by the user that servers run as";
  const python = spawnSync("/usr/bin/python3", ["-c", "import psycopg2, lxml, werkzeug, babel, passlib, PIL"], {
    cwd: "/",
  });
  if (python.status !== 0) return "Debian's Python packages for Odoo are not installed";
  return undefined;
}
