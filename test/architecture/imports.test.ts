import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * The house's rooms in the order in which evidence passes through them (ARCHITECTURE.md). A room may import itself and
 * what is named here; an arrow that is not named runs back, or around a corner.
 */
const MAY_IMPORT: Record<string, string[]> = {
  odoo_addon_client: [],
  "service/settings": ["service/places"],
  "service/places": [],
  "service/control": [],
  "service/keys": ["service/store"],
  "service/store": ["odoo_addon_client", "service/keys", "service/chain", "service/settings"],
  "service/chain": ["odoo_addon_client", "service/keys", "service/store"],
  "service/retention": ["odoo_addon_client", "service/store", "service/chain", "service/keys"],
  "service/ingest": ["odoo_addon_client", "service/store", "service/chain", "service/keys"],
  // who did what: told of the actor by its shape, so that accounts may write to it
  "service/audit": ["odoo_addon_client", "service/store", "service/chain", "service/keys"],
  "service/sessions": ["odoo_addon_client", "service/places", "service/store", "service/chain"],
  "service/policies": ["odoo_addon_client", "service/store", "service/chain", "service/sessions", "service/places"],
  "service/findings": [
    "odoo_addon_client",
    "service/places",
    "service/store",
    "service/chain",
    "service/sessions",
    "service/audit",
  ],
  "service/accounts": ["service/store", "service/chain", "service/keys", "service/settings", "service/audit"],
  // work that outlives its request: told of the actor by its shape
  "service/tasks": ["service/store"],
  reports: [
    "odoo_addon_client",
    "service/places",
    "service/store",
    "service/chain",
    "service/keys",
    "service/audit",
    "service/tasks",
  ],
  "service/api": [
    "reports",
    "service/tasks",
    "service/sessions",
    "service/policies",
    "service/findings",
    "odoo_addon_client",
    "service/places",
    "service/store",
    "service/chain",
    "service/ingest",
    "service/retention",
    "service/keys",
    "service/settings",
    "service/accounts",
    "service/audit",
  ],
  "service/jobs": [
    "reports",
    "service/tasks",
    "service/places",
    "service/sessions",
    "service/policies",
    "service/findings",
    "service/api",
    "service/accounts",
    "service/audit",
    "odoo_addon_client",
    "service/ingest",
    "service/store",
    "service/chain",
    "service/retention",
    "service/control",
    "service/settings",
    "service/keys",
  ],
  "service/cli": [
    "reports",
    "service/tasks",
    "service/sessions",
    "service/policies",
    "service/findings",
    "service/api",
    "service/accounts",
    "service/audit",
    "odoo_addon_client",
    "service/jobs",
    "service/ingest",
    "service/store",
    "service/chain",
    "service/retention",
    "service/control",
    "service/settings",
    "service/keys",
    "service/places",
    "fixtures",
  ],
  // types only, and of the service only its contract: a test below
  dashboard: ["service/api", "odoo_addon_client"],
  fixtures: ["odoo_addon_client"],
  bin: ["service/cli"],
};

/** Rooms that lie behind one door: within the pair both directions are meant (types one way, functions the other). */
const files = Object.keys(MAY_IMPORT).flatMap((room) => sources(join(ROOT, room)));

describe("imports run one way", () => {
  it.each(Object.keys(MAY_IMPORT))("%s imports only what lies before it", (room) => {
    const wrong = files
      .filter((file) => roomOf(file) === room)
      .flatMap((file) => imports(file).map((target) => ({ file, target })))
      .filter(({ target }) => {
        const other = roomOf(target);
        return other !== room && !MAY_IMPORT[room]!.includes(other ?? "nowhere");
      })
      .map(({ file, target }) => `${relative(ROOT, file)} → ${relative(ROOT, target)}`);
    expect(wrong).toEqual([]);
  });

  it("knows every room of the service", () => {
    const rooms = readdirSync(join(ROOT, "service"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `service/${entry.name}`);
    expect(rooms.filter((room) => !MAY_IMPORT[room])).toEqual([]);
  });

  it("lets only the command line reach the simulated Odoo, and only for the demo", () => {
    const reaching = files.filter(
      (file) => roomOf(file) !== "fixtures" && imports(file).some((target) => roomOf(target) === "fixtures"),
    );
    expect(reaching.filter((file) => !relative(ROOT, file).startsWith("service/cli/demo/"))).toEqual([]);
  });
});

describe("the dashboard speaks to the service over HTTP", () => {
  it("imports types from outside, from the contract and the decoded event alone", () => {
    const wrong = files
      .filter((file) => roomOf(file) === "dashboard")
      .flatMap((file) =>
        [...readFileSync(file, "utf8").matchAll(/^(import|export)( type)? [^;]*? from "(\.[^"]+)"/gm)]
          .map(([, , type, path]) => ({ file, type, target: relative(ROOT, join(dirname(file), path!)) }))
          .filter(({ target }) => !target.startsWith("dashboard/")),
      )
      .filter(({ type, target }) => !type || !/^(service\/api\/contract\/|odoo_addon_client\/event\.ts$)/.test(target))
      .map(({ file, target }) => `${relative(ROOT, file)} → ${target}`);
    expect(wrong).toEqual([]);
  });
});

describe("SQL has one home", () => {
  const statement =
    /["'`]\s*(?:select\s[^"'`]*\sfrom|insert\s+into|update\s+\w+\s+set|delete\s+from|create\s+(?:table|index)|alter\s+table|drop\s+table|copy\s+\w+\s*(?:\(|from\s|to\s)|truncate\s|vacuum|with\s+\w+\s+as\s*\()/i;
  it("holds no statement outside service/store", () => {
    const wrong = files
      .filter((file) => /^(service\/|reports$)/.test(roomOf(file)!) && roomOf(file) !== "service/store")
      .filter((file) => statement.test(readFileSync(file, "utf8")))
      .map((file) => relative(ROOT, file));
    expect(wrong).toEqual([]);
  });
});

describe("files stay readable", () => {
  it("has none over 350 lines", () => {
    const long = files
      .filter((file) => readFileSync(file, "utf8").split("\n").length > 350)
      .map((file) => relative(ROOT, file));
    expect(long).toEqual([]);
  });
  it("names them in kebab-case", () => {
    const odd = files
      .map((file) => relative(ROOT, file))
      .filter((file) => !/^([a-z0-9_-]+\/)*[a-z0-9]+([.-][a-z0-9]+)*\.(tsx?|js)$/.test(file));
    expect(odd).toEqual([]);
  });
});

function sources(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(tsx?|js)$/.test(entry.name) && !entry.parentPath.includes("/dist"))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The relative imports of a file, static and dynamic, types too. */
function imports(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g)].map((match) =>
    normalize(join(dirname(file), match[1]!)),
  );
}

/** "service/store" for service/store/open.ts; the first folder for everything outside the service. */
function roomOf(file: string): string | undefined {
  const parts = relative(ROOT, file).split("/");
  return parts[0] === "service" ? `service/${parts[1]}` : parts[0];
}
