import { detectSeries } from "./detect.ts";
import { AddonTooOldError, BadAnswerError, WrongCredentialsError } from "./errors.ts";
import type { AllowAddress } from "./guarded-lookup.ts";
import { Http } from "./http.ts";
import { tooNew } from "./odoo-errors.ts";
import {
  type Acknowledgement,
  type AcknowledgeResult,
  type Hello,
  type Json,
  type JsonObject,
  type KeyStatus,
  type NewKey,
  type NotifyRequest,
  type Page,
  type PolicySetRequest,
  type PolicyState,
  PROTOCOL,
  type SessionEndRequest,
  type SessionsPage,
  type SessionsRequest,
  type Status,
  type TrackingRules,
  type UserBlockRequest,
} from "./protocol.ts";
import { Json2 } from "./transports/json-2.ts";
import { JsonRpc } from "./transports/json-rpc.ts";
import { type Transport, type TransportName, type TransportOptions, truncated } from "./transports/transport.ts";
import { XmlRpc } from "./transports/xml-rpc.ts";

export { decodePage } from "./decode.ts";
export * from "./errors.ts";
export type * from "./event.ts";
export type * from "./protocol.ts";
export type { TransportName } from "./transports/transport.ts";

export interface ConnectOptions {
  /** where Odoo answers, "https://odoo.example.com" */
  url: string;
  database: string;
  login: string;
  /** an API key, or a password where two-factor is off */
  secret: string;
  transport?: "auto" | TransportName;
  /** limit of every single call, default 60,000 */
  timeout_ms?: number;
  /** PEM of an authority to trust */
  ca?: string;
  insecure_tls?: boolean;
  /** whether an address may be connected to; asked with each connection */
  allow_address?: AllowAddress;
}
export interface PullRequest {
  cursor?: string;
  limit: number;
  schema_version?: string;
}

/** The addon's `vigil.bridge`, typed. Every method may throw any VigilClientError. */
export interface BridgeClient {
  readonly transport: TransportName;
  /** "17.0", "18.0", "19.0" */
  readonly odooVersion: string;
  hello(): Promise<Hello>;
  pull(request: PullRequest): Promise<Page>;
  acknowledge(acknowledgement: Acknowledgement): Promise<AcknowledgeResult>;
  status(): Promise<Status>;
  trackingGet(): Promise<TrackingRules>;
  trackingSet(request: { rules: TrackingRules; reason?: string }): Promise<TrackingRules>;
  adopt(request: { as: "restored" | "copy"; nonce: string }): Promise<Hello>;
  // Since addon 0.2.0; an older one answers with an AddonTooOldError.
  sessions(request?: SessionsRequest): Promise<SessionsPage>;
  sessionEnd(request: SessionEndRequest): Promise<{ ended: number }>;
  userBlock(request: UserBlockRequest): Promise<{ login: string; blocked: boolean }>;
  policyGet(): Promise<PolicyState>;
  policySet(request: PolicySetRequest): Promise<PolicyState>;
  notify(request: NotifyRequest): Promise<{ notified: boolean }>;
  keyRotate(): Promise<NewKey>;
  keyRevoke(request: { key_id: number }): Promise<{ revoked: boolean }>;
  keyStatus(): Promise<KeyStatus>;
  close(): Promise<void>;
}

/**
 * Finds the release and the right transport and says hello once, so that what comes back works: JSON-2 for 19 and
 * later with an API key, JSON-RPC otherwise (also for a password on 19, which JSON-2 refuses).
 *
 * @example
 * const odoo = await connect({ url, database: "acme", login: "vigil", secret: key });
 * const page = await odoo.pull({ limit: 5000 });
 */
export async function connect(options: ConnectOptions): Promise<BridgeClient> {
  const timeout_ms = options.timeout_ms ?? 60_000;
  if (!URL.canParse(options.url) || !/^https?:$/.test(new URL(options.url).protocol)) {
    throw new BadAnswerError(`"${options.url}" is not an http or https address: check --url.`, { retryable: false });
  }
  const { ca, insecure_tls, allow_address } = options;
  const http = new Http({ url: options.url, timeout_ms, ca, insecure_tls, allow_address });
  const { url, database, login, secret } = options;
  const place: TransportOptions = { http, url, database, login, secret };
  try {
    const series = await detectSeries(http, url);
    const wanted = options.transport ?? "auto";
    const transport = await choose(wanted, series, place);
    return new Bridge(transport, series, place);
  } catch (error) {
    await http.close();
    throw error;
  }
}

