"""What the policy holds: inactivity, lifetime, number, hours, networks; and what counts as a person's activity."""
from datetime import datetime, timezone

from odoo.tests import TransactionCase, tagged

from .. import compat
from ..sessions import book, ending, policy
from .sessions_common import SessionCase


@tagged("post_install", "-at_install")
class TestSessionPolicy(SessionCase):
    def test_inactivity_ends_at_the_last_activity(self):
        self.set_policy(inactivity_minutes=10)
        browser = self.browser()
        self.age(started_at=1200, last_activity_at=900, last_request_at=30)
        self.assertIn("SessionExpired", self.call(browser))
        event = self.events("session.expired")[0]
        self.assertEqual(event["reason"], "inactivity")
        self.assertEqual(event["duration_s"], 300)

    def test_polling_does_not_keep_a_session_alive(self):
        self.set_policy(inactivity_minutes=10)
        browser = self.browser()
        for _minute in range(3):
            self.age(started_at=200, last_activity_at=200, last_request_at=200)
            self.assertIs(self.call(browser), True)  # as a dashboard asks, again and again
            self.post(browser, "/vigil/session/activity")
        self.age(last_activity_at=1)
        self.assertIn("SessionExpired", self.call(browser))

    def test_a_person_who_types_for_an_hour_stays(self):
        self.set_policy(inactivity_minutes=10)
        browser = self.browser()
        for _report in range(12):
            self.age(started_at=300, last_activity_at=300, last_request_at=300)
            answer = self.post(browser, "/vigil/session/activity", idle_ms=1000)["result"]
            self.assertEqual(answer["left_s"], 599)
        self.assertIs(self.call(browser), True)
        row, = self.rows()
        self.assertEqual(row["active_s"] + row["idle_s"], 3599)

    def test_an_idle_browser_that_reports_itself_is_idle(self):
        browser = self.browser()
        self.age(last_activity_at=500, last_request_at=500)
        self.post(browser, "/vigil/session/activity", idle_ms=480_000)
        row, = self.rows()
        last = datetime.fromisoformat(row["last_activity_at"])
        self.assertEqual((datetime.fromisoformat(row["last_request_at"]) - last).total_seconds(), 480)

    def test_a_page_that_is_loaded_again_says_how_long_its_person_was_idle(self):
        browser = self.browser()
        self.age(last_activity_at=300)
        for told, idle in ((None, 0), (300_000, 300)):  # nobody has told of a person yet; then the browser does
            self.post(browser, "/vigil/session/activity", **({"idle_ms": told} if told else {}))
            info = self.post(browser, "/web/session/get_session_info")["result"]
            self.assertEqual(info["vigil_session"]["idle_s"], idle)

    def test_groups_users_and_exceptions(self):
        self.set_policy(inactivity_minutes=60, by_group=[{"group": "base.group_user", "minutes": 5}, {"group": "no.such", "minutes": 1}],
                        by_user=[{"login": "sess_else", "minutes": 1}])
        self.assertEqual(policy.limits(self.env, self.user.id).inactivity_s, 300)
        self.set_policy(inactivity_minutes=60, by_group=[{"group": "base.group_user", "minutes": 5}], by_user=[{"login": self.LOGIN, "minutes": None}])
        self.assertIsNone(policy.limits(self.env, self.user.id).inactivity_s)
        self.set_policy(inactivity_minutes=60, exempt=[self.LOGIN])
        self.assertIsNone(policy.limits(self.env, self.user.id).inactivity_s)

    def test_absolute_lifetime(self):
        self.set_policy(absolute_hours=8)
        browser = self.browser()
        self.age(started_at=9 * 3600)
        self.assertIn("SessionExpired", self.call(browser))
        self.assertEqual(self.events("session.expired")[0]["reason"], "absolute")

    def test_the_newest_wins(self):
        self.set_policy(max_sessions=1)
        first, second = self.browser(), self.browser()
        self.assertIn("SessionExpired", self.call(first))
        self.assertIs(self.call(second), True)
        self.assertEqual([row["end_reason"] for row in self.rows()], ["replaced", None])

    def test_the_oldest_stays(self):
        self.set_policy(max_sessions=1, max_sessions_mode="oldest_stays")
        first, second = self.browser(), self.browser()
        self.assertIs(self.call(first), True)
        self.assertFalse(second.ok)
        self.assertEqual(self.events("session.login_failed")[0]["reason"], "too_many_sessions")
        self.bridge("session_end", session=self.rows()[0]["session"], reason="left", by="ops")
        self.assertTrue(self.browser().ok)

    def test_networks_and_hours(self):
        self.set_policy(allowed_networks=["198.51.100.0/24"])
        self.assertFalse(self.browser().ok)
        self.set_policy(allowed_networks=["127.0.0.0/8", "::1/128"])
        browser = self.browser()
        self.assertTrue(browser.ok)
        tomorrow = datetime.now(timezone.utc).isoweekday() % 7 + 1
        self.set_policy(allowed_hours=[{"days": [(tomorrow + 1) % 7 + 1], "from": "08:00", "to": "08:01", "tz": "UTC"}])
        self.assertIn("SessionExpired", self.call(browser))
        self.assertFalse(self.browser().ok)
        self.assertEqual({e["reason"] for e in self.events("session.login_failed")}, {"not_allowed_network", "not_allowed_hours"})

    def test_the_sweep_ends_what_nobody_touches(self):
        self.set_policy(inactivity_minutes=10)
        self.browser()
        self.age(started_at=3000, last_activity_at=2000, last_request_at=2000)
        self.assertEqual(ending.sweep(self.registry, self.user.id), 1)
        self.assertEqual(ending.sweep(self.registry, self.user.id), 0)
        self.assertEqual(self.events("session.expired")[0]["duration_s"], 1000)

    def test_presence_over_the_websocket_is_activity(self):
        browser = self.browser()
        self.age(last_activity_at=100, last_request_at=100)
        self.post(browser, "/websocket/peek_notifications", channels=[], last=0, is_first_poll=True)
        known = {} if compat.IS_19 else {"im_status_ids_by_model": {}}
        self.post(browser, "/websocket/update_bus_presence", inactivity_period=1000, **known)
        row, = self.rows()
        self.assertTrue(row["presence"])
        self.assertEqual(row["active_s"], 99)

    def test_a_changed_policy_is_an_event_and_an_unchanged_one_is_none(self):
        state = self.bridge("policy_set", policy={"inactivity_minutes": 15, "max_sessions": None}, reason="rule", by="ops")
        self.assertEqual((state["policy"]["inactivity_minutes"], state["changed_by"]), (15, {"service": "ops"}))
        again = self.bridge("policy_set", policy='{"inactivity_minutes": 15, "max_sessions": null}', reason="rule", by="ops")
        self.assertEqual(again["version"], state["version"])
        self.assertEqual(len(self.events("session.policy_changed")), 1)


