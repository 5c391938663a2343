"""What a task order rests on and in whose name it goes: a working group, a scheme, a decision of a meeting."""

from dataclasses import dataclass

from incidents.models import Incident, MeetingDecision, WorkingGroup
from incidents.services.check import Check
from incidents.services.command.schemes import adopted_for


@dataclass(frozen=True)
class Grounds:
    """`group`: its number; the order then goes to its lead body. `scheme`, `decision`: keys."""

    group: str = ""
    scheme: int | None = None
    decision: int | None = None


NONE = Grounds()


def found(check: Check, incident: Incident, grounds: Grounds) -> dict:
    """As columns of a `TaskOrder`."""
    groups = WorkingGroup.objects.filter(incident=incident, dissolved_at=None).select_related("lead")
    decisions = MeetingDecision.objects.filter(meeting__incident=incident)
    columns = {
        "group": groups.filter(number=grounds.group).first() if grounds.group else None,
        "scheme": adopted_for(incident).filter(pk=grounds.scheme).first() if grounds.scheme else None,
        "decision": decisions.filter(pk=grounds.decision).first() if grounds.decision else None,
    }
    for name, pointer, why in (
        ("group", "/to", "该工作组已撤销，请另选接收单位。"),
        ("scheme", "/scheme", "只能援引已采纳的方案。"),
        ("decision", "/decision", "没有这项议定事项。"),
    ):
        if getattr(grounds, name) and columns[name] is None:
            check.wrong(pointer, "not_found", why, "5.4.3")
    return columns
