"""What the pages of a 重点时期 and of its roll-calls share: who reads them, which one is meant, how a form is sent once."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string

from incidents.models import KeyPeriod, Role
from incidents.refusals import Refusal
from incidents.roles import TABLE, Caller
from incidents.services.register import key_periods
from incidents.web.caller import add_refusal_to_form, require_role, say_refusal
from incidents.web.once import once

READERS = (
    Role.DUTY_OFFICER,
    Role.OFFICE_DIRECTOR,
    Role.COMMANDER,
    Role.AUDITOR,
    Role.COUNTY,
    Role.ENTERPRISE,
)


def able(request, code: str) -> Caller:
    return require_role(request, *TABLE[code].roles)


def find(caller: Caller, number: str) -> KeyPeriod:
    period = key_periods.visible(caller.actors).filter(number=number).select_related("office").first()
    if period is None:
        raise Http404("没有这个重点时期。")
    return period


def sent(request, form, work) -> str | None:
    """What the work answered; None where there is something to mend, or nothing was sent yet."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        answer, _ = once(request.user, request.path, form.cleaned_data["token"], timezone.now(), work)
    except Refusal as refusal:
        add_refusal_to_form(form, refusal)
        return None
    return answer


def chased(request, word: str, work, page: str, number: str):
    """A button that is pressed twice chases once."""
    token = request.POST.get("token", "")[:60] or get_random_string(24)
    try:
        said, _ = once(request.user, request.path, token, timezone.now(), lambda: str(work()))
    except Refusal as refusal:
        say_refusal(request, refusal)
    else:
        messages.success(request, f"已{word} {said}。")
    return redirect(page, number)


def shown(request, code: str, form, period: KeyPeriod | None = None, **more):
    context = {"act": TABLE[code], "form": form, "period": period} | more
    return render(
        request, "incidents/register/key_period_form.html", context, status=422 if form.errors else 200
    )
