"""The methods that the Vigil service calls: wire protocol 1. One JSON object in, one JSON text out."""
import json

from odoo import _, api, models
from odoo.exceptions import AccessError, UserError

from .. import compat, outbox
from ..capture import acknowledge, adopt, install, pull, schema, status, storage

PROTOCOL = 1


def _text(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


class VigilBridge(models.AbstractModel):
    _name = "vigil.bridge"
    _description = "Vigil bridge"

    def init(self):
        """Tables first: the addon's other models read them."""
        storage.create(self.env.cr)

    def _register_hook(self):
        """Capture follows the models: after the load's own transaction, so that no lock is held for long."""
        result = super()._register_hook()
        registry = self.env.registry
        registry._vigil_schema = None
        self.env.cr.postcommit.add(lambda: install.synchronize(registry))
        return result

    @api.model
    def hello(self, request=None):
        """Who is there. :return: JSON text of a Hello"""
        self._check_bridge()
        return _text(self._hello())

    @api.model
    def pull(self, request=None):
        """A page of net rows after the cursor. :return: JSON text of a Page"""
        self._check_bridge()
        request = request or {}
        known = schema.get(self.env)
        try:
            page = pull.page(self.env, request.get("cursor"), request.get("limit"), known)
        except pull.CursorAhead:
            raise UserError(_("vigil.cursor_ahead: the database is older than the cursor: it was restored from a backup."
                              " Accept it in the service as restored or as a copy.")) from None
        except pull.BadCursor:
            raise UserError(_("vigil.cursor_ahead: this cursor is not one of this database. Start the instance anew.")) from None
        parts = [
            f'"protocol":{PROTOCOL}',
            f'"identity":{_text(status.identity(self.env.cr))}',
            f'"server_time":"{status.server_time(self.env.cr)}"',
            f'"cursor":{_text(page["cursor"])}',
            f'"more":{_text(page["more"])}',
            f'"schema_version":"{known.version}"',
            f'"transactions":{page["transactions"]}',
            f'"users":{_text(page["users"])}',
            f'"names":{_text(page["names"])}',
            f'"rows":{page["rows"]}',
        ]
        if page["properties"]:
            parts.append(f'"properties":{_text(page["properties"])}')
        if request.get("schema_version") != known.version:
            parts.append(f'"schema":{known.text}')
        return "{%s}" % ",".join(parts)

    @api.model
    def acknowledge(self, request=None):
        """What the service has sealed, signed with its key. :return: JSON text of an AcknowledgeResult"""
        self._check_bridge()
        try:
            return _text(acknowledge.accept(self.env.cr, request or {}))
        except acknowledge.Refused as error:
            raise UserError(_("%s: the acknowledgement is not from the service that this database belongs to.", error.args[0])) from None
        except (pull.CursorAhead, pull.BadCursor):
            raise UserError(_("vigil.cursor_ahead: the acknowledged cursor is not one of this database.")) from None

    @api.model
    def status(self, request=None):
        """State of the capture. :return: JSON text of a Status"""
        self._check_bridge()
        return _text(status.status(self.env))

    @api.model
    def tracking_get(self, request=None):
        """The rules. :return: JSON text of TrackingRules"""
        self._check_bridge()
        return _text(self.env["vigil.tracking"]._get_rules())

    @api.model
    def tracking_set(self, request=None):
        """Change the rules, at once for all workers. :return: JSON text of the TrackingRules that hold now"""
        self._check_bridge(manage=True)
        request = request or {}
        return _text(self.env["vigil.tracking"]._set_rules(request.get("rules") or {}, request.get("reason")))

    @api.model
    def adopt(self, request=None):
        """Accept this database as restored or as a copy; the service starts from its beginning. :return: a Hello"""
        self._check_bridge()
        request = request or {}
        nonce = request.get("nonce")
        if request.get("as") not in ("restored", "copy") or not isinstance(nonce, str) or len(nonce) < 16:
            raise UserError(_("vigil.bad_adopt: say `as` restored or copy, and a new nonce."))
        count = adopt.accept(self.env.cr, nonce)
        outbox.emit(self.env.cr, {
            "kind": "tracking.adopted", "category": "system", "severity": "high",
            "details": {"as": request["as"], "transactions": count},
        })
        return _text(self._hello())

    @api.model
    def _hello(self):
        cr = self.env.cr
        return {
            "protocol": PROTOCOL,
            "addon_version": status.addon_version(self.env),
            "odoo_version": compat.series(),
            "identity": status.identity(cr),
            "server_time": status.server_time(cr),
            "status": status.status(self.env),
        }

    @api.model
    def _check_bridge(self, manage=False):
        """Only the service's user, and administrators; rules also by Vigil managers."""
        user = self.env.user
        groups = ["vigil.group_bridge", "base.group_system"] + (["vigil.group_manager"] if manage else [])
        if not (self.env.su or any(user.has_group(group) for group in groups)):
            raise AccessError(_("vigil.no_right: the user needs the group Vigil / Bridge."))
