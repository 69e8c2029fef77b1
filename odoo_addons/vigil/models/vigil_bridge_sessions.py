"""Sessions, policy and keys for the service: wire protocol 1, since addon 0.2.0."""
import json

from odoo import _, api, models
from odoo.exceptions import UserError

from .. import outbox
from ..capture import status
from ..sessions import book, ending, keys, policy
from .vigil_bridge import _text

_PAGE = f"""SELECT jsonb_strip_nulls(jsonb_build_object('session', s.session,
        'user', jsonb_build_object('id', s.user_id, 'login', coalesce(u.login, s.login, ''), 'name', coalesce(p.name, '')),
        'method', s.method, 'interface', s.interface, 'started_at', {book.ISO.format('s.started_at')},
        'last_request_at', {book.ISO.format('s.last_request_at')}, 'last_activity_at', {book.ISO.format('s.last_activity_at')},
        'active_s', s.active_s, 'idle_s', s.idle_s, 'ip', s.ip, 'user_agent', s.user_agent,
        'ended_at', {book.ISO.format('s.ended_at')}, 'end_reason', s.end_reason, 'ended_by', s.ended_by))::text,
       s.xid::text, s.id, pg_snapshot_xmin(pg_current_snapshot())::text
  FROM vigil_session s LEFT JOIN res_users u ON u.id = s.user_id LEFT JOIN res_partner p ON p.id = u.partner_id
 WHERE (s.xid, s.id) > (%s::text::xid8, %s) ORDER BY s.xid, s.id LIMIT %s"""


class VigilBridge(models.AbstractModel):
    _inherit = "vigil.bridge"

    @api.model
    def sessions(self, request=None):
        """Sessions changed since the cursor, one query. A transaction that was still open is read again: upsert them.

        :return: JSON text of a SessionsPage
        """
        self._check_bridge()
        request = request or {}
        try:
            xid, last = (int(part) for part in str(request.get("since") or "0:0").split(":"))
            limit = min(max(int(request.get("limit") or 1000), 1), 10000)
        except ValueError:
            raise UserError(_("vigil.bad_cursor: this cursor is not one of `sessions`.")) from None
        raw = outbox._raw(self.env.cr)
        raw.execute(_PAGE, (str(max(xid, 0)), last, limit + 1))
        rows = raw.fetchall()
        more = len(rows) > limit
        if more:
            cursor = f"{rows[limit - 1][1]}:{rows[limit - 1][2]}"
        elif rows:
            # what is open now may commit a lower place later
            cursor = min((int(rows[-1][1]), rows[-1][2]), (int(rows[-1][3]) - 1, 2**31 - 1))
            cursor = f"{cursor[0]}:{cursor[1]}"
        else:
            cursor = f"{xid}:{last}"
        return '{"server_time":%s,"cursor":"%s","more":%s,"sessions":[%s]}' % (
            _text(status.server_time(self.env.cr)), cursor, _text(more), ",".join(row[0] for row in rows[:limit]))

    @api.model
    def session_end(self, request=None):
        """End one session, all of a login, or all. :return: {ended}"""
        self._check_bridge(manage=True)
        request = request or {}
        given = [key for key in ("session", "login", "all") if request.get(key)]
        if len(given) != 1:
            raise UserError(_("vigil.bad_request: say one of `session`, `login` or `all`."))
        where, params = {
            "session": ("o.session = %(session)s", {"session": str(request.get("session"))}),
            "login": ("o.user_id IN (SELECT id FROM res_users WHERE login = %(login)s)", {"login": str(request.get("login"))}),
            "all": ("TRUE", {}),
        }[given[0]]
        note, by = self._vigil_words(request)
        return _text({"ended": ending.end_where(self.env, where, params, "terminated", note, by)})

    @api.model
    def user_block(self, request=None):
        """Block a user, or let them in again. :return: {login, blocked}"""
        self._check_bridge(manage=True)
        request = request or {}
        user = self._vigil_user(request)
        blocked = bool(request.get("blocked"))
        if blocked and user == self.env.user:
            raise UserError(_("vigil.bad_request: the service cannot block its own user."))
        note, by = self._vigil_words(request)
        ending.block(self.env, user, blocked, note, by)
        return _text({"login": user.login, "blocked": blocked})

    @api.model
    def policy_get(self, request=None):
        """The session policy. :return: {policy, version, changed_at?, changed_by?}"""
        self._check_bridge()
        return _text(policy.state(self.env.cr))

    @api.model
    def policy_set(self, request=None):
        """Change the session policy, at once for all workers (as JSON text: XML-RPC has no null). :return: as policy_get"""
        self._check_bridge(manage=True)
        request = request or {}
        note, by = self._vigil_words(request)
        given = request.get("policy")
        try:
            return _text(policy.store(self.env.cr, json.loads(given) if isinstance(given, str) else given, note, by))
        except ValueError as error:
            raise UserError(_("vigil.bad_policy: %s", error)) from None

    @api.model
    def notify(self, request=None):
        """A message in the inbox of a user. :return: {notified}"""
        self._check_bridge(manage=True)
        request = request or {}
        user = self.env["res.users"].sudo().search([("login", "=", str(request.get("login") or ""))], limit=1)
        if not user or not user.active or user.share:
            return _text({"notified": False})
        self.env["vigil.session"]._notify_user(user, str(request.get("subject") or ""), str(request.get("body") or ""))
        return _text({"notified": True})

    @api.model
    def key_rotate(self, request=None):
        """A new API key for the user of this call. :return: {key, key_id, expires_at?}"""
        self._check_bridge()
        state = keys.status(self.env)
        if not state["rotatable"]:
            raise UserError(_("vigil.key_not_rotatable: %s", state.get("reason") or ""))
        return _text(keys.rotate(self.env))

    @api.model
    def key_revoke(self, request=None):
        """Take away one of the own keys of the user of this call. :return: {revoked}"""
        self._check_bridge()
        key_id = (request or {}).get("key_id")
        found = self.env["res.users.apikeys"].sudo().search([("id", "=", int(key_id or 0)), ("user_id", "=", self.env.uid)])
        found.unlink()
        return _text({"revoked": bool(found)})

    @api.model
    def key_status(self, request=None):
        """Of the key that this call came with. :return: {key_id?, expires_at?, rotatable, reason?}"""
        self._check_bridge()
        return _text(keys.status(self.env))

    @api.model
    def _vigil_user(self, request):
        user = self.env["res.users"].sudo().with_context(active_test=False).search([("login", "=", str(request.get("login") or ""))], limit=1)
        if not user:
            raise UserError(_("vigil.no_such_user: nobody has this login."))
        return user

    @api.model
    def _vigil_words(self, request):
        """(reason, by): both are the service's words, kept in the event."""
        return book.text(request.get("reason") or "", 500), {"service": book.text(request.get("by") or self.env.user.login, 256)}
