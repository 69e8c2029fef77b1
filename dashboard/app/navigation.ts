import type { Permission } from "../api/types.ts";
import type { IconName } from "../parts/icon.tsx";

export interface Place {
  to: string;
  label: string;
  icon: IconName;
  /** typed after `g` */
  key?: string;
  needs?: Permission;
}
export interface Group {
  label: string;
  places: Place[];
}

/** Everything that can be gone to, in the order of the sidebar; the command palette and the help read it too. */
export const NAVIGATION: Group[] = [
  {
    label: "Evidence",
    places: [
      { to: "/", label: "Overview", icon: "overview", key: "o", needs: "view:environments" },
      { to: "/trail", label: "Audit trail", icon: "trail", key: "t", needs: "view:audit_logs" },
      { to: "/findings", label: "Findings", icon: "finding", key: "f", needs: "view:sessions" },
      { to: "/reports", label: "Reports", icon: "report", key: "r", needs: "view:reports" },
    ],
  },
  {
    label: "People in Odoo",
    places: [
      { to: "/sessions", label: "Sessions", icon: "session", key: "s", needs: "view:sessions" },
      { to: "/logins", label: "Logins", icon: "login", key: "l", needs: "view:sessions" },
      { to: "/users", label: "Users", icon: "users", key: "u", needs: "view:audit_logs" },
      { to: "/policies", label: "Policies", icon: "policy", key: "p", needs: "view:sessions" },
    ],
  },
  {
    label: "Sources",
    places: [{ to: "/instances", label: "Instances", icon: "instance", key: "i", needs: "view:environments" }],
  },
  {
    label: "Organisation",
    places: [
      { to: "/audit-log", label: "Own audit log", icon: "audit", key: "a", needs: "view:audit_logs" },
      { to: "/members", label: "Members", icon: "user", key: "m", needs: "manage:members" },
      { to: "/roles", label: "Roles", icon: "role", needs: "manage:roles" },
      { to: "/api-keys", label: "API keys", icon: "key", key: "k", needs: "manage:api_keys" },
      { to: "/settings", label: "Settings", icon: "settings" },
    ],
  },
];
