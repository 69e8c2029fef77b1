import type { StoredEvent } from "../../service/store/types.ts";
import { type EventTable, REFERENCE, WHERE_FROM, WHO_AND_WHEN } from "../table.ts";
import { detailLines, reference, subjectOf, whereFrom, whoAndWhen } from "./cells.ts";

const KIND = /^(account|api_key|user)\.|^session\.policy_changed$/;

/** Passwords, second factors, passkeys, API keys, blocked users. */
export const accounts: EventTable = {
  id: "accounts",
  title: "Passwords and keys",
  about: "Passwords, second factors, passkeys and API keys of Odoo's users, users blocked, session policies",
  empty: "No password, second factor or key was changed in this period.",
  columns: [
    ...WHO_AND_WHEN,
    { id: "action", title: "Action", kind: "text", width: 26 },
    { id: "whose", title: "Whose", kind: "text", width: 26 },
    { id: "severity", title: "Severity", kind: "text", width: 10 },
    { id: "details", title: "Details", kind: "wrap", width: 50 },
    ...WHERE_FROM,
    ...REFERENCE,
  ],
  takes: ({ kind }) => KIND.test(kind),
  rows: (event) => [
    [
      ...whoAndWhen(event),
      event.kind,
      whose(event),
      event.severity,
      detailLines(event.details, ["user", "login"]),
      ...whereFrom(event),
      ...reference(event),
    ],
  ],
};

function whose(event: StoredEvent): string | null {
  const login = subjectOf(event)?.login;
  if (event.record_name === undefined || event.model !== "res.users") return login ?? null;
  return login === undefined ? event.record_name : `${event.record_name} (${login})`;
}
