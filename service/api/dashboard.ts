import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import type { Settings } from "../settings/list.ts";
import { Problem } from "./problem.ts";

const BUILT = resolve(import.meta.dirname, "../../dashboard/dist");
const NOT_BUILT =
  "The dashboard is not built yet: run `npm start`, or `npm run dashboard`. The API is described at /api/docs.\n";

/**
 * The built dashboard at `/`. Its pages have addresses of their own, so an unknown one that asks for HTML gets the
 * application; everything under /api stays JSON.
 */
export async function serveDashboard(app: FastifyInstance, settings: Pick<Settings, "dashboardDir">): Promise<void> {
  const root = settings.dashboardDir ?? BUILT;
  const index = join(root, "index.html");
  const built = existsSync(index);
  if (built) {
    await app.register(fastifyStatic, {
      root,
      wildcard: true,
      preCompressed: true,
      setHeaders: (response, path) => {
        // names of built files carry their hash, so they never change
        response.header(
          "cache-control",
          path.includes("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
        );
      },
    });
  }
  app.setNotFoundHandler(async (request, reply) => {
    const page =
      (request.method === "GET" || request.method === "HEAD") && (request.headers.accept ?? "").includes("text/html");
    if (!page || /^\/(api|metrics|livez|readyz)(\/|\?|$)/.test(request.url)) {
      throw new Problem("not-found", "Nothing answers at this address and method; see /api/docs.");
    }
    if (!built) return reply.code(503).type("text/plain; charset=utf-8").send(NOT_BUILT);
    return reply.sendFile("index.html");
  });
}
