"""Ending sessions: the row, the event, then the stored session and the open websocket."""
import logging

from .. import attribution, compat, outbox, signal
from . import book, files, policy

_logger = logging.getLogger(__name__)

_TRIES = 3


def end_one(registry, digest, reason, note=None, by=None, who=None):
    """End one session in a transaction of its own. Never raises: who is to be refused is refused anyway.

    :param who: the attribution of the event
    """
    for _try in range(_TRIES):
        try:
            with book.apart(registry) as cr:
                at_activity = reason in ("inactivity", "odoo")
                ended = book.end(cr, "o.session = %(session)s", {"session": digest}, reason, note, by, at_activity)
                if ended and who:
                    outbox.attribute(cr, who)
                if ended:
                    after_commit(compat.superuser_env(cr), ended)
            return bool(ended)
        except Exception:  # noqa: BLE001 - tried again, then counted
            _logger.info("Vigil could not end a session", exc_info=True)
    attribution.errors[registry.db_name] += 1
    return False


def end_where(env, where, params, reason, note, by):
    """End sessions in the transaction of `env`: a person or the service acts. :return: how many"""
    ended = book.end(env.cr, where, params, reason, note, by)
    after_commit(env, ended)
    return len(ended)


def after_commit(env, digests):
    """Close the websockets (they look again when something is sent to them) and remove the stored sessions."""
    if not digests:
        return
    raw = outbox._raw(env.cr)
    raw.execute("SELECT DISTINCT u.partner_id FROM vigil_session s JOIN res_users u ON u.id = s.user_id WHERE s.session = ANY(%s)", (digests,))
    partners = env["res.partner"].sudo().browse([row[0] for row in raw.fetchall()])
    try:
        with env.cr.savepoint():
            for partner in partners:
                env["bus.bus"].sudo()._sendone(partner, "vigil/session_ended", {"sessions": digests[:100]})
    except Exception:  # noqa: BLE001 - the next request is refused without it
        _logger.info("Vigil could not wake a websocket", exc_info=True)
    env.cr.postcommit.add(lambda: files.delete(digests))


def block(env, user, blocked, reason, by):
    """Block a user, which ends their sessions, or let them in again; each change is an event. Idempotent."""
    raw = outbox._raw(env.cr)
    if blocked:
        raw.execute("INSERT INTO vigil_blocked (user_id, reason, by) VALUES (%s, %s, %s::jsonb) ON CONFLICT DO NOTHING",
                    (user.id, book.text(reason), book.dumps(by)))
    else:
        raw.execute("DELETE FROM vigil_blocked WHERE user_id = %s", (user.id,))
    if raw.rowcount:
        outbox.emit(env.cr, {
            "kind": "user.blocked" if blocked else "user.unblocked", "category": "auth", "severity": "high",
            "model": "res.users", "record_id": user.id,
            "details": {"user": {"id": user.id, "login": user.login}, "login": user.login, "reason": book.text(reason), "by": by}})
    if blocked:
        end_where(env, "o.user_id = %(uid)s", {"uid": user.id}, "blocked", reason, by)


def sweep(registry, user_id=None):
    """End what nobody touches any more: a closed laptop ends at its last activity. :return: how many"""
    with registry.cursor() as cr:
        env = compat.superuser_env(cr)
        found = signal.state(registry, outbox._raw(cr))
        cr.execute(
            "SELECT session, user_id, extract(epoch FROM n.at - started_at)::float, extract(epoch FROM n.at - last_activity_at)::float,"
            f" extract(epoch FROM n.at - last_request_at)::float, ip, user_agent FROM vigil_session, (SELECT {book.NOW} AS at) n"
            " WHERE ended_at IS NULL AND (%s IS NULL OR user_id = %s)", (user_id, user_id))
        due = []
        for digest, uid, age_s, idle_s, request_s, ip, agent in cr.fetchall():
            limits = policy.limits(env, uid, found)
            reason = ("inactivity" if limits.inactivity_s and idle_s > limits.inactivity_s
                      else "absolute" if limits.absolute_s and age_s > limits.absolute_s
                      else "odoo" if request_s > lifetime(env) else None)
            if reason:
                due.append((digest, reason, {"uid": uid, "session": digest, "ip": ip, "user_agent": agent}))
    origin = attribution.describe()["origin"]
    return sum(end_one(registry, digest, reason, who={**{k: v for k, v in who.items() if v}, "origin": origin})
               for digest, reason, who in due)


def lifetime(env):
    """Seconds without a request after which Odoo throws a stored session away."""
    from odoo import http

    seconds = env["ir.config_parameter"].sudo().get_param("sessions.max_inactivity_seconds")
    return float(seconds) if seconds and str(seconds).isdigit() else float(http.SESSION_LIFETIME)
