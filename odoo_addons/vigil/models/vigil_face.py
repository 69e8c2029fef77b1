"""Groups and views whose form depends on Odoo's version; called from data files, owned by the module through xmlids."""
from odoo import api, models

from .. import compat

_LIST = """<{tag} create="0" edit="0" delete="0" decoration-danger="kind in ('record.deleted', 'operation.denied', 'operation.failed')"
    decoration-success="kind == 'record.created'">
    <field name="at"/><field name="who" string="Who"/><field name="action" string="What"/><field name="kind" column_invisible="1"/>
    <field name="model_id"/><field name="record_name"/><field name="summary"/>
    <field name="origin" optional="show"/><field name="ip" optional="show"/><field name="res_id" optional="hide"/>
    <field name="xid" optional="hide"/><field name="session" optional="hide"/><field name="correlation_id" optional="hide"/>
</{tag}>"""

_RULES = """<{tag} editable="bottom">
    <field name="model_id" options="{{'no_create': True}}"/>
    <field name="on_create"/><field name="on_write"/><field name="on_unlink"/>
    <field name="field_ids" widget="many2many_tags" options="{{'no_create': True}}"/>
</{tag}>"""


class VigilFace(models.AbstractModel):
    _name = "vigil.face"
    _description = "Vigil's groups and views by version"

    @api.model
    def _set_up_groups(self):
        """Put the groups under a heading in the user form, and give them to the administrator."""
        # not the bridge: it is for the service's user, no step above Manager
        groups = self.env.ref("vigil.group_auditor") + self.env.ref("vigil.group_manager")
        category = self.env.ref("vigil.module_category_vigil")
        if compat.IS_19:
            privilege = self._owned("res.groups.privilege", "privilege_vigil", {"name": "Vigil", "category_id": category.id})
            groups.write({"privilege_id": privilege.id})
        else:
            groups.write({"category_id": category.id})
        admin = self.env.ref("base.user_admin", raise_if_not_found=False)
        if admin:
            admin.write({compat.USER_GROUPS_FIELD: [(4, self.env.ref("vigil.group_manager").id)]})

    @api.model
    def _set_up_views(self):
        """The lists of Activity and of Settings: their tag is `tree` in 17 and `list` since."""
        tag = compat.LIST_VIEW
        self._owned("ir.ui.view", "view_vigil_event_list", {
            "name": "vigil.event.list", "model": "vigil.event", "type": tag, "arch": _LIST.format(tag=tag)})
        self._owned("ir.ui.view", "view_vigil_settings_rule_list", {
            "name": "vigil.settings.rule.list", "model": "vigil.settings.rule", "type": tag, "arch": _RULES.format(tag=tag)})
        self._owned("ir.actions.act_window", "action_vigil_event", {
            "name": "Activity", "res_model": "vigil.event", "view_mode": f"{tag},form",
            "search_view_id": self.env.ref("vigil.view_vigil_event_search").id,
            "help": "<p class='o_view_nocontent_smiling_face'>Nothing has happened yet</p>"
                    "<p>Every change of a tracked record appears here with who made it, and when.</p>",
        })

    @api.model
    def _set_up_cron(self):
        """The look at the outbox's limit, every ten minutes: 17 counts the calls, later series do not."""
        values = {"name": "Vigil: limit of the outbox", "model_id": self.env["ir.model"]._get("vigil.tracking").id, "state": "code",
                  "code": "model._check_limit()", "interval_number": 10, "interval_type": "minutes",
                  "user_id": self.env.ref("base.user_root").id}
        if "numbercall" in self.env["ir.cron"]._fields:
            values["numbercall"] = -1
        self._owned("ir.cron", "ir_cron_limit", values)

    @api.model
    def _owned(self, model, name, values):
        """Create or update a record under an xmlid of this module: it leaves with the module."""
        # as a data file does: a scheduled action's server action gets its xmlid too, or Odoo counts it as customization
        return self.env[model]._load_records([{"xml_id": f"vigil.{name}", "values": values, "noupdate": False}], update=True)
