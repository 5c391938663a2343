"""预案评估 (§8.4) at the office: a round is opened, opinions come in or are put down, are disposed of, the round is closed."""

from django import forms
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from incidents.models import Assessment, AssessmentOpinion, Expert, Role
from incidents.services import addressing
from incidents.services.revision import plan_assessing, plan_opinions, plan_versions
from incidents.services.revision.plan_opinions import Opinion
from incidents.web.addressee_field import GROUPS, bodies_field
from incidents.web.caller import require_role, signed_in
from incidents.web.revision.plan_compare import lines
from incidents.web.revision.plan_flow import PlanForm, carry_out
from incidents.web.times import SmartTimeField

CODE = "plan.assess"


class OpenForm(PlanForm):
    """What is missing, the service says all at once."""

    needed = ("to", "experts", "words", "due_at")
    to = bodies_field("征求意见的单位")
    experts = forms.MultipleChoiceField(
        label="专家（专家库）", choices=(), required=False, widget=forms.CheckboxSelectMultiple
    )
    words = forms.CharField(
        label="评估要求", max_length=2000, required=False, widget=forms.Textarea({"rows": 3})
    )
    due_at = SmartTimeField(label="答复期限", required=False, ahead=True, help_text="可写 2027-03-01 18:00")

    def prepare(self):
        office = self.caller.actors_for(CODE)[0].organization
        grouped: dict[str, list] = {}
        for body in addressing.tellable(office):
            grouped.setdefault(GROUPS[body.kind], []).append((body.code, str(body)))
        self.fields["to"].choices = list(grouped.items())
        self.fields["to"].help_text = "可多选（用鼠标时按住 Ctrl 键）"
        pool = Expert.objects.filter(office=office, is_active=True)
        self.fields["experts"].choices = [(expert.pk, f"{expert}，{expert.body}") for expert in pool]
        if not pool:
            self.fields["experts"].help_text = "专家库是空的：先在“准备”的专家库登记专家。"


class RecordForm(PlanForm):
    asked = forms.TypedChoiceField(
        label="来自哪个单位、哪位专家", coerce=int, empty_value=None, required=False, choices=()
    )
    meeting = forms.CharField(
        label="或：评估会议",
        max_length=100,
        required=False,
        help_text="会议名称、日期和参加单位，不写个人姓名",
    )
    said_at = SmartTimeField(label="提出时间", required=False, help_text="不填即现在")
    agrees = forms.BooleanField(label="同意草案，没有修改意见", required=False)
    about = forms.CharField(
        label="针对", max_length=100, required=False, help_text="条款或行；不填即草案整体"
    )
    words = forms.CharField(label="意见", max_length=2000, required=False, widget=forms.Textarea({"rows": 4}))
    pointer_fields = {"opinions": "words"}

    def __init__(self, *args, assessment: Assessment, **kwargs):
        self.assessment = assessment
        super().__init__(*args, **kwargs)

    def prepare(self):
        waiting = self.assessment.asked.filter(answered_at=None).select_related("body", "expert")
        self.fields["asked"].choices = [("", "请选择"), *((each.pk, str(each)) for each in waiting)]


class DisposeForm(PlanForm):
    disposal = forms.ChoiceField(
        label="处理", choices=AssessmentOpinion.Disposal.choices, widget=forms.RadioSelect
    )
    why = forms.CharField(
        label="如何修改，或为什么不采纳", max_length=500, widget=forms.Textarea({"rows": 3})
    )


class CloseForm(PlanForm):
    conclusion = forms.CharField(label="评估结论", max_length=2000, widget=forms.Textarea({"rows": 4}))


@signed_in
@require_http_methods(["GET", "POST"])
def begin(request):
    caller = require_role(request, Role.OFFICE_DIRECTOR)
    draft = plan_versions.draft_of()
    if draft is None:
        raise Http404("没有可以评估的草案。")
    form = OpenForm(request.POST or None, caller=caller, code=CODE)

    def do(actor, said: dict) -> str:
        plan_assessing.open_round(
            actor=actor,
            to=said["to"],
            experts=[int(pk) for pk in said["experts"]],
            words=said["words"],
            due_at=said["due_at"],
            now=timezone.now(),
        )
        return "已发起评估，并通知各单位。"

    return carry_out(
        request,
        form,
        do=do,
        then=lambda: reverse("plan-assessment", args=[draft.assessments.last().pk]),
        title=f"发起第{draft.number}版草案评估",
        words="各单位在自己的页面上逐条答复；专家和会议的意见由应急办登记。采纳的意见在评估结束前改入草案。",
        button="发起评估",
        back=reverse("plan"),
    )


