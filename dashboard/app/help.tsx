import { t } from "../i18n/index.ts";
import { Dialog } from "../parts/dialog.tsx";
import { NAVIGATION } from "./navigation.ts";

export function Help({ onClose }: { onClose: () => void }) {
  const everywhere: [string, string][] = [
    ["Ctrl K", t("Go to, find, do anything")],
    ["?", t("This help")],
    ["Esc", t("Close what is open")],
  ];
  const lists: [string, string][] = [
    ["j  k", t("Next, previous row")],
    ["Enter", t("Open the row")],
    ["/", t("Filter")],
    ["v", t("Live tail on and off")],
  ];
  const places = NAVIGATION.flatMap(({ places }) => places).filter(({ key }) => key);
  return (
    <Dialog title={t("Keyboard and help")} onClose={onClose} size="wide">
      <div className="help">
        <Keys title={t("Everywhere")} keys={everywhere} />
        <Keys title={t("In lists")} keys={lists} />
        <Keys title={t("Go to")} keys={places.map(({ key, label }) => [`g ${key}`, t(label)])} />
      </div>
      <p className="quiet">
        {t("Times are shown in your zone; hover one to see it in UTC.")}{" "}
        <a href="/api/docs" target="_blank" rel="noreferrer">
          {t("The API behind this page")}
        </a>
      </p>
    </Dialog>
  );
}

function Keys({ title, keys }: { title: string; keys: [string, string][] }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {keys.map(([key, text]) => (
          <div key={key}>
            <dt>
              {key.split(/\s+/).map((each) => (
                <kbd key={each}>{each}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
