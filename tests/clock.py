"""`python -m tests.clock SECONDS MODULE ARGUMENTS…`: run a module whose clock is off by that much.

For real processes (uvicorn, celery) in a test about another day; inside the test's own process
`time_machine.travel` does it.
"""

import runpy
import sys
import time
from datetime import UTC, datetime, timedelta

import time_machine


def main(seconds: str, module: str, *arguments: str) -> None:
    travel(float(seconds))
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def travel(seconds: float) -> None:
    """Sets the clock off by just that much: on a busy machine starting takes long enough to set it behind the
    other processes', and a message of theirs that expires within a second would then never arrive in time."""
    while True:
        hatch = time_machine.escape_hatch
        really = hatch.datetime.datetime.now(UTC) if hatch.is_travelling() else datetime.now(UTC)
        clock = time_machine.travel(really + timedelta(seconds=seconds), tick=True)
        clock.start()
        if abs(time.time() - time_machine.escape_hatch.time.time() - seconds) < 0.05:
            return
        clock.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
