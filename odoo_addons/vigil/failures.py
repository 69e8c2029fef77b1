"""What was refused or undone: `operation.denied` and `operation.failed`, who, what and why.

Written on a cursor of its own, since the transaction in question rolls back; throttled by user and operation, so that
a loop of failures cannot flood. Words for people only, never a traceback or the values of a statement.
"""
import logging

import psycopg2
from werkzeug.exceptions import Forbidden, HTTPException

from odoo.exceptions import AccessDenied, AccessError
from odoo.http import SessionExpiredException

from . import attribution, compat, context, outbox

_logger = logging.getLogger(__name__)

MAX_MESSAGE = 500
MAX_IDS = 100


def of_request(request, exception):
    """A request ended in an exception. Never raises."""
    notes = request.__dict__.get("_vigil_notes") or {}
    model, method, args = notes.get("model"), notes.get("method"), None
    if notes.get("rpc"):
        params = request.params or {}
        args = [params.get("ids")] if notes.get("route") == "/json/2" else params.get("args")
    record(request.registry, exception, model, method, args)


def of_cron(env, cron_name, exception):
    """A scheduled action ended in an exception. Never raises."""
    record(env.registry, exception, "ir.cron", cron_name, None)


def record(registry, exception, model, method, args):
    """Leave one event for one exception, however often it is seen on its way up."""
    try:
        kind = _kind(exception)
        if kind is None or "vigil.event" not in registry.models or getattr(exception, "_vigil_recorded", False):
            return
        exception._vigil_recorded = True
        if compat.in_readonly_test():
            return
        who = attribution.describe()
        who["origin"].setdefault("type", "system")
        ids = _ids(args)
        payload = {
            "kind": kind,
            "category": "security" if kind == "operation.denied" else "system",
            "severity": "medium" if kind == "operation.denied" else "low",
            "details": {"exception": type(exception).__name__, "message": message(exception)},
        }
        if method:
            payload["details"]["method"] = str(method)[:128]
        if model in registry.models:
            payload["model"] = model
        if ids:
            payload["record_ids"] = ids[:MAX_IDS]
            if len(ids) == 1:
                payload["record_id"] = ids[0]
        key = "|".join(map(str, (kind, who.get("uid") or who.get("ip"), model, method)))
        outbox.emit_apart(registry, payload, key=key, attribution=who)
    except Exception:  # noqa: BLE001 - the user gets the exception that they were to get
        attribution.errors[registry.db_name] += 1
        _logger.warning("Vigil could not record a failure", exc_info=True)


def message(exception):
    """Why, in the words that the user was shown; of a database error only the first line (details hold values)."""
    if isinstance(exception, psycopg2.Error):
        text = exception.diag.message_primary or type(exception).__name__
    elif isinstance(exception, AccessDenied):
        text = "Access Denied"
    else:
        text = str(exception.args[0]) if exception.args else str(exception)
    return text.split("Traceback (most recent call last)")[0].strip()[:MAX_MESSAGE]


def _kind(exception):
    if isinstance(exception, (AccessError, AccessDenied, Forbidden)):
        return None if isinstance(exception, SessionExpiredException) else "operation.denied"
    if isinstance(exception, (HTTPException, SessionExpiredException)):
        return None
    return "operation.failed"


def _ids(args):
    given = args[0] if isinstance(args, (list, tuple)) and args else []
    given = [given] if isinstance(given, int) else given
    return [i for i in given if isinstance(i, int) and not isinstance(i, bool)] if isinstance(given, (list, tuple)) else []
