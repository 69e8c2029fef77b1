import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { openDemoOdoo } from "../../../fixtures/demo-odoo.ts";
import type { Terminal } from "../../control/terminal.ts";
import { createLog } from "../../jobs/log.ts";
import type { Settings } from "../../settings/list.ts";
import { type Instance, openStore, type Store, StoreLockedError } from "../../store/index.ts";
import { pullWithProgress } from "../commands/pull.ts";
import { runCommand } from "../execute.ts";
import { CommandFailure, EXIT } from "../failure.ts";
import { connectTo } from "../odoo.ts";
import { painter, plural } from "../output/style.ts";
import { live } from "./live.ts";

export interface DemoOptions {
  settings: Settings;
  terminal: Terminal;
  /** end after the history */
  once: boolean;
}

/** A folder of the demo's own, thrown away at the start of each: never the one that VIGIL_DATA_DIR names. */
export const DEMO_FOLDER = ".vigil-demo";
const NAME = "acme";

/**
 * `vigil demo`: the whole pipeline against a simulated Odoo in this process: the real client over real HTTP, the real
 * store, chain and verifier. Only the company is invented.
 */
export async function demo(options: DemoOptions): Promise<number> {
  const { terminal } = options;
  const settings = { ...options.settings, dataDir: join(process.cwd(), DEMO_FOLDER), databaseUrl: undefined };
  const paint = painter(terminal.shape.color);
  const say = (text: string) => terminal.out(`${text}\n`);

  await say(
    `${paint("bold", "Vigil demo")}: a small company works in a simulated Odoo; Vigil turns what happens there into evidence.\n`,
  );
  const store = await freshStore(settings.dataDir);
  const simulator = await openDemoOdoo();
  try {
    await say(
      `${paint("cyan", "1")}  A simulated Odoo ${simulator.series} answers at ${simulator.url} and holds thirty days of history.`,
    );
    const instance = await store.instances.add({ name: NAME, ...simulator.account });
    await say(`${paint("cyan", "2")}  Pulling into the embedded store in ${place(settings.dataDir)} …`);
    await pullHistory({ store, instance, settings, terminal });

    await say(`${paint("cyan", "3")}  The newest of them:\n`);
    await showNewest(store, terminal);
    await say(`\n${paint("cyan", "4")}  Proving that nothing was changed, dropped or slipped in:\n`);
    const exit = await runCommand({ command: "verify", arguments: [], options: {} }, { terminal, settings, store });
    if (exit !== EXIT.success || options.once) {
      await say(`\nLook around:\n${hints(settings.dataDir)}`);
      return exit;
    }
    await live({ store, settings, terminal, simulator, log: createLog("silent"), hints: hints(settings.dataDir) });
    return EXIT.success;
  } finally {
    await simulator.close();
    await store.close();
  }
}

async function freshStore(dataDir: string): Promise<Store> {
  await refuseWhileRunning(dataDir);
  await rm(dataDir, { recursive: true, force: true });
  return openStore({ dataDir });
}

/** Opens the old store for a moment: the lock tells whether another demo still works in it. */
async function refuseWhileRunning(dataDir: string): Promise<void> {
  if (!existsSync(join(dataDir, "store"))) return;
  try {
    await (await openStore({ dataDir })).close();
  } catch (error) {
    if (!(error instanceof StoreLockedError)) return;
    throw new CommandFailure(
      `Another demo runs in this folder already (process ${error.pid}); end it with Ctrl-C first.`,
    );
  }
}

async function pullHistory(options: {
  store: Store;
  instance: Instance;
  settings: Settings;
  terminal: Terminal;
}): Promise<void> {
  const { store, instance, settings, terminal } = options;
  const startedAt = performance.now();
  const client = await connectTo(settings, instance, await store.instances.credential(instance.name));
  try {
    const events = await pullWithProgress({ store, terminal }, instance, client, "  ");
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    await terminal.out(
      `   ${plural(events, "event")} in ${seconds} s: stored with the cursor, chained, sealed, and acknowledged to Odoo.\n`,
    );
  } finally {
    await client.close();
  }
}

async function showNewest(store: Store, terminal: Terminal): Promise<void> {
  const newest = await store.events.latest(NAME);
  const from = Math.max(0, (newest?.seq ?? 0) - 4);
  const { eventPage } = await import("../events/page.ts");
  const paint = painter(terminal.shape.color);
  for await (const event of store.events.query({ instance: NAME, after_seq: from, limit: 4 })) {
    await terminal.out(eventPage(event, { paint, several: false, columns: terminal.shape.columns, most: 4 }));
  }
}

const place = (folder: string) => relative(process.cwd(), folder) || ".";

function hints(dataDir: string): string {
  const prefix = `   VIGIL_DATA_DIR=${place(dataDir)} npx vigil`;
  return [
    `${prefix} events list --from 24h`,
    `${prefix} events list --model res.partner --json`,
    `${prefix} verify`,
    `${prefix} retention plan`,
  ]
    .map((line) => `${line}\n`)
    .join("");
}
