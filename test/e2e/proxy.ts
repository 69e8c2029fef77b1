import { createServer, type IncomingMessage, request, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";

/**
 * What stands before Odoo in production: websockets to the gevent port, everything else to the workers, and the address of
 * who came appended to `X-Forwarded-For`, as nginx does. Here everybody comes from loopback, so a header says who it was.
 */
export const CAME_FROM = "x-test-came-from";

export async function startProxy(
  workers: string,
  geventPort: number,
): Promise<{ url: string; close(): Promise<void> }> {
  const port = Number(new URL(workers).port);
  const server: Server = createServer((incoming, answer) => {
    const { method, url: path } = incoming;
    const onward = request({ host: "127.0.0.1", port, method, path, headers: forwarded(incoming) }, (found) => {
      answer.writeHead(found.statusCode!, found.statusMessage, found.rawHeaders);
      found.pipe(answer);
    });
    onward.once("error", () => answer.destroy());
    incoming.pipe(onward);
  });
  server.on("upgrade", (incoming, socket, head) => {
    const onward = connect(geventPort, "127.0.0.1", () => {
      const lines = Object.entries(forwarded(incoming)).map(([name, value]) => `${name}: ${value}`);
      onward.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    for (const [one, other] of [
      [onward, socket],
      [socket, onward],
    ] as const) {
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
    }
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function forwarded({ headers, socket }: IncomingMessage): Record<string, string | string[] | undefined> {
  const { [CAME_FROM]: from, ...kept } = headers;
  const client = (from as string | undefined) ?? socket.remoteAddress!;
  return {
    ...kept,
    "x-forwarded-for": [kept["x-forwarded-for"], client].filter(Boolean).join(", "),
    "x-forwarded-host": kept.host,
    "x-forwarded-proto": "http",
  };
}
