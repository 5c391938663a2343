"""What the pages of duty say: the hours of a shift on a day, who is reached, the tabs."""

from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django import template
from django.utils import timezone

from alerts.models import Seat, Shift
from alerts.services.roster import DAY, OnDuty, seats_kept
from incidents.days import city_time
from incidents.models import Contact
from incidents.querysets import ALL_SEEING, KEEP_A_DESK
from incidents.roles import ON_ROSTERS

register = template.Library()


@register.filter
def hours_on(span, day: date) -> str:
    """08:00–16:00 as far as it lies on this day; what came over from the day before says so."""
    begins, ends = city_time(day), city_time(day + DAY)
    starts = "续" if span.starts_at < begins else f"{timezone.localtime(span.starts_at):%H:%M}"
    until = timezone.localtime(span.ends_at)
    if span.ends_at == ends:
        return f"{starts}–24:00"
    if span.ends_at > ends + DAY:
        return f"{starts}–{until.month}月{until.day}日 {until:%H:%M}"
    return f"{starts}–{'次日' if span.ends_at > ends else ''}{until:%H:%M}"


@register.filter
def by_seat(on: OnDuty) -> list[tuple[Seat, Shift | None]]:
    return [(seat, on.of(seat)) for seat in Seat]


@register.filter
def late_now(shift: Shift, now: datetime) -> timedelta | None:
    return shift.late_by(now)


@register.filter
def weekday(day: date) -> str:
    return "一二三四五六日"[day.weekday()]


@register.simple_tag
def gap_query(gap, now: datetime) -> str:
    """The query that fills the form with a gap's hours; what is past of it is past."""
    local = [timezone.localtime(max(gap.starts_at, now.replace(second=0, microsecond=0)))]
    if gap.ends_at:
        local.append(timezone.localtime(gap.ends_at))
    hours = dict(zip(("starts_at", "ends_at"), (f"{at:%Y-%m-%dT%H:%M}" for at in local), strict=False))
    return urlencode({"seat": int(gap.seat)} | hours)


@register.inclusion_tag("incidents/roster/duty_reached.html")
def reached(line: dict, seat: str):
    """Who is reached for a body's seat now, in the directory's order."""
    shift = line["on"].get(seat)
    if shift is None and seat == "DUTY":
        shift = line["on"].get("STANDBY")
    duty, kept = Contact.Duty(seat), {kept.name for kept in seats_kept(line["body"])}
    contacts = [contact for contact in line["contacts"] if contact.duty == duty]
    return {"shift": shift, "contacts": contacts, "must_be_kept": seat in kept}


@register.inclusion_tag("incidents/roster/duty_tabs.html", takes_context=True)
def duty_tabs(context, body, tab: str):
    caller = context["caller"]
    own = next((a.organization for a in caller.actors if a.organization.kind in KEEP_A_DESK), None)
    return {
        "body": body or own,
        "tab": tab,
        "on_rosters": bool(caller.roles & ON_ROSTERS),
        "sees_office": bool(caller.roles & ALL_SEEING),
    }
