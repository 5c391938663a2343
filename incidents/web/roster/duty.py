"""值班表: a body's roster by day and seat, who is on now, where it has gaps; and the office's view of all bodies."""

from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from alerts.models import Seat, Shift
from alerts.services import roster
from alerts.services.roster import DAY, Gap
from incidents.days import city_time
from incidents.models import Contact, Organization
from incidents.querysets import ALL_SEEING, visible_rosters
from incidents.web.caller import caller_of, signed_in
from incidents.web.roster.duty_forms import body_of, keepers

WEEK = 7
WEEKDAYS = "一二三四五六日"


@dataclass
class Cell:
    """One seat on one day: the shifts that touch it, and the hours that nobody is rostered for."""

    seat: Seat
    shifts: list[Shift] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)


@dataclass
class DayRow:
    day: date
    name: str
    is_rest: bool
    cells: list[Cell]

    @property
    def weekday(self) -> str:
        return f"周{WEEKDAYS[self.day.weekday()]}"


@signed_in
@require_GET
def home(request):
    """The roster of one's own body; the office's where one has none."""
    caller = caller_of(request)
    seen = visible_rosters(caller.actors)
    own = {actor.organization.pk for actor in caller.actors}
    if wanted := request.GET.get("body"):
        return redirect("duty-roster", code=body_of(request, wanted[:40]).code)
    body = seen.filter(pk__in=own).order_by("pk").first() or seen.filter(kind="OFFICE").first()
    if body is None:
        raise Http404("没有您可看的值班表。")
    return redirect("duty-roster", code=body.code)


@signed_in
@require_GET
def page(request, code: str):
    body, caller, now = body_of(request, code), caller_of(request), timezone.now()
    is_month = request.GET.get("view") == "month"
    first, length = span_asked(request.GET.get("from"), is_month, now)
    context = {
        "body": body,
        "now": now,
        "on": roster.on_duty(body, now),
        "rows": rows_of(body, first, length, now),
        "seats": Seat,
        "first": first,
        "last": first + (length - 1) * DAY,
        "previous": (first - DAY).replace(day=1) if is_month else first - length * DAY,
        "next": first + length * DAY,
        "today": timezone.localdate(now),
        "is_month": is_month,
        "bodies": list(visible_rosters(caller.actors).order_by("kind", "pk")),
        "contacts": list(
            Contact.objects.filter(organization=body, person__is_active=True).select_related("person")
        ),
        "may_keep": bool(keepers(caller, "duty.roster", body)),
        "is_own": any(actor.organization == body for actor in caller.actors_for("duty.swap")),
        "sees_all": bool(caller.roles & ALL_SEEING),
        "ahead_days": roster.AHEAD.days,
    }
    return render(request, "incidents/roster/duty_roster.html", context)


def span_asked(words: str | None, is_month: bool, now: datetime) -> tuple[date, int]:
    """A week from the day asked for, else from this week's Monday; or the whole month that it lies in."""
    try:
        asked = parse_date(words or "")
    except ValueError:
        asked = None
    if asked is None or not 2000 <= asked.year < 2099:
        asked = timezone.localdate(now)
        if not is_month:
            asked -= asked.weekday() * DAY
    if is_month:
        return asked.replace(day=1), monthrange(asked.year, asked.month)[1]
    return asked, WEEK


def rows_of(body: Organization, first: date, length: int, now: datetime) -> list[DayRow]:
    """The table, in six queries whatever its length."""
    since, until = city_time(first), city_time(first + length * DAY)
    shifts = Shift.objects.with_manned().filter(organization=body).between(since, until)
    shifts = shifts.select_related("person")
    shifts = list(shifts.prefetch_related("swaps").order_by("period"))
    trainings = roster.trained({shift.person_id for shift in shifts})
    for shift in shifts:
        shift.is_running = shift.is_on(now)
        shift.late = shift.late_by(now) if shift.has_started(now) else None
        shift.untrained = not shift.is_over(now) and not roster.is_trained(
            trainings[shift.person_id], *shift.days
        )
        shift.asked_to_swap = any(swap.answered_at is None for swap in shift.swaps.all())
        shift.over = shift.is_over(now)
    gaps, days = roster.gaps(body, since, until), roster.Days(first, first + length * DAY)
    rows = []
    for n in range(length):
        day = first + n * DAY
        begins, ends = city_time(day), city_time(day + DAY)
        cells = [Cell(seat) for seat in Seat]
        for cell in cells:
            for shift in shifts:
                if shift.seat == cell.seat and shift.starts_at < ends and begins < shift.ends_at:
                    cell.shifts.append(shift)
            for gap in gaps:
                if (
                    gap.seat == cell.seat
                    and gap.starts_at < ends
                    and (gap.ends_at is None or begins < gap.ends_at)
                ):
                    cell.gaps.append(
                        Gap(gap.seat, max(gap.starts_at, begins), min(gap.ends_at or ends, ends))
                    )
        rows.append(DayRow(day, days.name(day), days.is_rest(day), cells))
    return rows


@signed_in
@require_GET
def overview(request):
    """Who keeps every desk of the city now: liaisons around the clock (§5.4.2(1)). The office's, HQ's and the auditor's."""
    caller, now = caller_of(request), timezone.now()
    if not caller.roles & ALL_SEEING:
        raise Http404("没有这个页面，或您的职务看不到它。")
    bodies = list(visible_rosters(caller.actors).order_by("kind", "pk"))
    on_shift = defaultdict(dict)
    for shift in Shift.objects.at(now).manned().filter(organization__in=bodies).select_related("person"):
        on_shift[shift.organization_id][Seat(shift.seat).name] = shift
    contacts = defaultdict(list)
    for contact in Contact.objects.filter(organization__in=bodies, person__is_active=True).select_related(
        "person"
    ):
        contacts[contact.organization_id].append(contact)
    gaps = roster.gaps_of_all(bodies, now, now + roster.AHEAD)
    order = {kind: n for n, kind in enumerate(("OFFICE", "MEMBER", "COUNTY", "ENTERPRISE"))}
    lines = [
        {"body": b, "on": on_shift[b.pk], "contacts": contacts[b.pk], "gaps": gaps[b.pk]}
        for b in sorted(bodies, key=lambda b: (order[b.kind], b.pk))
    ]
    context = {"lines": lines, "now": now, "ahead_days": roster.AHEAD.days}
    return render(request, "incidents/roster/duty_overview.html", context)
