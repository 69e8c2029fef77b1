"""Reading the outbox: a page is a range of the index between two snapshots. Writes nothing.

The cursor is {"since", "until", "after"}: the snapshot everything before which was read, the snapshot that the pages
of this round are cut from, and the place in the round. A transaction that took a low id and commits late is in
`since`'s list of those in progress, so it is read later and never lost; a stranger's long transaction holds nothing up.
"""
import json
from pathlib import Path

from . import names, properties
from .schema import REFERENCE

_NET = Path(__file__).with_name("pull.sql").read_text(encoding="utf-8")
_NOTHING = "3:3:"
_START = [0, -(2**31), -(2**31)]
MAX_LIMIT = 50000
#: the C locale of SQL's row comparison: after everything
_END = [2**63 - 1, 2**31 - 1, 2**31 - 1]

# by number: as texts, 10,000 sorts before 9,999, and the page that crosses it swallowed the whole backlog
_EDGE = """
SELECT xid, relation, record_id FROM (
    (SELECT xid, relation, record_id, id FROM vigil_outbox
     WHERE xid = ANY (%(in_progress)s::xid8[]) AND (xid, relation, record_id) > (%(after_xid)s::xid8, %(after_relation)s, %(after_record)s)
       AND pg_visible_in_snapshot(xid, %(until)s::pg_snapshot)
     ORDER BY xid, relation, record_id, id LIMIT %(limit)s)
    UNION ALL
    (SELECT xid, relation, record_id, id FROM vigil_outbox
     WHERE xid >= %(since_xmax)s::xid8 AND (xid, relation, record_id) > (%(after_xid)s::xid8, %(after_relation)s, %(after_record)s)
       AND pg_visible_in_snapshot(xid, %(until)s::pg_snapshot)
     ORDER BY xid, relation, record_id, id LIMIT %(limit)s)
) edge ORDER BY xid, relation, record_id, id LIMIT %(limit)s
"""


class CursorAhead(Exception):
    """The cursor is from a later state of the database, or from another one: it was restored from a backup."""


class BadCursor(Exception):
    """The cursor is not one of ours."""


def parse_snapshot(text):
    """(xmin, xmax, in progress) of a pg_snapshot's text."""
    xmin, xmax, running = text.split(":")
    return int(xmin), int(xmax), [int(xid) for xid in running.split(",") if xid]


def parse_cursor(text):
    """{"since", "until", "after"} of a cursor's text; an absent cursor is the beginning."""
    if not text:
        return {"since": _NOTHING, "until": None, "after": None}
    try:
        data = json.loads(text)
        since, until, after = data["since"], data.get("until"), data.get("after")
        parse_snapshot(since)
        if until is not None:
            parse_snapshot(until)
        if after is not None:
            after = [int(value) for value in after]
            if len(after) != 3 or until is None:
                raise ValueError("after")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadCursor(str(error)) from error
    return {"since": since, "until": until, "after": after}


def _check_not_ahead(cr, cursor):
    cr.execute("SELECT pg_current_snapshot()::text")
    current = cr.fetchone()[0]
    limit = parse_snapshot(current)[1]
    for key in ("since", "until"):
        if cursor[key] and parse_snapshot(cursor[key])[1] > limit:
            raise CursorAhead()
    return current


def page(env, cursor_text, limit, schema):
    """The next page as JSON text fragments.

    :return: dict of cursor, more, rows (JSON text), xids of the rows are in `transactions` (JSON text), users, names,
        properties
    """
    cr = env.cr
    cursor = parse_cursor(cursor_text)
    current = _check_not_ahead(cr, cursor)
    until = cursor["until"] or current
    after = cursor["after"] or _START
    _xmin, since_xmax, running = parse_snapshot(cursor["since"])
    limit = max(1, min(int(limit or 5000), MAX_LIMIT))
    params = {
        "in_progress": "{%s}" % ",".join(map(str, running)), "since_xmax": str(since_xmax), "until": until,
        "after_xid": str(after[0]), "after_relation": after[1], "after_record": after[2],
    }
    last = _last_complete(cr, params, limit)
    more = last is not None
    params.update(zip(("last_xid", "last_relation", "last_record"), [str((last or _END)[0])] + list((last or _END)[1:])))
    transactions, users, left_out = _transactions(cr, params)
    params["left_out"] = "{%s}" % ",".join(left_out)
    params["relations"] = [target[0] for target in schema.targets]
    params["columns"] = [target[1] for target in schema.targets]
    params["targets"] = [target[2] for target in schema.targets]
    cr.execute(_NET, params)
    rows, own, targets, linked, events = cr.fetchone()
    kept = [value for model, value in targets or [] if model == properties.TARGET and isinstance(value, dict)]
    defined = properties.read(env, kept)
    wanted = _wanted(schema, own or [], targets or [], linked or [], events or [])
    for model, record_id in properties.linked(defined, kept):
        wanted.setdefault(model, set()).add(record_id)
    # values by company name their companies; there are few, and a cursor of their own would cost more
    cr.execute("SELECT id FROM res_company ORDER BY id LIMIT 500")
    wanted.setdefault("res.company", set()).update(row[0] for row in cr.fetchall())
    next_cursor = {"since": cursor["since"], "until": until, "after": list(last)} if more else {"since": until}
    return {
        "cursor": json.dumps(next_cursor, separators=(",", ":")), "more": more, "rows": "[%s]" % (rows or ""),
        "transactions": transactions, "users": users, "names": names.read(env, wanted),
        "properties": defined,
    }


