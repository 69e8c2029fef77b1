"""Settings → Vigil: the state of the capture, and the rules that a person sets most."""
import json

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError

from .. import attribution
from ..capture import acknowledge, status
from .vigil_settings_rule import OPERATIONS


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    vigil_keep_days = fields.Integer("Days to keep after acknowledgement")
    vigil_read_model_ids = fields.Many2many("ir.model", "vigil_settings_read_rel", string="Models whose reads are recorded",
                                            domain=[("transient", "=", False)])
    vigil_off_model_ids = fields.Many2many("ir.model", "vigil_settings_off_rel", string="Models left out",
                                           domain=[("transient", "=", False)])
    vigil_limit_mb = fields.Integer("Limit of what waits, in megabytes")
    vigil_limit_days = fields.Integer("Limit of what waits, in days")
    vigil_when_full = fields.Selection([
        ("keep", "Record everything on, and warn"), ("no_reads", "Stop recording reads"),
        ("no_values", "Record changes without their values")], "At the limit", default="keep")
    vigil_strict_model_ids = fields.Many2many("ir.model", "vigil_settings_strict_rel", string="Models that fail rather than go unrecorded",
                                              domain=[("transient", "=", False)])
    vigil_rule_ids = fields.One2many("vigil.settings.rule", "settings_id", "Single operations and fields")
    vigil_users_mode = fields.Selection([
        ("all", "All users"), ("only", "Only these users"), ("except", "All but these users")], "Whose actions", default="all")
    vigil_user_ids = fields.Many2many("res.users", "vigil_settings_user_rel", string="Users", context={"active_test": False})
    vigil_triggers = fields.Char("Capture", compute="_compute_vigil_status")
    vigil_gaps = fields.Integer("Capture errors", compute="_compute_vigil_status")
    vigil_outbox = fields.Char("Waiting for the service", compute="_compute_vigil_status")
    vigil_acknowledged = fields.Char("Last acknowledgement", compute="_compute_vigil_status")
    vigil_tracked = fields.Integer("Models tracked", compute="_compute_vigil_status")
    vigil_warnings = fields.Text("Warnings", compute="_compute_vigil_status")

    @api.depends("company_id")
    def _compute_vigil_status(self):
        cr = self.env.cr
        state, newest = status.status(self.env), acknowledge.newest(cr)
        cr.execute("SELECT count(DISTINCT relation) FROM vigil_capture")
        tracked = cr.fetchone()[0]
        warnings = list(state["warnings"])
        if attribution.errors[cr.dbname]:
            warnings.append(_("%s times this worker could not tell who was behind a change: see Odoo's log.", attribution.errors[cr.dbname]))
        for settings in self:
            settings.vigil_triggers = _("%(present)s of %(expected)s triggers", present=state["triggers_present"],
                                        expected=state["triggers_expected"])
            settings.vigil_gaps = state["gaps"] + attribution.errors[cr.dbname]
            settings.vigil_outbox = _("%(rows)s rows, the oldest from %(age)s ago", rows=state["outbox_rows"],
                                      age=_age(state["oldest_seconds"])) if state["outbox_rows"] else _("nothing")
            settings.vigil_acknowledged = _acknowledged(newest, state)
            settings.vigil_tracked = tracked
            settings.vigil_warnings = "\n".join(warnings)

    def action_vigil_release(self):
        """The service's store is lost: let a new service take over."""
        self.env["vigil.tracking"]._release_consumer(_("Settings"))
        return {"type": "ir.actions.client", "tag": "reload"}

    @api.model
    def get_values(self):
        values = super().get_values()
        rules = self.env["vigil.tracking"]._get_rules()
        values.update(
            vigil_keep_days=rules["keep_days"],
            vigil_limit_mb=rules["outbox"]["limit_mb"],
            vigil_limit_days=rules["outbox"]["limit_days"],
            vigil_when_full=rules["outbox"]["when_full"],
            vigil_strict_model_ids=[(6, 0, self._vigil_models(lambda rule: rule.get("strict")).ids)],
            vigil_read_model_ids=[(6, 0, self._vigil_models(lambda rule: rule.get("read")).ids)],
            vigil_off_model_ids=[(6, 0, self._vigil_models(_is_off).ids)],
            vigil_rule_ids=[(5, 0, 0)] + [(0, 0, line) for line in self.env["vigil.settings.rule"]._from_rules(rules["models"])],
            vigil_users_mode=rules["users"]["mode"],
            vigil_user_ids=[(6, 0, self.env["res.users"].sudo().with_context(active_test=False).search(
                [("login", "in", rules["users"]["logins"])]).ids)],
        )
        return values

    def set_values(self):
        result = super().set_values()
        rules = self.env["vigil.tracking"]._get_rules()
        changed = self._vigil_changed(rules)
        if changed != rules:
            if not (self.env.su or self.env.user.has_group("vigil.group_manager")):
                raise AccessError(_("Only Vigil managers change what is tracked."))
            if not 0 <= self.vigil_keep_days <= 3650:
                raise UserError(_("Days to keep are a number from 0 to 3650."))
            self.env["vigil.tracking"]._set_rules(changed, _("Settings"))
        return result

    def _vigil_changed(self, rules):
        """The rules as the form asks for them."""
        changed = json.loads(json.dumps(rules))
        changed["keep_days"] = self.vigil_keep_days
        changed["outbox"] = {"limit_mb": self.vigil_limit_mb, "limit_days": self.vigil_limit_days,
                             "when_full": self.vigil_when_full or "keep"}
        strict = set(self.vigil_strict_model_ids.mapped("model"))
        reads, off = set(self.vigil_read_model_ids.mapped("model")), set(self.vigil_off_model_ids.mapped("model"))
        for name in {*changed["models"], *reads, *off, *strict}:
            rule = changed["models"].setdefault(name, {})
            if bool(rule.get("read")) != (name in reads):
                rule["read"] = name in reads
            if bool(rule.get("strict")) != (name in strict):
                rule["strict"] = name in strict
            if _is_off(rule) != (name in off):
                rule.update(dict.fromkeys(OPERATIONS, name not in off))
        self.vigil_rule_ids._into_rules(changed["models"], off)
        changed["users"] = self._vigil_changed_users(rules["users"])
        changed["models"] = {name: rule for name, rule in changed["models"].items() if rule or name in rules["models"]}
        return changed

    def _vigil_changed_users(self, before):
        """Logins of users that are gone stay in the rule: what they do is told of somebody with that login again."""
        mode = self.vigil_users_mode or "all"
        if mode == "all":
            return {"mode": "all", "logins": []} if before["mode"] != "all" else before
        known = set(self.env["res.users"].sudo().with_context(active_test=False).search(
            [("login", "in", before["logins"])]).mapped("login"))
        chosen = self.vigil_user_ids.sudo().mapped("login")
        logins = sorted({*chosen, *(login for login in before["logins"] if login not in known)})
        if not logins:
            raise UserError(_("Name the users whose actions are recorded, or left out."))
        return before if mode == before["mode"] and logins == sorted(before["logins"]) else {"mode": mode, "logins": logins}

    def _vigil_models(self, wanted):
        rules = self.env["vigil.tracking"]._get_rules()["models"]
        return self.env["ir.model"].sudo().search([("model", "in", [name for name, rule in rules.items() if wanted(rule)])])


def _is_off(rule):
    return all(rule.get(flag) is False for flag in OPERATIONS)


def _acknowledged(newest, state):
    if not newest["consumer"]:
        return _("never: no service has connected yet")
    when = fields.Datetime.to_string(newest["at"].replace(tzinfo=None, microsecond=0))
    return _("%(when)s UTC, up to event %(seq)s", when=when, seq=state.get("acknowledged_seq", "?"))


def _age(seconds):
    for size, unit in ((86400, _("days")), (3600, _("hours")), (60, _("minutes"))):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{int(seconds)} " + _("seconds")
