"""Numbers: `ZMD-2026-0001` for an incident, `ZMD-W-2026-0001` for a warning, without a gap within a city's year; in
drills `ZMD-T-2026-0001` and `ZMD-W-T-2026-0001`, a range of their own (domain §8)."""

from datetime import datetime

from django.utils import timezone

from incidents.prepared import Prepared
from incidents.rows import one_number

DRILL = "-T"
NEXT = Prepared(
    "next_serial",
    "INSERT INTO incidents_numberseries AS series (prefix, year, last) VALUES ($1, $2, 1)"
    " ON CONFLICT (prefix, year) DO UPDATE SET last = series.last + 1 RETURNING last",
    ["text", "int"],
)


def next_number(prefix: str, now: datetime, *, is_drill: bool = False) -> tuple[str, int, int]:
    """The number with its year and serial."""
    if is_drill:
        prefix += DRILL
    year, serial = next_serial(prefix, now)
    return f"{prefix}-{year}-{serial:04d}", year, serial


def next_serial(prefix: str, now: datetime) -> tuple[int, int]:
    """The series stays locked until the work is committed, so that no serial is skipped."""
    year = timezone.localtime(now).year
    return year, one_number(NEXT, [prefix, year])
