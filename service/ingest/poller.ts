import { hostname } from "node:os";
import { LeaseError, StoreError } from "../store/errors.ts";
import type { Instance, Store } from "../store/types.ts";
import type { BridgeClient, DecodePage } from "./client.ts";
import { QuarantinedError } from "./identity.ts";
import { nextWait } from "./pace.ts";
import { pullAll } from "./pull.ts";

export interface PollerOptions {
  /** makes the client of an instance; called again after its settings changed or it failed */
  clients: (instance: Instance, key: string) => BridgeClient | Promise<BridgeClient>;
  /** pulls at the same time, default 4 */
  concurrency?: number | undefined;
  leaseHolder?: string | undefined;
  limit?: number | undefined;
  decode?: DecodePage | undefined;
  onEvents?: ((instance: Instance, events: number) => void) | undefined;
  onError?: ((instance: Instance, error: Error) => void) | undefined;
}
export interface Poller {
  /** ends after the pages under way */
  stop(): Promise<void>;
  /** pull this one now */
  wake(name: string): void;
}

interface Pupil {
  due: number;
  wait_ms: number;
  failures: number;
  working: boolean;
  /** woken: its settings or its key may have changed, so the next pull connects anew */
  renew: boolean;
  client: BridgeClient | undefined;
  settings: string;
  acknowledged_at: number;
}

/** how often the list of instances is read again */
const LOOK_MS = 1_000;
/** between two pulls of an instance that answers slowly */
const BREATH_MS = 100;
/** a signed checkpoint a pull would be 86,400 a day; Odoo's rows can wait this long */
const ACKNOWLEDGE_MS = 30_000;

/** Pulls every active instance, each at its own pace, sharing the work with other services by leases. */
export function startPoller(store: Store, options: PollerOptions): Poller {
  const holder = options.leaseHolder ?? `${hostname()}:${process.pid}`;
  const pupils = new Map<string, Pupil>();
  const running = new Set<Promise<void>>();
  const ending = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();

  const look = async (): Promise<void> => {
    const now = Date.now();
    const instances = await store.instances.list();
    for (const name of pupils.keys()) if (!instances.some((instance) => instance.name === name)) pupils.delete(name);
    const due = instances
      .filter((instance) => instance.state === "active")
      .map((instance) => ({ instance, pupil: pupilOf(pupils, instance) }))
      .filter(({ pupil }) => !pupil.working && pupil.due <= now)
      .sort((a, b) => a.pupil.due - b.pupil.due);
    for (const { instance, pupil } of due) {
      if (running.size >= (options.concurrency ?? 4) || ending.signal.aborted) break;
      const work = pull(instance, pupil).finally(() => {
        running.delete(work);
        schedule();
      });
      running.add(work);
    }
  };

  const pull = async (instance: Instance, pupil: Pupil): Promise<void> => {
    pupil.working = true;
    const started = Date.now();
    let events = 0;
    let failed = false;
    try {
      if (pupil.renew) await pupil.client?.close?.().catch(() => undefined);
      if (pupil.renew) pupil.client = undefined;
      pupil.renew = false;
      pupil.client ??= await options.clients(instance, await store.instances.credential(instance.name));
      const acknowledge = Date.now() - pupil.acknowledged_at >= ACKNOWLEDGE_MS;
      const result = await pullAll(store, instance, pupil.client, {
        limit: options.limit,
        leaseHolder: holder,
        decode: options.decode,
        signal: ending.signal,
        acknowledge,
      });
      events = result.events;
      if (acknowledge) pupil.acknowledged_at = Date.now();
      pupil.failures = 0;
    } catch (error) {
      if (!(error instanceof LeaseError)) {
        failed = true;
        // what is not the instance's fault (our store restarts) is no reason to leave it alone for minutes
        pupil.failures = error instanceof StoreError ? 1 : pupil.failures + 1;
        await pupil.client?.close?.().catch(() => undefined); // its connection or its rights may be what is wrong
        pupil.client = undefined;
        await tell(instance, error as Error);
      }
    } finally {
      pupil.wait_ms = nextWait({ events, failed, failures: pupil.failures, before_ms: pupil.wait_ms });
      // from its beginning: a pull of half a second must not make the next commit wait for one and a half
      pupil.due = failed ? Date.now() + pupil.wait_ms : Math.max(started + pupil.wait_ms, Date.now() + BREATH_MS);
      pupil.working = false;
    }
    if (events > 0) options.onEvents?.(instance, events);
  };

  const tell = async (instance: Instance, error: Error): Promise<void> => {
    options.onError?.(instance, error);
    if (error instanceof QuarantinedError) return; // its reason stands in the instance
    await store.instances.update(instance.name, { last_error: error.message }).catch(() => undefined); // the store itself may be what is down
  };

  const schedule = (): void => {
    if (ending.signal.aborted) return;
    clearTimeout(timer);
    const soonest = Math.min(
      ...[...pupils.values()].filter((pupil) => !pupil.working).map((pupil) => pupil.due),
      Date.now() + LOOK_MS,
    );
    timer = setTimeout(tick, Math.max(20, soonest - Date.now()));
  };
  const tick = (): void => {
    looking = look()
      .catch(() => undefined) // the store is away: the next look finds it again
      .finally(schedule);
  };
  tick();
  return {
    async stop() {
      ending.abort();
      clearTimeout(timer);
      await looking;
      await Promise.allSettled(running);
      await Promise.allSettled([...pupils.values()].map((pupil) => pupil.client?.close?.()));
    },
    wake(name) {
      const pupil = pupils.get(name);
      if (pupil !== undefined) Object.assign(pupil, { due: 0, renew: true });
      schedule();
    },
  };
}

function pupilOf(pupils: Map<string, Pupil>, instance: Instance): Pupil {
  const settings = JSON.stringify([instance.id, instance.url, instance.db, instance.login, instance.insecure]);
  let pupil = pupils.get(instance.name);
  if (pupil === undefined || pupil.settings !== settings) {
    pupil = {
      due: 0,
      wait_ms: 0,
      failures: 0,
      working: pupil?.working ?? false,
      renew: false,
      client: undefined,
      settings,
      acknowledged_at: 0,
    };
    pupils.set(instance.name, pupil);
  }
  return pupil;
}
