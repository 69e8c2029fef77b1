"""Notices in Odoo's inbox: what concerns a person's own account."""
from markupsafe import Markup, escape

from odoo import api, models


class VigilSession(models.Model):
    _inherit = "vigil.session"

    @api.model
    def _notify_user(self, user, subject, body):
        """Plain text from OdooBot into the user's inbox; never an e-mail."""
        paragraphs = Markup("").join(Markup("<p>%s</p>") % escape(line) for line in body.splitlines() if line.strip())
        author = self.env.ref("base.partner_root", raise_if_not_found=False)
        self.env["mail.message"].sudo().create({
            "message_type": "user_notification", "subject": subject[:500], "body": paragraphs,
            "author_id": author.id if author else False, "reply_to": "",
            "notification_ids": [(0, 0, {"res_partner_id": user.partner_id.id, "notification_type": "inbox"})],
        })
