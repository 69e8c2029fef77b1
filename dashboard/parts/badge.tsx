import type { ReactNode } from "react";
import type { Severity } from "../api/types.ts";
import { t } from "../i18n/index.ts";

const LEVELS: Record<Severity, number> = { low: 1, medium: 2, high: 3, critical: 4 };

/** Four bars like a signal: readable without colour, aligned in a column. */
export function SeverityMark({ severity, text = false }: { severity: Severity; text?: boolean }) {
  const level = LEVELS[severity] ?? 1;
  const label = t(severity);
  return (
    <span className={`severity ${severity}`} title={text ? undefined : label}>
      <svg width="14" height="12" viewBox="0 0 14 12" aria-hidden="true" focusable="false">
        {[1, 2, 3, 4].map((bar) => (
          <rect
            key={bar}
            x={(bar - 1) * 3.6}
            y={12 - bar * 3}
            width="2.6"
            height={bar * 3}
            rx="0.6"
            className={bar <= level ? "on" : "off"}
          />
        ))}
      </svg>
      <span className={text ? "" : "visually-hidden"}>{label}</span>
    </span>
  );
}

export type Operation = "created" | "updated" | "deleted" | "other";
const SIGNS: Record<Operation, string> = { created: "+", updated: "±", deleted: "−", other: "·" };

export function operation(kind: string): Operation {
  if (/\.(created|added|enabled)$/.test(kind)) return "created";
  if (/\.(updated|changed|renamed)$/.test(kind)) return "updated";
  if (/\.(deleted|removed|truncated|revoked)$/.test(kind)) return "deleted";
  return "other";
}

/** What happened, with its sign: + created, ± updated, − deleted. */
export function KindMark({ kind, short = false }: { kind: string; short?: boolean }) {
  const what = operation(kind);
  return (
    <span className={`kind ${what}`} title={kind}>
      <span aria-hidden="true">{SIGNS[what]}</span>
      <span className={short ? "visually-hidden" : ""}>{kindLabel(kind)}</span>
    </span>
  );
}

/** "session.login_failed" as "session: login failed"; records' own three need no noun. */
export function kindLabel(kind: string): string {
  const [noun = "", verb = ""] = kind.split(/\.(.*)/s);
  const words = t(verb.replaceAll("_", " ") || noun);
  return noun === "record" || !verb ? words : t("{noun}: {verb}", { noun: t(noun.replaceAll("_", " ")), verb: words });
}

export type Tone = "good" | "warn" | "bad" | "plain" | "accent";
export function Badge({ tone = "plain", children, title }: { tone?: Tone; children: ReactNode; title?: string }) {
  return (
    <span className={`badge ${tone}`} title={title}>
      {children}
    </span>
  );
}

/** The first letters of a digest, as a seal: enough to compare by eye, the whole on hover. */
export function Seal({ hash, length = 8 }: { hash: string; length?: number }) {
  return (
    <code className="seal" title={hash}>
      {hash.slice(0, length)}
    </code>
  );
}
