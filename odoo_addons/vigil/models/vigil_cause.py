"""Which click caused a scheduled run or a mail. Written through the raw cursor: see `causes.py`."""
# names in DDL cannot be parameters; these are constants: pylint: disable=sql-injection
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

    def init(self):
        """Causes are evidence: nothing changes them, and only old ones leave."""
        self.env.cr.execute("SELECT to_regproc('vigil_only_old') IS NOT NULL AND NOT EXISTS (SELECT 1 FROM pg_trigger"
                            " WHERE tgrelid = 'vigil_cause'::regclass AND tgname = 'vigil_guard_update')")
        if self.env.cr.fetchone()[0]:
            for operation, level, function in (("UPDATE", "ROW", "vigil_refuse"), ("DELETE", "ROW", "vigil_only_old"),
                                               ("TRUNCATE", "STATEMENT", "vigil_refuse")):
                self.env.cr.execute(f"CREATE TRIGGER vigil_guard_{operation.lower()} BEFORE {operation} ON vigil_cause"
                                    f" FOR EACH {level} EXECUTE FUNCTION {function}()")

    @api.autovacuum
    def _gc_old(self):
        self.env.cr.execute("DELETE FROM vigil_cause WHERE at < now() AT TIME ZONE 'UTC' - make_interval(days => %s)", (KEEP_DAYS,))
