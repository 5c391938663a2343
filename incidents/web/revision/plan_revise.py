"""What is decided about a revision of the plan (§8.4): given up, put before 市政府, recalled, approved or not, called off."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from incidents.models import PlanSubmission, PlanVersion, Role
from incidents.services.revision import plan_approving, plan_revision, plan_rows, plan_versions
from incidents.services.subject import clock_words
from incidents.web.caller import require_role, signed_in
from incidents.web.revision.plan_compare import lines
from incidents.web.revision.plan_flow import ConfirmForm, PlanForm, WhyForm, carry_out
from incidents.web.times import SmartTimeField

WHEN = "不填即立即生效；可写 2027-03-01 08:00"


def effective_field():
    return SmartTimeField(label="生效时间", required=False, ahead=True, help_text=WHEN)


class SubmitForm(ConfirmForm):
    words = forms.CharField(label="报批说明", max_length=2000, widget=forms.Textarea({"rows": 4}))
    effective_at = effective_field()


class DecideForm(PlanForm):
    decision = forms.ChoiceField(
        label="决定", choices=[("approve", "批准"), ("refuse", "不批准")], widget=forms.RadioSelect
    )
    document_no = forms.CharField(label="批准文号", max_length=60, required=False, help_text="批准的须填写。")
    effective_at = effective_field()
    reason = forms.CharField(
        label="不批准的理由", max_length=2000, required=False, widget=forms.Textarea({"rows": 3})
    )


@dataclass(frozen=True)
class Undoing:
    """A revision goes no further, for a reason: which (its status), by which use case, and the words of the page."""

    status: str
    code: str
    do: Callable[..., PlanVersion]
    title: str
    words: str
    button: str
    said: str


DISCARD = Undoing(
    status=PlanVersion.Status.DRAFT,
    code="plan.discard",
    do=plan_revision.discard,
    title="第{number}版草案作废",
    words="草案连同进行中的评估一并终止，不能恢复；其内容留存，可以据此另立草案。现行版不受影响。",
    button="确认作废",
    said="第{number}版草案已作废，内容留存。",
)
WITHDRAW = Undoing(
    status=PlanVersion.Status.APPROVED,
    code="plan.withdraw",
    do=plan_revision.withdraw,
    title="取消第{number}版生效",
    words="该版本定于 {when} 生效。取消后不能恢复，批准文号留存；可以据此另立草案。",
    button="确认取消",
    said="第{number}版不再生效。",
)
RECALL = Undoing(
    status=PlanVersion.Status.SUBMITTED,
    code="plan.submit",
    do=plan_approving.recall,
    title="撤回第{number}版的报批",
    words="撤回后草案可以继续修改，修改后重新报批。",
    button="确认撤回",
    said="已撤回，草案可以继续修改。",
)


def discard(request):
    return _undo(request, DISCARD)


def withdraw(request):
    return _undo(request, WITHDRAW)


def recall(request):
    return _undo(request, RECALL)


@signed_in
@require_http_methods(["GET", "POST"])
def _undo(request, step: Undoing):
    caller = require_role(request, Role.OFFICE_DIRECTOR)
    version = _of(step.status)
    form = WhyForm(request.POST or None, caller=caller, code=step.code)

    def do(actor, said: dict) -> str:
        gone = step.do(actor=actor, reason=said["reason"], now=timezone.now())
        return step.said.format(number=gone.number)

    when = clock_words(version.activated_at) if version.activated_at else ""
    return carry_out(
        request,
        form,
        do=do,
        back=reverse("plan"),
        title=step.title.format(number=version.number),
        words=step.words.format(when=when),
        button=step.button,
    )


@signed_in
@require_http_methods(["GET", "POST"])
def submit(request):
    caller = require_role(request, Role.OFFICE_DIRECTOR)
    draft = _of(PlanVersion.Status.DRAFT)
    changes = plan_rows.differences(draft)
    seen = plan_rows.fingerprint(changes)
    form = SubmitForm(request.POST or None, caller=caller, code="plan.submit", initial={"seen": seen})

    def do(actor, said: dict) -> str:
        plan_approving.submit(
            actor=actor,
            words=said["words"],
            effective_at=said["effective_at"],
            seen=said["seen"],
            now=timezone.now(),
        )
        return "已报市政府审批。审批期间草案不能修改；需要修改时先撤回。"

    return carry_out(
        request,
        form,
        do=do,
        back=reverse("plan"),
        title=f"第{draft.number}版报市政府审批",
        words="市政府审批人在自己的页面上看到全部改动、评估结论和报批说明。也可以走纸质报批，批准后在“生效…”中录入文号。",
        button="报批",
        lines=lines(draft.based_on, draft, changes),
        before=draft.based_on,
        after=draft,
    )


@signed_in
@require_http_methods(["GET", "POST"])
def decide(request, pk: int):
    """市政府's approver reads all that changes and what the assessment found, and decides."""
    caller = require_role(request, Role.APPROVER)
    cities = [actor.organization for actor in caller.actors_for("plan.approve")]
    rows = PlanSubmission.objects.filter(pk=pk, submitted_by__organization__parent__parent__in=cities)
    submission = rows.select_related("version__based_on", "submitted_by__organization").first()
    if submission is None:
        raise Http404("没有这件报批。")
    version = submission.version
    shown = {
        "submission": submission,
        "before": version.based_on,
        "after": version,
        "lines": lines(version.based_on, version),
        "assessments": version.assessments.exclude(closed_at=None),
    }
    if request.method == "GET" and submission.decided_at:
        return render(request, "incidents/revision/plan_decide.html", shown)
    initial = {"effective_at": submission.effective_at}
    form = DecideForm(request.POST or None, caller=caller, code="plan.approve", initial=initial)

    def do(actor, said: dict) -> str:
        about = {"actor": actor, "submission": pk, "now": timezone.now()}
        if said["decision"] == "refuse":
            plan_approving.refuse_submission(reason=said["reason"], **about)
            return "已记录不批准，并通知应急办。"
        approved = plan_approving.approve_submission(
            document_no=said["document_no"], effective_at=said["effective_at"], **about
        )
        return f"已批准，{clock_words(approved.activated_at)} 起生效。"

    return carry_out(
        request,
        form,
        do=do,
        back=reverse("home"),
        then=lambda: reverse("plan-decide", args=[pk]),
        template="incidents/revision/plan_decide.html",
        **shown,
    )


def _of(status: str) -> PlanVersion:
    found = plan_versions.under_way()
    if found is None or found.status != status:
        raise Http404("没有可以这样办理的修订。")
    return found
