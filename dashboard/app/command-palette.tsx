import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useId, useMemo, useState } from "react";
import { instancesQuery } from "../api/queries.ts";
import { language, setLanguage, t } from "../i18n/index.ts";
import { Dialog } from "../parts/dialog.tsx";
import { Icon, type IconName } from "../parts/icon.tsx";
import { NAVIGATION } from "./navigation.ts";
import { useMay } from "./session.tsx";
import { setTheme } from "./theme.ts";

interface Command {
  id: string;
  label: string;
  note?: string;
  icon: IconName;
  run: () => unknown;
}

/** Everything by typing: pages, instances, deeds, and whatever else was typed as a search of the trail. */
export function CommandPalette({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const all = useCommands();
  const navigate = useNavigate();
  const may = useMay();
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = all.filter(({ label, note }) =>
    words.every((word) => `${label} ${note ?? ""}`.toLowerCase().includes(word)),
  );
  if (text.trim() && may("view:audit_logs")) {
    const q = text.trim();
    found.push({
      id: "search",
      label: t("Search the trail for “{q}”", { q }),
      icon: "search",
      run: () => navigate({ to: "/trail", search: { q } }),
    });
  }
  const chosen = Math.min(at, found.length - 1);
  const run = (command: Command | undefined): void => {
    if (!command) return;
    onClose();
    void command.run();
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step) {
      event.preventDefault();
      const next = (chosen + step + found.length) % found.length;
      setAt(next);
      document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(found[chosen]);
    }
  };
  return (
    <Dialog title={t("Go to, find, do…")} onClose={onClose}>
      <div className="palette">
        <input
          className="input"
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={found.length ? `${id}-${chosen}` : undefined}
          aria-label={t("Go to, find, do…")}
          placeholder={t("A page, an instance, or any word of the trail")}
          autoFocus
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
        <div role="listbox" id={`${id}-list`} aria-label={t("Commands")} className="palette-list">
          {found.map((command, index) => (
            <div
              key={command.id}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === chosen}
              onMouseMove={() => setAt(index)}
              onClick={() => run(command)}
              onKeyDown={onKeyDown}
            >
              <Icon name={command.icon} />
              <span>{command.label}</span>
              {command.note && <span className="quiet">{command.note}</span>}
            </div>
          ))}
        </div>
      </div>
    </Dialog>
  );
}

function useCommands(): Command[] {
  const navigate = useNavigate();
  const may = useMay();
  const instances = useQuery({ ...instancesQuery, enabled: may("view:environments") }).data?.items;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a palette lives for a moment
  return useMemo(() => {
    const commands: Command[] = NAVIGATION.flatMap(({ places }) => places)
      .filter(({ needs }) => !needs || may(needs))
      .map(({ to, label, icon, key }) => ({
        id: to,
        label: t(label),
        ...(key ? { note: `g ${key}` } : {}),
        icon,
        run: () => navigate({ to }),
      }));
    for (const { id, name } of instances ?? [])
      commands.push({
        id: `instance ${id}`,
        label: name,
        note: t("instance"),
        icon: "instance",
        run: () => navigate({ to: "/instances/$instance", params: { instance: name } }),
      });
    if (may("manage:environments"))
      commands.push({
        id: "connect",
        label: t("Connect an Odoo"),
        icon: "plus",
        run: () => navigate({ to: "/instances/new" }),
      });
    commands.push(
      { id: "account", label: t("Account and security"), icon: "user", run: () => navigate({ to: "/account" }) },
      { id: "light", label: t("Theme: light"), icon: "theme", run: () => setTheme("light") },
      { id: "dark", label: t("Theme: dark"), icon: "theme", run: () => setTheme("dark") },
      { id: "system", label: t("Theme: as the system"), icon: "theme", run: () => setTheme("system") },
      language() === "fr"
        ? { id: "language", label: "English", icon: "settings", run: () => setLanguage("en") }
        : { id: "language", label: "Français", icon: "settings", run: () => setLanguage("fr") },
    );
    return commands;
  }, [instances]);
}
