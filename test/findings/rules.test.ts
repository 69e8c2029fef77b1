import { beforeAll, describe, expect, it } from "vitest";
import type { OdooEvent } from "../../odoo_addon_client/event.ts";
import { ACTIONS } from "../../service/audit/actions.ts";
import {
  DEFAULTS,
  findRule,
  type Judgement,
  type Parameters,
  type ParametersByRule,
  RULES,
  replay,
} from "../../service/findings/index.ts";
import { checkParameters } from "../../service/findings/parameters.ts";
import { toSighting } from "../../service/findings/sighting.ts";
import { openPlaces, type Places } from "../../service/places/index.ts";
import { AUSTRALIA, CHROME, changed, denied, exported, failed, GERMANY, login, USA } from "../support/logins.ts";

let places: Places;
beforeAll(async () => {
  places = await openPlaces();
});

/** What the rules find in events, as "rule subject [evidence]". */
function find(events: OdooEvent[], parameters: ParametersByRule = DEFAULTS): Judgement[] {
  return replay(
    events.map((event, i) =>
      toSighting(
        {
          seq: i + 1,
          occurred_at: event.occurred_at,
          kind: event.kind,
          model: event.model ?? null,
          user_id: event.user?.id ?? null,
          user_login: event.user?.login ?? null,
          user_name: event.user?.name ?? null,
          ip: event.ip ?? null,
          user_agent: event.user_agent ?? null,
          session: event.session ?? null,
          transaction: event.transaction,
          origin_type: event.origin.type,
          details: event.details === undefined ? null : JSON.stringify(event.details),
          fields: JSON.stringify(event.changes.map((change) => change.field)),
        },
        places,
      ),
    ),
    parameters,
  );
}
const names = (events: OdooEvent[], parameters?: ParametersByRule) =>
  find(events, parameters).map(({ rule, subject }) => `${rule} ${subject}`);
const times = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
const DAYS = 24 * 60;

describe("passwords tried", () => {
  it("ten failures from one address are told once, with the ten events", () => {
    const found = find(times(25, (n) => failed(n / 10, `user${n % 3}`)));
    expect(found.map(({ rule }) => rule)).toEqual(["brute_force_address"]);
    expect(found[0]).toMatchObject({
      subject: GERMANY,
      severity: "high",
      evidence: times(10, (n) => n + 1),
      summary: "10 failed logins from 91.64.1.1 within 10 minutes",
      parameters: { attempts: 10, minutes: 10 },
    });
  });
  it("told again when it goes on after the quiet time", () => {
    const rules = find([...times(10, () => failed(0, "a")), ...times(10, () => failed(90, "a"))]).map(
      ({ rule }) => rule,
    );
    expect(rules.filter((rule) => rule === "brute_force_address")).toHaveLength(2);
  });
  it("slow failures and refusals for other reasons are nothing", () => {
    expect(names(times(30, (n) => failed(n * 20, "marc")))).toEqual([]);
    expect(names(times(30, () => failed(0, "marc", { reason: "not_allowed_hours" })))).toEqual([]);
  });
  it("one account from many addresses", () => {
    expect(names(times(10, (n) => failed(n, "Marc ", { ip: `203.0.113.${n}` })))).toEqual(["brute_force_user marc"]);
  });
  it("one address on many accounts, before it has tried one often", () => {
    const found = find(times(6, (n) => failed(n, `user${n}`, { ip: USA })));
    expect(found).toMatchObject([{ rule: "password_spraying", subject: USA, evidence: [1, 2, 3, 4, 5, 6] }]);
  });
  it("a success after many failures is critical", () => {
    const found = find([...times(8, (n) => failed(n, "marc", { ip: `203.0.113.${n}` })), login(9, "marc")]);
    expect(found).toMatchObject([{ rule: "brute_force_succeeded", severity: "critical", user: "marc" }]);
    expect(names([...times(3, () => failed(0, "marc")), login(1, "marc")])).toEqual([]);
  });
  it("a throttled event stands for its attempts", () => {
    expect(names([failed(0, "marc", { count: 500 })])).toEqual([
      "brute_force_address 91.64.1.1",
      "brute_force_user marc",
    ]);
  });
});

