import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { segmentsAfter } from "../store/chain-rows.ts";
import type { Instance, Store } from "../store/types.ts";
import { checkpointLine } from "./checkpoint.ts";

/* Witnesses hold the checkpoints outside the database, so that who can rewrite the one cannot rewrite the other. */

export interface WitnessedCheckpoint {
  number: number;
  hash: string;
}

/** One file for all where VIGIL_CHECKPOINT_FILE names it (on another disk, say), else one by instance. */
export function witnessPath(store: Store, instance: Instance): string {
  return store.checkpointFile ?? join(store.dataDir, "checkpoints", `${encodeURIComponent(instance.name)}.ndjson`);
}

/** Checkpoints of this instance in its file; a name that was used before may have left others' there. A torn last line is skipped. */
export function readWitness(store: Store, instance: Instance): WitnessedCheckpoint[] {
  let text: string;
  try {
    text = readFileSync(witnessPath(store, instance), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  const found: WitnessedCheckpoint[] = [];
  for (const line of text.split("\n")) {
    try {
      const { body, hash } = JSON.parse(line) as { body: string; hash: string };
      const { instance: id, number } = JSON.parse(body) as { instance: string; number: number };
      if (id === instance.id) found.push({ number, hash });
    } catch {
      // the empty text after the last line end, or a line cut by a crash: the next sealing writes it again
    }
  }
  return found;
}

/** Appends what the file does not have yet (also what a crash kept from it), durably. */
export async function tellFile(store: Store, instance: Instance): Promise<void> {
  const told = readWitness(store, instance).reduce((highest, { number }) => Math.max(highest, number), 0);
  const rows = await segmentsAfter(store.database, instance.id, told);
  if (rows.length === 0) return;
  const path = witnessPath(store, instance);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const fd = openSync(path, "a+", 0o600);
  try {
    // begins with a line end, in case a crash left half a line
    writeSync(fd, `${rows.map((row) => `\n${JSON.stringify(checkpointLine(row))}`).join("")}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
