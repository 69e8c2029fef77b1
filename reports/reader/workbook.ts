import { posix } from "node:path";
import { NotAVigilWorkbookError } from "../errors.ts";
import type { Normal } from "../proof/normal.ts";
import type { CellContext, ReadRow } from "./cells.ts";
import { SharedTexts } from "./shared-texts.ts";
import { readRows } from "./sheet.ts";
import { dateStyles } from "./styles.ts";
import { elements, XmlError } from "./xml.ts";
import { ZipReader } from "./zip.ts";

/** Days between the two epochs that a workbook may count from. */
const SINCE_1904 = 1462;

/**
 * A workbook read sheet by sheet and row by row, whoever wrote it. It finds its parts as spreadsheet programs do, by
 * their relations, and refuses what they and it could read differently.
 */
export class WorkbookReader {
  readonly #zip: ZipReader;
  readonly #path: string;
  readonly #parts = new Map<string, string>();
  #texts: SharedTexts | undefined;
  #context: CellContext = { shared: () => "", isDate: () => false, epoch: 0 };

  /** Throws NotAVigilWorkbookError; ENOENT and the like as they are. */
  static async open(path: string): Promise<WorkbookReader> {
    const zip = await ZipReader.open(path);
    const book = new WorkbookReader(path, zip);
    try {
      await book.#open();
      return book;
    } catch (error) {
      await book.close();
      throw book.#explain(error);
    }
  }

  private constructor(path: string, zip: ZipReader) {
    this.#path = path;
    this.#zip = zip;
  }

  get sheetNames(): string[] {
    return [...this.#parts.keys()];
  }

  has(sheet: string): boolean {
    return this.#parts.has(sheet);
  }

  /** Rows that have a value, ascending. Throws NotAVigilWorkbookError. */
  async *rows(sheet: string): AsyncGenerator<ReadRow[]> {
    const part = this.#parts.get(sheet);
    if (part === undefined) return;
    try {
      yield* readRows(this.#zip.read(part), this.#context);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  /** All sheets of this name and its continuations, their headings left out, as texts. */
  async *hidden(name: string): AsyncGenerator<string[]> {
    for (const sheet of this.sheetNames) {
      if (sheet !== name && !sheet.startsWith(`${name} (`)) continue;
      let isFirst = true;
      for await (const rows of this.rows(sheet))
        for (const { cells } of rows) {
          if (!isFirst) yield cells.map((cell) => cell.slice(1));
          isFirst = false;
        }
    }
  }

  async close(): Promise<void> {
    this.#texts?.close();
    await this.#zip.close();
  }

  async #open(): Promise<void> {
    const [main] = await this.#relations("", "officeDocument");
    if (main === undefined) throw new XmlError("it has no workbook");
    const sheets: { name: string; id: string }[] = [];
    let epoch = 0;
    for (const { path, attributes } of elements(await this.#zip.text(main.target))) {
      if (path === "workbook/workbookPr" && /^(1|true)$/.test(attributes.date1904 ?? "")) epoch = SINCE_1904;
      if (path !== "workbook/sheets/sheet") continue;
      const id = Object.entries(attributes).find(([name]) => /^\w+:id$/.test(name))?.[1];
      sheets.push({ name: attributes.name ?? "", id: id ?? "" });
    }
    const parts = new Map((await this.#relations(main.target, "worksheet")).map(({ id, target }) => [id, target]));
    for (const { name, id } of sheets) {
      const target = parts.get(id);
      if (this.#parts.has(name)) throw new XmlError(`it has two sheets named "${name}"`);
      if (target !== undefined) this.#parts.set(name, target);
    }
    const [strings] = await this.#relations(main.target, "sharedStrings");
    if (strings !== undefined) this.#texts = await SharedTexts.read(this.#zip.read(strings.target));
    const [styles] = await this.#relations(main.target, "styles");
    const dates = styles === undefined ? new Set<number>() : dateStyles(await this.#zip.text(styles.target));
    const shared = (index: number): Normal => {
      if (this.#texts === undefined) throw new XmlError("its shared texts are missing");
      return this.#texts.get(index);
    };
    this.#context = { shared, isDate: (style) => dates.has(style), epoch };
  }

  async #relations(part: string, type: string): Promise<{ id: string; target: string }[]> {
    const folder = posix.dirname(part);
    const name = posix.join(folder, "_rels", `${posix.basename(part)}.rels`);
    if (!this.#zip.has(name)) return [];
    return [...elements(await this.#zip.text(name))]
      .filter(({ attributes }) => attributes.Type?.endsWith(`/${type}`) && attributes.TargetMode !== "External")
      .map(({ attributes: { Id = "", Target = "" } }) => ({
        id: Id,
        target: Target.startsWith("/") ? Target.slice(1) : posix.join(folder, Target),
      }));
  }

  #explain(error: unknown): unknown {
    if (!(error instanceof XmlError || error instanceof TypeError)) return error;
    return new NotAVigilWorkbookError(`${this.#path} cannot be read as a workbook: ${error.message}.`, {
      cause: error,
    });
  }
}