describe("what a user has not come with before", () => {
  it("a first login is nothing new; a new device is, once; a new version of the browser is not", () => {
    const updated = CHROME.replace("131", "140");
    const all = [login(0, "marc"), login(1, "marc", { agent: CHROME }), login(2, "marc", { agent: updated })];
    expect(find(all)).toMatchObject([
      {
        rule: "new_device",
        evidence: [2],
        summary: "marc logged in with a new device: Chrome 131 on Windows 10, from Germany",
      },
    ]);
  });
  it("a new country, and nobody travels that fast", () => {
    const found = names([login(0, "marc"), login(60, "marc", { ip: AUSTRALIA })]);
    expect(found).toEqual(["impossible_travel marc", "new_country marc"]);
    expect(names([login(0, "marc"), login(2 * DAYS, "marc", { ip: AUSTRALIA })])).toEqual(["new_country marc"]);
  });
  it("says how far", () => {
    const [travel] = find([login(0, "marc"), login(60, "marc", { ip: AUSTRALIA })]);
    expect(travel!.summary).toMatch(
      /^marc logged in from Australia 60 minutes after Germany, at least \d{5} km apart$/,
    );
  });
  it("private addresses are in no country", () => {
    expect(
      names([login(0, "marc"), login(1, "marc", { ip: "10.0.0.1" }), login(2, "marc", { ip: "rubbish" })]),
    ).toEqual([]);
  });
  it("somebody who was away for sixty days", () => {
    expect(names([login(0, "marc"), login(61 * DAYS, "marc")])).toEqual(["dormant_user marc"]);
    expect(names([login(0, "marc"), login(59 * DAYS, "marc")])).toEqual([]);
  });
  it("an hour at which somebody never works, after the habit is known", () => {
    const habit = times(40, (n) => login(n * DAYS * 0.5 - (n % 2) * 11 * 60, "marc"));
    const night = 30 * DAYS + 15 * 60;
    expect(names([...habit, login(night, "marc")])).toEqual(["unusual_hour marc"]);
    expect(names([...habit.slice(0, 10), login(night, "marc")])).toEqual([]);
  });
  it("whose hours are the organisation's: across its summer time a habit stays a habit", () => {
    const berlin = { ...DEFAULTS, unusual_hour: { ...DEFAULTS.unusual_hour!, time_zone: "Europe/Berlin" } };
    // eight in the morning in Berlin: 06:00 UTC in October, 07:00 from the 25th on, and one at 07:00 in summer time
    const at = (iso: string) => (Date.parse(iso) - Date.parse("2026-11-21T08:00:00Z")) / 60_000;
    const summer = times(24, (n) => login(at("2026-09-30T06:00:00Z") + n * DAYS, "marc"));
    const winter = times(10, (n) => login(at("2026-10-26T07:00:00Z") + n * DAYS, "marc"));
    expect(names([...summer, ...winter], berlin)).toEqual([]);
    const [night] = find([...summer, ...winter, login(at("2026-11-10T23:30:00Z"), "marc")], berlin);
    expect(night!.summary).toBe("marc logged in around 00:00 (Europe/Berlin), where 0 of 34 logins were before");
  });
  it("a privileged user from a new place: by name, or because of what was changed", () => {
    expect(names([login(0, "admin"), login(2 * DAYS, "admin", { ip: USA })])).toContain("privileged_new_place admin");
    const plain = [login(0, "marc"), login(2 * DAYS, "marc", { ip: USA })];
    expect(names(plain)).not.toContain("privileged_new_place marc");
    const privileged = [plain[0]!, changed(5, "marc", "res.groups", "name"), plain[1]!];
    expect(names(privileged)).toContain("privileged_new_place marc");
  });
});

describe("what somebody does once inside", () => {
  it("ten refusals within ten minutes", () => {
    expect(names(times(12, (n) => denied(n / 2, "eve")))).toEqual(["denied_burst eve"]);
  });
  it("changes of rights are told once for each transaction and area", () => {
    const all = [
      changed(0, "eve", "res.users", "group_ids", "7:1"),
      changed(0, "eve", "res.users", "login", "7:1"),
      changed(0, "eve", "ir.rule", "domain_force", "7:1"),
      changed(1, "eve", "res.users", "active", "7:2"),
    ];
    expect(names(all)).toEqual(["eve users", "eve record_rules", "eve users"].map((who) => `privileged_change ${who}`));
  });
  it("a person's own language is no right, the list of modules is no module", () => {
    expect(names([changed(0, "eve", "res.users", "lang"), changed(0, "eve", "ir.module.module", "summary")])).toEqual(
      [],
    );
    expect(names([changed(0, "eve", "ir.module.module", "state")])).toEqual(["privileged_change eve modules"]);
  });
  it("more exported within an hour than ever", () => {
    expect(find([exported(0, "eve", 600), exported(10, "eve", 600), exported(20, "eve", 600)])).toMatchObject([
      { rule: "export_volume", evidence: [1, 2], details: { records: 1200 } },
    ]);
    const usual = times(20, (n) => exported(n * 60, "eve", 900));
    expect(names([...usual, exported(21 * 60, "eve", 4_000)])).toEqual([]);
    expect(names([...usual, exported(21 * 60, "eve", 4_600)])).toEqual(["export_volume eve"]);
  });
});

describe("thresholds", () => {
  const parameters = (rule: string, own: Parameters) => ({
    ...DEFAULTS,
    [rule]: { ...DEFAULTS[rule], ...own },
  });
  it("are a rule's own, can be switched off, and leave logins and networks out", () => {
    const three = times(3, () => failed(0, "marc"));
    expect(names(three, parameters("brute_force_user", { attempts: 3 }))).toEqual(["brute_force_user marc"]);
    const ten = times(10, (n) => failed(0, `user${n % 3}`));
    expect(names(ten, parameters("brute_force_address", { enabled: false }))).toEqual([]);
    expect(names(ten, parameters("brute_force_address", { ignore: ["91.64.0.0/16"] }))).toEqual([]);
    expect(names(ten, parameters("brute_force_address", { ignore: ["203.0.113.0/24"] }))).toHaveLength(1);
  });
  it("are checked by name and kind", () => {
    const rule = findRule("brute_force_address")!;
    expect(checkParameters(rule, { attempts: 5, ignore: ["10.0.0.0/8"] })).toEqual({
      attempts: 5,
      ignore: ["10.0.0.0/8"],
    });
    expect(() => checkParameters(findRule("unusual_hour")!, { time_zone: "Mars/Olympus" })).toThrow(/Europe\/Berlin/);
    for (const wrong of [
      { attempts: 0 },
      { attempts: "5" },
      { attempts: 1.5 },
      { tries: 5 },
      { enabled: 1 },
      { ignore: "x" },
    ]) {
      expect(() => checkParameters(rule, wrong), JSON.stringify(wrong)).toThrow(/brute_force_address/);
    }
  });
});

it("every rule's finding is an action of the own log, of the same severity", () => {
  const actions = ACTIONS as Record<string, object | undefined>;
  for (const { name, severity, about } of RULES)
    expect(actions[`security.${name}`]).toEqual({ group: "findings", category: "security", severity, about });
});
