/**
 * Draws a terminal's output (with colours, from standard input) as docs/picture.svg:
 *
 *   FORCE_COLOR=1 sh docs/picture.sh | node docs/picture.ts
 */
import { readFileSync, writeFileSync } from "node:fs";

const COLUMNS = 126;
const CHARACTER = 8.4;
const LINE = 19;
const PAD = 18;
const COLOURS: Record<string, string> = {
  "31": "#ff8f8f",
  "32": "#8fe3a1",
  "33": "#f2cf7a",
  "35": "#d9a6ff",
  "36": "#7fd4e8",
};

interface Style {
  fill?: string;
  bold?: boolean;
  dim?: boolean;
}

const lines = readFileSync(0, "utf8").trimEnd().split("\n");
const height = lines.length * LINE + 2 * PAD + 26;
const width = Math.round(COLUMNS * CHARACTER + 2 * PAD);
const rows = lines.map(
  (line, index) => `<text x="${PAD}" y="${PAD + 26 + (index + 0.75) * LINE}">${spans(line)}</text>`,
);
const dots = ["#ff5f57", "#febc2e", "#28c840"].map(
  (fill, index) => `<circle cx="${22 + index * 20}" cy="20" r="6" fill="${fill}"/>`,
);
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14" role="img" aria-label="Vigil in a terminal">
<rect width="100%" height="100%" rx="10" fill="#14171f"/>
${dots.join("")}
<g fill="#d7dce6" xml:space="preserve">
${rows.join("\n")}
</g>
</svg>
`;
writeFileSync(new URL("./picture.svg", import.meta.url), svg);

/** The pieces of a line between colour codes; x is set for each, so that any font keeps the columns. */
function spans(line: string): string {
  let style: Style = {};
  let column = 0;
  let out = "";
  for (const part of line.split(new RegExp(`(${String.fromCharCode(27)}\\[[\\d;]*m)`))) {
    const code = /\[([\d;]*)m$/.exec(part)?.[1];
    if (code !== undefined && part.charCodeAt(0) === 27) {
      style = change(style, code);
      continue;
    }
    if (part.trim() !== "") out += span(part, style, PAD + column * CHARACTER);
    column += [...part].length;
  }
  return out;
}

function change(style: Style, code: string): Style {
  if (code === "0") return {};
  if (code === "1") return { ...style, bold: true };
  if (code === "2") return { ...style, dim: true };
  if (code === "22") return { ...style, bold: false, dim: false };
  if (code === "39") return { ...style, fill: "" };
  return { ...style, fill: COLOURS[code] ?? "" };
}

function span(text: string, style: Style, x: number): string {
  const lead = text.length - text.trimStart().length;
  const attributes = [
    `x="${(x + lead * CHARACTER).toFixed(1)}"`,
    `textLength="${([...text.trim()].length * CHARACTER).toFixed(1)}"`,
    style.fill ? `fill="${style.fill}"` : style.dim ? 'fill="#8b93a5"' : "",
    style.bold ? 'font-weight="bold" fill="#ffffff"' : "",
  ];
  return `<tspan ${attributes.filter(Boolean).join(" ")}>${escapeXml(text.trim())}</tspan>`;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
