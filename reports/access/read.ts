import { readEvents } from "../read-events.ts";
import type { ReportRequest } from "../request.ts";
import type { ReportSource, Subject } from "../source.ts";
import { ACCESS_RECORDED } from "./recorded.ts";
import { AccessState } from "./state.ts";

/** An instance's name and its rights at the end of the period. */
export type InstanceAccess = [instance: string, state: AccessState];

/** Reads from the beginning of the trail, whatever the period: a right that was given long ago is a right today. */
export async function readAccess(
  source: ReportSource,
  subject: Subject,
  { to }: ReportRequest,
): Promise<InstanceAccess[]> {
  const all: InstanceAccess[] = [];
  for (const instance of subject.instances.filter(({ internal }) => !internal)) {
    const state = new AccessState();
    const filter = { to, up_to_seq: instance.head_seq, kinds: [ACCESS_RECORDED], models: ["res.users"] };
    for await (const page of readEvents(source, instance, filter)) for (const { event } of page) state.add(event);
    all.push([instance.name, state]);
  }
  return all;
}
