import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NetworkError } from "../../odoo_addon_client/errors.ts";
import type { PolicySetRequest, PolicyState } from "../../odoo_addon_client/session-protocol.ts";
import {
  checkPolicy,
  isPushDue,
  policyDifferences,
  policyHistory,
  pushPolicy,
  type SessionPolicy,
  setSessionPolicy,
  showPolicies,
} from "../../service/policies/index.ts";
import type { Instance, Store } from "../../service/store/index.ts";
import { ACME, STORE_KINDS, StoreLab } from "../support/stores.ts";

/** An Odoo that enforces what it was last told. */
class OdooPolicy {
  state: PolicyState = { policy: {}, version: 0 };
  sets = 0;
  away = false;
  /** the answer to the next set is lost on its way */
  loseAnswer = false;
  async policyGet(): Promise<PolicyState> {
    if (this.away) throw new NetworkError("Odoo cannot be reached: check that it runs.");
    return this.state;
  }
  async policySet({ policy, by }: PolicySetRequest): Promise<PolicyState> {
    if (this.away) throw new NetworkError("Odoo cannot be reached: check that it runs.");
    this.sets++;
    this.state = {
      policy,
      version: this.state.version + 1,
      changed_at: "2026-11-21T10:00:00.000000Z",
      changed_by: { service: by },
    };
    if (this.loseAnswer) {
      this.loseAnswer = false;
      throw new NetworkError("The connection broke.");
    }
    return this.state;
  }
}

const ops = "ops";

describe.each(STORE_KINDS)("policies on %s", (kind) => {
  const lab = new StoreLab(kind);
  let store: Store;
  let serial = 0;
  beforeAll(async () => {
    await lab.start();
  });
  afterAll(() => lab.stop());
  async function fresh(): Promise<{ instance: Instance; odoo: OdooPolicy }> {
    store ??= await lab.open();
    return { instance: await store.instances.add({ ...ACME, name: `acme${++serial}` }), odoo: new OdooPolicy() };
  }
  const push = (instance: Instance, odoo: OdooPolicy, look = false) => pushPolicy(store, instance, odoo, { look });
  const status = async (instance: Instance) => (await showPolicies(store, instance.name))[0]!;

  test("are pushed once, and seen to be in force", async () => {
    const { instance, odoo } = await fresh();
    expect(await push(instance, odoo)).toBe("nothing");
    await setSessionPolicy(store, {
      instance: instance.name,
      policy: { inactivity_minutes: 30 },
      reason: "rule",
      actor: ops,
    });
    expect(await isPushDue(store, instance)).toBe(true);
    expect(await status(instance)).toMatchObject({ status: "waiting" });
    expect(await push(instance, odoo)).toBe("pushed");
    expect(await push(instance, odoo)).toBe("nothing");
    expect(odoo.sets).toBe(1);
    expect(await status(instance)).toMatchObject({
      status: "applied",
      differences: [],
      desired: { policy: { inactivity_minutes: 30 }, scope: "instance", version: 1, set_by: "ops", reason: "rule" },
      in_force: { policy: { inactivity_minutes: 30 }, version: "1", changed_by: "ops" },
    });
  });

  test("of hours or networks never shut the service itself out", async () => {
    const { instance, odoo } = await fresh();
    const policy = { allowed_networks: ["10.0.0.0/8"], exempt: ["admin"] };
    await setSessionPolicy(store, { instance: instance.name, policy, reason: "rule", actor: ops });
    await push(instance, odoo);
    expect(odoo.state.policy).toEqual({ ...policy, exempt: ["admin", ACME.login] });
    expect(await status(instance)).toMatchObject({ status: "applied", desired: { policy } });
  });

  test("wait for an Odoo that is away, and are pushed again when an answer was lost", async () => {
    const { instance, odoo } = await fresh();
    await setSessionPolicy(store, { instance: instance.name, policy: { max_sessions: 1 }, reason: "rule", actor: ops });
    odoo.away = true;
    await expect(push(instance, odoo)).rejects.toThrow(NetworkError);
    expect(await status(instance)).toMatchObject({
      status: "waiting",
      error: "Odoo cannot be reached: check that it runs.",
    });
    odoo.away = false;
    odoo.loseAnswer = true;
    await expect(push(instance, odoo)).rejects.toThrow(NetworkError);
    expect(await push(instance, odoo)).toBe("pushed");
    expect(await status(instance)).not.toHaveProperty("error");
    expect(await status(instance)).toMatchObject({ status: "applied" });
  });

  test("what an administrator changes in Odoo is shown as drift, and stays until it is set here again", async () => {
    const { instance, odoo } = await fresh();
    const set = () =>
      setSessionPolicy(store, { instance: instance.name, policy: { inactivity_minutes: 30 }, reason: "r", actor: ops });
    await set();
    await push(instance, odoo);
    odoo.state = {
      policy: { inactivity_minutes: 120, exempt: ["admin"] },
      version: 2,
      changed_by: { id: 2, login: "admin", name: "A" },
    };
    expect(await push(instance, odoo, true)).toBe("looked");
    expect(await status(instance)).toMatchObject({
      status: "drifted",
      differences: ["inactivity_minutes", "exempt"],
      in_force: { changed_by: "admin" },
    });
    expect(odoo.sets).toBe(1);
    await set();
    await push(instance, odoo);
    expect(await status(instance)).toMatchObject({ status: "applied" });
  });

  test("of the organisation hold where an instance has none of its own; taken back, they hold again", async () => {
    const one = await fresh();
    const two = await fresh();
    await setSessionPolicy(store, { policy: { absolute_hours: 12 }, reason: "all", actor: ops });
    await setSessionPolicy(store, {
      instance: one.instance.id,
      policy: { absolute_hours: 8 },
      reason: "own",
      actor: ops,
    });
    for (const { instance, odoo } of [one, two]) await push(instance, odoo);
    expect([one.odoo.state.policy, two.odoo.state.policy]).toEqual([{ absolute_hours: 8 }, { absolute_hours: 12 }]);
    await setSessionPolicy(store, { instance: one.instance.id, policy: null, reason: "no more", actor: ops });
    await push(one.instance, one.odoo);
    expect(one.odoo.state.policy).toEqual({ absolute_hours: 12 });
    expect((await policyHistory(store, one.instance.name)).map(({ version, policy }) => [version, policy])).toEqual([
      [2, null],
      [1, { absolute_hours: 8 }],
    ]);
  });
});

