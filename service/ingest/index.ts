export { type AcceptOptions, acceptInstance } from "./accept.ts";
export { acknowledgeInstance } from "./acknowledge.ts";
export type { BridgeClient, DecodePage } from "./client.ts";
export { QuarantinedError } from "./identity.ts";
export { type Poller, type PollerOptions, startPoller } from "./poller.ts";
export { type PullOptions, type PullProgress, type PullResult, pullAll, pullOnce } from "./pull.ts";
