import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { brotliCompressSync, gzipSync } from "node:zlib";

const HERE = import.meta.dirname;
const DIST = join(HERE, "dist");
/** held while somebody builds in this checkout; left behind by a crash, it counts for nothing after a minute */
const LOCK = join(tmpdir(), `vigil-dashboard-${createHash("sha256").update(HERE).digest("hex").slice(0, 16)}`);
const STALE_MS = 60_000;

/** Builds the dashboard into `dashboard/dist` when that is missing or older than what it is made of. Idempotent. */
export async function buildDashboard(options: { force?: boolean } = {}): Promise<"built" | "fresh"> {
  if (!options.force && isFresh()) return "fresh";
  while (!lock()) await setTimeout(100);
  try {
    // whoever held the lock may have done it for us
    if (!options.force && isFresh()) return "fresh";
    await build();
    compress();
    return "built";
  } finally {
    rmdirSync(LOCK);
  }
}

/** Under a test runner NODE_ENV is "test", and Vite would take React's development build: twice the weight. */
async function build(): Promise<void> {
  const vite = await loadVite();
  const before = process.env.NODE_ENV;
  process.env.NODE_ENV = "production";
  try {
    await vite.build({ configFile: join(HERE, "vite.config.ts"), logLevel: "warn" });
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
}

async function loadVite(): Promise<typeof import("vite")> {
  try {
    return await import("vite");
  } catch (cause) {
    throw new Error(
      "The dashboard is not built, and Vite is not installed: run `npm ci` without --omit=dev, or copy dashboard/dist from a machine that has it.",
      { cause },
    );
  }
}

function lock(): boolean {
  try {
    mkdirSync(LOCK);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const since = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs;
    if (since !== undefined && Date.now() - since > STALE_MS) rmdirSync(LOCK);
    return false;
  }
}

/** Once here instead of at each request: the service sends the `.br` or `.gz` beside a file to whoever takes it. */
function compress(): void {
  for (const entry of readdirSync(DIST, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(js|css|svg|html)$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const content = readFileSync(path);
    writeFileSync(`${path}.br`, brotliCompressSync(content));
    writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
  }
}

/** Its page is what the build writes among the last, and only when all went well. */
function isFresh(): boolean {
  const built = statSync(join(DIST, "index.html.gz"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return built > newestSource();
}

function newestSource(): number {
  const times = readdirSync(HERE, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.startsWith(DIST))
    .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);
  return Math.max(...times);
}

if (import.meta.main) await buildDashboard({ force: process.argv.includes("--force") });
