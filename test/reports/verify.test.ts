import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type exceljs from "exceljs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NotAVigilWorkbookError } from "../../reports/index.ts";
import { nodeName, proofNodes, rootFrom } from "../../reports/proof/tree.ts";
import { verifyWorkbook } from "../../reports/verify/index.ts";
import { merkleRoot } from "../../service/chain/hashing.ts";
import { verifyWorkbookFile } from "../../service/cli/verify-file/workbook.ts";
import { VERSION } from "../../service/cli/version.ts";
import { alter, ReportLab } from "../support/report-lab.ts";

const lab = new ReportLab();
let path: string;
beforeAll(async () => {
  await lab.start();
  path = (await lab.make("audit", { from: "2026-11-19T12:00:00.000000Z" })).path;
});
afterAll(() => lab.stop());

async function afterChange(change: (book: exceljs.Workbook) => void) {
  const target = lab.path();
  await alter(path, target, change);
  return verifyWorkbook(target);
}
const sheet = (book: exceljs.Workbook, name: string): exceljs.Worksheet => book.getWorksheet(name)!;

describe("vigil verify report.xlsx", () => {
  test("a report that another program opened and saved is intact", async () => {
    expect(await afterChange(() => undefined)).toMatchObject({ status: "intact", problem_count: 0 });
  });

  const office = ["/usr/bin/soffice", "/usr/bin/libreoffice"].find((path) => existsSync(path));
  test.skipIf(office === undefined)(
    "a report that LibreOffice opened and saved is intact",
    { timeout: 120_000 },
    () => {
      const [from, to] = [join(lab.folder, "opened"), join(lab.folder, "saved")];
      mkdirSync(from);
      copyFileSync(path, join(from, "report.xlsx"));
      const profile = `-env:UserInstallation=file://${join(lab.folder, "profile")}`;
      const convert = ["--headless", profile, "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", to];
      execFileSync(office!, [...convert, join(from, "report.xlsx")], { stdio: "ignore" });
      return expect(verifyWorkbook(join(to, "report.xlsx"))).resolves.toMatchObject({ status: "intact", problems: [] });
    },
  );

  test("one altered cell is named, with what it says and what was recorded", async () => {
    const verdict = await afterChange((book) => {
      sheet(book, "Changes").getCell("J10").value = "something else";
    });
    expect(verdict).toMatchObject({ status: "broken", problem_count: 1 });
    expect(verdict.problems[0]).toMatchObject({
      sheet: "Changes",
      cell: "J10",
      column: expect.any(String),
      found: '"something else"',
      expected: expect.any(String),
      seq: expect.any(Number),
    });
  });

  test("any one cell of any table that is altered is found", async () => {
    const cells: [string, string][] = [
      ["Changes", "A5"],
      ["Changes", "B6"],
      ["Changes", "C7"],
      ["Changes", "P9"],
      ["Deletions", "I4"],
      ["Logins", "E6"],
      ["Errors", "H4"],
      ["Cover", "C11"],
      ["Summary", "A4"],
      ["Proof", "H4"],
      ["Retention and holds", "C4"],
      ["Changes", "C3"],
      ["Changes", "B2"],
    ];
    const verdict = await afterChange((book) => {
      for (const [name, cell] of cells) {
        const target = sheet(book, name).getCell(cell);
        target.value =
          target.value instanceof Date
            ? new Date(target.value.getTime() + 1_000)
            : typeof target.value === "number"
              ? target.value + 1
              : `${target.value ?? ""}x`;
      }
    });
    const found = verdict.problems.map(({ sheet: name, cell }) => `${name} ${cell}`);
    expect(found).toEqual(expect.arrayContaining(cells.map((place) => place.join(" "))));
    expect(verdict.problem_count).toBe(cells.length);
  });

  test("rows taken out, put in or doubled are found; sorting does no harm", async () => {
    const removed = await afterChange((book) => void sheet(book, "Deletions").spliceRows(5, 1));
    expect(removed.problems[0]!.reason).toMatch(/a row of event \d+ is missing in "Deletions"/);
    const doubled = await afterChange(
      (book) => void sheet(book, "Deletions").insertRow(5, sheet(book, "Deletions").getRow(4).values as never),
    );
    expect(doubled.problems[0]!.reason).toMatch(/once more/);
    const strange = await afterChange((book) => {
      sheet(book, "Deletions").getCell("N4").value = 999_999;
    });
    expect(strange.problems.map(({ reason }) => reason).join()).toMatch(/belongs to no event/);
    const sorted = await afterChange((book) => {
      const [a, b] = [4, 5].map((row) => (sheet(book, "Logins").getRow(row).values as exceljs.CellValue[]).slice(1));
      sheet(book, "Logins").getRow(4).values = b as never;
      sheet(book, "Logins").getRow(5).values = a as never;
    });
    expect(sorted.problems).toEqual([]);
  });

  test("a forger who alters the row and its evidence alike is found by the commitments", async () => {
    const verdict = await afterChange((book) => {
      const evidence = sheet(book, "_evidence");
      evidence.eachRow((row, number) => {
        const text = String(row.getCell(4).value);
        if (number === 5) row.getCell(4).value = text.replace(/\\"label\\":\\"/, "$&Forged ");
      });
    });
    expect(verdict.status).toBe("broken");
    expect(verdict.problems.map(({ reason }) => reason).join()).toMatch(
      /commitment|does not give its hash|cannot be read/,
    );
  });

  test("events taken out together with their rows are missed, and a manifest that was made to fit is not signed", async () => {
    const without = await afterChange((book) => void sheet(book, "_evidence").spliceRows(2, 1));
    expect(without.problems.map(({ reason }) => reason).join()).toMatch(/some were taken out or put in/);
    const unsigned = await afterChange((book) => {
      const cell = sheet(book, "_manifest").getCell("B2");
      cell.value = String(cell.value).replace("Ines Kaya", "Somebody");
    });
    expect(unsigned.problems[0]!.reason).toMatch(/own signature does not hold/);
  });

  test("another leaf, another checkpoint, another key", async () => {
    const leaf = await afterChange((book) => {
      const cell = sheet(book, "_leaves").getCell("D2");
      const text = String(cell.value);
      cell.value = `${text[0] === "A" ? "B" : "A"}${text.slice(1)}`;
    });
    expect(leaf.problems[0]!.reason).toMatch(/do not give the root that was signed/);
    const checkpoint = await afterChange((book) => {
      const cell = sheet(book, "_checkpoints").getCell("C2");
      cell.value = String(cell.value).replace('"count":', '"count":1');
    });
    expect(checkpoint.problems[0]!.reason).toMatch(/checkpoint 1 was altered/);
    const other = await verifyWorkbook(path, { publicKey: "0".repeat(64) });
    expect(other.problems[0]!.reason).toMatch(/not the one you gave/);
    expect((await verifyWorkbook(path, { publicKey: lab.store.keys.publicKey })).status).toBe("intact");
  });

  test("a broken one says which version made it, when that is not the one that checks", async () => {
    const target = lab.path();
    await alter(path, target, (book) => {
      sheet(book, "Changes").getCell("J10").value = "something else";
    });
    const options = { json: false, paint: (_: string, text: string) => text };
    const { exit, text } = await verifyWorkbookFile(target, options as never);
    expect(exit).toBe(1);
    expect(text).toMatch(/J10 .* was altered/);
    expect(text).toContain(
      `made by Vigil 0.0.0-test, checked by ${VERSION}: another version may word a cell otherwise`,
    );
    expect((await verifyWorkbookFile(path, options as never)).text).not.toContain("another version");
  });

  test("what is no report of Vigil is said to be none", async () => {
    const text = lab.path();
    writeFileSync(text, "hello");
    await expect(verifyWorkbook(text)).rejects.toThrow(NotAVigilWorkbookError);
    const bare = lab.path();
    await alter(path, bare, (book) => void book.removeWorksheet("_manifest"));
    await expect(verifyWorkbook(bare)).rejects.toThrow(/holds no proof/);
  });

  test("a report of a few events out of many carries paths, not all leaves, and proves itself", async () => {
    const { path: sparse, events } = await lab.make("reads");
    const verdict = await verifyWorkbook(sparse);
    expect(verdict).toMatchObject({ status: "intact", events, sealed: events });
    const target = lab.path();
    await alter(sparse, target, (book) => {
      expect(sheet(book, "_leaves").getCell("C2").value).toBe("nodes");
      sheet(book, "Reads and exports").getCell("D4").value = "Somebody else";
    });
    expect((await verifyWorkbook(target)).problems).toMatchObject([{ cell: "D4", sheet: "Reads and exports" }]);
  });
});

describe("paths in the Merkle tree", () => {
  test("give the segment's root for any choice of leaves, and for no other leaf", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 70 }),
        fc.array(fc.nat(69), { minLength: 1, maxLength: 12 }),
        (count, choice) => {
          const leaves = Buffer.from(Array.from({ length: count * 32 }, (_, i) => (i * 7 + count) % 256));
          const picked = [...new Set(choice.map((index) => index % count))].sort((a, b) => a - b);
          const known = proofNodes(leaves, picked);
          for (const index of picked) known.set(nodeName(0, index), leaves.subarray(index * 32, index * 32 + 32));
          expect(rootFrom(count, known)).toEqual(merkleRoot(leaves));
          known.set(nodeName(0, picked[0]!), Buffer.alloc(32, 1));
          expect(rootFrom(count, known)).not.toEqual(merkleRoot(leaves));
        },
      ),
    );
  });
});
