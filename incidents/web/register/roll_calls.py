"""点名 (§4.1): the office calls the roll; who has answered, who is silent; a body answers with one tap."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alerts.services.directory import Directory
from incidents.models import Organization, RollAnswer, RollCall
from incidents.querysets import sees_office_matters
from incidents.roles import Caller
from incidents.services.register import key_periods, period_bodies, roll_calls
from incidents.web.caller import require_role, signed_in
from incidents.web.choosers import dress
from incidents.web.clock_words import span
from incidents.web.middleware import epoch_ms
from incidents.web.register.key_period_forms import AnswerForm, CallForm
from incidents.web.register.key_period_page import READERS, able, chased, find, sent, shown


@signed_in
@require_GET
def one(request, number: str):
    caller = require_role(request, *READERS)
    call = _call(caller, number)
    now = timezone.now()
    sees_all = sees_office_matters(caller.actors)
    answers = call.answers.select_related("body", "answered_by__organization").order_by(
        "body__kind", "body__code"
    )
    if not sees_all:
        answers = answers.filter(body__in=[body.pk for body in _own(caller, call)])
    answers = list(answers)
    silent = [answer for answer in answers if answer.answered_at is None]
    directory = Directory([answer.body for answer in silent], at=now) if sees_all else None
    context = {
        "call": call,
        "now": now,
        "is_over": call.is_over(now),
        "due": epoch_ms(call.due_at),
        "left": _left(call, now),
        "answers": [answer for answer in answers if answer.answered_at],
        "silent": [
            {"answer": answer, "people": directory.reached_for(answer.body) if directory else []}
            for answer in silent
        ],
        "total": len(answers),
        "sees_all": sees_all,
        "may_chase": sees_all and silent and bool(caller.actors_for("roll.chase")),
        "token": get_random_string(24),
        "may_answer": silent and bool(caller.actors_for("roll.answer")),
    }
    template = (
        "incidents/register/roll_call_live.html" if request.htmx else "incidents/register/roll_call.html"
    )
    return render(request, template, context)


@signed_in
@require_http_methods(["GET", "POST"])
def call(request, number: str):
    caller = able(request, "roll.call")
    period = find(caller, number)
    initial = {"minutes": round(roll_calls.usual_limit(timezone.now()).total_seconds() / 60)}
    form = dress(CallForm(request.POST or None, caller=caller, code="roll.call", initial=initial))

    def work():
        return roll_calls.call(actor=form.actor(), number=number, now=timezone.now(), **form.said()).number

    if made := sent(request, form, work):
        reach = period_bodies.reach(period, timezone.now())
        messages.success(request, f"已点名 {made}：通知 {reach}。")
        return redirect("roll-call", made)
    sure = f"将立即通知 {len(key_periods.active(period))} 个单位的值班员和负责人。"
    return shown(request, "roll.call", form, period, sure=sure)


@signed_in
@require_http_methods(["GET", "POST"])
def answer(request, number: str):
    """By the body itself; by the office, what it was told on the telephone."""
    caller = able(request, "roll.answer")
    row = _call(caller, number)
    called = set(row.answers.filter(answered_at=None).values_list("body", flat=True))
    bodies = [body for body in _own(caller, row) if body.pk in called]
    if not bodies:
        messages.info(request, "您的单位已经应答。")
        return redirect("roll-call", number)
    form = AnswerForm(
        request.POST or None,
        caller=caller,
        code="roll.answer",
        bodies=bodies,
        initial=_usual(request, bodies),
    )

    def work():
        return roll_calls.answer(
            actor=form.actor(), number=number, now=timezone.now(), **form.said()
        ).body.code

    if sent(request, form, work):
        messages.success(request, "已应答。")
        return redirect("roll-call", number)
    return shown(request, "roll.answer", form, row.period, call=row, one_tap=len(bodies) == 1)


def _usual(request, bodies: list[Organization]) -> dict:
    """What the person at the desk most likely says, so that one tap is enough; the office asks on the telephone."""
    if len(bodies) > 1:
        return {"body": request.GET.get("body", "")}
    return {"person": str(request.user), "place": "本单位值班室", "state": RollAnswer.State.WELL}


@signed_in
@require_POST
def chase(request, number: str):
    actor = able(request, "roll.chase").actor_for("roll.chase")

    def work():
        return roll_calls.chase(actor=actor, number=number, now=timezone.now())

    return chased(request, "催", work, "roll-call", number)


def _left(call: RollCall, now) -> str:
    return f"{'已超' if call.is_over(now) else '还剩'} {span(call.due_at - now)}"


def _call(caller: Caller, number: str) -> RollCall:
    found = roll_calls.visible(caller.actors).filter(number=number)
    found = found.select_related("period", "called_by__organization").first()
    if found is None:
        raise Http404("没有这次点名。")
    return found


def _own(caller: Caller, call: RollCall) -> list[Organization]:
    mine = {
        pk
        for actor in caller.actors_for("roll.answer")
        for pk in key_periods.own(actor).values_list("pk", flat=True)
    }
    called = call.answers.filter(body__in=mine).values("body")
    return list(Organization.objects.filter(pk__in=called).order_by("kind", "code"))
