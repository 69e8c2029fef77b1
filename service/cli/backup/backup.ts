import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { osUser, sequenceAudit, writeAudit } from "../../audit/index.ts";
import type { Terminal } from "../../control/terminal.ts";
import type { Settings } from "../../settings/list.ts";
import { type Store, StoreLockedError } from "../../store/index.ts";
import { lockFolder } from "../../store/lock.ts";
import { runCommand } from "../execute.ts";
import { CommandFailure, EXIT, usage } from "../failure.ts";
import { openStoreFor } from "../open-store.ts";
import { VERSION } from "../version.ts";

/** What a backup holds of the data folder: not the secret key, which must lie elsewhere to be worth anything. */
const PARTS = ["store", "checkpoints"];
const LABEL = "vigil-backup.json";

/**
 * `vigil backup FOLDER`: copies the embedded store, with no service running. Written under another name and renamed
 * at the end, so that a folder of that name is always a whole backup.
 */
export async function backup(options: { settings: Settings; terminal: Terminal; folder: string }): Promise<number> {
  const { settings, terminal } = options;
  const target = resolve(options.folder);
  refusePostgres(settings, "pg_dump");
  await refuseUnlessEmpty(target);
  // Opening and closing it finishes what a killed service left, and refuses where there is no store.
  const store = await openStoreFor(settings, { create: false });
  await noteBackup(store, terminal, "backup.created", target);
  await store.close();
  const unlock = locked(settings.dataDir);
  const draft = `${target}.part`;
  try {
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { recursive: true, mode: 0o700 });
    for (const part of PARTS) await copy(join(settings.dataDir, part), join(draft, part));
    await writeFile(join(draft, LABEL), `${JSON.stringify({ version: VERSION, at: new Date().toISOString() })}\n`);
    await rm(target, { recursive: true, force: true });
    await rename(draft, target);
  } finally {
    unlock();
  }
  await terminal.out(
    `The store is in ${target}; keep a copy of the secret key (${join(settings.dataDir, "secret.key")}) in another place.\n`,
  );
  return EXIT.success;
}

/** `vigil restore FOLDER`: puts a backup where there is no store yet, and verifies it. */
export async function restore(options: { settings: Settings; terminal: Terminal; folder: string }): Promise<number> {
  const { settings, terminal } = options;
  const source = resolve(options.folder);
  refusePostgres(settings, "pg_restore");
  const label = await readFile(join(source, LABEL), "utf8").catch(() => undefined);
  if (label === undefined)
    throw usage(`${source} holds no backup of Vigil; give the folder that \`vigil backup\` wrote.`);
  await mkdir(settings.dataDir, { recursive: true, mode: 0o700 });
  const unlock = locked(settings.dataDir);
  try {
    for (const part of PARTS) await refuseUnlessEmpty(join(settings.dataDir, part));
    for (const part of PARTS) await copy(join(source, part), join(settings.dataDir, part));
  } finally {
    unlock();
  }
  const store = await openStoreFor(settings, { create: false });
  try {
    await noteBackup(store, terminal, "backup.restored", source);
    await terminal.out(`Restored into ${settings.dataDir}.\n`);
    return await runCommand({ command: "verify", arguments: [], options: {} }, { terminal, settings, store });
  } finally {
    await store.close();
  }
}

/** Chained before the folder is copied: a backup knows of itself. */
async function noteBackup(
  store: Store,
  terminal: Terminal,
  action: "backup.created" | "backup.restored",
  folder: string,
): Promise<void> {
  await store.database.transaction((tx) =>
    writeAudit(tx, {
      action,
      actor: osUser(terminal.user),
      organisation_id: store.organisationId,
      resource_type: "backup",
      resource_name: folder,
      method: "cli",
    }),
  );
  await sequenceAudit(store);
}

function refusePostgres(settings: Settings, tool: string): void {
  if (settings.databaseUrl)
    throw usage(`The store is in PostgreSQL; use ${tool} on the database that DATABASE_URL names.`);
}

function locked(dataDir: string): () => void {
  try {
    return lockFolder(dataDir);
  } catch (cause) {
    if (!(cause instanceof StoreLockedError)) throw cause;
    throw new CommandFailure(
      `Process ${cause.pid} is using the store in ${dataDir}; stop that service first.`,
      EXIT.no,
      { cause },
    );
  }
}

async function refuseUnlessEmpty(folder: string): Promise<void> {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  if (found.length) throw usage(`${folder} is not empty; nothing was overwritten: choose a new folder.`);
}

async function copy(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, preserveTimestamps: true, mode: 0 }).catch((error: NodeJS.ErrnoException) => {
    // The checkpoints lie elsewhere where VIGIL_CHECKPOINT_FILE says so.
    if (error.code !== "ENOENT") throw error;
  });
}
