"""What the tests of capture and pull share: a look at the outbox of the test's own transaction."""
import json
from unittest.mock import patch

from odoo.tests import TransactionCase

from ..capture import pull, schema


class CaptureCase(TransactionCase):
    """Reads the page that the running transaction would give once it is committed."""

    def own_page(self):
        """The rows of this test's transaction, netted, with names."""
        self.env.flush_all()
        self.env.cr.execute("SELECT pg_current_xact_id()::text")
        xid = int(self.env.cr.fetchone()[0])
        cursor = json.dumps({"since": f"{xid}:{xid}:", "until": f"{xid + 1}:{xid + 1}:", "after": [0, 0, 0]})
        # the check compares with the snapshot of this very transaction, which lies before its own id
        with patch.object(pull, "_check_not_ahead", lambda cr, cursor: cursor["until"]):
            page = pull.page(self.env, cursor, 50000, schema.get(self.env))
        page["rows"] = json.loads(page["rows"])
        return page

    def rows_of(self, record):
        """The net rows of a record as dicts."""
        self.env.cr.execute("SELECT id FROM vigil_relation WHERE model = %s", (record._name,))
        relation = self.env.cr.fetchone()[0]
        keys = ("xid", "id", "relation", "record_id", "op", "at", "before", "after", "links")
        rows = [dict(zip(keys, row)) for row in self.own_page()["rows"]]
        return [row for row in rows if row["relation"] == relation and row["record_id"] == record.id and row["op"] != "e"]

    def row_of(self, record):
        """The only net row of a record."""
        rows = self.rows_of(record)
        self.assertEqual(len(rows), 1)
        return rows[0]

    def own_events(self, kind):
        """Payloads of the events of a kind in this transaction."""
        self.env.cr.execute("SELECT after FROM vigil_outbox WHERE xid = pg_current_xact_id() AND op = 'E'"
                            " AND after->>'kind' = %s ORDER BY id", (kind,))
        return [payload for (payload,) in self.env.cr.fetchall()]

    def restart_transaction(self, *records):
        """Forget what the transaction captured so far: rows of the preparation are not the test's."""
        self.env.flush_all()
        cr = self.env.cr
        cr.execute("ALTER TABLE vigil_outbox DISABLE TRIGGER vigil_guard_delete")
        cr.execute("DELETE FROM vigil_outbox WHERE xid = pg_current_xact_id()")
        cr.execute("ALTER TABLE vigil_outbox ENABLE TRIGGER vigil_guard_delete")
        cr.execute("SELECT set_config('vigil.probed', '', true)")
