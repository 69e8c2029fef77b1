"""Logins, right and wrong, over the web and by remote call. Each survives the rollback of its request; none is ever
hindered by what goes wrong here: a loss is counted and told with the next login."""
import hashlib
import logging
import re
import time
from collections import Counter

from odoo.exceptions import AccessDenied

from .. import attribution, compat, context, outbox, signal
from . import book, ending, policy

_logger = logging.getLogger(__name__)

_METHODS = {"apikey": "api_key", "webauthn": "passkey", "totp_mail": "totp"}
#: logins that could not be written down, by database
lost = Counter()
#: a remote caller's login and key use are told once in this time
REMOTE_SECONDS = 3600
_told = {}
_A_LOGIN = re.compile(r"[^@\s]{1,128}@[^@\s]{1,128}|[a-z][a-z._-]{0,39}")


def interface(http=None):
    """web, jsonrpc, xmlrpc or json2."""
    http = http or context.bound_request() or context.lookup("caller")
    path = http.httprequest.path if http is not None and getattr(http, "httprequest", None) else ""
    for start, name in (("/jsonrpc", "jsonrpc"), ("/xmlrpc", "xmlrpc"), ("/json/2", "json2")):
        if path.startswith(start):
            return name
    return "web"


def notes():
    """Where the steps of one login leave word for each other: on the HTTP request."""
    http = context.bound_request() or context.lookup("caller")
    return context.notes(http) if http is not None else {}


def note_method(info):
    """By what the credentials were right; `info` is 18's auth_info, or None in 17."""
    found = notes()
    if found.get("key_id"):
        found["method"] = "api_key"
    elif isinstance(info, dict) and info.get("auth_method"):
        found["method"] = _METHODS.get(info["auth_method"], info["auth_method"])
    else:
        found["method"] = "oauth" if (found.get("route") or "").startswith("/auth_oauth") else "password"


def check_allowed(env, uid):
    """After the credentials were right: may this user come in now, from here, once more? Raises AccessDenied."""
    state = signal.state(env.registry, outbox._raw(env.cr))
    if uid in state.blocked:
        raise Refused("blocked", compat.translate(env, "Your access is blocked. Ask your administrator."))
    limits = policy.limits(env, uid, state)
    http = context.bound_request() or context.lookup("caller")
    if not policy.in_hours(limits):
        raise Refused("not_allowed_hours", compat.translate(env, "You may not sign in at this time."))
    if http is not None and not policy.in_networks(limits, http.httprequest.remote_addr):
        raise Refused("not_allowed_network", compat.translate(env, "You may not sign in from this place."))
    if limits.max_sessions and limits.mode == "oldest_stays" and interface() == "web":
        ending.sweep(env.registry, uid)
        with env.registry.cursor() as cr:
            if _live(cr, uid) >= limits.max_sessions:
                raise Refused("too_many_sessions", compat.translate(env, "You are signed in too often: sign out elsewhere first."))


class Refused(AccessDenied):
    """Right credentials, and still not."""

    def __init__(self, reason, message):
        super().__init__(message)
        self.reason = reason


def _live(cr, uid):
    cr.execute("SELECT count(*) FROM vigil_session WHERE user_id = %s AND ended_at IS NULL AND interface = 'web'", (uid,))
    return cr.fetchone()[0]


def failed(registry, login, reason, uid=None):
    """`session.login_failed`, throttled by address. Never raises."""
    try:
        who = attribution.describe()
        who.pop("session", None)
        if uid is None:
            who.pop("uid", None)
        else:
            who["uid"] = uid
        details = {"login_tried": shown(login, known=reason != "unknown_login"), "reason": reason, "interface": interface()}
        outbox.emit_apart(registry, {"kind": "session.login_failed", "category": "auth", "severity": "medium", "details": details},
                          key=f"login_failed|{who.get('ip')}", attribution=who)
    except Exception:  # noqa: BLE001 - the login fails as it was to
        lost[registry.db_name] += 1
        _logger.info("Vigil could not record a failed login", exc_info=True)


def shown(login, known):
    """A login as it may be kept: a password typed into the login field is a secret."""
    text = book.text(login if isinstance(login, str) else str(login or ""), 256)
    if known or _A_LOGIN.fullmatch(text):
        return text
    return "redacted:" + hashlib.sha256(text.encode()).hexdigest()[:16] if text else ""


def reason_of(registry, login, exception):
    """Why a login failed, and whose login it was if anybody's: (reason, uid)."""
    if isinstance(exception, Refused):
        found = exception.reason
    elif notes().get("rate_limited"):
        found = "rate_limited"
    else:
        found = None
    uid = None
    try:
        with registry.cursor() as cr:
            cr.execute("SELECT id FROM res_users WHERE login = %s AND active", (book.text(login, 1024),))
            row = cr.fetchone()
            uid = row and row[0]
    except Exception:  # noqa: BLE001 - the database is in trouble: the reason stays vague
        return found or "other", None
    return found or ("wrong_password" if uid else "unknown_login"), uid


