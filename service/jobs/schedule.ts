/** A thing that time sets off; `stop` waits for the run under way. */
export interface Job {
  stop(): Promise<void>;
}

export interface JobOptions {
  run: () => Promise<void>;
  /** told of a failed run; the next one comes at its time all the same */
  onError: (error: unknown) => void;
}

/** Runs every `milliseconds`, counted from the end of the run before: runs never overlap. */
export function every(milliseconds: number, options: JobOptions): Job {
  return repeat(() => milliseconds, options);
}

/** A service that never runs at that hour must keep to its policies too: the first run comes a minute after the start. */
const FIRST_MS = 60_000;

/** Runs a minute after the start, then once a day at `hour` UTC. `now` comes from outside. */
export function daily(hour: number, now: () => Date, options: JobOptions): Job {
  let first = true;
  return repeat(() => {
    const wait = millisecondsUntil(hour, now());
    if (!first) return wait;
    first = false;
    return Math.min(FIRST_MS, wait);
  }, options);
}

/** From `now` to the next time it is `hour` o'clock UTC; a whole day when it is that very moment. */
export function millisecondsUntil(hour: number, now: Date): number {
  const next = new Date(now);
  next.setUTCHours(hour, 0, 0, 0);
  if (next <= now) next.setUTCDate(next.getUTCDate() + 1);
  return next.getTime() - now.getTime();
}

function repeat(delay: () => number, options: JobOptions): Job {
  let timer: NodeJS.Timeout;
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  const plan = () => {
    if (stopped) return;
    // Not unref'd: while the service runs its jobs are what it runs for.
    timer = setTimeout(() => {
      running = options.run().catch(options.onError).then(plan);
    }, delay());
  };
  plan();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
