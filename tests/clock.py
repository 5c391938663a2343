"""`python -m tests.clock SECONDS MODULE ARGUMENTS…`: run a module whose clock is off by that much.

For real processes (uvicorn, celery) in a test about another day; inside the test's own process
`time_machine.travel` does it.
"""

import runpy
import sys
from datetime import UTC, datetime, timedelta

import time_machine


def main(seconds: str, module: str, *arguments: str) -> None:
    with time_machine.travel(0):
        pass  # what it loads on first use takes a while on a busy machine, and that would set this clock behind
    there = datetime.now(UTC) + timedelta(seconds=float(seconds))
    with time_machine.travel(there, tick=True):
        sys.argv = [module, *arguments]
        runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
