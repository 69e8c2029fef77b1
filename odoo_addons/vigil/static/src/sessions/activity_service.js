/** @odoo-module **/

// Tells Odoo once a minute that a person is here: keys, clicks, the wheel; never a timer. Warns before an inactivity logout.
// Tabs share the moment of the last input, so that one tab in use keeps the others in. A page that is loaded is no input.
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { session } from "@web/session";
import { dirtyForms, forgetDrafts, keepDrafts } from "./drafts";
import { SessionWarningDialog } from "./warning_dialog";

const INPUTS = ["keydown", "pointerdown", "wheel", "touchstart", "input"];
const SHARED = "vigil.last_input";
const DRAFT_MS = 10000;

async function report(idle_ms) {
    const answer = await fetch("/vigil/session/activity", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ jsonrpc: "2.0", method: "call", params: idle_ms === undefined ? {} : { idle_ms } }),
    });
    const { result, error } = await answer.json();
    if (error) {
        return { ended: /SessionExpired/.test(error.data?.name || "") };
    }
    return result;
}

export const vigilSessionService = {
    dependencies: ["dialog"],
    start(env, { dialog }) {
        const own = session.vigil_session;
        if (!own) {
            return {};
        }
        forgetDrafts(false);
        let inactivity_ms = (own.inactivity_s || 0) * 1000;
        let warning_ms = (own.warning_s || 0) * 1000;
        const before = Date.now() - (own.idle_s || 0) * 1000;
        let [lastInput, reportedInput, reportedAt, draftAt, closeDialog, leaving, asking] = [before, 0, 0, 0, null, false, false];

        const shared = () => Math.max(lastInput, Number(localStorage.getItem(SHARED)) || 0);
        const noteInput = () => {
            const now = Date.now();
            if (now - lastInput > 250) {
                try {
                    localStorage.setItem(SHARED, String(now));
                } catch {
                    // a full storage: this tab still knows
                }
            }
            lastInput = now;
        };
        for (const type of INPUTS) {
            window.addEventListener(type, (event) => event.isTrusted && noteInput(), { capture: true, passive: true });
        }

        async function tell() {
            asking = true;
            try {
                const input = shared();
                const answer = await report(Math.max(0, Date.now() - input));
                reportedInput = input;
                if (answer.ended) {
                    await leave(false);
                } else if ("inactivity_s" in answer) {
                    inactivity_ms = (answer.inactivity_s || 0) * 1000;
                    warning_ms = (answer.warning_s || 0) * 1000;
                }
            } catch {
                // offline: the next minute tells it again
            } finally {
                reportedAt = Date.now();
                asking = false;
            }
        }

        async function leave(byChoice) {
            if (leaving) {
                return;
            }
            leaving = true;
            try {
                await keepDrafts();
            } catch (error) {
                console.warn("Vigil could not keep a draft", error);
            }
            const back = encodeURIComponent(location.pathname + location.search + location.hash);
            window.onbeforeunload = null;
            // by itself: the server ends the session as inactive when it is shown again
            location.assign(byChoice ? `/web/session/logout?redirect=${encodeURIComponent("/web/login?redirect=" + back)}` : `/web/login?redirect=${back}`);
        }

        async function saveAndLeave() {
            for (const form of await dirtyForms()) {
                if ((await form.model.root.save()) === false) {
                    return; // Odoo says what is missing
                }
            }
            await leave(true);
        }

        async function warn() {
            closeDialog = () => {};
            const unsaved = (await dirtyForms()).length;
            closeDialog = dialog.add(
                SessionWarningDialog,
                {
                    unsaved,
                    left: () => Math.max(0, Math.ceil((inactivity_ms - (Date.now() - shared())) / 1000)),
                    stay: async () => (noteInput(), closeWarning(), tell()),
                    saveAndLeave,
                    leave: () => leave(true),
                },
                { onClose: () => (closeDialog = null) }
            );
        }
        function closeWarning() {
            const close = closeDialog;
            closeDialog = null;
            close?.();
        }

        // on 19 core's own lock comes first where it is the stricter: one prompt, not two
        const coreLocks = () => session.lock_timeout_inactivity && session.lock_timeout_inactivity * 1000 <= inactivity_ms;

        async function tick() {
            if (leaving) {
                return;
            }
            const [now, input] = [Date.now(), shared()];
            const idle = now - input;
            const every = inactivity_ms ? Math.min(60000, inactivity_ms / 4) : 60000;
            if (!asking && input > reportedInput && now - reportedAt >= every) {
                tell();
            }
            if (now - draftAt > DRAFT_MS && lastInput > draftAt) {
                draftAt = now;
                keepDrafts().catch(() => {});
            }
            if (!inactivity_ms) {
                return;
            }
            if (idle >= inactivity_ms) {
                await leave(false);
            } else if (idle >= inactivity_ms - warning_ms && !closeDialog && !coreLocks()) {
                await warn();
            } else if (closeDialog && idle < inactivity_ms - warning_ms) {
                closeWarning();
            }
        }
        setInterval(tick, 1000);
        return { keepDrafts, tell };
    },
};

registry.category("services").add("vigil_session", vigilSessionService);

registry.category("user_menuitems").add("vigil_my_sessions", (env) => ({
    type: "item",
    id: "vigil_my_sessions",
    description: _t("My sessions"),
    callback: async () => env.services.action.doAction(await env.services.orm.call("vigil.session", "action_mine", [])),
    sequence: 55,
}));

// who signs out by the menu leaves nothing behind
const logOut = registry.category("user_menuitems").get("log_out");
registry.category("user_menuitems").add(
    "log_out",
    (env) => {
        const item = logOut(env);
        return { ...item, callback: () => (forgetDrafts(true), item.callback()) };
    },
    { force: true }
);
