import { flushCompileCache } from "node:module";
import type { Terminal } from "../control/terminal.ts";
import { createLog, type Log } from "../jobs/log.ts";
import { startService } from "../jobs/service.ts";
import type { Settings } from "../settings/list.ts";
import { runCommand } from "./execute.ts";
import { explain } from "./explain.ts";
import { EXIT } from "./failure.ts";
import { connectTo } from "./odoo.ts";
import { openStoreFor } from "./open-store.ts";
import { VERSION } from "./version.ts";

/** `vigil serve`: runs until SIGTERM or Ctrl-C, then finishes what is under way. */
export async function serve(options: { settings: Settings; terminal: Terminal; log?: Log }): Promise<number> {
  const { settings, terminal } = options;
  const log = options.log ?? createLog(settings.logLevel);
  const store = await openStoreFor(settings, { create: true });
  try {
    const service = await startService({
      store,
      settings,
      log,
      version: VERSION,
      clients: (instance, key) => connectTo(settings, instance, key),
      connect: (target, key) => connectTo(settings, target, key),
      run: (wake) => async (invocation, remote) => {
        log.info({ command: invocation.command, user: remote.user }, "command");
        try {
          return {
            exit: await runCommand(invocation, {
              terminal: remote,
              settings: { ...settings, port: service.port },
              store,
              wake,
            }),
          };
        } catch (error) {
          return explain(error);
        }
      },
    });
    const place = { host: settings.host, port: service.port, store: store.kind, version: VERSION };
    log.info(store.kind === "pglite" ? { ...place, folder: settings.dataDir } : place, "vigil is up");
    flushCompileCache(); // for the commands that are given meanwhile; else it is written at the end
    await aborted(terminal.signal);
    log.info({}, "stopping");
    await service.stop();
  } finally {
    await store.close();
  }
  log.info({}, "stopped");
  return EXIT.success;
}

export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
