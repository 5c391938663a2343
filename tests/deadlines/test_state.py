"""A debt's state is read off its times, in Python and in SQL alike, with nobody at work."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.models import Deadline, State
from alerts.models.deadline import DUE_SECOND
from alerts.services.ladder import exists_for, fires_at, next_step_at
from incidents.models import DeadlineRule, EscalationStep
from tests.cast import call_in

T0 = datetime(2026, 3, 2, 2, tzinfo=UTC)
minutes = st.integers(-300, 300).map(lambda m: timedelta(minutes=m))
seconds = st.integers(-4000, 4000).map(lambda s: timedelta(seconds=s))
maybe = st.one_of(st.none(), seconds)


@pytest.mark.clause("5.2.1")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(now=seconds, met=maybe, fate=st.sampled_from(["voided_at", "waived_at", None]))
def test_python_and_sql_read_the_same_state(cast, now, met, fate):
    incident = call_in(cast)
    debt = incident.deadlines.get(rule__code="R4")
    debt.due_at = T0
    debt.next_step_at = None
    if fate:
        setattr(debt, fate, T0 - timedelta(minutes=1))
    elif met is not None:
        debt.met_at = T0 + met
    with transaction.atomic():
        debt.save()
        at = T0 + now
        read = Deadline.objects.with_state(at).get(pk=debt.pk).state_now
        assert read == debt.state(at)
        assert (debt in Deadline.objects.overdue(at)) == (
            debt.is_unsettled and debt.state(at) == State.BREACHED
        )
        assert (debt in Deadline.objects.answerable()) == debt.is_answerable
        transaction.set_rollback(True)


@pytest.mark.clause("5.2.1")
@given(offset=st.integers(-5, 5))
def test_the_due_second_itself_is_in_time(offset):
    debt = Deadline(due_at=T0, met_at=T0 + timedelta(milliseconds=999 + 1000 * offset))
    assert debt.state(T0) == (State.MET if offset <= 0 else State.MET_LATE)


@pytest.mark.clause("5.2.1")
@given(
    limit=st.integers(5, 240), made_after=st.integers(0, 300), fired=st.sets(st.sampled_from([-30, -10, -3]))
)
def test_the_ladder_holds_only_steps_that_can_fire(limit, made_after, fired):
    """Reminders fit into the debt's time and never precede its row; the breach fires in the second after due."""
    steps = [EscalationStep(offset=timedelta(minutes=offset)) for offset in (-30, -10, -3, 0, 15, 30)]
    debt = Deadline(
        rule=DeadlineRule(kind=DeadlineRule.Kind.ORAL),
        starts_at=T0,
        created_at=T0 + timedelta(minutes=made_after),
        due_at=T0 + timedelta(minutes=limit),
    )
    for step in steps:
        planned = debt.due_at + step.offset
        expected = step.minutes >= 0 or (planned > debt.starts_at and planned >= debt.created_at)
        assert exists_for(debt, step) == expected
    done = {timedelta(minutes=offset) for offset in fired}
    ahead = [fires_at(debt, step) for step in steps if exists_for(debt, step) and step.offset not in done]
    assert next_step_at(debt, steps, done) == min(ahead)
    assert fires_at(debt, steps[3]) == debt.due_at + DUE_SECOND
