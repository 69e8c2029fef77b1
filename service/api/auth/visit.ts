import type { FastifyReply, FastifyRequest } from "fastify";
import {
  DEVICE_COOKIE,
  DEVICE_MS,
  SESSION_COOKIE,
  type SignedIn,
  TooManyAttempts,
  type Visit,
} from "../../accounts/index.ts";
import type { ApiServices } from "../services.ts";

/** From where a request comes, as the log keeps it. */
export function visitOf(request: FastifyRequest): Visit {
  return {
    ip: request.ip,
    user_agent: request.headers["user-agent"],
    device: request.cookies[DEVICE_COOKIE],
    request_id: request.id,
  };
}

/** Lax, so that a link into the dashboard finds the person signed in; what changes something needs the CSRF token. */
function options(services: ApiServices) {
  const secure = services.accounts.publicUrl().startsWith("https:");
  return { path: "/", httpOnly: true, sameSite: "lax", secure } as const;
}

/** Gives the browser its cookies. */
export function enter(services: ApiServices, reply: FastifyReply, signedIn: SignedIn): void {
  const shared = options(services);
  reply.setCookie(SESSION_COOKIE, signedIn.token, { ...shared, expires: signedIn.expires_at });
  reply.setCookie(DEVICE_COOKIE, signedIn.device, { ...shared, path: "/api/auth", maxAge: DEVICE_MS / 1000 });
}

/** The device stays known: its person will come back. */
export function leave(services: ApiServices, reply: FastifyReply): void {
  reply.clearCookie(SESSION_COOKIE, options(services));
}

/** Tells a client that was slowed down how long to wait. */
export async function withRetryAfter<T>(reply: FastifyReply, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof TooManyAttempts) reply.header("retry-after", error.retry_after_s);
    throw error;
  }
}

/** Requests a minute by address on the routes that judge a password, a code or a link. */
export const GUESSES_PER_MINUTE = 60;
