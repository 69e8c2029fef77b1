import type { Problem } from "./types.ts";

/** What the service answered instead of what was asked for; `message` says what to do. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Partial<Problem>;
  constructor(status: number, problem: Partial<Problem>) {
    super(problem.detail ?? problem.title ?? `The service answered ${status}.`);
    this.name = "ApiError";
    this.status = status;
    this.problem = problem;
  }
  /** the last part of the problem's type: `totp-required` */
  get kind(): string {
    return this.problem.type?.split("/").at(-1) ?? "";
  }
}

/** Nothing answered: the service is down, or the network is. */
export class UnreachableError extends Error {
  constructor(cause: unknown) {
    super("The service does not answer.", { cause });
    this.name = "UnreachableError";
  }
}

export type Query = Record<string, string | number | boolean | undefined>;

/** What `/api/auth/me` told; every call after it carries both. */
export const credentials: { csrf_token?: string | undefined; organisation_id?: string | undefined } = {};

export function url(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (value !== undefined && value !== "") search.set(key, `${value}`);
  const text = search.toString();
  return text ? `${path}?${text}` : path;
}

export function headers(unsafe = false): Record<string, string> {
  const { csrf_token, organisation_id } = credentials;
  return {
    accept: "application/json",
    ...(organisation_id ? { "x-organisation-id": organisation_id } : {}),
    ...(unsafe && csrf_token ? { "x-csrf-token": csrf_token } : {}),
  };
}

async function call<T>(method: string, path: string, options: { query?: Query; body?: unknown; signal?: AbortSignal }) {
  const { query, body, signal } = options;
  let response: Response;
  try {
    response = await fetch(url(path, query), {
      method,
      headers: {
        ...headers(method !== "GET"),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new UnreachableError(cause);
  }
  const text = await response.text();
  const answer: unknown =
    text && /json/.test(response.headers.get("content-type") ?? "") ? JSON.parse(text) : undefined;
  if (!response.ok) throw new ApiError(response.status, (answer ?? { title: response.statusText }) as Partial<Problem>);
  return answer as T;
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> =>
  call<T>("GET", path, { ...(query ? { query } : {}), ...(signal ? { signal } : {}) });
export const send = <T = unknown>(method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: unknown) =>
  call<T>(method, path, body === undefined ? {} : { body });
