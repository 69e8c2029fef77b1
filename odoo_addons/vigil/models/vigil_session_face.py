"""Vigil → Sessions: the list and its actions, whose tag depends on the release."""
from odoo import _, api, models

from .. import compat

_LIST = """<{tag} create="0" edit="0" delete="0" decoration-muted="not is_live" decoration-bf="is_mine">
    <header><button name="action_end" type="object" string="End"/></header>
    <field name="user_id"/><field name="is_live" widget="boolean_toggle" readonly="1"/><field name="device"/><field name="place" optional="show"/><field name="ip"/>
    <field name="started_at"/><field name="last_activity_at"/><field name="duration"/><field name="method" optional="show"/>
    <field name="ended_at" optional="show"/><field name="end_reason"/><field name="is_mine" column_invisible="1"/>
    <field name="active_s" optional="hide"/><field name="idle_s" optional="hide"/><field name="session" optional="hide"/>
    <button name="action_end" type="object" string="End" icon="fa-sign-out" invisible="not is_live"/>
</{tag}>"""


class VigilSession(models.Model):
    _inherit = "vigil.session"

    @api.model
    def _set_up_views(self):
        """The list (`tree` in 17), and the action that shows who is in."""
        tag, face = compat.LIST_VIEW, self.env["vigil.face"]
        face._owned("ir.ui.view", "view_vigil_session_list", {
            "name": "vigil.session.list", "model": "vigil.session", "type": tag, "arch": _LIST.format(tag=tag)})
        face._owned("ir.actions.act_window", "action_vigil_session", {
            "name": "Sessions", "res_model": "vigil.session", "view_mode": f"{tag},form", "context": "{'search_default_live': 1}",
            "search_view_id": self.env.ref("vigil.view_vigil_session_search").id,
            "help": "<p class='o_view_nocontent_smiling_face'>Nobody is in</p><p>Who signs in appears here, with device and duration.</p>",
        })

    @api.model
    def action_mine(self):
        """ "My sessions", for everybody."""
        return {
            "type": "ir.actions.act_window", "name": _("My sessions"), "res_model": "vigil.session",
            "views": [[False, "list"], [False, "form"]], "domain": [("user_id", "=", self.env.uid)], "context": {"search_default_live": 1},
        }
