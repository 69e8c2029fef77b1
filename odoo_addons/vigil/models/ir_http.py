"""Where requests enter: their route is noted, their reads and failures leave an event."""
from odoo import models
from odoo.http import request

from .. import context, failures, reads


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, args):
        context.note_rule(request, rule)
        if rule.rule == "/web/become" and request.session.uid:
            # the session becomes the superuser's; who it was stays known
            request.session["vigil_person"] = request.session.get("vigil_person") or request.session.uid
        return super()._pre_dispatch(rule, args)

    @classmethod
    def _dispatch(cls, endpoint):
        context.note_call(request)
        result = super()._dispatch(endpoint)
        reads.of_request(request, result)
        return result

    @classmethod
    def _handle_error(cls, exception):
        failures.of_request(request, exception)
        return super()._handle_error(exception)

    def session_info(self):
        """Tell the web client whether to offer "History"."""
        info = super().session_info()
        info["vigil_auditor"] = self.env.user.has_group("vigil.group_auditor")
        return info
