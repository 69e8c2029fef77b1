import type { ReactNode } from "react";
import { figure, t } from "../i18n/index.ts";
import { Time } from "./time.tsx";

const DATETIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** A field's value as a person reads it; shapes are those of odoo_addon_client/event.ts. */
export function Value({ value, type }: { value: unknown; type?: string | undefined }): ReactNode {
  if (value === undefined || value === null || value === "") return <span className="quiet">—</span>;
  if (typeof value === "boolean") return value ? t("yes") : t("no");
  if (typeof value === "string") {
    if (DATETIME.test(value)) return <Time at={value} />;
    return type === "html" ? htmlText(value) : value;
  }
  if (typeof value === "number") return <span className="figure">{figure(value)}</span>;
  if (Array.isArray(value)) return (value as unknown[]).map(plain).join(", ") || "—";
  return objectValue(value as Record<string, unknown>);
}

function objectValue(value: Record<string, unknown>): ReactNode {
  if (typeof value.amount === "string") {
    const currency = value.currency as string | { name?: string } | undefined;
    return `${value.amount} ${typeof currency === "object" ? (currency.name ?? "") : (currency ?? "")}`.trim();
  }
  if ("size_bytes" in value)
    return (
      <span>
        {size(Number(value.size_bytes))} <code title="SHA-256">{String(value.sha256 ?? "").slice(0, 12)}…</code>
      </span>
    );
  if ("label" in value) return <Value value={value.label} />;
  if ("id" in value) return value.name ? String(value.name) : `#${String(value.id)}`;
  return <code className="json">{JSON.stringify(value)}</code>;
}

/** Odoo's HTML as plain text: what is shown here is evidence, not a page to be run. */
function htmlText(html: string): string {
  return new DOMParser().parseFromString(html, "text/html").body.textContent?.trim() || html;
}

/** The same value as one line of text: for comparing, and where no element may stand. */
export function plain(value: unknown): string {
  if (value === undefined || value === null || value === "") return "—";
  if (typeof value === "boolean") return value ? t("yes") : t("no");
  if (typeof value !== "object") return String(value);
  if (Array.isArray(value)) return value.map(plain).join(", ") || "—";
  const object = value as Record<string, unknown>;
  if (typeof object.amount === "string") return `${object.amount} ${plain(object.currency)}`;
  if ("label" in object) return plain(object.label);
  if ("name" in object && object.name) return String(object.name);
  if ("id" in object) return `#${String(object.id)}`;
  if ("size_bytes" in object) return size(Number(object.size_bytes));
  return JSON.stringify(value);
}

export function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  let value = bytes;
  for (; value >= 999.5 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}
