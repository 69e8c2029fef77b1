import { quoteSheet } from "./names.ts";
import { cleanText, escapeXml } from "./text.ts";

/** A native chart over cells of a sheet. The values are cached in it, so that it shows before anything is recalculated. */
export interface Chart {
  type: "bar" | "column" | "line" | "pie";
  title: string;
  sheet: string;
  categories: { ref: string; values: string[] };
  series: { name: string; ref: string; values: number[] }[];
  /** RRGGBB of the series, or of a pie's slices */
  colors: string[];
  textColor: string;
  gridColor: string;
  font: string;
  /** patterns instead of colours, for printing in black and white */
  patterned?: boolean;
}

const PATTERNS = ["solid", "ltUpDiag", "dkHorz", "smGrid", "ltDnDiag", "pct50", "dkVert", "lgCheck"];

export function chartXml(chart: Chart): string {
  const body = chart.type === "pie" ? pie(chart) : chart.type === "line" ? line(chart) : bars(chart);
  const legend =
    chart.type === "pie" || chart.series.length > 1
      ? `<c:legend><c:legendPos val="${chart.type === "pie" ? "r" : "b"}"/><c:overlay val="0"/>${text(chart, 900)}</c:legend>`
      : "";
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><c:roundedCorners val="0"/><c:chart><c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr>${run(chart, 1200, true)}</a:pPr><a:r><a:rPr lang="en-GB" sz="1200" b="1">${ink(chart)}</a:rPr><a:t>${escapeXml(cleanText(chart.title))}</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title><c:autoTitleDeleted val="0"/><c:plotArea><c:layout/>${body}</c:plotArea>${legend}<c:plotVisOnly val="0"/><c:dispBlanksAs val="gap"/></c:chart><c:spPr><a:noFill/><a:ln w="9525"><a:solidFill><a:srgbClr val="${chart.gridColor}"/></a:solidFill></a:ln></c:spPr>${text(chart, 900)}</c:chartSpace>`;
}

const ink = (chart: Chart): string =>
  `<a:solidFill><a:srgbClr val="${chart.textColor}"/></a:solidFill><a:latin typeface="${escapeXml(chart.font)}"/>`;
const run = (chart: Chart, size: number, bold = false): string =>
  `<a:defRPr sz="${size}" b="${bold ? 1 : 0}">${ink(chart)}</a:defRPr>`;
const text = (chart: Chart, size: number): string =>
  `<c:txPr><a:bodyPr/><a:p><a:pPr>${run(chart, size)}</a:pPr><a:endParaRPr lang="en-GB"/></a:p></c:txPr>`;

function fill(chart: Chart, index: number): string {
  const color = chart.colors[index % chart.colors.length]!;
  const pattern = PATTERNS[index % PATTERNS.length]!;
  return chart.patterned && pattern !== "solid"
    ? `<a:pattFill prst="${pattern}"><a:fgClr><a:srgbClr val="${color}"/></a:fgClr><a:bgClr><a:srgbClr val="FFFFFF"/></a:bgClr></a:pattFill>`
    : `<a:solidFill><a:srgbClr val="${color}"/></a:solidFill>`;
}

function data(chart: Chart, index: number): string {
  const series = chart.series[index]!;
  const sheet = escapeXml(quoteSheet(chart.sheet));
  const points = chart.categories.values
    .map((value, i) => `<c:pt idx="${i}"><c:v>${escapeXml(cleanText(value))}</c:v></c:pt>`)
    .join("");
  const values = series.values.map((value, i) => `<c:pt idx="${i}"><c:v>${value}</c:v></c:pt>`).join("");
  return `<c:cat><c:strRef><c:f>${sheet}!${chart.categories.ref}</c:f><c:strCache><c:ptCount val="${chart.categories.values.length}"/>${points}</c:strCache></c:strRef></c:cat><c:val><c:numRef><c:f>${sheet}!${series.ref}</c:f><c:numCache><c:formatCode>General</c:formatCode><c:ptCount val="${series.values.length}"/>${values}</c:numCache></c:numRef></c:val>`;
}

const head = (chart: Chart, index: number): string =>
  `<c:idx val="${index}"/><c:order val="${index}"/><c:tx><c:v>${escapeXml(cleanText(chart.series[index]!.name))}</c:v></c:tx>`;

function bars(chart: Chart): string {
  const series = chart.series.map(
    (_, i) =>
      `<c:ser>${head(chart, i)}<c:spPr>${fill(chart, i)}${chart.patterned ? outline(chart) : ""}</c:spPr><c:invertIfNegative val="0"/>${data(chart, i)}</c:ser>`,
  );
  const horizontal = chart.type === "bar";
  return `<c:barChart><c:barDir val="${horizontal ? "bar" : "col"}"/><c:grouping val="clustered"/><c:varyColors val="0"/>${series.join("")}<c:gapWidth val="50"/><c:axId val="111"/><c:axId val="112"/></c:barChart>${axes(chart, horizontal)}`;
}

function line(chart: Chart): string {
  const series = chart.series.map(
    (_, i) =>
      `<c:ser>${head(chart, i)}<c:spPr><a:ln w="28575" cap="rnd"><a:solidFill><a:srgbClr val="${chart.colors[i % chart.colors.length]}"/></a:solidFill>${chart.patterned && i > 0 ? '<a:prstDash val="dash"/>' : ""}<a:round/></a:ln></c:spPr><c:marker><c:symbol val="none"/></c:marker>${data(chart, i)}<c:smooth val="0"/></c:ser>`,
  );
  return `<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>${series.join("")}<c:marker val="1"/><c:axId val="111"/><c:axId val="112"/></c:lineChart>${axes(chart, false)}`;
}

function pie(chart: Chart): string {
  const slices = chart.categories.values.map(
    (_, i) =>
      `<c:dPt><c:idx val="${i}"/><c:bubble3D val="0"/><c:spPr>${fill(chart, i)}<a:ln w="12700"><a:solidFill><a:srgbClr val="${chart.patterned ? "000000" : "FFFFFF"}"/></a:solidFill></a:ln></c:spPr></c:dPt>`,
  );
  return `<c:pieChart><c:varyColors val="1"/><c:ser>${head(chart, 0)}${slices.join("")}${data(chart, 0)}</c:ser><c:firstSliceAng val="0"/></c:pieChart>`;
}

const outline = (chart: Chart): string =>
  `<a:ln w="9525"><a:solidFill><a:srgbClr val="${chart.textColor}"/></a:solidFill></a:ln>`;

/** Bars from left to right read from the top, so their categories run downwards. */
function axes(chart: Chart, horizontal: boolean): string {
  const grid = `<c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="${chart.gridColor}"/></a:solidFill></a:ln></c:spPr></c:majorGridlines>`;
  const axisLine = `<c:spPr><a:ln w="9525"><a:solidFill><a:srgbClr val="${chart.gridColor}"/></a:solidFill></a:ln></c:spPr>`;
  const every = Math.max(1, Math.ceil(chart.categories.values.length / 12));
  const skip = horizontal ? "" : `<c:tickLblSkip val="${every}"/>`;
  return `<c:catAx><c:axId val="111"/><c:scaling><c:orientation val="${horizontal ? "maxMin" : "minMax"}"/></c:scaling><c:delete val="0"/><c:axPos val="${horizontal ? "l" : "b"}"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>${axisLine}${text(chart, 800)}<c:crossAx val="112"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/>${skip}<c:noMultiLvlLbl val="1"/></c:catAx><c:valAx><c:axId val="112"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="${horizontal ? "b" : "l"}"/>${grid}<c:numFmt formatCode="#,##0" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr>${text(chart, 800)}<c:crossAx val="111"/><c:crosses val="${horizontal ? "max" : "autoZero"}"/><c:crossBetween val="between"/></c:valAx>`;
}
