"""Settings → Vigil → Sessions: the policy that a person sets most; what the form does not show stays as it is."""
import json

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..sessions import book, policy

_JSON_KEYS = ("by_group", "by_user", "allowed_hours", "notices")
_ZERO_IS_NONE = ("inactivity_minutes", "max_sessions", "absolute_hours")


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    vigil_inactivity_minutes = fields.Float("Minutes of inactivity")
    vigil_warning_seconds = fields.Integer("Warning before, in seconds")
    vigil_max_sessions = fields.Integer("Most sessions a user")
    vigil_max_sessions_mode = fields.Selection([("newest_wins", "The newest wins"), ("oldest_stays", "The oldest stays")], "When there are more")
    vigil_absolute_hours = fields.Float("Hours of lifetime")
    vigil_allowed_networks = fields.Char("Networks to sign in from")
    vigil_exempt = fields.Char("Logins without rules")
    vigil_session_rules = fields.Text("Rules as JSON")

    @api.model
    def get_values(self):
        values = super().get_values()
        rules = {**policy.DEFAULTS, **policy.state(self.env.cr)["policy"]}
        values.update({f"vigil_{key}": rules[key] or 0 for key in _ZERO_IS_NONE})
        values.update(
            vigil_warning_seconds=rules["warning_seconds"], vigil_max_sessions_mode=rules["max_sessions_mode"],
            vigil_allowed_networks=", ".join(rules["allowed_networks"] or []), vigil_exempt=", ".join(rules["exempt"] or []),
            vigil_session_rules=json.dumps({key: rules[key] for key in _JSON_KEYS}, ensure_ascii=False))
        return values

    def set_values(self):
        wanted = self._vigil_session_policy()
        if {**policy.DEFAULTS, **policy.state(self.env.cr)["policy"]} != wanted:
            if not (self.env.su or self.env.user.has_group("vigil.group_manager")):
                raise AccessError(_("Only Vigil managers change the session policy."))
            try:
                policy.store(self.env.cr, wanted, _("Settings"), book.actor(self.env))
            except policy.Invalid as error:
                raise UserError(str(error)) from None
        return super().set_values()

    def _vigil_session_policy(self):
        self.ensure_one()
        try:
            rules = json.loads(self.vigil_session_rules or "{}")
        except ValueError as error:
            raise UserError(_("The rules by group, user and hour are not JSON: %s", error)) from None
        if not isinstance(rules, dict) or set(rules) - set(_JSON_KEYS):
            raise UserError(_("The rules are an object with %s.", ", ".join(_JSON_KEYS)))
        values = {key: self[f"vigil_{key}"] or None for key in _ZERO_IS_NONE}
        split = {key: [part.strip() for part in (self[f"vigil_{key}"] or "").split(",") if part.strip()] for key in ("allowed_networks", "exempt")}
        return {**policy.DEFAULTS, **rules, **values, **split, "warning_seconds": self.vigil_warning_seconds,
                "max_sessions_mode": self.vigil_max_sessions_mode or "newest_wins"}