def login_of(cr, uid):
    raw = outbox._raw(cr)
    raw.execute("SELECT login FROM res_users WHERE id = %s", (uid,))
    row = raw.fetchone()
    return row[0] if row else ""


def begin(registry, session, pending):
    """A web session is saved under its final id: write it down, tell of it, hold the number of sessions. Never raises."""
    try:
        _begin(registry, session, pending)
    except Exception:  # noqa: BLE001 - the person is in; the session is adopted at its next request
        lost[registry.db_name] += 1
        _logger.warning("Vigil could not record a login (%s so far)", lost[registry.db_name], exc_info=True)


def _begin(registry, session, pending):
    digest, uid = context.session_digest(session), session.uid
    who = attribution.describe()
    who.update(uid=uid, session=digest)
    agent = book.text(who.get("user_agent"))
    with book.apart(registry) as cr:
        cr.execute("SELECT pg_advisory_xact_lock(hashtext('vigil_session'), %s)", (uid,))
        cr.execute("SELECT EXISTS (SELECT FROM vigil_session WHERE user_id = %s AND user_agent IS NOT DISTINCT FROM %s)", (uid, agent))
        known = cr.fetchone()[0]
        if not book.begin(cr, digest, uid, session.get("login"), pending["method"], "web", who.get("ip"), agent):
            return  # a retry of the same request
        details = {"method": pending["method"], "session": digest, "interface": "web", "known_device": known}
        _tell_loss(registry, details)
        outbox.emit(cr, {"kind": "session.login", "category": "auth", "severity": "low", "details": details})
        outbox.attribute(cr, who)
        _hold_number(compat.superuser_env(cr), uid, digest)


def _tell_loss(registry, details):
    if lost[registry.db_name]:
        details["lost"] = lost.pop(registry.db_name)


def _hold_number(env, uid, digest):
    """The newer wins, or the older stays: under the user's lock, so that two logins at once count each other."""
    limits = policy.limits(env, uid)
    if not limits.max_sessions:
        return
    order = "DESC" if limits.mode == "newest_wins" else "ASC"
    where = (f"o.user_id = %(uid)s AND o.interface = 'web' AND o.id NOT IN (SELECT id FROM vigil_session WHERE user_id = %(uid)s"
             f" AND ended_at IS NULL AND interface = 'web' ORDER BY started_at {order}, id {order} LIMIT %(most)s)")
    by = book.actor(env(user=uid))
    ended = book.end(env.cr, where, {"uid": uid, "most": limits.max_sessions}, "replaced", "replaced", by)
    ending.after_commit(env, ended)


def remote(registry, uid, method=None, key_id=None):
    """A remote call was let in: once an hour by user, way, place and key it is told. Never raises."""
    http = context.bound_request() or context.lookup("caller")
    ip = http.httprequest.remote_addr if http is not None else None
    way = interface(http)
    key = f"remote|{uid}|{way}|{ip}|{key_id or method}"
    now = time.monotonic()
    if now - _told.get((registry.db_name, key), -REMOTE_SECONDS) < REMOTE_SECONDS:
        return
    if len(_told) > 10000:
        _told.clear()
    _told[(registry.db_name, key)] = now
    try:
        who = attribution.describe()
        who.update(uid=uid)
        with registry.cursor() as cr:
            if not book.seen(cr, key, REMOTE_SECONDS):
                return
            digest = hashlib.sha256(f"{registry.db_name}|{key}".encode()).hexdigest()
            details = {"method": method or "unknown", "session": digest, "interface": way, "known_device": True}
            _tell_loss(registry, details)
            outbox.emit(cr, {"kind": "session.login", "category": "auth", "severity": "low", "details": details})
            if key_id:
                cr.execute("SELECT to_jsonb(k)->>'name', to_jsonb(k)->>'expiration_date' FROM res_users_apikeys k WHERE id = %s", (key_id,))
                name, expires = cr.fetchone() or ("", None)
                used = {"key_id": key_id, "name": name, "interface": way}
                outbox.emit(cr, {"kind": "api_key.used", "category": "auth", "severity": "low",
                                 "details": {**used, "expires_at": expires} if expires else used})
            outbox.attribute(cr, who)
    except Exception:  # noqa: BLE001 - the call goes on
        lost[registry.db_name] += 1
        _told.pop((registry.db_name, key), None)
        _logger.info("Vigil could not record a remote login", exc_info=True)
