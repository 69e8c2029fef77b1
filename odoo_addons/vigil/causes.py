"""What a request set off: a cron's trigger or a mail remembers the correlation id of the click behind it.

A table of Vigil's own, written through the raw cursor: no column is added to core's tables (their lock would wait
for every long transaction at installation) and no query is counted.
"""
import logging
import uuid

from psycopg2.extensions import TRANSACTION_STATUS_INERROR

from . import attribution

_logger = logging.getLogger(__name__)

_OF_RECORDS = "SELECT res_id, correlation_id FROM vigil_cause WHERE model = %s AND res_id = ANY(%s)"
_OF_CRON = """SELECT c.correlation_id FROM vigil_cause c
  JOIN ir_cron_trigger t ON c.model = 'ir.cron.trigger' AND c.res_id = t.id
 WHERE t.cron_id = %s AND t.call_at <= clock_timestamp() AT TIME ZONE 'UTC' ORDER BY t.call_at DESC, t.id DESC LIMIT 1"""


def remember(records):
    """Note that the current request, or the cron run it set off, caused these new records."""
    correlation = attribution.describe(records.env).get("correlation_id")
    if correlation and records:
        _run(
            records.env.cr,
            "INSERT INTO vigil_cause (model, res_id, correlation_id, at) SELECT %s, unnest(%s), %s, now() AT TIME ZONE 'UTC'",
            (records._name, records.ids, correlation),
        )


def of_records(records):
    """correlation id by record id, of those that have one."""
    return dict(_run(records.env.cr, _OF_RECORDS, (records._name, records.ids)))


def of_cron(cr, cron_id):
    """The correlation id of the newest trigger that makes this cron run, or a new one for a run by the clock."""
    rows = _run(cr, _OF_CRON, (cron_id,))
    return rows[0][0] if rows else str(uuid.uuid4())


def _run(cr, query, params):
    """Rows of a query on the raw cursor; no rows when it fails, and the transaction goes on."""
    try:
        with cr._cnx.cursor() as raw:
            raw.execute("SAVEPOINT vigil_cause")
            try:
                raw.execute(query, params)
                return raw.fetchall() if raw.description else []
            finally:
                failed = cr._cnx.get_transaction_status() == TRANSACTION_STATUS_INERROR
                raw.execute(f"{'ROLLBACK TO' if failed else 'RELEASE'} SAVEPOINT vigil_cause")
    except Exception:  # noqa: BLE001 - a correlation id is lost, not the user's work
        attribution.errors[cr.dbname] += 1
        _logger.warning("Vigil could not keep a correlation id", exc_info=True)
        return []
