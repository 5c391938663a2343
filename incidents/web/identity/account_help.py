"""「账号保护」, the administrator's: who is locked out, who still lacks the second factor that he must have, whose is lost."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from incidents.models import MUST_HAVE_SECOND_FACTOR, Role, User
from incidents.refusals import Refusal
from incidents.roles import TABLE
from incidents.services.identity import account_standing, lockouts, second_factors
from incidents.web.caller import add_refusal_to_form, require_role, signed_in
from incidents.web.identity.account_forms import ReasonForm

HELPERS = TABLE["account.unlock"].roles


@never_cache
@signed_in
@require_http_methods(["GET"])
def page(request):
    require_role(request, *HELPERS)
    rows = account_standing.of_all(timezone.now())
    context = {
        "locked": [row for row in rows if row.locked_until],
        "lacking": [row for row in rows if row.must and not row.factors],
        "must": "、".join(role.label for role in Role if role in MUST_HAVE_SECOND_FACTOR),
        "limits": lockouts.LIMITS,
        "having": [row for row in rows if row.factors],
    }
    return render(request, "account/help.html", context)


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def unlock(request, pk: int):
    caller, person = _found(request, pk)
    if request.method == "GET":
        return _page(request, None, person, "account.unlock", "解除锁定")
    lockouts.unlock(person=person, actor=caller.actors_for("account.unlock")[0], now=timezone.now())
    messages.success(request, f"已解除“{person}”的登录锁定，现在就可以登录。")
    return redirect("account-help")


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def reset(request, pk: int):
    caller, person = _found(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actor, reason = caller.actors_for("account.reset_factors")[0], form.cleaned_data["reason"]
        try:
            second_factors.reset(person=person, reason=reason, actor=actor, now=timezone.now())
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            messages.success(request, f"已清除“{person}”的第二重验证，其登录已全部失效。")
            return redirect("account-help")
    return _page(request, form, person, "account.reset_factors", "确认清除")


def _found(request, pk: int):
    caller = require_role(request, *HELPERS)
    person = User.objects.filter(pk=pk).first()
    if person is None:
        raise Http404("没有这个账号。")
    return caller, person


def _page(request, form, person: User, code: str, button: str):
    context = {"form": form, "person": person, "act": TABLE[code], "button": button}
    status = 422 if form is not None and form.errors else 200
    return render(request, "account/help_form.html", context, status=status)
