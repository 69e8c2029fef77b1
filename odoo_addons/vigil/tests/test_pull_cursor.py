"""Pull loses nothing and repeats nothing, whatever order transactions commit in. Uses real transactions."""
import json

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from odoo.exceptions import UserError
from odoo.sql_db import db_connect
from odoo.tests import BaseCase, get_db_name, tagged

from .. import compat
from ..capture import acknowledge, pull


@tagged("post_install", "-at_install")
class TestPullCursor(BaseCase):

    def setUp(self):
        super().setUp()
        self.cursors = []
        with self._open() as cr:
            cr.execute("SELECT pg_current_snapshot()::text")
            self.position = json.dumps({"since": cr.fetchone()[0]})

    def tearDown(self):
        for cr in self.cursors:
            if not cr.closed:
                cr.rollback()
                cr.close()
        with self._open() as cr:
            cr.execute("DELETE FROM res_partner_category WHERE name::text LIKE '%%vigil-pull%%'")
        super().tearDown()

    def _open(self):
        cr = db_connect(get_db_name()).cursor()
        self.cursors.append(cr)
        return cr

    def _bridge(self, cr):
        return compat.superuser_env(cr)["vigil.bridge"]

    def _page(self, cursor, limit=5000):
        with self._open() as cr:
            request = {"limit": limit}
            if cursor:
                request["cursor"] = cursor
            return json.loads(self._bridge(cr).pull(request))

    def _pull(self, limit=5000):
        """(rows, cursor) up to now."""
        rows, cursor, more = [], self.position, True
        while more:
            page = self._page(cursor, limit)
            rows, cursor, more = rows + page["rows"], page["cursor"], page["more"]
        return rows, cursor

    def _insert(self, cr, count=1):
        cr.execute("INSERT INTO res_partner_category (name, active) SELECT jsonb_build_object('en_US', 'vigil-pull ' || i), true"
                   " FROM generate_series(1, %s) i RETURNING id", (count,))
        return [number for (number,) in cr.fetchall()]

    def _created(self, rows):
        return [row[3] for row in rows if row[4] == "c" and "vigil-pull" in str(row[7].get("name"))]

    def test_a_transaction_that_commits_late_is_read_once(self):
        early, late = self._open(), self._open()
        first = self._insert(early)
        second = self._insert(late)
        late.commit()
        rows, self.position = self._pull()
        self.assertEqual(self._created(rows), second)
        early.commit()
        rows, self.position = self._pull()
        self.assertEqual(self._created(rows), first)
        rows, self.position = self._pull()
        self.assertEqual(self._created(rows), [])

    def test_pages_of_any_size_give_the_same_set_in_order(self):
        expected = []
        for _transaction in range(3):
            with self._open() as cr:
                expected += self._insert(cr, 7)
        for limit in (1, 2, 7, 8, 100):
            rows, _cursor = self._pull(limit)
            self.assertEqual(self._created(rows), expected, limit)

    def test_pages_end_by_number_where_transaction_ids_gain_a_digit(self):
        cr = self._open()
        for xid in (98, 99, 100, 101):
            cr.execute("INSERT INTO vigil_outbox (xid, relation, record_id, op, after) VALUES (%s::text::xid8, 0, 0, 'E', %s)",
                       (xid, '{"kind": "tracking.test"}'))
        cursor, sizes, more = json.dumps({"since": "3:3:", "until": "102:102:"}), [], True
        while more:
            page = json.loads(self._bridge(cr).pull({"cursor": cursor, "limit": 2}))
            cursor, more = page["cursor"], page["more"]
            sizes.append(len(page["rows"]))
        self.assertEqual((sum(sizes), max(sizes)), (4, 2))

    def test_a_transaction_that_commits_between_two_pages_comes_in_the_next_round(self):
        with self._open() as cr:
            expected = self._insert(cr, 5)
        page = self._page(self.position, 2)
        with self._open() as cr:
            expected += self._insert(cr, 2)
        rows = page["rows"]
        self.assertTrue(page["more"])
        self.position = page["cursor"]
        more, self.position = self._pull(2)
        rest, self.position = self._pull(2)
        self.assertEqual(self._created(rows + more + rest), expected)

    def test_one_record_with_more_rows_than_the_page_is_netted_whole(self):
        with self._open() as cr:
            number = self._insert(cr)[0]
            for color in range(20):
                cr.execute("UPDATE res_partner_category SET color = %s WHERE id = %s", (color, number))
        rows, _cursor = self._pull(3)
        own = [row for row in rows if row[3] == number and row[7] and "color" in row[7]]
        self.assertEqual([(row[4], row[7]["color"]) for row in own], [("c", 19)])

    def test_the_schema_comes_only_when_it_differs(self):
        page = self._page(self.position)
        self.assertIn("res.partner", {relation["model"] for relation in page["schema"]["relations"].values()})
        with self._open() as cr:
            again = json.loads(self._bridge(cr).pull({"cursor": self.position, "schema_version": page["schema_version"]}))
        self.assertNotIn("schema", again)

    def test_a_cursor_ahead_of_the_database_is_refused(self):
        for cursor in (json.dumps({"since": "900000000000:900000000000:"}), "rubbish", '{"since": 3}'):
            with self.assertRaisesRegex(UserError, "vigil.cursor_ahead"):
                self._page(cursor)

    def test_hello_says_who_is_there(self):
        with self._open() as cr:
            hello = json.loads(self._bridge(cr).hello({"protocols": [1]}))
        self.assertEqual((hello["protocol"], hello["odoo_version"]), (1, compat.series()))
        self.assertTrue(hello["identity"]["nonce"] and hello["identity"]["system_identifier"])


