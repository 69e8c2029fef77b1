import { resolve } from "node:path";
import { Misread } from "./kinds.ts";
import { SETTINGS, type Setting, type Settings } from "./list.ts";
import { nearest } from "./nearest.ts";

/** A setting is wrong: the message is one sentence that names it and what was expected, never its value. */
export class SettingsError extends Error {
  override name = "SettingsError";
}

/** Set by our own start script or by tools that start us; not for people. */
const INTERNAL = new Set(["VIGIL_REEXEC"]);

/**
 * Reads every setting from `env`. Throws `SettingsError` for the first that is wrong, and for a `VIGIL_…` name that
 * does not exist: a misspelt setting that is silently ignored costs an administrator an evening.
 */
export function readSettings(env: Record<string, string | undefined>): Settings {
  refuseUnknown(env);
  const settings: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(SETTINGS) as [string, Setting<unknown>][]) {
    settings[key] = readOne(setting, env[setting.name]);
  }
  const read = settings as Settings;
  read.dataDir = resolve(read.dataDir);
  if (read.ownerDatabaseUrl && !read.databaseUrl) {
    throw new SettingsError("VIGIL_OWNER_DATABASE_URL is set without DATABASE_URL; set both, or neither.");
  }
  if (read.secretKey && read.secretKeyFile) {
    throw new SettingsError("VIGIL_SECRET_KEY and VIGIL_SECRET_KEY_FILE are both set; keep one of them.");
  }
  return read;
}

function readOne(setting: Setting<unknown>, text: string | undefined): unknown {
  if (text === undefined || text === "") return setting.fallback;
  try {
    return setting.kind.parse(text);
  } catch (error) {
    if (!(error instanceof Misread)) throw error;
    const shown = setting.secret ? "" : `, not "${text}"`;
    throw new SettingsError(`${setting.name} must be ${error.message}${shown}.`);
  }
}

function refuseUnknown(env: Record<string, string | undefined>): void {
  const known = Object.values(SETTINGS).map((setting) => setting.name);
  for (const name of Object.keys(env)) {
    if (!name.startsWith("VIGIL_") || known.includes(name) || INTERNAL.has(name)) continue;
    const meant = nearest(name, known);
    throw new SettingsError(
      meant
        ? `There is no setting ${name}; did you mean ${meant}?`
        : `There is no setting ${name}; docs/settings.md lists them all.`,
    );
  }
}
