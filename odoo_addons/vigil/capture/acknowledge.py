"""Acknowledgements: the service proves with its pinned key what it has sealed; only then events may leave Odoo."""
import json
import secrets

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from . import install, pull, storage

#: rows in one DELETE: each is quick, and the lock on the index pages short
BATCH = 5000
#: batches in one acknowledgement; the rest leaves with the next
MAX_BATCHES = 20
REQUIRED = ("consumer", "cursor", "nonce", "next_nonce", "signature")


class Refused(Exception):
    """An acknowledgement that is not the pinned consumer's; `args[0]` is a stable code."""


def canonical(payload):
    """The bytes that are signed: sorted keys, no blanks, UTF-8, without `signature`."""
    body = {key: value for key, value in payload.items() if key != "signature"}
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def newest(cr):
    """The newest acknowledgement: dict of nonce, previous_nonce, consumer, snapshot, checkpoint."""
    cr.execute("SELECT nonce, previous_nonce, consumer, snapshot::text, checkpoint, at, id FROM vigil_ack ORDER BY id DESC LIMIT 1")
    row = cr.fetchone()
    keys = ("nonce", "previous_nonce", "consumer", "snapshot", "checkpoint", "at", "id")
    return dict(zip(keys, row or [None] * len(keys)))


def _verify(payload, pinned):
    if any(not isinstance(payload.get(key), str) for key in REQUIRED):
        raise Refused("vigil.bad_acknowledgement")
    if pinned and not _follows(pinned, payload):
        raise Refused("vigil.other_consumer")
    if not _is_signed(payload["consumer"], canonical(payload), payload["signature"]):
        raise Refused("vigil.bad_signature")


def _follows(pinned, payload):
    """Whether the key is the pinned one, or each key from that one on has signed the handover to the next."""
    handovers = payload.get("handovers") if isinstance(payload.get("handovers"), list) else []
    successors = {step["from"]: step for step in handovers
                  if isinstance(step, dict) and all(isinstance(step.get(key), str) for key in ("from", "to", "given"))}
    key = pinned
    for _step in range(len(successors)):
        step = successors.get(key)
        if key == payload["consumer"] or not step:
            break
        if not _is_signed(key, f"vigil/1K{key}/{step['to']}".encode(), step["given"]):
            return False
        key = step["to"]
    return key == payload["consumer"]


def _is_signed(public_key, message, signature):
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), message)
        return True
    except (ValueError, InvalidSignature):
        return False


def accept(cr, payload):
    """Store the checkpoint, rotate the nonce, and delete what was kept long enough. A repeat changes nothing.

    :return: an AcknowledgeResult
    """
    # one at a time: the nonce would fork otherwise
    cr.execute("SELECT pg_advisory_xact_lock(8648122)")
    state = newest(cr)
    _verify(payload, state["consumer"])
    cursor = pull.parse_cursor(payload["cursor"])
    pull._check_not_ahead(cr, cursor)
    if state["nonce"] == payload["next_nonce"] and state["previous_nonce"] == payload["nonce"]:
        return {"nonce": state["nonce"], "acknowledged_rows": 0, "removed_rows": remove_expired(cr)}
    if state["nonce"] != payload["nonce"]:
        raise Refused("vigil.other_nonce")
    if len(payload["next_nonce"]) < 16:
        raise Refused("vigil.bad_acknowledgement")
    acknowledged = count_between(cr, state["snapshot"], cursor["since"])
    cr.execute(
        "INSERT INTO vigil_ack (nonce, previous_nonce, consumer, snapshot, cursor, checkpoint, system_identifier)"
        " VALUES (%s, %s, %s, %s::pg_snapshot, %s, %s::jsonb, %s)",
        (payload["next_nonce"], payload["nonce"], payload["consumer"], cursor["since"], payload["cursor"],
         json.dumps(payload.get("checkpoint") or {}), storage.system_identifier(cr)),
    )
    install.report_missing(cr)
    install.report_altered(cr)
    return {"nonce": payload["next_nonce"], "acknowledged_rows": acknowledged, "removed_rows": remove_expired(cr)}


def count_between(cr, before, until):
    """Rows that `until` sees and `before` did not."""
    _xmin, xmax, running = pull.parse_snapshot(before or pull._NOTHING)
    cr.execute(
        "SELECT count(*) FROM vigil_outbox WHERE (xid = ANY (%s::xid8[]) OR xid >= %s::xid8)"
        " AND pg_visible_in_snapshot(xid, %s::pg_snapshot)",
        ("{%s}" % ",".join(map(str, running)), str(xmax), until),
    )
    return cr.fetchone()[0]


def remove_expired(cr):
    """Delete acknowledged rows that were kept long enough, in bounded batches; the guard on the table checks each.

    :return: number of rows of the outbox that left
    """
    cr.execute("SELECT a.snapshot::text, COALESCE((SELECT (r.rules->>'keep_days')::int FROM vigil_rules r ORDER BY r.id DESC LIMIT 1), 7)"
               " FROM vigil_ack a WHERE a.snapshot IS NOT NULL ORDER BY a.id DESC LIMIT 1")
    row = cr.fetchone()
    if not row:
        return 0
    removed = 0
    for table in ("vigil_outbox", "vigil_transaction"):
        for _batch in range(MAX_BATCHES):
            cr.execute(
                f"DELETE FROM {table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {table} WHERE pg_visible_in_snapshot(xid, %s::pg_snapshot)"
                f" AND xid < pg_snapshot_xmax(%s::pg_snapshot) AND at < clock_timestamp() - make_interval(days => %s)"
                f" ORDER BY xid LIMIT {BATCH}))",
                (row[0], row[0], row[1]),
            )
            removed += cr.rowcount if table == "vigil_outbox" else 0
            if cr.rowcount < BATCH:
                break
    return removed


def is_drained(cr, before=None):
    """Whether every event was acknowledged.

    :param int before: only events of transactions with lower ids count
    """
    _xmin, xmax, running = pull.parse_snapshot(newest(cr)["snapshot"] or pull._NOTHING)
    cr.execute("SELECT NOT EXISTS (SELECT 1 FROM vigil_outbox WHERE (xid = ANY (%s::xid8[]) OR xid >= %s::xid8) AND xid < %s::xid8)",
               ("{%s}" % ",".join(map(str, running)), str(xmax), str(before or 2**63 - 1)))
    return cr.fetchone()[0]


def count_pending(cr, snapshot, at_most=100001):
    """Rows that are not acknowledged yet, counted up to a bound."""
    _xmin, xmax, running = pull.parse_snapshot(snapshot or pull._NOTHING)
    cr.execute("SELECT count(*) FROM (SELECT 1 FROM vigil_outbox WHERE xid = ANY (%s::xid8[]) OR xid >= %s::xid8 LIMIT %s) x",
               ("{%s}" % ",".join(map(str, running)), str(xmax), at_most))
    return cr.fetchone()[0]


def new_nonce():
    """A nonce: 32 hex digits."""
    return secrets.token_hex(16)
