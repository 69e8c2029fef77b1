/** Currencies without decimals that Odoo ships as active ones most often; all others are shown with at least two. */
const WITHOUT_DECIMALS = new Set([
  "BIF",
  "CLP",
  "DJF",
  "GNF",
  "ISK",
  "JPY",
  "KMF",
  "KRW",
  "PYG",
  "RWF",
  "UGX",
  "VND",
  "VUV",
  "XAF",
  "XOF",
  "XPF",
]);

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/** A plain decimal without needless zeros: "0012.500" is "12.5", "-0" is "0". Other texts (NaN, 1e9) stay as they are. */
export function normalDecimal(text: string): string {
  const match = DECIMAL.exec(text);
  if (match === null) return text;
  const whole = match[2]!.replace(/^0+(?=\d)/, "");
  const fraction = (match[3] ?? "").replace(/0+$/, "");
  const digits = fraction === "" ? whole : `${whole}.${fraction}`;
  return match[1] === "-" && digits !== "0" ? `-${digits}` : digits;
}

/** An amount as people write it: never through a double, at least the currency's usual decimals. */
export function amountText(raw: string | number, currency: string | undefined): string {
  const normal = normalDecimal(typeof raw === "number" ? plain(raw) : raw);
  if (!DECIMAL.test(normal)) return normal;
  const decimals = currency !== undefined && WITHOUT_DECIMALS.has(currency) ? 0 : 2;
  const [whole, fraction = ""] = normal.split(".");
  const padded = fraction.padEnd(decimals, "0");
  return padded === "" ? whole! : `${whole}.${padded}`;
}

/** A number where a double keeps every digit, the text where it would not. */
export function numberOrText(raw: string): number | string {
  const value = Number(raw);
  if (!Number.isFinite(value) || raw.trim() === "") return raw;
  // Up to 15 significant digits a double always keeps them: the cheap way out for nearly every value.
  if (raw.length <= 15) return value === 0 ? 0 : value;
  return normalDecimal(raw) === normalDecimal(plain(value)) ? value : normalDecimal(raw);
}

/** Without an exponent, as PostgreSQL's numeric would print it. */
function plain(value: number): string {
  const text = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (match === null) return text;
  const digits = match[2]! + (match[3] ?? "");
  const point = Number(match[4]) + 1;
  if (point <= 0) return `${match[1]}0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return `${match[1]}${digits.padEnd(point, "0")}`;
  return `${match[1]}${digits.slice(0, point)}.${digits.slice(point)}`;
}
