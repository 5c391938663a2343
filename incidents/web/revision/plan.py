"""预案: the versions of the plan, the draft's differences, and putting it into force (§8.4)."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from incidents.models import (
    Criterion,
    DeadlineRule,
    EscalationStep,
    GroupTemplate,
    Organization,
    PlanVersion,
    Role,
)
from incidents.refusals import Refusal
from incidents.roles import Caller
from incidents.services.revision import (
    plan_assessing,
    plan_revision,
    plan_rows,
    plan_soundness,
    plan_versions,
)
from incidents.services.revision.plan_rows import PARTS
from incidents.services.subject import clock_words
from incidents.web.caller import require_role, say_refusal, signed_in
from incidents.web.register_count import Count
from incidents.web.revision.plan_compare import lines
from incidents.web.revision.plan_edit import EDITORS
from incidents.web.revision.plan_flow import ConfirmForm, carry_out
from incidents.web.revision.plan_revise import effective_field


class ActivateForm(ConfirmForm):
    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    document_no = forms.CharField(label="市政府批准文号（纸质批件）", max_length=60)
    document_day = forms.DateField(label="文件日期", widget=forms.DateInput({"type": "date"}))
    effective_at = effective_field()

    def __init__(self, *args, needs_document: bool, **kwargs):
        self.needs_document = needs_document
        super().__init__(*args, **kwargs)

    def prepare(self):
        if not self.needs_document:
            del self.fields["document_no"], self.fields["document_day"]
            return
        self.fields["document_day"].error_messages["required"] = "请填写批准文件的日期。（§8.4）"
        self.fields["document_no"].error_messages["required"] = (
            "改动涉及预案条款、类别、标准或法定时限，须填写市政府批准文号。（§8.4）"
        )


@signed_in
def versions(request):
    caller = require_role(request, *EDITORS)
    plan, revision = PlanVersion.in_force(), plan_versions.under_way()
    changes = plan_rows.differences(revision) if revision else []
    is_draft = bool(revision) and revision.status == PlanVersion.Status.DRAFT
    context = {
        "plan": plan,
        "revision": revision,
        "is_draft": is_draft,
        "changes": changes,
        "lines": lines(revision.based_on, revision, changes) if changes else [],
        "needs_document": plan_rows.needs_document(changes),
        "faults": plan_soundness.faults(revision) if changes and is_draft else [],
        "to_assess": plan_assessing.still_to_assess(revision, changes) if changes else "",
        "assessments": revision.assessments.all() if revision else [],
        "submissions": revision.submissions.select_related("decided_by") if revision else [],
        "parts": PARTS,
        "versions": PlanVersion.objects.select_related("based_on"),
        "rules": DeadlineRule.objects.filter(version=plan),
        "steps": _steps(plan),
        "criteria": Criterion.objects.filter(version=plan),
        "groups": _groups(plan),
        "may_decide": bool(caller.actors_for("plan.activate")),
    }
    return render(request, "incidents/revision/plan.html", context)


@signed_in
@require_POST
def draft(request):
    """Starts a draft, of the plan in force or (`rows_of`) of a version that was withdrawn; done in either post, so a person
    with both is not asked."""
    caller = require_role(request, *EDITORS)
    number = request.POST.get("rows_of", "")
    rows_of = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else None
    try:
        actor = caller.actors_for("plan.draft")[0]
        plan_revision.start_draft(actor=actor, rows_of=rows_of, now=timezone.now())
    except Refusal as refusal:
        say_refusal(request, refusal)
    else:
        messages.success(request, "已建立草案，可以开始修改。")
    return redirect("plan")


@signed_in
@require_http_methods(["GET", "POST"])
def activate(request):
    """GET shows all that will change and asks for the reason; POST does it."""
    caller = require_role(request, Role.OFFICE_DIRECTOR)
    found = plan_revision.draft_of()
    if found is None:
        messages.error(request, "没有草案可以生效。")
        return redirect("plan")
    changes = plan_revision.differences(found)
    needs = plan_revision.needs_document(changes)
    form = ActivateForm(
        request.POST or None,
        caller=caller,
        code="plan.activate",
        needs_document=needs,
        initial={"seen": plan_revision.fingerprint(changes)},
    )

    def do(actor, said: dict) -> str:
        activated = plan_revision.activate(
            actor=actor,
            reason=said["reason"],
            document_no=said.get("document_no", ""),
            document_day=said.get("document_day"),
            effective_at=said["effective_at"],
            seen=said["seen"],
            now=timezone.now(),
        )
        when = f"将于 {clock_words(activated.activated_at)}" if activated.takes_effect_later else "已"
        return f"预案第{activated.number}版{when}生效。办理中的事件仍按原版本。"

    return carry_out(
        request,
        form,
        do=do,
        back=reverse("plan"),
        template="incidents/revision/plan_activate.html",
        draft=found,
        changes=changes,
        needs_document=needs,
        lines=lines(found.based_on, found, changes),
    )


def count(caller: Caller) -> Count:
    """The versions there were, and what is under way."""
    revision = plan_versions.under_way()
    waiting = f"第 {revision.number} 版{revision.standing}" if revision else ""
    return Count(PlanVersion.objects.count(), waiting)


def _steps(plan: PlanVersion) -> list[EscalationStep]:
    steps = list(EscalationStep.objects.filter(version=plan))
    for step in steps:
        step.target_names = "、".join(EscalationStep.Target(target).label for target in step.targets)
    return steps


def _groups(plan: PlanVersion) -> list[GroupTemplate]:
    groups = list(GroupTemplate.objects.filter(version=plan).select_related("lead"))
    codes = {code for group in groups for code in group.members}
    names = {body.code: str(body) for body in Organization.objects.filter(code__in=codes)}
    for group in groups:
        group.member_names = "、".join(names.get(code, code) for code in group.members)
    return groups
