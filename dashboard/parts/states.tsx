import { type ReactNode, useEffect } from "react";
import { ApiError, UnreachableError } from "../api/request.ts";
import { t } from "../i18n/index.ts";
import { Button } from "./button.tsx";
import { Icon, type IconName } from "./icon.tsx";

/** `page`: nothing else stands on the page, so its words are the page's heading and name. */
export function Empty(props: {
  icon?: IconName;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  page?: boolean;
}) {
  const { title, page } = props;
  useEffect(() => {
    if (page) document.title = `${title} · Vigil`;
  }, [title, page]);
  return (
    <div className="state">
      <Icon name={props.icon ?? "seal"} size={28} />
      {page ? <h1 className="state-title">{title}</h1> : <p className="state-title">{title}</p>}
      {props.children && <div className="state-text">{props.children}</div>}
      {props.action}
    </div>
  );
}

export function Loading({ lines = 6, label }: { lines?: number; label?: string }) {
  return (
    <div className="skeleton" role="status">
      <span className="visually-hidden">{label ?? t("Loading…")}</span>
      {Array.from({ length: lines }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines without identity
        <span key={index} className="line" aria-hidden="true" />
      ))}
    </div>
  );
}

/** What happened and what to do, in a sentence each. */
export function explain(error: unknown): { title: string; text: string } {
  if (error instanceof UnreachableError)
    return {
      title: t("The service does not answer"),
      text: t("Is it running? Look at its log, or try again in a moment."),
    };
  if (error instanceof ApiError) {
    if (error.status === 401)
      return { title: t("You are signed out"), text: t("Your session ended. Sign in again to go on here.") };
    if (error.status === 403)
      return {
        title: t("You may not see this"),
        text: `${error.message} ${t("Ask an owner or administrator of the organisation for the permission.")}`,
      };
    if (error.status === 404) return { title: t("This is not here"), text: error.message };
    if (error.status === 429) return { title: t("Too many requests"), text: t("Wait a minute, then try again.") };
    if (error.status >= 500)
      return { title: t("The service could not answer"), text: `${error.message} ${t("Its log says more.")}` };
    return { title: error.problem.title ?? t("That did not work"), text: error.message };
  }
  return { title: t("That did not work"), text: error instanceof Error ? error.message : String(error) };
}

export function ErrorState({ error, retry }: { error: unknown; retry?: () => void }) {
  const { title, text } = explain(error);
  const signedOut = error instanceof ApiError && error.status === 401;
  return (
    <div className="state bad" role="alert">
      <Icon name="finding" size={28} />
      <p className="state-title">{title}</p>
      <p className="state-text">{text}</p>
      {signedOut ? (
        <a className="button primary" href={`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`}>
          {t("Sign in")}
        </a>
      ) : (
        retry && <Button onClick={retry}>{t("Try again")}</Button>
      )}
    </div>
  );
}

/** Beside a form or a button. */
export function ErrorNote({ error }: { error: unknown }) {
  const { text } = explain(error);
  const errors = error instanceof ApiError ? error.problem.errors : undefined;
  return (
    <div className="note bad" role="alert">
      <Icon name="finding" />
      <div>
        {text}
        {errors?.map((each) => (
          <div key={`${each.path} ${each.message}`}>
            {each.path && <code>{each.path}</code>} {each.message}
          </div>
        ))}
      </div>
    </div>
  );
}

export function Note({ tone = "plain", children }: { tone?: "plain" | "good" | "warn" | "bad"; children: ReactNode }) {
  return (
    <div className={`note ${tone}`}>
      <Icon name={tone === "good" ? "check" : tone === "plain" ? "help" : "finding"} />
      <div>{children}</div>
    </div>
  );
}

/** A query's three states, so that each page says only what it shows. */
export function Answer<T>(props: {
  query: { data: T | undefined; error: unknown; refetch: () => unknown };
  children: (data: T) => ReactNode;
  lines?: number;
}) {
  const { data, error, refetch } = props.query;
  if (data !== undefined) return <>{props.children(data)}</>;
  if (error) return <ErrorState error={error} retry={() => void refetch()} />;
  return <Loading {...(props.lines ? { lines: props.lines } : {})} />;
}

export function NotAllowed({ what }: { what: string }) {
  return (
    <Empty icon="policy" title={t("You may not see this")} page>
      <p>
        {t("It needs the permission")} <code>{what}</code>.{" "}
        {t("Ask an owner or administrator of the organisation for the permission.")}
      </p>
    </Empty>
  );
}
