"""A restored or copied database starts anew: its outbox rows get transaction ids of this cluster.

After a dump and restore old ids may lie in the future of the new cluster: they would not be visible in any snapshot.
Distinct transactions stay distinct and in order.
"""
# names of Vigil's own tables: pylint: disable=sql-injection
from .. import outbox
from . import acknowledge, storage

_TABLES = ("vigil_outbox", "vigil_transaction")
#: subtransactions that write take ids; those come after this transaction's own, so the next one has room below
_BURN = """DO $$ BEGIN
    FOR i IN 1..least(%s - pg_current_xact_id()::text::bigint, 10000000) LOOP
        BEGIN INSERT INTO vigil_burn VALUES (i); EXCEPTION WHEN division_by_zero THEN NULL; END;
    END LOOP;
END $$"""


def restamp(cr):
    """Give all rows new transaction ids, below the current one. :return: number of transactions"""
    cr.execute("SELECT count(*) FROM (SELECT xid FROM vigil_outbox UNION SELECT xid FROM vigil_transaction) x")
    count = cr.fetchone()[0]
    if not count:
        return 0
    # a young cluster may have given out fewer ids than the outbox holds transactions: each insert below takes one more
    cr.execute("CREATE TEMP TABLE vigil_burn (taken int) ON COMMIT DROP")
    cr.execute(_BURN % (count + 10))
    cr.execute("SELECT pg_current_xact_id()::text")
    current = int(cr.fetchone()[0])
    # new ids lie below this transaction's own; that they were used before does no harm: they are long over
    cr.execute("CREATE TEMP TABLE vigil_restamp ON COMMIT DROP AS SELECT x.xid AS old,"
               " greatest(3, %s - %s)::bigint + row_number() OVER (ORDER BY x.xid) - 1 AS new"
               " FROM (SELECT xid FROM vigil_outbox UNION SELECT xid FROM vigil_transaction) x", (current, count))
    for table in _TABLES:
        cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER vigil_guard_update")
        # away first: an id of the new range may be taken by a row that moves later
        cr.execute(f"UPDATE {table} t SET xid = (r.new + 4611686018427387904)::text::xid8 FROM vigil_restamp r WHERE r.old = t.xid")
        cr.execute(f"UPDATE {table} t SET xid = ((t.xid::text)::numeric - 4611686018427387904)::text::xid8"
                   " WHERE t.xid >= '4611686018427387904'::xid8")
        cr.execute(f"ALTER TABLE {table} ENABLE TRIGGER vigil_guard_update")
    return count


def accept(cr, nonce):
    """Start a new line of acknowledgements with the service's nonce; nothing counts as acknowledged.

    The pinned key stays: who may call the bridge could otherwise adopt, acknowledge with a key of their own, and purge.
    """
    count = restamp(cr)
    _start_anew(cr, nonce)
    return count


def notice_move(cr):
    """Restamp when the database came from another cluster, before new ids can meet old ones.

    :return: True when it had moved
    """
    current = storage.system_identifier(cr)
    cr.execute("SELECT system_identifier FROM vigil_ack ORDER BY id DESC LIMIT 1")
    row = cr.fetchone()
    if not row or not row[0] or not current or row[0] == current:
        return False
    count = restamp(cr)
    _start_anew(cr, None)
    outbox.emit(cr, {"kind": "tracking.moved", "category": "system", "severity": "high",
                     "details": {"from": row[0], "to": current, "transactions": count}})
    return True


def release(cr):
    """Forget the pinned key and start a new line of acknowledgements. :return: the key, or None"""
    cr.execute("SELECT pg_advisory_xact_lock(8648122)")
    consumer = acknowledge.newest(cr)["consumer"]
    if consumer:
        _start_anew(cr, None, keep_consumer=False)
    return consumer


def _start_anew(cr, nonce, keep_consumer=True):
    cr.execute(
        "INSERT INTO vigil_ack (nonce, previous_nonce, consumer, snapshot, checkpoint, system_identifier)"
        " SELECT coalesce(%s, replace(gen_random_uuid()::text, '-', '')), a.nonce, CASE WHEN %s THEN a.consumer END, '3:3:'::pg_snapshot,"
        " a.checkpoint, %s FROM vigil_ack a ORDER BY a.id DESC LIMIT 1",
        (nonce, keep_consumer, storage.system_identifier(cr)),
    )
