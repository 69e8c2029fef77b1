import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

/** What needs a running Odoo, told by VIGIL_TEST_ODOO; `npm test` starts one of each release and sets it. */
export default defineConfig({
  root: resolve(import.meta.dirname, "../.."),
  test: {
    include: ["test/**/*.e2e.ts"],
    testTimeout: 600_000,
    hookTimeout: 1_200_000,
    maxWorkers: 1,
    fileParallelism: false,
  },
});
