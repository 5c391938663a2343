"""What is wrong with an input, gathered field by field, each with the rule and the clause that asks for it (§5.2.1)."""

from datetime import UTC, datetime, timedelta

from django.utils.timezone import is_naive

from incidents import drill_clock
from incidents.refusals import FieldError, Invalid

MINUTE = timedelta(minutes=1)
SKEW = timedelta(minutes=2)
"""How far in the future a time may be: two clocks may differ by it."""
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
CLAUSE = "5.2.1"


def skew() -> timedelta:
    """By whose clock a time was said: in a drill that one runs faster."""
    return SKEW / drill_clock.speed()


class Check:
    """Collects the wrong fields of one input, so that all are named at once, by the clause that asks for it."""

    def __init__(self, clause: str = CLAUSE):
        self.clause = clause
        self.errors: list[FieldError] = []

    def wrong(self, pointer: str, code: str, detail: str, clause: str = ""):
        self.errors.append(FieldError(pointer, code, detail, clause or self.clause))

    def time(self, pointer: str, name: str, at: datetime | None, now: datetime, *, past: bool = True):
        """A time between 2000 and 2100, and unless `past` is off not in the future (2 min of skew allowed)."""
        if at is None:
            return
        if is_naive(at):
            raise Invalid(FieldError(pointer, "offset_required", f"{name}须带时区。", self.clause))
        if not EARLIEST <= at < LATEST:
            self.wrong(pointer, "out_of_range", f"{name}须在 2000 年至 2100 年之间。")
        elif past and at > now + skew():
            self.wrong(pointer, "in_future", f"{name}不能晚于现在。")

    def moment(
        self, name: str, at: datetime | None, now: datetime, *, since: datetime, too_early: FieldError
    ) -> datetime:
        """When something was done that can't have been before `since`; now, unless it is said. Times are typed by the minute:
        what is said of the very minute of `since` was not before it."""
        self.time(too_early.pointer, name, at, now)
        if at is None:
            return now
        if at + MINUTE / drill_clock.speed() <= since:
            self.errors.append(too_early)
        return min(max(at, since), now)

    def text(self, pointer: str, name: str, value: str | None, longest: int | None):
        if value and longest and len(value) > longest:
            self.wrong(pointer, "too_long", f"“{name}”最多 {longest} 字。")

    def refuse(self):
        """Raises what was found; a field that is wrong is not also called missing."""
        errors = []
        for error in self.errors:
            if error.code != "required" or all(error.pointer != earlier.pointer for earlier in errors):
                errors.append(error)
        if errors:
            raise Invalid(*errors)
