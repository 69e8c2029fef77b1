"""What a thread is doing right now: the HTTP request it serves, the remote call, cron or server action it runs.

Frames nest: a cron may run a server action. The request's own notes hang on the request object, because a
transaction commits after the controller returned, when every frame is gone.
"""
import hashlib
import re
import threading
import uuid
from contextlib import contextmanager

from odoo.http import request

_local = threading.local()

#: a client's own request id is taken when it looks like one (uuid, ULID, trace id)
_SANE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
#: the part of Odoo's session id that identifies the session (19 rotates the rest)
SESSION_KEY_LENGTH = 42


@contextmanager
def frame(**values):
    """Note what this thread does until the block ends."""
    stack = _stack()
    stack.append(values)
    try:
        yield values
    finally:
        stack.pop()


def lookup(name):
    """The innermost value noted under this name, or None."""
    for values in reversed(_stack()):
        if values.get(name) is not None:
            return values[name]
    return None


def hangs_on_request():
    """Whether this thread serves a request and nothing else is noted about it."""
    return bool(request) and not _stack()


def _stack():
    if not hasattr(_local, "stack"):
        _local.stack = []
    return _local.stack


def bound_request():
    """The request of this thread (HTTP or websocket), or None."""
    return request._get_current_object() if request else None


def notes(req):
    """The notes Vigil keeps on a request: id, route, model, method, server action."""
    found = req.__dict__.get("_vigil_notes")
    if found is None:
        found = req.__dict__["_vigil_notes"] = {"request_id": _request_id(req)}
    return found


def gate_row(req):
    """What the gate found when the request came (book.Row), or None for one without a session."""
    return (notes(req).get("session_row") or (None, None))[1]


def note_rule(req, rule):
    """Remember the route's pattern, never the path: paths carry tokens (`/mail/track/<id>/<token>`)."""
    notes(req)["route"] = rule.rule.split("/<path:")[0]


def note_call(req):
    """Remember which model and method a remote call names; False when the request is no remote call."""
    params = req.params or {}
    kept = notes(req)
    route = kept.get("route") or ""
    if route.startswith(("/web/dataset/call_kw", "/web/dataset/call_button")):
        kept["rpc"], kept["model"], kept["method"] = True, params.get("model"), params.get("method")
    elif route.startswith("/json/2/"):
        kept["route"], kept["rpc"] = "/json/2", True
        kept["model"], kept["method"] = params.get("__model__"), params.get("__method__")
    return kept.get("rpc", False)


def session_digest(session):
    """SHA-256 of the session id's identifying part; the id itself would be a way to take the session over."""
    sid = getattr(session, "sid", None)
    return digest_of(sid) if sid else None


def digest_of(sid):
    """The same of an id, whole or only its identifying part."""
    return hashlib.sha256(sid[:SESSION_KEY_LENGTH].encode()).hexdigest()


def _request_id(req):
    # a stand-in for a request, as Odoo's own tests put there, may have no headers
    headers = getattr(getattr(req, "httprequest", None), "headers", None)
    given = headers.get("X-Request-Id", "") if headers else ""
    return given if _SANE_ID.fullmatch(given) else str(uuid.uuid4())
