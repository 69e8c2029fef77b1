import { type ReactNode, useEffect } from "react";
import "./sign-in.css";
import { Mark } from "../../app/shell.tsx";
import { LANGUAGES, type Language, language, setLanguage, t } from "../../i18n/index.ts";

/** The pages in front of the door: a form, and beside it what the house is for. */
export function SignInFrame({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Vigil`;
  }, [title]);
  return (
    <main className="door">
      <section className="door-form">
        <p className="door-brand">
          <Mark size={30} /> Vigil
        </p>
        <h1>{title}</h1>
        {lead && <p className="lead">{lead}</p>}
        {children}
        <p className="door-language">
          {(Object.keys(LANGUAGES) as Language[]).map((each) => (
            <button
              key={each}
              type="button"
              lang={each}
              aria-pressed={each === language()}
              onClick={() => void setLanguage(each)}
            >
              {LANGUAGES[each]}
            </button>
          ))}
        </p>
      </section>
      <aside className="door-chain">
        <Chain />
        <p>{t("Every change, who made it, and the proof that nobody altered it since.")}</p>
      </aside>
    </main>
  );
}

/** A chain of events as the store links them; decoration, but the letters are a real SHA-256 of nothing. */
function Chain() {
  const links = ["e3b0c442", "98fc1c14", "9afbf4c8", "996fb924", "27ae41e4", "649b934c", "a495991b"];
  return (
    <ol aria-hidden="true">
      {links.map((hash, index) => (
        <li key={hash}>
          <span>{4812 + index}</span>
          <code>{hash}</code>
        </li>
      ))}
    </ol>
  );
}
