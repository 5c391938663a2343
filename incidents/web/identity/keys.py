"""接口: the keys of an enterprise's own system: made (shown once), renamed, rotated, revoked; and whether it must sign.

The enterprise's people keep their own, and those of the enterprises below; the administrator keeps any enterprise's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from incidents.models import ApiKey, KeyState, Role
from incidents.refusals import Refusal
from incidents.roles import TABLE, Actor, Caller
from incidents.services.identity import key_signing
from incidents.services.identity import keys as service
from incidents.web.caller import add_refusal_to_form, require_role, say_refusal, signed_in
from incidents.web.identity.key_forms import NewKeyForm, RenameForm, RotateForm

CREATE = TABLE["key.create"]
LIVING = (KeyState.ACTIVE, KeyState.REPLACED)


@dataclass(frozen=True)
class Row:
    """A key as it stands at this moment."""

    key: ApiKey
    state: KeyState
    ends_soon: bool

    @classmethod
    def of(cls, key: ApiKey, now: datetime) -> "Row":
        return cls(key, key.state(now), key.expires_soon(now))

    @property
    def lives(self) -> bool:
        return self.state in LIVING

    @property
    def is_active(self) -> bool:
        return self.state == KeyState.ACTIVE


def living(keys: Iterable[ApiKey], now: datetime) -> list[Row]:
    """Those that open the door."""
    return [row for key in keys if (row := Row.of(key, now)).lives]


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def page(request):
    caller, now = require_role(request, *CREATE.roles), timezone.now()
    firms = list(service.enterprises_of(caller.actors))
    form = NewKeyForm(request.POST or None, firms=firms, now=now)
    if request.method == "POST" and form.is_valid():
        wish = form.wish()
        try:
            actor = _keeper(caller, wish["enterprise"])
            key, secret = service.create(actor=actor, now=now, **wish)
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            return _show_once(request, key, secret)
    rows = [Row.of(key, now) for key in service.keys_of(caller.actors)]
    context = {
        "form": form,
        "act": CREATE,
        "firms": firms,
        "several": len(firms) > 1,
        "is_firms": Role.ENTERPRISE in caller.roles,
        "living": [row for row in rows if row.lives],
        "ended": [row for row in rows if not row.lives],
    }
    return render(request, "incidents/identity/keys.html", context, status=422 if form.errors else 200)


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def rotate(request, pk: int):
    caller, key, now = _found(request, "key.rotate", pk)
    form = RotateForm(request.POST or None, now=now)
    if request.method == "POST" and form.is_valid():
        overlap = timedelta(days=form.cleaned_data["overlap"])
        try:
            made, secret = service.rotate(
                key=key, actor=_keeper(caller, key.enterprise.code), overlap=overlap, now=now
            )
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            return _show_once(request, made, secret)
    return _form_page(request, form, key, "key.rotate", now)


@signed_in
@require_http_methods(["GET", "POST"])
def rename(request, pk: int):
    caller, key, now = _found(request, "key.rename", pk)
    form = RenameForm(request.POST or None, initial={"name": key.name}, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            named = service.rename(
                key=key, name=form.cleaned_data["name"], actor=_keeper(caller, key.enterprise.code), now=now
            )
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            messages.success(request, f"已更名为“{named.name}”。")
            return redirect("keys")
    return _form_page(request, form, key, "key.rename", now)


@signed_in
@require_http_methods(["GET", "POST"])
def revoke(request, pk: int):
    """Asks first: a revoked key never opens the door again."""
    caller, key, now = _found(request, "key.revoke", pk)
    if request.method == "GET":
        return _form_page(request, None, key, "key.revoke", now)
    try:
        service.revoke(key=key, actor=_keeper(caller, key.enterprise.code), now=now)
    except Refusal as refusal:
        say_refusal(request, refusal)
    else:
        messages.success(request, f"密钥“{key.name}”（{key.prefix}…）已吊销，从下一次请求起无效。")
    return redirect("keys")


@signed_in
@require_http_methods(["GET", "POST"])
def signing(request, code: str):
    """Whether the enterprise of this code takes signed requests only; asks first, and names whom it would shut out."""
    caller, now = require_role(request, *TABLE["key.signing"].roles), timezone.now()
    firm = service.enterprises_of(caller.actors).filter(code=code).first()
    if firm is None:
        raise Http404("没有这个企业，或您的职务看不到它。")
    demanded = {"1": True, "0": False}.get(request.POST.get("demanded"))
    if demanded is None:
        rows = living(service.keys_of(caller.actors).filter(enterprise=firm), now)
        unable = [row for row in rows if not row.key.sealed]
        context = {"firm": firm, "act": TABLE["key.signing"], "living": rows, "unable": unable}
        return render(request, "incidents/identity/key_signing.html", context)
    try:
        actor = _keeper(caller, code)
        service.demand_signatures(enterprise=code, demanded=demanded, actor=actor, now=now)
    except Refusal as refusal:
        say_refusal(request, refusal)
    else:
        told = "即日起只接受带签名的请求" if demanded else "不再要求签名；带签名的仍会核验"
        messages.success(request, f"{firm}：{told}。")
    return redirect("keys")


def _show_once(request, key: ApiKey, secret: str):
    context = {"key": key, "secret": secret, "signs": key_signing.secret_of(key), "act": CREATE}
    return render(request, "incidents/identity/key_made.html", context)


def _form_page(request, form, key: ApiKey, code: str, now: datetime):
    context = {"form": form, "row": Row.of(key, now), "act": TABLE[code], "code": code}
    status = 422 if form is not None and form.errors else 200
    return render(request, "incidents/identity/key_form.html", context, status=status)


def _found(request, code: str, pk: int) -> tuple[Caller, ApiKey, datetime]:
    caller = require_role(request, *TABLE[code].roles)
    key = service.keys_of(caller.actors).filter(pk=pk).first()
    if key is None:
        raise Http404("没有这个接口密钥，或您的职务看不到它。")
    return caller, key, timezone.now()


def _keeper(caller: Caller, enterprise: str) -> Actor:
    """The post in which he keeps the keys of the enterprise of this code; his own firm's goes before the administrator's."""
    able = sorted(caller.actors_for(CREATE.code), key=lambda actor: actor.role == Role.ADMINISTRATOR)
    keeping = (actor for actor in able if service.enterprises_of([actor]).filter(code=enterprise).exists())
    return next(keeping, able[0])
