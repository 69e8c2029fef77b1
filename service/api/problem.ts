import { type TSchema, Type } from "typebox";
import { VigilClientError } from "../../odoo_addon_client/index.ts";
import { CursorError } from "../audit/index.ts";
import { QuarantinedError } from "../ingest/identity.ts";
import {
  InstanceExistsError,
  InstanceUnknownError,
  LeaseError,
  StoreError,
  StoreUnavailableError,
} from "../store/errors.ts";

/** Every error the API answers with, by the last part of its `type`; `/api/problems/NAME` tells what to do about it. */
export const PROBLEMS = {
  "invalid-request": [400, "The request is not what this address takes", "Mend what `errors` names."],
  "sign-in-required": [401, "Sign in first", "Send the cookie of a sign-in, or `Authorization: Bearer vgl_…`."],
  "totp-required": [401, "A second factor is due", "Repeat the request with `code` from the authenticator."],
  "password-required": [403, "This needs your password", "Repeat the request with `password` in its body."],
  forbidden: [403, "Your role does not allow this", "Ask an Owner or Admin for the permission that `detail` names."],
  "csrf-token": [
    403,
    "The CSRF token is missing or wrong",
    "Send `x-csrf-token` with the value from `GET /api/auth/me`.",
  ],
  "not-found": [404, "There is no such thing here", "Check the address and the organisation."],
  "method-not-allowed": [405, "This address does not take that method", "See /api/docs for those it takes."],
  conflict: [409, "It cannot be done in the present state", "Read `detail`, then ask again."],
  "too-large": [413, "The request is too large", "Send less at once."],
  "unsupported-media-type": [415, "Only application/json is read", "Set `content-type: application/json`."],
  refused: [422, "The values do not go together", "Read `detail`."],
  "too-many-requests": [429, "Too many requests", "Wait as long as `retry-after` says."],
  internal: [500, "Something went wrong inside Vigil", "Give the reference to whoever reads the service's log."],
  "odoo-failed": [502, "Odoo did not answer as it should", "Read `detail`: it says who has to act."],
  "store-unavailable": [503, "The store does not answer", "Try again in a moment; nothing is lost."],
  "took-too-long": [503, "The question took too long", "Ask for a shorter period, or add a filter."],
} as const satisfies Record<string, readonly [status: number, title: string, remedy: string]>;

export type ProblemName = keyof typeof PROBLEMS;

export interface FieldError {
  path: string;
  message: string;
}

/** Thrown anywhere below a route: becomes the answer (RFC 9457). `detail` is one sentence for the caller. */
export class Problem extends Error {
  override name = "Problem";
  readonly problem: ProblemName;
  readonly errors: FieldError[] | undefined;
  constructor(problem: ProblemName, detail: string, options: ErrorOptions & { errors?: FieldError[] } = {}) {
    super(detail, options);
    this.problem = problem;
    this.errors = options.errors;
  }
  get status(): number {
    return PROBLEMS[this.problem][0];
  }
}

export const notFound = (detail: string): Problem => new Problem("not-found", detail);

/** The answer's body. */
export const ProblemBody = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.String({ description: "the reference under which the service's log holds it" }),
    errors: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
  },
  {
    description: "RFC 9457 problem details",
    examples: [
      {
        type: "/api/problems/not-found",
        title: "There is no such thing here",
        status: 404,
        detail: 'There is no instance "acme".',
        instance: "urn:uuid:6c0e5f0e-4d37-4f5e-9f8e-0f5f4a2e7c11",
      },
    ],
  },
) satisfies TSchema;

export function problemBody(problem: Problem, reference: string): Record<string, unknown> {
  const [status, title] = PROBLEMS[problem.problem];
  return {
    type: `/api/problems/${problem.problem}`,
    title,
    status,
    detail: problem.message,
    instance: `urn:uuid:${reference}`,
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
  };
}

/**
 * Any error as a problem. Ours carry a sentence for people; what nobody foresaw is masked, because its message may
 * hold a statement, a path or a value: the log has it under the reference.
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof InstanceUnknownError) return new Problem("not-found", error.message, { cause: error });
  if (error instanceof InstanceExistsError || error instanceof LeaseError || error instanceof QuarantinedError)
    return new Problem("conflict", error.message, { cause: error });
  if (error instanceof CursorError) return new Problem("invalid-request", error.message, { cause: error });
  if (error instanceof StoreUnavailableError)
    return new Problem("store-unavailable", "The store does not answer now.", { cause: error });
  if (error instanceof StoreError) return new Problem("refused", error.message, { cause: error });
  const named = (error as { problem?: string }).problem; // rooms before this one name the problem without importing it
  if (error instanceof Error && named !== undefined && Object.hasOwn(PROBLEMS, named))
    return new Problem(named as ProblemName, error.message, { cause: error });
  if (error instanceof VigilClientError) return new Problem("odoo-failed", error.message, { cause: error });
  return fromCode(error) ?? masked(error);
}

const masked = (cause: unknown): Problem =>
  new Problem("internal", "Something went wrong inside Vigil; the service's log has it under this reference.", {
    cause,
  });

/** Errors of Fastify and of PostgreSQL, by their code. */
function fromCode(error: unknown): Problem | undefined {
  const { code = "", statusCode, message = "" } = error as { code?: string; statusCode?: number; message?: string };
  if (code === "57014" || code === "FST_ERR_HANDLER_TIMEOUT")
    return new Problem("took-too-long", "The question took too long; ask for a shorter period or add a filter.", {
      cause: error,
    });
  if (/^22[0-9A-Z]{3}$/.test(code))
    return new Problem("invalid-request", "A value is not of the kind that is stored here.", { cause: error });
  if (code === "FST_ERR_CTP_BODY_TOO_LARGE")
    return new Problem("too-large", "The body is larger than this address takes.");
  if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE") return new Problem("unsupported-media-type", "Send application/json.");
  if (statusCode === 429) return new Problem("too-many-requests", message || "Too many requests from this address.");
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new Problem("invalid-request", code.startsWith("FST_") ? message : "The request cannot be read.", {
      cause: error,
    });
  return undefined;
}

interface Invalid {
  instancePath?: string;
  message?: string | undefined;
  keyword?: string;
  params?: Record<string, unknown>;
}

/** Names the member and what is wrong, never the value: it may be a secret. */
export function fieldErrors(errors: Invalid[], part: string): FieldError[] {
  return errors.map(({ instancePath = "", message = "is not valid", params = {} }) => {
    const extra = params.additionalProperty ?? params.missingProperty;
    return {
      path: `${part}${instancePath}${typeof extra === "string" ? `/${extra}` : ""}`,
      message,
    };
  });
}
