"""Who is behind a transaction, written once per transaction beside the captured changes.

`describe` answers the question from the request, remote call, cron or server action of this thread.
`write` stores the answer in `vigil_transaction` through the raw cursor: `assertQueryCount` does not see it and the
ORM is not involved. It hangs on the cursor's flush, so it is there for savepoints and commits alike, and only a
transaction that has written something (that has an xid) gets a row: reading stays read-only.

A setting (`set_config`) would be cheaper but is undone by a rollback to a savepoint and by every commit.
"""
import logging
import sys
from collections import Counter

from psycopg2.extensions import TRANSACTION_STATUS_INTRANS

from odoo import sql_db
from odoo.modules.registry import Registry

from . import compat, context, outbox, patches, person

_logger = logging.getLogger(__name__)

#: attribution rows that could not be written, by database, since the worker started
errors = Counter()

#: one round trip; the function of capture/storage.sql swallows every error and never gives a reading transaction an id
_WRITE = "SELECT vigil_attribute(%s)"


def describe(source=None):
    """The WireTransaction of this thread: who, from where, by what. Absent keys are absent.

    :param source: an environment or cursor, or None; it tells an installation from normal work
    """
    cr = getattr(source, "cr", source)
    request = context.bound_request()
    caller = context.lookup("caller")
    data = person.of_request(request) if request else person.of_caller(caller) if caller else {}
    uid = context.lookup("uid")
    if uid and not data.get("uid"):
        data["uid"] = uid
    correlation = context.lookup("correlation_id") or data.get("request_id")
    if correlation:
        data["correlation_id"] = correlation
    data["origin"] = _origin(request, _registry_of(cr))
    return person.clean(data)


def _origin(request, registry):
    cron, action, call = (context.lookup(name) for name in ("cron", "action", "call"))
    if request:
        origin = person.origin_of_request(request)
        if cron:  # "Run manually": the person stays, the cron is named
            origin.update(cron)
    elif call:
        caller = context.lookup("caller")
        origin = {"type": "rpc", "model": call[0], "method": call[1], "route": caller and caller.httprequest.path}
    elif cron:
        origin = dict(cron, type="cron")
    elif action:
        origin = dict(action, type="server_action")
    else:
        origin = {"type": "shell" if "shell" in sys.argv[1:] else "system"}
    if registry is not None and not registry.ready:
        origin["type"] = "install"
    return origin


def _registry_of(cr):
    """The registry a cursor works for, or None; never loads one."""
    transaction = getattr(cr, "transaction", None)
    if transaction is not None:
        return transaction.registry
    dbname = getattr(cr, "dbname", None)
    return Registry.registries.get(dbname) if dbname else None


def _is_active(cr):
    """Whether Vigil is installed in the cursor's database; the function is looked for once per registry."""
    registry = _registry_of(cr)
    if registry is None or "vigil.event" not in registry.models:
        return False
    if not registry.__dict__.get("_vigil_tables"):
        with cr._cnx.cursor() as raw:
            raw.execute("SELECT to_regprocedure('vigil_attribute(text)') IS NOT NULL")
            registry._vigil_tables = raw.fetchone()[0]
    return registry._vigil_tables


def write(cr):
    """Attribute the cursor's transaction, if it has written anything. Never raises, never breaks the transaction.

    :return: True when the transaction has its row
    """
    if cr.__dict__.get("_vigil_busy"):
        return False
    cr._vigil_busy = True
    try:
        connection = cr._cnx
        if getattr(cr, "readonly", False) or connection.readonly or connection.get_transaction_status() != TRANSACTION_STATUS_INTRANS:
            return False
        if not _is_active(cr):
            return False
        with connection.cursor() as raw:
            if cr.__dict__.get("_vigil_committing") and context.hangs_on_request():
                # most requests only read: they pay half of one call, and those that write two
                raw.execute("SELECT pg_current_xact_id_if_assigned()")
                if raw.fetchone()[0] is None:
                    return False
            raw.execute(_WRITE, (outbox.encode(describe(cr)),))
            answer = raw.fetchone()[0]
        if answer:
            _report(cr, answer)
        return answer == ""
    except Exception as error:  # noqa: BLE001 - counted and shown in Settings; the user's transaction goes on
        _report(cr, type(error).__name__)
        return False
    finally:
        cr._vigil_busy = False


def _report(cr, why):
    """Count an error, and tell the service of it in an event."""
    dbname = getattr(cr, "dbname", "")
    errors[dbname] += 1
    _logger.warning("Vigil could not attribute a transaction (%s so far): %s", errors[dbname], why)
    registry = _registry_of(cr)
    if registry is not None and not context.lookup("reporting") and not compat.in_readonly_test():
        with context.frame(reporting=True):
            outbox.emit_apart(registry, {
                "kind": "tracking.gap", "category": "system", "severity": "high",
                "details": {"what": "attribution", "errors": errors[dbname], "message": why[:300]}}, key="attribution")


def _flush(self):
    _flush.origin(self)
    if not self.__dict__.get("_vigil_done") and not _can_wait(self):
        self._vigil_done = write(self)


def _can_wait(cr):
    """Whether the commit may say it: inside a request all there is to say hangs on the request, unless a frame (a remote
    call, a server action) ends before. A reading request asks the database once, not at each flush."""
    return isinstance(cr, sql_db.Cursor) and not cr.__dict__.get("_vigil_committing") and context.hangs_on_request()


def _forget(cr):
    """The row may be gone with a rollback, or another transaction begins."""
    if isinstance(cr, sql_db.BaseCursor):  # 19's test cursor makes savepoints on psycopg2's own
        cr._vigil_done = False


def _commit(self):
    # raw SQL may have rolled back to a savepoint behind our back: the flush inside looks again
    _forget(self)
    self._vigil_committing = True
    try:
        return _commit.origin(self)
    finally:
        self._vigil_committing = False
        _forget(self)


def _rollback(self):
    _forget(self)
    return _rollback.origin(self)


def _savepoint_rollback(self):
    _forget(self._cr)
    return _savepoint_rollback.origin(self)


_PATCHES = (
    (sql_db.BaseCursor, "flush", _flush),
    (sql_db.Cursor, "commit", _commit),
    (sql_db.Cursor, "rollback", _rollback),
    (sql_db.Savepoint, "rollback", _savepoint_rollback),
)


def install():
    """Hang on the cursor."""
    patches.install(_PATCHES)


install()
