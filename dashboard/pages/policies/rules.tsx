import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { reading } from "../../api/queries.ts";
import { send } from "../../api/request.ts";
import type { FindingRule, Instance, List } from "../../api/types.ts";
import { useAddress } from "../../app/search.ts";
import { useMay } from "../../app/session.tsx";
import { figure, t } from "../../i18n/index.ts";
import { Badge, SeverityMark } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { Check, TextArea, TextField } from "../../parts/field.tsx";
import { FormDialog } from "../../parts/form-dialog.tsx";
import { Card } from "../../parts/page.tsx";
import { Answer } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";
import { toast } from "../../parts/toast.tsx";
import { lines } from "./policy-text.ts";

type Thresholds = FindingRule["parameters"];
const spoken = (name: string): string => t(name.replaceAll("_", " "));

/** What counts as suspicious: each rule's thresholds, for every instance or for one. */
export function Rules({ instance }: { instance: Instance }) {
  const may = useMay();
  const [{ scope }, change] = useAddress();
  const path = scope === "own" ? `/api/instances/${instance.id}/finding-rules` : "/api/finding-rules";
  const query = useQuery(reading<List<FindingRule>>(path));
  const [editing, setEditing] = useState<FindingRule>();
  return (
    <>
      <div className="filters">
        <select
          className="input auto"
          aria-label={t("Thresholds hold for")}
          value={scope ?? ""}
          onChange={(event) => change({ scope: event.target.value })}
        >
          <option value="">{t("Every instance")}</option>
          <option value="own">{t("Only {name}", { name: instance.name })}</option>
        </select>
        <span className="quiet">{t("They hold for events from now on: what was found stays found.")}</span>
      </div>
      <Card flush>
        <Answer query={query} lines={12}>
          {({ items }) => (
            <Table
              label={t("Rules of suspicion")}
              items={items}
              rowKey={({ rule }) => rule}
              columns={[
                {
                  key: "severity",
                  label: t("Severity"),
                  kind: "narrow",
                  cell: ({ severity }) => <SeverityMark severity={severity} text />,
                },
                {
                  key: "rule",
                  label: t("Rule"),
                  cell: ({ rule, about }) => (
                    <>
                      <strong>{spoken(rule)}</strong>
                      <span className="hint">{t(about)}</span>
                    </>
                  ),
                },
                { key: "thresholds", label: t("Thresholds"), cell: ({ parameters }) => words(parameters) },
                { key: "state", label: t("State"), kind: "narrow", cell: (each) => <State rule={each} /> },
                {
                  key: "act",
                  label: <span className="visually-hidden">{t("Actions")}</span>,
                  kind: "narrow",
                  cell: (each) =>
                    may("manage:policies") && (
                      <Button className="small" onClick={() => setEditing(each)}>
                        {t("Change")}
                      </Button>
                    ),
                },
              ]}
            />
          )}
        </Answer>
      </Card>
      {editing && <RuleForm path={path} rule={editing} onClose={() => setEditing(undefined)} />}
    </>
  );
}

function State({ rule: { parameters, own } }: { rule: FindingRule }) {
  return (
    <span className="row">
      {parameters.enabled === false ? <Badge>{t("off")}</Badge> : <Badge tone="good">{t("on")}</Badge>}
      {Object.keys(own).length > 0 && <Badge tone="accent">{t("changed")}</Badge>}
    </span>
  );
}

/** "attempts 10 · minutes 15"; what every rule has is told by its state. */
function words(parameters: Thresholds): string {
  const shown = Object.entries(parameters).filter(
    ([key, value]) => key !== "enabled" && value !== false && !(Array.isArray(value) && value.length === 0),
  );
  const text = (value: unknown): string =>
    typeof value === "number" ? figure(value) : Array.isArray(value) ? value.join(", ") : String(value);
  return shown.map(([key, value]) => `${spoken(key)} ${text(value)}`).join(" · ") || "—";
}

function RuleForm({ path, rule, onClose }: { path: string; rule: FindingRule; onClose: () => void }) {
  const client = useQueryClient();
  const [values, setValues] = useState<Thresholds>(rule.parameters);
  const [reason, setReason] = useState("");
  const [reset, setReset] = useState(false);
  const differs = ([key, value]: [string, unknown]): boolean =>
    key in rule.own || JSON.stringify(value) !== JSON.stringify(rule.parameters[key]);
  const work = useMutation({
    mutationFn: () =>
      send("PUT", `${path}/${rule.rule}`, {
        parameters: reset ? {} : Object.fromEntries(Object.entries(values).filter(differs)),
        ...(reason.trim() ? { reason: reason.trim() } : {}),
      }),
    onSuccess: () => {
      toast(t("Saved."));
      void client.invalidateQueries({ queryKey: [path] });
      onClose();
    },
  });
  const set = (key: string, value: unknown): void => setValues({ ...values, [key]: value });
  return (
    <FormDialog title={spoken(rule.rule)} action={t("Save")} work={work} onClose={onClose}>
      <p className="quiet">{t(rule.about)}</p>
      {Object.entries(values).map(([key, value]) => (
        <Threshold
          key={key}
          name={key}
          value={value}
          standard={rule.defaults[key]}
          disabled={reset}
          onChange={(next) => set(key, next)}
        />
      ))}
      {Object.keys(rule.own).length > 0 && (
        <Check
          label={t("Take back what was set here")}
          checked={reset}
          onChange={(event) => setReset(event.target.checked)}
        />
      )}
      <TextField
        label={t("Reason")}
        hint={t("It becomes part of the evidence.")}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        maxLength={300}
      />
    </FormDialog>
  );
}

function Threshold(props: {
  name: string;
  value: unknown;
  standard: unknown;
  disabled: boolean;
  onChange: (value: unknown) => void;
}) {
  const { name, value, standard, disabled, onChange } = props;
  const label = spoken(name);
  if (typeof value === "boolean")
    return (
      <Check label={label} checked={value} disabled={disabled} onChange={({ target }) => onChange(target.checked)} />
    );
  if (Array.isArray(value))
    return (
      <TextArea
        label={label}
        hint={t("One a line: logins, addresses or networks.")}
        defaultValue={value.join("\n")}
        disabled={disabled}
        onChange={({ target }) => onChange(lines(target.value))}
      />
    );
  const hint = t("As it comes: {value}", { value: String(standard) });
  return typeof value === "number" ? (
    <TextField
      label={label}
      hint={hint}
      type="number"
      min={1}
      required
      value={Number.isNaN(value) ? "" : value}
      disabled={disabled}
      onChange={({ target }) => onChange(target.valueAsNumber)}
    />
  ) : (
    <TextField
      label={label}
      hint={hint}
      value={String(value)}
      disabled={disabled}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
