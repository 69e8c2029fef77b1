"""Where requests enter: their route is noted, their reads and failures leave an event."""
from odoo import models
from odoo.http import SessionExpiredException, request

from .. import compat, context, failures, reads
from ..sessions import gate, logins, policy


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    if compat.IS_17:

        @classmethod
        def _authenticate(cls, endpoint):
            return cls._vigil_gate(lambda: super(IrHttp, cls)._authenticate(endpoint))

    else:

        @classmethod
        def _authenticate_explicit(cls, auth):
            return cls._vigil_gate(lambda: super(IrHttp, cls)._authenticate_explicit(auth))

    @classmethod
    def _vigil_gate(cls, authenticate):
        """An ended session is logged out before Odoo looks at it: the request goes on as nobody's, or is refused."""
        row = gate.admit(request)
        try:
            with context.frame(authenticating=True):
                result = authenticate()
        except SessionExpiredException:
            gate.after(request, row)
            gate.refused(request)
            raise
        gate.after(request, row)
        if request.session.uid is None and request.env.uid and request.httprequest.headers.get("Authorization"):
            # a key in a header: there is no session to end, but a user who may be blocked
            gate.admit_remote(request.env, request.env.uid, request.httprequest.remote_addr)
            found = context.notes(request)
            logins.remote(request.env.registry, request.env.uid, "api_key", found.get("key_id"))
        return result

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
        if request and request.session.uid:
            limits = policy.limits(self.env, request.session.uid)
            info["vigil_session"] = {"db": self.env.cr.dbname, "uid": request.session.uid, "inactivity_s": limits.inactivity_s,
                                     "warning_s": limits.warning_s, "idle_s": self._vigil_idle_s()}
        info["vigil_auditor"] = self.env.user.has_group("vigil.group_auditor")
        return info

    def _vigil_idle_s(self):
        """Seconds since the person's last input as the browser told it: loading a page again is none. 0 before it told of one."""
        row = context.gate_row(request)
        return max(0.0, row.idle_s) if row and row.presence else 0.0
