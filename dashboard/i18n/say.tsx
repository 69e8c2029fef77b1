import { createElement, Fragment, type ReactNode } from "react";
import { t } from "./index.ts";

/** A sentence whose places hold more than text: a moment with its UTC, a name with a link. */
export function Say({ text, ...values }: { text: string } & Record<string, ReactNode>) {
  const parts = t(text).split(/\{(\w+)\}/);
  return createElement(Fragment, null, ...parts.map((part, index) => (index % 2 ? values[part] : part)));
}