@signed_in
@require_GET
def page(request, pk: int):
    caller = require_role(request, Role.ADMINISTRATOR, Role.OFFICE_DIRECTOR)
    assessment = _round(pk)
    version = assessment.version
    context = {
        "assessment": assessment,
        "asked": assessment.asked.select_related("body", "expert", "answered_by__organization"),
        "opinions": assessment.opinions.select_related("asked__body", "asked__expert", "disposed_by"),
        "missing": [] if assessment.closed_at else plan_assessing.why_not_closed(assessment, timezone.now()),
        "overdue": (assessment.closed_at or timezone.now()) > assessment.due_at,
        "may_act": bool(caller.actors_for(CODE)) and assessment.closed_at is None,
        "lines": lines(version.based_on, version),
        "before": version.based_on,
        "after": version,
    }
    return render(request, "incidents/revision/plan_assessment.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def record(request, pk: int):
    caller = require_role(request, Role.OFFICE_DIRECTOR)
    assessment = _round(pk)
    form = RecordForm(request.POST or None, caller=caller, code=CODE, assessment=assessment)

    def do(actor, said: dict) -> str:
        plan_opinions.record(
            actor=actor,
            assessment=pk,
            asked=said["asked"],
            meeting=said["meeting"],
            said_at=said["said_at"],
            agrees=said["agrees"],
            opinions=[Opinion(said["words"], said["about"])] if said["words"].strip() else [],
            now=timezone.now(),
        )
        return "已登记意见。"

    return carry_out(
        request,
        form,
        do=do,
        back=reverse("plan-assessment", args=[pk]),
        title=f"{assessment}：登记意见",
        words="专家意见、单位来函和评估会议的意见。一位专家登记一次；同一会议的多条意见可分次登记。",
        button="登记",
    )


@signed_in
@require_http_methods(["GET", "POST"])
def dispose(request, pk: int):
    caller = require_role(request, Role.OFFICE_DIRECTOR)
    rows = AssessmentOpinion.objects.select_related("assessment__version", "asked__body", "asked__expert")
    opinion = rows.filter(pk=pk).first()
    if opinion is None:
        raise Http404("没有这条意见。")
    form = DisposeForm(request.POST or None, caller=caller, code=CODE)

    def do(actor, said: dict) -> str:
        plan_opinions.dispose(
            actor=actor, opinion=pk, disposal=said["disposal"], why=said["why"], now=timezone.now()
        )
        return "已记录处理，不能再改。"

    return carry_out(
        request,
        form,
        do=do,
        back=reverse("plan-assessment", args=[opinion.assessment_id]),
        title=f"处理 {opinion.origin} 的意见",
        words=f"{opinion.about or '草案整体'}：{opinion.words}",
        button="确认处理",
    )


@signed_in
@require_http_methods(["GET", "POST"])
def close(request, pk: int):
    caller = require_role(request, Role.OFFICE_DIRECTOR)
    assessment = _round(pk)
    form = CloseForm(request.POST or None, caller=caller, code=CODE)

    def do(actor, said: dict) -> str:
        plan_assessing.close(actor=actor, assessment=pk, conclusion=said["conclusion"], now=timezone.now())
        return "评估已结束。须批准的内容此后再有改动，要再评估一轮。"

    return carry_out(
        request,
        form,
        do=do,
        back=reverse("plan-assessment", args=[pk]),
        title=f"结束{assessment}",
        words="结束后不再收意见；须市政府批准的内容以结束时的草案为准。",
        button="结束评估",
    )


def _round(pk: int) -> Assessment:
    found = Assessment.objects.select_related("version__based_on").filter(pk=pk).first()
    if found is None:
        raise Http404("没有这一轮评估。")
    return found
