"""处置要领 (annex 3, §5.4.4): the guides by class, their editing by the director, and the one opened on an incident."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from incidents.models import EventClass, Guide, GuideStep, GuideTick, PlanVersion, Role, Status
from incidents.refusals import Refusal
from incidents.roles import Caller
from incidents.services.command import guiding
from incidents.services.command.guiding import Step
from incidents.web.caller import add_refusal_to_form, require_role, signed_in
from incidents.web.choosers import add_post_choice, dress
from incidents.web.report.debt_lines import ActButton
from incidents.web.report.incident_tab import INSIDE, TabPage

READERS = (*INSIDE, Role.ADMINISTRATOR)
BLANK = 5
"""Empty rows at the end of the editing form."""
OVER = (Status.CLOSED, Status.DISMISSED, Status.MERGED)


class GuideForm(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput)
    source = forms.CharField(label="整份依据", max_length=120)
    note = forms.CharField(label="修订说明", max_length=2000, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args, caller: Caller, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = f"请填写{field.label}。（§5.4.4）"
        add_post_choice(self, caller, "guide.edit")
        dress(self)


class StepForm(forms.Form):
    """A row; one without words is left out, so a step is taken out by emptying it."""

    place = forms.DecimalField(label="顺序", max_digits=5, decimal_places=1, required=False)
    words = forms.CharField(label="步骤", max_length=200, required=False)
    source = forms.CharField(label="依据", max_length=120, required=False)
    for_firm = forms.BooleanField(label="由企业办理", required=False)
    from_gazette = forms.BooleanField(label="出自公报原文", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        dress(self)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label

    def clean(self):
        data = super().clean()
        if data.get("words", "").strip() and not data.get("source", "").strip():
            self.add_error("source", "请写明依据；自拟的写“应急办自拟”。")
        return data


StepForms = forms.formset_factory(StepForm, extra=BLANK, max_num=guiding.MOST_STEPS, validate_max=True)


@dataclass(frozen=True)
class Line:
    """A step of an opened guide: who did it, and what this person may do about it."""

    step: GuideStep
    tick: GuideTick | None
    taken_back: list[GuideTick]
    act: ActButton | None


@signed_in
@require_GET
def index(request):
    require_role(request, *READERS)
    newest = {}
    for guide in Guide.objects.order_by("version").prefetch_related("steps"):
        newest[guide.event_class] = guide
    classes = EventClass.objects.filter(version=PlanVersion.in_force())
    rows = [(event_class, newest.get(event_class.code)) for event_class in classes]
    return render(request, "incidents/response/guides.html", {"rows": rows})


@signed_in
@require_GET
def page(request, event_class: str):
    """The newest version, or `?version=`; printable for the paper kit."""
    caller = require_role(request, *READERS)
    named = _class(event_class)
    versions = list(Guide.objects.filter(event_class=event_class).select_related("made_by__organization"))
    asked = request.GET.get("version", "")
    guide = next((guide for guide in versions if str(guide.version) == asked), None)
    guide = guide or (versions[0] if versions and not asked else None)
    if asked and guide is None:
        raise Http404("没有这一版处置要领。")
    context = {
        "event_class": named,
        "guide": guide,
        "steps": guide.steps.all() if guide else [],
        "versions": versions,
        "may_edit": bool(caller.actors_for("guide.edit")),
    }
    return render(request, "incidents/response/guide.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def edit(request, event_class: str):
    caller = require_role(request, Role.OFFICE_DIRECTOR)
    named = _class(event_class)
    guide = Guide.newest(event_class)
    initial = {"seen": guide.version if guide else 0, "source": guide.source if guide else ""}
    steps = [
        {"place": step.order, "words": step.words, "source": step.source}
        | {"for_firm": step.for_firm, "from_gazette": step.from_gazette}
        for step in (guide.steps.all() if guide else ())
    ]
    form = GuideForm(request.POST or None, caller=caller, initial=initial)
    rows = StepForms(request.POST or None, initial=steps, prefix="steps")
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and rows.is_valid():
            try:
                made = guiding.edit(
                    actor=caller.actor_for("guide.edit", form.cleaned_data.get("post")),
                    event_class=event_class,
                    source=form.cleaned_data["source"],
                    note=form.cleaned_data["note"],
                    steps=_steps(rows),
                    seen=form.cleaned_data["seen"],
                    now=timezone.now(),
                )
            except Refusal as refusal:
                add_refusal_to_form(form, refusal)
                status = refusal.status
            else:
                messages.success(
                    request, f"{named}处置要领第{made.version}版已生效；已打开的事件仍按原版本。"
                )
                return redirect("guide", event_class=event_class)
        if form.errors:
            form.data = form.data.copy()
            form.data["seen"] = str(initial["seen"])  # what is shown again is what is confirmed next
    context = {"event_class": named, "guide": guide, "form": form, "rows": rows}
    return render(request, "incidents/response/guide_edit.html", context, status=status)


def _steps(rows) -> list[Step]:
    """In the order of the numbers given; rows without one come last, as they stand."""
    said = [row.cleaned_data for row in rows if row.cleaned_data.get("words", "").strip()]
    said.sort(key=lambda data: (data["place"] is None, data["place"] or 0))
    return [Step(data["words"], data["source"], data["from_gazette"], data["for_firm"]) for data in said]


@signed_in
@require_GET
def on_incident(request, number: str):
    """The guide of the incident's class as it was when opened; after a change of class the earlier one stays below."""
    tab = TabPage(request, number, "guide")
    opened = tab.incident.opened_guides.select_related("guide", "opened_by__organization")
    opened = opened.prefetch_related("guide__steps", "ticks__by__organization", "ticks__key__enterprise")
    here = tab.incident.event_class.code
    found = sorted(opened, key=lambda one: one.event_class != here)
    guides = []
    for one in found:
        lines = _lines(tab, one)
        done = sum(line.tick is not None for line in lines)
        guides.append({"opened": one, "lines": lines, "done": done, "all": len(lines)})
    names = dict(EventClass.objects.filter(version=tab.incident.plan_version_id).values_list("code", "name"))
    for guide in guides:
        guide["name"] = names.get(guide["opened"].event_class, guide["opened"].event_class)
    return tab.render("incidents/response/incident_guide.html", {"guides": guides})


def _lines(tab: TabPage, opened) -> list[Line]:
    ticks = list(opened.ticks.all())
    lines = []
    for step in opened.guide.steps.all():
        own = [tick for tick in ticks if tick.step_id == step.pk]
        standing = next((tick for tick in own if tick.undone_at is None), None)
        code = "guide.untick" if standing else "guide.tick"
        able = any(guiding.may_act(actor, step, standing) for actor in tab.caller.actors_for(code))
        act = tab.button(code, step=step.pk) if able and tab.incident.status not in OVER else None
        lines.append(Line(step, standing, [tick for tick in own if tick.undone_at], act))
    return lines


def _class(code: str) -> EventClass:
    found = EventClass.objects.filter(version=PlanVersion.in_force(), code=code).first()
    if found is None:
        raise Http404("没有这个事件类别。")
    return found
