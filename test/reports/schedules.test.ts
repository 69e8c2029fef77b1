import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ReportRequestError } from "../../reports/index.ts";
import { inWords, nextRun, periodBefore } from "../../reports/schedules.ts";

const now = new Date("2026-11-21T10:00:00Z"); // a Saturday
const next = (cron: string, time_zone = "Europe/Berlin") => nextRun({ cron, time_zone }, now);

describe("schedules", () => {
  test("are told in plain words", () => {
    expect(inWords("0 6 * * 1")).toBe("At 06:00, only on Monday");
    expect(inWords("0 6 1 * *")).toBe("At 06:00, on day 1 of the month");
    expect(() => inWords("every day")).toThrow(ReportRequestError);
  });

  test("follow the wall clock of their zone", () => {
    expect(next("0 6 * * 1")).toBe("2026-11-23T05:00:00.000Z");
    expect(next("0 6 1 * *")).toBe("2026-12-01T05:00:00.000Z");
    expect(nextRun({ cron: "0 6 1 4 *", time_zone: "Europe/Berlin" }, now)).toBe("2027-04-01T04:00:00.000Z");
    expect(() => next("0 6 * * 1", "Mars/Phobos")).toThrow(/no time zone/);
    expect(() => next("0 6 * *")).toThrow(ReportRequestError);
    expect(() => next("* * * * * *")).toThrow(ReportRequestError);
  });

  test.each([
    ["day", "2026-11-19T23:00:00.000000Z", "2026-11-20T22:59:59.999999Z"],
    ["week", "2026-11-08T23:00:00.000000Z", "2026-11-15T22:59:59.999999Z"],
    ["month", "2026-09-30T22:00:00.000000Z", "2026-10-31T22:59:59.999999Z"],
    ["quarter", "2026-06-30T22:00:00.000000Z", "2026-09-30T21:59:59.999999Z"],
    ["year", "2024-12-31T23:00:00.000000Z", "2025-12-31T22:59:59.999999Z"],
    ["7d", "2026-11-14T10:00:00.000000Z", "2026-11-21T10:00:00.000000Z"],
  ])("the %s before", (period, from, to) => {
    expect(periodBefore(period, "Europe/Berlin", now)).toEqual({ from, to });
  });

  test("periods follow one another without a hole, over every change of the clocks", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 800 }),
        fc.constantFrom("Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC"),
        (days, zone) => {
          const at = new Date(Date.UTC(2026, 0, 1, 12) + days * 86_400_000);
          const before = periodBefore("day", zone, at);
          const after = periodBefore("day", zone, new Date(at.getTime() + 86_400_000));
          expect(new Date(after.from!).getTime() - new Date(before.to!).getTime()).toBe(1);
        },
      ),
    );
  });

  test("all is everything; anything else is refused with what to give instead", () => {
    expect(periodBefore("all", "UTC", now)).toEqual({});
    expect(() => periodBefore("fortnight", "UTC", now)).toThrow(/day, week, month/);
  });
});
