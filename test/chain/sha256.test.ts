import { hash, randomBytes, randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { viewOf } from "../../service/chain/bytes.ts";
import { HashBatch } from "../../service/chain/sha256.ts";

test("hashes of every length agree with node's, many at once and again after clearing", () => {
  const batch = new HashBatch();
  for (let turn = 0; turn < 3; turn++) {
    const messages = Array.from({ length: 600 }, (_, i) => randomBytes(turn === 0 ? i : randomInt(300)));
    for (const message of messages) {
      batch.begin();
      batch.move(viewOf(message));
      batch.seal();
    }
    batch.run();
    for (const [i, message] of messages.entries()) {
      expect(batch.equals(i, viewOf(hash("sha256", message, "buffer")), 0)).toBe(true);
    }
    batch.clear();
  }
});

test("texts are hashed as UTF-8, long ones grow the memory, one wrong bit is no equality", () => {
  const batch = new HashBatch();
  const texts = ["", "ä€😀", "x".repeat(9_000_000), "ende"];
  for (const text of texts) {
    batch.begin();
    batch.ascii("vigil/1L");
    batch.text(text);
    batch.seal();
  }
  batch.run();
  for (const [i, text] of texts.entries()) {
    const expected = hash("sha256", `vigil/1L${text}`, "buffer");
    expect(batch.equals(i, viewOf(expected), 0)).toBe(true);
    expected[31]! ^= 1;
    expect(batch.equals(i, viewOf(expected), 0)).toBe(false);
  }
});
