import { Readable } from "node:stream";
import { Type } from "typebox";
import { noteAct } from "../act.ts";
import { InstanceParams } from "../contract/common.ts";
import { EventFilters } from "../contract/events.ts";
import { instanceOf } from "../instances/find.ts";
import { type Route, route } from "../route.ts";
import { filterOf } from "../trail/filter.ts";
import { exportTrail, FORMATS } from "./formats.ts";
import { takeExportTurn } from "./turns.ts";

const Query = Type.Object({
  ...EventFilters,
  format: Type.Optional(
    Type.Enum(["csv", "json", "ndjson"], {
      default: "ndjson",
      description:
        "csv and json for reading; ndjson is the evidence, which `vigil verify FILE` proves without the database",
    }),
  ),
});

const exportRoute = route({
  method: "GET",
  path: "/api/instances/{id}/audit-trail/export",
  permission: "export:audit_logs",
  summary: "The trail as a file, oldest first: CSV, JSON, or NDJSON with its proofs",
  description:
    "Streams, however much it is; four at a time. Without a filter the NDJSON holds the whole chain, from genesis to its head.",
  streams: Object.values(FORMATS),
  schema: { params: InstanceParams, query: Query },
  handler: async (context) => {
    const { store, params, reply } = context;
    takeExportTurn(context);
    const instance = await instanceOf(store, params.id);
    const { format = "ndjson", ...query } = context.query;
    const filter = filterOf(query);
    await noteAct(context, {
      action: "trail.exported",
      resource_type: "instance",
      resource_id: instance.id,
      resource_name: instance.name,
      details: { format, filter: { ...filter } },
    });
    const name = `${instance.name}-${store.clock().toISOString().slice(0, 10)}.${format}`;
    return reply
      .type(`${FORMATS[format]}; charset=utf-8`)
      .header("content-disposition", `attachment; filename="${name}"`)
      .header("cache-control", "no-store")
      .send(Readable.from(exportTrail(store, instance, filter, format), { objectMode: false, highWaterMark: 1 << 18 }));
  },
});

export const EXPORT_ROUTES: readonly Route[] = [exportRoute];
