import type { Queryable } from "../database.ts";
import { tidy } from "./times.ts";

export interface LinkRow {
  kind: "setup" | "invite" | "reset";
  person_id?: string;
  organisation_id?: string;
  drop_second_factor: boolean;
  expires_at: string;
}

export async function insertLink(
  tx: Queryable,
  row: {
    digest: Buffer;
    kind: LinkRow["kind"];
    person_id: string | undefined;
    organisation_id: string | undefined;
    drop_second_factor: boolean;
    at: Date;
    expires_at: Date;
  },
): Promise<void> {
  await tx.query(
    `INSERT INTO one_time_link (digest, kind, person_id, organisation_id, drop_second_factor, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      row.digest, row.kind, row.person_id ?? null, row.organisation_id ?? null, row.drop_second_factor,
      row.at.toISOString(), row.expires_at.toISOString(),
    ], // biome-ignore format: as the statement reads
  );
}

const USABLE = "digest = $1 AND used_at IS NULL AND expires_at > $2";

export async function findLink(db: Queryable, digest: Buffer, now: Date): Promise<LinkRow | undefined> {
  const [row] = await db.query(
    `SELECT kind, person_id, organisation_id, drop_second_factor, expires_at FROM one_time_link WHERE ${USABLE}`,
    [digest, now.toISOString()],
  );
  return row && tidy<LinkRow>(row);
}

/** Uses it up: of two who open the same link at once, one gets it. */
export async function takeLinkRow(tx: Queryable, digest: Buffer, now: Date): Promise<LinkRow | undefined> {
  const [row] = await tx.query(
    `UPDATE one_time_link SET used_at = $2 WHERE ${USABLE} RETURNING kind, person_id, organisation_id, drop_second_factor, expires_at`,
    [digest, now.toISOString()],
  );
  return row && tidy<LinkRow>(row);
}

/** Older ones of the same kind and person end when a new one is made, and set-up links when somebody was set up. */
export async function deleteLinks(tx: Queryable, kind: LinkRow["kind"], personId: string | undefined): Promise<void> {
  await tx.query("DELETE FROM one_time_link WHERE kind = $1 AND person_id IS NOT DISTINCT FROM $2::uuid", [
    kind,
    personId ?? null,
  ]);
}
