"""SQL of the capture triggers: one function and four triggers for each captured table.

Statement triggers with transition tables: measured on Odoo 17, 500 partners in a batch cost 1.1 x where ORM
overrides cost 3.5-27 x, and they see raw SQL, recomputed fields and cascades. The functions are generated column
by column because a generic diff of to_jsonb(row) costs 99 µs a row on a 76-column table, copies binary content
and fails on a value of 140 MB. `jit` must be off inside (it tripled the cost). Old and new rows meet in a FULL JOIN,
which is never a nested loop: the plan is cached, and one made for a statement of one row would be quadratic for one of
10,000. Where a filter would turn it into an inner join, `enable_nestloop` is off instead (each SET costs 25 µs a call).

The functions are right alone: they fire before the addon's Python is loaded and after it is gone.
"""
import hashlib

#: concat_ws takes at most 100 arguments
_CHUNK = 90

OPERATIONS = ("insert", "update", "delete", "truncate")
_FLAGS = {"insert": "on_create", "update": "on_write", "delete": "on_unlink"}
_REFERENCING = {
    "insert": "REFERENCING NEW TABLE AS vigil_new",
    "update": "REFERENCING OLD TABLE AS vigil_old NEW TABLE AS vigil_new",
    "delete": "REFERENCING OLD TABLE AS vigil_old",
}

_FUNCTION = """CREATE OR REPLACE FUNCTION {schema}.{name}() RETURNS trigger LANGUAGE plpgsql
SET jit = off{nestloop} AS $vigil$
DECLARE
    wanted boolean;
    off text[];
    moment timestamptz := clock_timestamp();
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
    PERFORM {schema}.vigil_gap({relation}, TG_TABLE_NAME, TG_OP, SQLSTATE, SQLERRM);
    RETURN NULL;
END $vigil$"""

