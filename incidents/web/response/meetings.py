"""会议: its minutes as a paper to print, and as a Word file, for whoever was called to it or sees all."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from incidents.documents.minutes import minutes
from incidents.models import Meeting
from incidents.querysets import sees_office_matters, visible_meetings
from incidents.web.caller import caller_of, signed_in
from incidents.web.taking_away import take_away


@signed_in
@require_GET
def page(request, number: str):
    meeting = _find(request, number)
    context = {
        "meeting": meeting,
        "incident": meeting.incident,
        "called": meeting.called.select_related("body"),
        "decisions": meeting.decisions.select_related("body").prefetch_related("orders"),
        "sees_all": sees_office_matters(caller_of(request).actors),
        "now": timezone.now(),
    }
    return render(request, "incidents/response/meeting.html", context)


@signed_in
@require_GET
def word(request, number: str):
    meeting = _find(request, number)
    name = f"{meeting.number} {meeting.get_kind_display()}纪要"
    return take_away(request, minutes(meeting), name)


def _find(request, number: str) -> Meeting:
    rows = visible_meetings(caller_of(request).actors).select_related(
        "incident__office__parent", "incident__event_class", "recorded_by__organization"
    )
    meeting = rows.filter(number=number).first()
    if meeting is None:
        raise Http404(f"没有编号为 {number} 的会议。")
    return meeting
