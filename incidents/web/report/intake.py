"""电话接报 (§5.2.1): a call, fax or paper is logged while it is being told, in under a minute."""

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from incidents.models import Incident
from incidents.querysets import visible_incidents
from incidents.refusals import Refusal
from incidents.roles import OFFICE, Actor, Caller
from incidents.search import behind_newest
from incidents.services.report import elsewhere
from incidents.services.report import intake as service
from incidents.web.caller import add_refusal_to_form, caller_of, say_refusal, signed_in
from incidents.web.choosers import firm_options, focus_first_error
from incidents.web.drilling import draft_name
from incidents.web.once import once
from incidents.web.report import drafts
from incidents.web.report.intake_form import USUAL_ORIGIN, IntakeForm
from incidents.web.report.intake_preview import preview_of

DRAFT = "intake"
LOOKED_BACK = 10_000
"""Incidents whose places are offered."""
PAGE_OF_DRAFT = {"intake": "intake", "firm-report": "firm-report"}


def office_caller(request) -> Caller:
    """The caller in his posts of the office; for anyone else this page does not exist."""
    caller = caller_of(request)
    able = tuple(actor for actor in caller.actors if actor.role in OFFICE)
    if not able:
        raise Http404
    return Caller(able)


@signed_in
@require_http_methods(["GET", "POST"])
def phone(request):
    caller = office_caller(request)
    if "handled_elsewhere" in request.POST:
        return _handled_elsewhere(request, caller)
    draft = None
    if request.method == "POST":
        form = IntakeForm(request.POST, caller=caller, roles=OFFICE, now=timezone.now())
        if form.is_valid() and (number := _file(request, form, caller)):
            return redirect(f"{reverse('incident', args=[number])}?filed={number}-R1")
    else:
        draft = drafts.load(request.user, draft_name(request, DRAFT))
        kept = drafts.as_initial(draft) if draft else {}
        form = IntakeForm(initial=IntakeForm.blank() | kept, caller=caller, roles=OFFICE, now=timezone.now())
    return render(
        request,
        "incidents/report/intake.html",
        {
            "form": form,
            "draft": draft,
            "preview": _preview(request, form, caller),
            "firms": firm_options(),
            "data": {
                "origins": USUAL_ORIGIN,
                "places": reverse("places"),
                "draft": reverse("draft", args=[draft_name(request, DRAFT)]),
            },
        },
        status=422 if form.errors else 200,
    )


def _file(request, form: IntakeForm, caller: Caller) -> str | None:
    """Files the report once, whatever is clicked; the number, or None when it was refused."""
    now = timezone.now()

    def work() -> str:
        incident, _ = service.open_incident(
            actor=_actor(form, caller),
            kind=form.kind,
            arrival=form.arrival(),
            facts=form.facts(),
            contents=form.contents(),
            now=now,
        )
        drafts.forget(request.user, draft_name(request, DRAFT))
        return incident.number

    try:
        number, done_now = once(request.user, request.path, form.cleaned_data["token"], now, work)
    except Refusal as refusal:
        add_refusal_to_form(form, refusal)
        focus_first_error(form)
        return None
    if not done_now:
        drafts.forget(request.user, draft_name(request, DRAFT))
        messages.info(request, f"这份报告已经登记过，编号 {number}，没有重复登记。")
    return number


def _actor(form: IntakeForm, caller: Caller) -> Actor:
    return caller.actor_for("incident.open", form.cleaned_data.get("post"))


def _handled_elsewhere(request, caller: Caller):
    """机要通信 is outside the plan (§1.4): that there was a call, and no word of it."""
    try:
        elsewhere.note_handled_elsewhere(actor=caller.actors[0], now=timezone.now())
    except Refusal as refusal:
        say_refusal(request, refusal)
    else:
        messages.success(request, "已记录：机要通信或涉密来电，已转专门渠道办理；未录入任何内容（§1.4）。")
    return redirect("desk")


def _preview(request, form: IntakeForm, caller: Caller):
    shown = form
    if not form.is_bound:
        shown = IntakeForm(form.initial, caller=caller, roles=OFFICE, now=timezone.now())
    return preview_of(shown, timezone.now())


@signed_in
@require_POST
def preview(request):
    """The proposed level and the debts, while typing; nothing is stored."""
    caller = office_caller(request)
    form = IntakeForm(request.POST, caller=caller, roles=OFFICE, now=timezone.now())
    return render(
        request, "incidents/report/intake_preview.html", {"preview": preview_of(form, timezone.now())}
    )


@signed_in
@require_http_methods(["GET", "POST"])
def draft(request, form: str):
    """GET reads a half-typed form, POST keeps it; `discard` in the POST throws it away."""
    if request.method == "POST":
        if "discard" in request.POST:
            drafts.forget(request.user, form)
            onward = request.POST.get("next", "")
            if url_has_allowed_host_and_scheme(onward, allowed_hosts={request.get_host()}):
                return redirect(onward)
            return redirect(PAGE_OF_DRAFT.get(form.partition("-drill-")[0], "home"))
        drafts.save(
            request.user, form[:30], {k: request.POST.getlist(k) for k in request.POST}, timezone.now()
        )
        return JsonResponse({"saved_at": timezone.now().isoformat()})
    kept = drafts.load(request.user, form)
    return JsonResponse({"fields": kept.fields, "saved_at": kept.saved_at.isoformat()} if kept else {})


@signed_in
@require_GET
def places(request):
    """Places of the last incidents that the searcher may see, newest first."""
    typed, county = request.GET.get("q", "").strip(), request.GET.get("county", "")
    if not typed:
        return JsonResponse({"places": []})
    seen = visible_incidents(caller_of(request).actors).filter(
        place__icontains=typed[:100], pk__gt=behind_newest(Incident, LOOKED_BACK)
    )
    if county:
        seen = seen.filter(county__code=county)
    newest = seen.order_by("-pk").values_list("place", flat=True)[:60]
    return JsonResponse({"places": list(dict.fromkeys(newest))[:8]})
