import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { callControl } from "../../service/control/call.ts";
import { type Control, listenControl, type Run } from "../../service/control/listen.ts";
import { controlPath } from "../../service/control/path.ts";
import { FakeTerminal } from "./fake-terminal.ts";

let folder: string;
let path: string;
let control: Control | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "vigil-control-"));
  path = controlPath(folder);
});
afterEach(async () => {
  await control?.close();
  control = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const invocation = { command: "events list", arguments: ["a"], options: { json: true } };
async function listen(run: Run, version = "1"): Promise<void> {
  control = await listenControl({ path, version, run });
}
const call = (terminal: FakeTerminal, version = "1") => callControl({ path, version, invocation, terminal });

describe("the control socket", () => {
  it("carries a command out in the service and its output back, in order", async () => {
    await listen(async (received, terminal) => {
      expect(received).toEqual(invocation);
      expect(terminal.user).toBe("tester");
      expect(terminal.shape.columns).toBe(77);
      await terminal.out("one\ntwo — ünïcode\n");
      await terminal.err("note\n");
      return { exit: 1, sentence: "The answer is no." };
    });
    const terminal = new FakeTerminal({ shape: { columns: 77 } });
    expect(await call(terminal)).toEqual({ exit: 1, sentence: "The answer is no." });
    expect([terminal.stdout, terminal.stderr]).toEqual(["one\ntwo — ünïcode\n", "note\n"]);
  });

  it("asks the person at the client for a secret", async () => {
    let heard = "";
    await listen(async (_, terminal) => {
      heard = await terminal.askSecret("Key: ");
      return { exit: 0 };
    });
    const terminal = new FakeTerminal({ answer: "s3cret\n with line" });
    expect(await call(terminal)).toEqual({ exit: 0 });
    expect(terminal.questions).toEqual(["Key: "]);
    expect(heard).toBe("s3cret\n with line");
  });

  it("tells the service when nobody answers, and does not hang", async () => {
    await listen(async (_, terminal) => ({
      exit: 2,
      sentence: await terminal.askSecret("Key: ").catch((error) => error.message),
    }));
    expect(await call(new FakeTerminal())).toEqual({ exit: 2, sentence: "Nobody is there to answer." });
  });

  it("answers undefined where no service listens, or one was killed and left its socket", async () => {
    expect(await call(new FakeTerminal())).toBeUndefined();
    writeFileSync(path, "");
    expect(await call(new FakeTerminal())).toBeUndefined();
    await listen(async () => ({ exit: 0 }));
    expect(await call(new FakeTerminal())).toEqual({ exit: 0 });
  });

  it("belongs to its owner alone", async () => {
    await listen(async () => ({ exit: 0 }));
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("refuses a client of another release", async () => {
    await listen(async () => ({ exit: 0 }), "2");
    expect((await call(new FakeTerminal()))?.sentence).toBe(
      "The running service is Vigil 2 and this is 1; restart the service, then try again.",
    );
  });

  it("survives a client that sends rubbish", async () => {
    await listen(async () => ({ exit: 0 }));
    await new Promise<void>((resolve) => {
      const socket = connect(path, () => socket.end("this is no JSON\n"));
      socket
        .on("close", () => resolve())
        .on("error", () => {})
        .resume();
    });
    expect(await call(new FakeTerminal())).toEqual({ exit: 0 });
  });

  it("aborts the command when its client goes away", async () => {
    const aborted = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    await listen(async (_, terminal) => {
      terminal.signal.addEventListener("abort", () => aborted.resolve());
      started.resolve();
      await aborted.promise;
      return { exit: 0 };
    });
    const terminal = new FakeTerminal();
    const answer = call(terminal);
    await started.promise;
    terminal.abort();
    await expect(answer).rejects.toThrow("interrupted");
    await aborted.promise;
  });

  it("says so when the service stops in the middle", async () => {
    const started = Promise.withResolvers<void>();
    await listen((_, terminal) => {
      started.resolve();
      return new Promise((resolve) => terminal.signal.addEventListener("abort", () => resolve({ exit: 0 })));
    });
    const answer = call(new FakeTerminal());
    await started.promise;
    await control!.close();
    expect(await answer).toMatchObject({
      exit: 3,
      sentence: expect.stringContaining("stopped before it had answered"),
    });
  });

  it("carries a hundred thousand lines whole to a slow reader", async () => {
    const line = `${"x".repeat(99)}\n`;
    await listen(async (_, terminal) => {
      for (let sent = 0; sent < 1000; sent++) await terminal.out(line.repeat(100));
      return { exit: 0 };
    });
    let characters = 0;
    const terminal = new FakeTerminal();
    terminal.out = async (text) => {
      await new Promise(setImmediate);
      characters += text.length;
    };
    expect(await call(terminal)).toEqual({ exit: 0 });
    expect(characters).toBe(10_000_000);
  });

  it("moves to the temporary folder where the data folder's path is too long for a socket", () => {
    expect(controlPath("/data")).toBe("/data/vigil.sock");
    const long = controlPath(`/${"d".repeat(120)}`);
    expect(long.length).toBeLessThan(100);
    expect(long).toMatch(/vigil\.sock$/);
  });
});
