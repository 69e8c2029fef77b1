import { Type } from "typebox";
import { listRules, ParameterError, type RuleShown, setParameters } from "../../findings/index.ts";
import type { Instance } from "../../store/types.ts";
import { act } from "../act.ts";
import { InstanceParams } from "../contract/common.ts";
import { FindingRule, FindingRuleChange, FindingRules, RuleName } from "../contract/sessions.ts";
import { instanceOf } from "../instances/find.ts";
import { Problem } from "../problem.ts";
import { type Context, type Route, route } from "../route.ts";

const list = route({
  method: "GET",
  path: "/api/finding-rules",
  permission: "view:sessions",
  summary: "The rules of suspicion with the thresholds of every instance that has none of its own",
  schema: { response: FindingRules },
  handler: async ({ store }) => ({ items: await listRules(store, undefined) }),
});

const set = route({
  method: "PUT",
  path: "/api/finding-rules/{rule}",
  permission: "manage:policies",
  summary: "Set a rule's thresholds; they hold for events from then on",
  schema: { params: Type.Object({ rule: RuleName }), body: FindingRuleChange, response: FindingRule },
  handler: (context) => change(context, context.params.rule, undefined),
});

const listOwn = route({
  method: "GET",
  path: "/api/instances/{id}/finding-rules",
  permission: "view:sessions",
  summary: "The rules of suspicion as they hold for this Odoo",
  schema: { params: InstanceParams, response: FindingRules },
  handler: async ({ store, params }) => ({ items: await listRules(store, (await instanceOf(store, params.id)).id) }),
});

const setOwn = route({
  method: "PUT",
  path: "/api/instances/{id}/finding-rules/{rule}",
  permission: "manage:policies",
  summary: "Set a rule's thresholds for this Odoo, before the common ones",
  schema: {
    params: Type.Object({ ...InstanceParams.properties, rule: RuleName }),
    body: FindingRuleChange,
    response: FindingRule,
  },
  handler: async (context) => change(context, context.params.rule, await instanceOf(context.store, context.params.id)),
});

/** Before and after stand in the own log by threshold, where one was set before or is now. */
async function change(context: Context, name: string, instance: Instance | undefined): Promise<RuleShown> {
  const { parameters, reason } = context.body as { parameters: Record<string, unknown>; reason?: string };
  const before = (await listRules(context.store, instance?.id)).find(({ rule }) => rule === name);
  if (before === undefined) throw new Problem("not-found", "There is no such rule; see GET /api/finding-rules.");
  const named = [...new Set([...Object.keys(before.own), ...Object.keys(parameters)])];
  const about =
    instance === undefined
      ? { resource_type: "organisation", resource_id: context.store.organisationId }
      : { resource_type: "instance", resource_id: instance.id, resource_name: instance.name };
  const entry = {
    action: "finding_rule.updated",
    ...about,
    changes: named.map((field) => ({ field, before: before.own[field], after: parameters[field] })),
    details: { rule: name, ...(reason === undefined ? {} : { why: reason }) },
  } as const;
  const { principal } = context;
  return act(context, entry, async (store) => {
    try {
      const actor = principal.email ?? principal.name;
      return await setParameters(store, { instance: instance?.id, rule: name, parameters, actor, replace: true });
    } catch (error) {
      if (!(error instanceof ParameterError)) throw error;
      throw new Problem("invalid-request", error.message, {
        errors: [{ path: "body/parameters", message: error.message }],
      });
    }
  });
}

export const FINDING_RULE_ROUTES: readonly Route[] = [list, set, listOwn, setOwn];
