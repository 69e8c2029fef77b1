import { type EventTable, REFERENCE, WHERE_FROM, WHO_AND_WHEN } from "../table.ts";
import { detailLines, reference, whereFrom, whoAndWhen } from "./cells.ts";

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
      event.severity,
      detailLines(event.details),
      ...whereFrom(event),
      ...reference(event),
    ],
  ],
};
