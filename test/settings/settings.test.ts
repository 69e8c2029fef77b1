import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { documentSettings } from "../../service/settings/document.ts";
import { nearest } from "../../service/settings/nearest.ts";
import { readSettings } from "../../service/settings/read.ts";

const KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

describe("settings", () => {
  it("has a default for everything that needs one", () => {
    const settings = readSettings({});
    expect(settings).toMatchObject({ host: "127.0.0.1", port: 8787, logLevel: "info", retentionHour: 2, debug: false });
    expect(settings.dataDir).toBe(resolve(".vigil"));
    expect(settings.databaseUrl).toBeUndefined();
  });

  it("reads an empty variable as one that is not set", () => {
    expect(readSettings({ VIGIL_PORT: "" }).port).toBe(8787);
  });

  it.each([
    [{ VIGIL_PORT: "http" }, 'VIGIL_PORT must be a port, 0 to 65535, not "http".'],
    [{ VIGIL_PORT: "65536" }, 'VIGIL_PORT must be a port, 0 to 65535, not "65536".'],
    [{ VIGIL_HOST: "127.0.0.1 " }, "VIGIL_HOST must be a host name or an IP address, without a port, not"],
    [{ VIGIL_LOG_LEVEL: "verbose" }, "VIGIL_LOG_LEVEL must be one of fatal, error, warn, info, debug, silent"],
    [{ VIGIL_RETENTION_HOUR: "24" }, "VIGIL_RETENTION_HOUR must be an hour, 0 to 23"],
    [{ VIGIL_SECRET_KEY: "short" }, "VIGIL_SECRET_KEY must be a random text of at least 16 characters"],
    [{ DATABASE_URL: "mysql://u:hunter2@h/d" }, "DATABASE_URL must be an address like postgresql://"],
    [{ VIGIL_OWNER_DATABASE_URL: "postgres://h/d" }, "VIGIL_OWNER_DATABASE_URL is set without DATABASE_URL"],
    [{ VIGIL_SECRET_KEY: KEY, VIGIL_SECRET_KEY_FILE: "k" }, "both set; keep one"],
  ])("refuses %j with a sentence", (env, sentence) => {
    expect(() => readSettings(env)).toThrow(sentence);
  });

  it("never repeats a secret in its refusal", () => {
    expect(() => readSettings({ DATABASE_URL: "mysql://u:hunter2@h/d" })).toThrow(/^(?!.*hunter2)/s);
    expect(() => readSettings({ VIGIL_SECRET_KEY: "hunter2" })).toThrow(/^(?!.*hunter2)/s);
  });

  it("refuses a name that does not exist and says which was meant", () => {
    expect(() => readSettings({ VIGIL_PROT: "1" })).toThrow("There is no setting VIGIL_PROT; did you mean VIGIL_PORT?");
    expect(() => readSettings({ VIGIL_SOMETHING_ELSE: "1" })).toThrow("docs/settings.md lists them all");
  });

  it("leaves other programs' variables alone", () => {
    expect(() => readSettings({ PATH: "x", ODOO_HOME: "y", PGHOST: "z" })).not.toThrow();
  });

  it("is documented: docs/settings.md is what the list prints", () => {
    expect(readFileSync(new URL("../../docs/settings.md", import.meta.url), "utf8")).toBe(documentSettings());
  });
});

describe("nearest", () => {
  it("suggests what differs by a slip, and nothing for a stranger", () => {
    expect(nearest("serv", ["serve", "verify"])).toBe("serve");
    expect(nearest("banana", ["serve", "verify"])).toBeUndefined();
  });
});
