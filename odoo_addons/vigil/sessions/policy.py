"""The session policy: one JSON object for the instance, kept in the database, and what it means for a user.

The service sets it, or a person in Settings; Odoo goes on holding it while the service is away.
"""
import ipaddress
import json
import time
from collections import namedtuple
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

from .. import compat, outbox, signal
from . import book

DEFAULTS = {
    "inactivity_minutes": None, "by_group": [], "by_user": [], "warning_seconds": 60, "max_sessions": None,
    "max_sessions_mode": "newest_wins", "absolute_hours": None, "allowed_hours": [], "allowed_networks": [], "exempt": [],
    "notices": {"expired": True, "new_location": True},
}
#: groups of a user are looked up again after
_LIMITS_TTL = 60.0
Limits = namedtuple("Limits", "inactivity_s absolute_s max_sessions mode hours networks warning_s")
_NONE = Limits(None, None, None, "newest_wins", (), (), 60)


class Invalid(ValueError):
    """What is wrong with a policy, in words for the person who set it."""


def state(cr):
    """{policy, version, changed_at?, changed_by?} as the wire has it."""
    raw = outbox._raw(cr)
    raw.execute(f"SELECT policy, version, {book.ISO.format('changed_at')}, changed_by FROM vigil_session_policy WHERE id = 1")
    row = raw.fetchone()
    if row is None:
        return {"policy": {}, "version": 0}
    found = {"policy": row[0], "version": row[1], "changed_at": row[2]}
    return {**found, "changed_by": row[3]} if row[3] else found


def store(cr, policy, reason, by):
    """Keep a policy, with its event, unless it says what holds already. :return: the state"""
    policy = check(policy)
    before = state(cr)
    if policy == before["policy"]:
        return before
    raw = outbox._raw(cr)
    raw.execute(
        "INSERT INTO vigil_session_policy AS p (id, policy, version, changed_by) VALUES (1, %s::jsonb, 1, %s::jsonb)"
        " ON CONFLICT (id) DO UPDATE SET policy = excluded.policy, version = p.version + 1, changed_by = excluded.changed_by,"
        f" changed_at = {book.NOW}", (book.dumps(policy), book.dumps(by)))
    outbox.emit(cr, {"kind": "session.policy_changed", "category": "admin", "severity": "high", "details": {
        "before": before["policy"], "after": policy, "reason": book.text(reason or ""), "by": by}})
    return state(cr)


def check(policy):
    """A policy with known keys and sane values, or Invalid."""
    if not isinstance(policy, dict):
        raise Invalid("The policy is a JSON object.")
    unknown = sorted(set(policy) - set(DEFAULTS))
    if unknown:
        raise Invalid(f"The policy has no {', '.join(unknown)}.")
    for key, low, high in (("inactivity_minutes", 0.1, 525600), ("absolute_hours", 0.01, 87600), ("max_sessions", 1, 10000),
                           ("warning_seconds", 0, 3600)):
        _number(policy.get(key), key, low, high)
    if isinstance(policy.get("max_sessions"), float) and not policy["max_sessions"].is_integer():
        raise Invalid("max_sessions is a whole number.")
    if policy.get("max_sessions_mode", "newest_wins") not in ("newest_wins", "oldest_stays"):
        raise Invalid("max_sessions_mode is newest_wins or oldest_stays.")
    for rule in _dicts(policy, "by_group"):
        if not isinstance(rule.get("group"), str) or "." not in rule["group"]:
            raise Invalid("by_group names a group by its external id, base.group_system for one.")
        _number(rule.get("minutes"), "minutes", 0.1, 525600)
    for rule in _dicts(policy, "by_user"):
        if not isinstance(rule.get("login"), str):
            raise Invalid("by_user names a login.")
        _number(rule.get("minutes"), "minutes", 0.1, 525600)
    for rule in _dicts(policy, "allowed_hours"):
        _hours(rule)
    for network in policy.get("allowed_networks") or []:
        try:
            ipaddress.ip_network(network, strict=False)
        except (ValueError, TypeError):
            raise Invalid(f"{network!r} is no network: write 192.0.2.0/24 or 2001:db8::/32.") from None
    if not all(isinstance(login, str) for login in policy.get("exempt") or []):
        raise Invalid("exempt is a list of logins.")
    if not isinstance(policy.get("notices") or {}, dict):
        raise Invalid("notices is an object.")
    return json.loads(json.dumps(policy))


