import { useEffect, useRef, useState } from "react";
import { useKeys } from "../../app/keys.ts";
import { useAddress } from "../../app/search.ts";
import { t } from "../../i18n/index.ts";
import { kindLabel } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { Icon } from "../../parts/icon.tsx";
import { InstancePicker } from "../../parts/instance-picker.tsx";
import { periodLabel } from "../../parts/periods.ts";
import { Time } from "../../parts/time.tsx";
import { type FilterKey, isFiltered, noFilter } from "./filter.ts";

const KINDS = [
  "record.created",
  "record.updated",
  "record.deleted",
  "record.read",
  "record.exported",
  "operation.denied",
  "operation.failed",
  "session.login",
  "session.login_failed",
  "session.logout",
  "session.terminated",
  "account.password_changed",
  "tracking.gap",
];
const CATEGORIES = ["data", "auth", "security", "admin", "comms", "system"];
const SEVERITIES = ["critical", "high", "medium", "low"];
/** Set by a jump from an event, not by hand: shown as what can be taken away again. */
const CHIPS: FilterKey[] = ["record_id", "session", "request_id", "transaction", "from", "to"];

export function FilterBar() {
  const [search, change] = useAddress();
  const box = useRef<HTMLInputElement>(null);
  useKeys({ "/": () => box.current?.focus() });
  return (
    <div className="trail-filters">
      <search className="filters" aria-label={t("Filter the trail")}>
        <TypedInput name="q" inputRef={box} label={t("Search")} width="wide" icon />
        <InstancePicker all />
        <Choice name="period" label={t("Any time")} options={["1h", "24h", "7d", "30d", "90d"]} show={periodLabel} />
        <Choice name="kind" label={t("Any event")} options={KINDS} show={kindLabel} />
        <Choice name="severity" label={t("Any severity")} options={SEVERITIES} show={t} />
        <Choice name="category" label={t("Any category")} options={CATEGORIES} show={t} />
        <TypedInput name="user" label={t("User (login)")} />
        <TypedInput name="model" label={t("Model")} />
        {isFiltered(search) && (
          <Button kind="ghost" icon="close" onClick={() => change({ ...noFilter })}>
            {t("Clear")}
          </Button>
        )}
      </search>
      {CHIPS.some((key) => search[key]) && (
        <ul className="chips">
          {CHIPS.filter((key) => search[key]).map((key) => (
            <li key={key}>
              <button type="button" onClick={() => change({ [key]: undefined })}>
                {t(key.replace("_", " "))}{" "}
                {key === "from" || key === "to" ? <Time at={search[key]} /> : <code>{search[key]!.slice(0, 24)}</code>}
                <Icon name="close" size={12} />
                <span className="visually-hidden">{t("Remove")}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Choice(props: { name: string; label: string; options: string[]; show: (option: string) => string }) {
  const { name, label, options, show } = props;
  const [search, change] = useAddress();
  const value = search[name] ?? "";
  const all = value && !options.includes(value) ? [value, ...options] : options;
  return (
    <select
      className={`input ${value ? "set" : ""}`}
      aria-label={label}
      value={value}
      onChange={(event) => change({ [name]: event.target.value || undefined })}
    >
      <option value="">{label}</option>
      {all.map((option) => (
        <option key={option} value={option}>
          {show(option)}
        </option>
      ))}
    </select>
  );
}

/** Goes into the address a third of a second after the last letter, or at once with Enter. */
function TypedInput(props: {
  name: string;
  label: string;
  width?: "wide";
  icon?: boolean;
  inputRef?: React.RefObject<HTMLInputElement | null>;
}) {
  const { name, label, width, icon, inputRef } = props;
  const [search, change] = useAddress();
  const outside = search[name] ?? "";
  const [text, setText] = useState(outside);
  const typed = useRef(outside);
  useEffect(() => {
    if (outside !== typed.current) setText(outside);
    typed.current = outside;
  }, [outside]);
  const commit = (value: string): void => {
    typed.current = value.trim();
    if (value.trim() !== outside) change({ [name]: value.trim() || undefined });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is typed starts the clock
  useEffect(() => {
    const timer = setTimeout(() => text.trim() !== typed.current && commit(text), 300);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <span className={`typed ${width ?? ""}`}>
      {icon && <Icon name="search" />}
      <input
        ref={inputRef}
        className={`input ${text ? "set" : ""}`}
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") commit(text);
          if (event.key === "Escape") event.currentTarget.blur();
        }}
      />
    </span>
  );
}
