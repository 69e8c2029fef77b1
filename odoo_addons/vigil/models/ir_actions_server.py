"""Server actions: named as the origin when a person ran one on purpose, or when there is no person."""
from odoo import models

from .. import context


class IrActionsServer(models.Model):
    _inherit = "ir.actions.server"

    def run(self):
        action = {"id": self[:1].id, "name": self[:1].sudo().name}
        request = context.bound_request()
        if request:
            notes = context.notes(request)
            if notes.get("model") == self._name or str(notes.get("route")).startswith("/web/action/run"):
                # on the request, not in the frame: the transaction commits when the frame is gone
                notes["action"] = action
        with context.frame(action=action):
            return super().run()
