import { parentPort, workerData } from "node:worker_threads";
import { type MakeOptions, makeWorkbook } from "./make.ts";
import { makePlain } from "./plain.ts";
import type { FromWorker, ToWorker, WorkerOptions } from "./run.ts";
import type { ReportSource } from "./source.ts";

/* A report is made in this thread; what it reads comes from the thread that has the store open. */

const port = parentPort!;
const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
let last = 0;
const stopped = new AbortController();
const send = (message: FromWorker): void => port.postMessage(message);

port.on("message", (message: ToWorker) => {
  if (message.type === "stop") return stopped.abort(new Error("The report was cancelled."));
  const call = waiting.get(message.id);
  waiting.delete(message.id);
  if (message.type === "failed") call?.reject(Object.assign(new Error(message.message), { name: message.name }));
  else call?.resolve(message.value);
});

function ask(message: (id: number) => FromWorker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const id = ++last;
    waiting.set(id, { resolve, reject });
    send(message(id));
  });
}

let streams = 0;
/** A piece is asked for when the one before is used up, and the next one is on its way while this one is worked on. */
async function* stream(method: "events" | "leaves", parameters: unknown[]): AsyncGenerator<unknown> {
  const name = ++streams;
  const next = (): Promise<unknown> => ask((id) => ({ type: "next", id, stream: name, method, parameters }));
  let coming = next();
  try {
    for (;;) {
      const piece = await coming;
      if (piece === undefined) return;
      coming = next();
      coming.catch(() => undefined); // told when it is its turn
      yield piece;
    }
  } finally {
    send({ type: "close", stream: name });
  }
}

const bytesOf = (piece: Uint8Array): Buffer => Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
const source: ReportSource = {
  subject: async (request) => {
    const subject = (await ask((id) => ({ type: "call", id, method: "subject", parameters: [request] }))) as Awaited<
      ReturnType<ReportSource["subject"]>
    >;
    for (const row of subject.instances.flatMap((one) => [...one.segments, ...one.tombstones]))
      row.hash = bytesOf(row.hash);
    return subject;
  },
  sign: (hash) => ask((id) => ({ type: "call", id, method: "sign", parameters: [hash] })) as Promise<string>,
  async *events(...parameters) {
    for await (const piece of stream("events", parameters)) {
      const { bytes, isFirst } = piece as { bytes: Uint8Array; isFirst: boolean };
      yield { bytes: bytesOf(bytes), isFirst };
    }
  },
  async *leaves(...parameters) {
    for await (const piece of stream("leaves", parameters)) yield bytesOf(piece as Uint8Array);
  },
};

const { made_at, ...rest } = workerData as WorkerOptions;
const options: MakeOptions = {
  ...rest,
  made_at: new Date(made_at),
  source,
  signal: stopped.signal,
  progress: (share, step) => send({ type: "progress", share, step }),
};
const make = rest.request.format === "xlsx" ? makeWorkbook : makePlain;
make(options).then(
  (made) => send({ type: "made", made }),
  (error: Error & { code?: string }) =>
    send({
      type: "error",
      name: error.name,
      message: error.message,
      ...(error.code === undefined ? {} : { code: error.code }),
    }),
);
