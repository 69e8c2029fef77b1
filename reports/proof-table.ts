import type { ProofRecorder } from "./proof/recorder.ts";
import type { Subject } from "./source.ts";
import type { FixedTable } from "./table.ts";
import { msOfTime } from "./tables/cells.ts";

/** The signed segments that this report's events lie in. */
export function proofTable(subject: Subject, proof: ProofRecorder): FixedTable {
  return {
    id: "proof",
    title: "Proof",
    about: "The sealed segments in which the events of this report lie; their leaves stand in hidden sheets",
    empty: "No event of this report lies in a sealed segment.",
    columns: [
      { id: "instance", title: "Instance", kind: "text", width: 16 },
      { id: "segment", title: "Segment", kind: "integer", width: 9 },
      { id: "first_seq", title: "First seq", kind: "integer", width: 10 },
      { id: "last_seq", title: "Last seq", kind: "integer", width: 10 },
      { id: "events", title: "Events here", kind: "integer", width: 11 },
      { id: "received_on", title: "Received on", kind: "value", width: 12 },
      { id: "sealed_at", title: "Sealed", kind: "time", width: 20 },
      { id: "root", title: "Merkle root", kind: "code", width: 36 },
      { id: "hash", title: "Checkpoint's hash", kind: "code", width: 36 },
      { id: "signature", title: "Signature (Ed25519)", kind: "code", width: 36 },
      { id: "key", title: "Public key", kind: "code", width: 36 },
    ],
    rows: proof.segments.map(({ instance, segment, rows }) => [
      subject.instances[instance]!.name,
      segment.number,
      segment.first_seq,
      segment.last_seq,
      rows,
      { day: segment.received_on },
      { moment: msOfTime(segment.sealed_at) },
      (JSON.parse(segment.body) as { merkle_root: string }).merkle_root,
      segment.hash.toString("hex"),
      segment.signature,
      segment.public_key,
    ]),
  };
}
