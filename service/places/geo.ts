import { fileURLToPath } from "node:url";
import { open, type Reader } from "maxmind";
import { type Address, formatAddress } from "./address.ts";
import { type RangeTable, readRanges } from "./range-table.ts";

/** What a source knows of an address; every part may be missing. */
export interface Finding {
  country_code?: string;
  region?: string;
  city?: string;
  latitude?: number;
  longitude?: number;
  asn?: number;
  as_name?: string;
}

/** Something that knows where addresses are. */
export interface GeoSource {
  /** for people: the file's name and age */
  readonly about: string;
  find(address: Address): Finding | undefined;
}

/** A data file is missing or is none: the message names it and says what to do. */
export class GeoFileError extends Error {
  override name = "GeoFileError";
}

type Raw = Record<string, unknown>;

/**
 * An operator's `.mmdb`: MaxMind's GeoLite2/GeoIP2 City, Country and ASN (nested records), DB-IP, IPinfo and the
 * `@ip-location-db/*-mmdb` packages (flat records). Throws GeoFileError.
 */
export async function openMmdb(file: string): Promise<GeoSource> {
  let reader: Reader<never>;
  try {
    // Our own cache stands before it (by address); the file is read anew when the operator replaces it.
    reader = await open<never>(file, { watchForUpdates: true, watchForUpdatesNonPersistent: true });
  } catch (cause) {
    throw new GeoFileError(
      `The file of places ${file} cannot be read as .mmdb (${(cause as Error).message}): check the path, or leave the setting out.`,
      { cause },
    );
  }
  const { databaseType, buildEpoch } = reader.metadata;
  return {
    about: `${databaseType} of ${new Date(buildEpoch).toISOString().slice(0, 10)}`,
    find(address) {
      const record = reader.get(formatAddress(address)) as Raw | null;
      return record === null ? undefined : normaliseRecord(record);
    },
  };
}

/** Nested or flat, one shape comes out. Exported for the tests. */
export function normaliseRecord(record: Raw): Finding {
  const country = object(record.country) ?? object(record.registered_country);
  const location = object(record.location);
  const subdivision = Array.isArray(record.subdivisions) ? object(record.subdivisions[0]) : undefined;
  const asn = record.autonomous_system_number ?? record.asn ?? record.as_number;
  const found: { [K in keyof Finding]: Finding[K] | undefined } = {
    country_code: code(country?.iso_code ?? record.country_code ?? record.country),
    region: text(object(subdivision?.names)?.en ?? record.state1 ?? record.region),
    city: text(object(object(record.city)?.names)?.en ?? record.city),
    latitude: number(location?.latitude ?? record.latitude ?? record.lat),
    longitude: number(location?.longitude ?? record.longitude ?? record.lng),
    asn: number(typeof asn === "string" ? asn.replace(/^AS/i, "") : asn),
    as_name: text(record.autonomous_system_organization ?? record.as_name ?? record.organization ?? record.as_org),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

const object = (value: unknown): Raw | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : undefined;
const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value.slice(0, 200) : undefined;
const code = (value: unknown): string | undefined =>
  typeof value === "string" && /^[A-Za-z]{2}$/.test(value) ? value.toUpperCase() : undefined;
function number(value: unknown): number | undefined {
  const read = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof read === "number" && Number.isFinite(read) ? read : undefined;
}

/**
 * The data that comes with Vigil (countries CC0, networks CC-BY): CSV files of npm packages. Each is read when an
 * address first needs it, which takes 0.2 s of processor time once for IPv4 and as much for IPv6. `undefined` where the package was left out of the install.
 */
export function packagedCountries(): GeoSource | undefined {
  return packaged("@ip-location-db/geo-whois-asn-country", "geo-whois-asn-country", (label) => ({
    country_code: label,
  }));
}
export function packagedNetworks(): GeoSource | undefined {
  return packaged("@ip-location-db/asn", "asn", (label) => {
    const [asn, name] = [label.slice(0, label.indexOf(",")), label.slice(label.indexOf(",") + 1)];
    return { asn: Number(asn), as_name: name.replace(/^"|"$/g, "").replaceAll('""', '"') };
  });
}

function packaged(folder: string, name: string, read: (label: string) => Finding): GeoSource | undefined {
  const file = (family: 4 | 6): string => fileURLToPath(import.meta.resolve(`${folder}/${name}-ipv${family}-num.csv`));
  const tables = new Map<4 | 6, RangeTable>();
  try {
    file(4);
  } catch {
    return undefined;
  }
  return {
    about: folder,
    find({ family, ...rest }) {
      let table = tables.get(family);
      if (table === undefined) {
        table = readRanges(file(family), family);
        tables.set(family, table);
      }
      const label = table.find({ family, ...rest } as Address);
      return label === undefined ? undefined : read(label);
    },
  };
}
