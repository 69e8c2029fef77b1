/** @odoo-module **/

// What was typed in a form and not saved outlives the session: it waits in this browser, for the same user, for a day.
import { onMounted, onWillUnmount } from "@odoo/owl";
import { deserializeDate, deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { session } from "@web/session";
import { FormController } from "@web/views/form/form_controller";

const DAY_MS = 86400000;
const SIMPLE = ["char", "text", "html", "integer", "float", "monetary", "boolean", "selection", "date", "datetime", "many2one"];
const forms = new Set();

function keyOf(root) {
    const own = session.vigil_session;
    return `vigil.draft.${own.db}.${own.uid}.${root.resModel}.${root.resId || "new"}`;
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
            localStorage.setItem(keyOf(root), JSON.stringify({ at: Date.now(), values, left }));
            kept++;
        } catch {
            return kept;
        }
    }
    return kept;
}

function forget(root) {
    localStorage.removeItem(keyOf(root));
}

function draftOf(root) {
    const text = localStorage.getItem(keyOf(root));
    if (!text) {
        return null;
    }
    try {
        const draft = JSON.parse(text);
        if (Date.now() - draft.at < DAY_MS) {
            return draft;
        }
    } catch {
        // not ours: away with it
    }
    forget(root);
    return null;
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
    const draft = root && root.resModel && draftOf(root);
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
            localStorage.removeItem(keyOf({ resModel: record.resModel, resId: false }));
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
