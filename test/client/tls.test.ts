import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, connect as dial } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type Server } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSimulator, type Simulator } from "../../fixtures/odoo-simulator/index.ts";
import { connect } from "../../odoo_addon_client/index.ts";

let odoo: Simulator;
let front: Server;
let cert: string;
let port: number;
const folder = mkdtempSync(join(tmpdir(), "vigil-tls-"));

/** A TLS terminator with a self-signed certificate before the simulated Odoo, as a small office has it. */
beforeAll(async () => {
  const files = ["-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const kind = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  execFileSync("openssl", [...kind, ...files, ...subject], { stdio: "ignore" });
  cert = readFileSync(join(folder, "cert.pem"), "utf8");
  odoo = await createSimulator({ version: "18.0" });
  front = createServer({ cert, key: readFileSync(join(folder, "key.pem")) }, (socket) => {
    const behind = dial(Number(new URL(odoo.url).port), "127.0.0.1");
    socket.pipe(behind).pipe(socket);
    socket.on("error", () => behind.destroy());
    behind.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => front.listen(0, "localhost", resolve));
  port = (front.address() as AddressInfo).port;
});
afterAll(async () => {
  front.close();
  await odoo.close();
  rmSync(folder, { recursive: true });
});

describe("TLS", () => {
  const account = () => ({ database: odoo.database, login: odoo.login, secret: odoo.key, timeout_ms: 10_000 });

  it("refuses a self-signed certificate and says so", async () => {
    const error = await connect({ url: `https://localhost:${port}`, ...account() }).catch((e: unknown) => e);
    expect(error).toMatchObject({ name: "TlsError", blame: "tls", retryable: false });
    expect((error as Error).message).toContain("self-signed");
  });
  it("takes it as a trusted authority, or when told not to look", async () => {
    for (const more of [{ ca: cert }, { insecure_tls: true }]) {
      const bridge = await connect({ url: `https://localhost:${port}`, ...account(), ...more });
      expect((await bridge.status()).gaps).toBe(0);
      await bridge.close();
    }
  });
  it("refuses a right certificate for a wrong name, and plain HTTP behind an https address", async () => {
    const wrongName = connect({ url: `https://127.0.0.1:${port}`, ...account(), ca: cert });
    await expect(wrongName).rejects.toMatchObject({ blame: expect.stringMatching(/tls|network/) });
    const plain = connect({ url: odoo.url.replace("http:", "https:"), ...account() });
    await expect(plain).rejects.toMatchObject({ name: "TlsError" });
  });
});
