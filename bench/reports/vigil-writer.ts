import { WorkbookWriter } from "../../reports/xlsx/index.ts";
import { benchRow, HEADINGS, WIDTHS } from "./data.ts";

/** Ours, in whatever thread it is started. */
export async function writeWithVigil(path: string, rows: number): Promise<number> {
  const book = await WorkbookWriter.open({
    path,
    font: "Arial",
    fontSize: 10,
    accents: ["1F4E79"],
    properties: { title: "Bench", creator: "bench", created: new Date(0), application: "Vigil" },
  });
  const style = (format?: string) =>
    book.styles.id({
      size: 9,
      band: "F3F6FA",
      border: { bottom: "E5E7EB", weight: "hair" },
      ...(format ? { format } : {}),
    });
  const [text, date, number, money] = [style(), style("yyyy-mm-dd hh:mm:ss"), style("0"), style('#,##0.00 "EUR"')];
  const styles = [date, date, text, text, text, text, number, text, text, text, money, text, text, text];
  const sheet = book.addSheet("Changes", {
    columns: WIDTHS.map((width, i) => ({ width, style: styles[i]!, shared: ![8, 9, 13].includes(i) })),
    frozenRows: 1,
    filterRow: 1,
    landscape: true,
    footer: "&P / &N",
  });
  const head = book.styles.id({ bold: true, color: "FFFFFF", fill: "1F4E79" });
  sheet.row(HEADINGS.map((value) => ({ value, style: head })));
  for (let n = 0; n < rows; n++) {
    sheet.row(benchRow(n), { band: n % 2 === 1 });
    if (n % 100 === 0) await sheet.drain();
  }
  sheet.charts.push({
    chart: {
      type: "bar",
      title: "Amounts",
      sheet: sheet.name,
      categories: { ref: "$C$2:$C$11", values: Array.from({ length: 10 }, (_, i) => benchRow(i)[2]) },
      series: [{ name: "Amount", ref: "$K$2:$K$11", values: Array.from({ length: 10 }, (_, i) => benchRow(i)[10]) }],
      colors: ["1F4E79"],
      textColor: "333333",
      gridColor: "DDDDDD",
      font: "Arial",
    },
    at: { from: [15, 1], to: [24, 20] },
  });
  return book.save();
}
