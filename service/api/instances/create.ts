import { act } from "../act.ts";
import { Instance, NewInstance } from "../contract/instances.ts";
import { Problem } from "../problem.ts";
import { route } from "../route.ts";
import { addressOf } from "./address.ts";
import { checkConnection } from "./check-steps.ts";
import { presentInstance } from "./present.ts";

export const createInstance = route({
  method: "POST",
  path: "/api/instances",
  permission: "manage:environments",
  status: 201,
  summary: "Connect an Odoo; its connection is tried first, and nothing is stored that does not work",
  slow: true,
  schema: { body: NewInstance, response: Instance },
  handler: async (context) => {
    const { body, services, store } = context;
    const { name, ...connection } = { ...body, url: addressOf(body.url) };
    if ((await store.instances.list()).some((one) => one.name === name))
      throw new Problem("conflict", `There is an instance ${name} already; choose another name.`);
    const check = await checkConnection(services, store, connection);
    const failed = check.steps.find((step) => step.status === "failed");
    if (failed !== undefined) throw new Problem("refused", failed.message ?? `The step "${failed.step}" failed.`);
    const { url, db, login } = connection;
    const entry = {
      action: "instance.created",
      resource_type: "instance",
      resource_name: name,
      details: { url, db, login },
    } as const;
    await act(context, entry, (audited) => audited.instances.add({ name, ...connection }));
    const { odoo_version, addon_version } = check;
    const warnings = check.steps.flatMap((step) =>
      step.step === "triggers" && step.status === "warning" ? [step.message!] : [],
    );
    const stored = await store.instances.update(name, {
      warnings,
      ...(odoo_version === undefined ? {} : { odoo_version }),
      ...(addon_version === undefined ? {} : { addon_version }),
    });
    services.wake?.(name);
    return presentInstance(stored);
  },
});
