/** @odoo-module **/

// What was typed in a form and not saved outlives the session: it waits in this tab, for the same user of the same database, for
// two hours. sessionStorage: no other tab sees it, and it goes with the tab. It goes as well when it is restored, discarded or
// saved, when the person signs out by the menu, and when somebody else signs in.
import { onMounted, onWillUnmount } from "@odoo/owl";
import { deserializeDate, deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { session } from "@web/session";
import { FormController } from "@web/views/form/form_controller";

const KEPT_MS = 2 * 3600000;
const MARK = "vigil.draft.";
const SIMPLE = ["char", "text", "html", "integer", "float", "monetary", "boolean", "selection", "date", "datetime", "many2one"];
const forms = new Set();

const ownMark = () => `${MARK}${session.vigil_session.db}.${session.vigil_session.uid}.`;
const keyOf = (root) => `${ownMark()}${root.resModel}.${root.resId || "new"}`;

/** Removes the drafts of this tab: all, or those of others and the old ones. */
export function forgetDrafts(all) {
    for (const key of Object.keys(sessionStorage).filter((name) => name.startsWith(MARK))) {
        if (all || !key.startsWith(ownMark()) || !readDraft(key)) {
            sessionStorage.removeItem(key);
        }
    }
}

/** The open forms that hold something unsaved; what is being typed is taken over first. */
export async function dirtyForms() {
    const found = [];
    for (const form of forms) {
        const root = form.model.root;
        if (root && root.resModel && (await root.isDirty())) {
            found.push(form);
        }
    }
    return found;
}

/** Keeps a draft of every open form; answers how many. A full or forbidden storage keeps none: the warning stays. */
export async function keepDrafts() {
    let kept = 0;
    for (const form of await dirtyForms()) {
        const root = form.model.root;
        const values = {};
        const left = [];
        // the same in 17, 18 and 19, and without the mutex that a running save holds
        for (const [name, value] of Object.entries(root._getChanges(root._changes))) {
            const { type, string } = root.fields[name];
            if (!SIMPLE.includes(type)) {
                if (Array.isArray(value) ? value.length : value) {
                    left.push(string);
                }
            } else if (type === "many2one") {
                const current = root.data[name];
                values[name] = current ? { id: value, name: current.display_name || current[1] || "" } : false;
            } else {
                values[name] = value;
            }
        }
        try {
            sessionStorage.setItem(keyOf(root), JSON.stringify({ at: Date.now(), values, left }));
            kept++;
        } catch {
            return kept;
        }
    }
    return kept;
}

function forget(root) {
    sessionStorage.removeItem(keyOf(root));
}

function readDraft(key) {
    try {
        const draft = JSON.parse(sessionStorage.getItem(key));
        return draft && Date.now() - draft.at < KEPT_MS ? draft : null;
    } catch {
        return null; // not ours
    }
}

async function restore(root, draft) {
    const newer = (session.server_version_info || [17])[0] >= 19;
    const values = {};
    for (const [name, value] of Object.entries(draft.values)) {
        const type = root.activeFields[name] && root.fields[name].type;
        if (!type) {
            continue;
        }
        if (type === "many2one" && value) {
            values[name] = newer ? { id: value.id, display_name: value.name } : [value.id, value.name];
        } else if (type === "date" && value) {
            values[name] = deserializeDate(value);
        } else if (type === "datetime" && value) {
            values[name] = deserializeDateTime(value);
        } else {
            values[name] = value;
        }
    }
    await root.update(values);
}

function offer(form) {
    const root = form.model.root;
    const draft = root && root.resModel && readDraft(keyOf(root));
    if (!draft) {
        return;
    }
    const when = new Date(draft.at).toLocaleString();
    const missing = draft.left.length ? " " + _t("Not kept:") + " " + draft.left.join(", ") : "";
    const close = form.env.services.notification.add(_t("You were signed out while you were writing here:") + " " + when + "." + missing, {
        type: "warning",
        sticky: true,
        className: "o_vigil_draft",
        buttons: [
            {
                name: _t("Restore the draft"),
                primary: true,
                onClick: async () => {
                    await restore(root, draft);
                    forget(root);
                    close();
                },
            },
            { name: _t("Discard it"), onClick: () => (forget(root), close()) },
        ],
    });
}

patch(FormController.prototype, {
    setup() {
        super.setup(...arguments);
        if (session.vigil_session) {
            onMounted(() => (forms.add(this), offer(this)));
            onWillUnmount(() => forms.delete(this));
        }
    },
    async onRecordSaved(record) {
        if (session.vigil_session) {
            forget(record);
            forget({ resModel: record.resModel, resId: false });
        }
        return super.onRecordSaved(...arguments);
    },
    async discard() {
        if (session.vigil_session && this.model.root) {
            forget(this.model.root);
        }
        return super.discard(...arguments);
    },
});
