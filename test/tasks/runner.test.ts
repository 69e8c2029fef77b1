import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Store } from "../../service/store/index.ts";
import {
  cancelTask,
  claimTask,
  failAbandonedTasks,
  findTask,
  insertTask,
  retryTask,
} from "../../service/store/task-rows.ts";
import { startTasks, type TaskHandler } from "../../service/tasks/index.ts";
import { STORE_KINDS, StoreLab, TestClock } from "../support/stores.ts";

describe.each(STORE_KINDS)("tasks on %s", (kind) => {
  const lab = new StoreLab(kind);
  const clock = new TestClock();
  let store: Store;
  beforeAll(async () => {
    await lab.start();
    store = await lab.open(clock);
  });
  afterAll(() => lab.stop());

  const add = async (taskKind: string): Promise<string> => {
    const id = randomUUID();
    clock.now = new Date(clock.now.getTime() + 1);
    await insertTask(
      store.database,
      {
        id,
        organisation_id: store.organisationId,
        kind: taskKind,
        title: "T",
        parameters: { a: 1 },
        created_by: { type: "person", id: "p", name: "P" },
      },
      clock.now,
    );
    return id;
  };
  const state = async (id: string) => (await findTask(store, id))!;
  const run = (handlers: Record<string, TaskHandler>) =>
    startTasks({ store, handlers, onError: (error) => expect.fail(String(error)), every_ms: 20 });

  test("run one after the other, in the order in which they were asked for", async () => {
    const seen: string[] = [];
    let together = 0;
    const ids = [await add("one"), await add("one"), await add("one")];
    const tasks = run({
      one: async ({ task, progress }) => {
        expect(++together).toBe(1);
        progress(0.5, "half");
        await new Promise((resolve) => setImmediate(resolve));
        seen.push(task.id);
        together--;
        return { result: { done: task.id } };
      },
    });
    await vi.waitFor(async () => expect((await state(ids[2]!)).state).toBe("succeeded"), 10_000);
    await tasks.stop();
    expect(seen).toEqual(ids);
    expect(await state(ids[0]!)).toMatchObject({
      state: "succeeded",
      progress: 1,
      attempts: 1,
      result: { done: ids[0] },
      error: null,
    });
  });

  test("what fails says why, and can be tried again", async () => {
    const id = await add("two");
    let attempts = 0;
    const tasks = run({
      two: async () => {
        if (++attempts === 1) throw new Error("The disk is full: free some space.");
        return { result: {} };
      },
    });
    await vi.waitFor(async () => expect((await state(id)).state).toBe("failed"), 10_000);
    expect((await state(id)).error).toBe("The disk is full: free some space.");
    expect(await retryTask(store.database, store.organisationId, id)).toBe(true);
    expect(await retryTask(store.database, store.organisationId, id)).toBe(false);
    tasks.wake();
    await vi.waitFor(async () => expect((await state(id)).state).toBe("succeeded"), 10_000);
    await tasks.stop();
    expect((await state(id)).attempts).toBe(2);
  });

  test("what must be there with the success is there with it, or neither", async () => {
    const id = await add("three");
    const tasks = run({
      three: async () => ({
        result: {},
        commit: async (tx) => {
          await tx.query("UPDATE organisation SET name = name WHERE false");
          throw new Error("no");
        },
      }),
    });
    await vi.waitFor(async () => expect((await state(id)).state).toBe("failed"), 10_000);
    await tasks.stop();
  });

  test("only one that waits can be cancelled", async () => {
    const id = await add("four");
    expect(await cancelTask(store.database, randomUUID(), id, clock.now)).toBe(false);
    expect(await cancelTask(store.database, store.organisationId, id, clock.now)).toBe(true);
    expect(await cancelTask(store.database, store.organisationId, id, clock.now)).toBe(false);
    expect(await claimTask(store, ["four"], "somebody")).toBeUndefined();
  });

  test("one whose process was killed fails with a sentence, at once on this host and after a minute elsewhere", async () => {
    const { hostname } = await import("node:os");
    const [here, there] = [await add("five"), await add("five")];
    expect((await claimTask(store, ["five"], `${hostname()}:2147483646:tasks`))!.id).toBe(here);
    expect((await claimTask(store, ["five"], "other-host:1:tasks"))!.id).toBe(there);
    expect(await failAbandonedTasks(store)).toBe(1);
    expect(await state(here)).toMatchObject({ state: "failed", error: expect.stringMatching(/stopped .*try again/) });
    expect((await state(there)).state).toBe("running");
    clock.now = new Date(clock.now.getTime() + 61_000);
    expect(await failAbandonedTasks(store)).toBe(1);
    expect((await state(there)).state).toBe("failed");
  });

  test("stopping the service aborts what runs", async () => {
    const id = await add("six");
    let begun: () => void = () => undefined;
    const isBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const tasks = run({
      six: ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(new Error("aborted")));
          begun();
        }),
    });
    await isBegun;
    await tasks.stop();
    expect(await state(id)).toMatchObject({ state: "failed", error: expect.stringMatching(/try again/) });
  });
});
