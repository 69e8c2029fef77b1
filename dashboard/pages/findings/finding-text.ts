import type { Finding } from "../../api/types.ts";
import { kindLabel } from "../../parts/badge.tsx";

/** Of one instance, or of all. */
export const findingsPath = (instance?: string): string =>
  instance ? `/api/instances/${encodeURIComponent(instance)}/findings` : "/api/findings";

/** The service says it in a sentence; without one, the rule's name. */
export const findingText = ({ summary, kind }: Finding): string => summary || kindLabel(kind);
