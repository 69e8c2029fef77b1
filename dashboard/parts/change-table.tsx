import "./change-table.css";
import type { ReactNode } from "react";
import type { Change } from "../api/types.ts";
import { t } from "../i18n/index.ts";
import { type Piece, wordDiff } from "./diff.ts";
import { Icon } from "./icon.tsx";
import { Note } from "./states.tsx";
import { Value } from "./value.tsx";

/** Before and after, side by side: what a reader of evidence looks for first. A creation has only an after, a deletion only a before. */
export function ChangeTable({ changes, kind }: { changes: Change[]; kind: string }) {
  if (changes.length === 0) return /^record\.(created|updated)$/.test(kind) ? <NoValues /> : null;
  const created = kind === "record.created";
  const deleted = kind === "record.deleted";
  return (
    <table className="changes">
      <caption className="visually-hidden">{t("Changed fields")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("Field")}</th>
          {!created && <th scope="col">{deleted ? t("Last value") : t("Before")}</th>}
          {!deleted && <th scope="col">{created ? t("First value") : t("After")}</th>}
        </tr>
      </thead>
      <tbody>
        {changes.map((change) => (
          <tr key={`${change.field} ${change.lang ?? ""} ${change.company?.id ?? ""}`}>
            <th scope="row">
              {change.label}
              {change.lang && <span className="quiet"> {change.lang}</span>}
              {change.company && <span className="quiet"> {change.company.name ?? `#${change.company.id}`}</span>}
              <code>{change.field}</code>
            </th>
            <Cells change={change} created={created} deleted={deleted} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A change without a field is no mistake of this page: Odoo was told to record it so, and the reader is told why. */
function NoValues() {
  return (
    <Note>
      {t("That it changed is recorded, its values are not.")}{" "}
      {t("The model is tracked without values, or Vigil was away so long that Odoo's outbox had reached its limit.")}
    </Note>
  );
}

function Cells({ change, created, deleted }: { change: Change; created: boolean; deleted: boolean }) {
  const span = created || deleted ? 1 : 2;
  if (change.redacted)
    return (
      <td colSpan={span} className="quiet">
        <Icon name="key" size={13} /> {t("changed; the value is secret and was never recorded")}
      </td>
    );
  if (change.added ?? change.removed)
    return (
      <td colSpan={span}>
        {change.removed?.map((record) => (
          <del key={record.id}>{record.name ?? `#${record.id}`}</del>
        ))}
        {change.added?.map((record) => (
          <ins key={record.id}>{record.name ?? `#${record.id}`}</ins>
        ))}
      </td>
    );
  const { before, after, type } = change;
  const pieces = created || deleted ? undefined : differingWords(before, after, type);
  return (
    <>
      {!created && (
        <td className="before">{pieces ? marked(pieces, "removed") : <Value value={before} type={type} />}</td>
      )}
      {!deleted && <td className="after">{pieces ? marked(pieces, "added") : <Value value={after} type={type} />}</td>}
    </>
  );
}

/** Only for texts long enough that the eye would have to search. */
function differingWords(before: unknown, after: unknown, type: string): Piece[] | undefined {
  if (typeof before !== "string" || typeof after !== "string" || before.length + after.length < 25) return undefined;
  return type === "html" ? wordDiff(plainHtml(before), plainHtml(after)) : wordDiff(before, after);
}

function marked(pieces: Piece[], side: "removed" | "added"): ReactNode {
  const Mark = side === "removed" ? "del" : "ins";
  let at = 0;
  return pieces
    .filter(({ kind }) => kind === "same" || kind === side)
    .map(({ text, kind }) => {
      at += text.length;
      return kind === "same" ? text : <Mark key={at}>{text}</Mark>;
    });
}

const plainHtml = (html: string): string => new DOMParser().parseFromString(html, "text/html").body.textContent ?? html;
