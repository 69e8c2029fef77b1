import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  type RouteComponent,
  redirect,
} from "@tanstack/react-router";
import { t } from "../i18n/index.ts";
import { Empty, ErrorState, Loading } from "../parts/states.tsx";
import { parseSearch, searchOf, stringifySearch } from "./search.ts";
import { meQuery } from "./session.tsx";
import { Shell } from "./shell.tsx";

const root = createRootRouteWithContext<{ client: QueryClient }>()({
  component: Outlet,
  errorComponent: ({ error, reset }) => <ErrorState error={error} retry={reset} />,
});

function NoSuchPage() {
  return (
    <Empty page icon="search" title={t("There is no such page")} action={<a href="/">{t("To the overview")}</a>}>
      <p>{t("The address may be cut or mistyped. Ctrl K finds every page.")}</p>
    </Empty>
  );
}

/** Behind the sign-in: who is not signed in is sent there, and comes back to where they wanted to be. */
const inside = createRoute({
  getParentRoute: () => root,
  id: "inside",
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    const me = await context.client.ensureQueryData(meQuery);
    if (!me) throw redirect({ to: "/sign-in", search: location.href === "/" ? {} : { to: location.href } });
  },
});

const at = <P extends string>(path: P, component: RouteComponent) =>
  createRoute({ getParentRoute: () => inside, path, component, validateSearch: searchOf });
const outside = <P extends string>(path: P, component: ReturnType<typeof lazyRouteComponent>) =>
  createRoute({ getParentRoute: () => root, path, component, validateSearch: searchOf });

const tree = root.addChildren([
  outside(
    "/sign-in",
    lazyRouteComponent(() => import("../pages/sign-in/sign-in.tsx"), "SignInPage"),
  ),
  outside(
    "/setup",
    lazyRouteComponent(() => import("../pages/sign-in/link.tsx"), "LinkPage"),
  ),
  outside(
    "/invite",
    lazyRouteComponent(() => import("../pages/sign-in/link.tsx"), "LinkPage"),
  ),
  outside(
    "/forgot",
    lazyRouteComponent(() => import("../pages/sign-in/forgot.tsx"), "ForgotPage"),
  ),
  outside(
    "/reset",
    lazyRouteComponent(() => import("../pages/sign-in/link.tsx"), "LinkPage"),
  ),
  inside.addChildren([
    at(
      "/",
      lazyRouteComponent(() => import("../pages/overview/overview.tsx"), "OverviewPage"),
    ),
    at(
      "/instances",
      lazyRouteComponent(() => import("../pages/instances/list.tsx"), "InstancesPage"),
    ),
    at(
      "/instances/new",
      lazyRouteComponent(() => import("../pages/instances/connect.tsx"), "ConnectPage"),
    ),
    at(
      "/instances/$instance",
      lazyRouteComponent(() => import("../pages/instances/instance.tsx"), "InstancePage"),
    ),
    at(
      "/trail",
      lazyRouteComponent(() => import("../pages/trail/trail.tsx"), "TrailPage"),
    ),
    at(
      "/records/$instance/$model/$record",
      lazyRouteComponent(() => import("../pages/record/record.tsx"), "RecordPage"),
    ),
    at(
      "/sessions",
      lazyRouteComponent(() => import("../pages/sessions/sessions.tsx"), "SessionsPage"),
    ),
    at(
      "/logins",
      lazyRouteComponent(() => import("../pages/sessions/logins.tsx"), "LoginsPage"),
    ),
    at(
      "/users",
      lazyRouteComponent(() => import("../pages/users/users.tsx"), "UsersPage"),
    ),
    at(
      "/policies",
      lazyRouteComponent(() => import("../pages/policies/policies.tsx"), "PoliciesPage"),
    ),
    at(
      "/findings",
      lazyRouteComponent(() => import("../pages/findings/findings.tsx"), "FindingsPage"),
    ),
    at(
      "/reports",
      lazyRouteComponent(() => import("../pages/reports/reports.tsx"), "ReportsPage"),
    ),
    at(
      "/audit-log",
      lazyRouteComponent(() => import("../pages/organisation/audit-log.tsx"), "AuditLogPage"),
    ),
    at(
      "/members",
      lazyRouteComponent(() => import("../pages/organisation/members.tsx"), "MembersPage"),
    ),
    at(
      "/roles",
      lazyRouteComponent(() => import("../pages/organisation/roles.tsx"), "RolesPage"),
    ),
    at(
      "/api-keys",
      lazyRouteComponent(() => import("../pages/organisation/api-keys.tsx"), "ApiKeysPage"),
    ),
    at(
      "/account",
      lazyRouteComponent(() => import("../pages/account/account.tsx"), "AccountPage"),
    ),
    at(
      "/settings",
      lazyRouteComponent(() => import("../pages/settings/settings.tsx"), "SettingsPage"),
    ),
    // whatever else is asked for, inside the frame: somebody who mistyped has the menu at hand
    at("/$", () => <NoSuchPage />),
  ]),
]);

export const makeRouter = (client: QueryClient) =>
  createRouter({
    routeTree: tree,
    context: { client },
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    scrollRestoration: true,
    defaultPendingComponent: () => <Loading />,
    defaultErrorComponent: ({ error, reset }) => <ErrorState error={error} retry={reset} />,
    defaultNotFoundComponent: NoSuchPage,
  });

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
