"""预案征求意见 (§8.4): a department, county or firm reads what a draft changes and answers, clause by clause."""

from django import forms
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from incidents.models import Role
from incidents.roles import Caller
from incidents.services.revision import plan_assessing, plan_opinions
from incidents.services.revision.plan_opinions import Opinion
from incidents.web.caller import require_role, signed_in
from incidents.web.choosers import dress
from incidents.web.register_count import Count
from incidents.web.revision.plan_compare import lines
from incidents.web.revision.plan_flow import PlanForm, carry_out

ASKED = (Role.MEMBER, Role.COUNTY, Role.ENTERPRISE)
CODE = "plan.answer"
BLANK = 4


class AnswerForm(PlanForm):
    agrees = forms.TypedChoiceField(
        label="答复",
        choices=[("yes", "同意，没有修改意见"), ("no", "有修改意见（写在下面）")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )


class OpinionForm(forms.Form):
    """A line of the answer; one without words is left out."""

    about = forms.CharField(
        label="针对", max_length=100, required=False, widget=forms.TextInput({"list": "changed-rows"})
    )
    words = forms.CharField(label="意见", max_length=2000, required=False, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        dress(self)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label


OpinionForms = forms.formset_factory(OpinionForm, extra=BLANK, max_num=plan_opinions.MOST, validate_max=True)


@signed_in
@require_GET
def index(request):
    caller = require_role(request, *ASKED)
    context = {"rows": plan_assessing.asked_of(caller.actors), "now": timezone.now()}
    return render(request, "incidents/revision/plan_asks.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def page(request, pk: int):
    caller = require_role(request, *ASKED)
    asked = plan_assessing.asked_of(caller.actors).filter(pk=pk).first()
    if asked is None:
        raise Http404("没有向您的单位征求这份意见。")
    version = asked.assessment.version
    changed = lines(version.based_on, version)
    shown = {
        "asked": asked,
        "assessment": asked.assessment,
        "before": version.based_on,
        "after": version,
        "lines": changed,
        "said": asked.opinions.all(),
        "rows_named": [f"{line.part} {line.row}" for line in changed],
    }
    if request.method == "GET" and (asked.answered_at or asked.assessment.closed_at):
        return render(request, "incidents/revision/plan_asked.html", shown)
    form = AnswerForm(request.POST or None, caller=caller, code=CODE)
    opinions = OpinionForms(request.POST or None, prefix="opinions")
    if form.is_bound and not opinions.is_valid():
        form.add_error(None, "意见有误，请看下面标出的各行。（§8.4）")

    def do(actor, said: dict) -> str:
        plan_opinions.answer(
            actor=actor,
            asked=pk,
            agrees=said["agrees"],
            opinions=[
                Opinion(row["words"], row.get("about", ""))
                for row in opinions.cleaned_data
                if row.get("words", "").strip()
            ],
            now=timezone.now(),
        )
        return "已答复，谢谢。"

    return carry_out(
        request,
        form,
        do=do,
        back=reverse("plan-asked", args=[pk]),
        template="incidents/revision/plan_asked.html",
        opinions=opinions,
        **shown,
    )


def count(caller: Caller) -> Count:
    rows = plan_assessing.asked_of(caller.actors)
    waiting = rows.filter(answered_at=None, assessment__closed_at=None).count()
    return Count(rows.count(), f"{waiting} 项待答复" if waiting else "")
