import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import exceljs from "exceljs";
import { openDemoOdoo } from "../../fixtures/demo-odoo.ts";
import { connect } from "../../odoo_addon_client/index.ts";
import { type ReportRequest, runReport, storeSource } from "../../reports/index.ts";
import type { MadeReport } from "../../reports/make.ts";
import { pullAll } from "../../service/ingest/index.ts";
import type { Instance, Store } from "../../service/store/index.ts";
import { StoreLab, TestClock } from "./stores.ts";

/** A store with thirty days of the demo's company in it, and a folder for reports. */
export class ReportLab {
  readonly lab: StoreLab;
  readonly clock = new TestClock();
  readonly folder = mkdtempSync(join(tmpdir(), "vigil-reports-"));
  store!: Store;
  instance!: Instance;
  #files = 0;

  constructor(kind: Store["kind"] = "pglite") {
    this.lab = new StoreLab(kind);
  }

  async start(): Promise<void> {
    await this.lab.start();
    this.store = await this.lab.open(this.clock);
    const odoo = await openDemoOdoo({ now: this.clock.read });
    try {
      const { url, db, login, key } = odoo.account;
      await this.store.instances.add({ name: "acme", ...odoo.account });
      const client = await connect({ url, database: db, login, secret: key, timeout_ms: 60_000, insecure_tls: false });
      await pullAll(this.store, await this.store.instances.get("acme"), client);
      await client.close?.();
    } finally {
      await odoo.close();
    }
    this.instance = await this.store.instances.get("acme");
  }

  async stop(): Promise<void> {
    await this.lab.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  path(extension = "xlsx"): string {
    return join(this.folder, `report-${++this.#files}.${extension}`);
  }

  async make(
    name: string,
    more: Partial<ReportRequest> = {},
    path = this.path(),
  ): Promise<MadeReport & { path: string }> {
    const request: ReportRequest = {
      name,
      instance_ids: [this.instance.id],
      format: "xlsx",
      time_zone: "Europe/Berlin",
      ...(name === "record-history" ? { model: "sale.order" } : {}),
      ...more,
    };
    const about = { made_at: this.clock.now, made_by: "Ines Kaya", vigil_version: "0.0.0-test" };
    return { ...(await runReport({ request, source: storeSource(this.store), path, ...about })), path };
  }
}

export async function readExcel(path: string): Promise<exceljs.Workbook> {
  const book = new exceljs.Workbook();
  await book.xlsx.readFile(path);
  return book;
}

/** Changes cells as a person would, with exceljs, and writes the file anew. */
export async function alter(path: string, target: string, change: (book: exceljs.Workbook) => void): Promise<void> {
  const book = await readExcel(path);
  change(book);
  await book.xlsx.writeFile(target);
}

/** Rows below the heading, by the ids of the columns' headings. */
export function rowsOf(sheet: exceljs.Worksheet, headRow = 3): Record<string, exceljs.CellValue>[] {
  const heads = sheet.getRow(headRow).values as string[];
  const rows: Record<string, exceljs.CellValue>[] = [];
  sheet.eachRow((row, number) => {
    if (number <= headRow) return;
    rows.push(Object.fromEntries(heads.map((head, i) => [head, row.getCell(i).value]).filter(([head]) => head)));
  });
  return rows;
}

/** A Python that can import this module; undefined where there is none. */
export function findPython(module: string): string | undefined {
  for (const python of ["/usr/bin/python3", "python3"]) {
    try {
      execFileSync(python, ["-c", `import ${module}`], { stdio: "ignore" });
      return python;
    } catch {
      // the next one
    }
  }
  return undefined;
}
