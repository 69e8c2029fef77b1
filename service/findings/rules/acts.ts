import { defineRule, HOUR, type Mark, MINUTE, type Sighting, seqs, within } from "../rule.ts";
import { areaOf } from "../sighting.ts";

/* What somebody does once inside: refused again and again, rights and settings changed, a great deal read or taken. */

export const deniedBurst = defineRule<
  { denials: number; minutes: number; quiet_minutes: number },
  { marks: Mark[]; quiet_until: number }
>({
  name: "denied_burst",
  severity: "medium",
  about: "one user or address is refused again and again",
  defaults: { denials: 10, minutes: 10, quiet_minutes: 60 },
  forget_days: 2,
  key: ({ kind, user, ip }) => (kind === "operation.denied" ? (user?.login ?? ip) : undefined),
  step(before, { at, seq, user, ip }, { denials, minutes, quiet_minutes }) {
    if (before !== undefined && at < before.quiet_until) return { state: before };
    const marks = within([...(before?.marks ?? []), [at, seq]], at, minutes * MINUTE);
    if (marks.length < denials) return { state: { marks, quiet_until: 0 } };
    const who = user?.login ?? ip!;
    return {
      state: { marks: [], quiet_until: at + quiet_minutes * MINUTE },
      found: {
        subject: who,
        user: user?.login,
        ip,
        summary: `${who} was refused ${marks.length} times within ${minutes} minutes`,
        evidence: seqs(marks),
      },
    };
  },
});

/** Fields of a user that give or take rights; a person's language and signature do not. */
const USER_FIELDS =
  /^(login|password|active|share|groups_id|group_ids|all_group_ids|company_id|company_ids|totp_secret|oauth_uid|oauth_provider_id|sel_groups_.*|in_group_.*)$/;

function privilegedArea(sighting: Sighting): string | undefined {
  const area = /^record\.(created|updated|deleted|truncated)$/.test(sighting.kind) ? areaOf(sighting.model) : undefined;
  if (area === undefined || sighting.kind !== "record.updated") return area;
  if (sighting.model === "res.users" && !sighting.fields.some((field) => USER_FIELDS.test(field))) return undefined;
  // refreshing the list of modules writes hundreds of texts; what counts is one that is installed or removed
  if (area === "modules" && !sighting.fields.includes("state")) return undefined;
  return area;
}

const WORDS: Record<string, string> = {
  users: "users or their keys",
  groups: "groups",
  access_rights: "access rights",
  record_rules: "record rules",
  settings: "settings",
  modules: "modules",
  automations: "automations that run code",
};

export const privilegedChange = defineRule<{ installs: boolean }, { seq: number }>({
  name: "privileged_change",
  severity: "medium",
  about:
    "users, groups, rights, rules, settings, modules or automations were changed (once for each transaction and area)",
  defaults: { installs: false },
  forget_days: 2,
  key(sighting, { installs }) {
    const area = privilegedArea(sighting);
    if (area === undefined) return undefined;
    // an installed module brings hundreds of rights of its own; that it was installed is told by itself
    if (sighting.origin === "install" && area !== "modules" && !installs) return undefined;
    return `${sighting.transaction} ${area}`;
  },
  step(before, sighting) {
    if (before !== undefined) return { state: before };
    const area = privilegedArea(sighting)!;
    const who = sighting.user?.login ?? (sighting.origin === "sql" ? "SQL past Odoo" : sighting.origin);
    return {
      state: { seq: sighting.seq },
      found: {
        subject: `${who} ${area}`,
        user: sighting.user?.login,
        ip: sighting.ip,
        summary: `${who} changed ${WORDS[area] ?? area}`,
        evidence: [sighting.seq],
        details: { area, model: sighting.model ?? "", transaction: sighting.transaction, origin: sighting.origin },
      },
    };
  },
});

interface Volume {
  /** hours since 1970 */
  hour: number;
  count: number;
  /** of the hours in which this user did it at all */
  mean: number;
  hours: number;
  told: boolean;
  evidence: number[];
}

function volumeRule(
  name: string,
  kind: string,
  verb: string,
  defaults: { least: number; times: number; hours: number },
) {
  return defineRule<{ least: number; times: number; hours: number }, Volume>({
    name,
    severity: "medium",
    about: `one user ${verb} many more records within an hour than usual`,
    defaults,
    forget_days: 180,
    key: (sighting) => (sighting.kind === kind ? sighting.user?.login : undefined),
    step(before, { at, seq, user, ip, count }, { least, times, hours }) {
      const hour = Math.floor(at / HOUR);
      const last = before ?? { hour, count: 0, mean: 0, hours: 0, told: false, evidence: [] };
      const state: Volume = hour > last.hour ? nextHour(last, hour) : { ...last };
      state.count += count;
      state.evidence = [...state.evidence, seq].slice(-100);
      // without a past to compare with, only the absolute number speaks
      const usual = state.hours >= hours ? state.mean * times : 0;
      if (state.told || state.count < Math.max(least, usual)) return { state };
      state.told = true;
      const login = user!.login;
      return {
        state,
        found: {
          subject: login,
          user: login,
          ip,
          summary: `${login} ${verb} ${state.count} records within an hour; usual are ${Math.round(state.mean)}`,
          evidence: state.evidence,
          details: { records: state.count, usual_an_hour: Math.round(state.mean) },
        },
      };
    },
  });
}

/** The hour that ended joins the mean; the newest tenth weighs most. */
function nextHour(last: Volume, hour: number): Volume {
  const mean = last.hours === 0 ? last.count : last.mean * 0.9 + last.count * 0.1;
  return { hour, count: 0, mean: Math.round(mean * 1000) / 1000, hours: last.hours + 1, told: false, evidence: [] };
}

export const readVolume = volumeRule("read_volume", "record.read", "read", { least: 5_000, times: 5, hours: 10 });
export const exportVolume = volumeRule("export_volume", "record.exported", "exported", {
  least: 1_000,
  times: 5,
  hours: 5,
});
