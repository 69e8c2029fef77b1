import type { Queryable } from "./database.ts";
import type { Store } from "./types.ts";

/** How an organisation's reports look. */
export interface BrandRow {
  /** RRGGBB */
  color?: string;
  logo?: { bytes: Buffer; type: "png" | "jpeg" };
  /** an IANA name */
  time_zone: string;
}

/** What was set, or UTC and the theme's own colours. */
export async function readReportBrand(store: Store): Promise<BrandRow> {
  const [row] = await store.database.query<{
    color: string | null;
    logo: Buffer | null;
    logo_type: "png" | "jpeg" | null;
    time_zone: string;
  }>("SELECT color, logo, logo_type, time_zone FROM report_brand WHERE organisation_id = $1", [store.organisationId]);
  if (row === undefined) return { time_zone: "UTC" };
  return {
    ...(row.color === null ? {} : { color: row.color }),
    ...(row.logo === null || row.logo_type === null ? {} : { logo: { bytes: row.logo, type: row.logo_type } }),
    time_zone: row.time_zone,
  };
}

/** Replaces the whole. Idempotent. */
export async function storeReportBrand(tx: Queryable, store: Store, brand: BrandRow, actor: string): Promise<void> {
  await tx.query(
    `INSERT INTO report_brand (organisation_id, color, logo, logo_type, time_zone, changed_by, changed_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (organisation_id) DO UPDATE SET color = excluded.color, logo = excluded.logo,
       logo_type = excluded.logo_type, time_zone = excluded.time_zone, changed_by = excluded.changed_by,
       changed_at = excluded.changed_at`,
    [
      store.organisationId, brand.color ?? null, brand.logo?.bytes ?? null, brand.logo?.type ?? null, brand.time_zone,
      actor, store.clock().toISOString(),
    ], // biome-ignore format: as the statement reads
  );
}
