"""The tracking rules: a table the triggers read, so that a change takes effect at once in all workers."""
import json

from odoo import _, api, models
from odoo.exceptions import AccessError, UserError

from .. import outbox
from ..capture import adopt, exclusions, install, limit, storage, triggers

_FLAGS = ("create", "write", "unlink", "read")
DEFAULT_KEEP_DAYS = 7


class VigilTracking(models.AbstractModel):
    _name = "vigil.tracking"
    _description = "Vigil tracking rules"

    @api.model
    def _get_rules(self):
        """The rules that hold now, as the wire contract's TrackingRules."""
        self.env.cr.execute("SELECT rules FROM vigil_rules ORDER BY id DESC LIMIT 1")
        rules = (self.env.cr.fetchone() or [{}])[0]
        return {
            "models": rules.get("models") or {},
            "users": rules.get("users") or {"mode": "all", "logins": []},
            "keep_days": rules.get("keep_days", DEFAULT_KEEP_DAYS),
            "outbox": {**limit.DEFAULT, **(rules.get("outbox") or {})},
        }

    @api.model
    def _set_rules(self, rules, reason=None):
        """Store rules and apply them; the change is itself an event.

        Rights are the caller's business: the bridge and the wizard check them.
        """
        before = self._get_rules()
        after = self._checked(rules, before)
        if before == after:
            return after
        cr = self.env.cr
        # two managers at the same time: the second waits and then sees the first one's rules in the history
        cr.execute("SELECT pg_advisory_xact_lock(8648123)")
        cr.execute("INSERT INTO vigil_rules (uid, reason, rules) VALUES (%s, %s, %s::jsonb)",
                   (self.env.uid, reason or None, json.dumps(after)))
        self._install_chosen(after)
        self._apply(after)
        limit.check(self.env)
        details = {"before": before, "after": after}
        if reason:
            details["reason"] = reason
        outbox.emit(cr, {"kind": "tracking.rules_changed", "category": "admin", "severity": "high", "details": details})
        return after

    @api.model
    def _checked(self, rules, before):
        """Rules in their full form, or a UserError that says what is wrong."""
        known = set(rules) - {"models", "users", "keep_days", "outbox"}
        if known:
            raise UserError(_("vigil.bad_rules: unknown key %s.", ", ".join(sorted(known))))
        result = {**before, **{key: value for key, value in rules.items() if value is not None}}
        for model, rule in result["models"].items():
            if model not in self.env.registry or exclusions.is_never(model):
                raise UserError(_("vigil.bad_rules: %s is not a model that can be tracked.", model))
            if not isinstance(rule, dict) or set(rule) - {*_FLAGS, "fields", "strict"}:
                raise UserError(_("vigil.bad_rules: the rule of %s may hold create, write, unlink, read, strict and fields.", model))
            for field in rule.get("fields") or {}:
                if field not in self.env[model]._fields:
                    raise UserError(_("vigil.bad_rules: %(model)s has no field %(field)s.", model=model, field=field))
        users = result["users"]
        if users.get("mode") not in ("all", "only", "except") or not isinstance(users.get("logins", []), list):
            raise UserError(_("vigil.bad_rules: users are all, only or except a list of logins."))
        users.setdefault("logins", [])
        if not isinstance(result["keep_days"], int) or not 0 <= result["keep_days"] <= 3650:
            raise UserError(_("vigil.bad_rules: keep_days is a number of days from 0 to 3650."))
        result["outbox"] = limit.checked(result["outbox"])
        if result["outbox"] is None:
            raise UserError(_("vigil.bad_rules: outbox holds limit_mb, limit_days (numbers, 0 for none) and when_full:"
                              " keep, no_reads or no_values."))
        return result

    @api.model
    def _install_chosen(self, rules):
        """Triggers for a model that is not tracked by default and is chosen now."""
        cr = self.env.cr
        cr.execute("SELECT model FROM vigil_relation")
        known = {model for (model,) in cr.fetchall()}
        wanted = {model for model, rule in rules["models"].items() if any(rule.get(flag) for flag in _FLAGS[:3])}
        if not wanted - known:
            return
        _captures, todo, _stale = install.pending(self.env)
        schema = storage.quoted_schema(cr)
        cr.execute(f"SET LOCAL lock_timeout = '{install.LOCK_TIMEOUT}'")  # a constant: pylint: disable=sql-injection
        for capture in todo:
            install.install_one(cr, capture, schema)
        cr.execute("SET LOCAL lock_timeout = DEFAULT")

    @api.model
    def _apply(self, rules):
        """Write the rules into the rows that the triggers read; only rows that differ are touched."""
        rows = []
        for model, rule in rules["models"].items():
            off = sorted(field for field, on in (rule.get("fields") or {}).items() if not on)
            rows.append((model, rule.get("create", True), rule.get("write", True), rule.get("unlink", True),
                         rule.get("read", False), off or None, rule.get("strict", False)))
        self.env.cr.execute("SELECT model, on_create, on_write, on_unlink, on_read, fields_off, strict FROM vigil_relation")
        current = {row[0]: tuple(row[1:]) for row in self.env.cr.fetchall()}
        wanted = {row[0]: row[1:] for row in rows}
        for model, values in current.items():
            target = wanted.get(model, (True, True, True, False, None, False))
            if values != target:
                self.env.cr.execute(
                    "UPDATE vigil_relation SET on_create = %s, on_write = %s, on_unlink = %s, on_read = %s, fields_off = %s, strict = %s"
                    " WHERE model = %s", (*target, model))

    @api.model
    def _check_limit(self):
        """Scheduled: see whether the outbox has reached its limit."""
        return limit.check(self.env)

    @api.model
    def _release_consumer(self, reason=None):
        """Let another service take over after this one's store was lost: the next acknowledgement pins its key.

        Nothing counts as acknowledged any more: the new service gets everything that Odoo still holds.
        For a Vigil manager in Odoo (Settings), or an administrator in `odoo-bin shell`; never for the bridge.

        :return: the key that was released, or None when there was none
        """
        user = self.env.user
        if not self.env.su and (not user.has_group("vigil.group_manager") or user.has_group("vigil.group_bridge")):
            raise AccessError(_("vigil.no_right: only a Vigil manager may release the service, and not the service's own user."))
        released = adopt.release(self.env.cr)
        if released:
            details = {"consumer": released, "uid": self.env.uid}
            if reason:
                details["reason"] = reason
            outbox.emit(self.env.cr, {"kind": "tracking.released", "category": "security", "severity": "critical", "details": details})
        return released

    @api.model
    def _default_reason(self, model_name):
        """Why a model is not tracked by default, or None."""
        return exclusions.reason(model_name)

    @api.model
    def _trigger_operations(self):
        return triggers.OPERATIONS
