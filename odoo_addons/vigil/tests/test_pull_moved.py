"""A database that came from another cluster, and users that are not tracked."""
import json

from odoo.tests import tagged

from ..capture import acknowledge, adopt
from .common import CaptureCase

OLD_CLUSTER = "1111111111111111111"


@tagged("post_install", "-at_install")
class TestPullMoved(CaptureCase):

    def _move(self):
        """As after dump and restore: another identifier, ids in the future, one of them twice."""
        cr = self.env.cr
        cr.execute("INSERT INTO vigil_ack (nonce, consumer, system_identifier) VALUES ('before', 'aa', %s)", (OLD_CLUSTER,))
        for number, xid in enumerate((900000000001, 900000000001, 900000000007)):
            cr.execute("INSERT INTO vigil_outbox (xid, relation, record_id, op, after) VALUES (%s::text::xid8, 0, 0, 'E', %s)",
                       (str(xid), json.dumps({"kind": "test.moved", "number": number})))
        cr.execute("INSERT INTO vigil_transaction (xid, data) VALUES ('900000000007'::xid8, '{\"origin\": {\"type\": \"test\"}}')")

    def test_ids_from_the_future_are_restamped_in_order_and_with_their_attribution(self):
        self._move()
        self.assertTrue(adopt.notice_move(self.env.cr))
        self.env.cr.execute("SELECT o.xid::text::bigint, t.data->'origin'->>'type', pg_current_xact_id()::text::bigint"
                            " FROM vigil_outbox o LEFT JOIN vigil_transaction t ON t.xid = o.xid"
                            " WHERE o.after->>'kind' = 'test.moved' ORDER BY (o.after->>'number')::int")
        (first, none, own), (second, _none, _own), (third, kind, _own) = self.env.cr.fetchall()
        self.assertEqual((first == second, third > first, none, kind), (True, True, None, "test"))
        self.assertLess(third, own)
        self.assertEqual(len(self.own_events("tracking.moved")), 1)

    def test_a_move_is_noticed_once_and_keeps_the_key_pinned(self):
        self._move()
        self.assertTrue(adopt.notice_move(self.env.cr))
        self.assertFalse(adopt.notice_move(self.env.cr))
        state = acknowledge.newest(self.env.cr)
        self.assertEqual(state["consumer"], "aa")
        self.assertNotEqual(state["nonce"], "before")

    def test_adopting_takes_the_services_nonce_and_is_an_event(self):
        hello = json.loads(self.env["vigil.bridge"].adopt({"as": "copy", "nonce": "c" * 32}))
        self.assertEqual(hello["identity"]["nonce"], "c" * 32)
        self.assertEqual(self.own_events("tracking.adopted")[0]["details"]["as"], "copy")

    def test_a_user_that_the_rules_leave_out_leaves_no_rows_but_rule_changes_stay(self):
        cr = self.env.cr
        self.env["vigil.bridge"].tracking_set({"rules": {"users": {"mode": "except", "logins": ["admin"]}}})
        partner = self.env["res.partner"].create({"name": "Azure"})
        self.env.flush_all()
        cr.execute("DELETE FROM vigil_outbox WHERE false")
        cr.execute("ALTER TABLE vigil_transaction DISABLE TRIGGER USER")
        cr.execute("DELETE FROM vigil_transaction WHERE xid = pg_current_xact_id()")
        cr.execute("INSERT INTO vigil_transaction (data) VALUES ('{\"uid\": 2}')")
        self.assertEqual(self.rows_of(partner), [])
        self.assertIn("tracking.rules_changed", {row[7]["kind"] for row in self.own_page()["rows"] if row[4] == "e"})
