"""批示: all instructions on one page, one of them as a paper, and those of an incident as its tab."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from incidents.models import Role
from incidents.querysets import sees_office_matters, visible_incidents
from incidents.roles import TABLE
from incidents.web.caller import caller_of, require_role, signed_in
from incidents.web.notice import words
from incidents.web.report.incident_tab import TabPage
from incidents.web.response.instruction_acts import FREE_PAGES

READERS = set(Role) - {Role.ADMINISTRATOR, Role.APPROVER}
PER_PAGE = 30
SHOWS = {"open": "未办结", "all": "全部"}


@signed_in
@require_GET
def index(request):
    caller = require_role(request, *READERS)
    show = request.GET.get("show")
    show = show if show in SHOWS else "open"
    found = words.instructions_of(caller)
    if show == "open":
        found = found.filter(Q(addressees__done_at=None)).distinct()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": words.rows(page, caller, request.get_full_path()),
        "page": page,
        "show": show,
        "shows": SHOWS.items(),
        "sees_all": sees_office_matters(caller.actors),
        "writes": [
            {"act": TABLE[code], "url": reverse("free-act", args=[code])}
            for code in FREE_PAGES
            if caller.actors_for(code)
        ],
        "now": timezone.now(),
    }
    return render(request, "incidents/response/instructions.html", context)


@signed_in
@require_GET
def page(request, number: str):
    caller = caller_of(request)
    found = words.instructions_of(caller).filter(number=number).first()
    if found is None:
        raise Http404(f"没有编号为 {number} 的批示。")
    incident = found.incident
    context = {
        "row": words.row(found, caller, request.path),
        "instruction": found,
        "sees_incident": incident and visible_incidents(caller.actors).filter(pk=incident.pk).exists(),
        "sees_all": sees_office_matters(caller.actors),
        "now": timezone.now(),
    }
    return render(request, "incidents/response/instruction.html", context)


@signed_in
@require_GET
def tab(request, number: str):
    page = TabPage(request, number, "instructions")
    found = words.instructions_of(page.caller).filter(incident=page.incident)
    context = {
        "rows": words.rows(found, page.caller, request.path),
        "sees_all": sees_office_matters(page.caller.actors),
    }
    return page.render("incidents/response/tab_instructions.html", context)
