"""`python -m tests.faults.jumping FILE MODULE …`: a process whose clock jumps, while it runs, to be off by the number of
seconds that stands in the file. For modules of one process: what a fork takes along is its own."""

import sys
import threading
from pathlib import Path

from tests.clock import main, travel
from zmd_emergency.processes import pause


def follow(file: Path):
    seen = file.read_text()
    while True:
        pause(0.05)
        if (off := file.read_text()) not in ("", seen):
            travel(float(off))
            seen = off


if __name__ == "__main__":
    file = Path(sys.argv[1])
    threading.Thread(target=follow, args=[file], daemon=True).start()
    main(file.read_text(), *sys.argv[2:])
