"""Drills that a firm held by itself (§8.3)."""

from incidents.api import held_drills
from incidents.api.description.of_registers import FIRM
from incidents.api.description.operations import LIST, Operation

DRILLS = "Drills"

OPERATIONS = {
    "GET held-drills/": Operation(
        DRILLS, "List the drills that you held", "HeldDrillList", parameters=(*LIST, FIRM)
    ),
    "POST held-drills/": Operation(
        DRILLS,
        "State a drill that you held",
        "HeldDrill",
        status=201,
        body=held_drills.DrillHeld,
        example={
            "title": "夜间积压演练",
            "held_on": "2026-03-02",
            "kind": "single",
            "contents": ["backlog_damage"],
            "people": 40,
            "result": "按预案分流，四小时清空。",
        },
    ),
}
