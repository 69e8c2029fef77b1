import { useNavigate, useSearch } from "@tanstack/react-router";

/** What stands behind the `?`: texts only, so an address can be typed, read aloud and kept. */
export type Search = Record<string, string | undefined>;

export function searchOf(raw: Record<string, unknown>): Search {
  const search: Search = {};
  for (const [key, value] of Object.entries(raw))
    if (value !== undefined && value !== null && value !== "") search[key] = String(value);
  return search;
}

/** The page's own part of the address, and a way to change it; `undefined` takes a key out. */
export function useAddress(): [Search, (change: Search, options?: { replace?: boolean }) => void] {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const change = (next: Search, options: { replace?: boolean } = {}): void => {
    void navigate({
      to: ".",
      search: ((before: Search) => searchOf({ ...before, ...next })) as never,
      replace: options.replace ?? true,
    });
  };
  return [search, change];
}

/** Plain query strings: the router's own would quote texts that look like numbers. */
export const parseSearch = (text: string): Search => Object.fromEntries(new URLSearchParams(text));
export function stringifySearch(search: Record<string, unknown>): string {
  const text = new URLSearchParams(searchOf(search) as Record<string, string>).toString();
  return text ? `?${text}` : "";
}
