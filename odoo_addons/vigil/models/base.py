"""Exports from code that is not the web client's export dialog: `export_data` by RPC."""
from odoo import models

from .. import reads


class Base(models.AbstractModel):
    _inherit = "base"

    def export_data(self, fields_to_export):
        result = super().export_data(fields_to_export)
        reads.of_export(self, fields_to_export)
        return result
