"""What the office says to many bodies at once in a key period (§4.1), and for which of them nobody is known who could be
told: those are to be telephoned. What they say on the telephone counts from when they said it."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from alerts.services.inbox import Round
from incidents.models import Organization
from incidents.roles import OFFICE, Actor
from incidents.services.check import Check
from incidents.services.subject import clock_words

CLAUSE = "4.1"


class Chased(NamedTuple):
    bodies: int
    unreached: int

    def __str__(self):
        by_phone = f"；其中 {self.unreached} 个单位没有可通知的人，请打电话" if self.unreached else ""
        return f"{self.bodies} 个单位{by_phone}"


def tell_all(
    bodies: Iterable[Organization], *, kind: str, title: str, text: str, matter: str, now: datetime
) -> list[str]:
    """Returns the codes of those for which nobody is reached."""
    bodies = list(bodies)
    round_ = Round(*bodies, at=now)
    said = {"kind": kind, "title": title, "text": text, "clause": CLAUSE, "matter": matter}
    unreached = [body.code for body in bodies if not round_.tell(body, **said)]
    round_.send()
    return unreached


def said_at(check: Check, actor: Actor, told_at: datetime | None, since: datetime, now: datetime) -> datetime:
    """When it was said: now, or when the office, which writes it down later, was telephoned. `since`: when it was asked."""
    if told_at is None:
        return now
    check.time("/told_at", "来电时间", told_at, now)
    if actor.role not in OFFICE:
        check.wrong("/told_at", "office_only", "只有应急办代录电话时填写来电时间。")
    elif told_at < since:
        check.wrong("/told_at", "too_early", f"来电时间不能早于 {clock_words(since)}。")
    return min(told_at, now)
