"""`manage.py plan_coverage --prove` runs tests with one act or rule taken away (`ZMD_WITHOUT`): a test that counts
for a clause then fails."""

import dataclasses
import os

CARRIER = os.environ.get("ZMD_WITHOUT", "")
RULE = CARRIER if "." not in CARRIER else ""


def take_away():
    """An act is nobody's to do; a rule is not loaded with the plan."""
    if not CARRIER:
        return
    from incidents.roles import TABLE
    from incidents.services.revision import reference

    if CARRIER in TABLE:
        TABLE[CARRIER] = dataclasses.replace(TABLE[CARRIER], roles=frozenset())
        return
    read = reference._read

    def read_without(name: str) -> dict:
        found = read(name)
        if "rules" in found:
            found["rules"] = [rule for rule in found["rules"] if rule["code"] != CARRIER]
        return found

    reference._read = read_without
