"""Install and uninstall."""
import json

from odoo.exceptions import UserError

from . import compat, outbox, patches
from .capture import acknowledge, storage

#: system parameter: uninstall although the service has not got everything
FORCE = "vigil.force_uninstall"
#: system parameter: transaction id of the button that began the removal of a drained Vigil. What the removal itself
#: writes (the module's state) can never be acknowledged before it.
TICKET = "vigil.uninstall_ticket"
#: system parameter that a forced removal leaves: the next installation tells the service of it
MARK = "vigil.removed_by_force"


def post_init_hook(env):
    """The tables are there (vigil.bridge's init made them); the triggers follow at the end of the load."""
    parameters = env["ir.config_parameter"].sudo()
    mark = parameters.get_param(MARK)
    if mark:
        outbox.emit(env.cr, {"kind": "tracking.uninstalled", "category": "system", "severity": "critical",
                             "details": json.loads(mark)})
        parameters.set_param(MARK, False)
    outbox.emit(env.cr, {"kind": "tracking.installed", "category": "system", "severity": "low"})
    env["vigil.access"]._record()


def check_drained(env):
    """Raise a UserError unless the service has acknowledged every event, or the removal is forced.

    :return: True when it is forced
    """
    if not storage.exists(env.cr):
        return False
    if env["ir.config_parameter"].sudo().get_param(FORCE):
        return True
    ticket = env["ir.config_parameter"].sudo().get_param(TICKET)
    if not acknowledge.is_drained(env.cr, before=ticket and ticket.isdigit() and int(ticket) or None):
        raise UserError(compat.translate(
            env, "Vigil still holds events that the service has not acknowledged. Let the service pull and seal them first,"
            " or set the system parameter vigil.force_uninstall to force the removal."))
    return False


def begin_uninstall(env):
    """Check, and remember from where on the events are those of the removal itself."""
    env["ir.config_parameter"].sudo().set_param(TICKET, False)
    env.flush_all()
    env.cr.execute("SELECT pg_current_xact_id()::text")
    own = env.cr.fetchone()[0]
    env["ir.config_parameter"].sudo().set_param(TICKET, own)
    check_drained(env)  # raises, and the ticket is rolled back with it


def uninstall_hook(env):
    """Remove everything; a forced removal leaves a mark of what was lost."""
    cr = env.cr
    if not storage.exists(cr):
        return
    parameters = env["ir.config_parameter"].sudo()
    if check_drained(env):
        lost = acknowledge.count_pending(cr, acknowledge.newest(cr)["snapshot"])
        mark = {"uid": env.uid, "lost_rows": lost, "nonce": acknowledge.newest(cr)["nonce"]}
        parameters.set_param(FORCE, False)
        parameters.set_param(MARK, json.dumps(mark))
    parameters.set_param(TICKET, False)
    env.flush_all()
    # Odoo drops the tables behind the settings' many2many fields, and keeps the names of their constraints
    cr.execute("DELETE FROM ir_model_constraint WHERE name LIKE 'vigil\\_settings\\_%'")
    storage.drop(cr)
    leaving = cr.dbname
    cr.postcommit.add(lambda: patches.uninstall(leaving))
