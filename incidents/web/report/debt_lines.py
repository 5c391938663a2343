"""A debt as it stands on the page of its incident or warning: its state, what settles it, what else may be done about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from alerts.models import Deadline, State
from alerts.services.acknowledging import acknowledgeable
from incidents.roles import TABLE, Caller
from incidents.services.debt.chasing import can_be_chased


@dataclass(frozen=True)
class ActButton:
    code: str
    name: str
    url: str
    clause: str
    why_not: str = ""
    leads: bool = False


@dataclass(frozen=True)
class DebtLine:
    debt: Deadline
    state: State
    settle: list[ActButton]
    beside: list[ActButton]
    """豁免 before it is due, 知悉 and 核销 after; 催报 while it is owed."""
    hint: str = ""


def debt_button(debt: Deadline, code: str, back: str = "") -> ActButton:
    """An act on a debt. `back`: where to go after it, other than to the debt's incident."""
    name = {"debt.waive": "豁免", "debt.write_off": "核销"}.get(code, TABLE[code].name)
    url = reverse("debt-act", args=[debt.pk, code]) + (f"?{urlencode({'next': back})}" if back else "")
    return ActButton(code, name, url, TABLE[code].clause)


def buttons_beside(debts: Iterable[Deadline], caller: Caller, now: datetime) -> dict[int, list[ActButton]]:
    """By debt: what this person may do about it besides settling it."""
    able = caller.actors_for("debt.acknowledge")
    to_acknowledge = acknowledgeable(debts, able[0].person, now) if able else set()
    return {debt.pk: _beside(debt, caller, now, debt.pk in to_acknowledge) for debt in debts}


def _beside(debt: Deadline, caller: Caller, now: datetime, to_acknowledge: bool) -> list[ActButton]:
    if not debt.is_answerable:
        return []
    found = ["debt.acknowledge"] if to_acknowledge else []
    found += ["debt.chase"] if can_be_chased(debt) else []
    found += ["debt.waive" if debt.state(now) == State.OPEN else "debt.write_off"]
    return [debt_button(debt, code) for code in found if caller.actors_for(code)]
