#!/usr/bin/env python3
"""Verifies the access ledger, or one entry of it, without a line of the graph's own code: Python's standard library alone.

verify.py ledger EXPORT --key ledger=HEX --key witness=HEX [--witnessed NOTE]   the whole ledger, from `npm run ledger -- export`
verify.py proof ANSWER --key ledger=HEX --key witness=HEX                       every proof in an answer of `accessRecords`

Prints what is wrong, one line each, and ends with 1, or says that all is right. What an answer says beside the entries that it
proves is compared with them by compare.py.
"""
import argparse, base64, functools, hashlib, json, re, sys

# SM2 over the recommended curve (GB/T 32918.2, GB/T 32918.5)
P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
G = (0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
     0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0)

def sm3(data):
    return hashlib.new("sm3", data).digest()

def add(p, q):
    if p is None or q is None:
        return p or q
    if p[0] == q[0] and (p[1] + q[1]) % P == 0:
        return None
    over, under = (3 * p[0] * p[0] + A, 2 * p[1]) if p == q else (q[1] - p[1], q[0] - p[0])
    slope = over * pow(under, -1, P)
    x = (slope * slope - p[0] - q[0]) % P
    return x, (slope * (p[0] - x) - p[1]) % P

def times(k, p):
    total = None
    for bit in f"{k:b}":
        total = add(add(total, total), p if bit == "1" else None)
    return total

def signed_by(key, text, signature):
    x, y = (int.from_bytes(part, "big") for part in (key[1:33], key[33:65]))
    if len(key) != 65 or key[0] != 4 or x >= P or y >= P or (y * y - x * x * x - A * x - B) % P:
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    t = (r + s) % N
    if len(signature) != 64 or not (0 < r < N and 0 < s < N and t):
        return False
    constants = b"".join(number.to_bytes(32, "big") for number in (A, B, *G, x, y))
    e = int.from_bytes(sm3(sm3(b"\0\x80" + b"1234567812345678" + constants) + text), "big")
    point = add(times(s, G), times(t, (x, y)))
    return point is not None and (e + point[0]) % N == r

# Checkpoints and the tree (RFC 6962 with SM3)
FORM = re.compile(r"(meijiang-ledger/v1\n(0|[1-9]\d{0,15})\n(\S{44})\n(\S+)\n)\n((?:— \S+ \S+\n)+)")

def checkpoint_of(note, keys):
    """Size and root that a note states; None unless everybody has signed it."""
    match = FORM.fullmatch(note)
    if not match:
        return None
    signatures = [(name, base64.b64decode(value)) for _, name, value in map(str.split, match[5].splitlines())]
    signed = lambda name: any(signed_by(keys[name], match[1].encode(), value) for signer, value in signatures if signer == name)
    return (int(match[2]), base64.b64decode(match[3])) if all(map(signed, keys)) else None

def node(left, right):
    return sm3(b"\1" + left + right)

def root_of(edge):
    """The root over full subtrees, the largest first."""
    return functools.reduce(lambda right, left: node(left, right), [value for _, value in reversed(edge)] or [sm3(b"")])

def root_from(value, index, size, path):
    """The root to which a path leads from a leaf; None when it is no path of such a tree (RFC 9162 §2.1.3.2)."""
    at, last = index, size - 1
    for other in path:
        if last == 0:
            return None
        is_right = at & 1 or at == last
        value = node(other, value) if is_right else node(value, other)
        while is_right and not at & 1 and at:
            at, last = at >> 1, last >> 1
        at, last = at >> 1, last >> 1
    return value if last == 0 and 0 <= index < size else None

def ledger_faults(lines, keys, witnessed):
    rows = [json.loads(line) for line in lines if line.strip()]
    yield from [] if any("commitment" in row for row in rows) else ["no entry is in this file"]
    notes = dict.fromkeys([row["checkpoint"] for row in rows if "checkpoint" in row] + ([witnessed.read()] if witnessed else []))
    stated = [checkpoint_of(note, keys) for note in notes]
    yield from (f"checkpoint {at}: out of form, or a signature is missing or wrong" for at, one in enumerate(stated) if not one)
    sizes = {one[0] for one in stated if one}
    roots, edge, emptied, size = {0: root_of([])}, [], set(), 0
    for row in (row for row in rows if "commitment" in row):
        if row["sequence"] != size:
            yield f"entry {size}: missing, {row['sequence']} comes next"
        if row["salt"] is None or row["entry"] is None:
            emptied.add(row["sequence"])
        else:
            if sm3(bytes.fromhex(row["salt"]) + row["entry"].encode()).hex() != row["commitment"]:
                yield f"entry {row['sequence']}: not what it was when it was added"
            said = json.loads(row["entry"])
            emptied -= set(said["sequences"] if said.get("event") == "UNLINKING" else [])
        full = (0, sm3(b"\0" + bytes.fromhex(row["commitment"])))
        while edge and edge[-1][0] == full[0]:
            full = (full[0] + 1, node(edge.pop()[1], full[1]))
        edge.append(full)
        size += 1
        if size in sizes:
            roots[size] = root_of(edge)
    yield from (f"entry {sequence}: empty, and no later entry says why" for sequence in sorted(emptied))
    late = f": there are {size}; were they exported before it was signed?"
    yield from (f"checkpoint of {one[0]}: not of these entries{late if one[0] > size else ''}" for one in stated
                if one and roots.get(one[0]) != one[1])

def proofs_in(value):
    if isinstance(value, dict) and "auditPath" in value:
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        yield from proofs_in(inner)

def proof_faults(answer, keys):
    for proof in (proofs := list(proofs_in(json.load(answer)))):
        stated, index = checkpoint_of(proof["checkpoint"], keys), int(proof["leafIndex"])
        value = sm3(b"\0" + sm3(base64.b64decode(proof["salt"]) + proof["entry"].encode()))
        if not stated:
            yield f"entry {index}: its checkpoint is out of form, or a signature is missing or wrong"
        elif root_from(value, index, stated[0], map(base64.b64decode, proof["auditPath"])) != stated[1]:
            yield f"entry {index}: not in the ledger of its checkpoint"
    yield from [] if proofs else ["no proof is in this file"]

def key(text):
    name, _, digits = text.partition("=")
    if not re.fullmatch("04[0-9a-fA-F]{128}", digits):
        raise argparse.ArgumentTypeError("give NAME=HEX as `npm run ledger -- key` prints it: ledger= or witness=, then 130 digits")
    return name, bytes.fromhex(digits)

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("what", choices=["ledger", "proof"])
parser.add_argument("file", type=argparse.FileType(encoding="utf-8"))
parser.add_argument("--key", action="append", required=True, type=key, help="NAME=HEX, a public key of 65 bytes")
parser.add_argument("--witnessed", type=argparse.FileType(encoding="utf-8"))
options = parser.parse_args()
public = dict(options.key)
try:
    found = list(ledger_faults(options.file, public, options.witnessed) if options.what == "ledger" else proof_faults(options.file, public))
except (ValueError, KeyError, TypeError, AttributeError) as wrong:
    found = [f"this is no {'export' if options.what == 'ledger' else 'answer with proofs'} in its form: {wrong!r}"]
if options.what == "ledger" and not options.witnessed:
    print("Without --witnessed, a ledger that was cut off behind an older checkpoint looks whole.")
print("\n".join(found) if found else "All is right.")
sys.exit(1 if found else 0)
