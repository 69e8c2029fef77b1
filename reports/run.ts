import { dirname } from "node:path";
import { Worker } from "node:worker_threads";
import { checkRequest } from "./check-request.ts";
import { ReportFailedError, ReportRequestError } from "./errors.ts";
import type { MadeReport } from "./make.ts";
import type { ReportRequest } from "./request.ts";
import type { ReportSource } from "./source.ts";

export interface RunOptions {
  request: ReportRequest;
  source: ReportSource;
  path: string;
  made_at: Date;
  made_by: string;
  vigil_version: string;
  progress?(share: number, step: string): void;
  signal?: AbortSignal | undefined;
}
export type WorkerOptions = Pick<RunOptions, "request" | "path" | "made_by" | "vigil_version"> & { made_at: string };

export type FromWorker =
  | { type: "call"; id: number; method: "subject" | "sign"; parameters: unknown[] }
  | { type: "next"; id: number; stream: number; method: "events" | "leaves"; parameters: unknown[] }
  | { type: "close"; stream: number }
  | { type: "progress"; share: number; step: string }
  | { type: "made"; made: MadeReport }
  | { type: "error"; name: string; message: string; code?: string };
export type ToWorker =
  | { type: "answer"; id: number; value: unknown }
  | { type: "failed"; id: number; name: string; message: string }
  | { type: "stop" };

/** A report of any length fits: rows are gone once written. Young space small, or it alone takes 100 MB. */
const LIMITS = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 4 };

/**
 * Makes a report in a thread of its own, so that the service answers meanwhile: this thread only hands over what the
 * store gives. Throws ReportRequestError, ReportFailedError.
 */
export async function runReport(options: RunOptions): Promise<MadeReport> {
  options.signal?.throwIfAborted();
  const { request, source, path, made_by, vigil_version } = options;
  checkRequest(request);
  const workerData: WorkerOptions = { request, path, made_by, vigil_version, made_at: options.made_at.toISOString() };
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    workerData,
    resourceLimits: LIMITS,
    execArgv: [],
  });
  const streams = new Map<number, AsyncIterator<unknown>>();
  const send = (message: ToWorker): void => worker.postMessage(message);
  const stop = (): void => send({ type: "stop" });
  options.signal?.addEventListener("abort", stop, { once: true });

  const answer = async (message: Extract<FromWorker, { id: number }>): Promise<unknown> => {
    if (message.type === "call")
      return (source[message.method] as (...p: unknown[]) => Promise<unknown>)(...message.parameters);
    let stream = streams.get(message.stream);
    if (stream === undefined) {
      stream = (source[message.method] as (...p: unknown[]) => AsyncIterable<unknown>)(...message.parameters)[
        Symbol.asyncIterator
      ]();
      streams.set(message.stream, stream);
    }
    return (await stream.next()).value;
  };

  return new Promise<MadeReport>((resolve, reject) => {
    worker.on("message", (message: FromWorker) => {
      switch (message.type) {
        case "progress":
          return options.progress?.(message.share, message.step);
        case "made":
          return resolve(message.made);
        case "error":
          return reject(explain(message, path));
        case "close":
          void streams
            .get(message.stream)
            ?.return?.()
            .catch(() => undefined); // the report has its end already
          streams.delete(message.stream);
          return;
        default:
          answer(message).then(
            (value) => send({ type: "answer", id: message.id, value }),
            (error: Error) => send({ type: "failed", id: message.id, name: error.name, message: error.message }),
          );
      }
    });
    worker.on("error", (error: Error & { code?: string }) => reject(explain(error, path)));
    worker.on("exit", (code) => reject(new ReportFailedError(`The report's thread ended (${code}): try again.`)));
  }).finally(async () => {
    options.signal?.removeEventListener("abort", stop);
    for (const stream of streams.values()) await stream.return?.().catch(() => undefined); // nothing is waited for any more
    await worker.terminate();
  });
}

function explain(error: { name: string; message: string; code?: string }, path: string): Error {
  if (error.code === "ENOSPC" || /ENOSPC|No space left/.test(error.message))
    return new ReportFailedError(
      `The disk of ${dirname(path)} is full: free some space, then try again; nothing half is left there.`,
    );
  if (error.code === "ENOENT" || error.code === "EACCES" || error.code === "ENOTDIR")
    return new ReportFailedError(
      `The file cannot be written to ${dirname(path)} (${error.code}): check that the folder exists and may be written to.`,
    );
  if (error.code === "ERR_WORKER_OUT_OF_MEMORY")
    return new ReportFailedError(
      "The report needs more memory than it may take: narrow it down by date, user or model.",
    );
  if (error.name === "ReportRequestError") return new ReportRequestError(error.message);
  return new ReportFailedError(error.message);
}
