import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { reportPath, runDueSchedules } from "../../reports/index.ts";
import { removeOldReports } from "../../reports/jobs.ts";
import { verifyWorkbook } from "../../reports/verify/index.ts";
import { listAuditLogs, sequenceAudit } from "../../service/audit/index.ts";
import { type ReportJobs, startReportJobs } from "../../service/jobs/reports.ts";
import { as, openApi } from "../support/api.ts";
import { ReportLab } from "../support/report-lab.ts";

const lab = new ReportLab();
let api: FastifyInstance;
let jobs: ReportJobs;
beforeAll(async () => {
  await lab.start();
  const onError = () => (error: unknown) => expect.fail(String(error));
  jobs = await startReportJobs(lab.store, { version: "0.0.0-test", daysKept: 30, onError });
  api = await openApi(lab.store, { tasks: jobs });
});
afterAll(async () => {
  await api.close();
  await jobs.stop();
  await lab.stop();
});

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "vigil-mount-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], { stdio: "ignore" });
    execFileSync("umount", [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Role = Parameters<typeof as>[1];
const call = (
  method: "GET" | "POST" | "PUT" | "DELETE",
  url: string,
  role: Role,
  payload?: object,
  headers: Record<string, string> = {},
) =>
  api.inject({
    method,
    url,
    headers: { ...as(lab.store, role), ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
const about = (more: object = {}) => ({ name: "reads", instance_ids: [lab.instance.id], ...more });

async function made(id: string) {
  return vi.waitFor(async () => {
    const report = (await call("GET", `/api/reports/${id}`, "auditor")).json();
    expect(["succeeded", "failed"]).toContain(report.status);
    return report;
  }, 30_000);
}
async function make(
  more: object = {},
): Promise<{ id: string; status: string; size_bytes: number; sha256: string; error?: string }> {
  const answer = await call("POST", "/api/reports", "auditor", about(more));
  expect(answer.statusCode).toBe(202);
  return made(answer.json().id);
}
async function actions(): Promise<string[]> {
  await sequenceAudit(lab.store);
  const { items } = await listAuditLogs(
    lab.store,
    { organisation_id: lab.store.organisationId, permissions: new Set(["view:owner_events"]) } as never,
    { limit: 100 } as never,
  );
  return items.map(({ action }) => action);
}

describe("reports over the API", () => {
  test("tells which there are", async () => {
    const { items, themes, formats } = (await call("GET", "/api/reports/kinds", "member")).json();
    expect(items.map(({ name }: { name: string }) => name)).toEqual([
      "audit",
      "user-activity",
      "record-history",
      "access",
      "sessions",
      "security",
      "reads",
    ]);
    expect(themes).toEqual(expect.arrayContaining(["print", "contrast"]));
    expect(formats).toEqual(["xlsx", "csv", "ndjson"]);
  });

  test("one is asked for, made beside, downloaded, and is sound; both are in the audit log", async () => {
    const report = await make({ theme: "print", from: "2026-10-01T00:00:00Z" });
    expect(report).toMatchObject({
      status: "succeeded",
      progress: 1,
      name: "reads",
      filters: { theme: "print" },
      created_by: "auditor",
    });
    const file = await call("GET", `/api/reports/${report.id}/download`, "auditor");
    expect(file.statusCode).toBe(200);
    expect(file.headers).toMatchObject({
      "accept-ranges": "bytes",
      "content-length": String(report.size_bytes),
      etag: `"${report.sha256}"`,
    });
    const path = lab.path();
    writeFileSync(path, file.rawPayload);
    expect((await verifyWorkbook(path)).status).toBe("intact");
    expect(await actions()).toEqual(expect.arrayContaining(["report.created", "report.downloaded"]));
    expect((await call("GET", "/api/reports", "member")).json().items[0]).toMatchObject({
      id: report.id,
      status: "succeeded",
    });
    expect((await call("GET", `/api/tasks/${report.id}`, "member")).json()).toMatchObject({
      status: "succeeded",
      kind: "report",
    });
  });

  test("a download that broke off goes on where it stopped", async () => {
    const { id, size_bytes, sha256 } = await make();
    const whole = (await call("GET", `/api/reports/${id}/download`, "auditor")).rawPayload;
    const part = (range: string, headers = {}) =>
      call("GET", `/api/reports/${id}/download`, "auditor", undefined, { range, ...headers });
    const rest = await part("bytes=1000-", { "if-range": `"${sha256}"` });
    expect([rest.statusCode, rest.headers["content-range"]]).toEqual([
      206,
      `bytes 1000-${size_bytes - 1}/${size_bytes}`,
    ]);
    expect(rest.rawPayload).toEqual(whole.subarray(1000));
    expect((await part("bytes=-10")).rawPayload).toEqual(whole.subarray(-10));
    expect((await part("bytes=0-9")).rawPayload).toEqual(whole.subarray(0, 10));
    const beyond = await part(`bytes=${size_bytes}-`);
    expect([beyond.statusCode, beyond.headers["content-range"]]).toEqual([416, `bytes */${size_bytes}`]);
    const another = await part("bytes=1000-", { "if-range": '"another"' });
    expect([another.statusCode, another.rawPayload.length]).toEqual([200, size_bytes]);
  });

  test("who may not read the evidence makes and takes none; nobody reaches another organisation's", async () => {
    const { id } = await make();
    for (const role of ["none", "viewer"] as const) {
      expect((await call("POST", "/api/reports", role, about())).statusCode).toBe(403);
      expect((await call("GET", `/api/reports/${id}/download`, role)).statusCode).toBe(403);
    }
    expect((await call("POST", "/api/reports", "member", about())).statusCode).toBe(403);
    const stranger = as(lab.store, "owner", randomUUID());
    for (const url of [`/api/reports/${id}`, `/api/reports/${id}/download`, `/api/tasks/${id}`])
      expect((await api.inject({ url, headers: stranger })).statusCode).toBe(404);
    const foreign = await api.inject({ method: "POST", url: "/api/reports", headers: stranger, payload: about() });
    expect(foreign.statusCode).toBe(404);
  });

  test("what cannot be made is refused with a sentence", async () => {
    for (const [more, detail] of [
      [{ name: "pink" }, /There is no report "pink"/],
      [{ theme: "pink" }, /There is no theme "pink"/],
      [{ name: "record-history" }, /about one model/],
      [{ from: "2026-11-02T00:00:00Z", to: "2026-11-01T00:00:00Z" }, /ends before it begins/],
    ] as const) {
      const answer = await call("POST", "/api/reports", "auditor", about(more));
      expect(answer.statusCode).toBe(422);
      expect(answer.json().detail).toMatch(detail);
    }
    expect((await call("POST", "/api/reports", "auditor", about({ unknown: 1 }))).statusCode).toBe(400);
  });

  test("a failed one says why, leaves nothing half made, and can be tried again", async () => {
    const folder = join(lab.store.dataDir, "reports");
    const before = readdirSync(folder);
    const id = (await call("POST", "/api/reports", "auditor", about({ time_zone: "Mars/Phobos" }))).json().id;
    const report = await made(id);
    expect(report).toMatchObject({ status: "failed", error: expect.stringMatching(/no time zone "Mars\/Phobos"/) });
    expect(readdirSync(folder)).toEqual(before);
    expect((await call("GET", `/api/reports/${id}/download`, "auditor")).statusCode).toBe(404);
    expect((await call("POST", `/api/tasks/${id}/cancel`, "auditor")).statusCode).toBe(409);
    expect((await call("POST", `/api/tasks/${id}/retry`, "auditor")).statusCode).toBe(200);
    expect((await made(id)).status).toBe("failed");
  });

  test.skipIf(!canMount())("a full disk: the task says so, nothing half stays, and it can be tried again", async () => {
    const folder = join(lab.store.dataDir, "reports");
    const before = readdirSync(folder);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", folder]);
    const { id, error } = await make({ name: "audit" })
      .then((report) => {
        expect(readdirSync(folder)).toEqual([]);
        return report;
      })
      .finally(() => execFileSync("umount", ["--lazy", folder]));
    expect(error).toMatch(/disk of .* is full: free some space, then try again/);
    expect((await call("POST", `/api/tasks/${id}/retry`, "auditor")).statusCode).toBe(200);
    expect((await made(id)).status).toBe("succeeded");
    expect(readdirSync(folder)).toHaveLength(before.length + 1);
  });

  test("a client that goes away in the middle of a download leaves nothing open", async () => {
    const { id } = await make({ name: "audit" });
    const url = new URL(await api.listen({ port: 0, host: "127.0.0.1" }));
    await new Promise<void>((resolve, reject) => {
      const socket = connect(Number(url.port), "127.0.0.1").once("error", reject);
      const headers = Object.entries(as(lab.store, "auditor")).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`GET /api/reports/${id}/download HTTP/1.1\r\nhost: x\r\n${headers.join("")}\r\n`);
      socket.once("data", () => resolve(void socket.destroy()));
    });
    const open = (): string[] =>
      readdirSync("/proc/self/fd").filter((fd) => {
        try {
          return readlinkSync(`/proc/self/fd/${fd}`).includes(id);
        } catch {
          return false; // closed meanwhile
        }
      });
    await vi.waitFor(() => expect(open()).toEqual([]), 10_000);
    expect((await call("GET", `/api/reports/${id}/download`, "auditor")).statusCode).toBe(200);
  });

  test("ten at once queue", async () => {
    const ids = await Promise.all(
      Array.from({ length: 10 }, async () => (await call("POST", "/api/reports", "auditor", about())).json().id),
    );
    for (const id of ids) expect((await made(id)).status).toBe("succeeded");
  });

  test("the list goes on from page to page, by cursor or by offset, and says how many there are", async () => {
    const list = async (query: string) => (await call("GET", `/api/reports?${query}`, "member")).json();
    const { items: all, total, next_cursor } = await list("limit=500");
    const ids = (items: { id: string }[]) => items.map(({ id }) => id);
    expect([all.length, next_cursor]).toEqual([total, undefined]);
    expect(total).toBeGreaterThan(9);
    const walked: string[] = [];
    for (let page = await list("limit=4"); ; page = await list(`limit=4&cursor=${page.next_cursor}`)) {
      expect(page.total).toBe(walked.length === 0 ? total : undefined);
      walked.push(...ids(page.items));
      if (page.next_cursor === undefined) break;
    }
    expect(walked).toEqual(ids(all));
    expect(ids((await list("limit=4&offset=4")).items)).toEqual(ids(all.slice(4, 8)));
    const { items, next_cursor: next } = await list("limit=2");
    lab.clock.now = new Date(lab.clock.now.getTime() + 1_000);
    const { id } = (await call("POST", "/api/reports", "auditor", about())).json();
    expect(ids((await list(`limit=2&cursor=${next}`)).items)).toEqual(ids(all.slice(2, 4)));
    expect(ids((await list("limit=3")).items)).toEqual([id, ...ids(items)]);
    await made(id);
    const foreign = as(lab.store, "owner", randomUUID());
    expect((await api.inject({ url: "/api/reports", headers: foreign })).json()).toEqual({ items: [], total: 0 });
    for (const place of ["nonsense", Buffer.from('{"created_at":"now","id":"1"}').toString("base64url")])
      expect((await call("GET", `/api/reports?cursor=${place}`, "member")).statusCode).toBe(400);
  });

  test("a schedule makes its report when it is due, and keeps the newest twenty", async () => {
    const answer = await call(
      "POST",
      "/api/report-schedules",
      "auditor",
      about({ cron: "0 6 * * 1", timezone: "Europe/Berlin", period: "week" }),
    );
    expect(answer.statusCode).toBe(201);
    const schedule = answer.json();
    expect(schedule).toMatchObject({
      cron_text: "At 06:00, only on Monday",
      next_run_at: "2026-11-23T05:00:00.000000Z",
      enabled: true,
    });
    expect(await runDueSchedules(lab.store)).toBe(0);
    for (let week = 0; week < 22; week++) {
      lab.clock.now = new Date(Date.UTC(2026, 10, 23, 6) + week * 7 * 86_400_000);
      expect(await runDueSchedules(lab.store)).toBe(1);
      expect(await runDueSchedules(lab.store)).toBe(0);
    }
    jobs.wake();
    const ofSchedule = async () =>
      (await call("GET", "/api/reports?limit=100", "auditor"))
        .json()
        .items.filter((one: { schedule_id?: string }) => one.schedule_id === schedule.id);
    await vi.waitFor(
      async () =>
        expect((await ofSchedule()).filter(({ status }: { status: string }) => status === "succeeded")).toHaveLength(
          22,
        ),
      60_000,
    );
    const newest = (await ofSchedule())[0];
    expect([newest.from, newest.to]).toEqual(["2027-04-11T22:00:00.000000Z", "2027-04-18T21:59:59.999999Z"]);
    await removeOldReports(lab.store);
    const after = await ofSchedule();
    expect(after.filter(({ status }: { status: string }) => status === "succeeded")).toHaveLength(20);
    const gone = after.find(({ status }: { status: string }) => status === "expired");
    expect((await call("GET", `/api/reports/${gone.id}/download`, "auditor")).statusCode).toBe(404);
    expect(existsSync(reportPath(lab.store, gone))).toBe(false);
    expect((await call("DELETE", `/api/report-schedules/${schedule.id}`, "auditor")).statusCode).toBe(204);
    expect((await call("GET", "/api/report-schedules", "auditor")).json().items).toEqual([]);
    expect(
      (await call("POST", "/api/report-schedules", "auditor", about({ cron: "whenever it suits", period: "week" })))
        .statusCode,
    ).toBe(422);
  });

  test("a file is kept for thirty days", async () => {
    const { id } = await make();
    lab.clock.addDays(31);
    expect((await call("GET", `/api/reports/${id}/download`, "auditor")).statusCode).toBe(404);
    await removeOldReports(lab.store);
    expect((await call("GET", `/api/reports/${id}`, "auditor")).json().status).toBe("expired");
  });

  test("logo, colour and time zone are the organisation's to set", async () => {
    const logo = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(20)]).toString("base64");
    expect((await call("PUT", "/api/reports/brand", "auditor", { time_zone: "UTC" })).statusCode).toBe(403);
    expect(
      (await call("PUT", "/api/reports/brand", "owner", { time_zone: "Europe/Berlin", color: "0a7e8c", logo }))
        .statusCode,
    ).toBe(200);
    expect((await call("GET", "/api/reports/brand", "member")).json()).toEqual({
      time_zone: "Europe/Berlin",
      color: "0A7E8C",
      logo,
    });
    expect(
      (await call("PUT", "/api/reports/brand", "owner", { time_zone: "Europe/Berlin", logo: "aGVsbG8=" })).statusCode,
    ).toBe(422);
    expect((await call("PUT", "/api/reports/brand", "owner", { time_zone: "Nowhere" })).statusCode).toBe(422);
    rmSync(lab.folder, { recursive: true, force: true });
  });
});
