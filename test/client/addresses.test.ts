import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { connect } from "../../odoo_addon_client/index.ts";
import { mayReach, type Reach } from "../../service/places/reachable.ts";

const asked = (url: string, reach: Reach) =>
  connect({
    url,
    database: "d",
    login: "l",
    secret: "a-secret-key",
    timeout_ms: 5_000,
    allow_address: (address) => mayReach(address, reach),
  }).catch((error: unknown) => error as Error & { blame: string; retryable: boolean });

it.each([
  ["169.254.169.254", false, false],
  ["::ffff:169.254.169.254", false, false],
  ["64:ff9b::a9fe:a9fe", false, false],
  ["2002:a9fe:a9fe::1", false, false],
  ["::a9fe:a9fe", false, false],
  ["fe80::1%eth0", false, false],
  ["fd00:ec2::254", false, false],
  ["100.100.100.200", false, false],
  ["168.63.129.16", false, false],
  ["0.0.0.0", false, false],
  ["::", false, false],
  ["224.0.0.1", false, false],
  ["127.0.0.1", true, false],
  ["::1", true, false],
  ["10.1.2.3", true, false],
  ["::ffff:192.168.1.1", true, false],
  ["fd12:3456::1", true, false],
  ["64:ff9b::a00:1", true, false],
  ["93.184.215.14", true, true],
  ["64:ff9b::5db8:d70e", true, true],
  ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", true, true],
  ["odoo.example.com", false, false],
])("%s is reached where private networks are allowed: %s, and where only public ones are: %s", (address, own, open) => {
  expect([mayReach(address, "private"), mayReach(address, "public")]).toEqual([own, open]);
});

it.each([
  "http://169.254.169.254/latest/meta-data",
  "http://0xa9fea9fe/",
  "http://2852039166/",
  "http://[::ffff:a9fe:a9fe]/",
])("%s is refused however the address is written, and nothing is said of what is there", async (url) => {
  const error = await asked(url, "private");
  expect(error).toMatchObject({ name: "RefusedAddressError", blame: "network", retryable: false });
});

it("refuses a name that leads to this machine where only public addresses are allowed, without connecting", async () => {
  let connections = 0;
  const server = createServer((_, response) => response.end("secret inside")).on("connection", () => connections++);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = (server.address() as AddressInfo).port;
  try {
    for (const host of ["localhost", "127.0.0.1"]) {
      const error = await asked(`http://${host}:${port}`, "public");
      expect(error).toMatchObject({ name: "RefusedAddressError" });
    }
    expect(connections).toBe(0);
    expect(await asked(`http://localhost:${port}`, "private")).toMatchObject({ name: "BadAnswerError" });
    expect(connections).toBeGreaterThan(0);
  } finally {
    server.close();
  }
});

it("follows no redirect to an address that was never asked for", async () => {
  let followed = false;
  const inner = createServer((_, response) => {
    followed = true;
    response.end("{}");
  });
  await new Promise<void>((resolve) => inner.listen(0, "127.0.0.1", resolve));
  const to = `http://127.0.0.1:${(inner.address() as AddressInfo).port}/`;
  const outer = createServer((_, response) => response.writeHead(307, { location: to }).end());
  await new Promise<void>((resolve) => outer.listen(0, "127.0.0.1", resolve));
  try {
    const error = await asked(`http://127.0.0.1:${(outer.address() as AddressInfo).port}`, "private");
    expect((error as Error).message).toContain("redirects");
    expect(followed).toBe(false);
  } finally {
    inner.close();
    outer.close();
  }
});
