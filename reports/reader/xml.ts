/** Says where the XML is not what a spreadsheet program writes; the caller says of which file. */
export class XmlError extends Error {
  override name = "XmlError";
}

export type Token =
  | { type: "open"; name: string; attributes: Record<string, string>; isEmpty: boolean }
  | { type: "close"; name: string }
  | { type: "text"; text: string };

const NAME = /[A-Za-z_][\w.:-]*/y;
const ATTRIBUTE = /\s+([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const TAG_END = /\s*(\/?)>/y;

/** Whole XML as tokens; comments and instructions are skipped, a document type is refused. Throws XmlError. */
export function* tokens(xml: string): Generator<Token> {
  let at = xml.startsWith("\ufeff") ? 1 : 0;
  while (at < xml.length) {
    if (xml[at] !== "<") {
      const end = xml.indexOf("<", at);
      yield { type: "text", text: decode(xml.slice(at, end < 0 ? undefined : end)) };
      at = end < 0 ? xml.length : end;
    } else if (xml.startsWith("<!--", at)) at = after(xml, "-->", at + 4);
    else if (xml.startsWith("<![CDATA[", at)) {
      const end = after(xml, "]]>", at);
      yield { type: "text", text: xml.slice(at + 9, end - 3).replace(/\r\n?/g, "\n") };
      at = end;
    } else if (xml.startsWith("<?", at)) at = after(xml, "?>", at);
    else if (xml.startsWith("</", at)) {
      const end = after(xml, ">", at);
      yield { type: "close", name: xml.slice(at + 2, end - 1).trimEnd() };
      at = end;
    } else {
      const [token, end] = openTag(xml, at);
      yield token;
      at = end;
    }
  }
}

function openTag(xml: string, start: number): [Token, number] {
  NAME.lastIndex = start + 1;
  const name = NAME.exec(xml)?.[0];
  if (name === undefined) throw new XmlError("its XML cannot be read");
  const attributes: Record<string, string> = {};
  let at = NAME.lastIndex;
  for (;;) {
    ATTRIBUTE.lastIndex = at;
    const found = ATTRIBUTE.exec(xml);
    if (found === null) break;
    if (Object.hasOwn(attributes, found[1]!)) throw new XmlError("its XML gives an attribute twice");
    attributes[found[1]!] = decode(found[2] ?? found[3] ?? "");
    at = ATTRIBUTE.lastIndex;
  }
  TAG_END.lastIndex = at;
  const end = TAG_END.exec(xml);
  if (end === null) throw new XmlError("its XML cannot be read");
  return [{ type: "open", name, attributes, isEmpty: end[1] === "/" }, TAG_END.lastIndex];
}

function after(xml: string, sign: string, from: number): number {
  const at = xml.indexOf(sign, from);
  if (at < 0) throw new XmlError("its XML ends too early");
  return at + sign.length;
}

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** Character data as the text it stands for. */
export function decode(text: string): string {
  const lines = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  if (!lines.includes("&")) return lines;
  return lines.replace(/&(#x[0-9a-fA-F]{1,6}|#\d{1,7}|\w+);?/g, (whole, name: string) => {
    if (name[0] !== "#") {
      if (!Object.hasOwn(ENTITIES, name)) throw new XmlError(`its XML uses the unknown entity ${whole}`);
      return ENTITIES[name]!;
    }
    const code = name[1] === "x" ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    if (code > 0x10ffff) throw new XmlError("its XML names a character that does not exist");
    return String.fromCodePoint(code);
  });
}

const MAIN =
  /^http:\/\/(schemas\.openxmlformats\.org\/spreadsheetml\/2006|purl\.oclc\.org\/ooxml\/spreadsheetml)\/main$/;

/** What stands before the names of SpreadsheetML in this part: "" or like "x:". */
export function mainPrefix(attributes: Record<string, string>): string {
  const found = Object.entries(attributes).filter(([name, value]) => /^xmlns(:|$)/.test(name) && MAIN.test(value));
  if (found.length !== 1) throw new XmlError("its XML is no SpreadsheetML");
  const name = found[0]![0];
  return name === "xmlns" ? "" : `${name.slice(6)}:`;
}

/** Elements of a small part with their path ("workbook/sheets/sheet"), prefixes of SpreadsheetML taken away. */
export function* elements(xml: string): Generator<{ path: string; attributes: Record<string, string> }> {
  const open: string[] = [];
  let prefix: string | undefined;
  for (const token of tokens(xml)) {
    if (token.type === "text") continue;
    if (token.type === "close") {
      if (open.pop() !== token.name) throw new XmlError("its XML is not closed in order");
      continue;
    }
    // of the root: the other elements of its kind bear it too
    prefix ??= token.name.includes(":") ? token.name.slice(0, token.name.indexOf(":") + 1) : "";
    const plain = (name: string): string => (name.startsWith(prefix!) ? name.slice(prefix!.length) : name);
    const path = [...open, token.name].map(plain).join("/");
    yield { path, attributes: token.attributes };
    if (!token.isEmpty) open.push(token.name);
  }
}
