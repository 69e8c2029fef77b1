import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { send } from "../../api/request.ts";
import type { Instance, PolicyAnswer, SessionPolicy } from "../../api/types.ts";
import { useMay } from "../../app/session.tsx";
import { t } from "../../i18n/index.ts";
import { Say } from "../../i18n/say.tsx";
import { Button } from "../../parts/button.tsx";
import { Check, SelectField, TextArea, TextField } from "../../parts/field.tsx";
import { Card } from "../../parts/page.tsx";
import { ReasonField } from "../../parts/reason-field.tsx";
import { ErrorNote, Note } from "../../parts/states.tsx";
import { submit } from "../../parts/submit.ts";
import { Time } from "../../parts/time.tsx";
import { toast } from "../../parts/toast.tsx";
import { hoursOf, hoursText, lines, minutesOf, minutesText } from "./policy-text.ts";

/** Set here or in Odoo's Settings: the same policy, and the newer change holds. */
export function PolicyForm({ instance, answer }: { instance: Instance; answer: PolicyAnswer }) {
  const may = useMay();
  const client = useQueryClient();
  const allowed = may("manage:policies");
  const [policy, setPolicy] = useState(answer.policy);
  const [texts, setTexts] = useState({
    by_group: minutesText(answer.policy.by_group.map(({ group, minutes }) => [group, minutes])),
    by_user: minutesText(answer.policy.by_user.map(({ login, minutes }) => [login, minutes])),
    allowed_hours: hoursText(answer.policy.allowed_hours),
    allowed_networks: answer.policy.allowed_networks.join("\n"),
    exempt: answer.policy.exempt.join("\n"),
  });
  const [reason, setReason] = useState("");
  const set = (change: Partial<SessionPolicy>): void => setPolicy({ ...policy, ...change });
  const path = `/api/instances/${instance.id}/policy`;
  const work = useMutation({
    mutationFn: () =>
      send("PUT", path, {
        policy: {
          ...policy,
          by_group: minutesOf(texts.by_group).map(([group, minutes]) => ({ group, minutes: minutes ?? 0 })),
          by_user: minutesOf(texts.by_user).map(([login, minutes]) => ({ login, minutes })),
          allowed_hours: hoursOf(texts.allowed_hours),
          allowed_networks: lines(texts.allowed_networks),
          exempt: lines(texts.exempt),
        },
        reason,
      }),
    onSuccess: () => {
      toast(t("The policy is set in Odoo."));
      void client.invalidateQueries({ queryKey: [path] });
    },
  });
  const number = (
    key: "inactivity_minutes" | "warning_seconds" | "max_sessions" | "absolute_hours",
    label: string,
    hint: string,
  ) => (
    <TextField
      label={label}
      hint={hint}
      type="number"
      min={1}
      value={policy[key] ?? ""}
      readOnly={!allowed}
      onChange={({ target: { value } }) =>
        set({ [key]: value === "" ? (key === "warning_seconds" ? 60 : null) : Number(value) })
      }
    />
  );
  const area = (key: keyof typeof texts, label: string, hint: string) => (
    <TextArea
      label={label}
      hint={hint}
      value={texts[key]}
      readOnly={!allowed}
      spellCheck={false}
      onChange={(event) => setTexts({ ...texts, [key]: event.target.value })}
    />
  );
  return (
    <form className="stack" onSubmit={submit(() => work.mutate())}>
      <PolicyStatus answer={answer} />
      <div className="grid">
        <Card title={t("Inactivity")}>
          <div className="stack">
            {number(
              "inactivity_minutes",
              t("Sign out after, minutes"),
              t("Without a key, a click or a request. Empty: never."),
            )}
            {number("warning_seconds", t("Warn before, seconds"), t("The warning saves the draft."))}
            {area("by_group", t("By group"), t("One a line: base.group_system = 10"))}
            {area("by_user", t("By user"), t("One a line: login = 30, or login = never"))}
          </div>
        </Card>
        <div className="stack">
          <Card title={t("Limits")}>
            <div className="stack">
              {number("max_sessions", t("Sessions a user"), t("Empty: as many as they like."))}
              <SelectField
                label={t("When there is one too many")}
                value={policy.max_sessions_mode}
                disabled={!allowed}
                onChange={(event) =>
                  set({ max_sessions_mode: event.target.value as SessionPolicy["max_sessions_mode"] })
                }
              >
                <option value="newest_wins">{t("the new one wins, the oldest ends")}</option>
                <option value="oldest_stays">{t("the old ones stay, the new one is refused")}</option>
              </SelectField>
              {number("absolute_hours", t("Longest session, hours"), t("However busy it is. Empty: no limit."))}
            </div>
          </Card>
          <Card title={t("Notices to users")}>
            <div className="stack">
              <Check
                label={t("When their session expired")}
                checked={policy.notices.expired}
                disabled={!allowed}
                onChange={(event) => set({ notices: { ...policy.notices, expired: event.target.checked } })}
              />
              <Check
                label={t("When somebody signs in as them from a new place")}
                checked={policy.notices.new_location}
                disabled={!allowed}
                onChange={(event) => set({ notices: { ...policy.notices, new_location: event.target.checked } })}
              />
            </div>
          </Card>
        </div>
        <Card title={t("When and from where")}>
          <div className="stack">
            {area(
              "allowed_hours",
              t("Hours"),
              t("One a line: 1-5 08:00-18:00 Europe/Berlin (1 is Monday). Empty: always."),
            )}
            {area("allowed_networks", t("Networks"), t("One a line: 192.0.2.0/24. Empty: from everywhere."))}
            {area("exempt", t("Exempt users"), t("Logins, one a line. Keep an emergency administrator here."))}
          </div>
        </Card>
      </div>
      {work.error && <ErrorNote error={work.error} />}
      {allowed ? (
        <div className="row end">
          <ReasonField value={reason} onChange={setReason} />
          <Button kind="primary" type="submit" busy={work.isPending}>
            {t("Set the policy")}
          </Button>
        </div>
      ) : (
        <p className="quiet">{t("To change this takes the permission manage:policies.")}</p>
      )}
      {answer.changed_at && (
        <p className="quiet">
          <Say
            text="Version {version}, set {time} by {who}."
            version={answer.version}
            time={<Time at={answer.changed_at} />}
            who={answer.changed_by ?? t("nobody")}
          />
        </p>
      )}
    </form>
  );
}

/** What is wanted and what Odoo does are two things: this says how far apart they are. */
function PolicyStatus({ answer: { status, differences, error } }: { answer: PolicyAnswer }) {
  if (status === "applied") return <Note tone="good">{t("Odoo enforces this policy.")}</Note>;
  if (status === "unmanaged") return <Note>{t("Set in Odoo until now. Set it here, and Vigil keeps it so.")}</Note>;
  return (
    <Note tone="warn">
      {status === "waiting"
        ? t("Odoo has not taken it yet; it is pushed again until it has.")
        : t("It was changed in Odoo since it was set here.")}{" "}
      {differences.length > 0 && <code>{differences.join(", ")}</code>} {error}
    </Note>
  );
}
