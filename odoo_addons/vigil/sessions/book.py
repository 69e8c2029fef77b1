"""The table `vigil_session`: a session begins, is used, ends. Raw SQL, so that no ORM cost and no query count is added."""
import json
import logging
from collections import namedtuple
from contextlib import contextmanager
from pathlib import Path

from odoo import sql_db

from .. import attribution, compat, context, outbox, signal

_logger = logging.getLogger(__name__)

#: presence is told once a minute: two reports further apart have idle time between them
PRECISION_SECONDS = 60
GAP_SECONDS = 130
#: of a header nobody limits
MAX_USER_AGENT = 512

NOW = "(clock_timestamp() AT TIME ZONE 'UTC')"
_KEEP_DAYS = 90

Row = namedtuple("Row", "known ended user_id age_s request_s idle_s presence blocked state")

#: one table by its key, and the signal beside it: 47 us where joining policy and blocks cost 93 and the rules 50 more. Odoo
#: discards all plans before each request, so every table in a query is paid for, and a function (its plans gone) costs 190.
_READ = f"""SELECT ended_at IS NOT NULL, user_id, started_at, last_request_at, last_activity_at, presence, {NOW},
 (SELECT at FROM vigil_signal) FROM vigil_session WHERE session = %s"""

_BEGIN = f"""INSERT INTO vigil_session
 (session, user_id, login, method, interface, ip, user_agent, started_at, last_request_at, last_activity_at)
 SELECT %s, %s, %s, %s, %s, %s, %s, at, at, at FROM (SELECT {NOW} AS at) n ON CONFLICT (session) DO NOTHING"""

_TOUCH = f"""UPDATE vigil_session SET last_request_at = {NOW}, xid = pg_current_xact_id()
 WHERE session = %s AND ended_at IS NULL"""

# at: when the person last did something, by the database's clock; never back, never ahead of now
_ACTIVITY = f"""UPDATE vigil_session s SET last_request_at = {NOW}, presence = presence OR %(presence)s, xid = pg_current_xact_id(),
    last_activity_at = greatest(s.last_activity_at, a.at),
    active_s = active_s + CASE WHEN a.gap BETWEEN 0 AND {GAP_SECONDS} THEN a.gap ELSE 0 END,
    idle_s = idle_s + CASE WHEN a.gap > {GAP_SECONDS} THEN a.gap ELSE 0 END
  FROM (SELECT x.at, round(extract(epoch FROM x.at - o.last_activity_at))::int AS gap
          FROM vigil_session o, (SELECT {NOW} - make_interval(secs => %(idle)s) AS at) x WHERE o.session = %(session)s) a
 WHERE s.session = %(session)s AND s.ended_at IS NULL"""

# only who signs out was active to the end; of one that is ended by others nothing is known since the last activity
_END = f"""UPDATE vigil_session s SET end_reason = %(reason)s, end_note = %(note)s, ended_by = %(by)s, xid = pg_current_xact_id(),
    ended_at = a.at, last_activity_at = CASE WHEN %(own)s THEN a.at ELSE s.last_activity_at END,
    active_s = active_s + CASE WHEN %(own)s AND a.gap BETWEEN 0 AND {GAP_SECONDS} THEN a.gap ELSE 0 END,
    idle_s = idle_s + CASE WHEN NOT %(own)s OR a.gap > {GAP_SECONDS} THEN greatest(a.gap, 0) ELSE 0 END
  FROM (SELECT o.id, x.at, round(extract(epoch FROM x.at - o.last_activity_at))::int AS gap FROM vigil_session o,
        LATERAL (SELECT CASE WHEN %(at_activity)s THEN o.last_activity_at ELSE {NOW} END AS at) x
        WHERE o.ended_at IS NULL AND {{where}} ORDER BY o.id FOR UPDATE OF o) a
 WHERE s.id = a.id AND s.ended_at IS NULL
RETURNING s.session, s.user_id, s.login, s.ip, s.user_agent, {{times}},
    greatest(0, round(extract(epoch FROM s.ended_at - s.started_at)))::int, s.active_s, s.idle_s"""
ISO = "to_char({}, 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
_TIMES = ", ".join(ISO.format(f"s.{name}") for name in ("started_at", "ended_at", "last_activity_at"))


def create(cr):
    """Tables, created or completed. Idempotent."""
    cr.execute(Path(__file__).with_name("storage.sql").read_text(encoding="utf-8"))


def active(registry):
    """Whether this database has Vigil with sessions."""
    return registry is not None and "vigil.session" in registry.models


