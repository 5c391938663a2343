"""Several at work on the plan at once: one goes first, the others see what he did, nobody slips past."""

from datetime import timedelta
from threading import Event

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from incidents.models import DeadlineRule, PlanVersion
from incidents.refusals import WrongState
from incidents.services import plan_revision, plan_versions
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
