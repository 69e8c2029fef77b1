"""Brings the triggers in line with the models: at registry load, and when a rule asks for a new model.

Each table is done in a transaction of its own with a lock timeout of 2 s, so that no user waits longer: what is
busy is left out, reported as `tracking.triggers_missing`, and tried again at the next load.
"""
# names in DDL cannot be parameters; these are Vigil's own or the catalogue's, quoted: pylint: disable=sql-injection
import logging

import psycopg2

from .. import outbox
from . import adopt, relations, storage, triggers

_logger = logging.getLogger(__name__)

LOCK_TIMEOUT = "2s"
#: two workers that load at the same time: one installs, the other goes on
_ADVISORY_KEY = 8648121
#: a batch of tables shares a transaction: short enough that nobody notices, long enough to be quick
_BATCH = 20
#: after so many busy tables in a row the rest is left to the next load
_MAX_BUSY = 5


def chosen_models(cr):
    """Models that a rule tracks in spite of the default list."""
    cr.execute("SELECT rules->'models' FROM vigil_rules ORDER BY id DESC LIMIT 1")
    row = cr.fetchone()
    return {model for model, rule in (row and row[0] or {}).items()
            if any(rule.get(flag) for flag in ("create", "write", "unlink"))}


def present_triggers(cr):
    """table -> number of enabled capture triggers."""
    cr.execute(
        "SELECT c.relname, count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
        " WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')"
        " AND t.tgname IN ('vigil_insert', 'vigil_update', 'vigil_delete', 'vigil_truncate') GROUP BY 1"
    )
    return dict(cr.fetchall())


def pending(env):
    """(all captures, those whose triggers are missing or outdated, tables that should have no triggers any more)."""
    cr = env.cr
    captures = relations.collect(env, chosen_models(cr))
    schema = storage.quoted_schema(cr)
    cr.execute("SELECT table_name, fingerprint FROM vigil_capture")
    known = dict(cr.fetchall())
    altered = altered_tables(cr)
    cr.execute("UPDATE vigil_relation SET active = false WHERE active AND table_name <> ALL (%s)", ([c.table for c in captures],))
    present = present_triggers(cr)
    todo = []
    for capture in captures:
        complete = present.get(capture.table, 0) == len(triggers.OPERATIONS)
        if not complete or capture.table in altered or known.get(capture.table) != triggers.fingerprint(capture, schema):
            todo.append(capture)
    wanted = {capture.table for capture in captures}
    return captures, todo, sorted((set(known) | set(present)) - wanted)


#: what a captured table and the functions of its triggers look like; another text means that somebody changed one
_SHAPES = """
SELECT c.relname, md5(
    (SELECT string_agg(DISTINCT p.prosrc, '' ORDER BY p.prosrc) FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
      WHERE t.tgrelid = c.oid AND t.tgname = ANY (%s)) ||
    (SELECT string_agg(a.attname || ' ' || y.typname, ',' ORDER BY a.attname) FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped))
  FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relname = ANY (%s)
"""
_TRIGGERS = [f"vigil_{operation}" for operation in triggers.OPERATIONS]


def live_shapes(cr, tables):
    """table -> shape, as the database's catalogue has it now (10 ms for 240 tables)."""
    cr.execute(_SHAPES, (_TRIGGERS, list(tables)))
    return dict(cr.fetchall())


def altered_tables(cr):
    """table -> shape now, of the tables that were altered, or whose functions were replaced, since the installation.

    Missing triggers are told by themselves.
    """
    cr.execute("SELECT table_name, shape FROM vigil_capture WHERE shape IS NOT NULL")
    known = dict(cr.fetchall())
    return {table: shape for table, shape in live_shapes(cr, known).items() if shape and shape != known[table]}


def report_altered(cr):
    """Tell of tables and functions that were changed by hand, once for each change."""
    altered = altered_tables(cr)
    if not altered:
        return []
    cr.execute("UPDATE vigil_capture c SET told_shape = n.shape FROM unnest(%s, %s) AS n (table_name, shape)"
               " WHERE n.table_name = c.table_name AND c.told_shape IS DISTINCT FROM n.shape RETURNING c.table_name",
               (list(altered), list(altered.values())))
    told = sorted(table for (table,) in cr.fetchall())
    if told:
        outbox.emit(cr, {"kind": "tracking.capture_altered", "category": "system", "severity": "critical",
                         "details": {"tables": told[:100], "count": len(told)}})
    return told


def missing_tables(cr):
    """Tables that are to have all their triggers and do not have them: also those whose row here was deleted."""
    present = present_triggers(cr)
    cr.execute("SELECT table_name FROM vigil_capture UNION SELECT r.table_name FROM vigil_relation r"
               " JOIN pg_class c ON c.relname = r.table_name AND c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace"
               " WHERE r.active ORDER BY 1")
    return [table for (table,) in cr.fetchall() if present.get(table, 0) < len(triggers.OPERATIONS)]


