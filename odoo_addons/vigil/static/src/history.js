/** @odoo-module **/

// "History" in every record's action menu. One patch for all models: a bound server action would have to be made for
// each model of each module. The method and its shape are the same in 17, 18 and 19.
import { _t } from "@web/core/l10n/translation";
import { patch } from "@web/core/utils/patch";
import { session } from "@web/session";
import { FormController } from "@web/views/form/form_controller";
import { ListController } from "@web/views/list/list_controller";

async function openHistory(controller, ids) {
    const model = controller.props.resModel;
    const action = await controller.model.orm.call("vigil.event", "action_history", [model, ids]);
    return controller.env.services.action.doAction(action);
}

function item(isAvailable, callback) {
    return {
        isAvailable: () => session.vigil_auditor && isAvailable(),
        sequence: 60,
        icon: "fa fa-history",
        description: _t("History"),
        callback,
    };
}

patch(FormController.prototype, {
    getStaticActionMenuItems() {
        return {
            ...super.getStaticActionMenuItems(...arguments),
            vigilHistory: item(
                () => this.model.root.resId && this.props.resModel !== "vigil.event",
                () => openHistory(this, [this.model.root.resId])
            ),
        };
    },
});

patch(ListController.prototype, {
    getStaticActionMenuItems() {
        return {
            ...super.getStaticActionMenuItems(...arguments),
            vigilHistory: item(
                () => this.props.resModel !== "vigil.event",
                async () => openHistory(this, await this.model.root.getResIds(true))
            ),
        };
    },
});
