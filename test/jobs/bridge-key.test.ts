import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NetworkError, WrongCredentialsError } from "../../odoo_addon_client/errors.ts";
import type { KeyStatus, NewKey } from "../../odoo_addon_client/session-protocol.ts";
import { listAuditLogs } from "../../service/audit/index.ts";
import { keyWarning, tendKey } from "../../service/jobs/bridge-key.ts";
import type { Instance, Store } from "../../service/store/index.ts";
import { readRotation } from "../../service/store/key-rotation-rows.ts";
import { ACME, STORE_KINDS, StoreLab, TestClock } from "../support/stores.ts";

/** Odoo's keys of the service's user, and a place where everything may break. */
class OdooKeys {
  keys = new Map([[1, { key: ACME.key, expires_at: "2026-11-25T00:00:00Z" }]]);
  rotatable = true;
  newKeysWork = true;
  /** the n-th call from now on is done, but its answer never arrives */
  breakAt = Number.POSITIVE_INFINITY;
  calls = 0;

  client(secret: string) {
    const own = () => [...this.keys.entries()].find(([, { key }]) => key === secret);
    const call = async <T>(work: () => T): Promise<T> => {
      if (own() === undefined) throw new WrongCredentialsError("Odoo refused the login.");
      const answer = work();
      if (++this.calls === this.breakAt) throw new NetworkError("The connection broke.");
      return answer;
    };
    return {
      keyStatus: () =>
        call((): KeyStatus => {
          const [key_id, { expires_at }] = own()!;
          return {
            key_id,
            expires_at,
            rotatable: this.rotatable,
            ...(this.rotatable ? {} : { reason: "Odoo 17 cannot" }),
          };
        }),
      keyRotate: () =>
        call((): NewKey => {
          const key_id = Math.max(...this.keys.keys()) + 1;
          const key = `new key number ${key_id}`;
          this.keys.set(key_id, { key, expires_at: "2027-11-21T00:00:00Z" });
          return { key, key_id };
        }),
      keyRevoke: ({ key_id }: { key_id: number }) => call(() => ({ revoked: this.keys.delete(key_id) })),
    };
  }
}

describe.each(STORE_KINDS)("the bridge's own key on %s", (kind) => {
  const lab = new StoreLab(kind);
  const clock = new TestClock();
  let store: Store;
  let serial = 0;
  beforeAll(async () => {
    await lab.start();
    store = await lab.open(clock);
  });
  afterAll(() => lab.stop());

  const fresh = async () => ({
    odoo: new OdooKeys(),
    instance: await store.instances.add({ ...ACME, name: `acme${++serial}` }),
  });
  async function tend(odoo: OdooKeys, instance: Instance): Promise<string> {
    const client = odoo.client(await store.instances.credential(instance.name));
    return tendKey(store, instance, {
      client,
      connect: async (key) => {
        if (!odoo.newKeysWork) throw new WrongCredentialsError("Odoo refused the login.");
        const made = odoo.client(key);
        await made.keyStatus();
        return made;
      },
    });
  }

  test("is changed before it expires: tried, stored, and only then the old one revoked", async () => {
    const { odoo, instance } = await fresh();
    expect(await tend(odoo, instance)).toBe("stored");
    expect(await store.instances.credential(instance.name)).toBe("new key number 2");
    expect([...odoo.keys.keys()]).toEqual([1, 2]);
    expect(await tend(odoo, instance)).toBe("revoked");
    expect([...odoo.keys.keys()]).toEqual([2]);
    expect(await tend(odoo, instance)).toBe("nothing");
    const reader = { organisation_id: store.organisationId, permissions: new Set<string>() };
    const { items } = await listAuditLogs(store, reader, { action: "key.rotated", resourceId: instance.id });
    expect(items[0]).toMatchObject({ details: { old_key_id: "1", new_key_id: "2" } });
    expect(JSON.stringify(items)).not.toContain("new key number");
  });

  test("that lives long enough is left alone", async () => {
    const { odoo, instance } = await fresh();
    odoo.keys.get(1)!.expires_at = "2027-01-01T00:00:00Z";
    expect(await tend(odoo, instance)).toBe("nothing");
    expect(odoo.keys.size).toBe(1);
  });

  test("whichever answer is lost, the stored key works at every moment and the change comes to its end", async () => {
    for (let breakAt = 1; breakAt <= 5; breakAt++) {
      const { odoo, instance } = await fresh();
      odoo.breakAt = breakAt;
      for (let look = 0; look < 6; look++) {
        await tend(odoo, instance).catch((error: unknown) => expect(error).toBeInstanceOf(NetworkError));
        const stored = await store.instances.credential(instance.name);
        expect(
          [...odoo.keys.values()].some(({ key }) => key === stored),
          `after answer ${breakAt} was lost`,
        ).toBe(true);
        clock.now = new Date(clock.now.getTime() + 11 * 60_000);
      }
      expect(await readRotation(store, instance.id)).toMatchObject({ step: "done", error: null });
      expect(await store.instances.credential(instance.name)).not.toBe(ACME.key);
      expect(odoo.keys.has(1)).toBe(false);
    }
  });

  test("a new key that does not work is taken back, the old one stays, and an alarm says so", async () => {
    const { odoo, instance } = await fresh();
    odoo.newKeysWork = false;
    expect(await tend(odoo, instance)).toBe("alarm");
    expect([...odoo.keys.keys()]).toEqual([1]);
    expect(await store.instances.credential(instance.name)).toBe(ACME.key);
    expect(await keyWarning(store, instance.id)).toMatch(/does not work .* the old one stays/);
  });

  test("where the release does not allow it, the instance warns, until there is a key that lives", async () => {
    const { odoo, instance } = await fresh();
    odoo.rotatable = false;
    expect(await tend(odoo, instance)).toBe("alarm");
    expect(await keyWarning(store, instance.id)).toBe(
      "The API key of vigil expires on 2026-11-25 and cannot be changed by itself (Odoo 17 cannot): make a new one in Odoo and set it here.",
    );
    odoo.keys.get(1)!.expires_at = "2027-11-25T00:00:00Z";
    expect(await tend(odoo, instance)).toBe("nothing");
    expect(await keyWarning(store, instance.id)).toBeUndefined();
  });

  test("on its way in it lies sealed", async () => {
    const { odoo, instance } = await fresh();
    odoo.breakAt = 3; // status, rotate, then the trial of the new key
    await expect(tend(odoo, instance)).rejects.toThrow(NetworkError);
    const row = (await readRotation(store, instance.id))!;
    expect(row.step).toBe("received");
    expect(row.sealed!.includes("new key")).toBe(false);
  });
});
