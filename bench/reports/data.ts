/** The same row for every writer: fourteen columns as an audit report has them. */
export const HEADINGS = ["Time", "Time (UTC)", "User", "Operation", "Model", "Record", "Record id", "Field", "Before", "After", "Amount", "Origin", "IP", "Hash"]; // biome-ignore format: one glance
export const WIDTHS = [19, 19, 22, 16, 18, 24, 10, 18, 30, 30, 14, 16, 16, 20];

const USERS = ["Anna Berger", "Jonas Weiß", "Mireille Dupont", "Paweł Nowak", "Service"];
const MODELS = ["Contact", "Sales Order", "Journal Entry", "Product", "Sales Order Line"];
const FIELDS = ["Status", "Customer", "Total", "Quantity", "Delivery Address", "Notes"];

export type BenchRow = [number, number, string, string, string, string, number, string, string, string, number, string, string, string]; // biome-ignore format: one glance

export function benchRow(n: number): BenchRow {
  const serial = 46_000 + n / 2_000;
  return [
    serial,
    serial - 1 / 24,
    USERS[n % 5]!,
    n % 3 === 0 ? "record.created" : "record.updated",
    MODELS[n % 7 % 5]!,
    `S${String(n % 90_000).padStart(5, "0")}`,
    n % 90_000,
    FIELDS[n % 6]!,
    `before ${n} <&> value`,
    `after ${n * 7919} value`,
    (n * 37) % 100_000 / 100,
    "web_save",
    `10.0.${n % 250}.${n % 200}`,
    ((n * 2_654_435_761) >>> 0).toString(16).padStart(8, "0").repeat(2),
  ]; // biome-ignore format: one glance
}
