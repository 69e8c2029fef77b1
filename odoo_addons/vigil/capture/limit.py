"""A service that is away for a week: the outbox has a limit, and a policy for what happens there.

  keep       everything is recorded on; it is told, and shown in Settings
  no_reads   reads and exports are not recorded any more, changes are
  no_values  changes are recorded as such, who touched which record and when, without their values; no reads

Nothing that was recorded is ever thrown away: only the service's acknowledgement lets events leave. A scheduled action
looks every ten minutes; `vigil_limit` keeps what it found, and its trigger tells it as `tracking.limit_reached` or
`tracking.limit_ended`.
"""
import json

from . import acknowledge, pull

POLICIES = ("keep", "no_reads", "no_values")
DEFAULT = {"limit_mb": 10000, "limit_days": 7, "when_full": "keep"}
_MEGABYTE = 1000000
#: what a row costs beside its values: tuple header and index entry
_ROW_OVERHEAD = 100


def state(cr):
    """(reached, policy, details) as last found."""
    cr.execute("SELECT reached, policy, details FROM vigil_limit ORDER BY id DESC LIMIT 1")
    return cr.fetchone() or (False, "keep", {})


def measure(cr):
    """(megabytes, age of the oldest in days) of what waits for the service; the size is taken from a sample."""
    _xmin, xmax, running = pull.parse_snapshot(acknowledge.newest(cr)["snapshot"] or pull._NOTHING)
    waiting = "FROM vigil_outbox WHERE (xid = ANY (%s::xid8[]) OR xid >= %s::xid8)"
    params = ("{%s}" % ",".join(map(str, running)), str(xmax))
    cr.execute(f"SELECT count(*) {waiting}", params)
    rows = cr.fetchone()[0]
    sized = f"SELECT coalesce(pg_column_size(before), 0) + coalesce(pg_column_size(after), 0) AS size, at {waiting}"
    cr.execute(f"SELECT avg(s.size)::float, extract(epoch FROM clock_timestamp() - min(s.at))::float FROM ("
               f"({sized} ORDER BY xid LIMIT 1000) UNION ALL ({sized} ORDER BY xid DESC LIMIT 1000)) s", params + params)
    size, age = cr.fetchone()
    return rows * ((size or 0) + _ROW_OVERHEAD) / _MEGABYTE, (age or 0) / 86400


def check(env):
    """Note when the limit is reached, or is not any more. :return: whether it is"""
    cr = env.cr
    rule = env["vigil.tracking"]._get_rules()["outbox"]
    megabytes, days = measure(cr)
    before, policy, _details = state(cr)
    # to end it takes a tenth less: at the edge nothing flickers
    share = 0.9 if before else 1.0
    reached = bool(rule["limit_mb"] and megabytes >= rule["limit_mb"] * share or rule["limit_days"] and days >= rule["limit_days"] * share)
    if reached != before or (reached and policy != rule["when_full"]):
        cr.execute("INSERT INTO vigil_limit (reached, policy, details) VALUES (%s, %s, %s::jsonb)",
                   (reached, rule["when_full"], json.dumps({"megabytes": round(megabytes, 1), "days": round(days, 1)})))
    return reached


def warning(cr):
    """A sentence for Settings and the service, or None."""
    reached, policy, details = state(cr)
    if not reached:
        return None
    what = {"keep": "everything is still recorded", "no_reads": "reads are not recorded",
            "no_values": "changes are recorded without their values"}[policy]
    return "The outbox has reached its limit (%s MB, %s days) and %s: check that the Vigil service runs." % (
        details.get("megabytes"), details.get("days"), what)


def checked(rule):
    """The rule in its full form, or None when it is wrong."""
    if not isinstance(rule, dict) or set(rule) - set(DEFAULT):
        return None
    full = {**DEFAULT, **rule}
    numbers = all(isinstance(full[key], int) and not isinstance(full[key], bool) and full[key] >= 0 for key in ("limit_mb", "limit_days"))
    return full if numbers and full["when_full"] in POLICIES else None
