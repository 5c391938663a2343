"""准备 (§4.1, 7, 8): where what is made ready before anything happens is entered from; a card per register."""

from collections.abc import Callable
from dataclasses import dataclass

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from incidents.models import Role
from incidents.roles import OFFICE, Caller, of_registers
from incidents.web.call_up import resources
from incidents.web.caller import require_role, signed_in
from incidents.web.drill import drill_after, drills
from incidents.web.register import filed_plans, hazards, inspections, key_period_page, key_periods, safety
from incidents.web.register_count import Count
from incidents.web.response import experts
from incidents.web.revision import plan, plan_asked, plan_edit, readings
from incidents.web.training import publicity, training, workforce

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
    Register("hazards", "危险源和隐患", "4.1", of_registers.READERS, hazards.count),
    Register("inspections", "安全检查", "4.1", of_registers.READERS, inspections.count),
    Register("filed-plans", "企业预案备案", "4.3", of_registers.READERS, filed_plans.count),
    Register("safety-firms", "安全管理制度和自查", "4.1", of_registers.READERS, safety.count),
    Register("resources", "应急资源", "5.4.3", READERS, resources.count),
    Register("training", "培训", "8.2", training.READERS, training.count),
    Register("workforce", "上岗培训情况", "8.2", workforce.READERS, workforce.count),
    Register("publicity", "宣传教育", "8.1", training.READERS, publicity.count),
    Register(
        "key-periods", "重点时期：零报告与点名", "4.1", frozenset(key_period_page.READERS), key_periods.count
    ),
    Register("drills", "演练", "8.3", READERS, drills.count),
    Register("drills-owed", "应当组织的演练", "8.3", READERS, drill_after.count),
    Register("plan", "预案修订", "8.4", frozenset(plan_edit.EDITORS), plan.count),
    Register("plan-asks", "预案征求意见", "8.4", frozenset(plan_asked.ASKED), plan_asked.count),
    Register("readings", "条文解释", "8.5", READERS, readings.count),
)

TOOLS = (
    ("preparedness-map", "地图", READERS),
    ("paper-kit", "纸质应急包", OF_THE_CITY),
)
"""What is no register, but stands beside them: the name of its page, what it is called, who may open it."""


def is_register(path: str) -> bool:
    return path.startswith(tuple(reverse(register.page) for register in REGISTERS))


@signed_in
@require_GET
def page(request):
    caller = require_role(request, *READERS)
    mine = [register for register in REGISTERS if caller.roles & register.roles]
    cards = [(register, reverse(register.page), register.count(caller)) for register in mine]
    tools = [(name, reverse(at)) for at, name, roles in TOOLS if caller.roles & roles]
    return render(request, "incidents/register/preparedness.html", {"cards": cards, "tools": tools})
