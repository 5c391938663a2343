"""换班: one asks a colleague for his shift, and he answers (§5.2.3)."""

from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alerts.models import Swap
from incidents.refusals import WrongState
from incidents.services.roster import duty, duty_swap
from incidents.web.caller import caller_of, signed_in
from incidents.web.roster.duty_forms import BareForm, SwapForm, own_posts, serve
from incidents.web.roster.duty_keep import GET_OR_POST
from incidents.web.roster.duty_mine import MINE, own_shift


@signed_in
@require_http_methods(GET_OR_POST)
def ask_swap(request, shift: int):
    row, actors = own_shift(request, shift, "duty.swap")
    started = row.has_started(timezone.now()) or row.signed_in_at

    def do(form, actor, now):
        data = form.cleaned_data
        swap = duty_swap.ask(
            actor=actor,
            shift=row.pk,
            of=data["of"],
            in_return=data["in_return"],
            words=data["words"],
            now=now,
        )
        return f"已请{swap.asked}答复；对方同意之前班次不变。"

    return serve(
        request,
        code="duty.swap",
        form_class=SwapForm,
        actors=actors,
        body=row.organization,
        do=do,
        back=reverse(MINE),
        why_not=WrongState("班次已经开始，不能再换。", "started", duty.CLAUSE) if started else None,
        title="申请换班",
        about=str(row),
        button="请对方答复",
    )


ANSWERS = {
    "consent": ("同意换班", "同意后班次即时改由您值守。"),
    "refuse": ("不同意换班", ""),
    "withdraw": ("撤回换班申请", ""),
}


@signed_in
@require_http_methods(GET_OR_POST)
def answer_swap(request, swap: int, answer: str):
    side = Q(asker=request.user) if answer == "withdraw" else Q(asked=request.user)
    row = (
        Swap.objects.filter(side, pk=swap).select_related("shift__organization", "in_return", "asker").first()
    )
    if row is None:
        raise Http404("没有这项换班申请。")
    title, sure = ANSWERS[answer]
    gone = WrongState(f"这项换班申请{row.get_answer_display()}。", "answered", duty.CLAUSE)

    def do(form, actor, now):
        if answer == "withdraw":
            duty_swap.withdraw(actor=actor, swap=row.pk, now=now)
        else:
            duty_swap.answer(actor=actor, swap=row.pk, consent=answer == "consent", now=now)
        return f"已{title}。"

    exchanged = f"，换出您的 {row.in_return}" if row.in_return and answer != "withdraw" else ""
    return serve(
        request,
        code="duty.swap",
        form_class=BareForm,
        actors=own_posts(caller_of(request), "duty.swap", row.shift.organization),
        body=row.shift.organization,
        do=do,
        back=reverse(MINE),
        why_not=gone if row.answered_at else None,
        title=title,
        about=f"{row.asker}的{row.shift}{exchanged}",
        sure=sure,
        button=title,
    )
