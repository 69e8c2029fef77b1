"""Who sees which events, and that nobody changes one."""
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import CaptureCase


@tagged("post_install", "-at_install")
class TestSecurity(CaptureCase):
    def setUp(self):
        super().setUp()
        self.auditor = new_test_user(self.env, "vigil_auditor", groups="base.group_user,vigil.group_auditor")
        self.manager = new_test_user(self.env, "vigil_manager", groups="base.group_user,vigil.group_manager")
        self.env["res.partner"].create({"name": "Seen", "city": "Fremont"})
        self.env["ir.config_parameter"].set_param("vigil.test_of_security", "x")
        self.env.flush_all()

    def models_seen_by(self, user):
        return set(self.env["vigil.event"].with_user(user).search([], limit=2000).mapped("model"))

    def test_auditor_sees_events_of_models_they_may_read(self):
        seen = self.models_seen_by(self.auditor)
        self.assertIn("res.partner", seen)
        self.assertNotIn("ir.config_parameter", seen)

    def test_manager_sees_all_events(self):
        self.assertIn("ir.config_parameter", self.models_seen_by(self.manager))

    def test_others_see_nothing(self):
        user = new_test_user(self.env, "vigil_nobody", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.env["vigil.event"].with_user(user).search([])

    def test_nobody_changes_an_event(self):
        for user in (self.manager, self.env.ref("base.user_admin"), self.env.ref("base.user_root")):
            event = self.env["vigil.event"].with_user(user).search([], limit=1)
            for change in (lambda: event.write({"kind": "x"}), event.unlink, lambda: event.create({"kind": "x"})):
                with self.assertRaises(AccessError):
                    change()

    def test_fields_that_the_auditor_may_not_read_stay_out_of_the_diff(self):
        self.assertIn("group_user", self.env["res.users"]._fields["share"].groups or "group_user")
        event = self.env["vigil.event"].with_user(self.auditor).search([("model", "=", "res.partner")], limit=1)
        event_fields = event._readable_fields()
        self.assertIn("city", event_fields)
        self.assertIsNone(event.with_user(self.manager)._readable_fields())

    def test_administrator_is_a_manager_and_the_bridge_is_not(self):
        self.assertTrue(self.env.ref("base.user_admin").has_group("vigil.group_manager"))
        bridge = new_test_user(self.env, "vigil_bridge_user", groups="base.group_user,vigil.group_bridge")
        self.assertFalse(bridge.has_group("vigil.group_auditor"))
