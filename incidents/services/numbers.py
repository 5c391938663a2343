"""Numbers: `ZMD-2026-0001` for an incident, `ZMD-W-2026-0001` for a warning, without a gap within a city's year; in
drills `ZMD-T-2026-0001` and `ZMD-W-T-2026-0001`, a range of their own (domain §8)."""

from datetime import datetime

from django.db import connection
from django.utils import timezone

DRILL = "-T"


def next_number(prefix: str, now: datetime, *, is_drill: bool = False) -> tuple[str, int, int]:
    """The number with its year and serial."""
    if is_drill:
        prefix += DRILL
    year, serial = next_serial(prefix, now)
    return f"{prefix}-{year}-{serial:04d}", year, serial


def next_serial(prefix: str, now: datetime) -> tuple[int, int]:
    """The series stays locked until the work is committed, so that no serial is skipped."""
    year = timezone.localtime(now).year
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO incidents_numberseries AS series (prefix, year, last) VALUES (%s, %s, 1)"
            " ON CONFLICT (prefix, year) DO UPDATE SET last = series.last + 1 RETURNING last",
            [prefix, year],
        )
        serial = cursor.fetchone()[0]
    return year, serial
