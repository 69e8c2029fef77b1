"""API keys: which one a call came with, made, taken away, about to expire, and the service's own key made anew."""
import hashlib
from datetime import datetime, timedelta

from .. import compat, outbox
from . import book, logins

#: an administrator without limits gets no longer than
MAX_DAYS = 90
WARN_DAYS = 14
_INDEX = 8
#: of the keys that are made here
_NAME = "Vigil service, "
#: remote calls are checked from a cache: by what they were right the first time
_credentials = {}


def note(env, uid, key):
    """Remember on the request which key was right."""
    raw = outbox._raw(env.cr)
    raw.execute("SELECT id FROM res_users_apikeys WHERE user_id = %s AND index = %s", (uid, key[:_INDEX]))
    found = raw.fetchall()
    if len(found) == 1:
        logins.notes()["key_id"] = found[0][0]


def remember(dbname, uid, secret):
    """After a cached check: what is known of these credentials goes onto the request."""
    place = (dbname, uid, hashlib.sha256(str(secret).encode("utf-8", "replace")).digest())
    found = logins.notes()
    if found.get("method"):
        if len(_credentials) > 4096:
            _credentials.clear()
        _credentials[place] = {key: found[key] for key in ("method", "key_id") if found.get(key)}
    else:
        found.update(_credentials.get(place, {}))


def forget():
    """A key is gone: nothing of what was cached counts."""
    _credentials.clear()


def rotate(env):
    """A new key for the user of the call, beside the one it came with. :return: {key, key_id, expires_at?}

    A newer one from an earlier call goes: its answer was lost, or the service would be calling with it.
    """
    keys = env["res.users.apikeys"].sudo()
    keys.search([("user_id", "=", env.uid), ("name", "=like", f"{_NAME}%"), ("id", ">", logins.notes().get("key_id") or 0)]).unlink()
    name = f"{_NAME}{datetime.now():%Y-%m-%d %H:%M}"
    expires = None
    if compat.IS_17:
        key = keys._generate(None, name)
    else:
        expires = datetime.now().replace(microsecond=0) + timedelta(days=_days(env))
        key = keys._generate(None, name, expires)
    raw = outbox._raw(env.cr)
    raw.execute("SELECT max(id) FROM res_users_apikeys WHERE user_id = %s AND index = %s", (env.uid, key[:_INDEX]))
    made = {"key": key, "key_id": raw.fetchone()[0]}
    return {**made, "expires_at": expires.isoformat() + "Z"} if expires else made


def _days(env):
    groups = env.user.all_group_ids if compat.IS_19 else env.user.groups_id
    allowed = [group.api_key_duration for group in groups.sudo() if getattr(group, "api_key_duration", 0)]
    return min(max(allowed, default=MAX_DAYS), MAX_DAYS)


def status(env):
    """Of the key that this call came with. :return: a KeyStatus"""
    key_id = logins.notes().get("key_id")
    if not key_id:
        return {"rotatable": False, "reason": "The service signs in with a password: give it an API key."}
    raw = outbox._raw(env.cr)
    raw.execute("SELECT to_jsonb(k)->>'expiration_date' FROM res_users_apikeys k WHERE id = %s", (key_id,))
    row = raw.fetchone()
    found = {"key_id": key_id, "rotatable": True}
    return {**found, "expires_at": row[0] + "Z"} if row and row[0] else found


def tell_expiring(env):
    """`api_key.expiring` for keys that have two weeks left, once a day."""
    if compat.IS_17:
        return
    cr = env.cr
    cr.execute("SELECT k.id, k.name, to_char(k.expiration_date, 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), u.id, u.login FROM res_users_apikeys k"
               f" JOIN res_users u ON u.id = k.user_id WHERE k.expiration_date BETWEEN {book.NOW} AND {book.NOW} + make_interval(days => %s)",
               (WARN_DAYS,))
    for key_id, name, expires, uid, login in cr.fetchall():
        if book.seen(cr, f"expiring|{key_id}", 86000):
            event(cr, "expiring", key_id, name, uid, login, "high", expires_at=expires)


def event(cr, what, key_id, name, uid, login, severity="medium", **more):
    """An `api_key.*` event in the transaction of `cr`."""
    details = {"key_id": key_id, "name": name, "user": {"id": uid, "login": login}, **{k: v for k, v in more.items() if v}}
    outbox.emit(cr, {"kind": f"api_key.{what}", "category": "auth", "severity": severity, "details": details})
