"""`python -m tests.faults.failing BATCH FAILPOINT SIGN MODULE …`: a worker that sweeps in small batches, so that there
is time to end things in the middle. At the failpoint, if any is named, the first of its processes makes the file
SIGN and stands still, with all its locks, to be killed right there."""

import os
import runpy
import signal
import sys
from importlib import import_module
from pathlib import Path

FAILPOINTS = {
    "after select": "escalation.lock_due",
    "after insert": "firing_record.insert_fired",
    "before commit": "escalation.record",
    "after commit": "escalation.fire_batch",
}


def stop_after(module, name: str, sign: Path):
    original = getattr(module, name)

    def wrapped(*args, **kwargs):
        result = original(*args, **kwargs)
        if result or name == "record":
            try:
                sign.open("x").close()
                signal.pause()
            except FileExistsError:
                pass  # another stands there already
        return result

    setattr(module, name, wrapped)


def main(batch: str, failpoint: str, sign: str, module: str, *arguments: str):
    import django

    django.setup()
    from alerts.services import claiming

    claiming.BATCH = int(batch)
    if failpoint:
        module_name, name = FAILPOINTS[failpoint].split(".")
        stop_after(import_module(f"alerts.services.{module_name}"), name, Path(sign))
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zmd_emergency.settings")
    main(*sys.argv[1:])
