import { Type } from "typebox";
import { HASH_BYTES } from "../../chain/hashing.ts";
import { merkleLevels, merkleProof } from "../../chain/merkle.ts";
import { segmentOf } from "../../store/checkpoint-rows.ts";
import { toEventJson } from "../../store/event-json.ts";
import { readEvent, readHashes } from "../../store/event-rows.ts";
import { InstanceParams } from "../contract/common.ts";
import { EventWithProof } from "../contract/events.ts";
import { instanceOf } from "../instances/find.ts";
import { notFound } from "../problem.ts";
import { route } from "../route.ts";

const Params = Type.Object({
  ...InstanceParams.properties,
  seq: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
});

export const getEvent = route({
  method: "GET",
  path: "/api/instances/{id}/audit-trail/{seq}",
  permission: "view:audit_logs",
  summary: "One event with its proof",
  schema: { params: Params, response: EventWithProof },
  handler: async ({ store, params }) => {
    const instance = await instanceOf(store, params.id);
    const row = await readEvent(store, instance.id, params.seq);
    if (row === undefined)
      throw notFound(`${instance.name} has no event ${params.seq}: it was purged, or is yet to come.`);
    const event = JSON.parse(toEventJson(row, instance.name));
    const commitments = (row.commitments as Buffer).toString("hex");
    const segment = await segmentOf(store.database, instance.id, params.seq);
    if (segment === undefined) return { event, proof: { status: "unsealed" as const, commitments } };
    const hashes = await readHashes(store, instance.id, segment);
    const index = params.seq - segment.first_seq;
    const { previous_hash } = JSON.parse(segment.body) as { previous_hash: string };
    return {
      event,
      proof: {
        status: "signed" as const,
        previous_hash:
          index === 0 ? previous_hash : hashes.toString("hex", (index - 1) * HASH_BYTES, index * HASH_BYTES),
        commitments,
        checkpoint: {
          number: segment.number,
          body: segment.body,
          hash: segment.hash.toString("hex"),
          signature: segment.signature,
          public_key: segment.public_key,
        },
        index,
        merkle: merkleProof(merkleLevels(hashes), index),
      },
    };
  },
});
