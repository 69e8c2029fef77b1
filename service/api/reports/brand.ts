import { readReportBrand, storeReportBrand } from "../../store/report-brand-rows.ts";
import { act } from "../act.ts";
import { ReportBrand } from "../contract/reports.ts";
import { Problem } from "../problem.ts";
import { type Context, route } from "../route.ts";

const MOST_LOGO_BYTES = 300_000;
const PNG = "89504e470d0a1a0a";
const JPEG = "ffd8ff";

export const getReportBrand = route({
  method: "GET",
  path: "/api/reports/brand",
  permission: "view:reports",
  summary: "Logo, colour and time zone of the organisation's reports",
  schema: { response: ReportBrand },
  async handler({ store }) {
    const { color, logo, time_zone } = await readReportBrand(store);
    return {
      time_zone,
      ...(color === undefined ? {} : { color }),
      ...(logo === undefined ? {} : { logo: logo.bytes.toString("base64") }),
    };
  },
});

export const setReportBrand = route({
  method: "PUT",
  path: "/api/reports/brand",
  permission: "manage:organisation",
  summary: "Set logo, colour and time zone of the organisation's reports",
  schema: { body: ReportBrand, response: ReportBrand },
  bodyLimit: 500_000,
  async handler(context) {
    const { body, principal } = context;
    const logo = body.logo === undefined ? undefined : readLogo(body.logo);
    checkZone(body.time_zone);
    const brand = {
      time_zone: body.time_zone,
      ...(body.color === undefined ? {} : { color: body.color.toUpperCase() }),
      ...(logo === undefined ? {} : { logo }),
    };
    const entry = {
      action: "org.settings_updated",
      resource_type: "report_brand",
      details: { color: body.color ?? null, time_zone: body.time_zone, logo_bytes: logo?.bytes.length ?? 0 },
    } as const;
    await act(context as unknown as Context, entry, (store) =>
      storeReportBrand(store.database, store, brand, principal.name),
    );
    return body;
  },
});

function readLogo(base64: string): { bytes: Buffer; type: "png" | "jpeg" } {
  const bytes = Buffer.from(base64, "base64");
  const head = bytes.subarray(0, 8).toString("hex");
  if (bytes.length > MOST_LOGO_BYTES) throw new Problem("too-large", "The logo is larger than 300 kB.");
  if (head === PNG) return { bytes, type: "png" };
  if (head.startsWith(JPEG)) return { bytes, type: "jpeg" };
  throw new Problem("refused", "The logo must be a PNG or JPEG picture, in base64.");
}

function checkZone(name: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
  } catch {
    throw new Problem("refused", `There is no time zone "${name}"; give one like Europe/Berlin or UTC.`);
  }
}
