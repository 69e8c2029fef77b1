/** @odoo-module **/

import { Component, onWillUnmount, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";

/** "You will be signed out": stay, or leave with what is unsaved kept or saved. */
export class SessionWarningDialog extends Component {
    static template = "vigil.SessionWarningDialog";
    static components = { Dialog };
    static props = { close: Function, left: Function, unsaved: Number, stay: Function, saveAndLeave: Function, leave: Function };

    setup() {
        this.title = _t("Are you still there?");
        this.state = useState({ seconds: this.props.left(), busy: false });
        const timer = setInterval(() => (this.state.seconds = this.props.left()), 500);
        onWillUnmount(() => clearInterval(timer));
    }

    async run(action) {
        this.state.busy = true;
        try {
            await action();
        } finally {
            this.state.busy = false;
        }
    }
}
