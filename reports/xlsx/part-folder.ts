import { mkdtemp, readdir, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";

const HOST = hostname().replace(/[^\w.]/g, "_");

/**
 * A folder beside `path` in which a file grows before it gets its name. Takes away what a process that was killed left
 * there of the same file: its number stands in the folder's name.
 */
export async function openPartFolder(path: string): Promise<string> {
  const folder = dirname(path);
  const prefix = `.${basename(path)}.part-${HOST}-`;
  for (const name of await readdir(folder))
    if (name.startsWith(prefix) && isOver(Number(name.slice(prefix.length).split("-")[0])))
      await rm(join(folder, name), { recursive: true, force: true });
  return mkdtemp(join(folder, `${prefix}${process.pid}-`));
}

function isOver(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}
