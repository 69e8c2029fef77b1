import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DemoOdoo, openDemoOdoo } from "../../fixtures/demo-odoo.ts";
import { connect } from "../../odoo_addon_client/index.ts";
import { runCommand } from "../../service/cli/execute.ts";
import { explain } from "../../service/cli/explain.ts";
import { showLength, showLengthWithin } from "../../service/cli/output/length.ts";
import { buildProgram, parse } from "../../service/cli/program.ts";
import type { Invocation } from "../../service/control/message.ts";
import { pullAll } from "../../service/ingest/index.ts";
import { readSettings } from "../../service/settings/read.ts";
import { openStore, type Store } from "../../service/store/index.ts";
import { seedEmbeddedStore } from "../support/embedded-template.ts";
import { FakeTerminal } from "./fake-terminal.ts";

let store: Store;
let demo: DemoOdoo;
let folder: string;
const settings = readSettings({});

/** The words as they would be typed: through the grammar, then the command, on this store. */
async function vigil(
  ...words: string[]
): Promise<{ status: number; out: string; err: string; lines: () => Record<string, unknown>[] }> {
  let invocation: Invocation | undefined;
  const program = buildProgram({
    invoke: async (one: Invocation) => {
      invocation = one;
    },
  } as Parameters<typeof buildProgram>[0]);
  await parse(program, words, { out: () => {} });
  const terminal = new FakeTerminal();
  const end = (status: number) => ({
    status,
    out: terminal.stdout,
    err: terminal.stderr,
    lines: () =>
      terminal.stdout
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  });
  try {
    return end(await runCommand(invocation!, { terminal, settings, store }));
  } catch (error) {
    const { exit, sentence } = explain(error);
    await terminal.err(sentence);
    return end(exit);
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "vigil-sessions-"));
  await seedEmbeddedStore(folder);
  store = await openStore({ dataDir: folder });
  demo = await openDemoOdoo({ version: "18.0" });
  const { url, db, login, key } = demo.account;
  const instance = await store.instances.add({ name: "acme", url, db, login, key });
  const odoo = await connect({ url, database: db, login, secret: key });
  await pullAll(store, instance, odoo);
  await odoo.close();
});
afterAll(async () => {
  await store.close();
  await demo.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("the command line of sessions", () => {
  test("lists them without a running service, for people and for programs", async () => {
    const { status, lines } = await vigil("sessions", "list", "--live", "--json");
    expect(status).toBe(0);
    expect(lines()[0]).toMatchObject({
      instance: "acme",
      live: true,
      precision_s: 60,
      user: { login: expect.any(String) },
    });
    const { out } = await vigil("sessions", "list", "--limit", "3");
    expect(out.split("\n")[0]).toMatch(/^SESSION +USER +STARTED +DURATION +DEVICE +PLACE +ADDRESS +STATE$/);
    expect(out).toContain("± 1 min");
    expect(out.trimEnd().split("\n")).toHaveLength(4);
  });

  test("ends one by the beginning of its name, once; who did it stands in the own log", async () => {
    const [first] = (await vigil("sessions", "list", "--live", "--json")).lines();
    const end = () =>
      vigil(
        "sessions",
        "end",
        "--instance",
        "acme",
        "--session",
        String(first!.session).slice(0, 12),
        "--reason",
        "lost laptop",
      );
    expect(await end()).toMatchObject({
      status: 0,
      out: "Ended 1 session of acme: refused at the very next request.\n",
    });
    const log = (await vigil("audit", "list", "--action", "session.ended", "--json")).lines();
    expect(log[0]).toMatchObject({
      action: "session.ended",
      actor: { type: "os_user", name: "tester" },
      success: true,
    });
    const wrong = await vigil("sessions", "end", "--instance", "acme", "--reason", "x");
    expect([wrong.status, wrong.err]).toEqual([2, "Say which sessions: one of --session ID, --user LOGIN or --all."]);
    expect((await vigil("sessions", "end", "--instance", "none", "--all", "--reason", "x")).err).toContain(
      'no instance named "none"',
    );
  });

  test("blocks and unblocks a user", async () => {
    const block = await vigil("user", "block", "admin", "--instance", "acme", "--reason", "left", "--json");
    expect(block.lines()).toEqual([{ instance: "acme", login: "admin", blocked: true }]);
    expect([...demo.simulator.sessions.blocked]).toEqual(["admin"]);
    expect((await vigil("user", "unblock", "admin", "--instance", "acme", "--reason", "back")).status).toBe(0);
    expect([...demo.simulator.sessions.blocked]).toEqual([]);
    expect((await vigil("user", "block", "nobody-such", "--instance", "acme", "--reason", "x")).status).not.toBe(0);
  });

  test("shows logins by user, outcome and address", async () => {
    const [login] = (await vigil("logins", "list", "--json", "--limit", "1")).lines();
    const ip = String(login!.ip);
    const theirs = (await vigil("logins", "list", "--ip", ip, "--json")).lines();
    expect(theirs.every((one) => one.ip === ip)).toBe(true);
    const failed = (await vigil("logins", "list", "--failed", "--json")).lines();
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.every((one) => one.outcome === "failed")).toBe(true);
    expect((await vigil("logins", "list", "--from", "2027-01-01")).err).toBe("No login matches.\n");
    expect((await vigil("logins", "list", "--limit", "0")).status).toBe(2);
  });

  test("sets a policy by flags and by file, pushes it at once, and shows its history", async () => {
    const set = await vigil(
      "policy",
      "set",
      "--inactivity",
      "30",
      "--max-sessions",
      "2",
      "--mode",
      "oldest-stays",
      "--reason",
      "rule",
      "--json",
    );
    expect(set.lines()[0]).toMatchObject({
      status: "applied",
      desired: {
        policy: { inactivity_minutes: 30, max_sessions: 2, max_sessions_mode: "oldest_stays" },
        set_by: "tester",
      },
    });
    await vigil("policy", "set", "--inactivity", "none", "--reason", "no more");
    expect(demo.simulator.sessions.policy.policy).toEqual({
      inactivity_minutes: null,
      max_sessions: 2,
      max_sessions_mode: "oldest_stays",
    });
    const file = join(folder, "policy.json");
    writeFileSync(file, '{"absolute_hours": 12}');
    expect((await vigil("policy", "set", "--instance", "acme", "--file", file, "--reason", "own")).out).toContain(
      "Version 1 is set.\nacme  applied",
    );
    writeFileSync(file, '{"absolut_hours": 12}');
    const wrong = await vigil("policy", "set", "--file", file, "--reason", "x");
    expect([wrong.status, wrong.err]).toEqual([
      1,
      "absolut_hours is no key of a policy: docs/sessions.md lists the keys.",
    ]);
    expect((await vigil("policy", "set", "--reason", "x")).status).toBe(2);
    expect((await vigil("policy", "show", "--history", "--json")).lines().map(({ version }) => version)).toEqual([
      2, 1,
    ]);
    await demo.simulator.setFault("down");
    const away = await vigil("policy", "set", "--instance", "acme", "--none", "--reason", "back");
    await demo.simulator.setFault(undefined);
    expect([away.status, away.out, away.err]).toEqual([
      0,
      expect.stringContaining("waiting to be set there"),
      expect.stringContaining("Its policy waits"),
    ]);
  });

  test("finds what is suspicious, and takes other thresholds", async () => {
    const found = (await vigil("findings", "list", "--json", "--limit", "500")).lines();
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]).toMatchObject({
      kind: expect.stringMatching(/^security\./),
      evidence: [expect.any(Number)],
      parameters: { enabled: true },
    });
    expect((await vigil("findings", "list", "--rule", found[0]!.rule as string)).status).toBe(0);
    expect(
      (await vigil("findings", "tune", "brute_force_user", "attempts=20", "ignore=10.0.0.0/8,scanner")).out,
    ).toContain('"attempts":20');
    expect((await vigil("findings", "rules")).out).toContain(
      "attempts=20 minutes=15 quiet_minutes=60 ignore=10.0.0.0/8,scanner",
    );
    expect((await vigil("findings", "tune", "brute_force_user", "attempts")).status).toBe(2);
    expect((await vigil("findings", "tune", "brute_force_user", "attempts=many")).status).toBe(1);
    expect((await vigil("findings", "list", "--severity", "dire")).status).toBe(2);
  });
});

test("durations are said as people say them", () => {
  const said = [0, 59, 60, 719, 4320, 7_260, 172_800, 277_200].map(showLength);
  expect(said).toEqual(["0 s", "59 s", "1 min", "12 min", "1 h 12 min", "2 h 1 min", "2 days", "3 days 5 h"]);
  expect(showLengthWithin(4320, 60)).toBe("1 h 12 min ± 1 min");
});
