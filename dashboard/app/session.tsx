import { queryOptions, useQuery } from "@tanstack/react-query";
import { ApiError, credentials, get } from "../api/request.ts";
import type { Me, Permission } from "../api/types.ts";

const CHOSEN = "vigil.organisation";

/** Who is signed in; null for nobody. Also keeps what every later call must carry. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  staleTime: 60_000,
  queryFn: async (): Promise<Me | null> => {
    credentials.organisation_id ??= localStorage.getItem(CHOSEN) ?? undefined;
    try {
      return remember(await get<Me>("/api/auth/me"));
    } catch (error) {
      if (error instanceof ApiError && error.status === 403 && credentials.organisation_id) {
        // the organisation chosen last time is not ours any more
        localStorage.removeItem(CHOSEN);
        credentials.organisation_id = undefined;
        return remember(await get<Me>("/api/auth/me"));
      }
      if (error instanceof ApiError && error.status === 401) return null;
      throw error;
    }
  },
});

function remember(me: Me): Me {
  credentials.csrf_token = me.csrf_token;
  credentials.organisation_id = me.organisation_id;
  // downloads are plain links, which carry no header
  // biome-ignore lint/suspicious/noDocumentCookie: Cookie Store is not in every browser
  document.cookie = `vigil_organisation=${me.organisation_id}; path=/; samesite=lax`;
  return me;
}

export function chooseOrganisation(id: string): void {
  localStorage.setItem(CHOSEN, id);
  location.assign("/");
}

export const useMe = (): Me | null | undefined => useQuery(meQuery).data;

export function useOrganisation() {
  const me = useMe();
  return me?.organisations.find(({ id }) => id === me.organisation_id) ?? me?.organisations[0];
}

/** May the person do this in the organisation at hand? The service decides; this only saves a click that would be refused. */
export function useMay(): (permission: Permission) => boolean {
  const organisation = useOrganisation();
  return (permission) => organisation?.permissions.includes(permission) ?? false;
}
