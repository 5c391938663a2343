"""The channels (群机器人、邮箱、网关) by which a firm as a body is told of its orders and debts (§5.2.3). Addresses and
secrets are kept sealed and never told again. A person's own channels are his, on the screens."""

from contextlib import contextmanager
from dataclasses import replace

from django.db import transaction
from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.response import Response

from alerts.channels import addresses
from alerts.models import Attempt, Channel
from incidents.api import answers, changed, lists
from incidents.api.fields import Body, Choice, Count, NeededText, Optional, refuse
from incidents.api.problems import escaped
from incidents.api.serializers import Bare, stated, validated
from incidents.api.views import Resource, etag_of
from incidents.models import Organization
from incidents.refusals import FieldError, Invalid, NotFound
from incidents.roles import Actor
from incidents.services.identity import channels
from incidents.services.identity.channels import Wish

FOR_FIRMS = [kind for kind in Channel.Kind.values if kind != Channel.Kind.OTHER]


class Address(Optional, serializers.Field):
    """Texts by name; which, the kind of the channel says."""

    def to_internal_value(self, value) -> dict:
        if not isinstance(value, dict) or not all(isinstance(said, str) for said in value.values()):
            refuse("not_an_object", "须为 JSON 对象，各项均为文本。")
        return value


class Said(Body):
    name = NeededText(40, "请填写名称。", channels.CLAUSE)
    takes = Choice(*Channel.Takes.values)
    order = Count(99)
    address = Address(required=True, allow_null=False)
    post = Count()


class New(Said):
    kind = Choice(*FOR_FIRMS, required=True, allow_null=False)


class OfChannels(Resource):
    """A firm's key sets its own; a person's channels exist for him alone."""

    code = "channel.body"

    @property
    def bodies(self) -> list[Organization]:
        return channels.bodies_of(self.caller.actors)

    def rows(self) -> QuerySet[Channel]:
        return channels.visible(self.caller.actors).filter(organization__in=self.bodies)

    def found(self, channel: str) -> Channel:
        row = self.rows().select_related("organization").filter(pk=int(channel)).first()
        if row is None:
            raise NotFound("没有这个渠道，或您的职务看不到它。", "not_found")
        return row

    def locked(self, channel: str, data) -> tuple[Actor, Channel]:
        self.found(channel)
        actor = self.actor(self.code, data)
        row = channels.locked(actor, int(channel))
        return actor, row

    def whole(self, channel: int) -> Response:
        row = self.found(channel)
        return Response(shown(row), headers={"ETag": tag(row)})


class Channels(OfChannels):
    def get(self, request):
        """The firm's own channels, without their addresses and secrets (§5.2.3)."""
        query = lists.Query(request)
        rows = self.rows().select_related("organization")
        return lists.answer(request, query, rows, ("id",), shown, changed.itself)

    def create(self, data):
        """Adds a channel of the firm: a group's robot, mail or a gateway (§5.2.3)."""
        actor = self.actor(self.code, data)
        fields = stated(validated(New, data), "post")
        kind = fields.pop("kind")
        wish = wish_of(kind, fields)
        with pointed():
            made = channels.add(actor=actor, owner=actor.organization, kind=kind, wish=wish, now=self.now)
        there = f"{self.request.path.rstrip('/')}/{made.pk}/"
        return Response(shown(made), 201, headers={"ETag": tag(made), "Location": there})


class OneChannel(OfChannels):
    def get(self, request, channel):
        """One channel, and whether it works (§5.2.3)."""
        return self.whole(channel)

    def put(self, request, channel):
        """Replaces name, order and address; a secret left out keeps what was saved. Needs `If-Match` (§5.2.3)."""
        with transaction.atomic():
            data = request.data
            actor, row = self.locked(channel, data)
            self.need_match(tag(row))
            wish = wish_of(row.kind, stated(validated(Said, data), "post"))
            with pointed():
                channels.change(actor=actor, channel_id=row.pk, wish=wish, now=self.now)
            return self.whole(channel)

    def delete(self, request, channel):
        """Removes it for good, its address and secrets too; needs `If-Match` (§5.2.3)."""
        with transaction.atomic():
            actor, row = self.locked(channel, {})
            self.need_match(tag(row))
            channels.remove(actor=actor, channel_id=row.pk, now=self.now)
            return Response(status=204)


class Attempts(OfChannels):
    code = ""

    def get(self, request, channel):
        """What was sent through it, newest first, and whether it was taken (§5.2.3)."""
        rows = self.found(channel).attempts.all()
        return lists.answer(request, lists.Query(request), rows, ("-id",), attempt, changed.itself)


class ChannelAct(OfChannels):
    def create(self, data, channel):
        actor, row = self.locked(channel, data)
        self.refuse_unless_matching(tag(row))
        validated(Bare, data)
        type(self).act(actor=actor, channel_id=row.pk, now=self.now)
        return self.whole(channel)


class PauseChannel(ChannelAct):
    """Messages take the next channel until it is resumed (§5.2.3)."""

    act = staticmethod(channels.pause)


class ResumeChannel(ChannelAct):
    """It is used again (§5.2.3)."""

    act = staticmethod(channels.resume)


class TestChannel(ChannelAct):
    """Queues a test message, one at a time; `last_success_at` or `last_error` tells what became of it (§5.2.3)."""

    act = staticmethod(channels.test)


def wish_of(kind: str, said: dict) -> Wish:
    """What is stated of it; names of the address that its kind does not have are refused one by one."""
    known = {field.name: field for field in addresses.WAYS[kind].fields}
    wrong = []
    for name, text in said["address"].items():
        field, pointer = known.get(name), f"/address/{escaped(name)}"
        if field is None:
            wrong.append(FieldError(pointer, "unknown_field", f"这种方式只有：{'、'.join(known)}。"))
        elif len(text) > field.longest:
            wrong.append(FieldError(pointer, "too_long", f"最多 {field.longest} 字。"))
        elif field.choices and text not in dict(field.choices):
            choices = "、".join(dict(field.choices))
            wrong.append(FieldError(pointer, "not_a_choice", f"须为其中之一：{choices}。"))
    if wrong:
        raise Invalid(*wrong)
    return Wish(said["name"], said["address"], said.get("takes", Channel.Takes.ALL), said.get("order", 1))


@contextmanager
def pointed():
    """The wire keeps together, in `address`, what the screens' form asks one by one."""
    try:
        yield
    except Invalid as refusal:
        own = ("/kind", "/name")
        moved = (
            e if e.pointer in own else replace(e, pointer=f"/address{e.pointer}") for e in refusal.errors
        )
        raise Invalid(*moved) from refusal


def tag(row: Channel) -> str:
    return etag_of(row.name, row.takes, row.order, row.sealed, row.paused_at)


def attempt(row: Attempt) -> dict:
    """Without `ended_at` it is under way."""
    return {
        "id": row.pk,
        "at": answers.time(row.at),
        "ended_at": answers.time(row.ended_at),
        "ok": row.ok,
        "error": row.error,
        "messages": row.messages,
    }


def shown(row: Channel) -> dict:
    return {
        "id": row.pk,
        "body": row.organization.code,
        "kind": row.kind,
        "name": row.name,
        "takes": row.takes,
        "order": row.order,
        "hint": row.hint,
        "created_at": answers.time(row.created_at),
        "paused_at": answers.time(row.paused_at),
        "last_success_at": answers.time(row.last_success_at),
        "failing_since": answers.time(row.failing_since),
        "last_error": row.last_error,
    }
