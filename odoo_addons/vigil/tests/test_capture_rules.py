"""What is tracked: the default list, the rules, and the rules' own events."""
import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..capture import exclusions
from .common import CaptureCase


@tagged("post_install", "-at_install")
class TestCaptureRules(CaptureCase):

    def _set(self, **rules):
        return json.loads(self.env["vigil.bridge"].tracking_set({"rules": rules, "reason": "test"}))

    def test_security_models_are_tracked_by_default(self):
        self.env.cr.execute("SELECT model FROM vigil_relation")
        tracked = {model for (model,) in self.env.cr.fetchall()}
        self.assertLessEqual({"res.users", "res.groups", "ir.model.access", "ir.rule", "ir.module.module",
                              "ir.config_parameter", "ir.cron", "ir.actions.server", "res.partner"}, tracked)
        self.assertFalse({model for model in tracked if exclusions.reason(model)})

    def test_every_exclusion_has_a_reason(self):
        self.assertTrue(all(exclusions.MODELS.values()) and all(exclusions.COLUMNS.values()))

    def test_a_model_that_is_switched_off_is_not_captured_and_that_is_an_event(self):
        partner = self.env["res.partner"].create({"name": "Azure"})
        self.restart_transaction()
        self._set(models={"res.partner": {"write": False}})
        partner.city = "Berlin"
        self.assertEqual(self.rows_of(partner), [])
        event = self.own_events("tracking.rules_changed")[0]
        self.assertEqual(event["details"]["reason"], "test")
        self.assertEqual(event["details"]["after"]["models"], {"res.partner": {"write": False}})

    def test_rules_that_are_switched_by_plain_sql_are_told(self):
        self.restart_transaction()
        self.env.cr.execute("UPDATE vigil_relation SET on_write = false WHERE model = 'res.partner'")
        event = self.own_events("tracking.rules_changed")[0]
        self.assertEqual((event["model"], event["details"]["by"]), ("res.partner", "sql"))

    def test_a_field_that_is_switched_off_is_left_out(self):
        partner = self.env["res.partner"].create({"name": "Azure"})
        self.restart_transaction()
        self._set(models={"res.partner": {"fields": {"city": False, "category_id": False}}})
        partner.write({"city": "Berlin", "street": "One", "category_id": [(0, 0, {"name": "T"})]})
        row = self.row_of(partner)
        self.assertEqual(row["after"], {"street": "One"})
        self.assertIsNone(row["links"])

    def test_a_model_of_the_exclusions_can_be_chosen(self):
        self._set(models={"ir.logging": {"create": True}})
        self.env.cr.execute("SELECT 1 FROM vigil_capture WHERE table_name = 'ir_logging'")
        self.assertTrue(self.env.cr.fetchone())

    def test_the_same_rules_again_are_no_event(self):
        self._set(keep_days=9)
        self._set(keep_days=9)
        self.assertEqual(len(self.own_events("tracking.rules_changed")), 1)

    def test_wrong_rules_are_refused_with_what_is_wrong(self):
        for rules in ({"models": {"no.model": {}}}, {"models": {"vigil.bridge": {}}}, {"users": {"mode": "some"}},
                      {"keep_days": -1}, {"colour": 1}, {"models": {"res.partner": {"fields": {"nope": True}}}}):
            with self.assertRaisesRegex(UserError, "vigil.bad_rules"):
                self._set(**rules)

    def test_an_ordinary_user_may_not_use_the_bridge(self):
        user = new_test_user(self.env, "vigil-plain", groups="base.group_user")
        bridge = self.env["vigil.bridge"].with_user(user)
        for method in ("hello", "pull", "acknowledge", "status", "tracking_get", "tracking_set", "adopt"):
            with self.assertRaises(AccessError):
                getattr(bridge, method)({})
