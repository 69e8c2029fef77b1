import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cleanEnv, Vigil } from "../e2e/vigil-cli.ts";
import { type Postgres, postgresBin, startPostgres, until } from "../odoo/postgres.ts";
import { freePort, Workshop } from "../odoo/workshop.ts";
import { CountingOdoo } from "./counting-odoo.ts";
import { ROUNDS, seeded } from "./random.ts";

const BIN = resolve(import.meta.dirname, "../../bin/vigil.js");
const EVENTS = ROUNDS * 600;
const TIMEOUT = 60_000 + ROUNDS * 30_000;

let workshop: Workshop;
let odoo: CountingOdoo;
let url: string;

beforeEach(async () => {
  workshop = new Workshop();
  odoo = new CountingOdoo(EVENTS);
  url = await odoo.listen();
});

afterEach(async () => {
  await odoo.close();
  await workshop.close();
});

describe("kill -9 under load", () => {
  it(
    "of the service on the embedded store loses nothing, doubles nothing, and the chain holds",
    async () => {
      const vigil = await prepared({});
      await killService(vigil);
      await expectEverythingOnce(vigil);
    },
    TIMEOUT,
  );

  it.skipIf(!postgresBin())(
    "of the service on PostgreSQL loses nothing, doubles nothing, and the chain holds",
    async () => {
      const postgres = await startPostgres(workshop);
      const vigil = await prepared({ DATABASE_URL: postgres.url("postgres") });
      await killService(vigil);
      await expectEverythingOnce(vigil);
    },
    TIMEOUT,
  );

  it.skipIf(!postgresBin())(
    "of PostgreSQL under a running service: it comes back by itself",
    async () => {
      const postgres = await startPostgres(workshop);
      const vigil = await prepared({ DATABASE_URL: postgres.url("postgres") });
      await killStore(vigil, postgres);
      await expectEverythingOnce(vigil);
    },
    TIMEOUT,
  );
});

async function prepared(env: Record<string, string>): Promise<Vigil> {
  const vigil = new Vigil({ ...env, VIGIL_PORT: String(await freePort()), VIGIL_SECRET_KEY: "00".repeat(32) });
  workshop.onClose(() => vigil.remove());
  await vigil.add("acme", { url, database: "acme" }, "admin", "admin");
  return vigil;
}

/** Each round starts `vigil pull` and ends it at a random request, a random moment after the answer. */
async function killService(vigil: Vigil): Promise<void> {
  const random = seeded();
  console.log(`seed ${random.seed}`);
  for (let round = 0; round < ROUNDS; round++) {
    const child = spawn(process.execPath, [BIN, "pull", "acme"], {
      env: { ...cleanEnv(), ...vigil.env },
      stdio: "ignore",
    });
    const gone = new Promise<void>((done) => child.once("exit", () => done()));
    let left = 1 + random.below(5);
    odoo.onRequest = () => {
      if (--left === 0) setTimeout(() => child.kill("SIGKILL"), random.below(40));
    };
    await gone;
  }
  odoo.onRequest = () => {};
}

/** The service goes on running; the store dies under it at a random request and is started again. */
async function killStore(vigil: Vigil, postgres: Postgres): Promise<void> {
  const random = seeded();
  console.log(`seed ${random.seed}`);
  odoo.available = 0;
  const child = spawn(process.execPath, [BIN, "serve"], { env: { ...cleanEnv(), ...vigil.env }, stdio: "ignore" });
  try {
    for (let round = 0; round < ROUNDS; round++) {
      // a share of the events a round: a service that had pulled them all would sit quiet and not be hit
      let left = 1 + random.below(3);
      let reached = false;
      odoo.onRequest = () => {
        if (--left > 0) return;
        setTimeout(() => {
          reached = true;
        }, random.below(40));
      };
      odoo.available = EVENTS - (ROUNDS - round - 1) * 600;
      await until(() => reached, 120_000, "the service did not come back to pulling");
      await postgres.killAndRestart();
      expect(child.exitCode).toBeNull();
    }
    odoo.onRequest = () => {};
  } finally {
    const gone = new Promise((done) => child.once("exit", done));
    child.kill("SIGTERM");
    await gone;
  }
}

async function expectEverythingOnce(vigil: Vigil): Promise<void> {
  await vigil.pull("acme");
  const events = await vigil.events("--instance", "acme");
  const numbers = events.filter((event) => event.model === "res.partner").map((event) => event.record_id!);
  expect(numbers).toHaveLength(EVENTS);
  expect(numbers).toEqual(numbers.map((_, place) => place + 1));
  expect(events.map((event) => event.seq)).toEqual(events.map((_, place) => place + 1));
  expect(await vigil.ok(["verify", "--instance", "acme"])).toMatch(/intact/i);
}
