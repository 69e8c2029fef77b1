import { useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { send } from "../api/request.ts";
import { t } from "../i18n/index.ts";
import { Button } from "../parts/button.tsx";
import { Icon } from "../parts/icon.tsx";
import { Toasts } from "../parts/toast.tsx";
import { CommandPalette } from "./command-palette.tsx";
import { Help } from "./help.tsx";
import { useKeys } from "./keys.ts";
import { NAVIGATION } from "./navigation.ts";
import { chooseOrganisation, useMay, useMe, useOrganisation } from "./session.tsx";
import { setTheme, useTheme } from "./theme.ts";

/** The frame around every page of somebody who is signed in. */
export function Shell() {
  const [open, setOpen] = useState<"palette" | "help" | undefined>();
  const [drawer, setDrawer] = useState(false);
  const navigate = useNavigate();
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: going somewhere closes the drawer
  useEffect(() => setDrawer(false), [pathname]);

  const going = NAVIGATION.flatMap(({ places }) => places).filter(({ key }) => key);
  useKeys({
    "mod+k": () => setOpen((now) => (now === "palette" ? undefined : "palette")),
    "?": () => setOpen("help"),
    ...(drawer ? { Escape: () => setDrawer(false) } : {}), // else it is the page's
    ...Object.fromEntries(going.map(({ key, to }) => [`g ${key}`, () => void navigate({ to })])),
  });

  return (
    <div className={`shell ${drawer ? "drawer-open" : ""}`}>
      <a className="skip" href="#content">
        {t("Skip to the content")}
      </a>
      <header className="topbar">
        <Button
          kind="ghost"
          icon={drawer ? "close" : "menu"}
          className="menu-button"
          aria-label={t("Menu")}
          aria-expanded={drawer}
          aria-controls="sidebar"
          onClick={() => setDrawer(!drawer)}
        />
        <Link to="/" className="brand">
          <Mark /> Vigil
        </Link>
        <button
          type="button"
          className="search-button"
          onClick={() => setOpen("palette")}
          aria-keyshortcuts="Control+K"
        >
          <Icon name="search" />
          <span>{t("Go to, find, do…")}</span>
          <kbd>Ctrl K</kbd>
        </button>
        <div className="topbar-end">
          <ThemeButton />
          <Button kind="ghost" icon="help" aria-label={t("Keyboard and help")} onClick={() => setOpen("help")} />
          <AccountMenu />
        </div>
      </header>
      <Sidebar />
      <button
        type="button"
        className="scrim"
        aria-label={t("Close the menu")}
        tabIndex={-1}
        onClick={() => setDrawer(false)}
      />
      <main id="content" tabIndex={-1}>
        <Outlet />
      </main>
      {open === "palette" && <CommandPalette onClose={() => setOpen(undefined)} />}
      {open === "help" && <Help onClose={() => setOpen(undefined)} />}
      <Toasts />
    </div>
  );
}

export function Mark({ size = 22 }: { size?: number }) {
  return <img src="/seal.svg" alt="" width={size} height={size} className="mark" />;
}

function Sidebar() {
  const me = useMe();
  const organisation = useOrganisation();
  const may = useMay();
  return (
    <nav id="sidebar" className="sidebar" aria-label={t("Main")}>
      {me && me.organisations.length > 1 ? (
        <label className="organisation">
          <span className="visually-hidden">{t("Organisation")}</span>
          <select
            className="input"
            value={organisation?.id}
            onChange={(event) => chooseOrganisation(event.target.value)}
          >
            {me.organisations.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      ) : (
        <p className="organisation cut">{organisation?.name}</p>
      )}
      {NAVIGATION.map(({ label, places }) => {
        const allowed = places.filter(({ needs }) => !needs || may(needs));
        if (allowed.length === 0) return null;
        return (
          <section key={label}>
            <h2>{t(label)}</h2>
            <ul>
              {allowed.map((place) => (
                <li key={place.to}>
                  <Link to={place.to} activeOptions={{ exact: place.to === "/", includeSearch: false }}>
                    <Icon name={place.icon} />
                    {t(place.label)}
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </nav>
  );
}

function ThemeButton() {
  const theme = useTheme();
  const next = theme === "system" ? "light" : theme === "light" ? "dark" : "system";
  const names = { system: t("as the system"), light: t("light"), dark: t("dark") };
  const label = t("Theme: {theme}. Change to: {next}", { theme: names[theme], next: names[next] });
  return <Button kind="ghost" icon="theme" title={label} aria-label={label} onClick={() => setTheme(next)} />;
}

function AccountMenu() {
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const signOut = async (): Promise<void> => {
    await send("POST", "/api/auth/logout");
    client.clear();
    await navigate({ to: "/sign-in" });
  };
  return (
    <details
      className="account"
      onBlur={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) currentTarget.open = false;
      }}
    >
      <summary>
        <span className="avatar" aria-hidden="true">
          {initials(me?.person.name ?? "?")}
        </span>
        <span className="visually-hidden">{t("Your account")}</span>
      </summary>
      <div className="menu">
        <p>
          <strong>{me?.person.name}</strong>
          <br />
          <span className="quiet">{me?.person.email}</span>
        </p>
        <Link to="/account">{t("Account and security")}</Link>
        <Link to="/settings">{t("Language and theme")}</Link>
        <button type="button" onClick={signOut}>
          {t("Sign out")}
        </button>
      </div>
    </details>
  );
}

const initials = (name: string): string =>
  name
    .split(/\s+/)
    .map((word) => word[0] ?? "")
    .slice(0, 2)
    .join("")
    .toUpperCase();
