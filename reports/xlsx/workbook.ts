import { rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Chart, chartXml } from "./chart.ts";
import { columnName, quoteSheet, sheetName } from "./names.ts";
import { openPartFolder } from "./part-folder.ts";
import {
  appProperties,
  contentTypes,
  coreProperties,
  type DefinedName,
  drawingXml,
  type Properties,
  type Relation,
  relations,
  themeXml,
  workbookXml,
} from "./parts.ts";
import { SharedStrings } from "./shared-strings.ts";
import { type Picture, type SheetOptions, SheetWriter } from "./sheet.ts";
import { StyleBook } from "./styles.ts";
import { Spool, writeZip } from "./zip.ts";

export interface WorkbookOptions {
  /** where the finished file will stand; nothing is there before `save` has succeeded */
  path: string;
  font: string;
  fontSize: number;
  accents: string[];
  properties: Properties;
  /** 1 is fastest, 9 smallest */
  level?: number;
}

/**
 * A workbook that is written while it is made: each sheet streams into a file of its own in a folder beside the target,
 * `save` packs them and renames the whole into place. Killed in the middle, it leaves that folder, which the next attempt
 * takes away, and no half workbook.
 */
export class WorkbookWriter {
  readonly styles: StyleBook;
  readonly #options: WorkbookOptions;
  readonly #shared = new SharedStrings();
  readonly #folder: string;
  readonly #sheets: SheetWriter[] = [];
  /** in the order in which they were begun, until `order` says otherwise */
  readonly #names: string[] = [];
  readonly #spools: Spool[] = [];

  static async open(options: WorkbookOptions): Promise<WorkbookWriter> {
    return new WorkbookWriter(options, await openPartFolder(options.path));
  }

  private constructor(options: WorkbookOptions, folder: string) {
    this.#options = options;
    this.#folder = folder;
    this.styles = new StyleBook(options.font, options.fontSize);
  }

