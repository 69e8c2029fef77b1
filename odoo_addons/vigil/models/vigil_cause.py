"""Which click caused a scheduled run or a mail. Written through the raw cursor: see `causes.py`."""
from odoo import api, fields, models

KEEP_DAYS = 30


class VigilCause(models.Model):
    _name = "vigil.cause"
    _description = "Cause of a scheduled run or mail"
    _log_access = False
    _rec_name = "correlation_id"

    model = fields.Char(required=True)
    res_id = fields.Many2oneReference("Record", model_field="model", required=True, index=True)
    correlation_id = fields.Char(required=True)
    at = fields.Datetime(required=True)

    @api.autovacuum
    def _gc_old(self):
        self.env.cr.execute("DELETE FROM vigil_cause WHERE at < now() AT TIME ZONE 'UTC' - make_interval(days => %s)", (KEEP_DAYS,))
