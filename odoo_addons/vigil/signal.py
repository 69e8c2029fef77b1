"""What holds for everybody: the policy, who is blocked, the rules about reads. Each worker keeps it, and one number that
every change moves, in the transaction of the change, says whether it still holds. A request reads that number together
with its session, so a change counts at the very next request, also one made by plain SQL.

The number comes from a sequence: a value that was rolled back never comes again with another meaning.
"""
from collections import namedtuple

State = namedtuple("State", "at version policy blocked rules reads_off")

_AT = "SELECT at FROM vigil_signal"
_LOAD = """SELECT (SELECT at FROM vigil_signal), p.version, p.policy, ARRAY(SELECT user_id FROM vigil_blocked),
       (SELECT rules FROM vigil_rules ORDER BY id DESC LIMIT 1),
       COALESCE((SELECT l.reached AND l.policy <> 'keep' FROM vigil_limit l ORDER BY l.id DESC LIMIT 1), false)
  FROM (SELECT) one LEFT JOIN vigil_session_policy p ON p.id = 1"""


def state(registry, raw, at=None):
    """What holds now. :param at: the number, when it was read already. :return: State"""
    if at is None:
        raw.execute(_AT)
        at = (raw.fetchone() or (None,))[0]
    kept = registry.__dict__.get("_vigil_state")
    if at is None or kept is None or kept.at != at:
        raw.execute(_LOAD)
        at, version, policy, blocked, rules, reads_off = raw.fetchone()
        kept = registry._vigil_state = State(at, version or 0, policy or {}, frozenset(blocked), rules or {}, reads_off)
    return kept
