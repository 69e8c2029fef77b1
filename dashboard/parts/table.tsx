import { type ReactNode, useRef } from "react";
import { useListKeys } from "./list-keys.ts";

export interface Column<T> {
  key: string;
  label: ReactNode;
  cell: (item: T) => ReactNode;
  /** `number` aligns to the right, `narrow` takes no more than it needs, `wide` takes what is left */
  kind?: "number" | "narrow" | "wide";
  /** left out on a phone: the row's other cells say enough */
  spare?: boolean;
}

/** Rows by columns; on a phone each row becomes a card whose cells carry their column's name. j/k move, Enter opens. */
export function Table<T>(props: {
  label: string;
  columns: Column<T>[];
  items: T[];
  rowKey: (item: T) => string;
  onOpen?: (item: T) => void;
  empty?: ReactNode;
  tone?: (item: T) => string | undefined;
}) {
  const { label, columns, items, rowKey, onOpen, empty, tone } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  useListKeys(body, onOpen ? (index) => items[index] && onOpen(items[index]) : undefined);
  if (items.length === 0 && empty) return <>{empty}</>;
  return (
    // it may scroll sideways: the keyboard must reach it, where no row of it can be reached
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div className="table-wrap" role="group" aria-label={label} tabIndex={onOpen ? undefined : 0}>
      <table className="table">
        <caption className="visually-hidden">{label}</caption>
        <thead>
          <tr>
            {columns.map(({ key, label: head, kind }) => (
              <th key={key} scope="col" className={kind}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {items.map((item) => (
            <tr
              key={rowKey(item)}
              className={`${onOpen ? "opens" : ""} ${tone?.(item) ?? ""}`}
              tabIndex={onOpen ? 0 : undefined}
              onClick={
                onOpen && ((event) => !(event.target as Element).closest("a,button,input,select") && onOpen(item))
              }
              onKeyDown={
                onOpen && ((event) => event.key === "Enter" && event.target === event.currentTarget && onOpen(item))
              }
            >
              {columns.map(({ key, label: head, cell, kind, spare }) => (
                <td key={key} className={`${kind ?? ""} ${spare ? "spare" : ""}`}>
                  <span className="cell-label" aria-hidden="true">
                    {head}
                  </span>
                  <span className="cell">{cell(item)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
