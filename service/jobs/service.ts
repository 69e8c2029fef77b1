import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { type Accounts, authenticate, firstSetupLink, idleSince } from "../accounts/index.ts";
import { publicUrlOf } from "../accounts/public-url.ts";
import { type ApiServices, buildApi, hubOf } from "../api/index.ts";
import { SYSTEM, sealAudit, sequenceAudit, writeAudit } from "../audit/index.ts";
import { type Control, listenControl, type Run } from "../control/listen.ts";
import { controlPath } from "../control/path.ts";
import { tidyFindings } from "../findings/index.ts";
import { type Poller, startPoller } from "../ingest/index.ts";
import { planRetention, runRetention } from "../retention/index.ts";
import type { Settings } from "../settings/list.ts";
import { tidyAccounts } from "../store/accounts/throttle.ts";
import { maintainStore } from "../store/maintain.ts";
import { tidyNotices } from "../store/notice-rows.ts";
import { forgetOldCounts, rollUp } from "../store/rollup.ts";
import { purgeSessions } from "../store/session-rows.ts";
import type { Instance, Store } from "../store/types.ts";
import type { FullClients } from "./client-pool.ts";
import type { Log } from "./log.ts";
import { placesFor } from "./places.ts";
import { lookForFindings, Rounds } from "./rounds.ts";
import { daily, every } from "./schedule.ts";
import { watchInstances } from "./watch.ts";

export interface ServiceOptions {
  store: Store;
  settings: Settings;
  log: Log;
  version: string;
  clients: FullClients;
  /** for the API: a client of any Odoo */
  connect: ApiServices["connect"];
  /** carries out what the command line sends over the control socket */
  run: (wake: (instance: string) => void) => Run;
  onEvents?: (instance: Instance, events: number) => void;
}

export interface Service {
  /** where the first Owner makes their account; absent when there is one */
  readonly setup: string | undefined;
  readonly port: number;
  wake(instance: string): void;
  stop(): Promise<void>;
}

const MAINTENANCE_MS = 10 * 60_000;
const HOUR_MS = 3_600_000;
const WATCH_MS = 60_000;
/** how often it is looked whose round is due, and which events no rule has seen yet */
const ROUNDS_MS = 2_000;
const FINDINGS_MS = 2_000;
/** C11: an entry of the own audit log is in the chain within a second */
const SEQUENCE_MS = 300;
/** a signed checkpoint a minute would be 1,440 a day for a log that grows by some tens */
const ROLL_UP_MS = 3_000;
const SEAL_AUDIT_MS = 5 * 60_000;

/**
 * Everything a running service does: pulls each instance at its own pace (which seals and acknowledges as it goes),
 * keeps to the retention policies once a day, tidies the embedded store, answers the API, and carries out
 * commands for the command line where the store is embedded.
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { store, settings, log } = options;
  // First what can fail (a port that is taken), then what works: a service that cannot start must not have pulled.
  let poller: Poller | undefined;
  const wake = (name: string) => poller?.wake(name);
  const { connect, version } = options;
  const places = await placesFor(settings);
  // asked for with each request: the port is known once the service listens
  const publicUrl = (): string => publicUrlOf(settings, (api.server.address() as AddressInfo | null)?.port);
  const accounts: Accounts = { store, publicUrl };
  const api: FastifyInstance = await buildApi({
    store,
    settings,
    log,
    version,
    connect,
    accounts,
    authenticate: (request) => authenticate(accounts, request),
    wake,
    places,
  });
  await api.listen({ host: settings.host, port: settings.port });
  const control = await openControl(options, wake).catch(async (error: unknown) => {
    await api.close();
    throw error;
  });
  poller = startPoller(store, {
    clients: options.clients,
    onEvents: (instance, events) => {
      log.info({ instance: instance.name, events }, "stored");
      hubOf(store).look();
      options.onEvents?.(instance, events);
    },
    onError: (instance, error) => log.warn({ instance: instance.name, error: error.message }, "pull failed"),
  });
  const failed = (job: string) => (error: unknown) => log.error({ job, error: String(error) }, "job failed");
  const { clients } = options;
  const rounds = new Rounds(store, { clients, places, log, wake });
  const ending = new AbortController();
  const jobs = [
    every(ROUNDS_MS, { run: () => rounds.run(), onError: failed("sessions") }),
    every(FINDINGS_MS, { run: () => lookForFindings(store, places, log, ending.signal), onError: failed("findings") }),
    daily(settings.retentionHour, store.clock, { run: () => tidy(store), onError: failed("tidying") }),
    daily(settings.retentionHour, store.clock, { run: () => retain(store, log), onError: failed("retention") }),
    every(WATCH_MS, { run: () => watchInstances(store, options.clients, log), onError: failed("watch") }),
    every(SEQUENCE_MS, { run: async () => void (await sequenceAudit(store)), onError: failed("audit sequencer") }),
    every(SEAL_AUDIT_MS, { run: async () => void (await sealAudit(store)), onError: failed("audit sealing") }),
    every(ROLL_UP_MS, { run: async () => void (await rollUp(store)), onError: failed("counts") }),
    daily(settings.retentionHour, store.clock, { run: () => forgetOldCounts(store), onError: failed("counts") }),
    every(HOUR_MS, {
      run: () => tidyAccounts(store.database, store.clock(), idleSince(store.clock())),
      onError: failed("tidying"),
    }),
    every(MAINTENANCE_MS, { run: () => maintainStore(store), onError: failed("maintenance") }),
  ];
  const setup = await firstSetupLink(accounts);
  if (setup !== undefined) log.info({ link: setup }, "nobody can sign in yet: open this link to make the first Owner");
  return {
    setup,
    port: (api.server.address() as AddressInfo).port,
    wake,
    async stop() {
      // From outside in: no new commands, no new pulls, then the store may be closed by its owner.
      await Promise.all([api.close(), control?.close()]);
      ending.abort();
      rounds.end();
      await Promise.all([poller?.stop(), ...jobs.map((job) => job.stop())]);
      await rounds.close();
      await sequenceAudit(store).catch(failed("audit sequencer"));
    },
  };
}

/** On PostgreSQL the command line opens the store itself; the embedded one belongs to a single process. */
function openControl(options: ServiceOptions, wake: (instance: string) => void): Promise<Control | undefined> {
  if (options.store.kind !== "pglite") return Promise.resolve(undefined);
  const path = controlPath(options.settings.dataDir);
  return listenControl({ path, version: options.version, run: options.run(wake) });
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
