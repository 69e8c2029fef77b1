"""Vigil's own tables in Odoo's database: created at install and upgrade, dropped at uninstall."""
# names in DDL cannot be parameters; these are Vigil's own or the catalogue's, quoted: pylint: disable=sql-injection
from pathlib import Path

from psycopg2.extensions import quote_ident

TABLES = (
    "vigil_outbox", "vigil_transaction", "vigil_relation", "vigil_ruled", "vigil_limit", "vigil_capture", "vigil_rules",
    "vigil_ack", "vigil_digest", "vigil_session", "vigil_session_policy", "vigil_blocked", "vigil_seen",
    "vigil_signal",
)
#: tables that refuse changes, with the triggers that do it
GUARDED = ("vigil_outbox", "vigil_transaction", "vigil_rules", "vigil_ack", "vigil_limit", "vigil_ruled", "vigil_digest")
GUARDS = ("vigil_guard_update", "vigil_guard_truncate", "vigil_guard_delete")

_FUNCTIONS = (
    "vigil_attribute(text)", "vigil_put(int, int, text, text, jsonb, jsonb)", "vigil_signal_moves()",
    "vigil_gap(int, text, text, text, text)", "vigil_truncated()", "vigil_refuse()", "vigil_only_acknowledged()", "vigil_rules_bypassed()",
    "vigil_follow_rules()", "vigil_follow_limit()", "vigil_refuse_direct()", "vigil_capture_ended()", "vigil_only_old()",
)
_AGGREGATES = ("vigil_first", "vigil_last", "vigil_first_deep", "vigil_last_deep")
_MERGES = (
    "vigil_keep_first(jsonb, jsonb)", "vigil_keep_first_deep(jsonb, jsonb)", "vigil_merge_deep(jsonb, jsonb)",
    "vigil_present(jsonb)", "vigil_different(jsonb, jsonb)",
)


def quoted_schema(cr):
    """The schema that Odoo's tables are in, quoted for SQL."""
    cr.execute("SELECT current_schema()")
    return quote_ident(cr.fetchone()[0], cr._cnx)


def exists(cr):
    """Whether the tables are there (the addon's code may be loaded in a database without the addon)."""
    cr.execute("SELECT to_regclass('vigil_outbox') IS NOT NULL AND to_regclass('vigil_ack') IS NOT NULL")
    return cr.fetchone()[0]


def create(cr):
    """Create or complete tables and functions. Idempotent."""
    sql = Path(__file__).with_name("storage.sql").read_text(encoding="utf-8")
    cr.execute(sql.replace("@schema@", quoted_schema(cr)))
    cr.execute("INSERT INTO vigil_ack (nonce, system_identifier) SELECT replace(gen_random_uuid()::text, '-', ''), %s"
               " WHERE NOT EXISTS (SELECT 1 FROM vigil_ack)", (system_identifier(cr),))


def complete(cr):
    """Create what a newer version of the addon brought: its code may be loaded before the module is updated."""
    cr.execute("SELECT bool_or(to_regprocedure(name) IS NULL) FROM unnest(%s) AS name", (list(_FUNCTIONS),))
    if cr.fetchone()[0]:
        create(cr)


def system_identifier(cr):
    """The cluster's identifier; empty when the provider forbids to ask."""
    cr.execute("SELECT has_function_privilege('pg_control_system()', 'execute')")
    if not cr.fetchone()[0]:
        return ""
    cr.execute("SELECT system_identifier::text FROM pg_control_system()")
    return cr.fetchone()[0]


def drop(cr):
    """Remove everything, triggers on Odoo's tables included, in the caller's transaction."""
    cr.execute("SET LOCAL lock_timeout = '2s'")
    cr.execute(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
        " WHERE tgname LIKE 'vigil\\_%' AND NOT tgisinternal"
    )
    for table, name in cr.fetchall():
        cr.execute(f'DROP TRIGGER IF EXISTS "{name}" ON {table}')
    cr.execute("SELECT oid::regprocedure::text FROM pg_proc WHERE proname LIKE 'vigil\\_t\\_%'"
               " AND pronamespace = current_schema()::regnamespace")
    for (function,) in cr.fetchall():
        cr.execute(f"DROP FUNCTION IF EXISTS {function}")
    for function in _FUNCTIONS:
        cr.execute(f"DROP FUNCTION IF EXISTS {function} CASCADE")
    for aggregate in _AGGREGATES:
        cr.execute(f"DROP AGGREGATE IF EXISTS {aggregate}(jsonb)")
    for function in _MERGES:
        cr.execute(f"DROP FUNCTION IF EXISTS {function}")
    for table in TABLES:
        cr.execute(f"DROP TABLE IF EXISTS {table}")
