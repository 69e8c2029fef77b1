"""What was refused or undone leaves an event although its transaction rolled back."""
import json
from unittest.mock import patch

import psycopg2
from werkzeug.exceptions import Forbidden, NotFound

from odoo.exceptions import AccessDenied, AccessError, UserError
from odoo.http import SessionExpiredException
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import mute_logger

from .. import failures, outbox


@tagged("post_install", "-at_install")
class TestFailuresOfRequests(HttpCase):
    def setUp(self):
        super().setUp()
        self.events = []
        self.patch(outbox, "emit_apart", lambda registry, payload, key=None, attribution=None:
                   self.events.append((payload, attribution, key)))

    def call(self, model, method, args, kwargs=None):
        with mute_logger("odoo.http", "odoo.sql_db"):
            return self.url_open(
                f"/web/dataset/call_kw/{model}/{method}",
                data=json.dumps({"params": {"model": model, "method": method, "args": args, "kwargs": kwargs or {}}}),
                headers={"Content-Type": "application/json"},
            ).json()

    def test_a_validation_error_tells_who_what_and_why(self):
        partner = self.env["res.partner"].create({"name": "Loop"})
        self.authenticate("admin", "admin")
        self.assertIn("error", self.call("res.partner", "write", [[partner.id], {"parent_id": partner.id}]))
        (payload, who, _key), = self.events
        self.assertEqual((payload["kind"], payload["model"], payload["record_id"]), ("operation.failed", "res.partner", partner.id))
        self.assertEqual(payload["details"]["method"], "write")
        self.assertIn("recursive", payload["details"]["message"].lower())
        self.assertEqual(who["uid"], self.env.ref("base.user_admin").id)

    def test_denied_access(self):
        self.env["res.users"].create({"name": "Small", "login": "small_user", "password": "small_user_1"})
        self.authenticate("small_user", "small_user_1")
        parameter = self.env["ir.config_parameter"].sudo().search([], limit=1)
        self.assertIn("error", self.call("ir.config_parameter", "write", [[parameter.id], {"value": "x"}]))
        self.assertEqual([e[0]["kind"] for e in self.events], ["operation.denied"])

    def test_remote_call_is_told_once(self):
        uid = self.env.ref("base.user_admin").id
        with mute_logger("odoo.http", "odoo.addons.base.controllers.rpc"), self.assertRaises(Exception):
            self.xmlrpc_object.execute_kw(self.env.cr.dbname, uid, "admin", "res.partner", "no_such_method", [[1]])
        self.assertEqual([(e[0]["kind"], e[1]["uid"]) for e in self.events], [("operation.failed", uid)])


@tagged("post_install", "-at_install")
class TestFailures(TransactionCase):
    def record(self, exception, **values):
        with patch.object(outbox, "emit_apart") as emitted:
            failures.record(self.registry, exception, values.get("model", "res.partner"), values.get("method", "write"), values.get("args"))
        return emitted.call_args and emitted.call_args[0][1]

    def test_kinds(self):
        kinds = [(self.record(e) or {}).get("kind") for e in (
            AccessError("no"), AccessDenied(), Forbidden(), UserError("no"), KeyError("x"), NotFound(), SessionExpiredException("x"))]
        self.assertEqual(kinds, ["operation.denied"] * 3 + ["operation.failed"] * 2 + [None] * 2)

    def test_message_is_bounded_and_without_traceback(self):
        text = self.record(UserError("x" * 9000))["details"]["message"]
        self.assertEqual(len(text), failures.MAX_MESSAGE)
        text = self.record(ValueError("bad\nTraceback (most recent call last):\n  File x"))["details"]["message"]
        self.assertEqual(text, "bad")

    def test_values_of_a_statement_stay_out(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.Error) as caught, self.env.cr.savepoint():
            self.env.cr.execute("INSERT INTO res_users (login, active, company_id, partner_id, notification_type) SELECT login, active,"
                                " company_id, partner_id, notification_type FROM res_users WHERE login = 'admin'")
        self.assertNotIn("(admin)", self.record(caught.exception)["details"]["message"])

    def test_same_exception_is_told_once(self):
        error = UserError("once")
        self.assertTrue(self.record(error))
        self.assertIsNone(self.record(error))

    def test_a_flood_is_throttled_and_its_loss_counted(self):
        with patch.object(outbox, "_windows", {}):
            written = [outbox._throttle(("db", "key")) for _n in range(outbox.THROTTLE_BURST + 5)]
        self.assertEqual(written[:2] + written[-1:], [0, 0, None])

    def test_an_error_here_is_not_the_users(self):
        with patch.object(failures.attribution, "describe", side_effect=ValueError), self.assertLogs(failures._logger, "WARNING"):
            self.assertIsNone(self.record(UserError("x")))
