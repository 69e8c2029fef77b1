import { randomBytes } from "node:crypto";
import { moveBytes, viewOf } from "./bytes.ts";
import { SALT_BYTES } from "./hashing.ts";

/** Random salts, drawn in bulk: a call a salt costs as much as the hash. */
export class SaltSource {
  #pool = viewOf(Buffer.alloc(0));
  #at = 0;

  write(target: DataView, offset: number): void {
    if (this.#at === this.#pool.byteLength) {
      this.#pool = viewOf(randomBytes(SALT_BYTES * 4096));
      this.#at = 0;
    }
    moveBytes(this.#pool, this.#at, target, offset, SALT_BYTES);
    this.#at += SALT_BYTES;
  }
}
