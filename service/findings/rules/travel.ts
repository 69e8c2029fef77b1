import { countrySpot, describePlace, leastDistanceKm, type Place, type Spot } from "../../places/index.ts";
import { DAY, defineRule, HOUR } from "../rule.ts";
import { hourIn } from "../time-zone.ts";

/* Where and when: two places too far apart, and an hour at which somebody never works. */

interface Last {
  at: number;
  seq: number;
  spot: Spot;
  place: string;
}

/** A city is right to 50 km or so; a country to its size. */
function spotOf(place: Place): Spot | undefined {
  const { latitude, longitude } = place;
  if (latitude !== undefined && longitude !== undefined) return { latitude, longitude, radius_km: 50 };
  return place.country_code === undefined ? undefined : countrySpot(place.country_code);
}

export const impossibleTravel = defineRule<{ km_per_hour: number; least_km: number }, Last>({
  name: "impossible_travel",
  severity: "high",
  about: "two logins of one user in places that nobody gets between in that time",
  defaults: { km_per_hour: 900, least_km: 500 },
  forget_days: 30,
  key: ({ kind, place, user }) => (kind === "session.login" && spotOf(place) !== undefined ? user?.login : undefined),
  step(before, { at, seq, place, user, ip }, { km_per_hour, least_km }) {
    const here: Last = { at, seq, spot: spotOf(place)!, place: describePlace(place) };
    if (before === undefined) return { state: here };
    const state = at >= before.at ? here : before;
    const km = leastDistanceKm(before.spot, here.spot);
    const hours = Math.abs(at - before.at) / HOUR;
    if (km < least_km || km <= km_per_hour * hours) return { state };
    const login = user!.login;
    return {
      state,
      found: {
        subject: login,
        user: login,
        ip,
        summary: `${login} logged in from ${here.place} ${Math.round(hours * 60)} minutes after ${before.place}, at least ${km} km apart`,
        evidence: [before.seq, seq].sort((a, b) => a - b),
        details: { km, minutes: Math.round(hours * 60), from: before.place, to: here.place },
      },
    };
  },
});

interface Hours {
  /** of whose hours the counts are; another one begins to learn anew */
  time_zone?: string;
  /** logins by hour of the day */
  counts: number[];
  total: number;
  first_at: number;
  quiet_until: number;
}

export const unusualHour = defineRule<{ logins: number; days: number; percent: number; time_zone: string }, Hours>({
  name: "unusual_hour",
  severity: "low",
  about: "a login at an hour (with its neighbours) at which this user hardly ever logs in",
  defaults: { logins: 20, days: 14, percent: 2, time_zone: "UTC" },
  forget_days: 365,
  key: ({ kind, user }) => (kind === "session.login" ? user?.login : undefined),
  step(before, { at, seq, user, ip }, { logins, days, percent, time_zone }) {
    const hour = hourIn(time_zone, at);
    const known = (before?.time_zone ?? "UTC") === time_zone ? before : undefined;
    const { counts, total, first_at, quiet_until } = known ?? {
      counts: Array<number>(24).fill(0),
      total: 0,
      first_at: at,
      quiet_until: 0,
    };
    const near = counts[hour]! + counts[(hour + 1) % 24]! + counts[(hour + 23) % 24]!;
    const unusual = total >= logins && at - first_at >= days * DAY && near * 100 < percent * total && at >= quiet_until;
    // the past fades: at a thousand logins all hours count half, so that a new rhythm is learnt
    const fade = total >= 1000;
    const next = counts.map((count, i) => (fade ? count >> 1 : count) + (i === hour ? 1 : 0));
    const state: Hours = {
      time_zone,
      counts: next,
      total: next.reduce((sum, count) => sum + count, 0),
      first_at,
      quiet_until: unusual ? at + 12 * HOUR : quiet_until,
    };
    if (!unusual) return { state };
    const login = user!.login;
    const clock = `${String(hour).padStart(2, "0")}:00`;
    return {
      state,
      found: {
        subject: login,
        user: login,
        ip,
        summary: `${login} logged in around ${clock} (${time_zone}), where ${near} of ${total} logins were before`,
        evidence: [seq],
        details: { hour, time_zone, logins_near: near, logins: total },
      },
    };
  },
});
