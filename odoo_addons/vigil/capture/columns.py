"""How each column of a tracked table is written into an event: SQL expressions that yield JSON text."""
from . import exclusions, secrets

REDACTED = """'{"redacted":true}'"""

#: PostgreSQL types whose text is JSON as it stands
_PLAIN = {"int2", "int4", "int8", "bool"}


class Column:
    """One captured column: where it is, what it holds, how it is told."""

    __slots__ = ("name", "pg_type", "field", "secret", "currency", "model_name")

    def __init__(self, model_name, name, pg_type, field, currency=None):
        self.model_name = model_name
        self.name = name
        self.pg_type = pg_type
        self.field = field
        self.currency = currency
        self.secret = secrets.is_secret(model_name, field)

    def quoted(self, alias):
        """The column in SQL: `NEW."city"`."""
        return f'{alias}."{self.name}"'

    def json(self, alias):
        """SQL that gives the value as JSON text; NULL for NULL."""
        ref = self.quoted(alias)
        if self.secret:
            return f"CASE WHEN {ref} IS NOT NULL THEN {REDACTED} END"
        if self.model_name == "ir.config_parameter" and self.name == "value":
            return (f"CASE WHEN {alias}.key ~* '{secrets.PARAMETER_KEYS}' AND {ref} IS NOT NULL"
                    f" THEN {REDACTED} ELSE to_json({ref})::text END")
        if (self.model_name, self.name) in secrets.TEXT_FIELDS:
            return f"CASE WHEN {ref} ~* '{secrets.TEXT_PATTERN}' THEN {REDACTED} ELSE to_json({ref})::text END"
        kind = self.pg_type
        if kind in _PLAIN:
            return f"{ref}::text"
        if kind == "numeric":
            return f"""'"' || {ref} || '"'"""
        if kind == "timestamp":  # ISO whatever DateStyle is; Odoo's are UTC
            return f"""left(to_json({ref})::text, -1) || 'Z"'"""
        if kind == "timestamptz":
            return f"""left(to_json({ref} AT TIME ZONE 'UTC')::text, -1) || 'Z"'"""
        if kind in ("json", "jsonb"):
            return f"{ref}::text"
        if kind == "bytea":
            return (f"""'{{"size_bytes":' || octet_length({ref}) || ',"sha256":"'"""
                    f""" || encode(sha256({ref}), 'hex') || '"}}'""")
        if kind in ("varchar", "text", "bpchar", "float4", "float8", "date"):
            return f"to_json({ref})::text"
        return f"to_json({ref}::text)::text"

    def changed(self):
        """SQL that is true when the value differs between OLD and NEW."""
        old, new = self.quoted("OLD"), self.quoted("NEW")
        if self.pg_type == "json":
            old, new = f"{old}::text", f"{new}::text"
        return f"{old} IS DISTINCT FROM {new}"


def read_types(cr):
    """(table, column) -> type of every ordinary table, in one query; inherited columns included."""
    cr.execute(
        "SELECT c.relname, a.attname, t.typname FROM pg_class c"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
        " JOIN pg_type t ON t.oid = a.atttypid"
        " WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace ORDER BY c.relname, a.attnum"
    )
    tables = {}
    for table, column, type_name in cr.fetchall():
        tables.setdefault(table, {})[column] = type_name
    return tables


def of_model(model, types):
    """The captured columns of a model, in the table's order.

    Only columns of the ORM: what code keeps in extra columns (the hash of an API key) is not evidence of anything.
    A secret counts although its field is not stored: `res.users.password` is written by raw SQL.
    """
    result = []
    for name, pg_type in types.items():
        field = model._fields.get(name)
        if field is None or not (field.store or secrets.is_secret(model._name, field)) or exclusions.is_noise(model._name, name):
            continue
        result.append(Column(model._name, name, pg_type, field, currency_column(model, field, types)))
    return result


def currency_column(model, field, types):
    """The column that holds the currency of a monetary field, when the table has it."""
    if field.type != "monetary":
        return None
    currency = field.get_currency_field(model)
    return currency if currency and currency in types else None
