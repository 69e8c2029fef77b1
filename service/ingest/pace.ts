export const BUSY_MS = 1_000;
export const QUIET_MS = 15_000;
export const DOWN_MS = 300_000;

/**
 * How long until the next pull: a second while events come, slower by half again with each quiet pull up to 15 s,
 * doubling from 2 s up to five minutes while the instance is down. `random` spreads what failed together.
 */
export function nextWait(
  last: { events: number; failed: boolean; failures: number; before_ms: number },
  random: () => number = Math.random,
): number {
  if (last.failed) return Math.min(DOWN_MS, BUSY_MS * 2 ** Math.min(last.failures, 12)) * (0.8 + 0.2 * random());
  if (last.events > 0) return BUSY_MS;
  return Math.min(QUIET_MS, Math.max(BUSY_MS, last.before_ms * 1.5));
}
