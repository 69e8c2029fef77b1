import { VigilClientError } from "../../odoo_addon_client/errors.ts";
import type { BridgeClient } from "../../odoo_addon_client/index.ts";
import type { KeyStatus } from "../../odoo_addon_client/session-protocol.ts";
import { SYSTEM, writeAudit } from "../audit/index.ts";
import {
  beginRotation,
  finishRotation,
  openReceivedKey,
  type RotationRow,
  readRotation,
  storeKeyStatus,
  storeNewCredential,
  storeReceivedKey,
} from "../store/key-rotation-rows.ts";
import type { Instance, Store } from "../store/types.ts";

/* The service's own API key in Odoo is changed before it expires (F8). */

/** A key that expires sooner is changed; that leaves two weeks to mend what stands in the way. */
const CHANGE_BEFORE_MS = 14 * 86_400_000;

type KeyClient = Pick<BridgeClient, "keyStatus" | "keyRotate" | "keyRevoke"> & { close?(): Promise<void> };

export interface KeyOptions {
  client: KeyClient;
  /** a client that logs in with the given key: to see that it works before it is relied on */
  connect(key: string): Promise<KeyClient>;
}

/**
 * Looks after an instance's key, one step at a time, each of which is in the store before the next begins: killed at
 * any point, the next look goes on from there, and at every moment the stored key is one that Odoo takes. The old key
 * is revoked in a later look, when every connection has had time to change to the new one.
 *
 * @returns what was done: "nothing", "stored" (the new key is in use), "revoked" (the old one is gone), "alarm"
 */
export async function tendKey(
  store: Store,
  instance: Instance,
  options: KeyOptions,
): Promise<"nothing" | "stored" | "revoked" | "alarm"> {
  const { client } = options;
  const row = await readRotation(store, instance.id);
  if (row?.step === "stored") return revokeOld(store, instance, client, row);
  if (row?.step === "received") return adopt(store, instance, options, row);
  const status = await client.keyStatus();
  const left_ms = status.expires_at === undefined ? Number.POSITIVE_INFINITY : expiresIn(status, store.clock());
  if (left_ms > CHANGE_BEFORE_MS) {
    await storeKeyStatus(store, instance.id, { expires_at: status.expires_at ?? null, error: null });
    return "nothing";
  }
  if (!status.rotatable || status.key_id === undefined) return alarm(store, instance, status);
  if (!(await beginRotation(store, instance.id, status.key_id))) return "nothing";
  await storeReceivedKey(store, instance.id, await client.keyRotate());
  return adopt(store, instance, options, (await readRotation(store, instance.id))!);
}

/** Tries the new key; when it works it becomes the credential, else it is taken back and the old one stays. */
async function adopt(
  store: Store,
  instance: Instance,
  options: KeyOptions,
  row: RotationRow,
): Promise<"stored" | "alarm"> {
  const key = openReceivedKey(store, row);
  const refusal = await refusalOf(options, key);
  if (refusal !== undefined) {
    await options.client.keyRevoke({ key_id: Number(row.new_key_id) });
    const why = `The new API key does not work (${refusal}); the old one stays in use.`;
    await finishRotation(store, instance.id, why);
    return "alarm";
  }
  await storeNewCredential(store, instance.id, key);
  return "stored";
}

/** Undefined: the key works. Away is not a refusal: that error is thrown, and the next look tries again. */
async function refusalOf({ connect }: KeyOptions, key: string): Promise<string | undefined> {
  try {
    const fresh = await connect(key);
    await fresh.close?.();
    return undefined;
  } catch (error) {
    if (!(error instanceof VigilClientError) || error.retryable) throw error;
    return error.message;
  }
}

async function revokeOld(store: Store, instance: Instance, client: KeyClient, row: RotationRow): Promise<"revoked"> {
  // the answer to a first try may have been lost: "already gone" is as good
  if (row.old_key_id !== null && row.old_key_id !== row.new_key_id) {
    await client.keyRevoke({ key_id: Number(row.old_key_id) });
  }
  await finishRotation(store, instance.id, null);
  await store.database.transaction((tx) =>
    writeAudit(tx, {
      action: "key.rotated",
      actor: SYSTEM,
      organisation_id: store.organisationId,
      resource_type: "instance",
      resource_id: instance.id,
      resource_name: instance.name,
      details: { old_key_id: row.old_key_id, new_key_id: row.new_key_id },
    }),
  );
  return "revoked";
}

async function alarm(store: Store, instance: Instance, status: KeyStatus): Promise<"alarm"> {
  const day = status.expires_at?.slice(0, 10) ?? "soon";
  const late = expiresIn(status, store.clock()) <= 0;
  const why = status.reason ?? "this release does not let a program make keys";
  const error = `The API key of ${instance.login} ${late ? "expired on" : "expires on"} ${day} and cannot be changed by itself (${why}): make a new one in Odoo and set it here.`;
  await storeKeyStatus(store, instance.id, { expires_at: status.expires_at ?? null, error });
  return "alarm";
}

function expiresIn(status: KeyStatus, now: Date): number {
  return Date.parse(status.expires_at ?? "") - now.getTime();
}

/** For the instance's warnings. */
export async function keyWarning(store: Store, instanceId: string): Promise<string | undefined> {
  return (await readRotation(store, instanceId))?.error ?? undefined;
}
