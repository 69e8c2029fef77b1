import type { Pages } from "../api/pages.ts";
import { figure, t } from "../i18n/index.ts";
import { Button } from "./button.tsx";
import { ErrorNote } from "./states.tsx";

/** Under a list that goes on: how much of it is shown, and the next page. */
export function More({ of: pages }: { of: Pages<unknown> }) {
  const { data, total, error, hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  if (!data || !hasNextPage) return null;
  const shown = figure(data.length);
  return (
    <div className="more">
      {error !== null && <ErrorNote error={error} />}
      <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
        {t("Show more")}
      </Button>
      <span className="quiet">
        {total === undefined ? t("{shown} shown", { shown }) : t("{shown} of {total}", { shown, total: figure(total) })}
      </span>
    </div>
  );
}
