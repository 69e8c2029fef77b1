"""What goes wrong around sessions: strange clients, clocks, keys whose answer is lost, other modules of Odoo's own."""
import json
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, TransactionCase, new_test_user, tagged

from .. import compat, outbox
from ..sessions import book, files, keys, logins, policy
from .sessions_common import SessionCase


@tagged("post_install", "-at_install")
class TestSessionTrouble(SessionCase):
    def test_strange_user_agents_sign_in(self):
        for agent in ("x" * 10000, "", b"\xff\xfe caf\xe9 \x80"):
            browser = self.browser(agent=agent)
            self.assertTrue(browser.ok)
            self.assertIs(self.call(browser), True)
        agents = [row["user_agent"] for row in self.rows()]
        self.assertEqual([agents[0][:2], agents[1]], ["xx", None])
        self.assertLessEqual(len(agents[0]), book.MAX_USER_AGENT)
        self.assertIn("caf", agents[2])
        self.assertEqual([e["known_device"] for e in self.events("session.login")], [False] * 3)

    def test_a_user_with_fifty_sessions(self):
        for n in range(50):
            book.begin(self.env.cr, f"{n:064x}", self.user.id, self.LOGIN)
        self.set_policy(max_sessions=3)
        self.assertTrue(self.browser().ok)
        self.assertEqual([row["end_reason"] for row in self.rows()].count("replaced"), 48)
        self.assertEqual(len(self.events("session.terminated")), 48)

    def test_a_clock_that_was_set_back_harms_nobody(self):
        self.set_policy(inactivity_minutes=10, absolute_hours=1)
        browser = self.browser()
        self.age(started_at=-7200, last_activity_at=-7200, last_request_at=-7200)
        self.assertIs(self.call(browser), True)
        before = self.rows()[0]["last_activity_at"]
        self.post(browser, "/vigil/session/activity", idle_ms=0)
        self.assertEqual(self.rows()[0]["last_activity_at"], before, "never back")
        self.bridge("session_end", login=self.LOGIN, reason="x", by="ops")
        event = self.events("session.terminated")[0]
        self.assertEqual([event[key] for key in ("duration_s", "active_s", "idle_s")], [0, 0, 0])

    def test_a_stored_session_that_is_gone_is_nobodys(self):
        browser = self.browser()
        self.assertEqual(files.delete([self.rows()[0]["session"]]), 1)
        self.assertIn("SessionExpired", self.call(browser))
        self.assertTrue(self.browser().ok)

    def test_two_workers_that_rotate_an_id_at_once_keep_one_session(self):
        if not compat.IS_19:
            self.skipTest("ids are rotated in the middle of a session from 19 on")
        browser = self.browser()
        store = http.root.session_store
        one, other = (store.get(browser.cookies["session_id"]) for _worker in range(2))
        for session in (one, other):
            store.rotate(session, self.env, soft=True)
        self.assertEqual(one.sid, other.sid)
        self.assertNotEqual(one.sid, browser.cookies["session_id"])
        self.assertIs(self.call(browser), True)
        browser.cookies.clear()
        browser.cookies.set("session_id", one.sid)
        self.assertIs(self.call(browser), True)
        self.assertEqual(len(self.rows()), 1)
        self.bridge("session_end", login=self.LOGIN, reason="x", by="ops")
        self.assertIn("SessionExpired", self.call(browser))

    def test_of_a_session_that_others_end_only_what_is_known_counts_as_active(self):
        for reason, active, idle in (("terminated", 0, 84), ("logout", 84, 0)):
            digest = reason.ljust(64, "0")
            book.begin(self.env.cr, digest, self.user.id, self.LOGIN)
            self.env.cr.execute("UPDATE vigil_session SET started_at = started_at - interval '84 s', last_activity_at = started_at"
                                " - interval '84 s' WHERE session = %s", (digest,))
            book.end(self.env.cr, "o.session = %(session)s", {"session": digest}, reason)
            event, = self.events(f"session.{reason}")
            self.assertEqual((event["active_s"], event["idle_s"]), (active, idle))
            self.assertEqual(event["last_activity_at"], event["ended_at" if active else "started_at"])

    def test_core_s_lock_is_no_end_and_vigil_s_limit_is_one(self):
        if "lock_timeout_inactivity" not in self.env["res.groups"]._fields:
            self.skipTest("auth_timeout is not installed: 19 has it")
        self.env.ref("base.group_user").write({"lock_timeout_inactivity": 5})
        self.set_policy(inactivity_minutes=10)
        browser = self.browser()
        info = self.post(browser, "/web/session/get_session_info")["result"]
        self.assertEqual((info["lock_timeout_inactivity"], info["vigil_session"]["inactivity_s"]), (300, 600.0))
        store = http.root.session_store
        session = store.get(browser.cookies["session_id"])
        session["identity-check-next"] = 1
        store.save(session)
        self.assertIn("CheckIdentity", self.call(browser))
        self.assertFalse(self.rows()[0]["ended_at"])
        self.age(started_at=3000, last_activity_at=900)
        self.assertNotIn("CheckIdentity", self.call(browser), "one answer, and that is the end")
        self.assertEqual([e["reason"] for e in self.events("session.expired")], ["inactivity"])


