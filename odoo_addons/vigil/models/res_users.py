"""What an auditor may see: events of the models that they may read."""
from odoo import api, fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    vigil_models = fields.Json(
        compute="_compute_vigil_models", groups="base.group_system,vigil.group_auditor",
        help="Models whose events this user may see: those that the access rights let them read.",
    )

    @api.depends("company_id")
    def _compute_vigil_models(self):
        for user in self:
            user.vigil_models = user._vigil_readable_models()

    def _vigil_readable_models(self):
        """Names of the models that this user may read, by access rights."""
        self.ensure_one()
        access = self.env["ir.model.access"].with_user(self)
        return sorted(
            name for name in self.env.registry.models
            if not self.env[name]._abstract and not self.env[name]._transient and access.check(name, "read", raise_exception=False)
        )
