import { describeDevice, describePlace } from "../places/index.ts";
import type { NoticeRow } from "../store/finding-rows.ts";
import type { Judgement } from "./judge.ts";
import { DAY, type Sighting } from "./rule.ts";

/** Which notices people get. */
export interface NoticeSwitches {
  expired: boolean;
  new_location: boolean;
}

/** A notice about what happened last month helps nobody: the first look at an old store sends none. */
const FRESH_MS = DAY;

/** What the person concerned is told of an event (D7): in Odoo's inbox, never the log of others. */
export function noticesFor(
  sighting: Sighting,
  judgements: readonly Judgement[],
  options: { switches: NoticeSwitches; now: number },
): NoticeRow[] {
  const login = sighting.user?.login;
  if (login === undefined || options.now - sighting.at > FRESH_MS) return [];
  const when = `${new Date(sighting.at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  if (sighting.kind === "session.expired") {
    if (!options.switches.expired) return [];
    return [
      {
        key: `expired ${sighting.seq}`,
        user_login: login,
        kind: "session_expired",
        subject: "Your session has expired",
        body: `A session of yours ended at ${when} because it was not used any more. Log in again to go on.`,
      },
    ];
  }
  const isNew = judgements.some(({ rule }) => rule === "new_device" || rule === "new_country");
  if (!isNew || !options.switches.new_location) return [];
  const place = describePlace(sighting.place);
  const from = place === "unknown" ? "" : ` from ${place}`;
  const address = sighting.ip === undefined ? "" : ` (${sighting.ip})`;
  return [
    {
      key: `new_location ${sighting.seq}`,
      user_login: login,
      kind: "new_location",
      subject: "New login to your account",
      body: `Somebody logged in to your account at ${when} with ${describeDevice(sighting.device)}${from}${address}. If it was not you, change your password and tell your administrator.`,
    },
  ];
}
