import { countByDay, countByFacet, countLiveSessions } from "../../store/activity-rows.ts";
import { Overview } from "../contract/activity.ts";
import type { Instance } from "../contract/instances.ts";
import { presentInstance } from "../instances/present.ts";
import { route } from "../route.ts";
import { daysOf, filled } from "./period.ts";
import { presentCount } from "./show.ts";

const WORST: Instance["health"][] = ["quarantined", "failing", "warning", "waiting", "ok"];

export const showOverview = route({
  method: "GET",
  path: "/api/overview",
  permission: "view:environments",
  summary: "The fleet at a glance",
  schema: { response: Overview },
  handler: async ({ store }) => {
    const items = (await store.instances.list()).map(presentInstance);
    const ids = items.map(({ id }) => id);
    const fortnight = daysOf("14d", store.clock());
    const week = daysOf("7d", store.clock());
    const days = filled(fortnight, await countByDay(store, ids, fortnight.from, fortnight.to));
    const health = (wanted: Instance["health"]): number => items.filter((item) => item.health === wanted).length;
    return {
      instances: {
        total: items.length,
        ok: health("ok"),
        warning: health("warning"),
        failing: health("failing"),
        quarantined: health("quarantined"),
        waiting: health("waiting"),
      },
      events: {
        total: items.reduce((sum, { head_seq }) => sum + head_seq, 0),
        unsealed: items.reduce((sum, { head_seq, sealed_seq }) => sum + head_seq - sealed_seq, 0),
        today: days.at(-1)!.events,
        days,
        severities: (await countByFacet(store, ids, "severity", week, { limit: 4 })).map(presentCount),
        kinds: (await countByFacet(store, ids, "kind", week, { limit: 10 })).map(presentCount),
      },
      sessions: { live: await countLiveSessions(store, ids) },
      items: items.toSorted(
        (a, b) => WORST.indexOf(a.health) - WORST.indexOf(b.health) || a.name.localeCompare(b.name),
      ),
    };
  },
});
