"""What beats: Celery's scheduler, but a clock that is set back does not silence it, nor a start what is rarely done.

Its own would wait until the clock has come to where it was before, however long that takes; and would begin to count a day
at each start, so that what is done daily would never be done by a system that is restarted more often.
"""

import time
from datetime import timedelta

from celery.beat import Scheduler

RARE = timedelta(hours=1)
SOON = timedelta(minutes=1)
"""After a start, what is done every hour or more rarely is done for the first time."""


class SteadyScheduler(Scheduler):
    _seen = 0.0

    def setup_schedule(self):
        super().setup_schedule()
        for entry in self.schedule.values():
            every = getattr(entry.schedule, "run_every", None)
            if every and every >= RARE:
                entry.last_run_at = self.app.now() - every + SOON

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
