import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { type Accounts, authenticate, firstSetupLink, idleSince } from "../accounts/index.ts";
import { publicUrlOf } from "../accounts/public-url.ts";
import { type ApiServices, buildApi, hubOf } from "../api/index.ts";
import { sealAudit, sequenceAudit } from "../audit/index.ts";
import { type Control, listenControl, type Run } from "../control/listen.ts";
import { controlPath } from "../control/path.ts";
import type { Settings } from "../settings/list.ts";
import { tidyAccounts } from "../store/accounts/throttle.ts";
import { maintainStore } from "../store/maintain.ts";
import { forgetOldCounts, rollUp } from "../store/rollup.ts";
import type { Instance, Store } from "../store/types.ts";
import type { FullClients } from "./client-pool.ts";
import type { Log } from "./log.ts";
import { giveBackMemory, restAfterWork } from "./memory.ts";
import { type OrganisationWork, startOrganisations } from "./organisation.ts";
import { placesFor } from "./places.ts";
import { type ReportJobs, startReportJobs } from "./reports.ts";
import { daily, every } from "./schedule.ts";

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
/** C11: an entry of the own audit log is in the chain within a second */
const SEQUENCE_MS = 300;
const ROLL_UP_MS = 3_000;
/** a signed checkpoint a minute would be 1,440 a day for a log that grows by some tens */
const SEAL_AUDIT_MS = 5 * 60_000;

/**
 * Everything a running service does: pulls each instance at its own pace (which seals and acknowledges as it goes),
 * keeps to the retention policies once a day, tidies the embedded store, answers the API, and carries out
 * commands for the command line where the store is embedded.
 */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { store, settings, log } = options;
  // First what can fail (a port that is taken), then what works: a service that cannot start must not have pulled.
  let work: OrganisationWork | undefined;
  const wake = (name: string) => work?.wake(name);
  const { connect, version } = options;
  const places = await placesFor(settings);
  // asked for with each request: the port is known once the service listens
  const publicUrl = (): string => publicUrlOf(settings, (api.server.address() as AddressInfo | null)?.port);
  const accounts: Accounts = { store, publicUrl };
  const reports: { current?: ReportJobs } = {};
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
    tasks: { wake: () => reports.current?.wake() },
  });
  await api.listen({ host: settings.host, port: settings.port });
  const control = await openControl(options, wake).catch(async (error: unknown) => {
    await api.close();
    throw error;
  });
  const rest = restAfterWork();
  work = startOrganisations(store, {
    clients: options.clients,
    places,
    log,
    retentionHour: settings.retentionHour,
    onEvents: (instance, events) => {
      log.info({ instance: instance.name, events }, "stored");
      hubOf(store).look();
      rest.worked(events);
      options.onEvents?.(instance, events);
    },
  });
  const failed = (job: string) => (error: unknown) => log.error({ job, error: String(error) }, "job failed");
  reports.current = await startReportJobs(store, { version, daysKept: settings.reportDays, onError: failed });
  const jobs = [
    every(SEQUENCE_MS, { run: async () => void (await sequenceAudit(store)), onError: failed("audit sequencer") }),
    every(SEAL_AUDIT_MS, { run: async () => void (await sealAudit(store)), onError: failed("audit sealing") }),
    every(ROLL_UP_MS, { run: async () => void (await rollUp(store)), onError: failed("counts") }),
    daily(settings.retentionHour, store.clock, { run: () => forgetOldCounts(store), onError: failed("counts") }),
    every(HOUR_MS, {
      run: () => tidyAccounts(store.database, store.clock(), idleSince(store.clock())),
      onError: failed("tidying"),
    }),
    every(MAINTENANCE_MS, { run: () => maintainStore(store), onError: failed("maintenance") }),
    every(HOUR_MS, { run: async () => giveBackMemory(), onError: failed("memory") }),
  ];
  const setup = await firstSetupLink(accounts);
  if (setup !== undefined) log.info({ link: setup }, "nobody can sign in yet: open this link to make the first Owner");
  return {
    setup,
    port: (api.server.address() as AddressInfo).port,
    wake,
    async stop() {
      rest.stop();
      // From outside in: no new commands, no new pulls, then the store may be closed by its owner.
      await Promise.all([api.close(), control?.close()]);
      await Promise.all([work?.stop(), reports.current?.stop(), ...jobs.map((job) => job.stop())]);
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
