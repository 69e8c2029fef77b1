"""What the web client says of its person, and asks of its session."""
from odoo import http
from odoo.http import request

from .. import compat, context
from ..sessions import book, policy


class VigilSessionController(http.Controller):

    @http.route("/vigil/session/activity", type=compat.JSON_ROUTE_TYPE, auth="user", save_session=False)
    def activity(self, idle_ms=None):
        """`idle_ms` since the person's last key or click; without it only a question. :return: what the warning needs, in seconds"""
        registry, digest = request.env.registry, context.session_digest(request.session)
        if idle_ms is not None:
            book.activity(registry, digest, float(idle_ms) / 1000)
        with registry.cursor() as cr:  # what was written a moment ago lies outside this request's snapshot
            row = book.read(registry, cr, digest, request.session.uid)
        limits = policy.limits(request.env, request.session.uid, row.state)
        return {
            "ended": bool(row.ended), "idle_s": row.idle_s or 0, "inactivity_s": limits.inactivity_s, "warning_s": limits.warning_s,
            "left_s": limits.inactivity_s and max(0.0, limits.inactivity_s - (row.idle_s or 0)),
            "absolute_left_s": limits.absolute_s and max(0.0, limits.absolute_s - (row.age_s or 0)),
        }
