import type pg from "pg";
import type { Target } from "../odoo/suite.ts";
import { executeKw, WebSession } from "../odoo/web-session.ts";
import { sql } from "./target.ts";

/** A red pixel. */
export const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
export const IMPORTED = 10_000;
export const SECRET = "correct-horse-battery-staple-42";

/** A company's day, as its people and its machines do it; ids are remembered for the assertions. */
export class Scenario {
  readonly target: Target;
  readonly admin: WebSession;
  readonly psql: pg.Client;
  /** what was made, by the name the assertions use */
  readonly ids: Record<string, number> = {};
  readonly lists: Record<string, number[]> = {};

  private constructor(target: Target, admin: WebSession, psql: pg.Client) {
    this.target = target;
    this.admin = admin;
    this.psql = psql;
  }

  static async open(target: Target): Promise<Scenario> {
    const admin = await WebSession.signIn(target.url, target.database, "admin");
    return new Scenario(target, admin, await sql(target.postgres));
  }

  get before19(): boolean {
    return Number.parseInt(this.target.version, 10) < 19;
  }

  /** What a company has before the day begins: French, a second user. */
  async prepare(): Promise<void> {
    const { admin, ids } = this;
    const [french] = await admin.call<number[]>("res.lang", "search", [[["code", "=", "fr_FR"]]], {
      context: { active_test: false },
    });
    await admin.call("res.lang", "write", [[french], { active: true }]);
    const group = await this.ref("sales_team", "group_sale_salesman_all_leads");
    const manager = await this.ref("base", "group_partner_manager");
    ids.second = await admin.create("res.users", {
      name: "Second User",
      login: "second",
      password: "second",
      [this.before19 ? "groups_id" : "group_ids"]: [
        [4, group],
        [4, manager],
      ],
    });
  }

  async partners(): Promise<void> {
    const { admin, ids } = this;
    ids.partner = await admin.create("res.partner", { name: "Azure Interior", city: "Fremont", is_company: true });
    await admin.call("res.partner", "web_save", [[ids.partner], { city: "Berlin", email: "azure@example.com" }], {
      specification: {},
    });
    ids.gone = await admin.create("res.partner", { name: "Short Lived" });
    await admin.call("res.partner", "unlink", [[ids.gone]]);
  }

  async tags(): Promise<void> {
    const { admin, ids } = this;
    ids.vip = await admin.create("res.partner.category", { name: "VIP" });
    ids.vendor = await admin.create("res.partner.category", { name: "Vendor" });
    await admin.call("res.partner", "write", [
      [ids.partner],
      {
        category_id: [
          [4, ids.vip],
          [4, ids.vendor],
        ],
      },
    ]);
    await admin.call("res.partner", "write", [[ids.partner], { category_id: [[3, ids.vip]] }]);
  }

  async product(): Promise<void> {
    const { admin, ids } = this;
    ids.template = await admin.create("product.template", { name: "Chair", type: "service", list_price: 12.5 });
    [ids.product] = await admin.call<[number]>("product.product", "search", [[["product_tmpl_id", "=", ids.template]]]);
    await admin.call("product.template", "write", [[ids.template], { name: "Chaise" }], { context: { lang: "fr_FR" } });
    await admin.call("product.template", "write", [[ids.template], { list_price: 14.25, invoice_policy: "order" }]);
    await admin.call("product.product", "write", [[ids.product], { standard_price: 7.5 }]);
  }

  async image(): Promise<void> {
    await this.admin.call("res.partner", "write", [[this.ids.partner], { image_1920: PNG }]);
  }

  async companyDependent(): Promise<void> {
    const { admin, ids } = this;
    [ids.term] = await admin.call<[number]>("account.payment.term", "search", [[]], { limit: 1 });
    await admin.call("res.partner", "write", [[ids.partner], { property_payment_term_id: ids.term }]);
  }

  /** An order of three lines, confirmed, invoiced, posted. */
  async sale(): Promise<void> {
    const { admin, ids, lists } = this;
    const line = (quantity: number) => [0, 0, { product_id: ids.product, product_uom_qty: quantity }];
    ids.order = await admin.create("sale.order", { partner_id: ids.partner, order_line: [line(1), line(2), line(3)] });
    lists.lines = await admin.call<number[]>("sale.order.line", "search", [[["order_id", "=", ids.order]]]);
    await admin.call("sale.order", "action_confirm", [[ids.order]]);
    const context = { active_model: "sale.order", active_ids: [ids.order], active_id: ids.order };
    const wizard = (
      await admin.call<number[]>("sale.advance.payment.inv", "create", [[{ advance_payment_method: "delivered" }]], {
        context,
      })
    )[0]!;
    await admin.call("sale.advance.payment.inv", "create_invoices", [[wizard]], { context });
    [ids.invoice] = await admin.call<[number]>("account.move", "search", [[["move_type", "=", "out_invoice"]]], {
      order: "id desc",
      limit: 1,
    });
    await admin.call("account.move", "action_post", [[ids.invoice]]);
  }