  /** The name is made legal and unique; read it from the result. */
  addSheet(name: string, options: SheetOptions): SheetWriter {
    const legal = sheetName(name, this.#names);
    this.#names.push(legal);
    const spool = this.#spool(`xl/worksheets/sheet${this.#names.length}.xml`);
    const sheet = new SheetWriter(legal, options, spool, this.styles, this.#shared);
    this.#sheets.push(sheet);
    return sheet;
  }

  get sheetNames(): readonly string[] {
    return this.#names;
  }

  /** Packs everything; `order`: names of sheets as their tabs stand. Answers the file's size in bytes. */
  async save(order: string[] = this.#names): Promise<number> {
    const { path, properties, font, accents } = this.#options;
    const parts: { name: string; type: string }[] = [];
    const pictures = new Set<string>();
    const book: Relation[] = [];
    let drawings = 0;
    const charts = { count: 0 };
    const media = { count: 0 };
    for (const sheet of this.#sheets) {
      const items = sheet.charts.length + sheet.pictures.length;
      const drawing = items > 0 ? `drawing${++drawings}.xml` : undefined;
      const links = await sheet.end(drawing === undefined ? undefined : "rDrawing");
      const own: Relation[] = links.map(({ id, target }) => ({ id, type: "hyperlink", target, external: true }));
      if (drawing !== undefined) {
        own.push({ id: "rDrawing", type: "drawing", target: `../drawings/${drawing}` });
        await this.#drawing(drawing, sheet, { charts, media, parts, pictures });
      }
      const file = basename(sheet.spool.name);
      if (own.length > 0) await this.#part(`xl/worksheets/_rels/${file}.rels`, relations(own));
      parts.push({ name: sheet.spool.name, type: "worksheet" });
      book.push({ id: `rId${book.length + 1}`, type: "worksheet", target: `worksheets/${file}` });
    }
    const tabs = order.map((name) => this.#names.indexOf(name));
    const sheets = tabs.map((i) => ({
      name: this.#names[i]!,
      hidden: this.#sheets[i]!.options.hidden ?? false,
      relation: book[i]!.id,
    }));
    for (const type of ["styles", "sharedStrings", "theme"])
      book.push({ id: `rId${book.length + 1}`, type, target: type === "theme" ? "theme/theme1.xml" : `${type}.xml` });
    await this.#part(
      "xl/workbook.xml",
      workbookXml(
        sheets,
        this.#definedNames(tabs),
        Math.max(
          0,
          sheets.findIndex((s) => !s.hidden),
        ),
      ),
    );
    await this.#part("xl/_rels/workbook.xml.rels", relations(book));
    await this.#part("xl/styles.xml", this.styles.xml());
    await this.#part("xl/theme/theme1.xml", themeXml(font, accents));
    await this.#part("xl/sharedStrings.xml", this.#shared.xml());
    await this.#part("docProps/core.xml", coreProperties(properties));
    await this.#part("docProps/app.xml", appProperties(properties));
    for (const [name, type] of [["xl/workbook.xml", "workbook"], ["xl/styles.xml", "styles"], ["xl/theme/theme1.xml", "theme"], ["xl/sharedStrings.xml", "sharedStrings"], ["docProps/core.xml", "core"], ["docProps/app.xml", "app"]] as const) parts.push({ name, type }); // biome-ignore format: one glance
    await this.#part(
      "_rels/.rels",
      relations([
        { id: "rId1", type: "officeDocument", target: "xl/workbook.xml" },
        { id: "rId2", type: "core-properties", target: "docProps/core.xml" },
        { id: "rId3", type: "extended-properties", target: "docProps/app.xml" },
      ]),
    );
    await this.#part("[Content_Types].xml", contentTypes(parts, pictures));
    const finished = join(this.#folder, "workbook.xlsx");
    // readers that guess the kind of a file look at the first entry
    const first = this.#spools.pop()!;
    const size = await writeZip(finished, [first, ...this.#spools]);
    await rename(finished, path);
    await rm(this.#folder, { recursive: true, force: true });
    return size;
  }

  /** After a failure: takes everything away. */
  async abandon(): Promise<void> {
    for (const spool of this.#spools) await spool.abandon();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #spool(name: string): Spool {
    const spool = new Spool(name, join(this.#folder, `part-${this.#spools.length}`), this.#options.level ?? 4);
    this.#spools.push(spool);
    return spool;
  }

  async #part(name: string, text: string | Iterable<string>): Promise<void> {
    const spool = this.#spool(name);
    for (const piece of typeof text === "string" ? [text] : text) {
      spool.write(piece);
      if (spool.isFull) await spool.drain();
    }
    await spool.end();
  }

  async #drawing(
    name: string,
    sheet: SheetWriter,
    so: {
      charts: { count: number };
      media: { count: number };
      parts: { name: string; type: string }[];
      pictures: Set<string>;
    },
  ): Promise<void> {
    const own: Relation[] = [];
    const items: Parameters<typeof drawingXml>[0] = [];
    for (const { chart, at } of sheet.charts) {
      const part = `xl/charts/chart${++so.charts.count}.xml`;
      await this.#part(part, chartXml(chart satisfies Chart));
      so.parts.push({ name: part, type: "chart" });
      own.push({ id: `rId${own.length + 1}`, type: "chart", target: `../charts/${basename(part)}` });
      items.push({ kind: "chart", relation: own.at(-1)!.id, name: chart.title, ...at });
    }
    for (const { picture, at } of sheet.pictures) {
      const part = `xl/media/image${++so.media.count}.${picture.type}`;
      await this.#bytes(part, picture);
      so.pictures.add(picture.type);
      own.push({ id: `rId${own.length + 1}`, type: "image", target: `../media/${basename(part)}` });
      items.push({ kind: "picture", relation: own.at(-1)!.id, name: picture.alt, ...at });
    }
    await this.#part(`xl/drawings/${name}`, drawingXml(items));
    await this.#part(`xl/drawings/_rels/${name}.rels`, relations(own));
    so.parts.push({ name: `xl/drawings/${name}`, type: "drawing" });
  }

  async #bytes(name: string, picture: Picture): Promise<void> {
    const spool = this.#spool(name);
    spool.writeBytes(picture.bytes);
    await spool.end();
  }

  #definedNames(tabs: number[]): DefinedName[] {
    const names: DefinedName[] = [];
    for (const [sheet, index] of tabs.entries()) {
      const { name, options, rows } = this.#sheets[index]!;
      const quoted = quoteSheet(name);
      if (options.filterRow !== undefined) {
        const last = columnName(options.columns.length - 1);
        const ref = `${quoted}!$A$${options.filterRow}:$${last}$${Math.max(rows, options.filterRow)}`;
        names.push({ name: "_xlnm._FilterDatabase", sheet, ref, hidden: true });
      }
    }
    // without it some programs print as wide as the longest text would be
    for (const [sheet, index] of tabs.entries()) {
      const { name, options, rows } = this.#sheets[index]!;
      if (options.hidden || options.filterRow === undefined) continue;
      const ref = `${quoteSheet(name)}!$A$1:$${columnName(options.columns.length - 1)}$${rows}`;
      names.push({ name: "_xlnm.Print_Area", sheet, ref });
    }
    for (const [sheet, index] of tabs.entries()) {
      const { name, options } = this.#sheets[index]!;
      if (options.frozenRows && !options.hidden)
        names.push({ name: "_xlnm.Print_Titles", sheet, ref: `${quoteSheet(name)}!$1:$${options.frozenRows}` });
    }
    return names;
  }
}
