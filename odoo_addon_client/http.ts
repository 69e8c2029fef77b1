import type { Readable } from "node:stream";
import { rootCertificates } from "node:tls";
import { createGunzip } from "node:zlib";
import { Agent, type Dispatcher, request } from "undici";
import { BadAnswerError, VigilClientError } from "./errors.ts";
import { type AllowAddress, checkLiteral, guardedLookup } from "./guarded-lookup.ts";
import { isCut, networkFailure } from "./http-errors.ts";
import { VERSION } from "./version.ts";

export interface HttpOptions {
  url: string;
  /** one limit over connecting, headers and body together */
  timeout_ms: number;
  /** PEM of an authority to trust besides the system's */
  ca?: string;
  insecure_tls?: boolean;
  /** asked for every address before it is connected to; default: all are */
  allow_address?: AllowAddress | undefined;
  /** default MAX_BODY_BYTES */
  max_bytes?: number;
}
export interface HttpRequest {
  method?: "GET" | "POST";
  path: string;
  headers?: Record<string, string>;
  body?: string;
}
export interface HttpAnswer {
  status: number;
  content_type: string;
  text: string;
}

/** A page of 20,000 rows is about 10 MB; this is the bound against a broken or hostile server, before and after gzip. */
export const MAX_BODY_BYTES = 256 * 1024 * 1024;

/**
 * The only thing that touches the network: a keep-alive pool for one server. Redirects are never followed, because
 * the request carries the secret, and because they could lead where `allow_address` forbids.
 */
export class Http {
  private readonly agent: Agent;
  private readonly base: URL;
  private readonly options: HttpOptions;

  constructor(options: HttpOptions) {
    this.options = options;
    this.base = new URL(options.url);
    this.agent = new Agent({
      connections: 4,
      keepAliveTimeout: 30_000,
      headersTimeout: options.timeout_ms,
      bodyTimeout: options.timeout_ms,
      connect: {
        timeout: options.timeout_ms,
        rejectUnauthorized: options.insecure_tls !== true,
        ...(options.allow_address === undefined ? {} : { lookup: guardedLookup(options.allow_address) }),
        ...(options.ca === undefined ? {} : { ca: [...rootCertificates, options.ca] }),
      },
    });
  }

  /**
   * Sends once more when the connection was cut before an answer began: a server closes idle keep-alive connections
   * without asking. Every method of `vigil.bridge` may be repeated (pull reads, acknowledge and adopt are idempotent).
   */
  async send(req: HttpRequest): Promise<HttpAnswer> {
    const { allow_address } = this.options;
    try {
      if (allow_address !== undefined) checkLiteral(this.base, allow_address);
      const answer = await this.open(req).catch((error: unknown) => {
        if (!isCut(error)) throw error;
        return this.open(req);
      });
      const text = await readBody(
        answer.body,
        header(answer.headers, "content-encoding"),
        this.options.max_bytes ?? MAX_BODY_BYTES,
      );
      if (answer.statusCode >= 300 && answer.statusCode < 400) throw redirected(header(answer.headers, "location"));
      return { status: answer.statusCode, content_type: header(answer.headers, "content-type"), text };
    } catch (error) {
      if (error instanceof VigilClientError) throw error;
      throw networkFailure(error, this.options.url, this.options.timeout_ms);
    }
  }

  private open(req: HttpRequest): Promise<Dispatcher.ResponseData> {
    return request(new URL(req.path.replace(/^\//, ""), this.withSlash()), {
      dispatcher: this.agent,
      method: req.method ?? "POST",
      headers: { "accept-encoding": "gzip", "user-agent": `Vigil/${VERSION}`, ...req.headers },
      body: req.body,
      signal: AbortSignal.timeout(this.options.timeout_ms),
    });
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private withSlash(): URL {
    const base = new URL(this.base);
    if (!base.pathname.endsWith("/")) base.pathname += "/";
    return base;
  }
}

async function readBody(body: Readable, encoding: string, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const source = encoding === "gzip" ? pipeGunzip(body) : body;
  for await (const chunk of source) {
    size += (chunk as Buffer).length;
    if (size > limit) {
      body.destroy();
      throw new BadAnswerError(
        `Odoo's answer is larger than ${Math.floor(limit / 1_048_576)} MB: pull with a smaller limit.`,
        { retryable: false },
      );
    }
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function pipeGunzip(body: Readable): Readable {
  const gunzip = createGunzip();
  // pipe() does not pass errors on: without this a cut connection would wait for the timeout.
  body.on("error", (error) => gunzip.destroy(error));
  return body.pipe(gunzip);
}

function redirected(location: string): BadAnswerError {
  const origin = URL.canParse(location) ? new URL(location).origin : "another place";
  return new BadAnswerError(`The server redirects to ${origin}: use the address that Odoo really answers at.`, {
    retryable: false,
  });
}

function header(headers: Record<string, string | string[] | undefined>, name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value) ?? "";
}
