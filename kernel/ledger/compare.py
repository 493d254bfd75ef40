#!/usr/bin/env python3
"""Compares what an answer of `accessRecords` says in its own fields with the entries that it proves; verify.py says whether these hold.

compare.py ANSWER

Prints the fields that an entry does not say so, one line each, and ends with 1, or says that all is right. Fields that were not asked
for are not missed; the words in Chinese and English are the reader's own affair.
"""
import datetime, json, sys

# Where a record of an answer says what its entry says
SAID = {"event": "event", "at": "at", "actor.kind.code": "kind", "actor.departmentCode": "department", "purpose.code": "purpose",
        "legalBasis": "legalBasis", "itemCode": "itemCode", "caseNumber": "caseNumber", "shown.codes": "shown",
        "masked.codes": "masked", "denied.codes": "denied", "systems": "systems", "operationName": "operationName",
        "requestId": "request"}

def differing(record, proof):
    """The fields of a record that its entry does not say so; those that were not asked for are not missed."""
    facts = json.loads(proof["entry"])
    moment = lambda text: datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    for path, name in SAID.items():
        said = record
        for part in path.split("."):
            said = said.get(part, ...) if isinstance(said, dict) else said
        fact = facts.get(name, "ACCESS" if name == "event" else None)
        if said is not ... and (moment(said) != moment(fact) if said and fact and name == "at" else (said or None) != (fact or None)):
            yield path
    if record.get("id", proof["leafIndex"]) != proof["leafIndex"]:
        yield "id"

def proofs_in(value, within=None):
    """Every proof, with the record around it."""
    if isinstance(value, dict) and "auditPath" in value:
        yield within or {}, value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        yield from proofs_in(inner, value if isinstance(value, dict) else within)

if len(sys.argv) != 2:
    sys.exit(__doc__)
with open(sys.argv[1], encoding="utf-8") as answer:
    proofs = list(proofs_in(json.load(answer)))
found = [f"entry {proof['leafIndex']}: the answer says another {path} than the entry"
         for record, proof in proofs for path in differing(record, proof)]
found += [] if proofs else ["no proof is in this file"]
print("\n".join(found) if found else "All is right.")
sys.exit(1 if found else 0)
