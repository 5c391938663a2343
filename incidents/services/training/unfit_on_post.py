"""People on post who have not passed training are a hazard of their firm (§8.2): the one way from a statement to the
register of hazards, where it is assessed, put right by a day and checked like any other."""

from collections.abc import Iterable
from datetime import datetime

from incidents.models import Hazard, WorkforceStatement
from incidents.roles import Actor
from incidents.services.register import hazards

REF = "workforce"
"""One stands open for a firm or outlet at a time, whatever is stated of further quarters meanwhile."""


def follow(statement: WorkforceStatement, *, actor: Actor, now: datetime) -> Hazard | None:
    """Opens the hazard; of a firm without a county, which no office looks over, only the statement says so."""
    if not statement.unfit or statement.body.county_id is None:
        return None
    return hazards.register(
        actor=actor,
        body=statement.body,
        kind=Hazard.Kind.FLAW,
        source=Hazard.Source.TRAINING,
        place=statement.body.name,
        words=f"{statement.period}在岗 {statement.on_post} 人，其中 {statement.unfit} 人未经培训或培训不合格；"
        "未经培训、培训不合格人员不得上岗作业。",
        ref=REF,
        now=now,
    )


def standing(statements: Iterable[WorkforceStatement]) -> dict[int, Hazard]:
    """By body, the hazard of this kind that is open."""
    bodies = {statement.body_id for statement in statements if statement.unfit}
    return {hazard.body_id: hazard for hazard in Hazard.objects.open().filter(body__in=bodies, ref=REF)}
