export { InstanceExistsError, InstanceUnknownError, StoreError, StoreLockedError } from "./errors.ts";
export { openStore } from "./open.ts";
export type * from "./types.ts";
