"""The inbox: what reached this person, newest first."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from alerts.models import Notification
from alerts.models.notification import REAL
from alerts.services.acknowledging import acknowledgeable
from alerts.services.inbox import mark_read
from alerts.web.pulse import render_live
from incidents.querysets import sees_office_matters, visible_incidents
from incidents.roles import RECEIVERS, Caller
from incidents.services.drill import drilling
from incidents.web.caller import caller_of, signed_in
from incidents.web.links import matter_url, subject_url
from incidents.web.paging import PagesUpTo

PER_PAGE = 40
REAL_SHOWN = 5
TELLS_OF_BREACH = (Notification.Kind.BREACH, Notification.Kind.ESCALATION)


@signed_in
@require_GET
def inbox(request):
    return render_live(request, "alerts/inbox.html", lambda: _page(request))


def _page(request) -> dict:
    rows = Notification.objects.filter(person=request.user).select_related("incident", "warning")
    rows = rows.select_related("deadline__rule", "deadline__order", "deadline__incident", "deadline__warning")
    rows = rows.select_related("deadline__undertaking")
    rows = rows.select_related("deadline__acknowledged_by__organization", "deadline__acknowledged_by__person")
    rows = rows.select_related("drill")
    real = []
    if request.drill:
        real = rows.filter(REAL, read_at=None)[:REAL_SHOWN]
        rows = rows.filter(drill=request.drill)
    if only_unread := request.GET.get("unread") == "1":
        rows = rows.filter(read_at=None)
    page = PagesUpTo(rows, PER_PAGE).get_page(request.GET.get("page"))
    _lead_on(page, caller_of(request))
    for row in page:
        if row.drill and row.drill != request.drill:
            row.leads_to, row.about = reverse("drill", args=[row.drill.number]), f"演练 {row.drill}"
    return {
        "page": page,
        "real": real,
        "only_unread": only_unread,
        "to_acknowledge": _to_acknowledge(request, page),
        "shows_acknowledged": sees_office_matters(caller_of(request).actors),
    }


def _to_acknowledge(request, page) -> set[int]:
    """Of the messages here that tell of a breach, the debts that their reader may acknowledge now."""
    if not caller_of(request).actors_for("debt.acknowledge"):
        return set()
    told = [row.deadline for row in page if row.deadline and row.kind in TELLS_OF_BREACH]
    return acknowledgeable(told, request.user, timezone.now())


def _lead_on(page, caller: Caller):
    """Where each message leads: to the order it is about, or the incident, where that exists for the reader."""
    about = {row.incident_id for row in page if row.incident_id}
    seen = set(visible_incidents(caller.actors).filter(pk__in=about).values_list("pk", flat=True))
    for row in page:
        order = row.deadline and row.deadline.order
        row.leads_to = row.about = ""
        if row.matter:
            name, _, number = row.matter.partition("/")
            row.leads_to = matter_url(row.matter)
            numbered = "" if number.isdecimal() else f" {number}".rstrip()
            row.about = "查看、处置" if name == drilling.PAGE else f"打开{numbered}"
        elif row.incident_id in seen:
            page_of_it = "incident-command" if _asks_for_own_plan(row, caller) else "incident"
            row.leads_to = reverse(page_of_it, args=[row.incident.number])
            row.about = f"{row.incident.number} {row.incident.title}"
        elif order:
            row.leads_to, row.about = reverse("order", args=[order.number]), str(order)
        elif row.warning:
            row.leads_to, row.about = subject_url(row.warning), f"预警 {row.warning}"


def _asks_for_own_plan(row: Notification, caller: Caller) -> bool:
    """A response has started or ended: its receiver records there what he did with his own plan (§5.4.1, 5.4.5)."""
    of_a_response = row.kind == Notification.Kind.NEWS and row.clause in ("5.3", "5.4.1", "5.4.5")
    return of_a_response and bool(caller.roles & RECEIVERS)


@signed_in
@require_POST
def read(request):
    """Marks one message (`id`) read, or all; then back, or on to what the message is about (`next`)."""
    chosen = [int(value) for value in request.POST.getlist("id") if value.isdecimal() and len(value) < 19]
    mark_read(
        request.user,
        at=timezone.now(),
        ids=chosen if "all" not in request.POST else None,
        drill=request.drill,
    )
    onward = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(onward, allowed_hosts={request.get_host()}):
        return redirect(onward)
    return redirect("inbox")