def _number(value, key, low, high):
    if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high):
        raise Invalid(f"{key} is a number from {low} to {high}, or null.")


def _dicts(policy, key):
    rules = policy.get(key) or []
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        raise Invalid(f"{key} is a list of objects.")
    return rules


def _hours(rule):
    """(days, from minute, to minute, zone) of an allowed time."""
    try:
        days = {int(day) for day in rule.get("days") or range(1, 8)}
        if not days <= set(range(1, 8)):
            raise ValueError("day")
        start, stop = (int(h) * 60 + int(m) for h, m in (rule[key].split(":") for key in ("from", "to")))
        if not (0 <= start < 1440 and 0 <= stop <= 1440):
            raise ValueError("time")
        return days, start, stop, ZoneInfo(rule.get("tz") or "UTC")
    except Exception:
        raise Invalid("allowed_hours are {days: [1..7], from: \"08:00\", to: \"18:00\", tz: \"Europe/Berlin\"}.") from None


def limits(env, uid, state=None):
    """What the policy means for a user; kept in memory as long as it holds, groups for a minute. :return: Limits"""
    state = state or signal.state(env.registry, outbox._raw(env.cr))
    if not state.policy:
        return _NONE
    kept = env.registry.__dict__.setdefault("_vigil_limits", {})
    found = kept.get(uid)
    now = time.monotonic()
    if found is None or found[0] != state.at or now - found[1] > _LIMITS_TTL:
        if len(kept) > 20000:
            kept.clear()
        found = kept[uid] = (state.at, now, _limits_of(env, uid, state.policy))
    return found[2]


def _limits_of(env, uid, policy):
    user = compat.superuser_env(env.cr)(user=uid)["res.users"].browse(uid)
    login = user.sudo().login
    if login in (policy.get("exempt") or []) or _is_bridge(user):
        return _NONE
    minutes = policy.get("inactivity_minutes")
    groups = [rule.get("minutes") for rule in policy.get("by_group") or [] if rule.get("minutes") and _has_group(user, rule["group"])]
    if groups:
        minutes = min(groups)  # the strictest
    for rule in policy.get("by_user") or []:
        if rule["login"] == login:
            minutes = rule.get("minutes")
    hours = tuple(_hours(rule) for rule in policy.get("allowed_hours") or [])
    networks = tuple(ipaddress.ip_network(network, strict=False) for network in policy.get("allowed_networks") or [])
    absolute, most = policy.get("absolute_hours"), policy.get("max_sessions")
    warning = policy.get("warning_seconds")
    return Limits(minutes and minutes * 60.0, absolute and absolute * 3600.0, most and int(most),
                  policy.get("max_sessions_mode") or "newest_wins", hours, networks, 60 if warning is None else warning)


def _is_bridge(user):
    """The service's own user: hours or networks that shut it out would also keep every later policy out."""
    return _has_group(user, "vigil.group_bridge") and not _has_group(user, "base.group_system")


def _has_group(user, xmlid):
    try:
        return user.has_group(xmlid)
    except Exception:  # noqa: BLE001 - a group that this instance does not have concerns nobody
        return False


def in_hours(limits_, now=None):
    """Whether work is allowed now."""
    if not limits_.hours:
        return True
    now = now or datetime.now(timezone.utc)
    for days, start, stop, zone in limits_.hours:
        local = now.astimezone(zone)
        minute, day = local.hour * 60 + local.minute, local.isoweekday()
        if start < stop:
            if day in days and start <= minute < stop:
                return True
        elif (day in days and minute >= start) or ((day - 2) % 7 + 1 in days and minute < stop):
            return True
    return False


def in_networks(limits_, address):
    """Whether the address is allowed; IPv4 in IPv6 counts as IPv4."""
    if not limits_.networks:
        return True
    try:
        ip = ipaddress.ip_address((address or "").split("%")[0])
    except ValueError:
        return False
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return any(ip.version == network.version and ip in network for network in limits_.networks)
