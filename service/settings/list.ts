import { type Kind, kinds } from "./kinds.ts";

/** One setting: the environment variable's name, what it is, and how it is read. */
export interface Setting<T> {
  name: string;
  kind: Kind<T>;
  /** what holds when the variable is not set; absent: the setting is then undefined */
  fallback?: T;
  /** one or two sentences for `docs/settings.md` */
  about: string;
  /** never shown, not even in an error */
  secret?: true;
}

function setting<const T>(options: Setting<T> & { fallback: T }): Setting<T> & { fallback: T };
function setting<T>(options: Setting<T>): Setting<T>;
function setting<T>(options: Setting<T>): Setting<T> {
  return options;
}

/**
 * Every setting of the service. Nothing else is read from the environment, so that this list is the whole truth;
 * `docs/settings.md` is printed from it (`node service/settings/document.ts --write`), and a test compares them.
 */
export const SETTINGS = {
  databaseUrl: setting({
    name: "DATABASE_URL",
    kind: kinds.postgresUrl,
    secret: true,
    about:
      "PostgreSQL to keep the evidence in, as the role the service works with: it may insert and read events, not change or delete them. Not set: the embedded store in `VIGIL_DATA_DIR`.",
  }),
  ownerDatabaseUrl: setting({
    name: "VIGIL_OWNER_DATABASE_URL",
    kind: kinds.postgresUrl,
    secret: true,
    about:
      "The same database as the role that owns the tables: migrations, partitions and retention use it. Not set: `DATABASE_URL` is used for everything, and the database itself then refuses less.",
  }),
  dataDir: setting({
    name: "VIGIL_DATA_DIR",
    kind: kinds.folder,
    fallback: ".vigil",
    about: "Folder of the embedded store, of the key file and of the control socket. Made with mode 0700.",
  }),
  host: setting({
    name: "VIGIL_HOST",
    kind: kinds.host,
    fallback: "127.0.0.1",
    about: "Address that `vigil serve` listens on.",
  }),
  port: setting({
    name: "VIGIL_PORT",
    kind: kinds.port,
    fallback: 8787,
    about: "Port that `vigil serve` listens on.",
  }),
  publicUrl: setting({
    name: "VIGIL_PUBLIC_URL",
    kind: kinds.httpUrl,
    about:
      "Address at which people open the dashboard, such as `https://vigil.example.com`: one-time links begin with it, passkeys are bound to its name, and with https cookies are `Secure`. Not set: `http://localhost:PORT`.",
  }),
  requestsPerMinute: setting({
    name: "VIGIL_REQUESTS_PER_MINUTE",
    kind: kinds.count,
    fallback: 1_200,
    about: "Requests that the API answers to one address in a minute; more get status 429.",
  }),
  metricsToken: setting({
    name: "VIGIL_METRICS_TOKEN",
    kind: kinds.key,
    secret: true,
    about: "Bearer token for `/metrics`. Not set: it answers to this machine only.",
  }),
  dashboardDir: setting({
    name: "VIGIL_DASHBOARD_DIR",
    kind: kinds.folder,
    about: "Folder of a built dashboard to serve instead of the one that comes with Vigil.",
  }),
  secretKey: setting({
    name: "VIGIL_SECRET_KEY",
    kind: kinds.key,
    secret: true,
    about: "Encrypts the instances' credentials and the signing keys. Not set: `VIGIL_SECRET_KEY_FILE`.",
  }),
  secretKeyFile: setting({
    name: "VIGIL_SECRET_KEY_FILE",
    kind: kinds.file,
    about:
      "File that holds that text. Not set: `secret.key` in `VIGIL_DATA_DIR`, made at first use with mode 0600. Keep a copy apart from the store's backup: without it the stored credentials cannot be read.",
  }),
  nextSecretKey: setting({
    name: "VIGIL_SECRET_KEY_NEXT",
    kind: kinds.key,
    secret: true,
    about: "The key that `vigil key rotate` changes to. Only that command reads it.",
  }),
  checkpointFile: setting({
    name: "VIGIL_CHECKPOINT_FILE",
    kind: kinds.file,
    about:
      "Every signed checkpoint is appended to this file, a line each: a witness, best on another disk. Not set: a file by instance in `checkpoints/` in `VIGIL_DATA_DIR`.",
  }),
  checkpointWebhook: setting({
    name: "VIGIL_CHECKPOINT_WEBHOOK",
    kind: kinds.httpUrl,
    secret: true,
    about: "Every signed checkpoint is posted to this address as JSON: a witness on another machine.",
  }),
  retentionHour: setting({
    name: "VIGIL_RETENTION_HOUR",
    kind: kinds.hour,
    fallback: 2,
    about: "Hour of the day (UTC, 0–23) at which `vigil serve` applies the retention policies.",
  }),
  trustedProxies: setting({
    name: "VIGIL_TRUSTED_PROXIES",
    kind: kinds.trustedProxies,
    about:
      "Proxies in front of Vigil whose `X-Forwarded-For` is believed, separated by commas. Not set: nobody's, and the address of a request is the other end of its connection. Odoo's own proxies are Odoo's matter (`proxy_mode`).",
  }),
  geoCityFile: setting({
    name: "VIGIL_GEO_CITY_FILE",
    kind: kinds.file,
    about:
      "An `.mmdb` of yours that knows cities or countries (GeoLite2, GeoIP2, DB-IP, …); a new file at the same place is read by itself. Not set: the countries that come with Vigil.",
  }),
  geoAsnFile: setting({
    name: "VIGIL_GEO_ASN_FILE",
    kind: kinds.file,
    about: "An `.mmdb` of yours that knows networks (ASN). Not set: the networks that come with Vigil.",
  }),
  geo: setting({
    name: "VIGIL_GEO",
    kind: kinds.oneOf(["packaged", "off"]),
    fallback: "packaged",
    about:
      '`off` leaves the data of places that comes with Vigil unread: places are then "unknown" without files of yours.',
  }),
  reportDays: setting({
    name: "VIGIL_REPORT_DAYS",
    kind: kinds.days,
    fallback: 30,
    about:
      "Days for which a report's file can be downloaded. Of a schedule's reports the newest twenty are kept instead.",
  }),
  odooNetworks: setting({
    name: "VIGIL_ODOO_NETWORKS",
    kind: kinds.oneOf(["private", "public"]),
    fallback: "private",
    about:
      "Where an Odoo may be that somebody connects: `private` also in the own network and on this machine, as is usual on premises; `public` only on the internet, for a service whose Admins you do not all trust. Link-local and cloud metadata addresses are refused always, also behind a name; redirects are never followed.",
  }),
  odooTimeoutMs: setting({
    name: "VIGIL_ODOO_TIMEOUT_MS",
    kind: kinds.milliseconds,
    fallback: 60_000,
    about: "How long a single call to an Odoo may take.",
  }),
  logLevel: setting({
    name: "VIGIL_LOG_LEVEL",
    kind: kinds.oneOf(["fatal", "error", "warn", "info", "debug", "silent"]),
    fallback: "info",
    about: "How much `vigil serve` writes to its log (JSON lines on standard output).",
  }),
  odooKey: setting({
    name: "VIGIL_ODOO_KEY",
    kind: kinds.text,
    secret: true,
    about:
      "API key or password that `vigil instance add` stores, so that it need not be typed. Only that command reads it.",
  }),
  debug: setting({
    name: "VIGIL_DEBUG",
    kind: kinds.flag,
    fallback: false,
    about: "`1` shows the stack trace of an error beside its sentence. For developers.",
  }),
};

type Value<S> = S extends { fallback: infer T }
  ? T extends boolean
    ? boolean
    : T
  : S extends Setting<infer T>
    ? T | undefined
    : never;
/** The settings as read: `settings.port` is a number, `settings.databaseUrl` may be undefined. */
export type Settings = { -readonly [K in keyof typeof SETTINGS]: Value<(typeof SETTINGS)[K]> };
