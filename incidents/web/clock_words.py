"""Times and lengths of time as the screens say them, by the clock of whoever reads: the city's, or his drill's."""

from datetime import datetime, timedelta

from django.utils.dateformat import format as date_format
from django.utils.dateparse import parse_datetime

from incidents import drill_clock, spans


def moment(at: datetime | None) -> str:
    """3月2日 02:25, in city time; another year's date says its year."""
    if at is None:
        return "—"
    local = drill_clock.local(at)
    year = f"{local.year}年" if local.year != drill_clock.local().year else ""
    return f"{year}{local.month}月{local.day}日 {local:%H:%M}"


def really(at: datetime | None) -> str:
    """As `moment`, also where the reader's clock is a drill's: when it was in earnest."""
    with drill_clock.running(None):
        return moment(at)


def iso_moment(words: str) -> str:
    """As `moment`, of a time as the ledger writes it."""
    return moment(parse_datetime(words)) if words else "—"


def clock(at: datetime | None) -> str:
    """02:25:07"""
    return f"{drill_clock.local(at):%H:%M:%S}" if at else "—"


def told(at: datetime | None, form: str) -> str:
    """As Django's `date`, by the clock of the drill that its reader is in."""
    return date_format(drill_clock.local(at), form) if at else ""


def span(length: timedelta | None) -> str:
    return "—" if length is None else spans.span(length)
