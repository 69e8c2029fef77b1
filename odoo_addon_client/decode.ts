import { classifyChange } from "./classify.ts";
import { type Actor, addActor, decodeActor } from "./decode/actor.ts";
import { decodeChanges, decodeLinks, type Plan, planFor } from "./decode/changes.ts";
import { isObject } from "./decode/equal.ts";
import { decodeOwnEvent } from "./decode/own-event.ts";
import { SafeText } from "./decode/safe-text.ts";
import { isoUtc, type ValueContext } from "./decode/values.ts";
import type { OdooEvent } from "./event.ts";
import type { JsonObject, Page, Relation, Schema, WireRow } from "./protocol.ts";

const EMPTY: JsonObject = {};
const OPERATIONS: Record<string, string> = { c: "created", u: "updated", d: "deleted", t: "truncated" };

/** What is worked out once per schema; a page's schema object is kept by the caller, so it serves as the key. */
const plansBySchema = new WeakMap<Schema, { plans: Map<number, Plan>; labels: Map<string, string> }>();

/**
 * Turns a page of net rows into events, in the page's order. An update that changed nothing gives none, a record that
 * was created and deleted in one transaction gives two. Pure: the same page always gives the same events.
 *
 * @param schema the one that `page.schema_version` names (the page carries it only when it is new to us)
 */
export function decodePage(page: Page, schema: Schema): OdooEvent[] {
  const decoder = new PageDecoder(page, schema);
  const events: OdooEvent[] = [];
  for (const row of page.rows) decoder.row(row, events);
  return events;
}

class PageDecoder {
  private readonly page: Page;
  private readonly schema: Schema;
  private readonly plans: Map<number, Plan>;
  private readonly labels: Map<string, string>;
  private readonly actors = new Map<string, Actor>();
  private readonly safe = new SafeText();
  private readonly context: ValueContext;
  private imageNames: Map<string, string> | undefined;

  constructor(page: Page, schema: Schema) {
    this.page = page;
    this.schema = schema;
    let known = plansBySchema.get(schema);
    if (known === undefined) {
      const labels = new Map(Object.values(schema.relations).map((relation) => [relation.model, relation.label]));
      known = { plans: new Map(), labels };
      plansBySchema.set(schema, known);
    }
    this.plans = known.plans;
    this.labels = known.labels;
    this.context = {
      names: page.names,
      safe: this.safe,
      properties: page.properties ?? {},
      nameInPage: (model, id) => this.nameInPage(model, id),
      row: EMPTY,
      other: EMPTY,
    };
  }

  row(row: WireRow, out: OdooEvent[]): void {
    const [xid, id, relationId, recordId, op] = row;
    const relation = this.schema.relations[relationId];
    const transaction = `${this.page.identity.system_identifier}:${xid}`;
    const source = `${transaction}/${relationId}/${recordId}`;
    const actor = this.actor(xid);
    if (op === "x") {
      // Both halves are wanted; the addon sends the same image twice or only one of them.
      const first = row[7] ?? row[6] ?? EMPTY;
      const last = row[6] ?? row[7] ?? EMPTY;
      out.push(this.change(row, "c", relation, { actor, transaction, source: `${source}/c` }, EMPTY, first)!);
      // The links belong to the first half: the second would tell them twice.
      const [, , , , , at] = row;
      const gone: WireRow = [xid, id, relationId, recordId, "d", at, null, null, null];
      out.push(this.change(gone, "d", relation, { actor, transaction, source: `${source}/d` }, last, EMPTY)!);
    } else if (op === "c" || op === "u" || op === "d" || op === "t") {
      const from = { actor, transaction, source: op === "t" ? `${source}/t/${id}` : `${source}/${op}` };
      const event = this.change(row, op, relation, from, row[6] ?? EMPTY, row[7] ?? EMPTY);
      if (event !== undefined) out.push(event);
    } else {
      const from = { actor, transaction, source_id: `${source}/${op}/${id}`, labels: this.labels, safe: this.safe };
      this.safe.take();
      out.push(this.noted(decodeOwnEvent(this.page, row, { ...from, model: relation?.model })));
    }
  }

