import { VigilClientError } from "../../odoo_addon_client/errors.ts";
import type { BridgeClient } from "../../odoo_addon_client/index.ts";
import { readWaitingNotices, settleNotice, takeNotice } from "../store/notice-rows.ts";
import type { Instance, Store } from "../store/types.ts";

/** Sent in a round; the rest comes with the next. */
const MOST = 50;

/**
 * Sends what waits, each at most once: a notice is taken before it is sent, so a crash in between loses it rather than
 * telling a person twice. When Odoo says it cannot (no such user), it is refused; when it is away, it waits.
 */
export async function sendNotices(
  store: Store,
  instance: Instance,
  client: Pick<BridgeClient, "notify">,
): Promise<number> {
  let sent = 0;
  for (const { key, user_login: login, kind, subject, body } of await readWaitingNotices(
    store.database,
    instance.id,
    MOST,
  )) {
    if (!(await takeNotice(store, instance.id, key))) continue;
    try {
      const { notified } = await client.notify({ login, kind, subject, body });
      await settleNotice(store, instance.id, key, notified ? "sent" : "refused");
      if (notified) sent++;
    } catch (error) {
      const retry = error instanceof VigilClientError && error.retryable;
      await settleNotice(store, instance.id, key, retry ? null : "refused");
      if (retry) throw error;
    }
  }
  return sent;
}
