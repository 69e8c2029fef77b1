import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Development: `npx vite dashboard` beside a running service; VIGIL_API says where that is. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    target: "esnext",
    outDir: "dist",
    emptyOutDir: true,
    // test/dashboard/weight.test.ts weighs the first load by it
    manifest: "manifest.json",
    // nothing as data: URL: the content security policy stays `'self'`
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "^/api/": process.env.VIGIL_API ?? "http://127.0.0.1:8787" } },
});