  async import(): Promise<void> {
    const rows = Array.from({ length: IMPORTED }, (_, row) => [`Imported ${row}`, `row${row}@example.com`, "Lyon"]);
    const result = await this.admin.call<{ ids: number[] | false; messages: unknown[] }>("res.partner", "load", [
      ["name", "email", "city"],
      rows,
    ]);
    if (!result.ids) throw new Error(`import refused: ${JSON.stringify(result.messages).slice(0, 300)}`);
    this.lists.imported = result.ids;
  }

  /** Odoo deletes the parent; the database deletes its 40 children. */
  async cascade(): Promise<void> {
    const { admin, ids, lists } = this;
    ids.parent = await admin.create("res.partner.category", { name: "Regions" });
    lists.children = await admin.call<number[]>("res.partner.category", "create", [
      Array.from({ length: 40 }, (_, child) => ({ name: `Region ${child}`, parent_id: ids.parent })),
    ]);
    await admin.call("res.partner.category", "unlink", [[ids.parent]]);
  }

  async rawSql(): Promise<void> {
    const { admin, ids } = this;
    await this.psql.query("UPDATE res_partner SET city = 'Hamburg' WHERE id = $1", [ids.partner]);
    ids.action = await this.serverAction(
      "Raw SQL",
      "env.cr.execute(\"UPDATE res_partner SET street = 'Raw Street 1' WHERE id = %s\", [record.id])",
    );
    await admin.call("ir.actions.server", "run", [[ids.action]], {
      context: { active_model: "res.partner", active_id: ids.partner, active_ids: [ids.partner] },
    });
  }

  /** What an integration does, without a web session. */
  async integration(): Promise<void> {
    const { url, database } = this.target;
    const args = [[this.ids.partner], { ref: "ERP-1" }];
    await executeKw(url, database, this.admin.uid, "admin", "res.partner", "write", args);
  }

  async password(): Promise<void> {
    await this.admin.call("res.users", "write", [[this.ids.second], { password: SECRET }]);
  }

  async denied(): Promise<void> {
    const second = await WebSession.signIn(this.target.url, this.target.database, "second", SECRET);
    const refused = await second
      .call("ir.model.access", "create", [[{ name: "x", model_id: 1 }]])
      .catch(() => "refused");
    if (refused !== "refused") throw new Error("the second user was allowed to create an access right");
  }

  /**
   * The admin's transaction writes first and commits last: it waits for an advisory lock that we hold, while the
   * second user writes and commits. `between` runs when the second one is committed and the first is still open.
   */
  async lateCommit(between: () => Promise<void>): Promise<void> {
    const { admin, ids } = this;
    const second = await WebSession.signIn(this.target.url, this.target.database, "second", SECRET);
    ids.late = await admin.create("res.partner", { name: "Late" });
    ids.early = await admin.create("res.partner", { name: "Early" });
    const action = await this.serverAction(
      "Late commit",
      "record.write({'city': 'Late City'})\nrecord.flush_recordset()\nenv.cr.execute('SELECT pg_advisory_xact_lock(4242)')",
    );
    await this.psql.query("SELECT pg_advisory_lock(4242)");
    const late = admin.call("ir.actions.server", "run", [[action]], {
      context: { active_model: "res.partner", active_id: ids.late, active_ids: [ids.late] },
    });
    try {
      const waiting = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 4242 AND NOT granted";
      while (!(await this.psql.query(waiting)).rowCount)
        await Promise.race([late, this.psql.query("SELECT pg_sleep(0.05)")]);
      await second.call("res.partner", "write", [[ids.early], { city: "Early City" }]);
      await between();
    } finally {
      await this.psql.query("SELECT pg_advisory_unlock(4242)");
    }
    await late;
  }

  async close(): Promise<void> {
    await this.psql.end();
  }

  private async serverAction(name: string, code: string): Promise<number> {
    const model = await this.ref("base", "model_res_partner");
    return await this.admin.create("ir.actions.server", { name, model_id: model, state: "code", code });
  }

  private async ref(module: string, name: string): Promise<number> {
    const { rows } = await this.psql.query("SELECT res_id FROM ir_model_data WHERE module = $1 AND name = $2", [
      module,
      name,
    ]);
    return rows[0]!.res_id as number;
  }
}