#: a cascade fires the triggers of every referencing table, mostly without rows: 10 µs instead of 100
_EMPTY = """        PERFORM 1 FROM vigil_old LIMIT 1;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
"""
_RULE = """        SELECT r.{flag}, r.fields_off INTO wanted, off FROM {schema}.vigil_relation r WHERE r.id = {relation};
        IF wanted IS NOT TRUE THEN
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
        flag = "on_write" if capture.kind == "link" else flag
        rule = _RULE.format(flag=flag, schema=schema, relation=capture.relation)
        owner = _OWNERS.get(capture.kind)  # before the rule of the table's own model: the owner's counts
        empty = "" if operation == "insert" or capture.inherits else _EMPTY
        parts[operation] = (empty + (owner(operation, schema) if owner else "") + rule
                            + _BODIES[capture.kind](capture, operation, schema))
    return _FUNCTION.format(schema=schema, name=_quote(function_name(capture)), relation=capture.relation,
                            nestloop=" SET enable_nestloop = off" if capture.kind in _OWNERS else "", **parts)


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
        elif capture.inherits:
            statements.append(f"{head} FOR EACH ROW EXECUTE FUNCTION {function}")
        else:
            statements.append(f"{head} {_REFERENCING[operation]} FOR EACH STATEMENT EXECUTE FUNCTION {function}")
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


def _source(capture, side):
    """The FROM item of the rows before (`o`) or after (`n`) the statement."""
    if capture.inherits:
        return f"(SELECT {'OLD' if side == 'o' else 'NEW'}.*) {side}"
    return f"{'vigil_old' if side == 'o' else 'vigil_new'} {side}"


def _whole(capture, alias):
    """All values that are not null, as JSON text."""
    return _object([(column.name, column.json(alias)) for column in capture.columns] + _extra(capture, alias))


def _changes(capture):
    """(before, after) of the changed columns as JSON text; null values are kept: they say that it was empty."""
    before, after = [], []
    for column in capture.columns:
        for target, alias in ((before, "o"), (after, "n")):
            value = f"CASE WHEN {column.changed()} THEN coalesce({column.json(alias)}, 'null') END"
            target.append((column.name, value))
    for (key, old), (_key_again, new) in zip(_extra(capture, "o"), _extra(capture, "n")):
        changed = " AND ".join(f"o.{column} IS NOT DISTINCT FROM n.{column}" for column in _EXTRA_COLUMNS)
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
    return [(f"@{currency}", f"CASE WHEN {' OR '.join(tests)} THEN n.{_quote(currency)}::text END")
            for currency, tests in sorted(by_currency.items())]


_EXTRA_COLUMNS = ("checksum", "file_size")


def _extra(capture, alias):
    """The content of an attachment: Odoo keeps a SHA-1 beside the file, Vigil its SHA-256."""
    return [("raw", _content(alias))] if capture.kind == "ir.attachment" else []


def _content(alias):
    return (f"""CASE WHEN {alias}.checksum IS NOT NULL THEN '{{"size_bytes":' || coalesce({alias}.file_size, 0)"""
            f""" || coalesce((SELECT ',"sha256":"' || d.sha256 || '"' FROM @schema@.vigil_digest d"""
            f""" WHERE d.checksum = {alias}.checksum LIMIT 1), ',"sha1":"' || {alias}.checksum || '"') || '}}' END""")


def _record(capture, operation, schema, where="true"):
    """Rows of the model's own table."""
    insert = f"INSERT INTO {schema}.vigil_outbox (relation, record_id, op, at, before, after)\n"
    if operation == "update":
        before, after = _changes(capture)
        where = where.replace("{row}", "n")
        if capture.inherits:
            source = f"{_source(capture, 'o')}, {_source(capture, 'n')} WHERE {where}"
        elif capture.kind == "record":
            source = f"{_source(capture, 'o')} FULL JOIN {_source(capture, 'n')} ON n.id = o.id"
        else:
            source = f"{_source(capture, 'o')} JOIN {_source(capture, 'n')} ON n.id = o.id WHERE {where}"
        body = (
            f"        {insert}        SELECT {capture.relation}, x.id, 'U', moment, x.b, x.a FROM (\n"
            f"            SELECT y.id, CASE WHEN off IS NULL THEN y.b::jsonb ELSE y.b::jsonb - off END AS b,\n"
            f"                CASE WHEN off IS NULL THEN y.a::jsonb ELSE y.a::jsonb - off END AS a FROM (\n"
            f"                SELECT coalesce(n.id, o.id) AS id, {before} AS b, {after} AS a\n"
            f"                FROM {source} OFFSET 0\n"
            f"            ) y WHERE y.b <> '{{}}' OFFSET 0\n"
            f"        ) x WHERE x.b <> '{{}}';\n"
        )
    else:
        alias, op, target = ("n", "I", "after") if operation == "insert" else ("o", "D", "before")
        where = where.replace("{row}", alias)
        body = (
            f"        INSERT INTO {schema}.vigil_outbox (relation, record_id, op, at, {target})\n"
            f"        SELECT {capture.relation}, x.id, '{op}', moment,"
            f" CASE WHEN off IS NULL THEN x.v::jsonb ELSE x.v::jsonb - off END FROM (\n"
            f"            SELECT {alias}.id, {_whole(capture, alias)} AS v FROM {_source(capture, alias)} WHERE {where}\n"
            f"        ) x;\n"
        )
    return body.replace("@schema@", schema)


def _link(capture, operation, schema):
    """Rows of a many2many table, told on the owner; an update is a removal and an addition."""
    body = f"        IF '{capture.field}' = ANY (off) THEN\n            RETURN NULL;\n        END IF;\n"
    for op, alias, wanted in (("-", "o", ("update", "delete")), ("+", "n", ("insert", "update"))):
        if operation in wanted:
            body += (
                f"        INSERT INTO {schema}.vigil_outbox (relation, record_id, op, field, at, after)\n"
                f"        SELECT {capture.relation}, {alias}.{_quote(capture.column1)}, '{op}', '{capture.field}', moment,"
                f" to_jsonb({alias}.{_quote(capture.column2)}) FROM {_source(capture, alias)}\n"
                f"        WHERE {alias}.{_quote(capture.column1)} IS NOT NULL;\n"
            )
    return body


def _attachment(capture, operation, schema):
    """Attachments: documents are records; the content of a binary field is told on its owner; bundles are noise."""
    return _record(capture, operation, schema,
                   "{row}.res_field IS NULL AND coalesce({row}.url, '') !~ '^/web/assets/'")


