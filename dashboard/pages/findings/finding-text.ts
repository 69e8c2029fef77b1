import type { Finding } from "../../api/types.ts";
import { kindLabel } from "../../parts/badge.tsx";

export const findingsPath = (instance: string): string => `/api/instances/${encodeURIComponent(instance)}/findings`;

/** The service says it in a sentence; without one, the rule's name. */
export const findingText = ({ summary, kind }: Finding): string => summary || kindLabel(kind);
