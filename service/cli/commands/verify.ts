import { sequenceAudit } from "../../audit/index.ts";
import { type VerifyResult, verifyInstance } from "../../chain/index.ts";
import { AUDIT_INSTANCE, internalInstance } from "../../store/audit-rows.ts";
import type { Instance, Store } from "../../store/types.ts";
import type { Command, Context } from "../command.ts";
import { EXIT, type Exit } from "../failure.ts";
import { progress } from "../output/progress.ts";
import { count, type Paint, painter, plural, printable } from "../output/style.ts";

/** `vigil verify`: rebuilds each chain from the stored columns. Exit status 1 when one of them is broken. */
export const verify: Command = async (context, { options }) => {
  const { store, terminal } = context;
  const name = options.instance as string | undefined;
  const instances = await chosen(store, name);
  const paint = painter(terminal.shape.color);
  let exit: Exit = EXIT.success;
  for (const instance of instances) {
    const result = await verifyOne(context, instance);
    await terminal.out(options.json ? `${JSON.stringify(asJson(result))}\n` : describe(result, paint));
    if (result.status === "broken") exit = EXIT.no;
  }
  if (instances.length === 0)
    await terminal.err("There is no instance to verify yet; add one with `vigil instance add`.\n");
  return exit;
};

/** Every Odoo's chain, and last that of the own audit log, once there is something in it. */
async function chosen(store: Store, name: string | undefined): Promise<Instance[]> {
  if (name !== undefined && name !== AUDIT_INSTANCE) return [await store.instances.get(name)];
  await sequenceAudit(store);
  const own = await internalInstance(store);
  if (name !== undefined) return [own];
  return [...(await store.instances.list()), ...(own.head_seq > 0 ? [own] : [])];
}

async function verifyOne(context: Context, instance: Instance): Promise<VerifyResult> {
  const bar = progress(context.terminal, `Verifying ${instance.name}`);
  try {
    for await (const step of verifyInstance(context.store, instance)) {
      context.terminal.signal.throwIfAborted();
      if (step.type === "result") return step;
      await bar.update(step.events, step.of);
    }
  } finally {
    await bar.end();
  }
  throw new Error("verifyInstance ended without a result");
}

function asJson(result: VerifyResult): Record<string, unknown> {
  const { type: _, brokenAt, ...rest } = result;
  return { ...rest, ...(brokenAt === undefined ? {} : { broken_at: brokenAt }) };
}

function describe(result: VerifyResult, paint: Paint): string {
  const name = paint("bold", printable(result.instance));
  const lines = [`${name}: ${verdict(result, paint)}`];
  if (result.reason) lines.push(`  ${printable(result.reason)}`);
  lines.push(
    `  ${plural(result.events, "event")} checked in ${plural(result.segments, "sealed segment")}${head(result)}`,
  );
  if (result.pruned)
    lines.push(`  ${plural(result.pruned, "event")} purged by retention; signed tombstones attest to them`);
  if (result.erased)
    lines.push(`  ${plural(result.erased, "value")} erased, as events of this chain say; their commitments stay`);
  if (result.unsealed)
    lines.push(`  ${plural(result.unsealed, "event")} after the last checkpoint: chained, not signed yet`);
  return lines.map((line) => `${line}\n`).join("");
}

function head(result: VerifyResult): string {
  return result.head_seq
    ? `, up to seq ${count(result.head_seq)}${result.head_hash ? ` (${result.head_hash.slice(0, 16)}…)` : ""}`
    : "";
}

function verdict(result: VerifyResult, paint: Paint): string {
  if (result.status === "intact") return paint("green", "intact");
  if (result.status === "pruned") return paint("green", "pruned and attested");
  return paint("red", result.brokenAt === undefined ? "broken" : `broken at seq ${count(result.brokenAt)}`);
}
