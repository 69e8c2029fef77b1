"""Reads are recorded for the models whose rule asks for it, at the door, and for no other."""
import json

from odoo.tests import HttpCase, tagged

from .. import reads


@tagged("post_install", "-at_install")
class TestReads(HttpCase):
    def setUp(self):
        super().setUp()
        self.env["vigil.tracking"]._set_rules({"models": {"res.partner": {"read": True}}})
        self.partner = self.env["res.partner"].create({"name": "Read me", "comment": "x"})
        self.events = []
        self.patch(reads, "_after_commit", lambda env, kind, model, ids, details: self.events.append((kind, model, list(ids), details)))
        self.authenticate("admin", "admin")
        self.events.clear()

    def call(self, model, method, args, **kwargs):
        answer = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}",
            data=json.dumps({"params": {"model": model, "method": method, "args": args, "kwargs": kwargs}}),
            headers={"Content-Type": "application/json"}, timeout=120,
        ).json()
        self.assertNotIn("error", answer)
        return answer["result"]

    def test_read_and_web_read(self):
        self.call("res.partner", "read", [[self.partner.id], ["name"]])
        self.call("res.partner", "web_read", [[self.partner.id]], specification={"name": {}})
        self.assertEqual([e[:3] for e in self.events], [("record.read", "res.partner", [self.partner.id])] * 2)

    def test_searches_tell_records_and_domain(self):
        domain = [("id", "=", self.partner.id)]
        self.call("res.partner", "search_read", [], domain=domain, fields=["name"])
        self.call("res.partner", "web_search_read", [], domain=domain, specification={"name": {}})
        self.call("res.partner", "name_search", [], name="Read me")
        self.assertEqual([e[2] for e in self.events], [[self.partner.id]] * 3)
        self.assertEqual(json.loads(self.events[0][3]["domain"]), [["id", "=", self.partner.id]])

    def test_other_models_and_writes_leave_nothing(self):
        self.call("res.users", "read", [[self.env.ref("base.user_admin").id], ["name"]])
        self.call("res.partner", "write", [[self.partner.id], {"city": "Berlin"}])
        self.assertEqual(self.events, [])

    def test_export_by_call_and_by_dialog(self):
        self.call("res.partner", "export_data", [[self.partner.id], ["name"]])
        data = {"model": "res.partner", "fields": [{"name": "name", "label": "Name", "type": "char"}], "ids": [self.partner.id],
                "domain": [], "import_compat": False}
        token = self.csrf()
        self.url_open("/web/export/csv", data={"data": json.dumps(data), "csrf_token": token})
        self.assertEqual([e[:3] for e in self.events], [("record.exported", "res.partner", [self.partner.id])] * 2)

    def test_download_is_told_on_the_record_it_hangs_on(self):
        attachment = self.env["ir.attachment"].create({
            "name": "a.txt", "raw": b"abc", "res_model": "res.partner", "res_id": self.partner.id})
        self.url_open(f"/web/content/{attachment.id}")
        self.assertEqual([e[:3] for e in self.events], [("record.exported", "res.partner", [self.partner.id])])

    def test_rule_takes_effect_at_once(self):
        self.env["vigil.tracking"]._set_rules({"models": {"res.partner": {"read": False}}})
        self.call("res.partner", "read", [[self.partner.id], ["name"]])
        self.assertEqual(self.events, [])

    def csrf(self):
        from odoo import http

        return http.Request.csrf_token(self._fake_request())

    def _fake_request(self):
        """What csrf_token needs of a request: the session and the environment."""
        from types import SimpleNamespace

        return SimpleNamespace(session=self.session, env=self.env)
