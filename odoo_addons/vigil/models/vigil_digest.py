"""SHA-256 of attachment contents: Odoo keeps a SHA-1, and the old file is gone when the event is read."""
import hashlib
import logging

from odoo import api, models

from .. import outbox

_logger = logging.getLogger(__name__)
KEEP_DAYS = 30
_CONTENT = {"raw", "datas", "db_datas", "store_fname"}

_REMEMBER = (
    "INSERT INTO vigil_digest (checksum, sha256) SELECT %s, %s"
    " WHERE NOT EXISTS (SELECT 1 FROM vigil_digest WHERE checksum = %s)"
)
_UNKNOWN = (
    "SELECT a.id FROM ir_attachment a WHERE a.id = ANY (%s) AND a.checksum IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM vigil_digest d WHERE d.checksum = a.checksum)"
)


class VigilDigest(models.AbstractModel):
    _name = "vigil.digest"
    _description = "SHA-256 of attachment contents"

    @api.autovacuum
    def _gc_old(self):
        """Digests of contents that no attachment has any more leave after 30 days; the table refuses younger ones."""
        self.env.cr.execute(
            "DELETE FROM vigil_digest d WHERE d.at < now() - make_interval(days => %s)"
            " AND NOT EXISTS (SELECT 1 FROM ir_attachment a WHERE a.checksum = d.checksum)", (KEEP_DAYS,))


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _compute_checksum(self, bin_data):
        checksum = super()._compute_checksum(bin_data)
        self._vigil_remember(checksum, bin_data)
        return checksum

    def write(self, vals):
        if _CONTENT & set(vals):
            self._vigil_remember_current()
        return super().write(vals)

    def unlink(self):
        self._vigil_remember_current()
        return super().unlink()

    def _vigil_remember(self, checksum, content):
        """Keep the SHA-256 beside Odoo's checksum. A loss is told as the SHA-1 in the event."""
        if not checksum:
            return
        digest = hashlib.sha256(content or b"").hexdigest()
        try:
            with self.env.cr.savepoint(flush=False):
                outbox._raw(self.env.cr).execute(_REMEMBER, (checksum, digest, checksum))
        except Exception:  # noqa: BLE001 - capture never fails the user's transaction
            _logger.info("Vigil: no SHA-256 for an attachment", exc_info=True)

    def _vigil_remember_current(self):
        """Contents from before Vigil was installed: digested when they are about to change.

        While Vigil is being uninstalled its tables are gone and attachments still go.
        """
        if not self.ids:
            return
        try:
            with self.env.cr.savepoint(flush=False):
                raw = outbox._raw(self.env.cr)
                raw.execute(_UNKNOWN, (list(self.ids),))
                unknown = [row[0] for row in raw.fetchall()]
        except Exception:  # noqa: BLE001 - capture never fails the user's transaction
            _logger.info("Vigil: no SHA-256 for attachments", exc_info=True)
            return
        for attachment in self.sudo().browse(unknown):
            self._vigil_remember(attachment.checksum, attachment.raw)
