"""通报与发布: an incident's notices and releases as its tab; one's notices on one page; each as a paper."""

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from incidents.documents.release import paper_of
from incidents.models import Role
from incidents.paper_sight import visible_releases
from incidents.querysets import sees_office_matters, visible_incidents
from incidents.web.caller import caller_of, require_role, signed_in
from incidents.web.notice import words
from incidents.web.report.incident_tab import TabPage
from incidents.web.taking_away import take_away

READERS = set(Role) - {Role.ADMINISTRATOR, Role.APPROVER}
PER_PAGE = 30


@signed_in
@require_GET
def tab(request, number: str):
    page = TabPage(request, number, "words")
    context = {
        "notices": words.rows(words.notices_of(page.caller, page.incident), page.caller, request.path),
        "releases": words.rows(words.releases_of(page.caller, page.incident), page.caller, request.path),
        "sees_all": sees_office_matters(page.caller.actors),
    }
    return page.render("incidents/notice/tab_words.html", context)


@signed_in
@require_GET
def index(request):
    caller = require_role(request, *READERS)
    found = words.notices_of(caller).order_by("-sent_at", "-pk")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": words.rows(page, caller, request.get_full_path()),
        "page": page,
        "sees_all": sees_office_matters(caller.actors),
        "now": timezone.now(),
    }
    return render(request, "incidents/notice/notices.html", context)


@signed_in
@require_GET
def notice(request, number: str):
    caller = caller_of(request)
    found = words.notices_of(caller).filter(number=number).first()
    if found is None:
        raise Http404(f"没有编号为 {number} 的通报。")
    context = {
        "row": words.row(found, caller, request.path),
        "notice": found,
        "sees_incident": visible_incidents(caller.actors).filter(pk=found.incident_id).exists(),
        "sees_all": sees_office_matters(caller.actors),
        "now": timezone.now(),
    }
    return render(request, "incidents/notice/notice.html", context)


@signed_in
@require_GET
def release(request, number: str):
    caller = caller_of(request)
    found = visible_releases(caller.actors).filter(number=number)
    found = found.select_related(
        "incident__office",
        "supersedes",
        "superseded_by",
        *(f"{who}_by__organization" for who in ("drafted", "reviewed", "approved", "published", "withdrawn")),
    ).first()
    if found is None:
        raise Http404(f"没有编号为 {number} 的发布稿。")
    if "word" in request.GET:
        return take_away(request, paper_of(found), f"{found.number} {found.title}")
    context = {
        "row": words.row(found, caller, request.path),
        "release": found,
        "sees_incident": visible_incidents(caller.actors).filter(pk=found.incident_id).exists(),
        "sees_all": sees_office_matters(caller.actors),
        "now": timezone.now(),
    }
    return render(request, "incidents/notice/release.html", context)
