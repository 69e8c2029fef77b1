import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Exchange } from "../../fixtures/record/recorder.ts";
import { decodePage, type Page } from "../../odoo_addon_client/index.ts";

/** What the addon in a real Odoo answered while fixtures/record/bridge.ts worked in it. */
function recorded(series: number, name: string): Page {
  const file = new URL(`../../fixtures/transcripts/${series}/bridge.json`, import.meta.url);
  const { exchanges } = JSON.parse(readFileSync(file, "utf8")) as { exchanges: Record<string, Exchange> };
  return JSON.parse((exchanges[name]!.body as { result: string }).result) as Page;
}

describe.each([17, 18, 19])("the pages recorded from Odoo %i", (series) => {
  const { schema } = recorded(series, "schema");
  const events = decodePage(recorded(series, "pull"), schema!);
  const found = (kind: string, model: string) => events.filter((event) => event.kind === kind && event.model === model);

  it("tell the story of a partner from its creation to its deletion", () => {
    const first = found("record.created", "res.partner")[0]?.record_id;
    const story = events.filter(({ model, record_id }) => model === "res.partner" && record_id === first);
    expect(story.map(({ kind, record_name }) => [kind, record_name])).toEqual([
      ["record.created", "Azure Interior"],
      ["record.updated", "Azure Interior"],
      ["record.updated", "Azure Interior"],
      ["record.deleted", "Azure Interior"],
    ]);
    const [created, moved, tagged, deleted] = story;
    expect(created?.changes).toContainEqual({ field: "city", label: "City", type: "char", after: "Fremont" });
    expect(moved?.changes).toContainEqual({
      field: "city",
      label: "City",
      type: "char",
      before: "Fremont",
      after: "Berlin",
    });
    expect(tagged?.changes).toEqual([
      { field: "category_id", label: "Tags", type: "many2many", added: [{ id: expect.any(Number), name: "Vendor" }] },
    ]);
    expect(deleted?.changes).toContainEqual({ field: "city", label: "City", type: "char", before: "Berlin" });
    expect(story.every(({ user }) => user?.login === "admin")).toBe(true);
  });

  it("show a price, a translation, a cost by company, and an image by size and digest", () => {
    const [created] = found("record.created", "product.template");
    expect(created?.changes).toContainEqual(expect.objectContaining({ field: "list_price", after: 12.5 }));
    const [changed] = found("record.updated", "product.template");
    expect(changed?.changes.find(({ field }) => field === "name")).toMatchObject({
      lang: "en_US",
      before: "Desk",
      after: "Standing desk",
    });
    const image = changed?.changes.find(({ field }) => field === "image_1920");
    expect(image?.after).toEqual({ size_bytes: 70, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    const [variant] = found("record.created", "product.product");
    expect(variant?.changes).toContainEqual(
      expect.objectContaining({ field: "standard_price", after: 7.25, company: expect.objectContaining({ id: 1 }) }),
    );
  });

  it("show an order's money with its currency and its state with its label", () => {
    const [order] = found("record.created", "sale.order");
    const money = expect.objectContaining({
      amount: expect.stringMatching(/^\d+\.\d\d$/),
      currency: expect.stringMatching(/^[A-Z]{3}$/),
    });
    expect(order?.changes).toContainEqual(expect.objectContaining({ field: "amount_total", after: money }));
    const [confirmed] = found("record.updated", "sale.order");
    expect(confirmed?.changes.find(({ field }) => field === "state")).toMatchObject({
      before: { key: "draft", label: "Quotation" },
      after: { key: "sale", label: "Sales Order" },
    });
    expect(confirmed?.origin).toMatchObject({ type: "rpc", route: "/jsonrpc", method: "action_confirm" });
  });

  it("class a change of a user as an administrator's, and high", () => {
    expect(found("record.updated", "res.users")[0]).toMatchObject({ category: "admin", severity: "high" });
  });
});
