"""Ladders are data, by kind of debt and by level: a debt climbs the narrowest one that fits it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from alerts.models import FiredStep
from alerts.services import escalation
from incidents.models import EscalationStep, Level
from incidents.services.response import grading
from incidents.services.revision import plan_revision
from tests.cast import call_in

T0 = datetime(2026, 3, 2, 2, tzinfo=UTC)


@pytest.fixture
def steeper_for_the_gravest(cast):
    """Ⅰ and Ⅱ: the breach, and the commanders five minutes later."""
    draft = plan_revision.start_draft(actor=cast.office_director, now=T0)
    for minutes, target in ((0, "DEBTOR_DUTY"), (5, "COMMANDERS")):
        EscalationStep.objects.create(
            version=draft, severest=1, mildest=2, offset=timedelta(minutes=minutes), targets=[target]
        )
    plan_revision.activate(actor=cast.office_director, reason="Ⅰ、Ⅱ级加快升级", document_no="", now=T0)


def fired(incident, rule):
    steps = FiredStep.objects.filter(deadline__incident=incident, deadline__rule__code=rule)
    return [step.step.label for step in steps.order_by("planned_at")]


@pytest.mark.clause("5.3")
def test_a_debt_of_a_grave_incident_climbs_its_own_ladder(cast, steeper_for_the_gravest):
    with time_machine.travel(T0, tick=False) as clock:
        incident = call_in(cast, figures={"deaths": 30}, known_at=T0, now=T0)
        clock.move_to(T0 + timedelta(minutes=66))
        escalation.sweep(now=T0 + timedelta(minutes=66))
    assert fired(incident, "R2") == ["breach", "+5"]


@pytest.mark.clause("5.1")
def test_when_the_level_rises_what_is_owed_climbs_on_by_the_steeper_ladder(cast, steeper_for_the_gravest):
    with time_machine.travel(T0, tick=False) as clock:
        incident = call_in(cast, figures={"deaths": 4}, known_at=T0, now=T0)
        grading.grade(actor=cast.office_director, number=incident.number, level=Level.III, now=T0)
        late = T0 + timedelta(minutes=61)
        clock.move_to(late)
        escalation.sweep(now=late)
        assert fired(incident, "R2")[-1] == "breach"
        grading.regrade(actor=cast.commander, number=incident.number, level=Level.II, reason="扩大", now=late)
        row = incident.deadlines.get(rule__code="R2")
        assert row.next_step_at == T0 + timedelta(minutes=65), "not the breach a second time"
