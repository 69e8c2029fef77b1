import { escapeXml } from "./text.ts";

/** Colours are RRGGBB. Absent: Excel's default. */
export interface Style {
  bold?: boolean;
  italic?: boolean;
  underline?: boolean;
  size?: number;
  color?: string;
  fill?: string;
  /** Excel's number format, like `#,##0.00` */
  format?: string;
  /** `fill` cuts a text at its cell's edge, where others run on over empty neighbours */
  align?: "left" | "center" | "right" | "fill";
  vertical?: "top" | "center" | "bottom";
  wrap?: boolean;
  indent?: number;
  mono?: boolean;
  border?: { bottom?: string; top?: string; weight?: "hair" | "thin" | "medium" };
  /** fill of every other group of rows */
  band?: string;
}

/** Every look is one entry of cellXfs, found by what it is: styles are shared by all sheets. */
export class StyleBook {
  readonly #font: string;
  readonly #fonts: string[] = [];
  readonly #fills: string[] = [
    '<fill><patternFill patternType="none"/></fill>',
    '<fill><patternFill patternType="gray125"/></fill>',
  ];
  readonly #borders: string[] = ["<border><left/><right/><top/><bottom/><diagonal/></border>"];
  readonly #formats = new Map<string, number>();
  readonly #xfs: string[] = [];
  readonly #ids = new Map<string, number>();
  /** style → the same in a band */
  readonly #bands: number[] = [];

  constructor(font: string, size: number) {
    this.#font = font;
    this.#fonts.push(this.#fontXml({ size }));
    this.id({});
  }

  id(style: Style): number {
    const key = JSON.stringify(style, Object.keys(style).sort().concat("bottom", "top", "weight"));
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#xfs.push(this.#xf(style)) - 1;
    this.#ids.set(key, id);
    const { band, ...plain } = style;
    this.#bands[id] = band === undefined ? id : this.id({ ...plain, fill: band });
    return id;
  }

  /** The style in a banded row. */
  banded(id: number): number {
    return this.#bands[id]!;
  }

  #xf(style: Style): string {
    const font =
      style.bold || style.italic || style.underline || style.size || style.color || style.mono
        ? add(this.#fonts, this.#fontXml(style))
        : 0;
    const fill =
      style.fill === undefined
        ? 0
        : add(
            this.#fills,
            `<fill><patternFill patternType="solid"><fgColor rgb="FF${style.fill}"/><bgColor indexed="64"/></patternFill></fill>`,
          );
    const border = style.border === undefined ? 0 : add(this.#borders, borderXml(style.border));
    const format = style.format === undefined ? 0 : this.#formatId(style.format);
    const { align, vertical, wrap, indent } = style;
    const alignment =
      align || vertical || wrap || indent
        ? `<alignment${align ? ` horizontal="${align}"` : ""}${vertical ? ` vertical="${vertical}"` : ""}${wrap ? ' wrapText="1"' : ""}${indent ? ` indent="${indent}"` : ""}/>`
        : "";
    const flags = `${format ? ' applyNumberFormat="1"' : ""}${font ? ' applyFont="1"' : ""}${fill ? ' applyFill="1"' : ""}${border ? ' applyBorder="1"' : ""}${alignment ? ' applyAlignment="1"' : ""}`;
    const open = `<xf numFmtId="${format}" fontId="${font}" fillId="${fill}" borderId="${border}" xfId="0"${flags}`;
    return alignment ? `${open}>${alignment}</xf>` : `${open}/>`;
  }

  #formatId(format: string): number {
    const known = this.#formats.get(format);
    if (known !== undefined) return known;
    const id = 164 + this.#formats.size;
    this.#formats.set(format, id);
    return id;
  }

  #fontXml(style: Style): string {
    const flags = `${style.bold ? "<b/>" : ""}${style.italic ? "<i/>" : ""}${style.underline ? "<u/>" : ""}`;
    const color = style.color === undefined ? "" : `<color rgb="FF${style.color}"/>`;
    const [name, family] = style.mono ? ["Consolas", 3] : [this.#font, 2];
    return `<font>${flags}<sz val="${style.size ?? 10}"/>${color}<name val="${escapeXml(name)}"/><family val="${family}"/></font>`;
  }

  xml(): string {
    const list = (name: string, items: string[]): string =>
      `<${name} count="${items.length}">${items.join("")}</${name}>`;
    const formats = [...this.#formats].map(
      ([code, id]) => `<numFmt numFmtId="${id}" formatCode="${escapeXml(code)}"/>`,
    );
    return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">${formats.length ? list("numFmts", formats) : ""}${list("fonts", this.#fonts)}${list("fills", this.#fills)}${list("borders", this.#borders)}<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>${list("cellXfs", this.#xfs)}<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles><dxfs count="0"/><tableStyles count="0" defaultTableStyle="TableStyleMedium2" defaultPivotStyle="PivotStyleLight16"/></styleSheet>`;
  }
}

function borderXml({ top, bottom, weight = "thin" }: NonNullable<Style["border"]>): string {
  const side = (name: string, color: string | undefined): string =>
    color === undefined ? `<${name}/>` : `<${name} style="${weight}"><color rgb="FF${color}"/></${name}>`;
  return `<border><left/><right/>${side("top", top)}${side("bottom", bottom)}<diagonal/></border>`;
}

function add(list: string[], item: string): number {
  const at = list.indexOf(item);
  return at >= 0 ? at : list.push(item) - 1;
}
