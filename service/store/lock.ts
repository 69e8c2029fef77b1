import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { StoreLockedError } from "./errors.ts";

/**
 * Takes the embedded store's folder for this process; returns what gives it back. PGlite itself does not notice a
 * second process and loses data silently. A lock of a dead process is taken over, that of a live one never: the pid
 * is compared together with its start time, so that a reused pid does not block the store for ever.
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, "vigil.pid");
  const mine = `${process.pid} ${startOf(process.pid) ?? ""}\n`;
  const draft = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  const fd = openSync(draft, "wx", 0o600);
  writeSync(fd, mine);
  fsyncSync(fd);
  closeSync(fd);
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        linkSync(draft, path); // atomic, and complete when it appears
        break;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        const owner = readOwner(path);
        if (owner !== undefined && isAlive(owner)) throw new StoreLockedError(folder, owner.pid);
        if (attempt > 3) throw new StoreLockedError(folder, owner?.pid ?? 0);
        rmSync(path, { force: true });
      }
    }
  } finally {
    unlinkSync(draft);
  }
  return () => {
    if (readFileSync(path, "utf8") === mine) unlinkSync(path);
  };
}

interface Owner {
  pid: number;
  start: string;
}

function readOwner(path: string): Owner | undefined {
  try {
    const [pid, start] = readFileSync(path, "utf8").trim().split(" ");
    return { pid: Number(pid), start: start ?? "" };
  } catch {
    return undefined; // gone between the two calls: the next attempt takes it
  }
}

function isAlive(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const start = startOf(owner.pid);
  return start === undefined || owner.start === "" || start === owner.start;
}

/** The kernel's start time of a process (Linux); undefined elsewhere. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
