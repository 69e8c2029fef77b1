import { describe, expect, it } from "vitest";
import { readTime } from "../../service/cli/events/when.ts";

const now = new Date("2026-11-21T09:14:03.120Z");
const from = (text: string) => readTime(text, "from", now);
const to = (text: string) => readTime(text, "to", now);

describe("--from and --to", () => {
  it("mean a whole day, minute or second, both ends inclusive", () => {
    expect([from("2026-11-21"), to("2026-11-21")]).toEqual([
      "2026-11-21T00:00:00.000000Z",
      "2026-11-21T23:59:59.999999Z",
    ]);
    expect([from("2026-11-21T09:14"), to("2026-11-21T09:14")]).toEqual([
      "2026-11-21T09:14:00.000000Z",
      "2026-11-21T09:14:59.999999Z",
    ]);
    expect([from("2026-11-21 09:14:03"), to("2026-11-21 09:14:03Z")]).toEqual([
      "2026-11-21T09:14:03.000000Z",
      "2026-11-21T09:14:03.999999Z",
    ]);
  });
  it("find the event whose time was copied from the JSON line", () => {
    expect([from("2026-11-21T09:14:03.120Z"), to("2026-11-21T09:14:03.120Z")]).toEqual([
      "2026-11-21T09:14:03.120000Z",
      "2026-11-21T09:14:03.120999Z",
    ]);
  });
  it("keep microseconds that are given", () => {
    expect(to("2026-11-21T09:14:03.120456Z")).toBe("2026-11-21T09:14:03.120456Z");
  });
  it("understand other time zones and ages", () => {
    expect(from("2026-11-21T09:14:03+02:00")).toBe("2026-11-21T07:14:03.000000Z");
    expect(from("24h")).toBe("2026-11-20T09:14:03.120000Z");
  });
  it.each(["2026-02-30", "yesterday", "21.11.2026", "2026-11-21T25:00", "2026-13-01", ""])("refuse %j", (text) => {
    expect(() => from(text)).toThrow("does not understand");
  });
});
