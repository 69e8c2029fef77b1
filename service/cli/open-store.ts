import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "../settings/list.ts";
import { openStore, type Store } from "../store/index.ts";
import { CommandFailure, EXIT } from "./failure.ts";

/**
 * Opens the store that the settings name. `create` false: refuses where there is none yet, because a reading command
 * in the wrong folder must not leave an empty store behind and then say that nothing ever happened.
 */
export async function openStoreFor(settings: Settings, options: { create: boolean }): Promise<Store> {
  if (!options.create && !settings.databaseUrl && !existsSync(join(settings.dataDir, "store"))) {
    throw new CommandFailure(
      `There is no store in ${settings.dataDir} yet; set VIGIL_DATA_DIR or DATABASE_URL, or begin with \`vigil instance add\`.`,
    );
  }
  return openStore({
    databaseUrl: settings.databaseUrl,
    ownerDatabaseUrl: settings.ownerDatabaseUrl,
    dataDir: settings.dataDir,
    secretKey: givenSecret(settings),
    checkpointWebhook: settings.checkpointWebhook,
    checkpointFile: settings.checkpointFile,
  });
}

/** The secret that the settings name; undefined: the store's own file in the data folder. */
export function givenSecret(settings: Settings): string | undefined {
  return settings.secretKey ?? keyFromFile(settings.secretKeyFile);
}

function keyFromFile(file: string | undefined): string | undefined {
  if (!file) return undefined;
  try {
    return readFileSync(file, "utf8").trim();
  } catch (cause) {
    throw new CommandFailure(
      `The key file ${file} cannot be read; check VIGIL_SECRET_KEY_FILE and the file's permissions.`,
      EXIT.usage,
      { cause },
    );
  }
}
