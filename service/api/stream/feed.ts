import { toEventJson } from "../../store/event-json.ts";
import { readAfter } from "../../store/event-rows.ts";
import type { TrailFilter } from "../../store/trail-filter.ts";
import type { Instance, Store } from "../../store/types.ts";
import { isSeqs, readCursor, writeCursor } from "../paging.ts";

/** How far each instance was told: the id of a message, so that a reader goes on where it was. */
export type Place = Record<string, number>;

export interface Message {
  id: string;
  data: string;
}

/** Read at once: bounds a stream's memory, together with waiting for its reader. */
const PAGE = 100;

/**
 * What was stored after `place`, up to `heads`, in order within each instance and without a gap: the store is asked,
 * so nothing depends on having been there when it happened. Moves `place` along, also past what the filter leaves out.
 */
export async function* readOn(
  store: Store,
  instances: Instance[],
  filter: TrailFilter,
  place: Place,
  heads: ReadonlyMap<string, number>,
): AsyncGenerator<Message[]> {
  for (const { id, name } of instances) {
    const to = heads.get(id) ?? 0;
    // an instance that was added meanwhile is told from its first event on
    for (let seq = place[id] ?? 0; seq < to; seq = place[id] ?? to) {
      const rows = await readAfter(store, id, filter, { seq, to, limit: PAGE });
      const messages = rows.map((row) => {
        place[id] = Number(row.seq);
        return { id: placeText(place), data: toEventJson(row, name) };
      });
      if (rows.length < PAGE) place[id] = to;
      if (messages.length > 0) yield messages;
    }
  }
}

export const placeText = (place: Place): string => writeCursor(place);
export const readPlace = (text: string): Place => ({ ...readCursor(text, isSeqs) });
