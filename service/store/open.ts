import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { loadSecret } from "../keys/secret.ts";
import type { Database } from "./database.ts";
import { makeEvents } from "./events.ts";
import { makeInstances } from "./instances.ts";
import { loadKeyring } from "./keys.ts";
import { migrate } from "./migrate.ts";
import { openPglite } from "./pglite.ts";
import { openPostgres } from "./postgres.ts";
import { ensureWorkerRole } from "./roles.ts";
import type { OpenStoreOptions, Store } from "./types.ts";

/**
 * Opens (and migrates) the store. Throws StoreLockedError when another process has the embedded store open,
 * KeyError when the secret is not the one the store was made with.
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const clock = options.clock ?? (() => new Date());
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const secret = loadSecret(options.dataDir, options.secretKey);
  const database =
    options.databaseUrl === undefined
      ? await openPglite(options.dataDir)
      : openPostgres(options.databaseUrl, options.ownerDatabaseUrl);
  try {
    await ensureWorkerRole(database, loginOf(options.databaseUrl));
    await migrate(database, clock());
    const organisationId = await ensureOrganisation(database, clock());
    const keys = await loadKeyring(database, secret, clock());
    const background = new Set<Promise<void>>();
    return {
      kind: database.kind,
      dataDir: options.dataDir,
      organisationId,
      clock,
      instances: makeInstances(database, keys, organisationId, clock),
      events: makeEvents(database, organisationId),
      database,
      keys,
      checkpointWebhook: options.checkpointWebhook,
      checkpointFile: options.checkpointFile,
      background,
      async close() {
        while (background.size > 0) await Promise.allSettled(background);
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** The organisation that a new store begins with: the oldest one, whatever it is called by now. */
async function ensureOrganisation(database: Database, now: Date): Promise<string> {
  await database.query(
    `INSERT INTO organisation (id, name, created_at, retention_set_at) SELECT $1::uuid, 'default', $2::timestamptz, $2::timestamptz
     WHERE NOT EXISTS (SELECT 1 FROM organisation) ON CONFLICT (name) DO NOTHING`,
    [randomUUID(), now.toISOString()],
  );
  const [row] = await database.query<{ id: string }>("SELECT id FROM organisation ORDER BY created_at, id LIMIT 1");
  return row!.id;
}

function loginOf(databaseUrl: string | undefined): string | undefined {
  if (databaseUrl === undefined || !URL.canParse(databaseUrl)) return undefined;
  return decodeURIComponent(new URL(databaseUrl).username) || undefined;
}
