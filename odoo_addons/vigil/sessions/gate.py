"""Every request passes here: an ended session, a blocked user, a limit of the policy that is reached.

One indexed read in the request's own transaction, which begins with it: what was committed before the request came is
seen, in every worker. The table decides, not the session's file: a request under way may write the deleted file again.
"""
import logging

from odoo import api, http
from odoo.exceptions import AccessDenied
from odoo.http import SessionExpiredException
from odoo.tools import config

from .. import attribution, context, outbox, signal
from . import book, ending, policy

_logger = logging.getLogger(__name__)

#: what a page asks for by itself
_POLLING = ("/websocket", "/bus/", "/longpolling", "/web/webclient/", "/web/assets", "/web/image", "/web/content", "/web/static",
            "/vigil/session", "/web/bundle", "/mail/thread/", "/mail/init_messaging", "/mail/data", "/discuss/")
_READS = ("read", "search", "web_search", "web_read", "name_", "get_", "fields_", "has_", "check_", "default_", "formatted_",
          "load_", "systray_", "search_panel")


def admit(request):
    """Take the request's session, or log it out here and now. :return: the Row, or None without a session"""
    session, env = request.session, request.env
    uid = session.uid
    if uid is None:
        return None
    digest = context.session_digest(session)
    row = _read(env, digest, uid)
    context.notes(request)["session_row"] = (digest, row)
    why = refusal(env, row, uid, _address(request))
    if why is None:
        return row
    if not row.ended:
        end_apart(request, digest, uid, *why)
    context.notes(request)["refused"] = True
    with context.frame(session_silent=True):
        session.logout(keep_db=True)
    # a new id now, not when the session is saved: the login page's CSRF token is made of the id
    store = http.root.session_store
    store.delete(session)
    session.sid, session.should_rotate = store.generate_key(), False
    request.env = api.Environment(env.cr, None, session.context)
    transaction = getattr(request.env, "transaction", None)
    if getattr(transaction, "default_env", None) is not None:  # 19
        transaction.default_env = request.env
    return row


def refusal(env, row, uid, address):
    """(end reason, note) when this session may not go on, or None."""
    if row.ended:
        return "ended", None
    if row.blocked:
        return "blocked", "blocked"
    limits = policy.limits(env, uid, row.state)
    if row.known and limits.inactivity_s and row.idle_s > limits.inactivity_s:
        return "inactivity", None
    if row.known and limits.absolute_s and row.age_s > limits.absolute_s:
        return "absolute", None
    if not policy.in_hours(limits):
        return "not_allowed", "not_allowed_hours"
    if not policy.in_networks(limits, address):
        return "not_allowed", "not_allowed_network"
    return None


def end_apart(request, digest, uid, reason, note=None):
    """End one session on a cursor of its own: the refusal that follows rolls the request back."""
    registry = request.env.registry if request.env is not None else request.registry
    by = {"service": "policy"} if reason in ("not_allowed", "blocked") else None
    who = attribution.describe()
    who.update(uid=uid, session=digest)
    ending.end_one(registry, digest, reason, note, by, who)


def after(request, row):
    """What the request's authentication has made of the session: adopt, touch, or note that Odoo ended it."""
    notes = context.notes(request)
    if row is None or notes.get("refused"):
        return
    digest, _row = notes["session_row"]
    registry = request.env.registry
    if request.session.uid is None:
        if row.known and not row.ended:  # the password changed, or the user was archived
            end_apart(request, digest, row.user_id, "odoo")
        return
    if not row.known:
        _adopt(request, registry, digest)
    elif not row.presence and row.idle_s > book.PRECISION_SECONDS and is_personal(request):
        book.activity(registry, digest, presence=False)
    elif row.request_s > book.PRECISION_SECONDS:
        book.touch(registry, digest)


def refused(request):
    """A session that is over was shown again: leave `session.blocked`, throttled by session."""
    digest = (context.notes(request).get("session_row") or (None,))[0] or _cookie_digest(request)
    if not digest:
        return
    try:
        registry = request.env.registry
        raw = outbox._raw(request.env.cr)
        raw.execute("SELECT user_id, login, end_reason FROM vigil_session WHERE session = %s AND ended_at IS NOT NULL", (digest,))
        row = raw.fetchone()
        if row is None:
            return
        who = attribution.describe()
        who.update(session=digest)
        outbox.emit_apart(registry, {"kind": "session.blocked", "category": "auth", "severity": "medium", "details": {
            "session": digest, "user": {"id": row[0], "login": row[1]}, "reason": row[2], "route": who["origin"].get("route")}},
            key=f"session.blocked|{digest}", attribution=who)
    except Exception:  # noqa: BLE001 - the request is refused all the same
        _logger.info("Vigil could not record a refused session", exc_info=True)


def is_revoked(env, sid, uid):
    """For the websocket, which authenticates without a request: ended or blocked."""
    row = book.read(env.registry, env.cr, context.session_digest(_Sid(sid)), uid)
    return row.ended or row.blocked


def admit_remote(env, uid, address):
    """A remote call's user: blocked, or at a time or place that is not allowed. Raises AccessDenied."""
    state = signal.state(env.registry, outbox._raw(env.cr))
    limits = policy.limits(env, uid, state)
    reason = ("blocked" if uid in state.blocked else "not_allowed_hours" if not policy.in_hours(limits)
              else "not_allowed_network" if not policy.in_networks(limits, address) else None)
    if reason:
        from . import logins

        logins.failed(env.registry, logins.login_of(env.cr, uid), reason, uid=uid)
        raise AccessDenied()


def is_personal(request):
    """Whether a person set this request off, as far as one can tell: a page opened, a button, a save; no polling."""
    path = request.httprequest.path
    if path.startswith(_POLLING):
        return False
    headers = request.httprequest.headers
    if path.startswith("/web/dataset/call_"):
        method = path.rstrip("/").rsplit("/", 1)[-1]
        return not method.startswith(_READS)
    mode = headers.get("Sec-Fetch-Mode")
    return mode == "navigate" if mode else "text/html" in headers.get("Accept", "")


class _Sid:
    def __init__(self, sid):
        self.sid = sid


def _read(env, digest, uid):
    if getattr(env.cr, "readonly", False) and config.get("db_replica_host"):
        # a replica may not know yet what was revoked a moment ago
        with env.registry.cursor() as cr:
            return book.read(env.registry, cr, digest, uid)
    return book.read(env.registry, env.cr, digest, uid)


def _adopt(request, registry, digest):
    """A session from before Vigil, or one whose login could not be written down."""
    address = _address(request)
    agent = request.httprequest.headers.get("User-Agent")
    try:
        with book.apart(registry, quiet=True) as raw:
            book.begin(raw, digest, request.session.uid, request.session.get("login"), ip=address, user_agent=agent)
    except Exception:  # noqa: BLE001 - the next request tries again
        attribution.errors[registry.db_name] += 1
        _logger.info("Vigil could not write a session down", exc_info=True)


def _address(request):
    return request.httprequest.remote_addr


def _cookie_digest(request):
    sid = request.httprequest.cookies.get("session_id")
    return context.session_digest(_Sid(sid)) if sid else None


EXPIRED = SessionExpiredException
