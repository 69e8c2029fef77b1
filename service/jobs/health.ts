import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface Health {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Two questions an orchestrator asks, and nothing else yet. `/livez`: is the process there. `/readyz`: does the store
 * answer (503 with `ready` false otherwise). Neither tells anything about instances or events.
 */
export async function serveHealth(options: {
  host: string;
  port: number;
  ready: () => Promise<boolean>;
}): Promise<Health> {
  const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000 }, async (request, response) => {
    const answer = (status: number, body: object) => {
      response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
      response.end(request.method === "HEAD" ? undefined : `${JSON.stringify(body)}\n`);
    };
    const path = request.url?.split("?")[0];
    if (request.method !== "GET" && request.method !== "HEAD")
      return answer(405, { error: "Only GET is answered here." });
    if (path === "/livez") return answer(200, { alive: true });
    if (path !== "/readyz") return answer(404, { error: "There is /livez and /readyz here." });
    const ready = await options.ready().catch(() => false);
    answer(ready ? 200 : 503, { ready });
  });
  await listen(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, host, () => resolve());
  });
}
