#!/usr/bin/env node
// Plain JavaScript on purpose: it must run on an old Node to be able to say so, or to hand over to the newer Node that
// `npm ci` put beside us (the npm package `node`). Everything else is TypeScript, run by type stripping (22.18 and up).
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const [major, minor] = process.versions.node.split(".").map(Number);

if (major > 22 || (major === 22 && minor >= 18)) {
  // A library's deprecation or experimental note is not for an administrator's terminal.
  if (!process.env.VIGIL_DEBUG) process.removeAllListeners("warning");
  // The types are stripped and the code compiled once, not with each start: that part of Node takes 12 MB while it is loaded.
  module.enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/vigil", import.meta.url)));
  const { main } = await import("../service/cli/main.ts");
  await main();
} else {
  handOver();
}

function handOver() {
  const node = fileURLToPath(new URL("../node_modules/node/bin/node", import.meta.url));
  if (process.env.VIGIL_REEXEC || !existsSync(node)) {
    process.stderr.write(
      `vigil: Node ${process.versions.node} is too old; run \`npm ci\` in the checkout, which brings a newer one, or install Node 22.18 or later.\n`,
    );
    process.exit(1);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...process.env, VIGIL_REEXEC: "1" },
  });
  // The terminal signals the whole group; what `kill` sends to us alone is passed on.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 1)));
}
