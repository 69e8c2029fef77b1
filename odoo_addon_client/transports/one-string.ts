const HEAD = /^\s*(?:<\?xml[^>]*\?>)?\s*<methodResponse>\s*<params>\s*<param>\s*<value>\s*<string>/;
const TAIL = /^<\/string>\s*<\/value>\s*<\/param>\s*<\/params>\s*<\/methodResponse>\s*$/;
const ENTITY = /&(lt|gt|amp|quot|apos|#\d+|#x[0-9a-fA-F]+);/g;
const NAMED: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/**
 * The answer when it is nothing but one string, as all of the addon's are: 6 MB of page take 20 ms here and seconds in the
 * library's event parser, which blocks the service meanwhile. Undefined for anything else: that is the library's.
 */
export function oneString(xml: string): string | undefined {
  const head = HEAD.exec(xml);
  if (head === null) return undefined;
  const start = head[0].length;
  const end = xml.indexOf("<", start);
  if (end < 0 || !TAIL.test(xml.slice(end, end + 1000))) return undefined;
  const text = xml.slice(start, end);
  // What Python writes; "&amp;" last, or "&amp;lt;" would become "<".
  if (!/&(?:#|quot|apos)/.test(text))
    return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
  return text.replace(ENTITY, (_all, name: string) => {
    if (!name.startsWith("#")) return NAMED[name]!;
    const code = name[1] === "x" ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
  });
}
