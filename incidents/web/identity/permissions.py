"""权限一览: who may do what and why (domain §5), read from the role table itself; and what one chosen person may do where.

Nothing is told here a second time: conditions are told in the words in which they refuse.
"""

import inspect
from collections.abc import Iterable
from dataclasses import dataclass

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from alerts.models import Warning
from alerts.services.visibility import visible_debts
from incidents import paper_sight, querysets
from incidents.models import Role, Status, User
from incidents.roles import TABLE, Act, Actor, Caller
from incidents.roles.sight import SEES
from incidents.roles.table import MODULES
from incidents.web.caller import require_role, signed_in

READ = TABLE["permissions.read"]


@dataclass(frozen=True)
class Line:
    """One act as the page tells it."""

    act: Act
    states: list[str]
    refusals: list[str]

    @classmethod
    def of(cls, act: Act) -> "Line":
        return cls(act, states_of(act), [words for each in act.conditions for words in refusals_of(each)])


@dataclass(frozen=True)
class Standing:
    """One post of the chosen person: what it sees, and what may be done in it."""

    actor: Actor
    sees: str
    lines: list[Line]

    @property
    def role(self) -> str:
        return Role(self.actor.role).label

    @property
    def as_parts(self) -> list[list[Line]]:
        return [self.lines]


def states_of(act: Act) -> list[str]:
    """In the order in which its subject goes through them."""
    status = Warning.Status if act.on == "warning" else Status
    return [state.label for state in status if state in (act.states or ())]


def refusals_of(condition) -> list[str]:
    """The words in which a condition refuses, without what it fills in."""
    return list(_said(condition.__code__))


def _said(code) -> Iterable[str]:
    for constant in code.co_consts:
        if isinstance(constant, str) and any("\u4e00" <= letter <= "\u9fff" for letter in constant):
            yield constant
        elif inspect.iscode(constant):
            yield from _said(constant)


def parts() -> list[list[Line]]:
    """The table in its own order, a part of the plan together."""
    return [[Line.of(act) for act in module.ACTS] for module in MODULES]


def standings_of(caller: Caller) -> list[Standing]:
    return [
        Standing(actor, SEES[actor.role], [Line.of(act) for act in TABLE.values() if actor.role in act.roles])
        for actor in caller.actors
    ]


def seen_by(caller: Caller) -> list[tuple[str, int]]:
    """How much of each kind the person can see at this moment, asked of the querysets that the pages ask."""
    found = [function(caller.actors) for function in (*_visible(), visible_debts)]
    return [(str(rows.model._meta.verbose_name), rows.count()) for rows in found]


def _visible():
    named = vars(querysets) | vars(paper_sight)
    functions = [each for name, each in named.items() if name.startswith("visible_")]
    return [each for each in functions if list(inspect.signature(each).parameters) == ["actors"]]


@signed_in
@require_GET
def page(request):
    require_role(request, *READ.roles)
    chosen = request.GET.get("person", "")
    context = {
        "act": READ,
        "parts": parts(),
        "roles": [(role, SEES[role]) for role in Role],
        "people": User.objects.filter(is_active=True).order_by("name", "pk"),
        "count": len(TABLE),
    }
    if chosen.isdecimal() and len(chosen) < 19:
        person = get_object_or_404(User, pk=chosen)
        caller = Caller.of_user(person) if person.is_active else Caller(())
        context |= {"person": person, "standings": standings_of(caller), "seen": seen_by(caller)}
    return render(request, "people/permissions.html", context)
