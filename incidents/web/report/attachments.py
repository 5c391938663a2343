"""附件: what lies beside an incident, for whoever may see it; and the form by which more comes, from a phone's camera too."""

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_GET, require_http_methods

from incidents.models import Incident
from incidents.querysets import sees_office_matters
from incidents.refusals import NotAllowed, Refusal, WrongState, wrong
from incidents.roles import TABLE, Caller, why_not_now
from incidents.services.report import attaching
from incidents.services.report.attachment_types import ACCEPTED, SUFFIXES
from incidents.web.caller import signed_in
from incidents.web.once import once
from incidents.web.report.incident_tab import TabPage

CODE = "attachment.add"
SLUG = "attachments"


def section(incident: Incident, caller: Caller) -> dict:
    """What the section needs, on the incident's page and on its own: the list, and the form or why there is none."""
    family = [incident]
    if sees_office_matters(caller.actors):
        family += incident.merged(manager="with_drills").all()
    able = caller.actors_for(CODE)
    why_not = why_not_now(TABLE[CODE], incident) if able else f"须由{TABLE[CODE].role_names}办理。"
    return {
        "files": list(attaching.files_of(family, caller.actors)),
        "upload_posts": able,
        "upload_why_not": why_not,
        "upload_token": get_random_string(24),
        "upload_accepts": ACCEPTED,
        "upload_suffixes": ",".join(SUFFIXES),
        "upload_most": settings.ATTACHMENT_MOST,
        "upload_most_words": attaching.megabytes(settings.ATTACHMENT_MOST),
    }


@signed_in
@require_http_methods(["GET", "POST"])
def page(request, number: str):
    tab = TabPage(request, number, SLUG)
    if request.method == "POST":
        return _take(request, tab)
    return _show(tab)


def _show(tab: TabPage, refusals: list[str] = (), status: int = 200):
    more = section(tab.incident, tab.caller) | {"refusals": refusals}
    answer = tab.render("incidents/report/attachments_page.html", more)
    answer.status_code = status
    return answer


def _take(request, tab: TabPage):
    """Each file stands for itself: what can be taken is taken, the rest is refused by name."""
    taken, refused, status = [], [], 422
    uploads = request.FILES.getlist("file") or [None]
    for place, upload in enumerate(uploads):
        try:
            taken.append(_take_one(request, tab, upload, place))
        except Refusal as refusal:
            status = refusal.status
            refused.append(f"{upload.name[:80]}：{refusal}" if upload else str(refusal))
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"taken": taken, "refused": refused}, status=status if refused else 200)
    if taken:
        messages.success(request, f"已上传：{'、'.join(taken)}")
    if refused:
        return _show(tab, refused, status)
    return redirect(reverse("attachments", args=[tab.incident.number]))


def _take_one(request, tab: TabPage, upload, place: int) -> str:
    able = tab.caller.actors_for(CODE)
    act = TABLE[CODE]
    if not able:
        raise NotAllowed(f"“{act.name}”须由{act.role_names}办理。", "role", act.clause)
    if why := why_not_now(act, tab.incident):
        raise WrongState(why, "wrong_state", act.clause)
    if upload is None:
        raise wrong("/file", "required", "请选择文件。", act.clause)
    post = request.POST.get("post", "")
    picked = int(post) if post.isascii() and post.isdigit() and len(post) < 16 else None
    actor = tab.caller.actor_for(CODE, picked if len(able) > 1 else None)
    token = request.POST.get("token", "").replace("\0", "")[:60] or get_random_string(24)
    note = request.POST.get("note", "").replace("\0", "")
    with attaching.taken_in(upload) as file:

        def work() -> str:
            row = attaching.attach(actor=actor, number=tab.incident.number, file=file, note=note, now=tab.now)
            return row.name

        name, _ = once(request.user, request.path, f"{token}.{place}", tab.now, work)
    return name


@signed_in
@require_GET
def one(request, number: str, attachment: str):
    """The file itself, shown in a sandbox or saved."""
    tab = TabPage(request, number, SLUG)
    try:
        row, file = attaching.hand_out(
            actors=tab.caller.actors, incident=number, number=attachment, now=tab.now
        )
    except WrongState as refusal:
        return _show(tab, [str(refusal)], refusal.status)
    except Refusal as refusal:
        raise Http404(refusal.detail) from refusal
    return FileResponse(
        file,
        as_attachment=not row.is_shown_in_place,
        filename=row.name,
        content_type=row.media_type,
        headers=attaching.SAFE_HEADERS,
    )
