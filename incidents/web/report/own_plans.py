"""What a body still has to record of its own plan (§5.4.1(4)(5), 5.4.5(3)), on the page it lands on."""

from django.urls import reverse

from incidents.roles import Caller
from incidents.services.response import own_plans


def to_do_lines(caller: Caller) -> list[dict]:
    """On a body's own page: which incidents wait for its word about its own plan, one form each."""
    return [
        {
            "todo": todo,
            "url": f"{reverse('act', args=[todo.incident.number, todo.code])}?next={reverse('home')}",
        }
        for todo in own_plans.to_do(list(caller.actors))
    ]
