"""What is asked of a body beside orders and reports: to lend, to take over, its word on an evaluation, improvements."""

from incidents.paper_sight import visible_improvements, visible_inputs
from incidents.roles import Caller
from incidents.web.act.matters import call_ups_of, lines


def asked_of(caller: Caller) -> dict:
    inputs = visible_inputs(caller.actors).filter(answered_at=None).select_related("body", "incident__office")
    improvements = visible_improvements(caller.actors).filter(done_at=None)
    improvements = improvements.select_related("body", "incident__office")
    return {
        "call_ups": lines(call_ups_of(caller).open(), caller),
        "inputs": lines(inputs, caller),
        "improvements": lines(improvements, caller),
    }
