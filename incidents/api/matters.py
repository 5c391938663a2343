"""Matters with a number of their own, as orders are, that concern a firm: read, and acted on in the plan's order."""

from collections.abc import Iterable
from functools import cached_property

from django.db.models import QuerySet
from rest_framework.response import Response

from incidents.api.fields import Body
from incidents.api.lists import Query
from incidents.api.serializers import stated, validated
from incidents.api.views import Resource
from incidents.models import Organization, Role, Scope
from incidents.refusals import NotAllowed, NotFound, WrongState
from incidents.roles import RECEIVERS, TABLE, Actor
from incidents.services import subject


class OwnBodies:
    @cached_property
    def own(self) -> set[int]:
        """The bodies that the caller answers for, by id: a firm for those below it too."""
        actors = [actor for actor in self.caller.actors if actor.role in RECEIVERS]
        firms = [actor.organization for actor in actors if actor.role == Role.ENTERPRISE]
        below = Organization.objects.within(*firms).values_list("pk", flat=True) if firms else []
        return {actor.organization.pk for actor in actors} | set(below)


class Matters(OwnBodies, Resource):
    """What the paths of one kind share: which exist for the caller, and how one is told to him."""

    noun: str

    @staticmethod
    def visible(actors: Iterable[Actor]) -> QuerySet:
        raise NotImplementedError

    def rows(self) -> QuerySet:
        """Those that exist for the caller, with all that `shown` needs."""
        raise NotImplementedError

    def shown(self, row) -> dict:
        raise NotImplementedError

    def detail(self, row) -> dict:
        """What one alone tells beside what a list tells of it."""
        return {}

    def tag(self, row) -> str:
        raise NotImplementedError

    def found(self, number: str):
        row = self.rows().filter(number=number).first()
        if row is None:
            raise NotFound(f"没有编号为 {number} 的{self.noun}。", "not_found")
        return row

    def whole(self, number: str) -> Response:
        row = self.found(number)
        return Response(self.shown(row) | self.detail(row), headers={"ETag": self.tag(row)})


class MatterAct(Matters):
    """What a body does with one that is its own: 404, 403, 409 and 412, 422; answers with it as it then is."""

    form: type[Body]
    writing_needs = Scope.ORDERS

    def act(self, actor: Actor, number: str, **fields):
        """The use case of the services."""
        raise NotImplementedError

    def locked(self, actor: Actor, number: str):
        """The row, locked with its incident."""
        return subject.locked_with(actor, self.code, self.visible([actor]), number, self.noun)[1]

    def is_own(self, row, actor: Actor) -> bool:
        raise NotImplementedError

    def why_not(self, row, actor: Actor) -> str | None:
        raise NotImplementedError

    def create(self, data, number):
        self.found(number)
        actor = receiver(self.actor(self.code, data), self.code)
        row = self.locked(actor, number)
        if not self.is_own(row, actor):
            clause = TABLE[self.code].clause
            raise NotAllowed(f"“{TABLE[self.code].name}”由所涉单位自己办理。", "role", clause)
        self.refuse_unless_matching(self.tag(row))
        if why := self.why_not(row, actor):
            raise WrongState(why, "wrong_state", TABLE[self.code].clause)
        self.act(actor, number, **stated(validated(self.form, data), "post"))
        return self.whole(number)


def flag(query: Query, name: str) -> bool | None:
    """`?name=true` or `false`; None where both are asked for, or neither."""
    chosen = set(query.choices(name, ["true", "false"]))
    return chosen == {"true"} if len(chosen) == 1 else None


def receiver(actor: Actor, code: str) -> Actor:
    """Firms, members and counties act here for themselves; the office notes their word on its screens."""
    if actor.role not in RECEIVERS:
        raise NotAllowed("应急办在系统页面代为登记；此接口由所涉单位自己办理。", "role", TABLE[code].clause)
    return actor
