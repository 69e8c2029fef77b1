"""The person behind a request: who, acting as whom, in which session, from where."""
from . import context

_TEXT_LIMIT = 256
#: where impersonation modules keep the real person in the session; the first is Vigil's own note on /web/become
_IMPERSONATORS = ("vigil_person", "impersonate_from_uid", "original_uid")


def of_request(request):
    """uid, as_uid, session, ip, user_agent and request_id of a request (also under sudo(), which keeps them)."""
    session = getattr(request, "session", None)
    env = getattr(request, "env", None)
    data = {"request_id": context.notes(request)["request_id"]}
    session_uid = getattr(session, "uid", None)
    env_uid = env.uid if env is not None else None
    impersonator = next((session[key] for key in _IMPERSONATORS if session and session.get(key)), None)
    acting = env_uid or session_uid
    uid = impersonator or session_uid or env_uid
    if uid:
        data["uid"] = int(uid)
        if acting and acting != uid:
            data["as_uid"] = int(acting)
    if session_uid or (session is not None and not getattr(session, "is_new", True)):
        data["session"] = context.session_digest(session)
    data.update(_address(request))
    return data


def of_caller(request):
    """Where a call over /jsonrpc or /xmlrpc came from: it has no session, and its user is in its body."""
    return {"request_id": context.notes(request)["request_id"], **_address(request)}


def _address(request):
    http = getattr(request, "httprequest", None)
    if http is None:
        return {}
    # the header itself: Odoo's own parser answers nothing of a client that it does not know
    return {"ip": http.remote_addr, "user_agent": http.headers.get("User-Agent")}


def origin_of_request(request):
    """type, route, model, method (and server action) of a request."""
    notes = context.notes(request)
    origin = {"type": "rpc" if notes.get("rpc") else "http", "route": notes.get("route"),
              "model": notes.get("model"), "method": notes.get("method")}
    origin.update(notes.get("cron") or {})
    if notes.get("action"):
        origin.update(notes["action"], type="server_action")
    return origin


def clean(value):
    """Leave out what is missing, cut what is too long: headers and parameters are the client's words."""
    if isinstance(value, dict):
        return {key: clean(item) for key, item in value.items() if item is not None and item != ""}
    if isinstance(value, str):
        return value[:_TEXT_LIMIT].replace("\x00", "\ufffd")
    return value
