"""Values as a person reads them: labels instead of keys, names instead of ids, dates in the reader's time zone."""
import json
from datetime import datetime

from odoo import _, fields
from odoo.tools import format_amount, format_date, format_datetime, html2plaintext

#: longer texts are cut in the diff; the service keeps them whole
MAX_TEXT = 2000


class Words:
    """Renders values of one model. Names are read as superuser: the reader may see the event that holds them."""

    def __init__(self, env, model_name, context_values=None):
        self.env = env
        self.model = env[model_name].sudo() if model_name in env.registry else None
        self.context_values = context_values or {}
        self._selections = {}

    def field(self, name):
        """The field of a column, or None when the model or field is gone."""
        return self.model._fields.get(name) if self.model is not None else None

    def label(self, name):
        """The field's label in the reader's language."""
        field = self.field(name)
        return field._description_string(self.env) if field else name

    def parts(self, name, before, after):
        """The lines of one column's change: [(suffix, before text, after text)], one for each language or company."""
        field = self.field(name)
        keyed = [v for v in (before, after) if isinstance(v, dict)]
        by_lang = field is not None and field.translate
        by_company = field is not None and field.company_dependent
        if keyed and (by_lang or by_company):
            keys = dict.fromkeys(key for value in keyed for key in value)
            lines = []
            for key in keys:
                old, new = ((v or {}).get(key) if isinstance(v or {}, dict) else v for v in (before, after))
                if old != new:
                    lines.append((key if by_lang else self._name("res.company", key), self.text(name, old), self.text(name, new)))
            return lines
        return [("", self.text(name, before), self.text(name, after))]

    def text(self, name, value):
        """One value as text; an empty string for nothing."""
        if value is None or value == "":
            return ""
        if isinstance(value, dict) and "sha256" in value:
            return f"{_size(value.get('size_bytes'))} · SHA-256 {str(value['sha256'])[:16]}…"
        field = self.field(name)
        try:
            text = self._typed(field, value) if field is not None else value
        except Exception:  # noqa: BLE001 - an old value that no longer fits its field is shown as it stands
            text = value
        text = text if isinstance(text, str) else json.dumps(text, ensure_ascii=False, default=str)
        return text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "…"

    def names(self, name, ids):
        """Names of linked records."""
        field = self.field(name)
        return [self._name(field.comodel_name, i) if field is not None else str(i) for i in ids]

    def _typed(self, field, value):
        kind = field.type
        if kind == "boolean":
            return _("Yes") if value else _("No")
        if kind == "selection":
            if field.name not in self._selections:
                self._selections[field.name] = dict(field._description_selection(self.env))
            return self._selections[field.name].get(value, value)
        if kind == "many2one":
            return self._name(field.comodel_name, str(value).rsplit(",", 1)[-1])
        if kind == "reference" and "," in str(value):
            return self._name(*str(value).split(",", 1))
        if kind == "date":
            return format_date(self.env, value)
        if kind == "datetime":
            moment = datetime.fromisoformat(str(value).replace("Z", "").replace("T", " ")[:19])
            return format_datetime(self.env, fields.Datetime.to_string(moment))
        if kind == "monetary":
            return self._amount(field, value)
        if kind == "html":
            return html2plaintext(value)
        return value

    def _amount(self, field, value):
        column = field.get_currency_field(self.model)
        currency_id = self.context_values.get(column) or self.context_values.get(f"@{column}")
        currency = self.env["res.currency"].sudo().browse(int(currency_id)).exists() if currency_id else None
        return format_amount(self.env, float(value), currency) if currency else str(value)

    def _name(self, model_name, record_id):
        if model_name not in self.env.registry or not str(record_id).isdigit():
            return str(record_id)
        record = self.env[model_name].sudo().with_context(active_test=False).browse(int(record_id)).exists()
        return record.display_name if record else f"#{record_id}"


def _size(count):
    size = float(count or 0)
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
