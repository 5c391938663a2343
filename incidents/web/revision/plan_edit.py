"""The draft of a plan, row by row (§8.4): what it holds, another content, a new row, a row taken out; each with its reason."""

from django import forms
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from incidents.models import PlanVersion, Role
from incidents.services.revision import plan_editing, plan_rows, plan_versions
from incidents.services.revision.plan_rows import BY_CODE, PARTS, Part
from incidents.web.caller import require_role, signed_in
from incidents.web.revision.plan_flow import WhyForm, carry_out
from incidents.web.revision.plan_forms import FORMS

EDITORS = (Role.ADMINISTRATOR, Role.OFFICE_DIRECTOR)


@signed_in
@require_GET
def rows(request, part: str):
    """All rows of one part; those that the draft changes are marked, those that it does without listed below."""
    require_role(request, *EDITORS)
    kind, draft = _part(part), _draft()
    changes = [change for change in plan_rows.differences(draft) if change.part == kind.name]
    changed = {change.key for change in changes}
    there = list(kind.model.objects.filter(version=draft))
    lines = [
        (row, plan_rows.name_of(row), kind.key_words(row) in changed, words)
        for row, words in zip(there, plan_rows.wholes(kind, there), strict=True)
    ]
    context = {
        "draft": draft,
        "part": kind,
        "parts": PARTS,
        "lines": lines,
        "gone": [change for change in changes if change.after is None],
    }
    return render(request, "incidents/revision/plan_rows.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def row(request, part: str, pk: int | None = None):
    caller = require_role(request, *EDITORS)
    kind, draft = _part(part), _draft()
    found = kind.model(version=draft) if pk is None else _row(kind, draft, pk)
    name = plan_rows.name_of(found) if pk else ""
    key = kind.key_words(found) if pk else ""
    form = FORMS[part](request.POST or None, instance=found, caller=caller, draft=draft)

    def do(actor, said: dict) -> str:
        plan_editing.keep_row(
            actor=actor,
            part=part,
            row=pk,
            values={column: said[column] for column in (*kind.key, *kind.columns)},
            reason=said["reason"],
            now=timezone.now(),
        )
        return "已写入草案。"

    return carry_out(
        request,
        form,
        do=do,
        back=reverse("plan-rows", args=[part]),
        template="incidents/revision/plan_row.html",
        draft=draft,
        part=kind,
        name=name,
        pk=pk,
        edits=plan_editing.reasons_of(draft).get((kind.name, key), []) if pk else [],
    )


@signed_in
@require_http_methods(["GET", "POST"])
def remove(request, part: str, pk: int):
    caller = require_role(request, *EDITORS)
    kind, draft = _part(part), _draft()
    name = plan_rows.name_of(_row(kind, draft, pk))
    form = WhyForm(request.POST or None, caller=caller, code="plan.draft")

    def do(actor, said: dict) -> str:
        plan_editing.remove_row(actor=actor, part=part, row=pk, reason=said["reason"], now=timezone.now())
        return f"已从草案删去 {name}。"

    return carry_out(
        request,
        form,
        do=do,
        then=lambda: reverse("plan-rows", args=[part]),
        title=f"从草案删去 {name}",
        words="现行版不受影响；删去的行列在对照表中。",
        button="确认删去",
        back=reverse("plan-row", args=[part, pk]),
    )


class TitleForm(WhyForm):
    title = forms.CharField(label=plan_rows.TITLE, max_length=100)
    field_order = ("title", "reason")


@signed_in
@require_http_methods(["GET", "POST"])
def title(request):
    caller = require_role(request, *EDITORS)
    draft = _draft()
    form = TitleForm(request.POST or None, caller=caller, code="plan.draft", initial={"title": draft.title})

    def do(actor, said: dict) -> str:
        plan_editing.rename(actor=actor, title=said["title"], reason=said["reason"], now=timezone.now())
        return "已写入草案。"

    return carry_out(
        request,
        form,
        do=do,
        title=f"第{draft.number}版草案：改名称",
        words="名称印在公文、通知书和处置档案上；改名称须经评估并由市政府批准。办理中的事件仍用原名称。",
        button="写入草案",
        back=reverse("plan"),
    )


def _part(code: str) -> Part:
    if code not in BY_CODE:
        raise Http404("预案没有这个部分。")
    return BY_CODE[code]


def _draft() -> PlanVersion:
    draft = plan_versions.draft_of()
    if draft is None:
        raise Http404("现在没有可以编辑的草案。")
    return draft


def _row(kind: Part, draft: PlanVersion, pk: int):
    found = kind.model.objects.filter(version=draft, pk=pk).first()
    if found is None:
        raise Http404("草案里没有这一行。")
    return found
