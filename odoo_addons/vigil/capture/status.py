"""What `hello` and Settings say of the capture: identity, triggers, gaps, lag. Writes nothing."""
from .. import compat
from . import acknowledge, install, limit, pull, storage, triggers


def identity(cr):
    """The wire contract's Identity: only Odoo's own copy changes the uuid, so the cluster and the nonce count too."""
    cr.execute("SELECT current_database(), (SELECT oid::bigint FROM pg_database WHERE datname = current_database())")
    database, oid = cr.fetchone()
    parameters = _parameters(cr, ("database.uuid", "database.is_neutralized"))
    return {
        "database": database,
        "database_uuid": parameters.get("database.uuid") or "",
        "system_identifier": storage.system_identifier(cr),
        "database_oid": oid,
        "nonce": acknowledge.newest(cr)["nonce"] or "",
        "neutralized": str(parameters.get("database.is_neutralized") or "").lower() in ("true", "1"),
    }


def _parameters(cr, keys):
    cr.execute("SELECT key, value FROM ir_config_parameter WHERE key = ANY (%s)", (list(keys),))
    return dict(cr.fetchall())


def server_time(cr):
    """ISO 8601 UTC with microseconds, the database's clock."""
    cr.execute("""SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""")
    return cr.fetchone()[0]


def status(env):
    """The wire contract's Status."""
    cr = env.cr
    state = acknowledge.newest(cr)
    cr.execute("SELECT count(*) FROM vigil_capture")
    expected = cr.fetchone()[0] * len(triggers.OPERATIONS)
    present = install.present_triggers(cr)
    missing = install.missing_tables(cr)
    cr.execute("SELECT count(*) FROM vigil_outbox WHERE op = 'E' AND after->>'kind' = 'tracking.gap'")
    gaps = cr.fetchone()[0]
    pending = acknowledge.count_pending(cr, state["snapshot"])
    _xmin, xmax, running = pull.parse_snapshot(state["snapshot"] or pull._NOTHING)
    cr.execute(
        "SELECT extract(epoch FROM clock_timestamp() - min(at))::float FROM (SELECT at FROM vigil_outbox"
        " WHERE xid = ANY (%s::xid8[]) OR xid >= %s::xid8 ORDER BY xid LIMIT 100) x",
        ("{%s}" % ",".join(map(str, running)), str(xmax)),
    )
    oldest = cr.fetchone()[0] or 0
    result = {
        "triggers_expected": expected,
        "triggers_present": sum(present.values()),
        "gaps": gaps,
        "outbox_rows": pending,
        "oldest_seconds": round(max(0, oldest), 3),
        "warnings": _warnings(cr, missing, gaps, pending, oldest),
    }
    if state["consumer"]:
        result["consumer"] = state["consumer"]
    sequence = (state["checkpoint"] or {}).get("last_seq") or (state["checkpoint"] or {}).get("seq")
    if isinstance(sequence, int):
        result["acknowledged_seq"] = sequence
    return result


def _warnings(cr, missing, gaps, pending, oldest):
    warnings = []
    if missing:
        warnings.append("Capture is missing on %d tables (%s): restart Odoo to put it back."
                        % (len(missing), ", ".join(missing[:5])))
    altered = install.altered_tables(cr)
    if altered:
        warnings.append("What is captured of %d tables (%s) was altered by hand: restart Odoo to put it right."
                        % (len(altered), ", ".join(sorted(altered)[:5])))
    full = limit.warning(cr)
    if full:
        warnings.append(full)
    off = switched_off_guards(cr)
    if off:
        warnings.append("The protection of %s is switched off: update the module Vigil to put it back." % ", ".join(off))
    if gaps:
        warnings.append("%d capture errors were recorded: see the events of kind tracking.gap." % gaps)
    if pending and oldest > 86400:
        warnings.append("Events wait for %d hours: check that the Vigil service runs." % (oldest // 3600))
    return warnings


def switched_off_guards(cr):
    """Guarded tables of which a protecting trigger is missing or disabled."""
    cr.execute(
        "SELECT c.relname, count(*) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relname = ANY (%s)"
        " AND c.relnamespace = current_schema()::regnamespace AND t.tgname = ANY (%s) AND t.tgenabled IN ('O', 'A') GROUP BY 1",
        (list(storage.GUARDED), list(storage.GUARDS)),
    )
    found = dict(cr.fetchall())
    return [table for table in storage.GUARDED if found.get(table, 0) < len(storage.GUARDS)]


def addon_version(env):
    """The installed version without Odoo's series in front: "0.1.0"."""
    env.cr.execute("SELECT latest_version FROM ir_module_module WHERE name = 'vigil'")
    row = env.cr.fetchone()
    version = (row and row[0]) or ""
    prefix = compat.series() + "."
    return version[len(prefix):] if version.startswith(prefix) else version
