"""What the office says to many bodies at once in a key period (§4.1), and for which of them nobody is known who could be
told: those are to be telephoned."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from alerts.services.inbox import Round
from incidents.models import Organization

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