async function choose(wanted: "auto" | TransportName, series: string, place: TransportOptions): Promise<Transport> {
  const major = Number.parseInt(series, 10);
  if (wanted === "json-2" && major < 19) {
    throw new BadAnswerError(`Odoo ${series} has no JSON-2: choose json-rpc.`, { retryable: false });
  }
  if (wanted === "xml-rpc") return helloed(new XmlRpc(place), place);
  if (wanted === "json-rpc" || (wanted === "auto" && major < 19)) {
    return helloed(new JsonRpc(place), place);
  }
  try {
    return await helloed(new Json2(place), place);
  } catch (error) {
    if (wanted === "json-2" || !(error instanceof WrongCredentialsError)) throw error;
    return helloed(new JsonRpc(place), place);
  }
}

async function helloed(transport: Transport, place: TransportOptions): Promise<Transport> {
  await hello(transport, place);
  return transport;
}

async function hello(transport: Transport, place: TransportOptions): Promise<Hello> {
  const answer = parse<Hello>(await transport.call("hello", { client: "vigil", protocols: [PROTOCOL] }), place);
  if (answer.protocol > PROTOCOL) throw tooNew(place);
  if (!(answer.protocol >= 1)) {
    throw new AddonTooOldError(
      `The Vigil addon in "${place.database}" is too old for this service: upgrade it in Odoo.`,
    );
  }
  return answer;
}

class Bridge implements BridgeClient {
  private readonly wire: Transport;
  private readonly place: TransportOptions;
  readonly odooVersion: string;

  constructor(wire: Transport, odooVersion: string, place: TransportOptions) {
    this.wire = wire;
    this.odooVersion = odooVersion;
    this.place = place;
  }
  get transport(): TransportName {
    return this.wire.name;
  }
  hello(): Promise<Hello> {
    return hello(this.wire, this.place);
  }
  async pull(request: PullRequest): Promise<Page> {
    const page = await this.call<Page>("pull", { ...request });
    if (page.protocol > PROTOCOL) throw tooNew(this.place);
    return page;
  }
  acknowledge(acknowledgement: Acknowledgement): Promise<AcknowledgeResult> {
    return this.call("acknowledge", { ...acknowledgement });
  }
  status(): Promise<Status> {
    return this.call("status", {});
  }
  trackingGet(): Promise<TrackingRules> {
    return this.call("tracking_get", {});
  }
  trackingSet(request: { rules: TrackingRules; reason?: string }): Promise<TrackingRules> {
    return this.call("tracking_set", request as unknown as JsonObject);
  }
  adopt(request: { as: "restored" | "copy"; nonce: string }): Promise<Hello> {
    return this.call("adopt", { ...request });
  }
  async sessions(request: SessionsRequest = {}): Promise<SessionsPage> {
    const page = await this.call<SessionsPage>("sessions", { ...request });
    if (!Array.isArray(page.sessions)) throw new BadAnswerError("The Vigil addon answered without a list of sessions.");
    return page;
  }
  sessionEnd(request: SessionEndRequest): Promise<{ ended: number }> {
    return this.call("session_end", { ...request });
  }
  userBlock(request: UserBlockRequest): Promise<{ login: string; blocked: boolean }> {
    return this.call("user_block", { ...request });
  }
  policyGet(): Promise<PolicyState> {
    return this.call("policy_get", {});
  }
  policySet({ policy, reason, by }: PolicySetRequest): Promise<PolicyState> {
    // as text: a policy says "never" with null, which XML-RPC cannot carry
    return this.call("policy_set", { policy: JSON.stringify(policy), reason, by });
  }
  notify(request: NotifyRequest): Promise<{ notified: boolean }> {
    return this.call("notify", { ...request });
  }
  keyRotate(): Promise<NewKey> {
    return this.call("key_rotate", {});
  }
  keyRevoke(request: { key_id: number }): Promise<{ revoked: boolean }> {
    return this.call("key_revoke", request);
  }
  keyStatus(): Promise<KeyStatus> {
    return this.call("key_status", {});
  }
  async close(): Promise<void> {
    await this.place.http.close();
  }
  private async call<T>(method: string, payload: { [key: string]: Json | undefined }): Promise<T> {
    return parse<T>(await this.wire.call(method, withoutNulls(payload)), this.place);
  }
}

/** XML-RPC has no null, and the addon expects none: an absent key says the same. */
function withoutNulls(payload: { [key: string]: Json | undefined }): JsonObject {
  return Object.fromEntries(
    Object.entries(payload).filter((entry): entry is [string, Json] => entry[1] !== undefined && entry[1] !== null),
  );
}

function parse<T>(text: string, place: TransportOptions): T {
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw truncated(place.url, error);
  }
}
