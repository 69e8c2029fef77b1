"""Evidence in Odoo cannot be changed, capture never fails the user, and what is switched off is seen."""
import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..capture import install, status
from ..hooks import uninstall_hook
from .common import CaptureCase


@tagged("post_install", "-at_install")
class TestCaptureProtection(CaptureCase):

    def _refused(self, query):
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.InsufficientPrivilege), self.cr.savepoint():
            self.env.cr.execute(query)

    def test_plain_sql_cannot_change_delete_or_empty_the_outbox(self):
        self.env["res.partner"].create({"name": "Azure"})
        self.env.flush_all()
        for table in ("vigil_outbox", "vigil_rules", "vigil_ack"):
            self._refused(f"UPDATE {table} SET at = now()")
            self._refused(f"DELETE FROM {table}")
            self._refused(f"TRUNCATE {table}")

    def test_an_error_in_capture_leaves_the_change_and_a_gap(self):
        partner = self.env["res.partner"].create({"name": "Azure"})
        self.restart_transaction()
        self.env.cr.execute("ALTER TABLE vigil_outbox ADD CONSTRAINT vigil_test CHECK (op <> 'U') NOT VALID")
        for city in ("Berlin", "Rome"):
            partner.city = city
            self.env.flush_all()
        self.env.cr.execute("SELECT city FROM res_partner WHERE id = %s", (partner.id,))
        self.assertEqual(self.env.cr.fetchone()[0], "Rome")
        gaps = self.own_events("tracking.gap")
        self.assertEqual(len([gap for gap in gaps if gap["model"] == "res.partner"]), 1, "once in a transaction")
        self.assertEqual(gaps[0]["details"]["table"], "res_partner")
        self.assertGreaterEqual(status.status(self.env)["gaps"], 1)

    def test_a_column_that_is_gone_leaves_the_change_and_a_gap(self):
        tag = self.env["res.partner.category"].create({"name": "A"})
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE res_partner_category DROP COLUMN color")
        self.env.cr.execute("UPDATE res_partner_category SET active = false WHERE id = %s", (tag.id,))
        self.assertEqual(self.env.cr.rowcount, 1)
        self.assertEqual([gap["details"]["table"] for gap in self.own_events("tracking.gap")], ["res_partner_category"])

    def test_a_statement_of_many_rows_takes_no_transaction_ids_of_its_own(self):
        partners = self.env["res.partner"].create([{"name": "P%d" % i} for i in range(100)])
        self.restart_transaction()
        self.env.cr.execute("UPDATE res_partner SET city = 'x' WHERE id = ANY (%s)", (partners.ids,))
        self.env.cr.execute("SELECT count(*), count(DISTINCT xmin::text) FROM vigil_outbox WHERE xid = pg_current_xact_id() AND op = 'U'")
        rows, ids = self.env.cr.fetchone()
        self.assertEqual(rows, 100)
        self.assertLessEqual(ids, 2, "that of the probe and the statement's own: more than 64 spill the snapshot of every session")

    def test_a_trigger_that_is_switched_off_is_reported(self):
        before = status.status(self.env)
        self.assertEqual(before["triggers_expected"], before["triggers_present"])
        self.env.cr.execute("ALTER TABLE res_partner DISABLE TRIGGER vigil_update")
        after = status.status(self.env)
        self.assertEqual(after["triggers_present"], before["triggers_present"] - 1)
        self.assertTrue(any("res_partner" in warning for warning in after["warnings"]))
        _captures, todo, _stale = install.pending(self.env)
        self.assertIn("res_partner", {capture.table for capture in todo})
        install.report_missing(self.env.cr)
        install.report_missing(self.env.cr)
        events = self.own_events("tracking.triggers_missing")
        self.assertEqual([event["details"]["tables"] for event in events], [["res_partner"]], "told once")

    def test_a_protection_that_is_switched_off_is_reported(self):
        self.env.cr.execute("ALTER TABLE vigil_outbox DISABLE TRIGGER vigil_guard_delete")
        self.assertEqual(status.switched_off_guards(self.env.cr), ["vigil_outbox"])

    def test_uninstalling_waits_until_the_service_has_everything(self):
        self.env["res.partner"].create({"name": "Azure"})
        self.env.flush_all()
        with self.assertRaises(UserError):
            uninstall_hook(self.env)
        with self.assertRaises(UserError):
            self.env["ir.module.module"].search([("name", "=", "vigil")]).button_uninstall()

    def test_uninstalling_by_force_leaves_nothing(self):
        self.env["ir.config_parameter"].set_param("vigil.force_uninstall", "1")
        self.env.flush_all()
        with self.cr.savepoint():
            uninstall_hook(self.env)
            self.env.cr.execute("SELECT (SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'vigil\\_%'),"
                                " (SELECT count(*) FROM pg_proc WHERE proname LIKE 'vigil\\_%')")
            self.assertEqual(self.env.cr.fetchone(), (0, 0))
            # the test's transaction is rolled back: the tables are back for the next test
