"""Where Odoo's session begins and ends. Class methods of the process, for all its databases: each asks whether the
session's database has Vigil, and hands on to the original whatever happens."""
import logging

from odoo import http
from odoo.modules.registry import Registry

from .. import attribution, context
from . import book, ending, logins

_logger = logging.getLogger(__name__)


def _finalize(self, env):
    """A login is complete (after the second factor, where there is one)."""
    result = _finalize.origin(self, env)
    request = context.bound_request()
    if request is not None and self.uid and book.active(env.registry):
        notes = context.notes(request)
        method = "totp" if (notes.get("route") or request.httprequest.path) .startswith("/web/login/totp") else notes.get("method")
        notes["login"] = {"db": env.registry.db_name, "method": method or "unknown"}
    return result


def _save_session(self, *args, **kwargs):
    """The session has its final id now: a login is written down under it, a changed id keeps its history."""
    session = self.session
    uid, key = session.uid, session.sid[:context.SESSION_KEY_LENGTH]
    result = _save_session.origin(self, *args, **kwargs)
    pending = context.notes(self).pop("login", None) if "_vigil_notes" in self.__dict__ else None
    if session.uid and (pending or (uid == session.uid and key != session.sid[:context.SESSION_KEY_LENGTH])):
        registry = Registry.registries.get(pending["db"] if pending else session.db)
        if not book.active(registry):
            return result
        if pending:
            logins.begin(registry, session, pending)
        else:
            _renamed(registry, context.digest_of(key), context.session_digest(session))
    return result


def _renamed(registry, old, new):
    """A new id in the middle of a session: the row follows; if it has ended, the new id has ended too."""
    try:
        with book.apart(registry, quiet=True) as raw:
            raw.execute("UPDATE vigil_session SET session = %s, xid = pg_current_xact_id() WHERE session = %s AND ended_at IS NULL", (new, old))
            if not raw.rowcount:
                raw.execute(
                    "INSERT INTO vigil_session (session, user_id, login, method, ip, user_agent, ended_at, end_reason, end_note)"
                    " SELECT %s, user_id, login, method, ip, user_agent, ended_at, end_reason, end_note FROM vigil_session"
                    " WHERE session = %s AND ended_at IS NOT NULL ON CONFLICT DO NOTHING", (new, old))
    except Exception:  # noqa: BLE001 - adopted at its next request
        attribution.errors[registry.db_name] += 1
        _logger.warning("Vigil could not follow a session to its new id", exc_info=True)


def _logout(self, *args, **kwargs):
    """The person leaves, or Odoo itself ends the session (told by the gate, which knows why)."""
    uid, digest, db = self.uid, context.session_digest(self), self.db
    request = context.bound_request()
    result = _logout.origin(self, *args, **kwargs)
    if uid and request is not None and db and not context.lookup("session_silent"):
        registry = Registry.registries.get(db)
        if book.active(registry):
            who = attribution.describe()
            who.update(uid=uid, session=digest)
            ending.end_one(registry, digest, "odoo" if context.lookup("authenticating") else "logout", who=who)
    return result


_PATCHES = ((http.Session, "finalize", _finalize), (http.Request, "_save_session", _save_session), (http.Session, "logout", _logout))


def install():
    """Stand around Odoo's own methods; the originals are kept. Idempotent."""
    for owner, name, patch in _PATCHES:
        if getattr(owner, name) is not patch:
            patch.origin = getattr(owner, name)
            setattr(owner, name, patch)


def uninstall():
    """Give the methods back, unless somebody patched over them."""
    for owner, name, patch in _PATCHES:
        if getattr(owner, name) is patch:
            setattr(owner, name, patch.origin)


install()
