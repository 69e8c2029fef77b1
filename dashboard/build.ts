import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const HERE = import.meta.dirname;
const DIST = join(HERE, "dist");

/** Builds the dashboard into `dashboard/dist` when that is missing or older than what it is made of. */
export async function buildDashboard(options: { force?: boolean } = {}): Promise<"built" | "fresh"> {
  if (!options.force && newest(DIST) > newest(HERE)) return "fresh";
  let vite: typeof import("vite");
  try {
    vite = await import("vite");
  } catch (cause) {
    throw new Error(
      "The dashboard is not built, and Vite is not installed: run `npm ci` without --omit=dev, or copy dashboard/dist from a machine that has it.",
      { cause },
    );
  }
  await vite.build({ configFile: join(HERE, "vite.config.ts"), logLevel: "warn" });
  return "built";
}

/** The time of the newest file in a folder, milliseconds; 0 when there is none. What is built is not a source. */
function newest(folder: string): number {
  if (!statSync(folder, { throwIfNoEntry: false })) return 0;
  const times = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && (folder === DIST || !entry.parentPath.startsWith(DIST)))
    .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
  return Math.max(0, ...times);
}

if (import.meta.main) await buildDashboard({ force: process.argv.includes("--force") });
