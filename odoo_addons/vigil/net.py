"""The rows that one transaction wrote of one record, put together: what it was before and what it is after.

The service nets in SQL (capture/pull.sql) for speed; here it is a page of a few dozen events for a person to read.
"""

_ROWS = """
SELECT f.id, o.op, o.field, o.before, o.after
  FROM vigil_outbox f
  JOIN vigil_outbox o ON o.xid = f.xid AND o.relation = f.relation AND o.record_id = f.record_id
   AND CASE WHEN f.op IN ('E', 'T') THEN o.id = f.id ELSE o.op NOT IN ('E', 'T') END
 WHERE f.id = ANY(%s)
 ORDER BY o.id
"""


class Change:
    """What one event says: values by column before and after, and links added and removed by field."""

    def __init__(self):
        self.before, self.after, self.links, self.payload = {}, {}, {}, None
        self.created = self.deleted = False

    def add(self, op, field, before, after):
        """Take in the next row, in the order they were written."""
        if op in ("E", "T"):
            self.payload = after or {}
        elif op in ("+", "-"):
            net = self.links.setdefault(field, {})
            net[after] = net.get(after, 0) + (1 if op == "+" else -1)
        else:
            if field:
                before, after = {field: before}, {field: after}
            else:
                self.created |= op == "I"
                self.deleted |= op == "D"
            for key, value in (before or {}).items():
                self.before[key] = _merge(value, self.before.get(key)) if key in self.before else value
            if op == "D" and not field:
                self.after = {}
            for key, value in (after or {}).items():
                self.after[key] = _merge(self.after.get(key), value)

    def columns(self):
        """Names of the columns that differ, context keys (`@currency_id`) left out."""
        names = dict.fromkeys([*self.before, *self.after])
        before = {} if self.created else self.before
        return [n for n in names if not n.startswith("@") and (self._of(before, n) != self._of(self.after, n) or self.is_secret(n))]

    def pair(self, name):
        """(before, after) of a column; a created record had nothing before."""
        return None if self.created else self._of(self.before, name), self._of(self.after, name)

    def is_secret(self, name):
        """Whether a column is recorded as changed only."""
        return any(isinstance(v, dict) and v.get("redacted") for v in (self.before.get(name), self.after.get(name)))

    def linked(self, name):
        """(added ids, removed ids) of a many2many."""
        net = self.links[name]
        return [i for i, n in net.items() if n > 0], [i for i, n in net.items() if n < 0]

    @staticmethod
    def _of(values, name):
        value = values.get(name)
        return None if value in (None, "") else value


def fetch(cr, event_ids):
    """event id -> Change."""
    cr.execute(_ROWS, (list(event_ids),))
    found = {}
    for event_id, op, field, before, after in cr.fetchall():
        found.setdefault(event_id, Change()).add(op, field, before, after)
    return found


def _merge(lower, upper):
    """Values told part by part ({company: value}) are joined; others are replaced."""
    if isinstance(lower, dict) and isinstance(upper, dict) and "sha256" not in upper:
        return {**lower, **upper}
    return upper
