"""预案: the versions of the plan, the draft's differences, and putting it into force (§8.4)."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
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
from incidents.services import plan_revision
from incidents.web.caller import add_refusal_to_form, require_role, say_refusal, signed_in
from incidents.web.choosers import add_post_choice, dress

ROLES = (Role.ADMINISTRATOR, Role.OFFICE_DIRECTOR)


class ActivateForm(forms.Form):
    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    document_no = forms.CharField(label="市政府批准文号", max_length=60, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args, caller, needs_document: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["document_no"].required = needs_document
        self.fields["reason"].error_messages["required"] = "请填写理由。（§8.4）"
        self.fields["document_no"].error_messages["required"] = (
            "改动涉及预案条款、类别、标准或法定时限，须填写市政府批准文号。（§8.4）"
        )
        add_post_choice(self, caller, "plan.activate")
        dress(self)


@signed_in
def versions(request):
    caller = require_role(request, *ROLES)
    plan, draft = PlanVersion.in_force(), plan_revision.draft_of()
    changes = plan_revision.differences(draft) if draft else []
    context = {
        "plan": plan,
        "draft": draft,
        "changes": changes,
        "needs_document": plan_revision.needs_document(changes),
        "versions": PlanVersion.objects.select_related("based_on"),
        "rules": DeadlineRule.objects.filter(version=plan),
        "steps": _steps(plan),
        "criteria": Criterion.objects.filter(version=plan),
        "groups": _groups(plan),
        "may_activate": bool(caller.actors_for("plan.activate")),
        "may_edit": Role.ADMINISTRATOR in caller.roles,
    }
    return render(request, "incidents/plan.html", context)


@signed_in
@require_POST
def draft(request):
    """Starts a draft; done in either post, so a person with both is not asked."""
    caller = require_role(request, *ROLES)
    try:
        plan_revision.start_draft(actor=caller.actors_for("plan.draft")[0], now=timezone.now())
    except Refusal as refusal:
        say_refusal(request, refusal)
    else:
        messages.success(request, "已建立草案：它现在与现行版完全相同，可以开始修改。")
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
    initial = {"seen": plan_revision.fingerprint(changes)}
    form = ActivateForm(request.POST or None, caller=caller, needs_document=needs, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actor = caller.actor_for("plan.activate", form.cleaned_data.get("post"))
            activated = plan_revision.activate(
                actor=actor,
                reason=form.cleaned_data["reason"],
                document_no=form.cleaned_data["document_no"],
                seen=form.cleaned_data["seen"],
                now=timezone.now(),
            )
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            messages.success(request, f"预案第{activated.number}版已生效。办理中的事件仍按原版本。")
            return redirect("plan")
    if form.errors:
        form.data = form.data.copy()
        form.data["seen"] = initial["seen"]  # what is shown again is what is confirmed next
    context = {"form": form, "draft": found, "changes": changes, "needs_document": needs}
    return render(request, "incidents/plan_activate.html", context, status=422 if form.errors else 200)


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
