"""Who has which right, told as an event: the trail alone knows only what was given and taken since it began."""
from odoo import api, fields, models

from .. import outbox

KIND = "access.recorded"
#: day of the week on which it is told again: heals what a gap in the capture has hidden
MONDAY = 0

_USERS = """
    SELECT u.id, u.login, p.name, u.active,
           ARRAY(SELECT r.gid FROM res_groups_users_rel r WHERE r.uid = u.id ORDER BY r.gid)
      FROM res_users u JOIN res_partner p ON p.id = u.partner_id
     WHERE NOT COALESCE(u.share, FALSE)
     ORDER BY u.id
"""
_IMPLIED = "SELECT gid, array_agg(hid ORDER BY hid) FROM res_groups_implied_rel GROUP BY gid"
_RIGHTS = """
    SELECT m.model, a.group_id,
           concat(CASE WHEN a.perm_read THEN 'r' END, CASE WHEN a.perm_create THEN 'c' END,
                  CASE WHEN a.perm_write THEN 'w' END, CASE WHEN a.perm_unlink THEN 'd' END)
      FROM ir_model_access a JOIN ir_model m ON m.id = a.model_id
     WHERE a.active
     ORDER BY m.model, a.group_id, a.id
"""


class VigilAccess(models.AbstractModel):
    _name = "vigil.access"
    _description = "Who has which right"

    @api.model
    def _record(self):
        """Emit the whole matrix: internal users with their groups, what groups imply, and what they allow.

        Users of portals are left out: they all have the same rights, and may be many.
        """
        self.env.flush_all()
        self.env.cr.execute(_IMPLIED)
        implied = dict(self.env.cr.fetchall())
        groups = self.env["res.groups"].sudo().with_context(active_test=False, lang="en_US").search([], order="id")
        external = groups._get_external_ids()
        details = {
            "users": self._rows(_USERS),
            "groups": [[group.id, group.display_name, (external[group.id] or [""])[0], implied.get(group.id, [])] for group in groups],
            "rights": self._rows(_RIGHTS),
        }
        outbox.emit(self.env.cr, {"kind": KIND, "category": "system", "severity": "low", "details": details})

    @api.model
    def _rows(self, query):
        self.env.cr.execute(query)
        return [list(row) for row in self.env.cr.fetchall()]

    @api.autovacuum
    def _record_weekly(self):
        if fields.Date.context_today(self).weekday() == MONDAY:
            self._record()
