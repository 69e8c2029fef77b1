import type { OdooServer } from "../test/odoo/odoo.ts";
import { WebSession } from "../test/odoo/web-session.ts";

/**
 * What a request costs more with sessions tracked and revocations checked: one route of a server without the addon and
 * of one with it, turn and turn about, so that a busy moment of the machine falls on both.
 */
export async function sessionOverhead(
  plain: OdooServer,
  tracked: OdooServer,
  rounds = 400,
): Promise<{ plain_ms: number; tracked_ms: number; overhead_ms: number }> {
  const [without, with_] = [await signedIn(plain), await signedIn(tracked)];
  for (let warm = 0; warm < 40; warm++) for (const session of [without, with_]) await request(session);
  const times: [number, number][] = [];
  for (let round = 0; round < rounds; round++) {
    const first = round % 2 === 0;
    const a = await request(first ? without : with_);
    const b = await request(first ? with_ : without);
    times.push(first ? [a, b] : [b, a]);
  }
  return {
    plain_ms: median(times.map(([before]) => before)),
    tracked_ms: median(times.map(([, after]) => after)),
    overhead_ms: median(times.map(([before, after]) => after - before)),
  };
}

const signedIn = (server: OdooServer) => WebSession.signIn(server.url, server.database, "admin");

async function request(session: WebSession): Promise<number> {
  const started = performance.now();
  await session.call("res.partner", "search_count", [[]]);
  return performance.now() - started;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
