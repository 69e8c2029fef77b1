import { hash } from "node:crypto";
import type { FastifyInstance } from "fastify";

/** Weak ETags of what GET answers, so that a page that asks again and again costs its reader nothing. */
export function addEtags(app: FastifyInstance): void {
  app.addHook("onSend", async (request, reply, payload) => {
    if (request.method !== "GET" || reply.statusCode !== 200) return payload;
    let tag = reply.getHeader("etag");
    if (tag === undefined) {
      if (typeof payload !== "string") return payload;
      tag = `W/"${hash("sha1", payload, "base64url")}"`;
      reply.header("etag", tag);
    } else if (!Buffer.isBuffer(payload)) return payload; // a stream answers for its own
    if (!matches(request.headers["if-none-match"], tag)) return payload;
    reply.code(304).removeHeader("content-length");
    return null;
  });
}

function matches(header: string | undefined, tag: unknown): boolean {
  return header !== undefined && (header === "*" || header.split(",").some((one) => one.trim() === tag));
}
