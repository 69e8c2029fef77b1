import type { Instance } from "../api/types.ts";
import { t } from "../i18n/index.ts";
import { Badge, type Tone } from "./badge.tsx";
import { duration } from "./time.tsx";

const TONES: Record<Instance["health"], Tone> = {
  ok: "good",
  warning: "warn",
  failing: "bad",
  quarantined: "bad",
  waiting: "plain",
};
const WORDS: Record<Instance["health"], string> = {
  ok: "healthy",
  warning: "needs a look",
  failing: "failing",
  quarantined: "in quarantine",
  waiting: "waiting for its first pull",
};

export const Health = ({ instance: { health } }: { instance: Instance }) => (
  <Badge tone={TONES[health]}>{t(WORDS[health])}</Badge>
);

/** Why it is not healthy, in the service's own words. */
export const troubles = ({ state_reason, last_error, warnings }: Instance): string[] =>
  [state_reason, last_error, ...warnings].filter((each) => each !== undefined);

export const lag = ({ lag_seconds }: Instance): string =>
  lag_seconds === undefined ? "—" : duration(Math.max(0, lag_seconds));
