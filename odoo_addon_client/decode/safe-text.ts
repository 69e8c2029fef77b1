import type { Json } from "../protocol.ts";

const LONGEST_LOGIN = 500;

/**
 * Text that no store can keep is made safe and counted: PostgreSQL refuses NUL in text, UTF-8 has no lone surrogate.
 * A NUL becomes its visible picture U+2400, a lone surrogate U+FFFD; the event's details say how many texts changed.
 */
export class SafeText {
  replaced = 0;

  /** What people are looked up by must fit into an index: PostgreSQL takes 2.7 kB there. Cut after 500 characters. */
  login(value: string): string {
    return this.text(value.length <= LONGEST_LOGIN ? value : `${value.slice(0, LONGEST_LOGIN - 1)}…`);
  }

  text(value: string): string {
    const nul = value.includes("\0");
    if (!nul && value.isWellFormed()) return value;
    this.replaced += 1;
    const visible = nul ? value.replaceAll("\0", "\u2400") : value;
    return visible.toWellFormed();
  }

  /** Any JSON; returns the same object when nothing had to change, because almost always nothing has. */
  json(value: Json): Json {
    if (typeof value === "string") return this.text(value);
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) {
      const items = value.map((item) => this.json(item));
      return items.every((item, index) => item === value[index]) ? value : items;
    }
    let changed = false;
    const entries: [string, Json][] = [];
    for (const [key, item] of Object.entries(value)) {
      const safeKey = this.text(key);
      const safe = this.json(item);
      changed ||= safeKey !== key || safe !== item;
      entries.push([safeKey, safe]);
    }
    return changed ? Object.fromEntries(entries) : value;
  }

  /** Takes the count, so that it lands in the event it belongs to. */
  take(): number {
    const count = this.replaced;
    this.replaced = 0;
    return count;
  }
}
