import { hash } from "node:crypto";
import type { FastifyInstance } from "fastify";

/** Weak ETags of what GET answers, so that a page that asks again and again costs its reader nothing. */
export function addEtags(app: FastifyInstance): void {
  app.addHook("onSend", async (request, reply, payload) => {
    if (request.method !== "GET" || reply.statusCode !== 200 || typeof payload !== "string" || reply.hasHeader("etag"))
      return payload;
    const tag = `W/"${hash("sha1", payload, "base64url")}"`;
    reply.header("etag", tag);
    if (!matches(request.headers["if-none-match"], tag)) return payload;
    reply.code(304).removeHeader("content-length");
    return null;
  });
}

function matches(header: string | undefined, tag: string): boolean {
  return header !== undefined && (header === "*" || header.split(",").some((one) => one.trim() === tag));
}
