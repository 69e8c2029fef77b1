"""A mail keeps the correlation id of the click that made it until a scheduled action sends it."""
from collections import defaultdict

from odoo import api, models

from .. import causes, context


class MailMail(models.Model):
    _inherit = "mail.mail"

    @api.model_create_multi
    def create(self, vals_list):
        mails = super().create(vals_list)
        causes.remember(mails)
        return mails

    def _send(self, *args, **kwargs):
        if context.bound_request() or not self:
            return super()._send(*args, **kwargs)
        known = causes.of_records(self)
        groups = defaultdict(self.browse)
        for mail in self:
            groups[known.get(mail.id)] |= mail
        result = True
        for correlation, mails in groups.items():
            with context.frame(correlation_id=correlation):
                result = super(MailMail, mails)._send(*args, **kwargs)
        return result
