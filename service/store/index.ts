export {
  InstanceExistsError,
  InstanceUnknownError,
  LeaseError,
  StoreError,
  StoreLockedError,
  StoreUnavailableError,
} from "./errors.ts";
export { openStore } from "./open.ts";
export type * from "./types.ts";
