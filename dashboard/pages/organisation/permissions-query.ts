import { reading } from "../../api/queries.ts";
import type { List } from "../../api/types.ts";

export const permissionsQuery = {
  ...reading<List<{ name: string; allows: string; roles: string[] }>>("/api/permissions"),
  staleTime: Number.POSITIVE_INFINITY,
};
