"""Vigil is not uninstalled while it holds events that the service has not acknowledged."""
from odoo import models

from ..hooks import begin_uninstall


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def button_uninstall(self):
        if "vigil" in self.mapped("name"):
            begin_uninstall(self.env)  # before the state is committed: the hook would refuse too late to be pleasant
        return super().button_uninstall()
