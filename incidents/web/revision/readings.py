"""条文解释 (§8.5): all readings, for everybody; the director issues, replaces and withdraws them."""

from django import forms
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from incidents.models import Clause, ClauseReading, PlanVersion, Role
from incidents.roles import Caller
from incidents.services.revision import plan_readings
from incidents.web.caller import caller_of, require_role, signed_in
from incidents.web.register_count import Count
from incidents.web.revision.plan_flow import PlanForm, carry_out


class IssueForm(PlanForm):
    clause = forms.ChoiceField(label="条款")
    words = forms.CharField(label="解释", max_length=4000, widget=forms.Textarea({"rows": 6}))
    why = forms.CharField(label="取代原解释的理由", max_length=400, widget=forms.Textarea({"rows": 2}))

    def __init__(self, *args, replaces: ClauseReading | None, **kwargs):
        self.replaces = replaces
        super().__init__(*args, **kwargs)

    def prepare(self):
        if self.replaces is None:
            del self.fields["why"]
        clauses = Clause.objects.filter(version=PlanVersion.in_force())
        self.fields["clause"].choices = [("", "请选择"), *((row.number, str(row)) for row in clauses)]


class WithdrawForm(PlanForm):
    why = forms.CharField(label="废止的理由", max_length=400, widget=forms.Textarea({"rows": 3}))


@signed_in
@require_GET
def page(request):
    """Those that hold first, by clause; `?all` shows those withdrawn too."""
    rows = ClauseReading.objects.all()
    shows_all = "all" in request.GET
    clauses = list(Clause.objects.filter(version=PlanVersion.in_force()))
    place = {clause.number: clause.order for clause in clauses}
    readings = plan_readings.read_with(rows if shows_all else rows.filter(withdrawn_at=None), clauses)
    readings.sort(key=lambda each: (each.row.withdrawn_at is not None, place.get(each.row.clause, 999)))
    context = {
        "readings": readings,
        "shows_all": shows_all,
        "may_issue": bool(caller_of(request).actors_for("reading.issue")),
    }
    return render(request, "incidents/revision/readings.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def issue(request):
    """`?clause=` is the clause chosen; `?replaces=` the reading that it takes the place of."""
    caller = require_role(request, Role.OFFICE_DIRECTOR)
    number = request.GET.get("replaces", "")
    former = _standing(caller, "reading.issue", number) if number else None
    chosen = former.clause if former else request.GET.get("clause", "")[:12]
    initial = {"clause": chosen, "words": former.words if former else ""}
    form = IssueForm(
        request.POST or None, caller=caller, code="reading.issue", replaces=former, initial=initial
    )

    def do(actor, said: dict) -> str:
        reading = plan_readings.issue(
            actor=actor,
            clause=said["clause"],
            words=said["words"],
            replaces=number or None,
            why=said.get("why", ""),
            now=timezone.now(),
        )
        return f"已签发条文解释 {reading.number}，在该条款处随处可见。"

    return carry_out(
        request,
        form,
        do=do,
        title=f"取代条文解释 {number}" if former else "签发条文解释",
        words="由应急办主任签发并注明日期；签发后文字不能改，只能废止或以新解释取代。",
        button="签发",
        back=reverse("readings"),
    )


@signed_in
@require_http_methods(["GET", "POST"])
def withdraw(request, number: str):
    caller = require_role(request, Role.OFFICE_DIRECTOR)
    reading = _standing(caller, "reading.withdraw", number)
    form = WithdrawForm(request.POST or None, caller=caller, code="reading.withdraw")

    def do(actor, said: dict) -> str:
        plan_readings.withdraw(actor=actor, number=number, why=said["why"], now=timezone.now())
        return f"{number} 已废止。"

    return carry_out(
        request,
        form,
        do=do,
        title=f"废止条文解释 {number}",
        words=f"§{reading.clause}：{reading.words}",
        button="确认废止",
        back=reverse("readings"),
    )


def count(caller: Caller) -> Count:
    return Count(ClauseReading.objects.filter(withdrawn_at=None).count())


def _standing(caller: Caller, code: str, number: str) -> ClauseReading:
    offices = [actor.organization for actor in caller.actors_for(code)]
    found = ClauseReading.objects.filter(number=number[:24], office__in=offices, withdrawn_at=None).first()
    if found is None:
        raise Http404("没有这条有效的条文解释。")
    return found
