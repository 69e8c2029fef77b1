"""Activity: the events that Odoo still holds, read-only, for people. The service keeps them for good.

There is no view in the database: the query stands in `_table_query`, so that uninstalling drops plain tables only.
One line is one record in one transaction: the first row of each group stands for it.
"""
import json

from markupsafe import Markup

from odoo import _, api, fields, models
from odoo.exceptions import AccessError

from .. import attribution, net, remote_calls, words

KINDS = {
    "record.created": "Created", "record.updated": "Updated", "record.deleted": "Deleted", "record.read": "Read",
    "record.exported": "Exported", "operation.denied": "Denied", "operation.failed": "Failed",
}
#: changed fields named in the list
MAX_SUMMARY = 4


class VigilEvent(models.Model):
    _name = "vigil.event"
    _description = "Activity"
    _auto = False
    _log_access = False
    _order = "xid desc, id desc"
    _rec_name = "record_name"

    xid = fields.Char("Transaction", readonly=True)
    at = fields.Datetime("When", readonly=True)
    kind = fields.Char(readonly=True)
    action = fields.Char(compute="_compute_action")
    model = fields.Char("Technical model", readonly=True)
    model_id = fields.Many2one("ir.model", readonly=True)
    res_id = fields.Integer("Record ID", readonly=True)
    record_name = fields.Char("Record", compute="_compute_record_name")
    user_id = fields.Many2one("res.users", readonly=True)
    as_user_id = fields.Many2one("res.users", "Acting as", readonly=True)
    who = fields.Char(compute="_compute_who")
    origin = fields.Char(readonly=True)
    route = fields.Char(readonly=True)
    method = fields.Char(readonly=True)
    origin_name = fields.Char("Scheduled or server action", readonly=True)
    ip = fields.Char("IP address", readonly=True)
    user_agent = fields.Char("Browser", readonly=True)
    session = fields.Char("Session (digest)", readonly=True)
    request_id = fields.Char(readonly=True)
    correlation_id = fields.Char(readonly=True)
    summary = fields.Char("Changed", compute="_compute_diff")
    diff = fields.Html("Changes", compute="_compute_diff", sanitize=False)

    @property
    def _table_query(self):
        return """
            SELECT o.id, o.xid, o.record_id AS res_id, COALESCE(r.model, o.after->>'model') AS model, m.id AS model_id,
                   o.at AT TIME ZONE 'UTC' AS at,
                   CASE WHEN o.op = 'E' THEN o.after->>'kind' WHEN o.op = 'T' THEN 'table.truncated'
                        WHEN o.op = 'I' AND o.field IS NULL THEN 'record.created'
                        WHEN EXISTS (SELECT FROM vigil_outbox d WHERE d.xid = o.xid AND d.relation = o.relation
                                     AND d.record_id = o.record_id AND d.op = 'D' AND d.field IS NULL) THEN 'record.deleted'
                        WHEN EXISTS (SELECT FROM vigil_outbox d WHERE d.xid = o.xid AND d.relation = o.relation
                                     AND d.record_id = o.record_id AND d.op = 'I' AND d.field IS NULL) THEN 'record.created'
                        ELSE 'record.updated' END AS kind,
                   u.id AS user_id, a.id AS as_user_id, t.data->'origin'->>'type' AS origin,
                   t.data->'origin'->>'route' AS route, t.data->'origin'->>'method' AS method,
                   t.data->'origin'->>'name' AS origin_name, t.data->>'ip' AS ip, t.data->>'user_agent' AS user_agent,
                   t.data->>'session' AS session, t.data->>'request_id' AS request_id,
                   t.data->>'correlation_id' AS correlation_id
              FROM vigil_outbox o
              LEFT JOIN vigil_relation r ON r.id = o.relation
              LEFT JOIN vigil_transaction t ON t.xid = o.xid
              LEFT JOIN ir_model m ON m.model = COALESCE(r.model, o.after->>'model')
              LEFT JOIN res_users u ON u.id = (t.data->>'uid')::int
              LEFT JOIN res_users a ON a.id = (t.data->>'as_uid')::int
             WHERE o.op IN ('E', 'T') OR NOT EXISTS (
                   SELECT FROM vigil_outbox p WHERE p.xid = o.xid AND p.relation = o.relation
                   AND p.record_id = o.record_id AND p.id < o.id AND p.op NOT IN ('E', 'T'))
        """

    def init(self):
        """Indexes for reading by number and by time: BRIN costs the capture next to nothing."""
        self.env.cr.execute("SELECT to_regclass('vigil_outbox') IS NOT NULL")
        if self.env.cr.fetchone()[0]:
            self.env.cr.execute("CREATE INDEX IF NOT EXISTS vigil_outbox_brin_id ON vigil_outbox USING brin (id) WITH (pages_per_range = 32)")
            self.env.cr.execute("CREATE INDEX IF NOT EXISTS vigil_outbox_brin_at ON vigil_outbox USING brin (at) WITH (pages_per_range = 32)")

    def _register_hook(self):
        attribution.install()
        remote_calls.install()
        return super()._register_hook()

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        if not vals_list:
            return self.browse()
        raise AccessError(_("Events are written by the capture only."))

    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(_("Events cannot be changed, by nobody."))

    def unlink(self):  # pylint: disable=method-required-super
        if not self:
            return True
        # deleting is what must not happen: pylint: disable=no-raise-unlink
        raise AccessError(_("Events cannot be deleted. What the service has acknowledged leaves by itself after the days to keep."))

    def _compute_action(self):
        for event in self:
            event.action = _(KINDS[event.kind]) if event.kind in KINDS else event.kind

    def _compute_who(self):
        for event in self:
            if event.user_id:
                event.who = event.user_id.sudo().name
            else:
                event.who = event.origin_name or (event.origin or _("System")).replace("_", " ").capitalize()

    def _compute_record_name(self):
        for event in self:
            event.record_name = event._name_of_record()

    def _compute_display_name(self):
        for event in self:
            event.display_name = f"{event.action}: {event.record_name or event.model_id.sudo().name or ''}".rstrip(": ")

    def _name_of_record(self):
        """The record's name now, or as it was before it was deleted."""
        self.ensure_one()
        if not self.res_id or self.model not in self.env.registry:
            return ""
        model = self.env[self.model].sudo().with_context(active_test=False)
        record = model.browse(self.res_id).exists()
        if record:
            return record.display_name
        change = net.fetch(self.env.cr, self.ids).get(self.id)
        name = change and change.before.get(model._rec_name or "name")
        name = next(iter(name.values()), "") if isinstance(name, dict) else name
        return f"{name} (#{self.res_id})" if name else f"#{self.res_id}"

    def _compute_diff(self):
        changes = net.fetch(self.env.cr, self.ids)
        for event in self:
            change = changes.get(event.id)
            lines = event._lines(change) if change else []
            labels = list(dict.fromkeys(line[0] for line in lines))
            more = _(" and %s more", len(labels) - MAX_SUMMARY) if len(labels) > MAX_SUMMARY else ""
            event.summary = ", ".join(labels[:MAX_SUMMARY]) + more
            event.diff = _table(lines)

    def _lines(self, change):
        """[(label, before, after)] of an event, the fields that this user may not read left out."""
        self.ensure_one()
        if change.payload is not None:
            return _payload_lines(change.payload)
        told = words.Words(self.env, self.model, {**change.before, **change.after})
        readable = self._readable_fields()
        lines = []
        for name in change.columns():
            if readable is not None and name not in readable:
                continue
            if change.is_secret(name):
                lines.append((told.label(name), "", _("changed (the value is secret)")))
                continue
            for suffix, before, after in told.parts(name, *change.pair(name)):
                label = told.label(name)
                lines.append((f"{label} ({suffix})" if suffix else label, before, after))
        for name in change.links:
            if readable is not None and name not in readable:
                continue
            added, removed = change.linked(name)
            if added or removed:
                lines.append((told.label(name), ", ".join(told.names(name, removed)), ", ".join(told.names(name, added))))
        return lines

    def _readable_fields(self):
        """Names of the fields this user may read; None for managers, who may see all evidence."""
        if self.env.su or self.env.user.has_group("vigil.group_manager"):
            return None
        return set(self.env[self.model].fields_get(attributes=["type"])) if self.model in self.env.registry else set()

    def action_open_record(self):
        """Open the record that the event is about."""
        self.ensure_one()
        return {"type": "ir.actions.act_window", "res_model": self.model, "res_id": self.res_id, "views": [[False, "form"]]}

    @api.model
    def action_history(self, model, ids):
        """The window action behind "History": the events of these records."""
        action = self.env["ir.actions.act_window"]._for_xml_id("vigil.action_vigil_event")
        action.update(
            name=_("History"), display_name=_("History"), domain=[("model", "=", model), ("res_id", "in", ids)])
        return action


def _payload_lines(payload):
    """What an event of its own says: (what, "", value)."""
    lines = [(_("Records"), "", ", ".join(map(str, payload["record_ids"])))] if payload.get("record_ids") else []
    for key, value in (payload.get("details") or {}).items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        lines.append((key.replace("_", " ").capitalize(), "", text))
    return lines


def _table(lines):
    """Two columns, before and after; every value escaped by Markup's formatting."""
    if not lines:
        return Markup("<p class='text-muted'>%s</p>") % _("No field of this record that you may read has changed.")
    cell = Markup("<td class='o_vigil_%s text-break'>%s</td>")
    rows = Markup("").join(
        Markup("<tr><th class='text-muted fw-normal'>%s</th>%s%s</tr>") % (label, cell % ("before", before), cell % ("after", after))
        for label, before, after in lines)
    return Markup(
        "<table class='table table-sm o_vigil_diff'><thead><tr><th>%s</th><th>%s</th><th>%s</th></tr></thead><tbody>%s</tbody></table>"
    ) % (_("Field"), _("Before"), _("After"), rows)