def report_missing(cr):
    """Tell of triggers that were dropped or switched off, once for each table until they are back.

    Runs at registry load and with every acknowledgement: nobody needs to restart Odoo for it to be seen.
    """
    missing = missing_tables(cr)
    cr.execute("UPDATE vigil_capture SET reported = false WHERE reported AND table_name <> ALL (%s)", (missing,))
    if not missing:
        return []
    cr.execute("INSERT INTO vigil_capture (table_name, relation, fingerprint, trigger_names, reported)"
               " SELECT r.table_name, r.id, '', '{}', true FROM (SELECT DISTINCT ON (table_name) table_name, id FROM vigil_relation"
               " WHERE table_name = ANY (%s)) r ON CONFLICT (table_name) DO UPDATE SET reported = true WHERE NOT vigil_capture.reported"
               " RETURNING table_name", (missing,))
    found = cr.fetchall()
    cr.execute("UPDATE vigil_capture SET reported = true WHERE NOT reported AND table_name = ANY (%s) RETURNING table_name",
               (missing,))
    found += cr.fetchall()
    told = sorted(table for (table,) in found)
    if told:
        outbox.emit(cr, {"kind": "tracking.triggers_missing", "category": "system", "severity": "critical",
                         "details": {"tables": told[:100], "count": len(told)}})
    return told


def synchronize(registry):
    """Install what is missing, with cursors of its own. Never raises: Odoo starts without capture rather than not.

    :return: names of the tables that could not be done
    """
    from ..compat import superuser_env

    try:
        with registry.cursor() as cr:
            if not storage.exists(cr):
                return []
            cr.execute("SELECT pg_try_advisory_xact_lock(%s)", (_ADVISORY_KEY,))
            if not cr.fetchone()[0]:
                return []
            cr.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
            storage.complete(cr)
            report_missing(cr)
            report_altered(cr)
            _captures, todo, stale = pending(superuser_env(cr))
            adopt.notice_move(cr)
            schema = storage.quoted_schema(cr)
        busy = _install_all(registry, todo, schema)
        if stale:
            _remove(registry, stale)
        if busy:
            outbox.emit_apart(registry, {"kind": "tracking.triggers_missing", "category": "system", "severity": "high",
                                         "details": {"tables": busy[:100], "count": len(busy), "reason": "busy"}})
        if todo:
            _logger.info("Vigil: capture installed on %s tables, %s left out", len(todo) - len(busy), len(busy))
        return busy
    except Exception:  # noqa: BLE001 - capture fails open; hello reports the missing triggers
        _logger.exception("Vigil could not install its triggers; it tries again at the next start")
        return ["*"]


def _install_all(registry, todo, schema):
    busy, in_a_row = [], 0
    for start in range(0, len(todo), _BATCH):
        batch = todo[start:start + _BATCH]
        if in_a_row >= _MAX_BUSY:
            busy += [capture.table for capture in batch]
            continue
        if _try(registry, batch, schema):
            continue
        for capture in batch:
            if in_a_row < _MAX_BUSY and _try(registry, [capture], schema):
                in_a_row = 0
            else:
                in_a_row += 1
                busy.append(capture.table)
    return busy


def _try(registry, captures, schema):
    try:
        with registry.cursor() as cr:
            cr.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
            for capture in captures:
                install_one(cr, capture, schema)
        return True
    except psycopg2.errors.LockNotAvailable:
        return False
    except psycopg2.Error as error:
        _logger.warning("Vigil: no triggers on %s: %s", ", ".join(c.table for c in captures), error)
        return False


def install_one(cr, capture, schema):
    """Create a table's function and triggers in the caller's transaction."""
    outbox._raw(cr).execute(triggers.function_sql(capture, schema))
    for statement in triggers.trigger_sql(capture, schema):
        outbox._raw(cr).execute(statement)
    cr.execute(
        "INSERT INTO vigil_capture (table_name, relation, fingerprint, trigger_names) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (table_name) DO UPDATE SET relation = EXCLUDED.relation, fingerprint = EXCLUDED.fingerprint,"
        " trigger_names = EXCLUDED.trigger_names, reported = false, at = clock_timestamp(),"
        " shape = NULL, told_shape = NULL",
        (capture.table, capture.relation, triggers.fingerprint(capture, schema), triggers.trigger_names(capture)),
    )
    cr.execute("UPDATE vigil_capture SET shape = %s WHERE table_name = %s", (live_shapes(cr, [capture.table]).get(capture.table), capture.table))


def _remove(registry, tables):
    """Take the triggers off tables that are not tracked any more (a model became transient, a module is gone)."""
    with registry.cursor() as cr:
        cr.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        for table in tables:
            cr.execute("SELECT to_regclass(%s) IS NOT NULL", (f'"{table}"',))
            if cr.fetchone()[0]:
                for operation in triggers.OPERATIONS:
                    cr.execute(f'DROP TRIGGER IF EXISTS vigil_{operation} ON "{table}"')
            cr.execute("DELETE FROM vigil_capture WHERE table_name = %s", (table,))
