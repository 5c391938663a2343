"""Likely duplicates are offered, never merged silently; both firms' reports and debts stay readable (§4.3)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.models import State
from incidents.models import Level, Status
from incidents.querysets import visible_incidents
from incidents.refusals import NotAllowed, WrongState
from incidents.services.response import grading, merging
from tests import cast as people
from tests.cast import call_in, report

pytestmark = pytest.mark.clause("4.3")


@pytest.fixture
def pair(cast):
    return call_in(cast), call_in(cast, firm=people.OTHER_FIRM)


def merge(cast, incident, into, actor=None):
    return merging.merge(
        actor=actor or cast.office_director,
        number=incident.number,
        into=into.number,
        reason="同一火情",
        now=timezone.now(),
    )


def test_same_place_and_class_from_another_firm_within_hours_is_offered(cast, pair):
    common, other = pair
    assert list(merging.likely_duplicates(common)) == [other]
    same_firm = call_in(cast)
    assert same_firm not in merging.likely_duplicates(common)
    elsewhere = call_in(cast, firm=people.OTHER_FIRM, county="西平县")
    assert elsewhere not in merging.likely_duplicates(common)
    later = call_in(cast, firm=people.OTHER_FIRM, now=timezone.now() + timedelta(hours=7))
    assert later not in merging.likely_duplicates(common)
    assert all(incident.status == Status.REPORTED for incident in pair), "nothing merges by itself"


def test_the_firms_debts_run_on_and_the_offices_end(cast, pair):
    common, other = pair
    merge(cast, other, common)
    now = timezone.now()
    states = {debt.rule.code: debt.state(now) for debt in other.deadlines.all()}
    assert states == {"R3": State.MET, "R4": State.OPEN, "R10": State.VOID, "R11": State.VOID}
    report(cast, other, "WRITTEN", actor=cast.other_enterprise)
    assert other.deadlines.get(rule__code="R4").state(timezone.now()) == State.MET
    assert visible_incidents([cast.other_enterprise]).get().number == other.number, (
        "its number still resolves"
    )


def test_the_merged_firms_debts_follow_the_common_level(cast, pair):
    common, other = pair
    merge(cast, other, common)
    grading.grade(
        actor=cast.office_director, number=common.number, level=Level.III, reason="严重", now=timezone.now()
    )
    rules = {debt.rule.code for debt in other.deadlines.filter(voided_at=None)}
    assert {"R1", "R2"} <= rules and "R6" not in rules


def test_figures_of_the_merged_count_for_the_common_incident(cast, pair):
    common, other = pair
    merge(cast, other, common)
    report(cast, other, "FOLLOW_UP", actor=cast.other_enterprise, deaths=3)
    common.refresh_from_db(fields=["proposed_level"])
    assert common.proposed_level == Level.III


def test_who_may_merge_and_into_what(cast, pair):
    common, other = pair
    with pytest.raises(NotAllowed):
        merge(cast, other, common, actor=cast.commander)
    grading.dismiss(actor=cast.office_director, number=common.number, reason="误报", now=timezone.now())
    with pytest.raises(WrongState):
        merge(cast, other, common)
