"""A service that is away, models that fail rather than go unrecorded, and a service whose store is lost."""
from secrets import token_hex

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..capture import acknowledge, install, limit
from .common import CaptureCase


@tagged("post_install", "-at_install")
class TestLimits(CaptureCase):

    def _set(self, **rules):
        return self.env["vigil.tracking"]._set_rules(rules, "test")

    def _reach(self, policy):
        self.env.cr.execute("INSERT INTO vigil_limit (reached, policy) VALUES (true, %s)", (policy,))

    def test_a_limit_that_is_reached_is_told_once_and_everything_is_kept(self):
        self.env["res.partner"].create({"name": "Azure"})
        self.env.flush_all()
        self.env["res.partner"].create([{"name": f"Partner {n}", "comment": token_hex(20000)} for n in range(200)])
        self.env.flush_all()
        self._set(outbox={"limit_mb": 1})
        self.assertTrue(limit.check(self.env))
        self.assertEqual(len(self.own_events("tracking.limit_reached")), 1)
        self.assertIn("limit", limit.warning(self.env.cr))
        partner = self.env["res.partner"].create({"name": "Azure"})
        self.assertEqual(self.row_of(partner)["after"]["name"], "Azure")
        self._set(outbox={"limit_mb": 0, "limit_days": 0})
        self.assertEqual(len(self.own_events("tracking.limit_ended")), 1)
        self.assertIsNone(limit.warning(self.env.cr))

    def test_at_the_limit_changes_may_go_without_values(self):
        partner = self.env["res.partner"].create({"name": "Azure"})
        self.restart_transaction()
        self._reach("no_values")
        partner.city = "Berlin"
        self.env.flush_all()
        partner.street = "One"
        row = self.row_of(partner)
        self.assertEqual((row["op"], row["before"], row["after"]), ("u", {}, {}))
        self.env.cr.execute("INSERT INTO vigil_limit (reached, policy) VALUES (false, 'no_values')")
        self.restart_transaction()
        partner.city = "Rome"
        self.assertEqual(self.row_of(partner)["after"], {"city": "Rome"})

    def test_rules_about_the_outbox_are_checked(self):
        for rule in ({"limit_mb": -1}, {"when_full": "drop"}, {"colour": 1}, 7):
            with self.assertRaisesRegex(UserError, "vigil.bad_rules"):
                self._set(outbox=rule)

    def test_a_strict_model_fails_rather_than_go_unrecorded(self):
        partner = self.env["res.partner"].create({"name": "Azure"})
        self._set(models={"res.partner": {"strict": True}})
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE vigil_outbox ADD CONSTRAINT vigil_test CHECK (op <> 'U') NOT VALID")
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.CheckViolation), self.cr.savepoint():
            self.env.cr.execute("UPDATE res_partner SET city = 'Rome' WHERE id = %s", (partner.id,))

    def test_a_released_service_makes_room_for_another_and_loses_nothing(self):
        self.env.cr.execute("INSERT INTO vigil_ack (nonce, consumer, snapshot) SELECT 'n', 'lost', pg_current_snapshot()")
        manager = new_test_user(self.env, "vigil-manager", groups="base.group_user,vigil.group_manager")
        tracking = self.env["vigil.tracking"]
        self.assertEqual(tracking.with_user(manager)._release_consumer("disk lost"), "lost")
        state = acknowledge.newest(self.env.cr)
        self.assertEqual((state["consumer"], state["snapshot"]), (None, "3:3:"))
        event = self.own_events("tracking.released")[0]
        self.assertEqual((event["details"]["consumer"], event["details"]["reason"]), ("lost", "disk lost"))
        self.assertIsNone(tracking.with_user(manager)._release_consumer())

    def test_the_bridge_user_may_not_release_itself(self):
        bridge = new_test_user(self.env, "vigil-bridge", groups="base.group_user,vigil.group_bridge,vigil.group_manager")
        with self.assertRaises(AccessError):
            self.env["vigil.tracking"].with_user(bridge)._release_consumer()

    def test_missing_triggers_are_seen_although_their_row_is_deleted(self):
        self.restart_transaction()
        self.env.cr.execute("DROP TRIGGER vigil_update ON res_partner")
        self.env.cr.execute("DELETE FROM vigil_capture WHERE table_name = 'res_partner'")
        self.assertEqual(len(self.own_events("tracking.capture_ended")), 1)
        self.assertIn("res_partner", install.missing_tables(self.env.cr))
        install.report_missing(self.env.cr)
        install.report_missing(self.env.cr)
        self.assertEqual([e["details"]["tables"] for e in self.own_events("tracking.triggers_missing")], [["res_partner"]])

    def test_a_function_or_table_that_was_altered_is_told_once(self):
        self.restart_transaction()
        self.assertEqual(install.altered_tables(self.env.cr), {})
        self.env.cr.execute("CREATE OR REPLACE FUNCTION vigil_t_res_partner() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")
        self.env.cr.execute("ALTER TABLE res_country ADD COLUMN vigil_test int")
        install.report_altered(self.env.cr)
        install.report_altered(self.env.cr)
        self.assertEqual([e["details"]["tables"] for e in self.own_events("tracking.capture_altered")], [["res_country", "res_partner"]])
        _captures, todo, _stale = install.pending(self.env)
        self.assertEqual({capture.table for capture in todo}, {"res_country", "res_partner"})

    def test_what_the_triggers_read_and_old_digests_are_guarded(self):
        self.env.cr.execute("INSERT INTO vigil_digest (checksum, sha256) VALUES ('a', 'b')")
        for query in ("INSERT INTO vigil_ruled VALUES (1, false, false, false, NULL)", "DELETE FROM vigil_digest",
                      "UPDATE vigil_digest SET sha256 = 'c'", "TRUNCATE vigil_capture", "DELETE FROM vigil_limit WHERE true"):
            if "vigil_limit" in query:
                self._reach("keep")
            with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.InsufficientPrivilege), self.cr.savepoint():
                self.env.cr.execute(query)
