"""A scheduled action has no person: it is named itself, and keeps the correlation of the click that triggered it."""
from odoo import api, models

from .. import causes, context, failures


class IrCron(models.Model):
    _inherit = "ir.cron"

    @classmethod
    def _process_job(cls, *args, **kwargs):
        job = kwargs.get("job") or args[-1]
        cron_cr = kwargs.get("cron_cr") or args[-2]
        cron = {"id": job["id"], "name": job["cron_name"]}
        correlation = None if context.bound_request() else causes.of_cron(cron_cr, job["id"])
        with context.frame(cron=cron, correlation_id=correlation):
            return super()._process_job(*args, **kwargs)

    def method_direct_trigger(self):
        """ "Run manually": the person stays who it is, the scheduled action is named beside."""
        request = context.bound_request()
        if request and len(self) == 1:
            # on the request, not in a frame: 17 runs the job in the request's own transaction
            context.notes(request)["cron"] = {"id": self.id, "name": self.sudo().name}
        return super().method_direct_trigger()

    def _callback(self, cron_name, server_action_id, *args, **kwargs):
        try:
            return super()._callback(cron_name, server_action_id, *args, **kwargs)
        except Exception as exception:
            failures.of_cron(self.env, cron_name, exception)
            raise

    @api.model
    def _handle_callback_exception(self, cron_name, server_action_id, job_id, job_exception):
        """17 swallows the exception and calls this; 18 and 19 raise it."""
        failures.of_cron(self.env, cron_name, job_exception)
        handle = getattr(super(), "_handle_callback_exception", None)
        return handle(cron_name, server_action_id, job_id, job_exception) if handle else None


class IrCronTrigger(models.Model):
    _inherit = "ir.cron.trigger"

    @api.model_create_multi
    def create(self, vals_list):
        triggers = super().create(vals_list)
        causes.remember(triggers)
        return triggers
