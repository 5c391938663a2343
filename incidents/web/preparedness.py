"""准备 (§4.1, 7, 8): where what is made ready before anything happens is entered from; a card per register."""

from collections.abc import Callable
from dataclasses import dataclass

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from incidents.models import Role
from incidents.roles import OFFICE, Caller
from incidents.web import experts, plan, plan_asked, readings
from incidents.web.caller import require_role, signed_in
from incidents.web.register_count import Count

OF_THE_CITY = OFFICE | {Role.COMMANDER}
READERS = OF_THE_CITY | {Role.AUDITOR, Role.MEMBER, Role.COUNTY, Role.ENTERPRISE}


@dataclass(frozen=True)
class Register:
    """A register's card: the name of its page, what it is called, its clause, who may open it, what it holds."""

    page: str
    name: str
    clause: str
    roles: frozenset
    count: Callable[[Caller], Count]


REGISTERS = (
    Register("experts", "专家库", "2.3", OF_THE_CITY, experts.count),
    Register("plan", "预案修订", "8.4", frozenset(plan.ROLES), plan.count),
    Register("plan-asks", "预案征求意见", "8.4", frozenset(plan_asked.ASKED), plan_asked.count),
    Register("readings", "条文解释", "8.5", READERS, readings.count),
)


@signed_in
@require_GET
def page(request):
    caller = require_role(request, *READERS)
    mine = [register for register in REGISTERS if caller.roles & register.roles]
    cards = [(register, reverse(register.page), register.count(caller)) for register in mine]
    return render(request, "incidents/preparedness.html", {"cards": cards})
