import { useQuery } from "@tanstack/react-query";
import { reading } from "../../api/queries.ts";
import type { ReportKinds } from "../../api/types.ts";

export function useKinds(): { names: ReportKinds["items"]; themes: string[] } {
  const { data } = useQuery({ ...reading<ReportKinds>("/api/reports/kinds"), staleTime: Number.POSITIVE_INFINITY });
  return { names: data?.items ?? [], themes: data?.themes ?? [] };
}
