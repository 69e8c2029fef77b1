"""Definitions of the properties that a page's rows hold: users make them on containers, so they are no part of the schema.

A property's technical name is a random hash, so that its definition is found without knowing the record's container.
"""
# names in SQL are those of models' tables and columns: pylint: disable=sql-injection

#: stands for the target of a properties column, see schema.py
TARGET = "#"


def _definitions(registry):
    """[(table, column)] of stored definitions."""
    return sorted({(model._table, field.name) for model in registry.models.values() for field in model._fields.values()
                   if field.type == "properties_definition" and field.store and not model._abstract and not model._transient})


def read(env, values):
    """name -> definition as the wire has it.

    :param values: the properties of records, as columns hold them: {name: value}
    """
    names = sorted({name for value in values for name in value})
    if not names:
        return {}
    found = {}
    for table, column in _definitions(env.registry):
        env.cr.execute(
            f'SELECT d.item FROM "{table}" t CROSS JOIN LATERAL jsonb_array_elements('
            f"""CASE jsonb_typeof(t."{column}") WHEN 'array' THEN t."{column}" ELSE '[]' END) AS d (item)"""
            f""" WHERE t."{column}" IS NOT NULL AND d.item->>'name' = ANY (%s)""", (names,))
        for (item,) in env.cr.fetchall():
            found.setdefault(item["name"], _described(item))
    return found


def _described(item):
    described = {"label": str(item.get("string") or item["name"]), "type": str(item.get("type") or "char")}
    if item.get("comodel"):
        described["relation"] = str(item["comodel"])
    options = item.get("selection") or item.get("tags") or []
    if options:
        described["selection"] = {str(option[0]): str(option[1]) for option in options
                                  if isinstance(option, (list, tuple)) and len(option) > 1}
    return described


def linked(definitions, values):
    """[(model, id)] of the records that relational properties name."""
    for value in values:
        for name, item in value.items():
            model = definitions.get(name, {}).get("relation")
            if model:
                yield from ((model, i) for i in (item if isinstance(item, list) else [item])
                            if isinstance(i, int) and not isinstance(i, bool))
