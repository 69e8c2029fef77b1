import type { Instance } from "../../store/types.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../failure.ts";
import { duration } from "../output/hello.ts";
import { count, type Paint, painter, printable } from "../output/style.ts";
import { table } from "../output/table.ts";

/** `vigil instance list`: every instance, how far it is, and what is wrong with it. Never a credential. */
export const instanceList: Command = async (context, { options }) => {
  const { store, terminal } = context;
  const instances = await store.instances.list();
  if (options.json) {
    await terminal.out(instances.map((instance) => `${JSON.stringify(asJson(instance))}\n`).join(""));
    return EXIT.success;
  }
  if (instances.length === 0) {
    await terminal.err(
      "There is no instance yet; add one with `vigil instance add NAME --url URL --db DATABASE --login LOGIN`.\n",
    );
    return EXIT.success;
  }
  const paint = painter(terminal.shape.color);
  const rows = instances.map((instance) => [
    printable(instance.name),
    state(instance, paint),
    instance.odoo_version ?? "—",
    printable(`${instance.db} at ${instance.url}`),
    count(instance.head_seq),
    count(instance.sealed_seq),
    count(instance.acknowledged_seq),
    instance.last_pull_at
      ? `${duration((context.now().getTime() - Date.parse(instance.last_pull_at)) / 1000)} ago`
      : "never",
  ]);
  await terminal.out(
    table(["NAME", "STATE", "ODOO", "DATABASE", "EVENTS", "SEALED", "ACKNOWLEDGED", "PULLED"], rows, paint, [
      "EVENTS",
      "SEALED",
      "ACKNOWLEDGED",
    ]),
  );
  for (const instance of instances) await terminal.out(notes(instance, paint));
  return EXIT.success;
};

function state(instance: Instance, paint: Paint): string {
  if (instance.state === "active") return instance.last_error ? paint("yellow", "failing") : paint("green", "active");
  return paint("red", instance.state);
}

function notes(instance: Instance, paint: Paint): string {
  const lines = [
    ...(instance.state_reason ? [instance.state_reason] : []),
    ...(instance.last_error ? [instance.last_error] : []),
    ...instance.warnings,
  ];
  return lines.map((line) => `${paint("yellow", "!")} ${printable(instance.name)}: ${printable(line)}\n`).join("");
}

function asJson(instance: Instance): Record<string, unknown> {
  const { id, organisation_id, cursor: _cursor, schema_version: _schema, identity, ...rest } = instance;
  return { id, organisation_id, ...rest, ...(identity ? { database_uuid: identity.database_uuid } : {}) };
}