describe("a policy from outside", () => {
  const whole: SessionPolicy = {
    inactivity_minutes: 30,
    by_group: [{ group: "base.group_system", minutes: 10 }],
    by_user: [{ login: "admin", minutes: null }],
    warning_seconds: 60,
    max_sessions: 2,
    max_sessions_mode: "oldest_stays",
    absolute_hours: 12,
    allowed_hours: [{ days: [1, 2, 3, 4, 5], from: "08:00", to: "18:00", tz: "Europe/Berlin" }],
    allowed_networks: ["10.0.0.0/8", "2001:db8::/32"],
    exempt: ["admin"],
    notices: { expired: true, new_location: false },
  };
  test("is taken whole, and empty", () => {
    expect(checkPolicy(whole)).toEqual(whole);
    expect(checkPolicy({})).toEqual({});
    expect(checkPolicy({ inactivity_minutes: null })).toEqual({ inactivity_minutes: null });
  });
  test("is refused with the key that is wrong", () => {
    const wrong: [object, string][] = [
      [{ inactivity_minuts: 5 }, "inactivity_minuts is no key of a policy"],
      [{ inactivity_minutes: 0 }, "inactivity_minutes"],
      [{ inactivity_minutes: "30" }, "inactivity_minutes"],
      [{ by_user: [{ login: "a" }] }, "by_user.0"],
      [{ allowed_hours: [{ days: [8], from: "08:00", to: "18:00", tz: "UTC" }] }, "allowed_hours.0.days.0"],
      [{ allowed_hours: [{ days: [1], from: "8", to: "18:00", tz: "UTC" }] }, "allowed_hours.0.from"],
      [{ allowed_hours: [{ days: [1], from: "08:00", to: "18:00", tz: "Mars/Base" }] }, "no time zone"],
      [{ allowed_networks: ["10.0.0.0/99"] }, "no network"],
      [{ max_sessions_mode: "random" }, "max_sessions_mode"],
    ];
    for (const [policy, words] of wrong) expect(() => checkPolicy(policy), JSON.stringify(policy)).toThrow(words);
  });
  test("anything else is a sentence, never a crash", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        try {
          checkPolicy(value);
        } catch (error) {
          expect((error as Error).name).toBe("SessionError");
        }
      }),
    );
  });
  test("differs by what it does, not by how it is written", () => {
    expect(
      policyDifferences({}, { inactivity_minutes: null, exempt: [], warning_seconds: 60, notices: { expired: true } }),
    ).toEqual([]);
    expect(policyDifferences({ exempt: ["a", "b"] }, { exempt: ["b", "a"] })).toEqual([]);
    expect(policyDifferences(whole, { ...whole, max_sessions: 3 })).toEqual(["max_sessions"]);
  });
});
