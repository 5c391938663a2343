"""Two people at once: nothing is lost or doubled, and the loser is told what happened meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from incidents import ledger
from incidents.models import Incident, LedgerEntry, Level, Report
from incidents.refusals import Refusal, WrongState
from incidents.services.report import intake
from incidents.services.response import grading, responding
from tests.cast import FIRM, OTHER_FIRM, call_in, facts, report, written


@pytest.fixture
def incident(cloned_database, cast):
    return call_in(cast)


def at_once(*acts):
    """Runs the acts in threads with connections of their own; returns results and refusals in order."""
    barrier = Barrier(len(acts))

    def run(act):
        barrier.wait(60)
        try:
            return act()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def refusals(results):
    return [result for result in results if isinstance(result, Refusal)]


@pytest.mark.clause("3.2")
def test_two_people_grade_at_once(incident, cast):
    seen = ledger.last_seq(incident.chain)

    def grade(level, reason):
        return lambda: grading.grade(
            actor=cast.office_director,
            number=incident.number,
            level=level,
            reason=reason,
            seen=seen,
            now=timezone.now(),
        )

    results = at_once(grade(Level.IV, ""), grade(Level.III, "现场严重"))
    (loser,) = refusals(results)
    assert isinstance(loser, WrongState)
    assert LedgerEntry.objects.filter(incident=incident, action="incident.graded").count() == 1
    rules = incident.deadlines.filter(voided_at=None, rule__kind="WRITTEN").values_list(
        "rule__code", flat=True
    )
    level = Incident.objects.get(pk=incident.pk).level
    assert list(rules) == ["R4" if level == Level.IV else "R2"]


@pytest.mark.clause("3.2")
def test_who_decides_on_a_stale_screen_reads_what_happened_meanwhile(incident, cast):
    seen = ledger.last_seq(incident.chain)
    report(cast, incident, "FOLLOW_UP", deaths=4)
    with pytest.raises(WrongState) as refusal:
        grading.grade(
            actor=cast.office_director,
            number=incident.number,
            level=Level.IV,
            reason="一般",
            seen=seen,
            now=timezone.now(),
        )
    assert refusal.value.code == "moved_on"
    assert any(f"{incident.number}-R2" in line for line in refusal.value.meanwhile)


@pytest.mark.clause("5.2.1")
def test_reports_arriving_while_the_level_changes(incident, cast):
    grading.grade(actor=cast.office_director, number=incident.number, level=Level.IV, now=timezone.now())
    results = at_once(
        lambda: report(cast, incident, "WRITTEN"),
        lambda: report(cast, incident, "FOLLOW_UP", deaths=5),
        lambda: grading.regrade(
            actor=cast.commander, number=incident.number, level=Level.III, reason="扩大", now=timezone.now()
        ),
    )
    assert refusals(results) == []
    numbers = Report.objects.filter(incident=incident).values_list("number", flat=True)
    assert sorted(numbers) == [f"{incident.number}-R{n}" for n in (1, 2, 3)]
    written_debt = incident.deadlines.get(rule__code="R2")
    assert written_debt.met_at, "whichever came first, the report answers the brief that Ⅲ asks for"
    assert list(ledger.verify()) == []


@pytest.mark.clause("5.5")
def test_a_double_click_starts_one_response(incident, cast):
    grading.grade(actor=cast.office_director, number=incident.number, level=Level.IV, now=timezone.now())

    def start():
        return responding.start_four(
            actor=cast.enterprise, number=incident.number, measures="启动", now=timezone.now()
        )

    results = at_once(start, start, start)
    assert len(refusals(results)) == 2
    assert incident.responses.count() == 1


@pytest.mark.clause("5.2.1")
def test_numbers_run_without_gap_or_double_under_many_filings(cloned_database, cast):
    def file(firm, actor):
        return lambda: intake.open_incident(
            actor=actor,
            kind="WRITTEN",
            arrival=intake.Arrival("FORM"),
            facts=facts(firm=firm, known_at=timezone.now() - timedelta(minutes=1)),
            contents=written(),
            now=timezone.now(),
        )

    filings = [file(FIRM, cast.enterprise), file(OTHER_FIRM, cast.other_enterprise)] * 6
    assert refusals(at_once(*filings)) == []
    serials = sorted(Incident.objects.values_list("serial", flat=True))
    assert serials == list(range(1, 13))
    assert list(ledger.verify()) == []