@tagged("post_install", "-at_install")
class TestPullAcknowledge(BaseCase):

    def setUp(self):
        super().setUp()
        self.cr = db_connect(get_db_name()).cursor()  # rolled back: an acknowledgement pins a key for good
        self.addCleanup(self.cr.close)
        self.addCleanup(self.cr.rollback)
        self.cr.execute("SELECT nonce, consumer, pg_current_snapshot()::text FROM vigil_ack ORDER BY id DESC LIMIT 1")
        self.nonce, consumer, snapshot = self.cr.fetchone()
        if consumer:
            self.skipTest("this database already belongs to a service")
        self.cursor = json.dumps({"since": snapshot})
        self.key = Ed25519PrivateKey.generate()

    def _public(self, key):
        return key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw).hex()

    def _handover(self, old, new, signer=None):
        text = f"vigil/1K{self._public(old)}/{self._public(new)}".encode()
        return {"from": self._public(old), "to": self._public(new), "given": (signer or old).sign(text).hex(),
                "taken": new.sign(text).hex()}

    def _payload(self, key=None, **changes):
        key = key or self.key
        public = self._public(key)
        payload = {"consumer": public, "cursor": self.cursor, "checkpoint": {"last_seq": 12, "name": "Ü"},
                   "nonce": self.nonce, "next_nonce": "f" * 32, **changes}
        payload["signature"] = key.sign(acknowledge.canonical(payload)).hex()
        return payload

    def test_a_signed_acknowledgement_rotates_the_nonce_and_a_repeat_changes_nothing(self):
        payload = self._payload()
        result = acknowledge.accept(self.cr, payload)
        self.assertEqual(result["nonce"], "f" * 32)
        self.assertGreater(result["acknowledged_rows"], 0)
        again = acknowledge.accept(self.cr, payload)
        self.assertEqual((again["nonce"], again["acknowledged_rows"]), ("f" * 32, 0))
        self.assertEqual(acknowledge.newest(self.cr)["checkpoint"]["last_seq"], 12)

    def test_another_key_or_a_changed_payload_is_refused(self):
        acknowledge.accept(self.cr, self._payload())
        self.nonce = "f" * 32
        with self.assertRaisesRegex(acknowledge.Refused, "vigil.other_consumer"):
            acknowledge.accept(self.cr, self._payload(key=Ed25519PrivateKey.generate(), next_nonce="e" * 32))
        payload = self._payload(next_nonce="e" * 32)
        payload["checkpoint"] = {"last_seq": 13}
        with self.assertRaisesRegex(acknowledge.Refused, "vigil.bad_signature"):
            acknowledge.accept(self.cr, payload)

    def test_an_old_nonce_is_refused(self):
        with self.assertRaisesRegex(acknowledge.Refused, "vigil.other_nonce"):
            acknowledge.accept(self.cr, self._payload(nonce="0" * 32))

    def test_a_rotated_key_is_taken_by_the_handover_that_the_pinned_one_signed(self):
        acknowledge.accept(self.cr, self._payload())
        self.nonce = "f" * 32
        second, third = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
        stolen = [self._handover(self.key, second, signer=second), self._handover(second, third)]
        with self.assertRaisesRegex(acknowledge.Refused, "vigil.other_consumer"):
            acknowledge.accept(self.cr, self._payload(key=third, next_nonce="e" * 32, handovers=stolen))
        way = [self._handover(self.key, second), self._handover(second, third)]
        acknowledge.accept(self.cr, self._payload(key=third, next_nonce="e" * 32, handovers=way))
        self.assertEqual(acknowledge.newest(self.cr)["consumer"], self._public(third))
        self.nonce = "e" * 32
        with self.assertRaisesRegex(acknowledge.Refused, "vigil.other_consumer"):
            acknowledge.accept(self.cr, self._payload(next_nonce="d" * 32, handovers=way))

    def test_acknowledged_rows_leave_only_after_the_days_to_keep(self):
        result = acknowledge.accept(self.cr, self._payload())
        self.assertEqual(result["removed_rows"], 0)
        self.cr.execute("INSERT INTO vigil_rules (rules) VALUES ('{\"keep_days\": 0}')")
        self.assertGreater(acknowledge.remove_expired(self.cr), 0)

    def test_everything_counts_as_pending_until_it_is_acknowledged(self):
        self.assertFalse(acknowledge.is_drained(self.cr))
        acknowledge.accept(self.cr, self._payload())
        pull.parse_cursor(self.cursor)
        self.assertTrue(acknowledge.is_drained(self.cr))
