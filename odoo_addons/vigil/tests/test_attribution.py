"""Who is behind a transaction: one row for each transaction that writes, whatever savepoints and commits do."""
import json
from contextlib import closing
from unittest.mock import patch

from odoo.tests import HttpCase, TransactionCase, tagged

from .. import attribution, causes, context

_OWN = "SELECT data FROM vigil_transaction WHERE xid = pg_current_xact_id()"


@tagged("post_install", "-at_install")
class TestAttributionRow(TransactionCase):
    def cursor(self):
        """A real cursor of its own, rolled back at the end unless the test commits."""
        return closing(self.registry.cursor())

    def own_row(self, cr):
        cr.execute(_OWN)
        row = cr.fetchone()
        return row and row[0]

    def write_something(self, cr):
        cr.execute("SELECT pg_current_xact_id()::text")
        return cr.fetchone()[0]

    def test_writing_transaction_gets_a_row_at_flush(self):
        with self.cursor() as cr, context.frame(cron={"id": 7, "name": "Nightly"}, correlation_id="c-1"):
            self.write_something(cr)
            cr.flush()
            self.assertEqual(self.own_row(cr), {"origin": {"type": "cron", "id": 7, "name": "Nightly"}, "correlation_id": "c-1"})

    def test_reading_transaction_gets_no_transaction_id(self):
        with self.cursor() as cr:
            cr.execute("SELECT 1")
            cr.flush()
            cr.execute("SELECT pg_current_xact_id_if_assigned()")
            self.assertIsNone(cr.fetchone()[0])

    def test_row_is_there_after_a_rollback_to_the_savepoint_that_held_it(self):
        with self.cursor() as cr:
            cr.execute("SELECT 1")
            savepoint = cr.savepoint()
            self.write_something(cr)
            cr.flush()
            savepoint.close(rollback=True)
            cr.flush()
            self.assertTrue(self.own_row(cr))

    def test_row_is_there_at_commit_after_a_rollback_in_plain_sql(self):
        with self.cursor() as cr:
            cr.execute("SAVEPOINT by_hand")
            xid = self.write_something(cr)
            cr.flush()
            cr.execute("ROLLBACK TO SAVEPOINT by_hand")
            cr.commit()  # pylint: disable=invalid-commit
            cr.execute("SELECT count(*) FROM vigil_transaction WHERE xid = %s::xid8", (xid,))
            self.assertEqual(cr.fetchone()[0], 1)

    def test_each_commit_has_its_own_row(self):
        with self.cursor() as cr, context.frame(cron={"id": 8, "name": "Twice"}):
            xids = []
            for _round in range(3):
                xids.append(self.write_something(cr))
                cr.commit()  # pylint: disable=invalid-commit
            cr.execute("SELECT count(*) FROM vigil_transaction WHERE xid = ANY(%s::xid8[])", ("{%s}" % ",".join(xids),))
            self.assertEqual(cr.fetchone()[0], 3)

    def test_no_query_is_counted(self):
        with self.cursor() as cr:
            self.write_something(cr)
            before = cr.sql_log_count
            cr.flush()
            self.assertEqual(cr.sql_log_count, before)

    def test_an_error_is_counted_and_the_transaction_goes_on(self):
        with self.cursor() as cr, patch.object(attribution.outbox, "encode", lambda data: "{no json"), \
                patch.object(attribution.outbox, "emit_apart") as emitted, self.assertLogs(attribution._logger, "WARNING"):
            xid = self.write_something(cr)
            before = attribution.errors[cr.dbname]
            cr.flush()
            cr.execute("SELECT pg_current_xact_id()::text")
            self.assertEqual(cr.fetchone()[0], xid)
            self.assertEqual(attribution.errors[cr.dbname], before + 1)
            self.assertEqual(emitted.call_args[0][1]["kind"], "tracking.gap")
        attribution.errors[self.env.cr.dbname] -= 1

    def test_a_failed_transaction_is_left_alone(self):
        with self.cursor() as cr:
            self.write_something(cr)
            with self.assertLogs("odoo.sql_db", "ERROR"), self.assertRaises(Exception):
                cr.execute("SELECT no_such_column")
            self.assertFalse(attribution.write(cr))

    def test_installing_twice_keeps_the_originals(self):
        attribution.install()
        attribution.install()
        self.assertIsNot(attribution._flush.origin, attribution._flush)

    def test_cron_triggered_by_a_request_inherits_its_correlation(self):
        cron = self.env["ir.cron"].create({
            "name": "Vigil test", "model_id": self.env.ref("base.model_res_partner").id, "state": "code", "code": "pass"})
        with context.frame(correlation_id="click-1"):
            cron._trigger()
        self.env.flush_all()
        self.assertEqual(causes.of_cron(self.env.cr, cron.id), "click-1")

    def test_mail_made_by_a_request_inherits_its_correlation(self):
        with context.frame(correlation_id="click-2"):
            mail = self.env["mail.mail"].create({"body_html": "Hello", "email_to": "a@example.com"})
        self.assertEqual(causes.of_records(mail), {mail.id: "click-2"})
        seen = []
        with patch.object(type(self.env["mail.mail"]), "write", lambda *a: seen.append(context.lookup("correlation_id")) or True):
            parent = "odoo.addons.mail.models.mail_mail.MailMail._send"
            with patch(parent, lambda mails, *a, **k: seen.append(context.lookup("correlation_id"))):
                mail._send()
        self.assertIn("click-2", seen)


