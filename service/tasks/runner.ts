import type { Transaction } from "../store/database.ts";
import { holderName } from "../store/leases.ts";
import { scopeStore } from "../store/scope.ts";
import { beatTask, claimTask, endTask, failAbandonedTasks, type TaskRow } from "../store/task-rows.ts";
import type { Store } from "../store/types.ts";

/** What a handler works with. */
export interface RunningTask {
  task: TaskRow;
  /** of the task's organisation */
  store: Store;
  /** 0 to 1, and what is being done; may be called as often as one likes */
  progress(share: number, step: string): void;
  /** aborted when the service stops, or when somebody else took the task over */
  signal: AbortSignal;
}
export interface TaskOutcome {
  result: unknown;
  /** what must be there together with the task's success, in its transaction */
  commit?(tx: Transaction): Promise<void>;
}
export type TaskHandler = (running: RunningTask) => Promise<TaskOutcome>;

export interface Tasks {
  /** look for work now, not at the next turn */
  wake(): void;
  /** aborts what runs, and waits for its end; it is then a failed task that can be tried again */
  stop(): Promise<void>;
}

export interface TasksOptions {
  store: Store;
  handlers: Record<string, TaskHandler>;
  onError(error: unknown): void;
  /** between looks when nothing wakes it: other processes add tasks too */
  every_ms?: number;
}

const EVERY_MS = 2_000;
const BEAT_MS = 1_000;
const STOPPED = "The service stopped while this was being made; nothing half was kept: try again.";

/**
 * Runs tasks one after the other: ten reports at once would swap, ten that queue do not. What a killed process left
 * running is said to have failed before the first new one is taken.
 */
export function startTasks(options: TasksOptions): Tasks {
  const { store, handlers } = options;
  const holder = holderName("tasks");
  const kinds = Object.keys(handlers);
  const stopping = new AbortController();
  let wakeUp: () => void = () => undefined;
  let isWoken = false;

  const wait = (): Promise<void> =>
    new Promise((resolve) => {
      if (isWoken || stopping.signal.aborted) return resolve();
      const timer = setTimeout(resolve, options.every_ms ?? EVERY_MS);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const work = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      isWoken = false;
      try {
        await failAbandonedTasks(store);
        const task = await claimTask(store, kinds, holder);
        if (task !== undefined) {
          await runOne(store, task, handlers[task.kind]!, holder, stopping.signal);
          continue;
        }
      } catch (error) {
        options.onError(error); // the store is away: the next look may find it again
      }
      await wait();
    }
  };
  const working = work();
  return {
    wake() {
      isWoken = true;
      wakeUp();
    },
    async stop() {
      stopping.abort();
      wakeUp();
      await working;
    },
  };
}

async function runOne(
  store: Store,
  task: TaskRow,
  handler: TaskHandler,
  holder: string,
  stopping: AbortSignal,
): Promise<void> {
  const ours = new AbortController();
  const signal = AbortSignal.any([ours.signal, stopping]);
  let share = 0;
  let step = "beginning";
  const beat = setInterval(() => {
    beatTask(store, task.id, holder, share, step).then(
      (isOurs) => isOurs || ours.abort(new Error("Another service took this task over.")),
      () => undefined, // the store is away for a moment: the end of the task will tell
    );
  }, BEAT_MS);
  try {
    const outcome = await handler({
      task,
      store: scopeStore(store, task.organisation_id),
      progress: (done, what) => {
        share = Math.min(Math.max(done, share), 1);
        step = what;
      },
      signal,
    });
    await store.database.transaction(async (tx) => {
      const isOurs = await endTask(
        tx,
        { id: task.id, holder, state: "succeeded", result: outcome.result },
        store.clock(),
      );
      if (!isOurs) throw new Error("Another service took this task over.");
      await outcome.commit?.(tx);
    });
  } catch (error) {
    const message = stopping.aborted ? STOPPED : (error as Error).message;
    await endTask(store.database, { id: task.id, holder, state: "failed", error: message }, store.clock());
  } finally {
    clearInterval(beat);
  }
}