def _last_complete(cr, params, limit):
    """The last (xid, relation, record) that the page holds entirely, or None when the page is the last one.

    Netting needs all rows of a record in its transaction; a transaction that fits is not cut at all.
    """
    while True:
        cr.execute(
            f"WITH edge AS MATERIALIZED ({_EDGE}), last AS (SELECT * FROM edge OFFSET %(limit)s - 1)"
            " SELECT (SELECT count(*) FROM edge),"
            " (SELECT array[e.xid::text, e.relation::text, e.record_id::text] FROM edge e, last l"
            "  WHERE e.xid < l.xid ORDER BY e.xid DESC, e.relation DESC, e.record_id DESC LIMIT 1),"
            " (SELECT array[e.xid::text, e.relation::text, e.record_id::text] FROM edge e, last l"
            "  WHERE (e.relation, e.record_id) < (l.relation, l.record_id) ORDER BY e.xid DESC, e.relation DESC, e.record_id DESC LIMIT 1)",
            dict(params, limit=limit + 1),
        )
        count, before_transaction, before_record = cr.fetchone()
        if count <= limit:
            return None
        edge = before_transaction or before_record
        if edge:
            return [int(value) for value in edge]
        limit *= 4  # one record with more rows than the page: it is read whole


def _transactions(cr, params):
    """(JSON text of xid -> WireTransaction, users by id, xids that the rules leave out) of the page's range."""
    cr.execute(
        "SELECT t.xid::text, t.data::text, t.data->'uid', t.data->'as_uid', t.at FROM vigil_transaction t"
        " WHERE (t.xid = ANY (%(in_progress)s::xid8[]) OR t.xid >= %(since_xmax)s::xid8)"
        " AND t.xid >= %(after_xid)s::xid8 AND t.xid <= %(last_xid)s::xid8"
        " AND pg_visible_in_snapshot(t.xid, %(until)s::pg_snapshot)",
        params,
    )
    found = cr.fetchall()
    uids = {uid for _xid, _data, uid, as_uid, _at in found if isinstance(uid, int)}
    uids |= {as_uid for _xid, _data, _uid, as_uid, _at in found if isinstance(as_uid, int)}
    users = {}
    if uids:
        cr.execute("SELECT u.id, u.login, coalesce(p.name, u.login) FROM res_users u LEFT JOIN res_partner p"
                   " ON p.id = u.partner_id WHERE u.id = ANY (%s)", (list(uids),))
        users = {str(uid): {"login": login, "name": name} for uid, login, name in cr.fetchall()}
    left_out = _left_out(cr, found, users)
    text = ",".join(f'"{xid}":{data}' for xid, data, _uid, _as, _at in found)
    return "{%s}" % text, users, left_out


def _left_out(cr, transactions, users):
    """xids of users that the rules in force at the time did not track."""
    cr.execute("SELECT at, rules->'users' FROM vigil_rules ORDER BY id")
    history = cr.fetchall()
    if all((rule or {}).get("mode", "all") == "all" for _at, rule in history):
        return []
    result = []
    for xid, _data, uid, _as_uid, at in transactions:
        rule = next((rule for since, rule in reversed(history) if since <= at), None) or {}
        login = users.get(str(uid), {}).get("login")
        listed = login in rule.get("logins", [])
        if (rule.get("mode") == "only" and not listed) or (rule.get("mode") == "except" and listed):
            result.append(xid)
    return result


def _wanted(schema, own, targets, linked, events):
    """model -> ids whose names the page needs."""
    wanted = {}

    def add(model, ids):
        wanted.setdefault(model, set()).update(i for i in ids if isinstance(i, int) and i > 0)

    for relation, ids in own:
        if relation in schema.models:
            add(schema.models[relation], ids)
    for model, value in targets:
        if model == properties.TARGET:
            continue
        if model == REFERENCE:
            target, _comma, record_id = str(value).partition(",")
            add(target, [int(record_id)] if record_id.isdigit() else [])
            continue
        if isinstance(value, dict):  # company-dependent: by company, whose names are needed too
            add("res.company", [int(company) for company in value if company.isdigit()])
        add(model, value.values() if isinstance(value, dict) else [value])
    for relation, field, ids in linked:
        if (relation, field) in schema.link_targets:
            add(schema.link_targets[relation, field], ids)
    for model, ids in events:
        if isinstance(model, str):
            add(model, ids if isinstance(ids, list) else [])
    return wanted
