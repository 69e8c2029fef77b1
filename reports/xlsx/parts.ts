import type { Anchored, Placed } from "./sheet.ts";
import { escapeXml } from "./text.ts";

/* The small parts of the package, as text. */

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

export interface Relation {
  id: string;
  /** the last word of the type: worksheet, styles, chart, … */
  type: string;
  target: string;
  external?: boolean;
}

export function relations(list: Relation[]): string {
  const type = (name: string): string =>
    name === "core-properties"
      ? "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
      : `${OFFICE}/${name}`;
  return `${XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${list
    .map(
      (one) =>
        `<Relationship Id="${one.id}" Type="${type(one.type)}" Target="${escapeXml(one.target)}"${one.external ? ' TargetMode="External"' : ""}/>`,
    )
    .join("")}</Relationships>`;
}

const TYPES: Record<string, string> = {
  workbook: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
  worksheet: "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml",
  styles: "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml",
  sharedStrings: "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml",
  theme: "application/vnd.openxmlformats-officedocument.theme+xml",
  drawing: "application/vnd.openxmlformats-officedocument.drawing+xml",
  chart: "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
  core: "application/vnd.openxmlformats-package.core-properties+xml",
  app: "application/vnd.openxmlformats-officedocument.extended-properties+xml",
};

export function contentTypes(parts: { name: string; type: string }[], pictures: Set<string>): string {
  const defaults = [...pictures].map((type) => `<Default Extension="${type}" ContentType="image/${type}"/>`).join("");
  return `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${defaults}${parts
    .map(({ name, type }) => `<Override PartName="/${name}" ContentType="${TYPES[type]}"/>`)
    .join("")}</Types>`;
}

export interface Properties {
  title: string;
  creator: string;
  created: Date;
  description?: string;
  company?: string;
  application: string;
}

export function coreProperties(about: Properties): string {
  const when = about.created.toISOString().replace(/\.\d+Z$/, "Z");
  return `${XML}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${escapeXml(about.title)}</dc:title><dc:creator>${escapeXml(about.creator)}</dc:creator>${about.description ? `<dc:description>${escapeXml(about.description)}</dc:description>` : ""}<dcterms:created xsi:type="dcterms:W3CDTF">${when}</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">${when}</dcterms:modified></cp:coreProperties>`;
}

export function appProperties(about: Properties): string {
  return `${XML}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>${escapeXml(about.application)}</Application>${about.company ? `<Company>${escapeXml(about.company)}</Company>` : ""}</Properties>`;
}

export interface BookSheet {
  name: string;
  hidden: boolean;
  relation: string;
}
export interface DefinedName {
  name: string;
  sheet: number;
  ref: string;
  hidden?: boolean;
}

export function workbookXml(sheets: BookSheet[], names: DefinedName[], active: number): string {
  const list = sheets.map(
    (sheet, i) =>
      `<sheet name="${escapeXml(sheet.name)}" sheetId="${i + 1}"${sheet.hidden ? ' state="hidden"' : ""} r:id="${sheet.relation}"/>`,
  );
  const defined = names.map(
    (one) =>
      `<definedName name="${one.name}" localSheetId="${one.sheet}"${one.hidden ? ' hidden="1"' : ""}>${escapeXml(one.ref)}</definedName>`,
  );
  return `${XML}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${OFFICE}"><workbookPr date1904="0"/><bookViews><workbookView xWindow="0" yWindow="0" windowWidth="28800" windowHeight="17000" tabRatio="850" activeTab="${active}"/></bookViews><sheets>${list.join("")}</sheets>${defined.length ? `<definedNames>${defined.join("")}</definedNames>` : ""}<calcPr calcId="191029"/></workbook>`;
}

/** Office's theme with our colours: what a person's own charts and cells in this workbook take up. */
export function themeXml(font: string, accents: string[]): string {
  const rgb = (name: string, value: string): string => `<a:${name}><a:srgbClr val="${value}"/></a:${name}>`;
  const accent = [0, 1, 2, 3, 4, 5].map((i) => rgb(`accent${i + 1}`, accents[i % accents.length]!)).join("");
  const fonts = `<a:latin typeface="${escapeXml(font)}"/><a:ea typeface=""/><a:cs typeface=""/>`;
  const solid = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>';
  const stroke = `<a:ln w="9525">${solid}</a:ln>`;
  const effect = "<a:effectStyle><a:effectLst/></a:effectStyle>";
  return `${XML}<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Vigil"><a:themeElements><a:clrScheme name="Vigil">${rgb("dk1", "000000")}${rgb("lt1", "FFFFFF")}${rgb("dk2", "1F2937")}${rgb("lt2", "F3F4F6")}${accent}${rgb("hlink", "0563C1")}${rgb("folHlink", "954F72")}</a:clrScheme><a:fontScheme name="Vigil"><a:majorFont>${fonts}</a:majorFont><a:minorFont>${fonts}</a:minorFont></a:fontScheme><a:fmtScheme name="Vigil"><a:fillStyleLst>${solid}${solid}${solid}</a:fillStyleLst><a:lnStyleLst>${stroke}${stroke}${stroke}</a:lnStyleLst><a:effectStyleLst>${effect}${effect}${effect}</a:effectStyleLst><a:bgFillStyleLst>${solid}${solid}${solid}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>`;
}

/** A column of 12.5 characters, in Office's unit (914,400 an inch): only fractions of it are used. */
const COLUMN_EMU = 880_000;
const PIXEL_EMU = 9_525;

/** Where charts and pictures stand on their sheet. */
export function drawingXml(
  items: ({ kind: "chart" | "picture"; relation: string; name: string } & (Anchored | Placed))[],
): string {
  const corner = (tag: string, [column, row]: [number, number]): string =>
    `<xdr:${tag}><xdr:col>${Math.floor(column)}</xdr:col><xdr:colOff>${Math.round((column % 1) * COLUMN_EMU)}</xdr:colOff><xdr:row>${row}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:${tag}>`;
  const body = items.map((item, i) => {
    const { kind, relation, name } = item;
    const about = `<xdr:cNvPr id="${i + 2}" name="${kind === "chart" ? "Chart" : "Picture"} ${i + 1}" descr="${escapeXml(name)}"/>`;
    const content =
      kind === "chart"
        ? `<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr>${about}<xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="${relation}"/></a:graphicData></a:graphic></xdr:graphicFrame>`
        : `<xdr:pic><xdr:nvPicPr>${about}<xdr:cNvPicPr><a:picLocks noChangeAspect="1"/></xdr:cNvPicPr></xdr:nvPicPr><xdr:blipFill><a:blip r:embed="${relation}"/><a:stretch><a:fillRect/></a:stretch></xdr:blipFill><xdr:spPr><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic>`;
    if ("size" in item) {
      const [x, y, cx, cy] = [...item.offset, ...item.size].map((pixels) => Math.round(pixels * PIXEL_EMU));
      return `<xdr:oneCellAnchor><xdr:from><xdr:col>${item.from[0]}</xdr:col><xdr:colOff>${x}</xdr:colOff><xdr:row>${item.from[1]}</xdr:row><xdr:rowOff>${y}</xdr:rowOff></xdr:from><xdr:ext cx="${cx}" cy="${cy}"/>${content}<xdr:clientData/></xdr:oneCellAnchor>`;
    }
    const { from, to } = item;
    return `<xdr:twoCellAnchor editAs="oneCell">${corner("from", from)}${corner("to", to)}${content}<xdr:clientData/></xdr:twoCellAnchor>`;
  });
  return `${XML}<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="${OFFICE}">${body.join("")}</xdr:wsDr>`;
}
