"""Records the examples of the API's description from what tests are answered:

    ZMD_RECORD_EXAMPLES=1 python3 manage.py test tests/api/test_gaps_*.py tests/api/test_*matters.py …

Of each operation the fullest answer is taken, of each status the first refusal with the most to say; what was
recorded before and is not met again stays.
"""

import json
import os
import re

from incidents.api.description.examples import ANSWERS, PATH, REFUSALS

IS_ON = "ZMD_RECORD_EXAMPLES" in os.environ
LONGEST, MOST_ROWS = 200, 2
SECRET = {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
"""The one from the specification of Standard Webhooks."""

met_answers, met_refusals = {}, {}


def note(name: str, status: int, told):
    short = shortened(told)
    if any(len(text) > LONGEST for text in leaves(short) if isinstance(text, str)):
        return
    if status < 300:
        keep_fuller(met_answers, name, short)
    elif status >= 400:
        keep_fuller(met_refusals, str(status), short)


def keep_fuller(met: dict, name: str, told):
    if name not in met or fullness(told) > fullness(met[name]):
        met[name] = told


def fullness(told) -> int:
    return sum(leaf not in (None, "", False) for leaf in leaves(told))


def leaves(told):
    if isinstance(told, dict | list):
        for value in told.values() if isinstance(told, dict) else told:
            yield from leaves(value)
    else:
        yield told


def shortened(told):
    if isinstance(told, list):
        return [shortened(each) for each in told[:MOST_ROWS]]
    if isinstance(told, dict):
        return {name: SECRET.get(name) or shortened(value) for name, value in told.items()}
    return re.sub(r"https?://[^/]+", "https://example.com", told) if isinstance(told, str) else told


def write():
    told = {"answers": ANSWERS | met_answers, "refusals": REFUSALS | met_refusals}
    told = {part: dict(sorted(rows.items())) for part, rows in told.items()}
    PATH.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
