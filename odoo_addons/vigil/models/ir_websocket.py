"""The websocket: held by the gate like a request, and where the browser tells of its person once a minute."""
from odoo import models
from odoo.http import SessionExpiredException, request

from odoo.addons.bus.websocket import wsrequest

from .. import compat, context
from ..sessions import book, gate


class IrWebsocket(models.AbstractModel):
    _inherit = "ir.websocket"

    @classmethod
    def _authenticate(cls):
        session = wsrequest.session
        if session.uid is not None and gate.is_revoked(wsrequest.env, session.sid, session.uid):
            raise SessionExpiredException("Session expired")
        return super()._authenticate()

    if compat.IS_19:

        def _update_mail_presence(self, inactivity_period):
            self._vigil_presence(inactivity_period)
            return super()._update_mail_presence(inactivity_period)

    else:

        def _update_bus_presence(self, inactivity_period, im_status_ids_by_model):
            self._vigil_presence(inactivity_period)
            return super()._update_bus_presence(inactivity_period, im_status_ids_by_model)

    def _vigil_presence(self, inactivity_ms):
        """A report of an idle browser says so: it moves the last request, not the last activity."""
        current = request or wsrequest
        digest = context.session_digest(current.session) if current.session.uid else None
        if digest:
            book.activity(self.env.registry, digest, float(inactivity_ms or 0) / 1000)