@contextmanager
def apart(registry, quiet=False):
    """A cursor of its own: what is written there survives the request's rollback.

    :param quiet: nobody's act (a time stamp once a minute), so no attribution row
    """
    if compat.in_readonly_test():
        raise RuntimeError("a test's read-only cursor is open")
    with registry.cursor() as cr:
        if isinstance(cr, sql_db.Cursor):
            # one statement at a time sees what the others have committed: two logins of a user count each other
            cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
        if quiet:
            cr._vigil_busy = True  # attribution.write leaves such a cursor alone
        yield outbox._raw(cr) if quiet else cr


def read(registry, cr, digest, uid):
    """What the gate has to know, in one query. :return: Row"""
    raw = outbox._raw(cr)
    raw.execute(_READ, (digest,))
    found = raw.fetchone()
    if found is None:
        state = signal.state(registry, raw)
        return Row(False, False, None, None, None, None, None, uid in state.blocked, state)
    ended, user_id, started, requested, active, presence, now, at = found
    state = signal.state(registry, raw, at)
    return Row(True, ended, user_id, (now - started).total_seconds(), (now - requested).total_seconds(),
               (now - active).total_seconds(), presence, uid in state.blocked, state)


def begin(cr, digest, user_id, login=None, method="unknown", interface="web", ip=None, user_agent=None):
    """Write a new session down, or leave the one that is there."""
    raw = outbox._raw(cr)
    raw.execute(_BEGIN, (digest, user_id, text(login), method, interface, text(ip), text(user_agent)))
    return raw.rowcount == 1


def touch(registry, digest):
    """The browser was here. Never raises."""
    _quietly(registry, _TOUCH, (digest,))


def activity(registry, digest, idle_seconds=0, presence=True):
    """The person was here, `idle_seconds` ago. Never raises."""
    idle = min(max(float(idle_seconds or 0), 0.0), 365 * 86400.0)
    _quietly(registry, _ACTIVITY, {"session": digest, "idle": idle, "presence": presence})


def _quietly(registry, query, params):
    try:
        with apart(registry, quiet=True) as raw:
            raw.execute(query, params)
    except Exception:  # noqa: BLE001 - the next minute tells it again; the request goes on
        attribution.errors[registry.db_name] += 1
        _logger.info("Vigil could not note a session's activity", exc_info=True)


def end(cr, where, params, reason, note=None, by=None, at_activity=False):
    """End live sessions in the transaction of `cr`, each exactly once, each with its event.

    :param where: SQL over `o`, the session
    :return: digests of those that ended
    """
    query = _END.format(where=where, times=_TIMES)
    raw = outbox._raw(cr)
    raw.execute(query, {**params, "reason": reason, "note": text(note), "by": outbox.encode(by) if by else None,
                        "at_activity": at_activity, "own": reason == "logout"})
    ended = raw.fetchall()
    for digest, user_id, login, _ip, _agent, started, at, last, duration, active_s, idle_s in ended:
        details = {
            "session": digest, "user": {"id": user_id, "login": login}, "started_at": started, "ended_at": at,
            "last_activity_at": last, "duration_s": duration, "active_s": active_s, "idle_s": idle_s,
            "precision_s": PRECISION_SECONDS,
        }
        kind, severity = _KINDS.get(reason, ("session.terminated", "medium"))
        if kind != "session.logout":
            details["reason"] = note or reason
        if by:
            details["by"] = by
        outbox.emit(cr, {"kind": kind, "category": "auth", "severity": severity, "details": details})
    return [row[0] for row in ended]


_KINDS = {
    "logout": ("session.logout", "low"), "inactivity": ("session.expired", "low"), "absolute": ("session.expired", "low"),
    "odoo": ("session.expired", "low"),
}


def text(value, limit=MAX_USER_AGENT):
    """What PostgreSQL takes of a client's words."""
    if value is None:
        return None
    return str(value)[:limit].replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def seen(cr, key, every_seconds):
    """Whether this is the first time in `every_seconds`, over all workers."""
    raw = outbox._raw(cr)
    raw.execute(f"INSERT INTO vigil_seen AS v (key) VALUES (%s) ON CONFLICT (key) DO UPDATE SET at = {NOW}"
                f" WHERE v.at < {NOW} - make_interval(secs => %s) RETURNING 1", (key, every_seconds))
    return raw.fetchone() is not None


def clean(cr):
    """Ended sessions go when no file of theirs can be alive, and notes of what was told."""
    cr.execute(f"DELETE FROM vigil_session WHERE ended_at < {NOW} - make_interval(days => %s)", (_KEEP_DAYS,))
    cr.execute(f"DELETE FROM vigil_seen WHERE at < {NOW} - make_interval(days => 40)")


def actor(env):
    """{id, login, name} of the user who acts."""
    user = env.user
    return {"id": user.id, "login": user.login or "", "name": user.name or ""}


def own_digest(request):
    """The digest of a request's session, or None."""
    return context.session_digest(getattr(request, "session", None))


def dumps(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
