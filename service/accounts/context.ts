import type { Store } from "../store/types.ts";

/** What this room works with. Everything from outside comes in here; the clock is the store's. */
export interface Accounts {
  /** of the organisation that this store began with: it has the log of what belongs to no other */
  store: Store;
  /** where people open the dashboard: links, the passkeys' name, and whether cookies are Secure come from it */
  publicUrl(): string;
  /** sends a link to an address, and never rejects: what fails it tells elsewhere. Absent: links come from the command line */
  deliver?: ((mail: { to: string; name: string; kind: "reset" | "invite"; link: string }) => Promise<void>) | undefined;
}

/** From where somebody asks. */
export interface Visit {
  ip?: string | undefined;
  user_agent?: string | undefined;
  /** the cookie that this browser was given when it last signed in */
  device?: string | undefined;
  request_id?: string | undefined;
}

/** A sign-in ends when it was not used for this long, … */
export const IDLE_MS = 12 * 3_600_000;
/** … and in any case after this. */
export const SIGN_IN_MS = 7 * 86_400_000;
/** How long a browser counts as known after it last signed in. */
export const DEVICE_MS = 180 * 86_400_000;

export function idleSince(now: Date): Date {
  return new Date(now.getTime() - IDLE_MS);
}