@tagged("post_install", "-at_install")
class TestAttributionOfRequests(HttpCase):
    def setUp(self):
        super().setUp()
        self.seen = []
        original = attribution.write
        self.patch(attribution, "write", lambda cr: self.seen.append(attribution.describe(cr)) or original(cr))

    def call(self, model, method, args, kwargs=None, **headers):
        return self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps({"params": {"model": model, "method": method, "args": args, "kwargs": kwargs or {}}}),
            headers={"Content-Type": "application/json", **headers}, timeout=120,
        ).json()

    def test_person_session_address_and_request_of_a_web_call(self):
        partner = self.env["res.partner"].create({"name": "Somebody"})
        session = self.authenticate("admin", "admin")
        self.seen.clear()
        answer = self.call("res.partner", "write", [[partner.id], {"city": "Berlin"}], **{"X-Request-Id": "trace-00001"})
        self.assertTrue(answer["result"])
        told = self.seen[-1]
        self.assertEqual(told["uid"], self.env.ref("base.user_admin").id)
        self.assertEqual(told["session"], context.session_digest(session))
        self.assertEqual(told["ip"], "127.0.0.1")
        self.assertEqual((told["request_id"], told["correlation_id"]), ("trace-00001", "trace-00001"))
        self.assertEqual(told["origin"], {"type": "rpc", "route": "/web/dataset/call_kw", "model": "res.partner", "method": "write"})
        self.assertNotIn(session.sid, json.dumps(told))

    def test_an_odd_request_id_is_replaced(self):
        self.authenticate("admin", "admin")
        self.seen.clear()
        self.call("res.partner", "write", [[], {}], **{"X-Request-Id": "x'; drop table"})
        self.assertRegex(self.seen[-1]["request_id"], r"^[0-9a-f]{8}-")

    def test_run_manually_keeps_the_person(self):
        cron = self.env["ir.cron"].create({
            "name": "Vigil by hand", "model_id": self.env.ref("base.model_res_partner").id, "state": "code",
            "code": "model.create({'name': 'made by cron'})", "user_id": self.env.ref("base.user_root").id})
        self.authenticate("admin", "admin")
        self.seen.clear()
        self.call("ir.cron", "method_direct_trigger", [[cron.id]])
        inside = [told for told in self.seen if told["origin"].get("name") == "Vigil by hand"]
        self.assertTrue(inside)
        self.assertEqual(inside[0]["uid"], self.env.ref("base.user_admin").id)

    def test_remote_call_tells_its_user_and_where_it_came_from(self):
        uid = self.env.ref("base.user_admin").id
        self.seen.clear()
        self.xmlrpc_object.execute_kw(self.env.cr.dbname, uid, "admin", "res.partner", "create", [[{"name": "By XML-RPC"}]])
        told = next(told for told in self.seen if told["origin"].get("method") == "create")
        self.assertEqual(told["uid"], uid)
        self.assertEqual(told["ip"], "127.0.0.1")
        self.assertEqual(told["origin"], {"type": "rpc", "route": "/xmlrpc/2/object", "model": "res.partner", "method": "create"})
