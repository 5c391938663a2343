"""Webhook: a firm's people see where their own system is told, what it was told, and mend what fails."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alerts.channels import sealing, signing
from alerts.models import DeliveryState, Webhook, WebhookDelivery
from alerts.models.webhook import IN_STATE
from alerts.services.webhook_types import TYPES
from alerts.web.webhook_form import WebhookForm
from incidents.models import Role
from incidents.refusals import NotFound, Refusal
from incidents.roles import Actor
from incidents.services.identity import webhooks as service
from incidents.services.identity.webhooks import Wish
from incidents.web.caller import add_refusal_to_form, require_role, say_refusal, signed_in

PER_PAGE = 40
SECRET = "webhook-secret"  # nosec B105 # a name
"""In the session between making a secret and showing it once; sealed there too."""


@signed_in
@require_GET
def page(request):
    caller = require_role(request, Role.ENTERPRISE)
    hooks = service.visible(caller.actors).annotate(
        waiting=Count("deliveries", filter=Q(deliveries__next_attempt_at__isnull=False))
    )
    return render(request, "alerts/webhooks.html", {"hooks": hooks, "most": service.MOST})


@signed_in
@require_http_methods(["GET", "POST"])
def add(request):
    caller = require_role(request, Role.ENTERPRISE)
    form = WebhookForm(request.POST or None, caller=caller)
    if request.method == "POST" and form.is_valid():
        try:
            actor = caller.actor_for(service.CODE, form.cleaned_data.get("post"))
            hook, secret = service.add(
                actor=actor, wish=form.wish(), is_test=form.cleaned_data["is_test"], now=timezone.now()
            )
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            return _with_secret(request, hook, secret)
    return _form_page(request, form)


@signed_in
@require_GET
def one(request, pk: int):
    """With its deliveries, the newest first, and a new secret this once."""
    hook, _ = _found(request, pk)
    state = request.GET.get("state", "")
    rows = hook.deliveries.select_related("event")
    if state in DeliveryState.values:
        rows = rows.filter(IN_STATE[state])
    context = {
        "hook": hook,
        "secret": _secret_shown_once(request, hook),
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "states": [("", "全部"), *DeliveryState.choices],
        "state": state,
        "asked_for": [TYPES[code] for code in hook.events if code in TYPES],
    }
    return render(request, "alerts/webhook.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def change(request, pk: int):
    hook, actor = _found(request, pk)
    form = WebhookForm(request.POST or None, caller=require_role(request, Role.ENTERPRISE), hook=hook)
    if request.method == "POST" and form.is_valid():
        try:
            service.change(actor=actor, hook_id=pk, wish=form.wish(), now=timezone.now())
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            messages.success(request, "已修改。请发一条测试消息，确认能收到。")
            return redirect("webhook", pk)
    return _form_page(request, form, hook)


@signed_in
@require_http_methods(["GET", "POST"])
def remove(request, pk: int):
    """GET asks; POST does it."""
    hook, actor = _found(request, pk)
    if request.method == "GET":
        return render(request, "alerts/webhook_ask.html", {"hook": hook, "removes": True})
    try:
        service.remove(actor=actor, hook_id=pk, now=timezone.now())
    except Refusal as refusal:
        say_refusal(request, refusal)
    else:
        messages.success(request, f"已移除“{hook}”，签名密钥已清除。")
    return redirect("webhooks")


@signed_in
@require_http_methods(["GET", "POST"])
def rotate(request, pk: int):
    """GET asks; POST does it."""
    hook, actor = _found(request, pk)
    if request.method == "GET":
        hours = int(signing.OVERLAP.total_seconds() // 3600)
        return render(request, "alerts/webhook_ask.html", {"hook": hook, "hours": hours})
    try:
        hook, secret = service.rotate(actor=actor, hook_id=pk, now=timezone.now())
    except Refusal as refusal:
        say_refusal(request, refusal)
        return redirect("webhook", pk)
    return _with_secret(request, hook, secret)


@signed_in
@require_POST
def test(request, pk: int):
    _, actor = _found(request, pk)
    return _sent(request, pk, lambda: service.test(actor=actor, hook_id=pk, now=timezone.now()))


@signed_in
@require_POST
def switch(request, pk: int):
    """On or off."""
    hook, actor = _found(request, pk)
    wanted = request.POST.get("to") == "on"
    try:
        service.change(actor=actor, hook_id=pk, wish=Wish(is_active=wanted), now=timezone.now())
    except Refusal as refusal:
        say_refusal(request, refusal)
    else:
        messages.success(request, "已启用：一天之内未送的会接着发送。" if wanted else "已停用：不再发送。")
    return redirect("webhook", pk)


@signed_in
@require_GET
def delivery(request, pk: int, delivery: int):
    """One delivery with its attempts; asked again while it is on its way."""
    hook, _ = _found(request, pk)
    row = _delivery_of(hook, delivery)
    context = {"hook": hook, "row": row, "attempts": row.attempts.all()}
    whole = not getattr(request, "htmx", False)
    return render(request, f"alerts/webhook_delivery{'' if whole else '_live'}.html", context)


@signed_in
@require_POST
def replay(request, pk: int, delivery: int):
    hook, actor = _found(request, pk)
    row = _delivery_of(hook, delivery)
    return _sent(
        request,
        pk,
        lambda: service.replay(actor=actor, hook_id=pk, delivery_id=row.pk, now=timezone.now()),
    )


def _sent(request, pk: int, act):
    """To the delivery that was made, which shows what comes of it."""
    try:
        made = act()
    except Refusal as refusal:
        say_refusal(request, refusal)
        return redirect("webhook", pk)
    return redirect("webhook-delivery", pk, made.pk)


def _found(request, pk: int) -> tuple[Webhook, Actor]:
    actors = [a for a in require_role(request, Role.ENTERPRISE).actors if a.role == Role.ENTERPRISE]
    try:
        hook = service.find(actors, pk)
    except NotFound as refusal:
        raise Http404(refusal.detail) from None
    return hook, next(actor for actor in actors if actor.organization.pk == hook.enterprise_id)


def _delivery_of(hook: Webhook, pk: int) -> WebhookDelivery:
    try:
        return service.find_delivery(hook, pk)
    except NotFound as refusal:
        raise Http404(refusal.detail) from None


def _with_secret(request, hook: Webhook, secret: str):
    request.session[SECRET] = sealing.seal({"hook": hook.pk, "secret": secret})
    return redirect("webhook", hook.pk)


def _secret_shown_once(request, hook: Webhook) -> str:
    if SECRET not in request.session:
        return ""
    try:
        kept = sealing.unseal(request.session.pop(SECRET))
    except sealing.Unreadable:
        return ""
    return kept["secret"] if kept["hook"] == hook.pk else ""


def _form_page(request, form: WebhookForm, hook: Webhook | None = None):
    context = {"form": form, "hook": hook, "types": TYPES}
    return render(request, "alerts/webhook_form.html", context, status=422 if form.errors else 200)
