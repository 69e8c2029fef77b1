"""Install and uninstall."""
from odoo import _
from odoo.exceptions import UserError

from . import outbox
from .capture import acknowledge, storage

FORCE = "vigil.force_uninstall"


def post_init_hook(env):
    """The tables are there (vigil.bridge's init made them); the triggers follow at the end of the load."""
    outbox.emit(env.cr, {"kind": "tracking.installed", "category": "system", "severity": "low"})


def uninstall_hook(env):
    """Remove everything, but only when the service has it all, or by force and with a mark."""
    cr = env.cr
    if not storage.exists(cr):
        return
    forced = env["ir.config_parameter"].sudo().get_param(FORCE)
    if not forced and not acknowledge.is_drained(cr):
        raise UserError(_(
            "Vigil still holds events that the service has not acknowledged. Let the service pull and seal them first,"
            " or set the system parameter %s to force the removal; the service will report it.", FORCE))
    storage.drop(cr)
