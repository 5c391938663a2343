"""「我的账号安全」: one's password, second factors and recovery codes. Every change asks again who it is."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from incidents.refusals import NotFound, Refusal
from incidents.services.identity import second_factors
from incidents.web.caller import add_refusal_to_form, caller_of, signed_in
from incidents.web.identity import shown_once
from incidents.web.identity.account_forms import AppForm, NameForm, PasskeyForm, PasswordForm, ProofForm
from incidents.web.identity.door import FACTOR, keep_in
from incidents.web.identity.door_steps import change_password, enrol_app, square
from incidents.web.identity.proving import prove


@never_cache
@signed_in
@require_http_methods(["GET"])
def page(request):
    person = request.user
    factors = [
        {"kind": (kind := second_factors.kind_of(factor)), "label": second_factors.NAMES[kind], "is": factor}
        for factor in second_factors.factors_of(person)
    ]
    context = {
        "factors": factors,
        "codes_left": second_factors.codes_left(person),
        "must": second_factors.MUST_HAVE_SECOND_FACTOR.intersection(caller_of(request).roles),
        "helps_others": caller_of(request).actors_for("account.unlock"),
    }
    return render(request, "account/page.html", context)


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def password(request):
    form = PasswordForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid() and _proven(request, form):
        if change_password(request.user, form):
            keep_in(request, request.user)
            messages.success(request, "密码已修改；您在其他设备上的登录已全部失效。")
            return redirect("account")
    return _form_page(request, form, "修改密码", "保存新密码", "password")


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def app(request):
    form = AppForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _proven(request, form):
        try:
            codes = enrol_app(request, request.user, form)
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            keep_in(request, request.user, second_factors.APP)
            messages.success(request, "手机验证器已登记；您在其他设备上的登录已全部失效。")
            return shown_once.show(request, codes, reverse("account")) if codes else redirect("account")
    context = {"form": form, **square(request, request.user)}
    return render(request, "account/app.html", context, status=422 if form.errors else 200)


@never_cache
@signed_in
@require_http_methods(["GET"])
def passkey(request):
    """The form; `js/passkeys.js` asks the browser for the key (`web/identity/passkeys.py`)."""
    return render(request, "account/passkey.html", {"form": PasskeyForm()})


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def new_codes(request):
    form = ProofForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _proven(request, form):
        try:
            codes = second_factors.make_codes(person=request.user, now=timezone.now())
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            return shown_once.show(request, codes, reverse("account"))
    return _form_page(request, form, "重新生成恢复码", "生成新的恢复码", "codes")


@never_cache
@signed_in
@require_http_methods(["GET"])
def codes(request):
    """Once."""
    taken = shown_once.take(request)
    if taken is None:
        return redirect("account")
    shown, url = taken
    return render(request, "account/codes.html", {"codes": shown, "url": url})


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def rename(request, kind: str, pk: int):
    factor = _factor(request, kind, pk)
    form = NameForm(request.POST or None, initial={"name": factor.name})
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        second_factors.rename(person=request.user, kind=kind, pk=pk, name=name, now=timezone.now())
        messages.success(request, f"已更名为“{name}”。")
        return redirect("account")
    return _form_page(request, form, f"更名“{factor.name}”", "保存", "rename")


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def remove(request, kind: str, pk: int):
    factor = _factor(request, kind, pk)
    form = ProofForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _proven(request, form):
        try:
            second_factors.remove(person=request.user, kind=kind, pk=pk, now=timezone.now())
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            keep_in(request, request.user)
            if not second_factors.has_any(request.user):
                request.session.pop(FACTOR, None)
            messages.success(request, f"“{factor.name}”已移除；您在其他设备上的登录已全部失效。")
            return redirect("account")
    return _form_page(request, form, f"移除“{factor.name}”", "确认移除", "remove")


def _factor(request, kind: str, pk: int):
    try:
        return second_factors.factor_of(request.user, kind, pk)
    except NotFound as refusal:
        raise Http404(refusal.detail) from None


def _proven(request, form) -> bool:
    try:
        prove(request, form.cleaned_data["proof"])
    except Refusal as refusal:
        add_refusal_to_form(form, refusal)
        return False
    return True


def _form_page(request, form, title: str, button: str, what: str):
    context = {"form": form, "title": title, "button": button, "what": what}
    return render(request, "account/form.html", context, status=422 if form.errors else 200)
