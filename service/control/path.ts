import { createHash } from "node:crypto";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

/** `sockaddr_un` holds 108 bytes on Linux and 104 on macOS; a longer path cannot be bound. */
const LONGEST = 100;

/** Where the running service of this data folder listens for commands. */
export function controlPath(dataDir: string): string {
  const beside = join(dataDir, "vigil.sock");
  if (Buffer.byteLength(beside) <= LONGEST) return beside;
  const digest = createHash("sha256").update(dataDir).digest("hex").slice(0, 16);
  return join(tmpdir(), `vigil-${userInfo().uid}-${digest}`, "vigil.sock");
}
