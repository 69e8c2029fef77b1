import type { Finding } from "../../api/types.ts";
import { t } from "../../i18n/index.ts";
import { kindLabel } from "../../parts/badge.tsx";
import { read, SUMMARIES } from "./summaries.ts";

export const findingsPath = (instance: string): string => `/api/instances/${encodeURIComponent(instance)}/findings`;

/** The service's sentence in the reader's language; a sentence that is not known here stays as it came. */
export const findingText = ({ summary, kind }: Finding): string => (summary ? sayFinding(summary) : kindLabel(kind));

export function sayFinding(summary: string): string {
  for (const sentence of SUMMARIES) {
    const values = read(sentence, summary);
    if (values) return t(sentence, Object.fromEntries(Object.entries(values).map(([key, value]) => [key, t(value)])));
  }
  return summary;
}
