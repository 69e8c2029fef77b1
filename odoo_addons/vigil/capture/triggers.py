"""SQL of the capture triggers: one function and four triggers for each captured table.

Row triggers whose work is plpgsql's *simple expressions* over OLD and NEW: they are made ready once in a transaction,
where a query over a transition table is made ready at every statement, and most of Odoo's statements write one row.
Statement triggers also fire without rows: a cascade calls those of 40 tables, 10 us each. The functions are generated
column by column because a generic diff of to_jsonb(row) costs 99 us a row, copies binary content and fails on a value
of 140 MB. An update looks at groups of columns first and writes out only those with a change: the others cost neither
time nor cache, and are not even made ready.

The row is read in a block with a handler, for a column may be gone or of another type. The first row of a transaction
is written there too, as a probe; where it got in, the following ones of the same role get in too (the locks are held,
the rights are known) and are written behind the block. A block that writes takes a transaction id: with more than 64
of them every snapshot of every session spills, and a statement of 10,000 rows would take 10,000. What is left to fail is
what would fail the user's own next write as well: no disk, no memory. The note of the probe ends with the transaction,
and with a rollback to a savepoint before it.

The functions are right alone: they fire before the addon's Python is loaded and after it is gone.
"""
import hashlib
import textwrap

#: concat_ws takes at most 100 arguments
_CHUNK = 90
#: columns that an update looks at together
_GROUP = 8

OPERATIONS = ("insert", "update", "delete", "truncate")
#: operation -> (letter in the outbox, the row that the event stands on)
_OPS = {"insert": ("I", "NEW"), "update": ("U", "NEW"), "delete": ("D", "OLD")}

_FUNCTION = """CREATE OR REPLACE FUNCTION @schema@.{name}() RETURNS trigger LANGUAGE plpgsql AS $vigil$
DECLARE
{declare}
    done boolean := false;
BEGIN
    BEGIN
        IF TG_OP = 'INSERT' THEN
{insert}
        ELSIF TG_OP = 'UPDATE' THEN
{update}
        ELSE
{delete}
        END IF;
        IF current_setting('vigil.probed', true) IS DISTINCT FROM current_user::text THEN
{probe}
            IF done THEN
                PERFORM set_config('vigil.probed', current_user, true);
            END IF;
            RETURN NULL;
        END IF;
    EXCEPTION WHEN OTHERS THEN
        IF EXISTS (SELECT 1 FROM @schema@.vigil_relation r WHERE r.id = {relation} AND r.strict) THEN
            RAISE;
        END IF;
        PERFORM @schema@.vigil_gap({relation}, TG_TABLE_NAME, TG_OP, SQLSTATE, SQLERRM);
        RETURN NULL;
    END;
{record}
    RETURN NULL;
END $vigil$"""

_DECLARE = """    op text;
    record_id int;
    before jsonb;
    after jsonb;
    b text;
    a text;"""
_DECLARE_OWNER = """
    owner int;
    owner_id int;
    owner_field text;
    owner_before jsonb;
    owner_after jsonb;"""
_DECLARE_LINK = """    removed_from int;
    removed jsonb;
    added_to int;
    added jsonb;"""


def _write(record, values):
    """The row, by way of a call that is a simple expression: PERFORM would make a query of it."""
    return f"    IF {record} IS NOT NULL THEN\n        done := @schema@.vigil_put({values}) OR done;\n    END IF;"


def function_name(capture):
    """Name of a table's function, within PostgreSQL's 63 bytes."""
    name = f"vigil_t_{capture.table}"
    return name if len(name) <= 60 else f"{name[:51]}_{hashlib.sha1(name.encode()).hexdigest()[:8]}"


def trigger_names(capture):
    """Names of a table's triggers."""
    return [f"vigil_{operation}" for operation in OPERATIONS]


def function_sql(capture, schema):
    """The CREATE FUNCTION statement of a captured table."""
    number = capture.relation
    if capture.kind == "link":
        parts = {operation: _link(capture, operation) for operation in _OPS}
        declare = _DECLARE_LINK
        record = "\n".join(_write(owner, f"{number}, {owner}, '{op}', '{capture.field}', NULL, {value}")
                           for owner, op, value in (("removed_from", "-", "removed"), ("added_to", "+", "added")))
    else:
        owner = _OWNERS.get(capture.kind)
        parts = {operation: (owner(operation) if owner else "") + _record(capture, operation) for operation in _OPS}
        declare = _DECLARE + (_DECLARE_OWNER if owner else "")
        record = _write("record_id", f"{number}, record_id, op, NULL, before, after")
        if owner:
            record = _write("owner", "owner, owner_id, op, owner_field, owner_before, owner_after") + "\n" + record
    return _FUNCTION.format(name=_quote(function_name(capture)), relation=number, declare=declare,
                            probe=textwrap.indent(record, " " * 8), record=record, **parts).replace("@schema@", schema)


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
    """Statements that put the changed columns into b and a; null values are kept: they say that it was empty."""
    text = ""
    for start in range(0, len(capture.columns), _GROUP):
        columns = capture.columns[start:start + _GROUP]
        text += _changes_of([(c.name, c.changed(), c.json("OLD"), c.json("NEW")) for c in columns], _context(columns))
    for (key, old), (_key_again, new) in zip(_extra(capture, "OLD"), _extra(capture, "NEW")):
        changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in _EXTRA_COLUMNS)
        text += _changes_of([(key, f"({changed})", old, new)], [])
    return text