@tagged("post_install", "-at_install")
class TestPolicyRules(TransactionCase):
    def limits(self, **rules):
        return policy._limits_of(self.env, self.env.ref("base.user_admin").id, policy.check(rules))

    def test_hours_over_midnight_and_by_zone(self):
        night = self.limits(allowed_hours=[{"days": [1], "from": "22:00", "to": "06:00", "tz": "Europe/Berlin"}])
        monday = datetime(2026, 11, 23, 21, 30, tzinfo=timezone.utc)  # 22:30 in Berlin
        self.assertTrue(policy.in_hours(night, monday))
        self.assertTrue(policy.in_hours(night, monday.replace(day=24, hour=4)))
        self.assertFalse(policy.in_hours(night, monday.replace(hour=12)))
        self.assertFalse(policy.in_hours(night, monday.replace(day=25, hour=4)))

    def test_addresses(self):
        home = self.limits(allowed_networks=["192.0.2.0/24", "2001:db8::/32"])
        for address, allowed in (("192.0.2.9", True), ("::ffff:192.0.2.9", True), ("2001:db8::1", True), ("198.51.100.1", False), ("nonsense", False), (None, False)):
            self.assertEqual(policy.in_networks(home, address), allowed, address)

    def test_a_policy_that_makes_no_sense_is_refused(self):
        for rules in ({"what": 1}, {"max_sessions": 0}, {"inactivity_minutes": "5"}, {"allowed_networks": ["x"]}, {"inactivity_minutes": True},
                      {"allowed_hours": [{"days": [8], "from": "1:00", "to": "2:00"}]}, {"by_group": [{"group": "x"}]}, [], {"max_sessions_mode": "x"}):
            with self.assertRaises(policy.Invalid):
                policy.check(rules)

    def test_texts_are_made_safe(self):
        self.assertEqual(book.text("a\x00b"), "a\ufffdb")
        self.assertEqual(len(book.text("x" * 10000)), book.MAX_USER_AGENT)
        self.assertIsNone(book.text(None))
