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
export const troubles = ({ state_reason, last_error, warnings, health, lag_seconds = 0 }: Instance): string[] => {
  const told = [state_reason, last_error, ...warnings].filter((each) => each !== undefined);
  if (told.length > 0 || health !== "warning") return told;
  return [t("What arrives is {lag} old: it is still catching up.", { lag: duration(lag_seconds) })];
};

export const lag = ({ lag_seconds }: Instance): string =>
  lag_seconds === undefined ? "—" : duration(Math.max(0, lag_seconds));
