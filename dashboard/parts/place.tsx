import type { Device, Place } from "../api/types.ts";
import { language, t } from "../i18n/index.ts";

/** Address, country and network: enough to recognise a place, no map that pretends to know more. */
export function PlaceText({ place }: { place: Place }) {
  const { ip, country_code, country, city, as_name } = place;
  const where = [city, country_code ? countryName(country_code, country) : undefined].filter(Boolean).join(", ");
  return (
    <span title={as_name}>
      <span className="mono">{ip ?? "—"}</span> {where && <span className="quiet">{where}</span>}
    </span>
  );
}

export function countryName(code: string, name = code): string {
  try {
    return new Intl.DisplayNames(language(), { type: "region" }).of(code) ?? name;
  } catch {
    return name; // not a code of ISO 3166
  }
}

export function deviceText({ browser, browser_version, os, device_type }: Device): string {
  if (browser === "unknown" && os === "unknown") return t("unknown device");
  const version = browser_version.split(".")[0];
  const on = os === "unknown" ? t(device_type) : os;
  return `${browser}${version ? ` ${version}` : ""} · ${on}`;
}
