"""Activity: what a person reads of an event."""
from odoo.tests import tagged

from .common import CaptureCase


@tagged("post_install", "-at_install")
class TestActivity(CaptureCase):
    def event_of(self, record):
        self.env.flush_all()
        self.env["vigil.event"].invalidate_model()
        events = self.env["vigil.event"].search([
            ("model", "=", record._name), ("res_id", "=", record.id), ("kind", "like", "record.")])
        self.assertEqual(len(events), 1, "one event for a record in a transaction")
        return events

    def settled(self, **values):
        """A partner of whom nothing is captured yet."""
        partner = self.env["res.partner"].create({"name": "Azure", **values})
        self.restart_transaction(partner)
        return partner

    def test_update_shows_labels_and_names_beside_each_other(self):
        germany, france = self.env.ref("base.de"), self.env.ref("base.fr")
        partner = self.settled(city="Fremont", country_id=germany.id)
        partner.write({"city": "Berlin", "country_id": france.id})
        event = self.event_of(partner)
        self.assertEqual(event.kind, "record.updated")
        self.assertEqual(event.action, "Updated")
        self.assertEqual(event.record_name, "Azure")
        for text in ("City", "Fremont", "Berlin", "Country", germany.name, france.name):
            self.assertIn(text, event.diff)
        self.assertNotIn("country_id", event.diff)

    def test_create_and_writes_in_one_transaction_are_one_event(self):
        partner = self.env["res.partner"].create({"name": "New"})
        partner.city = "Berlin"
        event = self.event_of(partner)
        self.assertEqual(event.kind, "record.created")
        self.assertIn("Berlin", event.diff)

    def test_deleted_record_keeps_its_name(self):
        partner = self.settled(city="Fremont")
        partner_id = partner.id
        partner.unlink()
        self.env.flush_all()
        event = self.env["vigil.event"].search([("model", "=", "res.partner"), ("res_id", "=", partner_id)])
        self.assertEqual((event.kind, event.record_name), ("record.deleted", f"Azure (#{partner_id})"))
        self.assertIn("Fremont", event.diff)

    def test_values_are_escaped(self):
        partner = self.settled()
        partner.city = "<script>alert(1)</script>"
        self.assertIn("&lt;script&gt;", self.event_of(partner).diff)
        self.assertNotIn("<script>", self.event_of(partner).diff)

    def test_secret_is_told_without_its_value(self):
        user = self.env["res.users"].create({"name": "Secret", "login": "vigil_secret"})
        self.restart_transaction(user)
        user.password = "hunter2hunter2"
        event = self.event_of(user)
        self.assertIn("secret", event.diff)
        self.assertNotIn("hunter2", event.diff)

    def test_links_are_named(self):
        partner = self.settled()
        tag = self.env["res.partner.category"].create({"name": "Vendor tag"})
        partner.category_id = tag
        self.assertIn("Vendor tag", self.event_of(partner).diff)

    def test_history_asks_for_the_records_chosen(self):
        partner = self.settled()
        partner.city = "Berlin"
        self.env.flush_all()
        action = self.env["vigil.event"].action_history("res.partner", partner.ids)
        self.assertEqual(self.env["vigil.event"].search(action["domain"]).mapped("res_id"), partner.ids)

    def test_grouping_and_searching(self):
        partner = self.settled()
        partner.city = "Berlin"
        self.env.flush_all()
        groups = self.env["vigil.event"].search([("model_id.model", "=", "res.partner"), ("kind", "=", "record.updated")])
        self.assertTrue(groups)
        read_group = self.env["vigil.event"]._read_group([("model", "=", "res.partner")], ["kind"], ["__count"])
        self.assertIn("record.updated", [kind for kind, _count in read_group])

    def test_settings_show_the_state_and_change_the_rules(self):
        settings = self.env["res.config.settings"].create({})
        self.assertRegex(settings.vigil_triggers, r"\d+ of \d+")
        self.assertEqual(settings.vigil_keep_days, 7)
        country = self.env["ir.model"]._get("res.country")
        settings.write({"vigil_keep_days": 9, "vigil_read_model_ids": [(4, country.id)]})
        settings.set_values()
        rules = self.env["vigil.tracking"]._get_rules()
        self.assertEqual(rules["keep_days"], 9)
        self.assertTrue(rules["models"]["res.country"]["read"])

    def test_settings_choose_operations_fields_and_users(self):
        get = self.env["ir.model"]._get
        comment = self.env["ir.model.fields"]._get("res.partner", "comment")
        settings = self.env["res.config.settings"].create({"vigil_off_model_ids": [(4, get("res.country").id)]})
        settings.write({
            "vigil_rule_ids": [(0, 0, {"model_id": get("res.partner").id, "on_unlink": False, "field_ids": [(4, comment.id)]})],
            "vigil_users_mode": "except", "vigil_user_ids": [(4, self.env.ref("base.user_admin").id)],
        })
        settings.set_values()
        rules = self.env["vigil.tracking"]._get_rules()
        self.assertEqual(rules["models"]["res.partner"], {"unlink": False, "fields": {"comment": False}})
        self.assertEqual(rules["users"], {"mode": "except", "logins": [self.env.ref("base.user_admin").login]})
        again = self.env["res.config.settings"].create({})
        again.set_values()
        self.assertEqual(self.env["vigil.tracking"]._get_rules(), rules, "saving what is shown changes nothing")
        self.assertEqual(again.vigil_rule_ids.model_id.model, "res.partner")
        again.write({"vigil_rule_ids": [(5, 0, 0)], "vigil_users_mode": "all", "vigil_off_model_ids": [(5, 0, 0)]})
        again.set_values()
        rules = self.env["vigil.tracking"]._get_rules()
        self.assertFalse([name for name, rule in rules["models"].items() if False in rule.values()])
        self.assertEqual(rules["users"]["mode"], "all")
