"""A line of Settings → Vigil: operations and fields of one model that are not recorded."""
from odoo import _, api, fields, models
from odoo.exceptions import UserError

OPERATIONS = ("create", "write", "unlink")


class VigilSettingsRule(models.TransientModel):
    _name = "vigil.settings.rule"
    _description = "Operations and fields of a model that are not recorded"

    settings_id = fields.Many2one("res.config.settings", required=True, ondelete="cascade")
    model_id = fields.Many2one("ir.model", required=True, ondelete="cascade", domain=[("transient", "=", False)])
    on_create = fields.Boolean("Created", default=True)
    on_write = fields.Boolean("Changed", default=True)
    on_unlink = fields.Boolean("Deleted", default=True)
    field_ids = fields.Many2many("ir.model.fields", "vigil_settings_rule_field_rel", string="Without the fields",
                                 domain="[('model_id', '=', model_id), ('store', '=', True)]")

    @api.model
    def _from_rules(self, rules):
        """Values of a line for each model of which something, but not everything, is left out."""
        lines = []
        for name, rule in sorted(rules.items()):
            off = [field for field, on in (rule.get("fields") or {}).items() if not on]
            kept = {f"on_{flag}": rule.get(flag, True) for flag in OPERATIONS}
            model = self.env["ir.model"].sudo()._get(name)
            if model and any(kept.values()) and (off or not all(kept.values())):
                fields_off = self.env["ir.model.fields"].sudo().search([("model", "=", name), ("name", "in", off)])
                lines.append({"model_id": model.id, "field_ids": [(6, 0, fields_off.ids)], **kept})
        return lines

    def _into_rules(self, rules, off):
        """Write the lines into rules by model; a model whose line was taken away is recorded whole again.

        :param set off: models that are left out altogether
        """
        lines = {}
        for line in self:
            name = line.model_id.sudo().model
            if name in lines or name in off:
                raise UserError(_("%s stands in the lists of what is left out more than once.", line.model_id.sudo().name))
            lines[name] = line
        for name in {*rules, *lines} - set(off):
            rule, line = rules.setdefault(name, {}), lines.get(name)
            for flag in OPERATIONS:
                wanted = line[f"on_{flag}"] if line else True
                if rule.get(flag, True) != wanted:
                    rule[flag] = wanted
            names = set(line.field_ids.sudo().mapped("name")) if line else set()
            known = rule.get("fields") or {}
            if {field for field, on in known.items() if not on} != names:
                rule["fields"] = dict.fromkeys(sorted(names), False)
