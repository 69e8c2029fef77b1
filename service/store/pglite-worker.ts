import { closeSync, fsyncSync, openSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { NodeFS } from "@electric-sql/pglite/nodefs";

/* The embedded store lives in this thread: a long query must not stall the service's event loop. */

export type WorkerRequest =
  | { id: number; type: "query"; sql: string; parameters: unknown[] }
  | { id: number; type: "copyIn"; sql: string; bytes: Uint8Array }
  | { id: number; type: "copyOut"; sql: string }
  | { id: number; type: "close" };
export type WorkerReply = {
  id: number;
  rows?: unknown[];
  bytes?: Uint8Array;
  error?: { message: string; code?: string };
};

// biome-ignore lint/suspicious/noExplicitAny: emscripten's objects have no types
type Emscripten = any;

/** PGlite's own file system has no fsync: PostgreSQL would believe every commit durable while it lies in memory. */
class DurableNodeFS extends NodeFS {
  override async init(pg: Emscripten, options: Emscripten): Promise<Emscripten> {
    const result = await super.init(pg, options);
    result.emscriptenOpts.preRun!.push((module: Emscripten) => {
      module.NODEFS.stream_ops.fsync = (stream: Emscripten): number => {
        if (stream.nfd !== undefined && stream.nfd !== null) fsyncSync(stream.nfd);
        else syncFolder(module.NODEFS.realPath(stream.node));
        return 0;
      };
    });
    return result;
  }
}

function syncFolder(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

const asText = (value: string): string => value;
const pglite = await PGlite.create({
  fs: new DurableNodeFS(workerData.folder),
  relaxedDurability: false,
  startParams: [
    ...PGlite.defaultStartParams.filter((parameter) => parameter !== "-F"),
    ...["fsync=on", "wal_sync_method=fsync", "synchronous_commit=on", "timezone=UTC", "datestyle=ISO"].flatMap(
      (setting) => ["-c", setting],
    ),
  ],
  // as PostgreSQL's driver is set up in postgres.ts
  parsers: { 20: Number, 114: asText, 1082: asText, 1114: asText, 1184: asText, 3802: asText },
});

async function answer(request: WorkerRequest): Promise<WorkerReply> {
  const { id } = request;
  switch (request.type) {
    case "query":
      return { id, rows: (await pglite.query(request.sql, request.parameters)).rows };
    case "copyIn":
      await pglite.query(request.sql.replace("FROM STDIN", "FROM '/dev/blob'"), [], {
        blob: new Blob([request.bytes as Uint8Array<ArrayBuffer>]),
      });
      return { id };
    case "copyOut": {
      const { blob } = await pglite.query(request.sql.replace("TO STDOUT", "TO '/dev/blob'"));
      return { id, bytes: blob === undefined ? new Uint8Array() : new Uint8Array(await blob.arrayBuffer()) };
    }
    case "close":
      await pglite.close();
      return { id };
  }
}

parentPort!.on("message", (request: WorkerRequest) => {
  answer(request)
    .catch((error: Error & { code?: string }) => ({
      id: request.id,
      error: { message: error.message, ...(error.code === undefined ? {} : { code: error.code }) },
    }))
    .then((reply) => parentPort!.postMessage(reply));
});
parentPort!.postMessage({ id: 0 } satisfies WorkerReply);
