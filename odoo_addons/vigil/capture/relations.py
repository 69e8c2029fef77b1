"""Which tables are captured, and on which record each of their rows is told.

Terms
  relation   a tracked model: the id in the outbox, stable for the life of the database
  record     kind of table: a model's own rows
  link       kind of table: rows of a many2many, told on the model that defines the field
"""
from . import columns, exclusions

#: many2many tables that both sides define: the side that people think of
PREFERRED_OWNER = {
    "res_groups_users_rel": "res.users",
    "res_company_users_rel": "res.users",
    "res_partner_res_partner_category_rel": "res.partner",
}


class Capture:
    """One table that carries triggers."""

    __slots__ = ("table", "relation", "kind", "columns", "field", "column1", "column2")

    def __init__(self, table, relation, kind, **values):
        self.table, self.relation, self.kind = table, relation, kind
        self.columns, self.field, self.column1, self.column2 = [], None, None, None
        for name, value in values.items():
            setattr(self, name, value)


def tracked_models(registry_models, types, chosen=()):
    """The models that are captured: stored, lasting, not excluded (or chosen in spite of it), one for each table."""
    tables = {}
    for model in registry_models:
        if model._abstract or model._transient or model._table not in types or exclusions.is_never(model._name):
            continue
        if exclusions.reason(model._name) and model._name not in chosen:
            continue
        if "id" not in types[model._table]:
            continue
        tables.setdefault(model._table, model)
    return sorted(tables.values(), key=lambda model: model._name)


def register(cr, models):
    """Give each model its relation id. Ids are never reused: old events keep their meaning."""
    cr.execute("SELECT model, id, table_name FROM vigil_relation")
    known = {model: (relation, table) for model, relation, table in cr.fetchall()}
    for model in models:
        if model._name not in known:
            cr.execute("INSERT INTO vigil_relation (model, table_name) VALUES (%s, %s)"
                       " ON CONFLICT (model) DO UPDATE SET table_name = EXCLUDED.table_name RETURNING id",
                       (model._name, model._table))
            known[model._name] = (cr.fetchone()[0], model._table)
        elif known[model._name][1] != model._table:
            cr.execute("UPDATE vigil_relation SET table_name = %s WHERE model = %s", (model._table, model._name))
    return {name: relation for name, (relation, table) in known.items()}


def links(models, model_tables, types):
    """The many2many tables of the tracked models: one owner each."""
    owners = {}
    for model in models:
        for field in model._fields.values():
            if field.type != "many2many" or not field.store or field.related or not field.relation:
                continue
            table = types.get(field.relation)
            if not table or field.relation in model_tables or not {field.column1, field.column2} <= set(table):
                continue
            rank = (PREFERRED_OWNER.get(field.relation) != model._name, model._name, field.name)
            current = owners.get(field.relation)
            if current is None or rank < current[0]:
                owners[field.relation] = (rank, model, field)
    return [(model, field) for rank, model, field in sorted(owners.values(), key=lambda item: item[2].relation)]


def binary_fields(model):
    """Fields whose content lies in ir_attachment rows of the record.

    Resized copies of an image (`image_512` related to `image_1920`) are not: one change, not five.
    """
    return sorted(
        name for name, field in model._fields.items()
        if field.type in ("binary", "image") and getattr(field, "attachment", False)
        and field.store and not getattr(field, "related", None)
    )


def collect(env, chosen=()):
    """Everything to capture in this database, as a list of Capture; registers new models."""
    cr = env.cr
    types = columns.read_types(cr)
    models = tracked_models([env[name] for name in sorted(env.registry.models)], types, chosen)
    ids = register(cr, models)
    model_tables = {env[name]._table for name in env.registry.models}
    captures = []
    for model in models:
        capture = Capture(model._table, ids[model._name], "record")
        capture.columns = columns.of_model(model, types[model._table])
        if model._name in ("ir.attachment", "ir.property"):
            capture.kind = model._name
        captures.append(capture)
        fields = binary_fields(model)
        cr.execute("UPDATE vigil_relation SET binary_fields = %s, active = true WHERE id = %s"
                   " AND (binary_fields IS DISTINCT FROM %s::text[] OR NOT active)",
                   (fields or None, capture.relation, fields or None))
    for model, field in links(models, model_tables, types):
        captures.append(Capture(field.relation, ids[model._name], "link", field=field.name,
                                column1=field.column1, column2=field.column2))
    return captures
