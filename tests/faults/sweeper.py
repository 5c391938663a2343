"""Sweeps until nothing is due: `python -m tests.faults.sweeper [FAILPOINT SIGN]`.

At the failpoint it makes the file SIGN and stands still, so that a test can kill it right there.
"""

import os
import signal
import sys
from pathlib import Path

FAILPOINTS = {
    "after select": "lock_due",
    "after insert": "insert_fired",
    "before commit": "record",
    "after commit": "fire_batch",
}


def stop_after(module, name: str, sign: Path):
    """When the function has done real work for the first time: give the sign, and wait there to be killed."""
    original = getattr(module, name)

    def wrapped(*args, **kwargs):
        result = original(*args, **kwargs)
        if result or name == "record":
            sign.touch()
            signal.pause()
        return result

    setattr(module, name, wrapped)


def main(failpoint: str = "", sign: str = ""):
    import django

    django.setup()
    from django.utils import timezone

    from alerts.services import escalation

    escalation.BATCH = 5
    if failpoint:
        stop_after(escalation, FAILPOINTS[failpoint], Path(sign))
    while (due := escalation.next_due()) and due <= timezone.now():
        escalation.sweep(now=timezone.now())


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zmd_emergency.settings")
    main(*sys.argv[1:])
