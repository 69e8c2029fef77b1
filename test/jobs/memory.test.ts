import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { restAfterWork } from "../../service/jobs/memory.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("memory is given back when the start, or a backlog, is over, not in the middle and not for a trickle", () => {
  const giveBack = vi.fn();
  const rest = restAfterWork(giveBack);
  const aMinuteOf = (eventsASecond: number): void => {
    for (let second = 0; second < 60; second++) {
      rest.worked(eventsASecond);
      vi.advanceTimersByTime(1_000);
    }
  };
  vi.advanceTimersByTime(11_000);
  expect(giveBack).toHaveBeenCalledTimes(1);
  aMinuteOf(10_000);
  expect(giveBack).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(11_000);
  expect(giveBack).toHaveBeenCalledTimes(2);
  aMinuteOf(2);
  expect(giveBack).toHaveBeenCalledTimes(2);
  rest.worked(10_000);
  rest.stop();
  vi.advanceTimersByTime(60_000);
  expect(giveBack).toHaveBeenCalledTimes(2);
});
