import { createServer } from "node:net";
import type { DemoOdoo } from "../../../fixtures/demo-odoo.ts";
import type { Terminal } from "../../control/terminal.ts";
import type { Log } from "../../jobs/log.ts";
import { startService } from "../../jobs/service.ts";
import type { Settings } from "../../settings/list.ts";
import type { Store } from "../../store/types.ts";
import { eventPage } from "../events/page.ts";
import { runCommand } from "../execute.ts";
import { explain } from "../explain.ts";
import { connectTo } from "../odoo.ts";
import { painter } from "../output/style.ts";
import { aborted } from "../serve.ts";
import { VERSION } from "../version.ts";

/** The port of the settings, or 0 when something listens there. */
function freePort({ host, port }: Settings): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(0)).listen(port, host, () => server.close(() => resolve(port)));
  });
}

/** The company goes on working and the service runs as `vigil serve` would: each event is shown as it is stored. */
export async function live(options: {
  store: Store;
  settings: Settings;
  terminal: Terminal;
  simulator: DemoOdoo;
  log: Log;
  hints: string;
}): Promise<void> {
  const { store, settings, terminal, simulator } = options;
  const paint = painter(terminal.shape.color);
  let shown = (await store.events.latest())?.seq ?? 0;
  let showing = Promise.resolve();

  const show = async () => {
    for await (const event of store.events.query({ after_seq: shown })) {
      await terminal.out(eventPage(event, { paint, several: false, columns: terminal.shape.columns, most: 4 }));
      shown = event.seq;
    }
  };
  const service = await startService({
    store,
    // Any free port where a service runs already: the demo must start beside it.
    settings: { ...settings, port: await freePort(settings) },
    log: options.log,
    version: VERSION,
    clients: (instance, key) => connectTo(settings, instance, key),
    connect: (target, key) => connectTo(settings, target, key),
    run: (wake) => async (invocation, remote) => {
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
    onEvents: () => {
      showing = showing.then(show, show);
    },
  });
  if (service.setup !== undefined) {
    await terminal.out(
      `\n${paint("cyan", "5")}  The dashboard: open this link once, and choose how you sign in:\n   ${paint("bold", service.setup)}\n`,
    );
  }
  await terminal.out(
    `\n${paint("cyan", "6")}  Now live: the company goes on working, and each change appears here as Vigil stores it. Ctrl-C ends it.\n   In a browser: http://${settings.host}:${service.port}\n   Meanwhile, in another terminal:\n${options.hints}\n`,
  );
  const stopWorking = simulator.work();
  await aborted(terminal.signal);
  stopWorking();
  await service.stop();
  await showing.catch(() => {});
  await terminal.out(
    `\nThe evidence stays until the next demo. Now connect your own Odoo: README.md, "Connect your Odoo".\n`,
  );
}
