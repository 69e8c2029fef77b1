"""SQL of the capture triggers: one function and four triggers for each captured table.

Row triggers whose work is plpgsql's *simple expressions* over OLD and NEW. Such an expression is made ready once in a
transaction and then costs 20 µs on a partner's 70 columns; the same expression in a query of its own is made ready at
every statement, which cost 100-200 µs with statement triggers and transition tables, and most of Odoo's statements
write one row. Statement triggers are cheaper for a bulk of raw SQL (10 instead of 30 µs a row), but they also fire
without rows: a cascade calls those of 40 tables, 10 µs each. The functions are generated column by column because a
generic diff of to_jsonb(row) costs 99 µs a row, copies binary content and fails on a value of 140 MB.

The functions are right alone: they fire before the addon's Python is loaded and after it is gone.
"""
import hashlib

#: concat_ws takes at most 100 arguments
_CHUNK = 90

OPERATIONS = ("insert", "update", "delete", "truncate")
_FLAGS = {"insert": "on_create", "update": "on_write", "delete": "on_unlink"}
#: operation -> (letter in the outbox, the row that the event stands on)
_OPS = {"insert": ("I", "NEW"), "update": ("U", "NEW"), "delete": ("D", "OLD")}

_FUNCTION = """CREATE OR REPLACE FUNCTION {schema}.{name}() RETURNS trigger LANGUAGE plpgsql AS $vigil$
DECLARE
    wanted boolean;
    off text[];
    b text;
    a text;
BEGIN
    IF TG_OP = 'INSERT' THEN
{insert}
    ELSIF TG_OP = 'UPDATE' THEN
{update}
    ELSE
{delete}
    END IF;
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    IF EXISTS (SELECT 1 FROM {schema}.vigil_relation r WHERE r.id = {relation} AND r.strict) THEN
        RAISE;
    END IF;
    PERFORM {schema}.vigil_gap({relation}, TG_TABLE_NAME, TG_OP, SQLSTATE, SQLERRM);
    RETURN NULL;
END $vigil$"""

_RULE = """        SELECT r.fields_off, r.{flag} INTO off, wanted FROM {schema}.vigil_ruled r WHERE r.id = {relation};
        IF NOT wanted THEN
            RETURN NULL;
        END IF;
"""


def function_name(capture):
    """Name of a table's function, within PostgreSQL's 63 bytes."""
    name = f"vigil_t_{capture.table}"
    return name if len(name) <= 60 else f"{name[:51]}_{hashlib.sha1(name.encode()).hexdigest()[:8]}"


def trigger_names(capture):
    """Names of a table's triggers."""
    return [f"vigil_{operation}" for operation in OPERATIONS]


def function_sql(capture, schema):
    """The CREATE FUNCTION statement of a captured table."""
    parts = {}
    for operation, flag in _FLAGS.items():
        rule = _RULE.format(flag="on_write" if capture.kind == "link" else flag, schema=schema, relation=capture.relation)
        owner = _OWNERS.get(capture.kind)  # before the rule of the table's own model: the owner's counts
        parts[operation] = ((owner(operation) if owner else "") + _BODIES[capture.kind](capture, operation, rule)
                            ).replace("@schema@", schema)
    return _FUNCTION.format(schema=schema, name=_quote(function_name(capture)), relation=capture.relation, **parts)


