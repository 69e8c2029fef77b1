"""Sessions, for people: live and past, and the button that ends one. The rows are the gate's; nobody writes them here."""
from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError

from .. import compat
from ..sessions import book, ending, keys, passkeys, patches, policy

ENDINGS = [
    ("logout", "Signed out"), ("inactivity", "Inactive for too long"), ("absolute", "Too old"), ("odoo", "Ended by Odoo"),
    ("terminated", "Ended by somebody"), ("replaced", "Replaced by a newer one"), ("blocked", "User blocked"),
    ("not_allowed", "Not allowed now or here"),
]


class VigilSession(models.Model):
    _name = "vigil.session"
    _description = "Session"
    _auto = False
    _log_access = False
    _order = "started_at desc, id desc"
    _rec_name = "login"

    session = fields.Char("Session (digest)", readonly=True)
    user_id = fields.Many2one("res.users", readonly=True)
    login = fields.Char(readonly=True)
    method = fields.Char("Signed in by", readonly=True)
    interface = fields.Char(readonly=True)
    started_at = fields.Datetime("Since", readonly=True)
    last_request_at = fields.Datetime("Last request", readonly=True)
    last_activity_at = fields.Datetime("Last activity", readonly=True)
    active_s = fields.Integer("Active (s)", readonly=True)
    idle_s = fields.Integer("Idle (s)", readonly=True)
    ip = fields.Char("IP address", readonly=True)
    user_agent = fields.Char("Browser as sent", readonly=True)
    ended_at = fields.Datetime("Until", readonly=True)
    end_reason = fields.Selection(ENDINGS, "Why it ended", readonly=True)
    end_note = fields.Char("Reason given", readonly=True)
    is_live = fields.Boolean("Live", compute="_compute_shown")
    is_mine = fields.Boolean("This one", compute="_compute_shown")
    device = fields.Char(compute="_compute_shown")
    place = fields.Char(compute="_compute_shown", help="The service knows places; Odoo does not.")
    duration = fields.Char(compute="_compute_shown", help="Right to a minute: presence is told once a minute.")

    def init(self):
        """Tables of the gate, the policy and the blocked."""
        book.create(self.env.cr)

    def _register_hook(self):
        patches.install()
        passkeys.install(self.env.registry)
        return super()._register_hook()

    @api.depends("ended_at", "started_at", "last_request_at", "user_agent", "session")
    def _compute_shown(self):
        from ..context import bound_request

        own = book.own_digest(bound_request()) if bound_request() else None
        for session in self:
            session.is_live = not session.ended_at
            session.is_mine = bool(own) and session.session == own
            session.device = _device(session.user_agent)
            session.place = _("unknown")
            until = session.ended_at or session.last_request_at
            length = max(until - session.started_at, timedelta()) if until and session.started_at else timedelta()
            minutes = int(length.total_seconds() // 60)
            session.duration = f"{minutes // 60}:{minutes % 60:02d}"

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        if not vals_list:
            return self.browse()
        raise AccessError(_("Sessions begin with a login."))

    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(_("Sessions cannot be changed, only ended."))

    def unlink(self):  # pylint: disable=method-required-super
        if not self:
            return True
        raise AccessError(_("Sessions cannot be deleted, only ended."))  # pylint: disable=no-raise-unlink

    def action_end(self, reason=None):
        """End these sessions: one's own, or anybody's for a manager."""
        manager = self.env.su or self.env.user.has_group("vigil.group_manager")
        if not manager and any(session.user_id != self.env.user for session in self):
            raise AccessError(_("Only Vigil managers end the sessions of others."))
        self.invalidate_recordset()
        ending.end_where(self.env, "o.id = ANY(%(ids)s)", {"ids": self.ids}, "terminated",
                         reason or _("Ended in Odoo"), book.actor(self.env))
        self.invalidate_recordset()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_block_user(self):
        """Block the users of these sessions until somebody lets them in again."""
        return self._block(True)

    def action_unblock_user(self):
        """Let the users of these sessions in again."""
        return self._block(False)

    def _block(self, blocked):
        if not (self.env.su or self.env.user.has_group("vigil.group_manager")):
            raise AccessError(_("Only Vigil managers block users."))
        users = self.sudo().mapped("user_id").exists()
        if blocked and self.env.user in users:
            raise UserError(_("You cannot block yourself."))
        for user in users:
            ending.block(self.env, user, blocked, _("Blocked in Odoo") if blocked else _("Unblocked in Odoo"), book.actor(self.env))
        self.invalidate_recordset()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.model
    def _sweep(self):
        """Scheduled: what nobody touches any more ends, keys about to expire are told, old rows go."""
        ending.sweep(self.env.registry)
        keys.tell_expiring(self.env)
        book.clean(self.env.cr)

    @api.model
    def _rescue(self, login):
        """The way back for a locked-out administrator, from `odoo-bin shell`: unblocked, and exempt from the policy."""
        user = self.env["res.users"].sudo().search([("login", "=", login)], limit=1)
        if not user:
            raise UserError(_("Nobody has this login."))
        by = {"service": "rescue"}
        ending.block(self.env, user, False, "rescue", by)
        rules = policy.state(self.env.cr)["policy"]
        if rules and login not in (rules.get("exempt") or []):
            policy.store(self.env.cr, {**rules, "exempt": [*(rules.get("exempt") or []), login]}, "rescue", by)
        return True


def _device(agent):
    """Browser and system in short; the service knows versions."""
    agent = agent or ""
    browsers = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
                ("python-requests", "Python"))
    systems = (("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iOS"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"))
    found = [next((name for mark, name in marks if mark in agent), "") for marks in (browsers, systems)]
    return " · ".join(filter(None, found)) or _("unknown")


class ResUsersBlocked(models.Model):
    _inherit = "res.users"

    def _set_password(self):
        result = super()._set_password()
        self._vigil_account("password_changed")
        return result

    def _inverse_token(self):
        """Of auth_totp, where it is installed."""
        result = super()._inverse_token()
        for user in self:
            user._vigil_account("totp_enabled" if user.sudo().totp_secret else "totp_disabled")
        return result

    def _vigil_account(self, what, **details):
        """`account.*` in the transaction of the change."""
        from .. import outbox

        severity = "high" if what == "totp_disabled" else "medium"
        for user in self:
            outbox.emit(self.env.cr, {
                "kind": f"account.{what}", "category": "auth", "severity": severity, "model": "res.users", "record_id": user.id,
                "details": {"user": {"id": user.id, "login": user.sudo().login}, **details}})


class ResUsersApikeys(models.Model):
    _inherit = "res.users.apikeys"

    def _check_credentials(self, *, scope, key):
        uid = super()._check_credentials(scope=scope, key=key)
        if uid and self._name == "res.users.apikeys":
            keys.note(self.env, uid, key)
        return uid

    def _generate(self, *args, **kwargs):
        key = super()._generate(*args, **kwargs)
        if self._name == "res.users.apikeys":
            name = kwargs.get("name") or (args[1] if len(args) > 1 else "")
            self.env.cr.execute("SELECT max(id) FROM res_users_apikeys WHERE user_id = %s AND index = %s", (self.env.uid, key[:8]))
            expires = kwargs.get("expiration_date") or (args[2] if len(args) > 2 else None)
            keys.event(self.env.cr, "created", self.env.cr.fetchone()[0], name, self.env.uid, self.env.user.sudo().login,
                       expires_at=expires and fields.Datetime.to_string(expires))
        return key

    def unlink(self):
        if self._name == "res.users.apikeys":
            for key in self.sudo():
                keys.event(self.env.cr, "revoked", key.id, key.name, key.user_id.id, key.user_id.login)
            keys.forget()
        result = super().unlink()
        # 17 and 18 go on taking a removed key from their cache
        self.env.registry.clear_cache()
        return result
