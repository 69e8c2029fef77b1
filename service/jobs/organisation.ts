import { SYSTEM, writeAudit } from "../audit/index.ts";
import { tidyFindings } from "../findings/index.ts";
import { type Poller, startPoller } from "../ingest/index.ts";
import type { Places } from "../places/index.ts";
import { planRetention, runRetention } from "../retention/index.ts";
import { listOrganisations } from "../store/accounts/organisations.ts";
import { tidyNotices } from "../store/notice-rows.ts";
import { scopeStore } from "../store/scope.ts";
import { purgeSessions } from "../store/session-rows.ts";
import type { Instance, Store } from "../store/types.ts";
import type { FullClients } from "./client-pool.ts";
import type { Log } from "./log.ts";
import { lookForFindings, Rounds } from "./rounds.ts";
import { daily, every, type Job } from "./schedule.ts";
import { watchInstances } from "./watch.ts";

const WATCH_MS = 60_000;
/** how often it is looked whose round is due, and which events no rule has seen yet */
const ROUNDS_MS = 2_000;
const FINDINGS_MS = 2_000;
/** how often it is looked for a new organisation */
const LOOK_MS = 5_000;

export interface OrganisationOptions {
  clients: FullClients;
  places: Places;
  log: Log;
  retentionHour: number;
  onEvents(instance: Instance, events: number): void;
}

export interface OrganisationWork {
  /** pull this one now */
  wake(instance: string): void;
  /** no new pulls and rounds; answers when those under way have ended */
  stop(): Promise<void>;
}

/**
 * What the service does for one organisation, on the store that sees nothing of the others: pulls, rounds of
 * sessions, findings, watching, retention and tidying.
 */
function startOrganisation(store: Store, options: OrganisationOptions): OrganisationWork {
  const { clients, places, log, retentionHour } = options;
  const failed = (job: string) => (error: unknown) =>
    log.error({ job, organisation: store.organisationId, error: String(error) }, "job failed");
  const poller: Poller = startPoller(store, {
    clients,
    onEvents: options.onEvents,
    onError: (instance, error) => log.warn({ instance: instance.name, error: error.message }, "pull failed"),
  });
  const rounds = new Rounds(store, { clients, places, log, wake: (name) => poller.wake(name) });
  const ending = new AbortController();
  const jobs = [
    every(ROUNDS_MS, { run: () => rounds.run(), onError: failed("sessions") }),
    every(FINDINGS_MS, { run: () => lookForFindings(store, places, log, ending.signal), onError: failed("findings") }),
    daily(retentionHour, store.clock, { run: () => tidy(store), onError: failed("tidying") }),
    daily(retentionHour, store.clock, { run: () => retain(store, log), onError: failed("retention") }),
    every(WATCH_MS, { run: () => watchInstances(store, clients, log), onError: failed("watch") }),
  ];
  return {
    wake: (name) => poller.wake(name),
    async stop() {
      ending.abort();
      rounds.end();
      await Promise.all([poller.stop(), ...jobs.map((job) => job.stop())]);
      await rounds.close();
    },
  };
}

/** Works for every organisation there is, and for those that come while the service runs. */
export function startOrganisations(store: Store, options: OrganisationOptions): OrganisationWork {
  const working = new Map([[store.organisationId, startOrganisation(store, options)]]);
  const look = async (): Promise<void> => {
    for (const { id } of await listOrganisations(store.database))
      if (!working.has(id)) working.set(id, startOrganisation(scopeStore(store, id), options));
  };
  const looking: Job = every(LOOK_MS, {
    run: look,
    onError: (error) => options.log.error({ job: "organisations", error: String(error) }, "job failed"),
  });
  return {
    wake(name) {
      for (const work of working.values()) work.wake(name);
    },
    async stop() {
      await looking.stop();
      await Promise.all([...working.values()].map((work) => work.stop()));
    },
  };
}

/** Says what it will delete, then deletes it. */
async function retain(store: Store, log: Log): Promise<void> {
  const plan = await planRetention(store);
  for (const item of plan.items) log.info({ ...item }, item.hold ? "retention: held" : "retention: will delete");
  if (plan.events === 0) return;
  const result = await runRetention(store, { actor: "system" });
  await store.database.transaction((tx) =>
    writeAudit(tx, {
      action: "retention.purged",
      actor: SYSTEM,
      organisation_id: store.organisationId,
      resource_type: "organisation",
      resource_id: store.organisationId,
      details: { events: result.events, segments: result.segments, verified: result.verified },
    }),
  );
  log.info({ ...result }, "retention: done");
}

/** What was kept for work and is needed no more; evidence is retention's. */
async function tidy(store: Store): Promise<void> {
  await purgeSessions(store);
  await tidyNotices(store);
  await tidyFindings(store);
}
