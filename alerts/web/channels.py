"""通知渠道: one's own channels, and those of the bodies that one's posts may set."""

from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alerts.channels import addresses, sealing
from alerts.models import Attempt, Channel, Delivery
from alerts.services import webhook_sending
from alerts.web.channel_form import ChannelForm
from incidents.models import Organization, Role, User
from incidents.refusals import NotFound, Refusal
from incidents.services.identity import channels as service
from incidents.web.caller import add_refusal_to_form, caller_of, say_refusal, signed_in

ACTS = {"pause": service.pause, "resume": service.resume, "test": service.test}
DONE = {
    "pause": "已停用：消息改走下一个渠道。",
    "resume": "已启用。",
    "test": "测试消息已交出，结果显示在渠道下面。",
}


@dataclass
class Row:
    channel: Channel
    is_readable: bool
    test: Delivery | None
    last_attempt: Attempt | None

    @property
    def is_testing(self) -> bool:
        return self.test is not None and self.test.next_attempt_at is not None


@signed_in
@require_GET
def page(request):
    actors = caller_of(request).actors
    shown = service.visible(actors).select_related("person", "organization")
    rows = _rows(shown.order_by("organization__kind", "organization_id", "order", "id"))
    of = {owner: list(found) for owner, found in groupby(rows, key=lambda row: row.channel.owner)}
    bodies = [body for body in service.bodies_of(actors) if body in of or _is_ones_own(body, actors)]
    sections = [(body, of.get(body, [])) for body in bodies]
    context = {
        "own": of.get(request.user, []),
        "sections": sections,
        "may_add": bool(actors),
        "webhooks": webhook_sending.health() if Role.ADMINISTRATOR in caller_of(request).roles else None,
    }
    return render(request, "alerts/channels.html", context)


def _is_ones_own(body: Organization, actors) -> bool:
    return any(body in (actor.organization, actor.organization.parent) for actor in actors)


@signed_in
@require_GET
def row(request, pk: int):
    """One channel's line, asked again while its test is under way."""
    shown = service.visible(caller_of(request).actors).filter(pk=pk)
    found = _rows(shown.select_related("person", "organization"))
    if not found:
        raise Http404("没有这个渠道。")
    return render(request, "alerts/channel_row.html", {"row": found[0]})


def _rows(channels) -> list[Row]:
    channels = list(channels)
    tests = Delivery.objects.filter(test_of__in=channels).order_by("test_of_id", "-created_at", "-id")
    test_of = {test.test_of_id: test for test in tests.distinct("test_of_id")}
    attempts = Attempt.objects.filter(deliveries__in=test_of.values()).values_list("deliveries", "pk")
    last = Attempt.objects.in_bulk([attempt for _, attempt in attempts])
    attempt_of = {delivery: last[attempt] for delivery, attempt in attempts}
    return [
        Row(channel, _is_readable(channel), test, test and attempt_of.get(test.pk))
        for channel in channels
        for test in [test_of.get(channel.pk)]
    ]


def _is_readable(channel: Channel) -> bool:
    try:
        sealing.unseal(channel.sealed)
    except sealing.Unreadable:
        return False
    return True


@signed_in
@require_http_methods(["GET", "POST"])
def add(request):
    """First whose and of which kind, then what that kind asks for."""
    actors = caller_of(request).actors
    owner, kind = _owner(request, actors), request.GET.get("kind")
    if kind is None:
        chosen = "me" if isinstance(owner, User) else str(owner.pk)
        context = {"ways": _ways(actors), "bodies": service.bodies_of(actors), "chosen": chosen}
        return render(request, "alerts/channel_kinds.html", context)
    try:
        actor = service.actor_for(actors, owner)
    except NotFound as refusal:
        raise Http404(refusal.detail) from None
    if kind not in addresses.WAYS or not service.may_choose(actor, kind):
        raise Http404("没有这种方式，或您的职务不能使用它。")
    form = ChannelForm(request.POST or None, kind=kind, initial={"name": Channel.Kind(kind).label})
    if request.method == "POST" and form.is_valid():
        try:
            made = service.add(actor=actor, owner=owner, kind=kind, wish=form.wish(), now=timezone.now())
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            messages.success(request, f"已增加“{made.name}”。请发一条测试消息，确认能收到。")
            return redirect(f"{reverse('channels')}#channel-{made.pk}")
    return _form_page(request, form, owner, kind)


@signed_in
@require_http_methods(["GET", "POST"])
def change(request, pk: int):
    channel, actor = _found(request, pk)
    initial = {"name": channel.name, "takes": channel.takes, "order": channel.order}
    form = ChannelForm(request.POST or None, kind=channel.kind, channel=channel, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            service.change(actor=actor, channel_id=pk, wish=form.wish(), now=timezone.now())
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            messages.success(request, f"已修改“{form.cleaned_data['name']}”。")
            return redirect(f"{reverse('channels')}#channel-{pk}")
    return _form_page(request, form, channel.owner, channel.kind, channel)


@signed_in
@require_http_methods(["GET", "POST"])
def remove(request, pk: int):
    """GET asks; POST does it."""
    channel, actor = _found(request, pk)
    if request.method == "GET":
        return render(request, "alerts/channel_remove.html", {"channel": channel})
    try:
        service.remove(actor=actor, channel_id=pk, now=timezone.now())
    except Refusal as refusal:
        say_refusal(request, refusal)
    else:
        messages.success(request, f"已移除“{channel.name}”，保存的地址和密钥已清除。")
    return redirect("channels")


@signed_in
@require_POST
def act(request, pk: int, code: str):
    if code not in ACTS:
        raise Http404("没有这个操作。")
    channel, actor = _found(request, pk)
    try:
        ACTS[code](actor=actor, channel_id=channel.pk, now=timezone.now())
    except Refusal as refusal:
        say_refusal(request, refusal)
    else:
        messages.success(request, DONE[code])
    return redirect(f"{reverse('channels')}#channel-{pk}")


def _found(request, pk: int):
    actors = caller_of(request).actors
    channel = service.visible(actors).select_related("person", "organization").filter(pk=pk).first()
    if channel is None:
        raise Http404("没有这个渠道，或您的职务看不到它。")
    return channel, service.actor_for(actors, channel.owner)


def _owner(request, actors) -> User | Organization:
    """Whose channel is to be added: `for` names a body, else it is one's own."""
    said = request.GET.get("for", "me")
    if said == "me":
        return request.user
    bodies = {str(body.pk): body for body in service.bodies_of(actors)}
    if said not in bodies:
        raise Http404("没有这个单位，或您的职务不能设置它的渠道。")
    return bodies[said]


def _ways(actors) -> list[addresses.Way]:
    return [way for way in addresses.WAYS.values() if any(service.may_choose(a, way.kind) for a in actors)]


def _form_page(request, form, owner, kind, channel=None):
    way = addresses.WAYS[kind]
    context = {"form": form, "owner": owner, "is_own": owner == request.user, "way": way, "channel": channel}
    return render(request, "alerts/channel_form.html", context, status=422 if form.errors else 200)
