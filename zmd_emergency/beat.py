"""What beats: Celery's scheduler, but a clock that is set back does not silence it.

Its own would wait until the clock has come to where it was before, however long that takes.
"""

import time

from celery.beat import Scheduler


class SteadyScheduler(Scheduler):
    _seen = 0.0

    def tick(self, *args, **kwargs) -> float:
        now = time.time()
        if now < self._seen:
            self._begin_anew()
        self._seen = now
        return super().tick(*args, **kwargs)

    def _begin_anew(self):
        for entry in self.schedule.values():
            entry.last_run_at = self.app.now()
        self._heap = None  # is filled again on the next tick
