"""Several at work on the plan at once: one goes first, the others see what he did, nobody slips past."""

from datetime import timedelta
from threading import Event

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from incidents.api import answers
from incidents.models import DeadlineRule, Incident, PlanVersion
from incidents.refusals import WrongState
from incidents.services.revision import plan_revision, plan_versions
from tests import cast as people
from tests.revisions import acts
from tests.trust.test_races import at_once, refusals


@pytest.mark.clause("8.4")
def test_acts_on_the_plan_at_once(cloned_database, cast):
    now = timezone.now()
    then = now + timedelta(hours=1)
    draft = acts.draft(cast, now)
    acts.limit(cast, draft, "R10", 20, now)
    decided, edited = Event(), Event()

    def decide():
        with transaction.atomic():
            plan_revision.activate(
                actor=cast.office_director, reason="x", document_no="", effective_at=then, now=now
            )
            decided.set()
            edited.wait(0.3)

    def slip_past():
        decided.wait(60)
        try:
            with pytest.raises(DatabaseError, match="read-only"):
                DeadlineRule.objects.filter(version=draft, code="R10").update(limit=timedelta(minutes=1))
        finally:
            edited.set()

    at_once(decide, slip_past)
    assert PlanVersion.objects.get(pk=draft.pk).status == "approved"

    def start():
        return plan_revision.start_draft(actor=cast.administrator, now=then)

    results = at_once(start, start, lambda: plan_versions.take_effect(now=then))
    (loser,) = refusals(results)
    assert isinstance(loser, WrongState) and "已有一个草案" in loser.detail
    assert [v.status for v in PlanVersion.objects.order_by("number")] == ["superseded", "active", "draft"]


@pytest.mark.clause("8.4")
def test_what_is_filed_while_a_version_takes_effect_at_once_waits_for_nobody_and_has_one_version(
    cloned_database, cast
):
    now = timezone.now()
    acts.limit(cast, acts.draft(cast, now), "R10", 20, now)
    decided, filed = Event(), Event()

    def decide():
        with transaction.atomic():
            plan_revision.activate(actor=cast.office_director, reason="x", document_no="", now=now)
            decided.set()
            assert filed.wait(10), "filing waits for nobody"

    def file():
        decided.wait(10)
        number = people.call_in(cast, now=now + timedelta(seconds=1)).number
        filed.set()
        return number

    _, during = at_once(decide, file)
    after = people.call_in(cast, now=now + timedelta(seconds=2)).number
    for number, version, minutes in ((during, 1, 30), (after, 2, 20)):
        incident = Incident.objects.select_related("enterprise", "event_class", "plan_version").get(
            number=number
        )
        debts = incident.deadlines.select_related("rule")
        assert {debt.rule.version_id for debt in debts} == {incident.plan_version_id}
        assert [debt.rule.limit for debt in debts if debt.rule.code == "R10"] == [timedelta(minutes=minutes)]
        assert incident.event_class.version_id == incident.plan_version_id
        assert answers.incident(incident)["plan_version"] == version, "the answer says which"
