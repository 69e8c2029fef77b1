import { finished } from "node:stream";
import type { Database } from "../../store/database.ts";
import { Problem } from "../problem.ts";
import type { Context } from "../route.ts";

/** Each holds one of the store's ten connections to its end: the others are for what else is asked. */
const MOST = 4;
const RETRY_S = 10;
const underWay = new WeakMap<Database, number>();

/** To be called before an export begins; given back when its answer has ended, however it ends. */
export function takeExportTurn({ services, reply }: Pick<Context, "services" | "reply">): void {
  const { database } = services.store;
  const turns = underWay.get(database) ?? 0;
  if (turns >= MOST) {
    reply.header("retry-after", RETRY_S);
    throw new Problem("too-many-requests", `${MOST} exports are under way: another can begin when one has ended.`);
  }
  underWay.set(database, turns + 1);
  finished(reply.raw, () => underWay.set(database, underWay.get(database)! - 1));
}