  private change(
    row: WireRow,
    op: "c" | "u" | "d" | "t",
    relation: Relation | undefined,
    from: { actor: Actor; transaction: string; source: string },
    before: JsonObject,
    after: JsonObject,
  ): OdooEvent | undefined {
    this.safe.take();
    const changes = decodeChanges(this.plan(row[2], relation), before, after, this.context);
    if (row[8] !== null && row[8] !== undefined) changes.push(...decodeLinks(relation, row[8], this.context));
    if (op === "u" && changes.length === 0) return undefined;
    const model = relation?.model ?? `unknown.relation_${row[2]}`;
    const operation = OPERATIONS[op]!;
    const { category, severity } = classifyChange(model, operation);
    // Key by key: an object built by spreading costs twice as much here.
    const event: OdooEvent = {
      source_id: from.source,
      occurred_at: isoUtc(row[5]),
      kind: `record.${operation}`,
      category,
      severity,
      model,
      user: from.actor.user,
      origin: from.actor.origin,
      transaction: from.transaction,
      changes,
    };
    if (relation !== undefined) event.model_label = this.safe.text(relation.label);
    if (op !== "t") event.record_id = row[3];
    addActor(event, from.actor);
    const name = op === "t" ? undefined : this.recordName(relation, row, op, before, after);
    if (name !== undefined) event.record_name = name;
    return this.noted(event);
  }

  /** A deleted record is named by its before-image, a living one by what the snapshot says, else by the page's images. */
  private recordName(
    relation: Relation | undefined,
    row: WireRow,
    op: string,
    before: JsonObject,
    after: JsonObject,
  ): string | undefined {
    if (relation === undefined) return undefined;
    const read = this.page.names[relation.model]?.[row[3]];
    const name =
      op === "d"
        ? (imageName(relation, before) ?? read)
        : (read ??
          imageName(relation, after) ??
          imageName(relation, before) ??
          this.nameInPage(relation.model, row[3]));
    return name === undefined ? undefined : this.safe.text(name);
  }

  /** Changed or linked first and deleted later: at pull time nobody can read its name, but an image in this page tells it. */
  private nameInPage(model: string, id: number): string | undefined {
    this.imageNames ??= this.collectImageNames();
    return this.imageNames.get(`${model}/${id}`);
  }

  private collectImageNames(): Map<string, string> {
    const found = new Map<string, string>();
    for (const [, , relationId, recordId, op, , before, after] of this.page.rows) {
      const relation = op === "e" ? undefined : this.schema.relations[relationId];
      if (relation === undefined) continue;
      const name = imageName(relation, before ?? EMPTY) ?? imageName(relation, after ?? EMPTY);
      if (name !== undefined) found.set(`${relation.model}/${recordId}`, name);
    }
    return found;
  }

  private noted(event: OdooEvent): OdooEvent {
    const replaced = this.safe.take();
    if (replaced > 0) event.details = { ...event.details, texts_made_safe: replaced };
    return event;
  }

  private plan(id: number, relation: Relation | undefined): Plan {
    let plan = this.plans.get(id);
    if (plan === undefined) {
      plan = planFor(relation);
      this.plans.set(id, plan);
    }
    return plan;
  }

  private actor(xid: string): Actor {
    let actor = this.actors.get(xid);
    if (actor === undefined) {
      actor = decodeActor(this.page, this.page.transactions[xid], this.safe);
      this.actors.set(xid, actor);
    }
    return actor;
  }
}

function imageName({ name_column }: Relation, image: JsonObject): string | undefined {
  const raw = name_column === undefined ? undefined : image[name_column];
  const text = isObject(raw) ? (raw.en_US ?? Object.values(raw)[0]) : raw;
  return typeof text === "string" ? text : undefined;
}
