import { StoreError } from "../store/errors.ts";

/** Something asked of the sessions cannot be done; the message is one sentence that says what to do. */
export class SessionError extends StoreError {
  override name = "SessionError";
}
