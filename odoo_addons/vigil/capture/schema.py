"""The wire contract's Schema: what the client needs to turn raw columns into values a person reads."""
import hashlib
import json

from .. import compat
from . import columns, names, properties, relations

_WIRE_TYPES = {
    "char", "text", "html", "integer", "float", "monetary", "boolean", "date", "datetime", "selection", "many2one",
    "many2one_reference", "reference", "binary", "image", "json", "properties", "properties_definition",
}


#: stands for the target of a reference field
REFERENCE = "*"


class Schema:
    """Schema of a database, kept with its registry: labels, types, and where the names of targets come from."""

    def __init__(self, env):
        env = env(su=True, context={"lang": "en_US"})
        types = columns.read_types(env.cr)
        env.cr.execute("SELECT id, model, table_name FROM vigil_relation ORDER BY id")
        self.models = {}         # relation -> model name
        self.targets = []        # (relation, column, target model) of many2one columns
        self.link_targets = {}   # (relation, field) -> target model
        described = {}
        for relation, model_name, table in env.cr.fetchall():
            self.models[relation] = model_name
            if model_name in env.registry:
                described[str(relation)] = self._describe(env[model_name], relation, types.get(table, {}))
            else:
                described[str(relation)] = {"model": model_name, "label": model_name, "table": table, "columns": {}, "links": {}}
        self.count = len(described)
        body = json.dumps(described, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        self.version = hashlib.sha256(body.encode("utf-8", "replace")).hexdigest()[:16]
        self.text = '{"version":"%s","relations":%s}' % (self.version, body)

    def _describe(self, model, relation, types):
        described = {}
        for column in columns.of_model(model, types):
            described[column.name] = self._column(model, column.field, relation, column.currency)
        for name in relations.binary_fields(model):
            described.setdefault(name, self._column(model, model._fields[name], relation))
        if compat.HAS_IR_PROPERTY:
            for name, field in model._fields.items():
                if field.company_dependent:
                    described[name] = self._column(model, field, relation)
        if model._name == "ir.attachment":
            described["raw"] = {"field": "raw", "label": "Content", "type": "binary"}
        links = {}
        for name, field in model._fields.items():
            if field.type == "many2many" and field.store and not field.related:
                links[name] = {"label": field.string or name, "relation": field.comodel_name}
                self.link_targets[relation, name] = field.comodel_name
        result = {
            "model": model._name, "label": model._description or model._name, "table": model._table,
            "columns": described, "links": links,
        }
        name_column = names.stored_name(model)
        if name_column in described:
            result["name_column"] = name_column
        return result

    def _column(self, model, field, relation, currency=None):
        column = {
            "field": field.name, "label": field.string or field.name,
            "type": field.type if field.type in _WIRE_TYPES else "unknown",
        }
        if field.type == "many2one":
            column["relation"] = field.comodel_name
            self.targets.append((relation, field.name, field.comodel_name))
        elif field.type == "reference":
            # the model stands in the value: "sale.order,7"
            self.targets.append((relation, field.name, REFERENCE))
        elif field.type == "properties":
            self.targets.append((relation, field.name, properties.TARGET))
        elif field.type == "selection":
            column["selection"] = _selection(model, field)
        if currency:
            column["currency"] = currency
        if getattr(field, "translate", False):
            column["translate"] = True
        if getattr(field, "company_dependent", False):
            column["company_dependent"] = True
        return column


def _selection(model, field):
    try:
        return {str(key): str(label) for key, label in field._description_selection(model.env) or []}
    except Exception:  # noqa: BLE001 - a selection computed by somebody's code: keys without labels then
        return {}


def get(env):
    """The schema of the database, built once for each registry and again when a model was added."""
    env.cr.execute("SELECT count(*) FROM vigil_relation")
    count = env.cr.fetchone()[0]
    schema = getattr(env.registry, "_vigil_schema", None)
    if schema is None or schema.count != count:
        schema = Schema(env)
        env.registry._vigil_schema = schema
    return schema
