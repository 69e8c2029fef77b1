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

/** Runs once a day at `hour` UTC. `now` comes from outside. */
export function daily(hour: number, now: () => Date, options: JobOptions): Job {
  return repeat(() => millisecondsUntil(hour, now()), options);
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
