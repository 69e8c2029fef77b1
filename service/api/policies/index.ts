import { VigilClientError } from "../../../odoo_addon_client/index.ts";
import { policyHistory, pushPolicy, setSessionPolicy, showPolicies, wholePolicy } from "../../policies/index.ts";
import { SessionError, withClient } from "../../sessions/index.ts";
import type { Instance } from "../../store/types.ts";
import { act } from "../act.ts";
import { InstanceParams } from "../contract/common.ts";
import { CommonPolicy, Policy, PolicyChange, PolicyVersions } from "../contract/policies.ts";
import { instanceOf } from "../instances/find.ts";
import { Problem } from "../problem.ts";
import { type Context, type Route, route } from "../route.ts";

const actorOf = ({ principal }: Context): string => principal.email ?? principal.name;

const getPolicy = route({
  method: "GET",
  path: "/api/instances/{id}/policy",
  permission: "view:sessions",
  summary: "What this Odoo is to enforce on sessions, what it does enforce, and how they differ",
  schema: { params: InstanceParams, response: Policy },
  handler: async ({ store, params }) => {
    const { id } = await instanceOf(store, params.id);
    return shown(store, id);
  },
});

const putPolicy = route({
  method: "PUT",
  path: "/api/instances/{id}/policy",
  permission: "manage:policies",
  summary: "Set what this Odoo enforces: pushed at once, and again until it has it",
  slow: true,
  schema: { params: InstanceParams, body: PolicyChange, response: Policy },
  handler: async (context) => {
    const instance = await instanceOf(context.store, context.params.id);
    await set(context, instance);
    await push(context, instance);
    return shown(context.store, instance.id);
  },
});

const getVersions = route({
  method: "GET",
  path: "/api/instances/{id}/policy/versions",
  permission: "view:sessions",
  summary: "Every version that was set for this instance, newest first",
  schema: { params: InstanceParams, response: PolicyVersions },
  handler: async ({ store, params }) => ({
    items: await policyHistory(store, (await instanceOf(store, params.id)).id),
  }),
});

const getCommon = route({
  method: "GET",
  path: "/api/session-policy",
  permission: "view:sessions",
  summary: "The policy of every instance that has none of its own",
  schema: { response: CommonPolicy },
  handler: ({ store }) => common(store),
});

const putCommon = route({
  method: "PUT",
  path: "/api/session-policy",
  permission: "manage:policies",
  summary: "Set it: the instances have it with their next round",
  schema: { body: PolicyChange, response: CommonPolicy },
  handler: async (context) => {
    await set(context, undefined);
    return common(context.store);
  },
});

async function set(context: Context, instance: Instance | undefined): Promise<void> {
  const { policy, reason } = context.body as { policy: unknown; reason: string };
  const { store } = context;
  const about =
    instance === undefined
      ? { resource_type: "organisation", resource_id: store.organisationId }
      : { resource_type: "instance", resource_id: instance.id, resource_name: instance.name };
  const [before] = await policyHistory(store, instance?.id);
  const changes = [{ field: "session_policy", before: before?.policy ?? undefined, after: policy ?? undefined }];
  await act(context, { action: "policy.updated", ...about, changes, details: { why: reason } }, async (audited) => {
    try {
      await setSessionPolicy(audited, { instance: instance?.id, policy, reason, actor: actorOf(context) });
    } catch (error) {
      if (!(error instanceof SessionError)) throw error;
      throw new Problem("invalid-request", error.message, {
        errors: [{ path: "body/policy", message: error.message }],
      });
    }
  });
}

/** An Odoo that is away gets it with its next round; the answer says that it waits. */
async function push({ store, services }: Context, instance: Instance): Promise<void> {
  try {
    await withClient(store, services.connect, instance, (client) =>
      pushPolicy(store, instance, client, { look: true }),
    );
  } catch (error) {
    if (!(error instanceof VigilClientError)) throw error; // it stands with the policy's state
  }
}

async function shown(store: Context["store"], id: string): Promise<Policy> {
  const [one] = await showPolicies(store, id);
  const { instance: _name, instance_id: _id, ...rest } = one!;
  const { desired, in_force } = rest;
  const at = desired?.set_at ?? in_force?.changed_at;
  const by = desired?.set_by ?? in_force?.changed_by;
  return {
    ...rest,
    policy: wholePolicy(desired?.policy ?? in_force?.policy ?? {}),
    version: desired?.version ?? (Number(in_force?.version ?? 0) || 0),
    ...(at === undefined ? {} : { changed_at: at }),
    ...(by === undefined ? {} : { changed_by: by }),
  };
}

async function common(store: Context["store"]) {
  const [newest] = await policyHistory(store);
  return { policy: newest?.policy ? wholePolicy(newest.policy) : null, version: newest?.version ?? 0 };
}

export const POLICY_ROUTES: readonly Route[] = [getPolicy, putPolicy, getVersions, getCommon, putCommon];
