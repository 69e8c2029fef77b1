"""What the tests of sessions share: logins as a browser makes them, replays, and the events they leave."""
import json
import re
from contextlib import nullcontext

import requests

from odoo.tests import HttpCase
from odoo.tools import mute_logger

from .. import compat, outbox
from ..sessions import logins, policy


class SessionCase(HttpCase):
    LOGIN, PASSWORD = "sess_ada", "sess_ada_12345"

    def setUp(self):
        super().setUp()
        self.stop_clock()
        logins._told.clear()
        self.user = self.env["res.users"].with_context(no_reset_password=True).create(
            {"name": "Ada", "login": self.LOGIN, "password": self.PASSWORD})
        self.registry.__dict__.pop("_vigil_limits", None)
        self.registry.__dict__.pop("_login_failures", None)
        outbox._windows.clear()
        # a test's cursors are nested: what a refused request wrote apart is rolled back with it, so the events are heard here
        self.told, emit = [], outbox.emit
        self.patch(outbox, "emit", lambda cr, payload: (self.told.append(payload), emit(cr, payload)))

    def stop_clock(self):
        """PostgreSQL's clock stands still for what is written down of sessions, however slow the machine; `age` moves the sessions."""
        self.env.cr.execute("SELECT clock_timestamp()::text")
        now, = self.env.cr.fetchone()
        self.env.cr.execute(
            "CREATE SCHEMA vigil_test; CREATE FUNCTION vigil_test.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS $$ SELECT %s::timestamptz $$;"
            " SELECT set_config('search_path', 'vigil_test, pg_catalog, ' || current_setting('search_path'), true)", (now,))

    def browser(self, login=None, password=None, agent="Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0"):
        """A browser that has tried to sign in; `.ok` says whether it is in."""
        browser = requests.Session()
        browser.headers["User-Agent"] = agent
        login, password = login or self.LOGIN, password or self.PASSWORD
        if compat.IS_18:  # whose JSON login is a read-only route: a test's read-only cursor allows no other
            page = self.send(browser, "GET", "/web/login").text
            token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
            answer = self.send(browser, "POST", "/web/login", allow_redirects=False,
                               data={"csrf_token": token, "login": login, "password": password})
            browser.ok = answer.status_code == 303
        else:
            answer = self.post(browser, "/web/session/authenticate", db=self.env.cr.dbname, login=login, password=password)
            browser.ok = bool((answer.get("result") or {}).get("uid"))
        return browser

    def send(self, browser, method, path, **kwargs):
        self.env.flush_all()
        self.env.cr.clear()
        with self.allow_requests() if hasattr(self, "allow_requests") else nullcontext(), \
                mute_logger("odoo.http", "odoo.sql_db", "odoo.addons.base.models.res_users"):
            if getattr(self, "http_request_key", None):
                browser.cookies.set("test_request_key", self.http_request_key)
            return browser.request(method, self.base_url() + path, timeout=120, **kwargs)

    def post(self, browser, path, **params):
        return self.send(browser, "POST", path, json={"jsonrpc": "2.0", "params": params}).json()

    def call(self, browser, method="default_get", model="res.partner", args=(["name"],)):
        """True when the call was served, else the error's name. Not a read-only route: a test's read-only cursor allows no other."""
        answer = self.post(browser, f"/web/dataset/call_kw/{model}/{method}", model=model, method=method, args=list(args), kwargs={})
        return answer["error"]["data"]["name"] if "error" in answer else True

    def events(self, kind):
        """Details of this test's events of a kind."""
        return [payload["details"] for payload in self.told if payload["kind"] == kind]

    def rows(self, **where):
        self.env.cr.execute("SELECT to_jsonb(s) FROM vigil_session s WHERE user_id = %s ORDER BY id", (self.user.id,))
        return [row[0] for row in self.env.cr.fetchall()]

    def age(self, **columns):
        """Let time pass for the user's sessions: put these moments so many seconds back."""
        for column, seconds in columns.items():
            self.env.cr.execute(f"UPDATE vigil_session SET {column} = {column} - make_interval(secs => %s) WHERE user_id = %s", (seconds, self.user.id))

    def set_policy(self, **rules):
        policy.store(self.env.cr, rules, "test", {"service": "test"})

    def bridge(self, method, **request):
        return json.loads(getattr(self.env["vigil.bridge"].sudo(), method)(request))
