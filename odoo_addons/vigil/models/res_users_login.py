"""Logins, by whichever of the three releases' signatures, and the checks of remote calls."""
from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import AccessDenied

from .. import compat, context
from ..sessions import gate, keys, logins


@contextmanager
def _attempt(registry, login):
    """Around a login: what fails is told once, with why; the exception goes on."""
    try:
        yield
    except AccessDenied as exception:
        if not getattr(exception, "_vigil_login", False):
            exception._vigil_login = True
            reason, uid = logins.reason_of(registry, login, exception)
            logins.failed(registry, login, reason, uid)
        raise
    except ValueError:  # a login with NUL: psycopg2 takes no such text
        logins.failed(registry, login, "other")
        raise


def _allow(registry, uid):
    """After right credentials; on a cursor of its own, as 17 and 18 check."""
    with registry.cursor() as cr:
        logins.check_allowed(compat.superuser_env(cr), uid)
    if logins.interface() != "web":
        found = logins.notes()
        logins.remote(registry, uid, found.get("method"), found.get("key_id"))


class ResUsers(models.Model):
    _inherit = "res.users"

    if compat.IS_17:

        @classmethod
        def _login(cls, db, login, password, user_agent_env):
            with _attempt(cls.pool, login):
                uid = super()._login(db, login, password, user_agent_env=user_agent_env)
                _allow(cls.pool, uid)
            return uid

    elif compat.IS_18:

        @classmethod
        def _login(cls, db, credential, user_agent_env):
            with _attempt(cls.pool, credential.get("login")):
                info = super()._login(db, credential, user_agent_env=user_agent_env)
                _allow(cls.pool, info["uid"])
            return info

    else:

        def _login(self, credential, user_agent_env):
            with _attempt(self.env.registry, credential.get("login")):
                info = super()._login(credential, user_agent_env=user_agent_env)
                _allow(self.env.registry, info["uid"])
            return info

    def _check_credentials(self, credential, env):
        try:
            info = super()._check_credentials(credential, env)
        except AccessDenied as exception:
            kind = credential.get("type") if isinstance(credential, dict) else None
            if kind in ("totp", "totp_mail"):
                exception._vigil_login = True
                # between the two factors the request is still the public user's
                logins.failed(self.env.registry, self.sudo().login, "wrong_totp", self.id)
            raise
        logins.note_method(info)
        return info

    def _totp_check(self, code):
        """17 and 18 check the second factor here."""
        try:
            return super()._totp_check(code)
        except AccessDenied as exception:
            exception._vigil_login = True
            logins.failed(self.env.registry, self.sudo().login, "wrong_totp", self.id)
            raise

    def _on_login_cooldown(self, failures, previous):
        cooling = super()._on_login_cooldown(failures, previous)
        if cooling:
            logins.notes()["rate_limited"] = True
        return cooling

    if compat.IS_19:

        @api.model
        def _check_uid_passwd(self, uid, passwd):
            with _remote_attempt(self.env.registry, uid):
                result = super()._check_uid_passwd(uid, passwd)
            keys.remember(self.env.cr.dbname, uid, passwd)
            return result

    else:

        @classmethod
        def check(cls, db, uid, passwd):
            with _remote_attempt(cls.pool, uid):
                result = super().check(db, uid, passwd)
            keys.remember(db, uid, passwd)
            return result

    def _compute_session_token(self, sid):
        """Every path that takes a session asks for its token; those without a request (the websocket) are held here."""
        token = super()._compute_session_token(sid)
        if token and context.bound_request() is None and gate.is_revoked(self.env, sid, self.id):
            return False
        return token


@contextmanager
def _remote_attempt(registry, uid):
    logins.notes().pop("method", None)
    try:
        yield
    except AccessDenied as exception:
        if not getattr(exception, "_vigil_login", False):
            exception._vigil_login = True
            reason = "rate_limited" if logins.notes().get("rate_limited") else "wrong_password"
            try:
                with registry.cursor() as cr:
                    login = logins.login_of(cr, int(uid))
            except Exception:  # noqa: BLE001 - the uid is the client's word
                login = str(uid)
            logins.failed(registry, login, reason, int(uid) if login and str(uid).isdigit() else None)
        raise


