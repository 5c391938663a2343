"""Days of the city: a time of one, and the same day so many months later."""

from calendar import monthrange
from datetime import date, datetime, time

from django.utils import timezone


def city_time(day: date, clock: time = time()) -> datetime:
    """Midnight, unless another time is given."""
    return timezone.make_aware(datetime.combine(day, clock))


def later(day: date, months: int) -> date:
    """The same day some months later (or before), or that month's last."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
