import { findAnyInstance } from "../service/store/instances.ts";
import { readHolds, readPolicies } from "../service/store/policy-rows.ts";
import { readReportBrand } from "../service/store/report-brand-rows.ts";
import {
  findOwnLog,
  readLeaves,
  readOrganisationName,
  readReportEvents,
  readReportMembers,
  readReportSegments,
  readReportTombstones,
} from "../service/store/report-rows.ts";
import type { Store } from "../service/store/types.ts";
import type { ReportRequest } from "./request.ts";
import type { ReportSource, SubjectInstance } from "./source.ts";

/** Reads from an open store; a store that was scoped to an organisation gives nothing of another. */
export function storeSource(store: Store): ReportSource {
  return {
    async subject(request) {
      const own = await findOwnLog(store);
      const ids = [...request.instance_ids, ...(own === undefined ? [] : [own.id])];
      const instances: SubjectInstance[] = [];
      for (const id of new Set(ids)) instances.push(await readInstance(store, id, id === own?.id, request));
      return {
        organisation: { id: store.organisationId, name: await readOrganisationName(store) },
        instances,
        policies: await readPolicies(store),
        holds: await readHolds(store),
        members: await readReportMembers(store),
        brand: await readReportBrand(store),
        public_key: store.keys.publicKey,
        handovers: store.keys.handovers,
      };
    },
    events: (instanceId, filter) => readReportEvents(store, instanceId, filter),
    leaves: (instanceId, segment) => readLeaves(store, instanceId, { ...segment }),
    sign: async (hash) => store.keys.sign(Buffer.from(hash)),
  };
}

async function readInstance(
  store: Store,
  id: string,
  internal: boolean,
  { from, to }: ReportRequest,
): Promise<SubjectInstance> {
  const instance = await findAnyInstance(store, id);
  const optional = (key: "odoo_version" | "addon_version") =>
    instance[key] === undefined ? {} : { [key]: instance[key] };
  const tombstones = (await readReportTombstones(store, id)).filter(
    (stone) =>
      (from === undefined || stone.received_on >= from.slice(0, 10)) &&
      (to === undefined || stone.received_on <= to.slice(0, 10)),
  );
  return {
    id,
    name: instance.name,
    internal,
    url: instance.url,
    db: instance.db,
    state: instance.state,
    ...optional("odoo_version"),
    ...optional("addon_version"),
    warnings: instance.warnings,
    head_seq: instance.head_seq,
    sealed_seq: instance.sealed_seq,
    segments: await readReportSegments(store, id, from),
    tombstones,
  };
}
