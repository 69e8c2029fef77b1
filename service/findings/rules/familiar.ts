import { describeDevice, describePlace, deviceFingerprint } from "../../places/index.ts";
import { DAY, defineRule, type Parameters, type Sighting } from "../rule.ts";
import { areaOf } from "../sighting.ts";

/* What a user has not come with before: a device, a country, a place of a privileged user; and who was away for long. */

/** By value: the first login with it (its seq) and the last (milliseconds). */
type Known = Record<string, [seq: number, at: number]>;
const MOST = 50;

/** Remembers `value`; says whether it is new to somebody of whom something was known. */
function meet(known: Known, value: string, { seq, at }: Sighting): { known: Known; isNew: boolean } {
  const before = Object.hasOwn(known, value) ? known[value] : undefined;
  const next: Known = { ...known, [value]: [before?.[0] ?? seq, Math.max(before?.[1] ?? 0, at)] };
  const values = Object.keys(next);
  if (values.length > MOST) {
    // the one that was used longest ago; ties by name, so that a replay forgets the same one
    const oldest = values
      .filter((one) => one !== value)
      .sort((a, b) => next[a]![1] - next[b]![1] || (a < b ? -1 : 1))[0]!;
    delete next[oldest];
  }
  return { known: next, isNew: before === undefined && Object.keys(known).length > 0 };
}

const loginOf = (sighting: Sighting) => (sighting.kind === "session.login" ? sighting.user?.login : undefined);

export const newDevice = defineRule<Parameters, { known: Known }>({
  name: "new_device",
  severity: "low",
  about: "a login with a browser, system and kind of device that this user has not used before",
  defaults: {},
  key: loginOf,
  step(before, sighting) {
    const { known, isNew } = meet(before?.known ?? {}, deviceFingerprint(sighting.device), sighting);
    if (!isNew) return { state: { known } };
    const login = sighting.user!.login;
    return {
      state: { known },
      found: {
        subject: login,
        user: login,
        ip: sighting.ip,
        summary: `${login} logged in with a new device: ${describeDevice(sighting.device)}, from ${describePlace(sighting.place)}`,
        evidence: [sighting.seq],
        details: { device: { ...sighting.device } },
      },
    };
  },
});

export const newCountry = defineRule<Parameters, { known: Known }>({
  name: "new_country",
  severity: "medium",
  about: "a login from a country that this user has not come from before",
  defaults: {},
  key: (sighting) => (sighting.place.country_code === undefined ? undefined : loginOf(sighting)),
  step(before, sighting) {
    const { known, isNew } = meet(before?.known ?? {}, sighting.place.country_code!, sighting);
    if (!isNew) return { state: { known } };
    const login = sighting.user!.login;
    return {
      state: { known },
      found: {
        subject: login,
        user: login,
        ip: sighting.ip,
        summary: `${login} logged in from a new country: ${describePlace(sighting.place)} (${sighting.ip})`,
        evidence: [sighting.seq],
        details: { country_code: sighting.place.country_code! },
      },
    };
  },
});

export const dormantUser = defineRule<{ days: number }, { at: number; seq: number }>({
  name: "dormant_user",
  severity: "medium",
  about: "a login of a user who was away for long",
  defaults: { days: 60 },
  key: loginOf,
  step(before, { at, seq, user, ip, place }, { days }) {
    const away = before === undefined ? 0 : at - before.at;
    const state = before !== undefined && before.at > at ? before : { at, seq };
    if (away < days * DAY) return { state };
    return {
      state,
      found: {
        subject: user!.login,
        user: user!.login,
        ip,
        summary: `${user!.login} logged in after ${Math.floor(away / DAY)} days away, from ${describePlace(place)}`,
        evidence: [before!.seq, seq],
        details: { days_away: Math.floor(away / DAY) },
      },
    };
  },
});

interface Privileged {
  /** when this user last changed rights or settings */
  acted_at: number;
  known: Known;
}

export const privilegedNewPlace = defineRule<{ days: number; logins: string[] }, Privileged>({
  name: "privileged_new_place",
  severity: "high",
  about: "a privileged user (one who changed rights or settings lately, or is named) from a new country or network",
  defaults: { days: 90, logins: ["admin"] },
  key(sighting) {
    const acts = areaOf(sighting.model) !== undefined && sighting.origin !== "install";
    return acts || sighting.kind === "session.login" ? sighting.user?.login : undefined;
  },
  step(before, sighting, { days, logins }) {
    const { known = {}, acted_at = 0 } = before ?? {};
    if (sighting.kind !== "session.login") return { state: { known, acted_at: Math.max(acted_at, sighting.at) } };
    const met = meet(known, placeKey(sighting), sighting);
    const login = sighting.user!.login;
    const privileged = logins.includes(login) || (acted_at > 0 && acted_at > sighting.at - days * DAY);
    const state = { known: met.known, acted_at };
    if (!met.isNew || !privileged) return { state };
    const network = sighting.place.as_name === undefined ? "" : `, ${sighting.place.as_name}`;
    return {
      state,
      found: {
        subject: login,
        user: login,
        ip: sighting.ip,
        summary: `The privileged user ${login} logged in from a new place: ${describePlace(sighting.place)}${network} (${sighting.ip ?? "no address"})`,
        evidence: [sighting.seq],
      },
    };
  },
});

/** Country and network where known; a private address counts by its neighbourhood (/24, /64). */
function placeKey({ ip, place }: Sighting): string {
  if (place.country_code !== undefined || place.asn !== undefined)
    return `${place.country_code ?? "?"}/${place.asn ?? "?"}`;
  if (ip === undefined) return "none";
  return ip.includes(":") ? ip.split(":").slice(0, 4).join(":") : ip.split(".").slice(0, 3).join(".");
}
