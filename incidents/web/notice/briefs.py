"""专报: the tab of an incident, the editor, the paper itself with its receipts, Word and the fax cover."""

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from alerts.models import Addressee, SituationBrief
from alerts.models.brief import SECTIONS
from incidents.documents.brief import paper_of
from incidents.models import Role
from incidents.querysets import sees_office_matters
from incidents.refusals import Invalid, NotAllowed, Refusal, WrongState
from incidents.roles import TABLE
from incidents.services.notice import brief_sending, briefing
from incidents.services.report import figures
from incidents.web.act import matters
from incidents.web.caller import add_refusal_to_form, caller_of, require_role, signed_in
from incidents.web.choosers import add_post_choice, dress, focus_first_error
from incidents.web.links import subject_url
from incidents.web.report import drafts
from incidents.web.report.incident_facts import facts_of
from incidents.web.report.incident_tab import TabPage
from incidents.web.taking_away import take_away
from incidents.web.times import TimedForm

SHOWN = 100


class BriefForm(TimedForm):
    version = forms.IntegerField(widget=forms.HiddenInput)
    title = forms.CharField(label="标题", max_length=120, error_messages={"required": "请填写标题。"})

    def __init__(self, *args, brief: SituationBrief, caller, **kwargs):
        names = ("version", "title", *SECTIONS)
        kwargs["initial"] = {name: getattr(brief, name) for name in names} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        for name in SECTIONS:
            self.fields[name] = forms.CharField(
                label=brief.heading(name),
                max_length=briefing.LONGEST,
                required=False,
                widget=forms.Textarea({"rows": 2 if name in ("source", "occurred", "place", "unit") else 3}),
            )
        add_post_choice(self, caller, "brief.edit")
        dress(self)


def _find(request, number: str) -> SituationBrief:
    visible = SituationBrief.objects.visible_to(caller_of(request).actors).filter(number=number)
    brief = visible.select_related(
        "incident__office__parent__parent__parent",
        "warning__office__parent__parent__parent",
        "corrects",
        "signed_by__person",
        "signed_by__organization",
        "edited_by__person",
        "edited_by__organization",
    ).first()
    if brief is None:
        raise Http404(f"没有编号为 {number} 的专报。")
    return brief


@signed_in
@require_GET
def index(request):
    """All that the office wrote; for a body above, what was sent to it."""
    caller = require_role(
        request, Role.DUTY_OFFICER, Role.OFFICE_DIRECTOR, Role.COMMANDER, Role.AUDITOR, Role.APPROVER
    )
    rows = _with_receipts(SituationBrief.objects.visible_to(caller.actors))
    return render(
        request, "incidents/notice/briefs.html", {"briefs": rows.order_by("-drafted_at", "-pk")[:SHOWN]}
    )


@signed_in
@require_GET
def tab(request, number: str):
    page = TabPage(request, number, "briefs")
    return page.render(
        "incidents/notice/incident_briefs.html",
        {
            "briefs": _with_receipts(page.incident.briefs.all()),
            "figures": figures.wording_of(page.incident),
            "draft": _drafting(page),
            "may_word": bool(page.buttons["now"]),
        },
    )


def _drafting(page: TabPage):
    offers = page.caller.offers(page.incident, ["brief.draft"])
    return next((page.button("brief.draft") for offer in offers if offer.actors and offer.allowed), None)


def _with_receipts(rows):
    waiting = Count("addressees", filter=Q(addressees__signed_for_at=None))
    return (
        rows.annotate(waiting=waiting, sent_to=Count("addressees"))
        .select_related("incident", "warning", "corrects", "edited_by__organization")
        .prefetch_related("addressees__body")
    )


@signed_in
@require_GET
def page(request, number: str):
    """The paper as it prints, its receipts beside it."""
    brief, caller = _find(request, number), caller_of(request)
    sees_all = sees_office_matters(caller.actors)
    return render(
        request,
        "incidents/notice/brief.html",
        _paper(brief)
        | {
            "sees_all": sees_all,
            "back": subject_url(brief.subject) if sees_all else reverse("briefs"),
            "acts": matters.acts_on(brief, caller),
            "may_edit": _may_edit(brief, caller),
            "owed": brief_sending.owed(brief.subject) if sees_all and brief.is_in_hand else [],
            "corrections": brief.corrections.visible_to(caller.actors),
        },
    )


