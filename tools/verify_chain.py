#!/usr/bin/env python3
"""Second verifier of Vigil's chain: Python's standard library only, written from docs/chain.md, not from the service.

    vigil_export.ndjson comes from the service's export of one instance.
    python3 tools/verify_chain.py vigil_export.ndjson [--key PUBLIC_KEY_HEX] [--witness checkpoints.ndjson]

Prints `intact`, `pruned` or `broken at seq N: reason`; exit status 0, 0 or 1. Without --key the signatures are checked
against the key that each checkpoint names, which proves consistency but not who signed.
"""

import argparse
import hashlib
import json
import sys


class Broken(Exception):
    def __init__(self, seq, reason):
        super().__init__(reason)
        self.seq = seq


def sha256(*parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() if isinstance(part, str) else part)
    return digest.digest()


# --- Ed25519 verification, RFC 8032 section 6 ------------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def recover_x(y, sign):
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - x2) % P:
        return None
    return P - x if (x & 1) != sign else x


def decompress(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(s, p):
    q = (0, 1, 1, 0)
    while s > 0:
        if s & 1:
            q = add(q, p)
        p = add(p, p)
        s >>= 1
    return q


def equal(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def signature_holds(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = decompress(public), decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    return equal(multiply(s, BASE), add(r, multiply(h, a)))


# --- The chain -------------------------------------------------------------------------------------------------------


def quote(text):
    """A JSON string: only `"`, `\\` and control characters are escaped."""
    return json.dumps(text, ensure_ascii=False)


def listed(*members):
    """A JSON array of members that are JSON already; None is null."""
    return "[" + ",".join("null" if member is None else member for member in members) + "]"


def text(value):
    return None if value is None else quote(value)


def number(value):
    return None if value is None else str(value)


def merkle_root(hashes):
    """An odd one out moves up as it is."""
    while len(hashes) > 1:
        pairs = [sha256("vigil/1N", hashes[i], hashes[i + 1]) for i in range(0, len(hashes) - 1, 2)]
        hashes = pairs + hashes[len(pairs) * 2 :]
    return hashes[0]


def is_erased(domain, value):
    """What an erasure leaves in place of a value; anything else under a missing salt was put there."""
    if domain == "vigil/1S":
        return value == '["(erased)",0,"(erased)","(erased)",null,null,null,null]'
    found = json.loads(value)
    if domain == "vigil/1D":
        return found == {"erased": True}
    sides = [found.pop(side) for side in ("after", "before") if side in found]
    return set(sides) == {"(erased)"} and set(found) == {"field", "label", "type"} and found["type"] == "unknown"


def check_event(event, seq, previous, erased):
    if event["seq"] != seq:
        raise Broken(min(seq, event["seq"]), "event %d stands where event %d belongs" % (event["seq"], seq))
    if event["received_at"][:10] != event["received_on"]:
        raise Broken(seq, "received_on is not the day of received_at")
    changes = event["changes"]
    if changes[:1] != "[" or changes[-1:] != "]":
        raise Broken(seq, "changes are no array")
    subject = listed(
        text(event["record_name"]), number(event["user_id"]), text(event["user_login"]), text(event["user_name"]),
        event["as_user"], text(event["session"]), text(event["ip"]), text(event["user_agent"]),
    )  # fmt: skip
    values = [("vigil/1S", subject)]
    if event["details"] is not None:
        values.append(("vigil/1D", event["details"]))
    values += [("vigil/1L", change) for change in (changes[1:-1].split(",\n") if changes != "[]" else [])]
    commitments = bytes.fromhex(event["commitments"])
    if len(commitments) != 48 * len(values):
        raise Broken(seq, "there are other values than commitments")
    leaves = []
    for i, (domain, value) in enumerate(values):
        salt, leaf = commitments[48 * i : 48 * i + 16], commitments[48 * i + 16 : 48 * i + 48]
        if salt == bytes(16) and is_erased(domain, value):
            erased.append((seq, i))
        elif sha256(domain, salt, value) != leaf:
            raise Broken(seq, "%s does not give its leaf" % (value[:60]))
        leaves.append(leaf)
    header = listed(
        number(seq), quote(event["received_at"]), number(event["retention_days"]), quote(event["source_id"]),
        quote(event["occurred_at"]), quote(event["kind"]), quote(event["category"]), quote(event["severity"]),
        text(event["model"]), text(event["model_label"]), number(event["record_id"]), event["origin"],
        quote(event["origin_type"]), text(event["request_id"]), text(event["correlation_id"]), quote(event["transaction"]),
    )  # fmt: skip
    computed = sha256("vigil/1E", previous, header, *leaves)
    if computed.hex() != event["hash"]:
        raise Broken(seq, "the event does not give its hash")
    return computed


def trusted_with(key, handovers):
    """The key's successors and predecessors, each handover signed by both; never a predecessor's other successors."""
    links = []
    for link in handovers:
        text = ("vigil/1K%s/%s" % (link["from"], link["to"])).encode()
        if all(signature_holds(bytes.fromhex(link[who]), text, bytes.fromhex(link[how])) for who, how in (("from", "given"), ("to", "taken"))):
            links.append(link)
    trusted = {key}
    for here, there in (("from", "to"), ("to", "from")):
        reached = [key]
        for one in reached:
            reached += [link[there] for link in links if link[here] == one and link[there] not in reached]
        trusted.update(reached)
    return trusted


def check_statement(line, domain, keys):
    body = json.loads(line["body"])
    digest = sha256(domain, line["body"])
    seq = body.get("first_seq", 0)
    if digest.hex() != line["hash"]:
        raise Broken(seq, "a signed statement does not give its hash")
    if keys is not None and line["public_key"] not in keys:
        raise Broken(seq, "a signed statement names another key")
    if not signature_holds(bytes.fromhex(line["public_key"]), digest, bytes.fromhex(line["signature"])):
        raise Broken(seq, "a signature does not hold")
    return body, line["hash"]


def check_statements(lines, genesis, instance, keys):
    """Checkpoints and tombstones by the rules of docs/chain.md; answers the checkpoints and the purged numbers."""
    checkpoints, purged, hashes = [], set(), []
    previous, previous_hash, seq = genesis.hex(), genesis.hex(), 0
    for line in (line for line in lines if line["type"] == "checkpoint"):
        body, digest = check_statement(line, "vigil/1C", keys)
        expected = (len(checkpoints) + 1, seq + 1, previous, previous_hash, instance)
        found = (body["number"], body["first_seq"], body["previous_checkpoint"], body["previous_hash"], body["instance"])
        if found != expected or body["count"] != body["last_seq"] - body["first_seq"] + 1:
            raise Broken(seq + 1, "checkpoint %s does not continue the one before it" % body["number"])
        checkpoints.append(body)
        hashes.append(digest)
        previous, previous_hash, seq = digest, body["last_hash"], body["last_seq"]
    previous = genesis.hex()
    for n, line in enumerate((line for line in lines if line["type"] == "tombstone"), 1):
        body, digest = check_statement(line, "vigil/1T", keys)
        named = checkpoints[body["segment_number"] - 1] if body["segment_number"] <= len(checkpoints) else None
        if body["number"] != n or body["previous_tombstone"] != previous or named is None:
            raise Broken(body["first_seq"], "tombstone %d does not continue the one before it" % n)
        if hashes[body["segment_number"] - 1] != body["checkpoint"]:
            raise Broken(body["first_seq"], "tombstone %d names another checkpoint" % n)
        purged.add(body["segment_number"])
        previous = digest
    return checkpoints, hashes, purged


def check_witness(path, hashes, instance):
    with open(path, encoding="utf-8") as file:
        for line in file:
            if not line.strip():
                continue
            told = json.loads(line)
            body = json.loads(told["body"])
            if body["instance"] != instance:
                continue
            if body["number"] > len(hashes):
                raise Broken(body["first_seq"], "the witness holds a checkpoint that was cut off")
            if hashes[body["number"] - 1] != told["hash"]:
                raise Broken(body["first_seq"], "the witness holds another checkpoint: a fork")


def verify(lines, key=None, witness=None):
    """Answers `intact` or `pruned`; raises Broken."""
    top = lines[0]
    genesis = sha256("vigil/1G", "%s/%s" % (top["organisation"], top["instance"]))
    checkpoints, hashes, purged = check_statements(
        lines, genesis, top["instance"], None if key is None else trusted_with(key, top.get("handovers", []))
    )
    if witness:
        check_witness(witness, hashes, top["instance"])
    events = iter([line for line in lines if line["type"] == "event"])
    seq, previous, erased = 0, genesis, []
    for body in checkpoints:
        if body["number"] in purged:
            seq, previous = body["last_seq"], bytes.fromhex(body["last_hash"])
            continue
        found = []
        while seq < body["last_seq"]:
            event = next(events, None)
            if event is None:
                raise Broken(seq + 1, "event %d is missing" % (seq + 1))
            previous = check_event(event, seq + 1, previous, erased)
            found.append(previous)
            seq += 1
        if previous.hex() != body["last_hash"] or merkle_root(found).hex() != body["merkle_root"]:
            raise Broken(body["first_seq"], "checkpoint %d was signed over other events" % body["number"])
    for event in events:
        previous = check_event(event, seq + 1, previous, erased)
        seq += 1
    if seq != top["head_seq"] or previous.hex() != top["head_hash"]:
        raise Broken(seq, "the head is not where the last event is")
    named = {
        (cells[0], leaf)
        for line in lines if line["type"] == "event" and line["kind"] == "tracking.erased"
        for cells in json.loads(line["details"] or "{}").get("erased", [])
        for leaf in cells[1:]
    }  # fmt: skip
    for seq, leaf in erased:
        if (seq, leaf) not in named:
            raise Broken(seq, "a value was taken away, and no event of this chain says that it was erased")
    return "pruned" if purged else "intact"


def main():
    parser = argparse.ArgumentParser(description="Verify an exported chain of Vigil.")
    parser.add_argument("export")
    parser.add_argument("--key", help="the service's public key, hex")
    parser.add_argument("--witness", help="the checkpoint file of the instance")
    arguments = parser.parse_args()
    with open(arguments.export, encoding="utf-8", newline="\n") as file:
        lines = [json.loads(line) for line in file if line.strip()]
    try:
        print(verify(lines, arguments.key, arguments.witness))
    except Broken as broken:
        print("broken at seq %d: %s" % (broken.seq, broken))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