def _owner_attachment(operation, schema):
    """INSERT of the contents of binary fields under the owner's relation and record."""
    old = f"({_content('o')})::jsonb" if operation != "insert" else "NULL::jsonb"
    new = f"({_content('n')})::jsonb" if operation != "delete" else "NULL::jsonb"
    alias = "o" if operation == "delete" else "n"
    source = {"insert": "vigil_new n", "delete": "vigil_old o",
              "update": "vigil_old o JOIN vigil_new n ON n.id = o.id AND n.checksum IS DISTINCT FROM o.checksum"}[operation]
    op = {"insert": "I", "update": "U", "delete": "D"}[operation]
    sql = (
        f"        INSERT INTO {schema}.vigil_outbox (relation, record_id, op, field, at, before, after)\n"
        f"        SELECT r.id, {alias}.res_id, '{op}', {alias}.res_field, moment, {old}, {new}\n"
        f"        FROM {source} JOIN {schema}.vigil_relation r ON r.model = {alias}.res_model AND r.on_write\n"
        f"            AND {alias}.res_field = ANY (r.binary_fields) AND {alias}.res_field <> ALL (coalesce(r.fields_off, '{{}}'))\n"
        f"        WHERE {alias}.res_field IS NOT NULL AND {alias}.res_id > 0;\n"
    )
    return sql.replace("@schema@", schema)


def _owner_property(operation, schema):
    """Odoo 17: a company-dependent value under its owner's relation and record, as {company: value}."""
    def value(alias):
        typed = (
            f"CASE {alias}.type WHEN 'many2one' THEN to_jsonb(nullif(split_part({alias}.value_reference, ',', 2), '')::int)"
            f" WHEN 'boolean' THEN to_jsonb({alias}.value_integer <> 0) WHEN 'integer' THEN to_jsonb({alias}.value_integer)"
            f" WHEN 'float' THEN to_jsonb({alias}.value_float)"
            f" WHEN 'date' THEN to_jsonb({alias}.value_datetime::date)"
            f" WHEN 'datetime' THEN to_jsonb(left(to_json({alias}.value_datetime)#>>'{{}}', 26) || 'Z')"
            f" WHEN 'binary' THEN jsonb_build_object('size_bytes', octet_length({alias}.value_binary),"
            f" 'sha256', encode(sha256({alias}.value_binary), 'hex')) ELSE to_jsonb({alias}.value_text) END"
        )
        return f"jsonb_build_object(coalesce({alias}.company_id, 0)::text, {typed})"

    alias = "o" if operation == "delete" else "n"
    empty = f"jsonb_build_object(coalesce({alias}.company_id, 0)::text, NULL)"
    old = value("o") if operation != "insert" else empty
    new = value("n") if operation != "delete" else empty
    source = {"insert": "vigil_new n", "delete": "vigil_old o",
              "update": "vigil_old o JOIN vigil_new n ON n.id = o.id"}[operation]
    changed = f" AND {old} IS DISTINCT FROM {new}" if operation == "update" else ""
    op = {"insert": "I", "update": "U", "delete": "D"}[operation]
    return (
        f"        INSERT INTO {schema}.vigil_outbox (relation, record_id, op, field, at, before, after)\n"
        f"        SELECT r.id, split_part({alias}.res_id, ',', 2)::int, '{op}', f.name, moment, {old}, {new}\n"
        f"        FROM {source} JOIN {schema}.ir_model_fields f ON f.id = {alias}.fields_id\n"
        f"        JOIN {schema}.vigil_relation r ON r.model = f.model AND r.on_write\n"
        f"            AND f.name <> ALL (coalesce(r.fields_off, '{{}}'))\n"
        f"        WHERE {alias}.res_id ~ '^[a-z0-9_.]+,[0-9]+$'{changed};\n"
    )


def _property(capture, operation, schema):
    """Odoo 17's ir.property without a record: a default, told as the settings record that it is."""
    return _record(capture, operation, schema, "{row}.res_id IS NULL")


_BODIES = {"record": _record, "link": _link, "ir.attachment": _attachment, "ir.property": _property}
_OWNERS = {"ir.attachment": _owner_attachment, "ir.property": _owner_property}
