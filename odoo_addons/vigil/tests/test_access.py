"""The matrix of rights as an event."""
from datetime import date
from unittest.mock import patch

from odoo import fields
from odoo.tests import new_test_user, tagged

from ..models.vigil_access import KIND
from .common import CaptureCase


@tagged("post_install", "-at_install")
class TestAccess(CaptureCase):
    def test_tells_users_groups_and_what_groups_allow(self):
        user = new_test_user(self.env, "vigil_matrix", groups="base.group_user,base.group_partner_manager")
        portal = new_test_user(self.env, "vigil_matrix_portal", groups="base.group_portal")
        self.env["vigil.access"]._record()
        (event,) = self.own_events(KIND)
        users = {row[0]: row for row in event["details"]["users"]}
        self.assertNotIn(portal.id, users)
        self.assertEqual(users[user.id][1:4], ["vigil_matrix", user.name, True])
        self.assertIn(self.env.ref("base.group_partner_manager").id, users[user.id][4])
        groups = {row[2]: row for row in event["details"]["groups"]}
        self.assertIn(self.env.ref("base.group_erp_manager").id, groups["base.group_system"][3])
        self.assertIn(["res.users", self.env.ref("base.group_erp_manager").id, "rcwd"], event["details"]["rights"])

    def test_is_told_once_a_week(self):
        for day, count in ((date(2026, 11, 22), 0), (date(2026, 11, 23), 1), (date(2026, 11, 24), 1)):
            with patch.object(fields.Date, "context_today", lambda record, day=day: day):
                self.env["vigil.access"]._record_weekly()
            self.assertEqual(len(self.own_events(KIND)), count)