def _paper(brief: SituationBrief) -> dict:
    return {
        "brief": brief,
        "office": brief.subject.office,
        "sections": [(heading, words, name in brief.changes) for name, heading, words in brief.sections],
        "addressees": brief.addressees.select_related("body", "recorded_by__organization"),
    }


def _may_edit(brief: SituationBrief, caller) -> bool:
    return bool(caller.actors_for("brief.edit")) and briefing.why_not(brief, "brief.edit") is None


@signed_in
@require_GET
def word(request, number: str):
    brief = _find(request, number)
    return take_away(request, paper_of(brief), str(brief))


@signed_in
@require_GET
def fax(request, number: str):
    """One cover sheet per body that it goes to by fax."""
    brief = _find(request, number)
    if not sees_office_matters(caller_of(request).actors):
        raise Http404("没有这个页面。")
    by_fax = brief.addressees.filter(how=Addressee.How.FAX).select_related("body")
    return render(request, "incidents/notice/brief_fax.html", _paper(brief) | {"by_fax": by_fax})


@signed_in
@require_http_methods(["GET", "POST"])
def edit(request, number: str):
    """The words beside the reports and figures. What somebody else saved meanwhile is shown, and nothing typed lost."""
    brief, caller = _find(request, number), caller_of(request)
    name = f"brief-{brief.pk}"
    act = TABLE["brief.edit"]
    refusal = None
    if not caller.actors_for("brief.edit"):
        refusal = NotAllowed(f"“{act.name}”须由{act.role_names}办理。", "role", act.clause)
    elif why := briefing.why_not(brief, "brief.edit"):
        refusal = WrongState(why, "wrong_state", act.clause)
    if refusal and request.method == "GET":
        return _show_editor(request, brief, None, refusal=refusal)
    now = timezone.now()
    if request.method == "GET":
        kept = drafts.load(request.user, name)
        initial = drafts.as_initial(kept) if kept else {}
        form = BriefForm(brief=brief, caller=caller, initial=initial, now=now)
        theirs = (
            _theirs(brief, form.initial) if kept and str(initial.get("version")) != str(brief.version) else []
        )
        return _show_editor(request, brief, form, kept=kept, theirs=theirs)
    form = BriefForm(request.POST, brief=brief, caller=caller, now=now)
    if refusal:
        return _show_editor(request, brief, form, refusal=refusal)
    if not form.is_valid():
        focus_first_error(form)
        return _show_editor(request, brief, form, status=422)
    said = form.cleaned_data
    try:
        briefing.edit(
            actor=caller.actor_for("brief.edit", said.get("post")),
            brief=number,
            version=said["version"],
            words={name: said[name] for name in ("title", *SECTIONS)},
            now=now,
        )
    except Invalid as wrong:
        add_refusal_to_form(form, wrong)
        return _show_editor(request, brief, form, status=422)
    except Refusal as refused:
        brief = _find(request, number)
        typed = request.POST.copy()
        typed["version"] = str(brief.version)
        form = BriefForm(typed, brief=brief, caller=caller, now=now)
        return _show_editor(request, brief, form, refusal=refused, theirs=_theirs(brief, said))
    drafts.forget(request.user, name)
    messages.success(request, f"专报 {number} 已保存。")
    return redirect("brief", number)


def _theirs(brief: SituationBrief, typed: dict) -> list[tuple[str, str]]:
    """Sections that stand otherwise in the saved draft than in what was typed."""
    return [
        (heading, words) for name, heading, words in brief.sections if words != typed.get(name, "").strip()
    ]


def _show_editor(request, brief, form, *, kept=None, theirs=(), refusal=None, status=200):
    changes = brief.changes
    beside = {}
    if brief.incident_id:
        facts = facts_of(brief.incident, caller_of(request), is_office=False)
        beside = {"reports": facts.reports, "figures": figures.wording_of(brief.incident)}
    context = {
        "brief": brief,
        "subject": brief.subject,
        "form": form,
        "fields": [(form[name], changes.get(name)) for name in SECTIONS] if form else [],
        "draft": kept,
        "theirs": theirs,
        "refusal": refusal,
        "owed": brief_sending.owed(brief.subject),
        "draft_url": reverse("draft", args=[f"brief-{brief.pk}"]),
    }
    return render(
        request,
        "incidents/notice/brief_edit.html",
        context | beside,
        status=refusal.status if refusal else status,
    )