@tagged("post_install", "-at_install")
class TestAccountEvents(TransactionCase):
    def setUp(self):
        super().setUp()
        self.told, emit = [], outbox.emit
        self.patch(outbox, "emit", lambda cr, payload: (self.told.append(payload), emit(cr, payload)))
        self.user = new_test_user(self.env, "sess_bob", groups="base.group_user")

    def events(self, kind):
        return [payload["details"] for payload in self.told if payload["kind"] == kind]

    def _key(self, name, days):
        model = self.env["res.users.apikeys"].with_user(self.user).sudo()
        model._generate(None, name, *([] if compat.IS_17 else [datetime.now() + timedelta(days=days)]))
        self.env.cr.execute("SELECT max(id) FROM res_users_apikeys")
        return self.env.cr.fetchone()[0]

    def test_passkeys_that_come_and_go(self):
        if "auth.passkey.key" not in self.env:
            self.skipTest("passkeys came with 18")
        passkey = self.env["auth.passkey.key"].with_user(self.user).sudo().create({"name": "ring", "credential_identifier": "vigil-test"})
        passkey.unlink()
        for kind in ("account.passkey_added", "account.passkey_removed"):
            event, = self.events(kind)
            self.assertEqual((event["user"]["login"], event["passkey"]["name"]), ("sess_bob", "ring"))

    def test_a_key_that_is_about_to_expire_is_told_once_a_day(self):
        if compat.IS_17:
            self.skipTest("keys of 17 do not expire")
        soon = self._key("soon", 5)
        self._key("later", 60)
        for _run in range(2):
            keys.tell_expiring(self.env)
        event, = [e for e in self.events("api_key.expiring") if e["user"]["login"] == "sess_bob"]
        self.assertEqual((event["key_id"], event["name"]), (soon, "soon"))
        self.assertRegex(event["expires_at"], r"^\d{4}-\d\d-\d\dT")

    def test_a_rotated_key_whose_answer_was_lost_does_not_stay(self):
        own = self._key("by hand", 60)
        with patch.object(logins, "notes", return_value={"key_id": own}):
            lost = keys.rotate(self.env(user=self.user))
            made = keys.rotate(self.env(user=self.user))
        left = self.env["res.users.apikeys"].sudo().search([("user_id", "=", self.user.id)]).ids
        self.assertEqual(sorted(left), sorted([own, made["key_id"]]))
        self.assertEqual([e["key_id"] for e in self.events("api_key.revoked")], [lost["key_id"]])

    def test_the_page_of_settings_sets_the_policy_and_keeps_what_it_does_not_show(self):
        rules = {"by_user": [{"login": "sess_bob", "minutes": 5}], "exempt": ["admin"]}
        policy.store(self.env.cr, rules, "from the service", {"service": "test"})
        manager = new_test_user(self.env, "sess_manager", groups="base.group_system,vigil.group_manager")
        with Form(self.env["res.config.settings"].with_user(manager)) as form:
            self.assertEqual(json.loads(form.vigil_session_rules)["by_user"], rules["by_user"])
            form.vigil_inactivity_minutes = 20
            form.vigil_max_sessions = 2
            form.vigil_allowed_networks = "192.0.2.0/24, 2001:db8::/32"
        form.record.set_values()
        found = policy.state(self.env.cr)["policy"]
        self.assertEqual((found["inactivity_minutes"], found["max_sessions"]), (20, 2))
        self.assertEqual(found["allowed_networks"], ["192.0.2.0/24", "2001:db8::/32"])
        self.assertEqual((found["by_user"], found["exempt"]), (rules["by_user"], ["admin"]))
        self.assertEqual(self.events("session.policy_changed")[-1]["by"]["id"], manager.id)

    def test_the_page_of_settings_refuses_nonsense_and_strangers(self):
        settings = self.env["res.config.settings"]
        for values in ({"vigil_allowed_networks": "here"}, {"vigil_session_rules": "{"}, {"vigil_session_rules": '{"x": 1}'}):
            with self.assertRaises(UserError):
                settings.create(values).set_values()
        stranger = new_test_user(self.env, "sess_sys", groups="base.group_user")
        with self.assertRaisesRegex(AccessError, "Only Vigil managers"):
            settings.with_user(stranger).new({"vigil_max_sessions": 1}).set_values()
