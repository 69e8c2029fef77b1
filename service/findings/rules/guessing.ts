import { defineRule, type Mark, MINUTE, type Sighting, seqs, within } from "../rule.ts";

/* Passwords tried: by one address, on one account, and one password on many accounts. */

/** A refusal for the hour or the number of sessions is no guess: the password was right. */
const GUESS = new Set(["wrong_password", "unknown_login", "wrong_totp", "rate_limited", "blocked", "other"]);

function isGuess(sighting: Sighting): boolean {
  return sighting.kind === "session.login_failed" && GUESS.has(sighting.reason ?? "other");
}

interface Tries {
  marks: Mark[];
  /** until then what goes on is the same attack, told already */
  quiet_until: number;
}
interface Limits {
  [name: string]: number;
  attempts: number;
  minutes: number;
  quiet_minutes: number;
}

function count(state: Tries | undefined, sighting: Sighting, limits: Limits): { state: Tries; reached: Mark[] } {
  const { at, seq } = sighting;
  if (state !== undefined && at < state.quiet_until) return { state, reached: [] };
  // a throttled event stands for several attempts
  const fresh = Array<Mark>(Math.min(sighting.count, limits.attempts)).fill([at, seq]);
  const marks = within([...(state?.marks ?? []), ...fresh], at, limits.minutes * MINUTE);
  if (marks.length < limits.attempts) return { state: { marks, quiet_until: 0 }, reached: [] };
  return { state: { marks: [], quiet_until: at + limits.quiet_minutes * MINUTE }, reached: marks };
}

const unique = (numbers: number[]): number[] => [...new Set(numbers)];

/** Many failed logins with the same key: the one rule by address and by account. */
function bruteForce(rule: {
  name: string;
  about: string;
  minutes: number;
  key: (sighting: Sighting) => string | undefined;
  by: "from" | "as";
}) {
  const { name, about, minutes, key, by } = rule;
  return defineRule<Limits, Tries>({
    name,
    severity: "high",
    about,
    defaults: { attempts: 10, minutes, quiet_minutes: 60 },
    forget_days: 2,
    key: (sighting) => (isGuess(sighting) ? key(sighting) : undefined),
    step(before, sighting, limits) {
      const { state, reached } = count(before, sighting, limits);
      if (reached.length === 0) return { state };
      const subject = key(sighting)!;
      return {
        state,
        found: {
          subject,
          ...(by === "as" ? { user: subject } : {}),
          ip: sighting.ip,
          summary: `${reached.length} failed logins ${by} ${subject} within ${limits.minutes} minutes`,
          evidence: unique(seqs(reached)),
        },
      };
    },
  });
}

export const bruteForceAddress = bruteForce({
  name: "brute_force_address",
  about: "many failed logins from one address",
  minutes: 10,
  key: (sighting) => sighting.ip,
  by: "from",
});

export const bruteForceUser = bruteForce({
  name: "brute_force_user",
  about: "many failed logins on one account, from wherever",
  minutes: 15,
  key: (sighting) => sighting.tried,
  by: "as",
});

export const bruteForceSucceeded = defineRule<{ attempts: number; minutes: number }, { marks: Mark[] }>({
  name: "brute_force_succeeded",
  severity: "critical",
  about: "a login that worked after many that failed",
  defaults: { attempts: 8, minutes: 30 },
  forget_days: 2,
  key(sighting) {
    if (isGuess(sighting)) return sighting.tried;
    return sighting.kind === "session.login" ? sighting.user?.login.toLowerCase() : undefined;
  },
  step(before, sighting, { attempts, minutes }) {
    const marks = within(before?.marks ?? [], sighting.at, minutes * MINUTE);
    if (isGuess(sighting)) {
      const fresh = Array<Mark>(Math.min(sighting.count, attempts)).fill([sighting.at, sighting.seq]);
      return { state: { marks: [...marks, ...fresh].slice(-200) } };
    }
    const state = { marks: [] as Mark[] };
    if (marks.length < attempts) return { state };
    const login = sighting.user!.login;
    return {
      state,
      found: {
        subject: login,
        user: login,
        ip: sighting.ip,
        summary: `${login} logged in after ${marks.length} failed attempts within ${minutes} minutes`,
        evidence: unique([...seqs(marks), sighting.seq]),
      },
    };
  },
});

interface Spray {
  /** by login that was tried: when last, and the event */
  tried: Record<string, Mark>;
  quiet_until: number;
}

export const passwordSpraying = defineRule<{ accounts: number; minutes: number; quiet_minutes: number }, Spray>({
  name: "password_spraying",
  severity: "high",
  about: "one address tries many accounts",
  defaults: { accounts: 6, minutes: 30, quiet_minutes: 120 },
  forget_days: 2,
  key: (sighting) => (isGuess(sighting) && sighting.tried !== undefined ? sighting.ip : undefined),
  step(before, sighting, { accounts, minutes, quiet_minutes }) {
    const { at, seq } = sighting;
    if (before !== undefined && at < before.quiet_until) return { state: before };
    const recent = Object.entries(before?.tried ?? {}).filter(([, [when]]) => when > at - minutes * MINUTE);
    const tried: Spray["tried"] = { ...Object.fromEntries(recent.slice(-200)), [sighting.tried!]: [at, seq] };
    const logins = Object.keys(tried);
    if (logins.length < accounts) return { state: { tried, quiet_until: 0 } };
    return {
      state: { tried: {}, quiet_until: at + quiet_minutes * MINUTE },
      found: {
        subject: sighting.ip!,
        ip: sighting.ip,
        summary: `${sighting.ip} tried ${logins.length} accounts within ${minutes} minutes`,
        evidence: seqs(Object.values(tried)),
        details: { logins: logins.slice(0, 20) },
      },
    };
  },
});
