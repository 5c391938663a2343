"""After a drill (§8.3): what the system measured, the evaluation, the Word report; who owes one, and what was held outside."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from incidents import drill_clock
from incidents.documents import drill as paper
from incidents.models import Drill, DrillEvaluation
from incidents.refusals import Refusal
from incidents.roles import Caller
from incidents.roles.of_drills import DIRECTORS
from incidents.services.drill import drill_dues, drill_evaluating, held_drills
from incidents.services.drill import drills as service
from incidents.services.drill.drill_measuring import measure
from incidents.web.act_forms import text_said
from incidents.web.caller import add_refusal_to_form, in_earnest, signed_in
from incidents.web.choosers import add_post_choice, dress
from incidents.web.drill.drills import open_to
from incidents.web.register_count import Count
from incidents.web.taking_away import take_away

READERS = DIRECTORS | {"auditor"}


class EvaluationForm(forms.Form):
    verdict = forms.ChoiceField(
        label="总体评价",
        choices=DrillEvaluation.Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择总体评价。"},
    )
    strengths = text_said("做得好的", length=4000, required=False)
    problems = text_said("发现的问题", length=4000, help_text="没有的写“无”")
    measures = text_said("改进措施", length=4000, help_text="由谁、何时前、做什么；没有的写“无”")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        dress(self)


class StateForm(forms.Form):
    body = forms.ChoiceField(label="组织单位")
    title = text_said("名称", rows=1, length=100)
    held_on = forms.DateField(
        label="演练日期",
        widget=forms.DateInput({"type": "date"}),
        error_messages={"required": "请填写演练日期。", "invalid": "请填写日期，如 2026-03-02。"},
    )
    kind = forms.ChoiceField(
        label="形式",
        choices=Drill.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择形式。"},
    )
    contents = forms.MultipleChoiceField(
        label="演练内容",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请选择演练内容（§8.3）。"},
        help_text="邮政、快递企业的演练应当包括邮件快件积压损毁、寄递渠道中断等（§8.3）",
    )
    people = forms.IntegerField(
        label="参加人数",
        min_value=1,
        max_value=held_drills.MOST_PEOPLE,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            f"参加人数为 1 至 {held_drills.MOST_PEOPLE} 的整数。",
        ),
    )
    result = text_said("演练情况", length=4000, help_text="经过、效果、发现的问题")

    def __init__(self, *args, caller: Caller, **kwargs):
        super().__init__(*args, **kwargs)
        able = caller.actors_for("drill.state")
        bodies = {body.code: str(body) for actor in able for body in held_drills.bodies_of(actor)}
        self.fields["body"].choices = list(bodies.items())
        self.fields["contents"].choices = service.content_choices()
        add_post_choice(self, caller, "drill.state")
        dress(self)


# — evaluation —


@signed_in
@require_http_methods(["GET", "POST"])
def evaluation(request, number: str):
    """What was measured; by POST the evaluation of who directed it."""
    caller, drill = _over(request, number)
    able = [actor for actor in caller.actors_for("drill.evaluate") if service.may_direct(actor, drill)]
    able.sort(key=lambda actor: not service.directs(actor, drill))
    may = bool(able) and drill.status == Drill.Status.ENDED
    form = EvaluationForm(request.POST or None) if may else None
    if request.method == "POST":
        if not able:
            raise Http404("这场演练不由您评估。")
        if form is None:
            messages.error(request, "这场演练已经评估。（§8.3）")
            return redirect("drill-evaluation", number)
        if form.is_valid():
            try:
                drill_evaluating.evaluate(
                    actor=able[0], number=number, now=timezone.now(), **form.cleaned_data
                )
            except Refusal as refusal:
                add_refusal_to_form(form, refusal)
            else:
                messages.success(request, "已评估，可下载评估报告。")
                return redirect("drill-evaluation", number)
    measured, which = measure(drill, timezone.now()), request.GET.get("steps")
    context = {
        "drill_card": drill,
        "contents": _names(drill.contents),
        "measured": measured,
        "unplayed": _names(measured.unplayed),
        "evaluation": DrillEvaluation.objects.filter(drill=drill).select_related("by__organization").first(),
        "form": form,
        "directors": drill.directors.select_related("organization"),
    }
    numbers = {row.chain: row.number for row in (*measured.incidents, *measured.warnings)}
    context |= {
        "open_to": open_to(caller, drill),
        "acknowledged": [(entry, numbers[entry.chain]) for entry in measured.acknowledgements],
        "steps": {"late": measured.late, "in_time": measured.in_time}.get(which, measured.steps),
        "steps_shown": {"late": "超时", "in_time": "按时"}.get(which),
    }
    failed = form is not None and form.errors
    with drill_clock.running(drill.clock):
        return render(
            request, "incidents/drill/drill_evaluation.html", context, status=422 if failed else 200
        )


@signed_in
@require_POST
def report(request, number: str):
    """演练评估报告, in Word; a draft before the evaluation."""
    _, drill = _over(request, number)
    evaluated = DrillEvaluation.objects.filter(drill=drill).select_related("by__organization").first()
    measured = measure(drill, timezone.now())
    with drill_clock.running(drill.clock):
        drawn = paper.draw(drill, _names(drill.contents), _names(measured.unplayed), measured, evaluated)
    return take_away(request, drawn, f"{drill.number} 演练评估报告")


def _over(request, number: str) -> tuple[Caller, Drill]:
    caller = in_earnest(request)
    rows = service.visible(caller.actors).select_related("organizer", "office__parent", "office__host")
    drill = rows.filter(number=number).first()
    if drill is None or not drill.is_over:
        raise Http404("没有这场演练，或它还没有结束。")
    return caller, drill


# — who owes one —


@signed_in
@require_GET
def owed(request):
    """Every body that owes a drill, who has not held one first."""
    caller, now = _reader(request), timezone.now()
    every = drill_dues.interval(now)
    dues = drill_dues.dues(drill_dues.debtors(caller.actors), now)
    context = {
        "dues": [(due, _names(due.missing)) for due in dues],
        "owing": sum(due.is_owed for due in dues),
        "months": round(every.days / 365 * 12) if every else None,
        "may_state": bool(caller.actors_for("drill.state")),
    }
    return render(request, "incidents/drill/drills_owed.html", context)


@signed_in
@require_GET
def owed_one(request, code: str):
    """What one body held, by itself and with others."""
    caller, now = _reader(request), timezone.now()
    body = drill_dues.debtors(caller.actors).filter(code=code).first()
    if body is None:
        raise Http404("没有这个单位，或您的职务看不到它。")
    due = next(iter(drill_dues.dues([body], now)), None)
    mine = {one.pk for actor in caller.actors_for("drill.withdraw") for one in held_drills.bodies_of(actor)}
    held = (
        [(one, _names(one.contents), one.stated and one.stated.body_id in mine) for one in due.held]
        if due
        else []
    )
    context = {"body": body, "due": due, "held": held, "missing": _names(due.missing) if due else []}
    return render(request, "incidents/drill/drill_owed.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def state(request):
    caller = _reader(request)
    if not caller.actors_for("drill.state"):
        raise Http404("没有这个页面，或您的职务看不到它。")
    form = StateForm(request.POST or None, caller=caller)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actor = caller.actor_for("drill.state", said.pop("post", None))
            row = held_drills.state(actor=actor, now=timezone.now(), **said)
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            messages.success(request, f"已登记演练 {row}。")
            return redirect("drills-owed")
    return render(
        request, "incidents/drill/drill_state.html", {"form": form}, status=422 if form.errors else 200
    )


@signed_in
@require_http_methods(["GET", "POST"])
def withdraw(request, pk: int):
    caller = _reader(request)
    able = caller.actors_for("drill.withdraw")
    mine = [body for actor in able for body in held_drills.bodies_of(actor)]
    row = held_drills.visible(caller.actors).filter(pk=pk, body__in=mine, withdrawn_at=None).first()
    if row is None:
        raise Http404("没有这条演练登记，或它不是本单位的。")
    actor = next(actor for actor in able if row.body in held_drills.bodies_of(actor))
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            held_drills.withdraw(actor=actor, pk=pk, reason=form.cleaned_data["reason"], now=timezone.now())
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            messages.success(request, "已撤销。")
            return redirect("drills-owed")
    context = {"form": form, "row": row}
    return render(request, "incidents/drill/drill_withdraw.html", context, status=422 if form.errors else 200)


class WithdrawForm(forms.Form):
    reason = text_said("撤销理由", rows=1, length=300)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        dress(self)


def count(caller: Caller) -> Count:
    dues = drill_dues.dues(drill_dues.debtors(caller.actors), timezone.now())
    owing = sum(due.is_owed for due in dues)
    return Count(len(dues), f"{owing} 个单位未按期演练" if owing else "")


def _reader(request) -> Caller:
    caller = in_earnest(request)
    if not caller.roles & READERS:
        raise Http404("没有这个页面，或您的职务看不到它。")
    return caller


def _names(codes) -> list[str]:
    known = dict(service.content_choices())
    return [known.get(code, code) for code in codes]
