import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { makeAccount, openBrowser, visitor } from "../test/dashboard/chromium.ts";
import { openHouse } from "../test/dashboard/house.ts";
import { FIRST_LOADS, firstLoad, LIMIT_BYTES } from "../test/dashboard/weigh.ts";
import { fill } from "./api/fill.ts";
import { type Row, table } from "./report.ts";
import { percentile } from "./statistics.ts";

/*
 * The dashboard with a million events behind it, in Chromium: from the reader's key or click to the frame in which the
 * answer stands on the screen, the question to the service included.
 * `node bench/dashboard.ts --url postgres://…/an_empty_database [--events 1000000] [--rounds 20]`
 */

const BAR_MS = 200;

export async function dashboard(url: string, options: { events?: number; rounds?: number } = {}): Promise<Row[]> {
  const { events = 1_000_000, rounds = 20 } = options;
  const house = await openHouse(url);
  const browser = await openBrowser();
  try {
    const [known] = await house.store.instances.list();
    if (known === undefined) {
      const { id } = await house.store.instances.add({
        ...{ name: "bench", url: "http://127.0.0.1:1", db: "b", login: "l", key: "k" },
      });
      // nobody pulls it: what is measured is reading
      await house.store.instances.update("bench", { state: "quarantined", state_reason: "made for measuring" });
      await fill(house.store, id, events, 364);
    }
    const { page } = await visitor(browser, house.url);
    await makeAccount(page, house.setup);
    const rows: Row[] = FIRST_LOADS.map(([name, chunks]) => weight(name, firstLoad(chunks)));
    for (const [what, act] of Object.entries(INTERACTIONS)) {
      const ms: number[] = [];
      for (let round = -2; round < rounds; round++) {
        const took = await act(page, round + 2);
        if (round >= 0) ms.push(took);
      }
      rows.push(interaction(what, ms));
      process.stderr.write(`· ${rows.at(-1)!.what}: ${rows.at(-1)!.figure}\n`);
    }
    return rows;
  } finally {
    await browser.close();
    await house.close();
  }
}

const weight = (name: string, bytes: number): Row => ({
  what: `first load of ${name}`,
  figure: `${Math.round(bytes / 1000)} kB gzip`,
  bar: "≤ 200 kB",
  peer: "",
  met: bytes <= LIMIT_BYTES,
});

const interaction = (what: string, ms: number[]): Row => ({
  what: `dashboard, 1 M events: ${what}`,
  figure: `p95 ${percentile(ms, 0.95).toFixed(0)} ms (median ${percentile(ms, 0.5).toFixed(0)})`,
  bar: `≤ ${BAR_MS} ms`,
  peer: "",
  met: percentile(ms, 0.95) <= BAR_MS,
});

type Act = (page: Page, round: number) => Promise<number>;

/** Each round asks what was not asked before, so that no answer lies ready in the page. */
const INTERACTIONS: Record<string, Act> = {
  "filter by severity": async (page, round) => {
    await trail(page, `?user=user${round}@example.com`);
    const grades = `[...document.querySelectorAll(".event-row .severity")]`;
    return painted(page, `${grades}.length > 0 && ${grades}.every((each) => each.classList.contains("medium"))`, () =>
      page.getByLabel("Any severity").selectOption("medium"),
    );
  },
  "filter by user": async (page, round) => {
    await trail(page, "");
    const field = page.getByLabel("User (login)");
    await field.fill(`user${50 + round}@example.com`);
    const name = JSON.stringify(`User Number ${50 + round}`);
    return painted(page, `${WHO}.length > 0 && ${WHO}.every((each) => each.textContent === ${name})`, () =>
      field.press("Enter"),
    );
  },
  "search a word": async (page, round) => {
    await trail(page, "");
    const field = page.getByLabel("Search", { exact: true });
    await field.fill(`berlin ${999_000 - round * 17}`);
    return painted(page, `document.querySelectorAll(".event-row").length < 5`, () => field.press("Enter"));
  },
  "open an event": async (page, round) => {
    if (round === 0) await trail(page, "");
    const row = page.locator(".event-row").nth(1 + (round % 12));
    return painted(page, OPENED, () => row.click());
  },
  "the next event by key": (page) => painted(page, OPENED, () => page.keyboard.press("j")),
  "scroll by a screen": async (page, round) => {
    if (round === 0) await trail(page, "");
    await page.mouse.move(600, 500);
    return painted(page, TOP_ROW, () => page.mouse.wheel(0, 700));
  },
  "a record's history": async (page, round) => {
    await trail(page, `?user=user${round * 3}@example.com&kind=record.updated`);
    await page
      .locator(".event-row")
      .nth(round % 10)
      .click();
    const link = page.getByRole("link", { name: "Record history" });
    await link.waitFor();
    return painted(page, `document.querySelector(".timeline .changes") !== null`, () => link.click());
  },
};

/** several people, until it is asked for one */
const WHO = `[...document.querySelectorAll(".event-row .event-who")]`;
const MOST_MS = 20_000;
const OPENED = `document.querySelector(".event-detail")?.getAttribute("aria-label")`;
/** what stands under the head of the list; a list that is not drawn yet is no row */
const TOP_ROW = `document.elementFromPoint(600, 500)?.closest(".event-row")?.textContent`;

async function trail(page: Page, search: string): Promise<void> {
  await page.goto(`/trail${search}`);
  await page.locator(".event-row").first().waitFor();
  await page.evaluate("new Promise((done) => setTimeout(done, 300))"); // the page is at rest
}

/**
 * Milliseconds from the reader's event to the end of the first frame in which `look` says something, and something else
 * than before.
 */
async function painted(page: Page, look: string, act: () => Promise<unknown>): Promise<number> {
  await page.evaluate(`window.painted = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error("nothing else stood there within ${MOST_MS / 1000} s")), ${MOST_MS});
    const look = () => (${look});
    const before = look();
    let from;
    for (const kind of ["pointerdown", "keydown", "change", "wheel"])
      addEventListener(kind, ({ timeStamp }) => (from ??= timeStamp), { capture: true, once: true, passive: true });
    const frame = () => {
      const now = look();
      if (from === undefined || !now || now === before) return requestAnimationFrame(frame);
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now() - from);
        port2.postMessage(0);
      });
    };
    requestAnimationFrame(frame);
  }); undefined`);
  await act();
  return await page.evaluate<number>("window.painted");
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      url: { type: "string" },
      events: { type: "string", default: "1000000" },
      rounds: { type: "string", default: "20" },
    },
  });
  if (values.url === undefined) throw new Error("Give an empty database: --url postgres://user@host/database");
  const rows = await dashboard(values.url, { events: Number(values.events), rounds: Number(values.rounds) });
  console.log(table(rows));
}
