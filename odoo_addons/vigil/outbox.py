"""Events of Vigil's own in the outbox: reads, denials, failures, and what the tracking says of itself.

`emit` belongs to the caller's transaction; `emit_apart` survives its rollback.
"""
import json
import logging
import threading
import time

from . import compat

_logger = logging.getLogger(__name__)

#: events with the same key in this many seconds are counted, not written
THROTTLE_SECONDS = 10.0
#: events per key and window that are written before counting starts
THROTTLE_BURST = 20
_MAX_KEYS = 4096

_INSERT = (
    "INSERT INTO vigil_outbox (relation, record_id, op, at, after)"
    " SELECT COALESCE((SELECT id FROM vigil_relation WHERE model = %s), 0), %s, 'E', clock_timestamp(), %s::jsonb"
)

_windows = {}
_windows_lock = threading.Lock()


def encode(payload):
    """JSON text that PostgreSQL takes: NUL and lone surrogates become U+FFFD."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), default=str)
    text = text.replace("\\u0000", "\ufffd")
    return text.encode("utf-8", "replace").decode("utf-8")


def _raw(cr):
    """The psycopg2 cursor below Odoo's: not counted by assertQueryCount, no flush, no attribution loop."""
    return getattr(cr, "_obj", cr)


def emit(cr, payload):
    """Insert one event (an EventPayload of the wire contract) in the transaction of `cr`.

    :param dict payload: at least `kind`; `model` and `record_id` place it beside the record's changes
    """
    _raw(cr).execute(_INSERT, (payload.get("model"), int(payload.get("record_id") or 0), encode(payload)))


def emit_apart(database, payload, key=None, attribution=None):
    """Insert one event in a transaction of its own, so that it survives the caller's rollback.

    Never raises: evidence must not break the operation it is about. Floods are throttled by `key`; what was
    left out is counted in the next event of the key as `details.suppressed`.

    :param database: a registry or a database name
    :param str key: throttling key; default: kind and model
    :param dict attribution: a WireTransaction stored for the event's transaction
    :return: True when written
    """
    key = key or f"{payload.get('kind')}|{payload.get('model')}"
    dbname = database if isinstance(database, str) else database.db_name
    suppressed = _throttle((dbname, key))
    if suppressed is None or compat.in_readonly_test():
        return False
    if suppressed:
        payload = dict(payload, details=dict(payload.get("details") or {}, suppressed=suppressed))
    try:
        registry = compat.get_registry(dbname) if isinstance(database, str) else database
        with registry.cursor() as cr:
            emit(cr, payload)
            if attribution:
                attribute(cr, attribution)
        return True
    except Exception:  # noqa: BLE001 - the user's operation goes on; the loss is logged and counted
        _logger.warning("Vigil could not record %s", payload.get("kind"), exc_info=True)
        with _windows_lock:
            window = _windows.get((dbname, key))
            if window:
                window[2] += 1
        return False


def attribute(cr, data):
    """Store who is behind the current transaction of `cr`; the first one wins."""
    _raw(cr).execute(
        "INSERT INTO vigil_transaction (xid, data, at) VALUES (pg_current_xact_id(), %s::jsonb, clock_timestamp())"
        " ON CONFLICT DO NOTHING",
        (encode(data),),
    )


def _throttle(key):
    """How many events of the key were left out before this one, or None when this one is left out too."""
    now = time.monotonic()
    with _windows_lock:
        if len(_windows) > _MAX_KEYS:
            for old in [k for k, w in _windows.items() if now - w[0] > THROTTLE_SECONDS and not w[2]]:
                del _windows[old]
        window = _windows.setdefault(key, [now, 0, 0])  # start, written, left out
        if now - window[0] > THROTTLE_SECONDS:
            window[0], window[1] = now, 0
        if window[1] >= THROTTLE_BURST:
            window[2] += 1
            return None
        window[1] += 1
        suppressed, window[2] = window[2], 0
        return suppressed