def _changes_of(group, context):
    def items(side):
        return [f"""CASE WHEN {item[1]} THEN '{_key(item[0])}:' || coalesce({item[side]}, 'null') END""" for item in group]

    return (f"            IF {' OR '.join(item[1] for item in group)} THEN\n"
            f"                b := concat_ws(',', b, {', '.join(items(2))});\n"
            f"                a := concat_ws(',', a, {', '.join(items(3) + context)});\n"
            f"            END IF;\n")


def _context(columns):
    """The currency of changed amounts: a key with "@" is context, not a change. Told twice it is the same value."""
    by_currency = {}
    for column in columns:
        if column.currency:
            by_currency.setdefault(column.currency, []).append(column.changed())
    return [f"""CASE WHEN {' OR '.join(tests)} THEN '{_key('@' + currency)}:' || NEW.{_quote(currency)} END"""
            for currency, tests in sorted(by_currency.items())]


_EXTRA_COLUMNS = ("checksum", "file_size")


def _extra(capture, alias):
    """The content of an attachment: Odoo keeps a SHA-1 beside the file, Vigil its SHA-256."""
    return [("raw", _content(alias))] if capture.kind == "ir.attachment" else []


def _content(alias):
    return (f"""CASE WHEN {alias}.checksum IS NOT NULL THEN '{{"size_bytes":' || coalesce({alias}.file_size, 0)"""
            f""" || coalesce((SELECT ',"sha256":"' || d.sha256 || '"' FROM @schema@.vigil_digest d"""
            f""" WHERE d.checksum = {alias}.checksum LIMIT 1), ',"sha1":"' || {alias}.checksum || '"') || '}}' END""")


#: rows that are no event of the table's own model: content of binary fields (told on the owner) and bundles; values of a record
_SKIPPED = {
    "ir.attachment": "{row}.res_field IS NOT NULL OR {row}.url ~ '^/web/assets/'",
    "ir.property": "{row}.res_id IS NOT NULL",
}


def _record(capture, operation):
    """Put a row of a model's own table into record_id, before and after; record_id stays NULL when there is nothing to tell."""
    op, row = _OPS[operation]
    if operation == "update":
        body = (f"{_changes(capture)}            IF b IS NOT NULL THEN\n                record_id := NEW.id;\n"
                f"                before := ('{{' || b || '}}')::jsonb;\n                after := ('{{' || a || '}}')::jsonb;\n            END IF;")
    else:
        body = f"            record_id := {row}.id;\n            {'after' if op == 'I' else 'before'} := ({_whole(capture, row)})::jsonb;"
    if capture.kind in _SKIPPED:
        skipped = _SKIPPED[capture.kind].format(row=row)
        body = f"            IF NOT coalesce({skipped}, false) THEN\n{body}\n            END IF;"
    return f"            op := '{op}';\n{body}"


def _link(capture, operation):
    """A row of a many2many table, told on the owner; an update is a removal and an addition."""
    column1, column2 = _quote(capture.column1), _quote(capture.column2)
    body = []
    for owner, value, row, wanted in (("removed_from", "removed", "OLD", ("update", "delete")),
                                      ("added_to", "added", "NEW", ("insert", "update"))):
        if operation in wanted:
            body += [f"            {owner} := {row}.{column1};", f"            {value} := to_jsonb({row}.{column2});"]
    return "\n".join(body)


def _owner_attachment(operation):
    """The content of a binary field under its owner's relation and record."""
    row = _OPS[operation][1]
    old = f"({_content('OLD')})::jsonb" if operation != "insert" else "NULL"
    new = f"({_content('NEW')})::jsonb" if operation != "delete" else "NULL"
    changed = " AND NEW.checksum IS DISTINCT FROM OLD.checksum" if operation == "update" else ""
    return (
        f"            IF {row}.res_field IS NOT NULL AND {row}.res_id > 0{changed} THEN\n"
        f"                SELECT r.id INTO owner FROM @schema@.vigil_relation r WHERE r.model = {row}.res_model AND r.on_write\n"
        f"                    AND {row}.res_field = ANY (r.binary_fields) AND {row}.res_field <> ALL (coalesce(r.fields_off, '{{}}'));\n"
        f"                owner_id := {row}.res_id;\n"
        f"                owner_field := {row}.res_field;\n"
        f"                owner_before := {old};\n"
        f"                owner_after := {new};\n"
        f"            END IF;\n"
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

    row = _OPS[operation][1]
    empty = f"jsonb_build_object(coalesce({row}.company_id, 0)::text, NULL)"
    old = value("OLD") if operation != "insert" else empty
    new = value("NEW") if operation != "delete" else empty
    changed = f" AND {old} IS DISTINCT FROM {new}" if operation == "update" else ""
    return (
        f"            IF {row}.res_id ~ '^[a-z0-9_.]+,[0-9]+$'{changed} THEN\n"
        f"                SELECT r.id, f.name INTO owner, owner_field FROM @schema@.ir_model_fields f\n"
        f"                    JOIN @schema@.vigil_relation r ON r.model = f.model AND r.on_write AND f.name <> ALL (coalesce(r.fields_off, '{{}}'))\n"
        f"                    WHERE f.id = {row}.fields_id;\n"
        f"                owner_id := split_part({row}.res_id, ',', 2)::int;\n"
        f"                owner_before := {old};\n"
        f"                owner_after := {new};\n"
        f"            END IF;\n"
    )


_OWNERS = {"ir.attachment": _owner_attachment, "ir.property": _owner_property}
