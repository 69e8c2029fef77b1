import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { migrate } from "../../service/store/migrate.ts";
import { openPglite } from "../../service/store/pglite.ts";
import { ensureWorkerRole } from "../../service/store/roles.ts";

/*
 * What the first start leaves of an embedded store, before it has an organisation or a key. Making one costs five
 * seconds of CPU, nearly all of it PostgreSQL's initdb, so that it is made once for a set of migrations and copied.
 * That a real first start works is what the demo and the command line's tests show.
 */

const ROOT = resolve(import.meta.dirname, "../..");
const CACHE = join(ROOT, "node_modules/.cache/vigil-test");

/** Lays an empty, migrated store into a new data folder. */
export async function seedEmbeddedStore(dataDir: string): Promise<void> {
  const folder = join(dataDir, "store");
  cpSync(await template(), folder, { recursive: true });
  chmodSync(folder, 0o700);
}

async function template(): Promise<string> {
  const made = join(CACHE, `store-${fingerprint()}`);
  if (existsSync(made)) return made;
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, "making-"));
  const database = await openPglite(folder);
  await ensureWorkerRole(database, undefined);
  await migrate(database, new Date("2026-01-01T00:00:00Z"));
  await database.close();
  try {
    renameSync(join(folder, "store"), made);
  } catch (error) {
    if (!existsSync(made)) throw error; // another worker was faster
  }
  rmSync(folder, { recursive: true, force: true });
  return made;
}

/** Of everything that the template is made from. */
function fingerprint(): string {
  const store = join(ROOT, "service/store");
  const sources = [
    ...readdirSync(join(store, "migrations")).map((name) => join(store, "migrations", name)),
    ...["migrate.ts", "roles.ts", "pglite.ts", "pglite-worker.ts"].map((name) => join(store, name)),
    join(ROOT, "node_modules/@electric-sql/pglite/package.json"),
  ];
  const hash = createHash("sha256");
  for (const path of sources.sort()) hash.update(path.slice(ROOT.length)).update(readFileSync(path));
  return hash.digest("hex").slice(0, 16);
}
