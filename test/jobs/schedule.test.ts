import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { daily, every, type Job, millisecondsUntil } from "../../service/jobs/schedule.ts";

const HOUR = 3_600_000;
let job: Job | undefined;
beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-11-21T09:00:00Z") });
});
afterEach(async () => {
  await job?.stop();
  job = undefined;
  vi.useRealTimers();
});

describe("millisecondsUntil", () => {
  it("is today's hour when it is still to come, else tomorrow's", () => {
    expect(millisecondsUntil(10, new Date("2026-11-21T09:00:00Z"))).toBe(HOUR);
    expect(millisecondsUntil(9, new Date("2026-11-21T09:00:00Z"))).toBe(24 * HOUR);
    expect(millisecondsUntil(2, new Date("2026-12-31T09:00:00Z"))).toBe(17 * HOUR);
  });
});

describe("a daily job", () => {
  it("runs a minute after the start, then every day at its hour", async () => {
    const runs: string[] = [];
    const run = async () => void runs.push(new Date().toISOString().slice(0, 16));
    job = daily(2, () => new Date(), { run, onError: () => {} });
    await vi.advanceTimersByTimeAsync(48 * HOUR);
    expect(runs).toEqual(["2026-11-21T09:01", "2026-11-22T02:00", "2026-11-23T02:00"]);
  });
});

describe("a repeated job", () => {
  it("never overlaps itself, and goes on after a failure", async () => {
    let running = 0;
    let most = 0;
    let runs = 0;
    const errors: unknown[] = [];
    const run = async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      running--;
      if (++runs === 1) throw new Error("once");
    };
    job = every(1_000, { run, onError: (error) => errors.push(error) });
    await vi.advanceTimersByTimeAsync(18_500);
    expect([most, runs, errors.length]).toEqual([1, 3, 1]);
    const stopped = job.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    await stopped;
    expect(runs).toBeLessThanOrEqual(4);
  });

  it("stops only when the run under way has ended", async () => {
    const finish = Promise.withResolvers<void>();
    job = every(10, { run: () => finish.promise, onError: () => {} });
    await vi.advanceTimersByTimeAsync(10);
    let stopped = false;
    const stopping = job.stop().then(() => {
      stopped = true;
    });
    await vi.advanceTimersByTimeAsync(100);
    expect(stopped).toBe(false);
    finish.resolve();
    await stopping;
  });
});
