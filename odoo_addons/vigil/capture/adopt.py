"""A restored or copied database starts anew: its outbox rows get transaction ids of this cluster.

After a dump and restore old ids may lie in the future of the new cluster: they would not be visible in any snapshot.
Distinct transactions stay distinct and in order.
"""
from . import storage

_TABLES = ("vigil_outbox", "vigil_transaction")


def restamp(cr):
    """Give all rows new transaction ids, below the current one. :return: number of transactions"""
    cr.execute("SELECT count(*) FROM (SELECT xid FROM vigil_outbox UNION SELECT xid FROM vigil_transaction) x")
    count = cr.fetchone()[0]
    if not count:
        return 0
    # a young cluster may have given out fewer ids than the outbox holds transactions: take some more
    cr.execute("SELECT pg_current_xact_id()::text")
    current = int(cr.fetchone()[0])
    cr.execute(
        "DO $$ BEGIN FOR i IN 1..greatest(0, %s) LOOP BEGIN PERFORM set_config('vigil.burn', i::text, true);"
        " CREATE TEMP TABLE IF NOT EXISTS vigil_burn (i int); INSERT INTO vigil_burn VALUES (i);"
        " EXCEPTION WHEN division_by_zero THEN NULL; END; END LOOP; END $$" % (count + 10 - current)
    ) if current < count + 10 else None
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
    """Start a new line of acknowledgements with the service's nonce; nothing is acknowledged, the key stays pinned."""
    storage.quoted_schema(cr)
    count = restamp(cr)
    cr.execute(
        "INSERT INTO vigil_ack (nonce, previous_nonce, consumer, snapshot, checkpoint)"
        " SELECT %s, a.nonce, NULL, '3:3:'::pg_snapshot, a.checkpoint FROM vigil_ack a ORDER BY a.id DESC LIMIT 1",
        (nonce,),
    )
    return count