def trigger_sql(capture, schema):
    """The statements that put the triggers on the table; those that are there are replaced."""
    function = f"{schema}.{_quote(function_name(capture))}()"
    table = f"{schema}.{_quote(capture.table)}"
    statements = []
    for operation, name in zip(OPERATIONS, trigger_names(capture)):
        statements.append(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        head = f"CREATE TRIGGER {name} AFTER {operation.upper()} ON {table}"
        if operation == "truncate":
            statements.append(f"{head} FOR EACH STATEMENT EXECUTE FUNCTION {schema}.vigil_truncated("
                              f"'{capture.relation}', '{capture.field or ''}')")
        else:
            statements.append(f"{head} FOR EACH ROW EXECUTE FUNCTION {function}")
    return statements


def fingerprint(capture, schema):
    """Changes when the function or its triggers must be made anew."""
    text = function_sql(capture, schema) + ";".join(trigger_sql(capture, schema))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _quote(name):
    return '"' + name.replace('"', '""') + '"'


def _object(pairs):
    """SQL text of a JSON object of `key: SQL that gives JSON text or NULL`; NULL leaves the key out."""
    items = [f"""'{_key(key)}:' || {value}""" for key, value in pairs]
    chunks = [f"concat_ws(',', {', '.join(items[i:i + _CHUNK])})" for i in range(0, len(items), _CHUNK)]
    if not chunks:
        return "'{}'"
    if len(chunks) == 1:
        return f"'{{' || {chunks[0]} || '}}'"
    joined = ", ".join(f"nullif({chunk}, '')" for chunk in chunks)
    return f"'{{' || concat_ws(',', {joined}) || '}}'"


def _key(key):
    return '"' + key.replace("'", "''") + '"'


def _whole(capture, alias):
    """All values that are not null, as JSON text."""
    return _object([(column.name, column.json(alias)) for column in capture.columns] + _extra(capture, alias))


def _changes(capture):
    """(before, after) of the changed columns as JSON text; null values are kept: they say that it was empty."""
    before, after = [], []
    for column in capture.columns:
        for target, alias in ((before, "OLD"), (after, "NEW")):
            value = f"CASE WHEN {column.changed()} THEN coalesce({column.json(alias)}, 'null') END"
            target.append((column.name, value))
    for (key, old), (_key_again, new) in zip(_extra(capture, "OLD"), _extra(capture, "NEW")):
        changed = " AND ".join(f"OLD.{column} IS NOT DISTINCT FROM NEW.{column}" for column in _EXTRA_COLUMNS)
        before.append((key, f"CASE WHEN NOT ({changed}) THEN coalesce({old}, 'null') END"))
        after.append((key, f"CASE WHEN NOT ({changed}) THEN coalesce({new}, 'null') END"))
    after.extend(_context(capture))
    return _object(before), _object(after)


def _context(capture):
    """The currency of changed amounts: a key with "@" is context, not a change."""
    by_currency = {}
    for column in capture.columns:
        if column.currency:
            by_currency.setdefault(column.currency, []).append(column.changed())
    return [(f"@{currency}", f"CASE WHEN {' OR '.join(tests)} THEN NEW.{_quote(currency)}::text END")
            for currency, tests in sorted(by_currency.items())]


_EXTRA_COLUMNS = ("checksum", "file_size")


def _extra(capture, alias):
    """The content of an attachment: Odoo keeps a SHA-1 beside the file, Vigil its SHA-256."""
    return [("raw", _content(alias))] if capture.kind == "ir.attachment" else []


def _content(alias):
    return (f"""CASE WHEN {alias}.checksum IS NOT NULL THEN '{{"size_bytes":' || coalesce({alias}.file_size, 0)"""
            f""" || coalesce((SELECT ',"sha256":"' || d.sha256 || '"' FROM @schema@.vigil_digest d"""
            f""" WHERE d.checksum = {alias}.checksum LIMIT 1), ',"sha1":"' || {alias}.checksum || '"') || '}}' END""")


#: what the rules leave of the values; `*`: nothing, the outbox has reached its limit
_ALLOWED = "CASE WHEN off IS NULL THEN a::jsonb WHEN off[1] = '*' THEN '{}' ELSE a::jsonb - off END"


def _record(capture, operation, rule, skipped=None):
    """The row of a model's own table; what `skipped` is true for is no event of the model."""
    op, row = _OPS[operation]
    guard = f"        IF {skipped.replace('@row@', row)} THEN\n            RETURN NULL;\n        END IF;\n" if skipped else ""
    if operation == "update":
        before, after = _changes(capture)
        return (
            f"{guard}        b := {before};\n        IF b = '{{}}' THEN\n            RETURN NULL;\n        END IF;\n"
            f"{rule}        IF off IS NOT NULL THEN\n            b := b::jsonb - off;\n"
            f"            IF off[1] = '*' THEN\n                b := '{{}}';\n"
            f"            ELSIF b = '{{}}' THEN\n                RETURN NULL;\n            END IF;\n        END IF;\n"
            f"        a := {after};\n"
            f"        INSERT INTO @schema@.vigil_outbox (relation, record_id, op, before, after)\n"
            f"        VALUES ({capture.relation}, NEW.id, '{op}', b::jsonb,"
            f" {_ALLOWED});\n"
        )
    return (
        f"{guard}{rule}        a := {_whole(capture, row)};\n"
        f"        INSERT INTO @schema@.vigil_outbox (relation, record_id, op, {'after' if op == 'I' else 'before'})\n"
        f"        VALUES ({capture.relation}, {row}.id, '{op}', {_ALLOWED});\n"
    )


def _link(capture, operation, rule):
    """A row of a many2many table, told on the owner; an update is a removal and an addition."""
    body = f"{rule}        IF '{capture.field}' = ANY (off) THEN\n            RETURN NULL;\n        END IF;\n"
    column1, column2 = _quote(capture.column1), _quote(capture.column2)
    for op, row, wanted in (("-", "OLD", ("update", "delete")), ("+", "NEW", ("insert", "update"))):
        if operation in wanted:
            body += (
                f"        IF {row}.{column1} IS NOT NULL THEN\n"
                f"            INSERT INTO @schema@.vigil_outbox (relation, record_id, op, field, after)\n"
                f"            VALUES ({capture.relation}, {row}.{column1}, '{op}', '{capture.field}', to_jsonb({row}.{column2}));\n"
                f"        END IF;\n"
            )
    return body


def _attachment(capture, operation, rule):
    """Attachments: documents are records; the content of a binary field is told on its owner; bundles are noise."""
    return _record(capture, operation, rule, "@row@.res_field IS NOT NULL OR @row@.url ~ '^/web/assets/'")


def _owner_attachment(operation):
    """The content of a binary field under its owner's relation and record."""
    op, row = _OPS[operation]
    old = f"({_content('OLD')})::jsonb" if operation != "insert" else "NULL::jsonb"
    new = f"({_content('NEW')})::jsonb" if operation != "delete" else "NULL::jsonb"
    changed = " AND NEW.checksum IS DISTINCT FROM OLD.checksum" if operation == "update" else ""
    return (
        f"        IF {row}.res_field IS NOT NULL AND {row}.res_id > 0{changed} THEN\n"
        f"            INSERT INTO @schema@.vigil_outbox (relation, record_id, op, field, before, after)\n"
        f"            SELECT r.id, {row}.res_id, '{op}', {row}.res_field, {old}, {new}\n"
        f"            FROM @schema@.vigil_relation r WHERE r.model = {row}.res_model AND r.on_write\n"
        f"                AND {row}.res_field = ANY (r.binary_fields) AND {row}.res_field <> ALL (coalesce(r.fields_off, '{{}}'));\n"
        f"        END IF;\n"
    )


def _owner_property(operation):
    """Odoo 17: a company-dependent value under its owner's relation and record, as {company: value}."""
    def value(row):
        typed = (
            f"CASE {row}.type WHEN 'many2one' THEN to_jsonb(nullif(split_part({row}.value_reference, ',', 2), '')::int)"
            f" WHEN 'boolean' THEN to_jsonb({row}.value_integer <> 0) WHEN 'integer' THEN to_jsonb({row}.value_integer)"
            f" WHEN 'float' THEN to_jsonb({row}.value_float)"
            f" WHEN 'date' THEN to_jsonb({row}.value_datetime::date)"
            f" WHEN 'datetime' THEN to_jsonb(left(to_json({row}.value_datetime)#>>'{{}}', 26) || 'Z')"
            f" WHEN 'binary' THEN jsonb_build_object('size_bytes', octet_length({row}.value_binary),"
            f" 'sha256', encode(sha256({row}.value_binary), 'hex')) ELSE to_jsonb({row}.value_text) END"
        )
        return f"jsonb_build_object(coalesce({row}.company_id, 0)::text, {typed})"

    op, row = _OPS[operation]
    empty = f"jsonb_build_object(coalesce({row}.company_id, 0)::text, NULL)"
    old = value("OLD") if operation != "insert" else empty
    new = value("NEW") if operation != "delete" else empty
    changed = f" AND {old} IS DISTINCT FROM {new}" if operation == "update" else ""
    return (
        f"        IF {row}.res_id ~ '^[a-z0-9_.]+,[0-9]+$'{changed} THEN\n"
        f"            INSERT INTO @schema@.vigil_outbox (relation, record_id, op, field, before, after)\n"
        f"            SELECT r.id, split_part({row}.res_id, ',', 2)::int, '{op}', f.name, {old}, {new}\n"
        f"            FROM @schema@.ir_model_fields f JOIN @schema@.vigil_relation r ON r.model = f.model AND r.on_write\n"
        f"                AND f.name <> ALL (coalesce(r.fields_off, '{{}}'))\n"
        f"            WHERE f.id = {row}.fields_id;\n"
        f"        END IF;\n"
    )


def _property(capture, operation, rule):
    """Odoo 17's ir.property without a record: a default, told as the settings record that it is."""
    return _record(capture, operation, rule, "@row@.res_id IS NOT NULL")


_BODIES = {"record": _record, "link": _link, "ir.attachment": _attachment, "ir.property": _property}
_OWNERS = {"ir.attachment": _owner_attachment, "ir.property": _owner_property}
