"""What the benchmark of many incidents stands on: rows that the product's own rules and pages take for real ones."""

from django.db import connection
from django.utils import timezone

from alerts.models import Deadline, Notification
from benchmarks.filling import Filling
from benchmarks.rows import RARE, RARE_IN, Given
from benchmarks.scale import Page, Run
from incidents import ledger
from incidents.models import Incident, LedgerEntry, Report
from incidents.services.command import ordering
from incidents.services.response import grading
from tests import cast as people
from tests.screens.stage import sign_in

SIZE = 200


def test_the_filling_is_made_of_rows_that_hold(cast):
    """With every constraint and trigger in place, which the benchmark turns off."""
    now = timezone.now()
    incident = people.call_in(cast, figures={"deaths": 3})
    grading.grade(actor=cast.office_director, number=incident.number, level=3, reason="核实", now=now)
    order = ordering.issue(
        actor=cast.commander, number=incident.number, to=people.FIRM, task="转移邮件", now=now
    )
    given = Given(incident.pk, incident.reports.get().pk, order.pk, cast.duty_officer.person.pk)
    with connection.cursor() as cursor:
        Filling(cursor, given, SIZE).fill()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    made = Incident.objects.exclude(pk=incident.pk)
    assert made.count() == Notification.objects.filter(text__in=made.values("title")).count() == SIZE
    assert 2 * SIZE < Report.objects.filter(incident__in=made).count() < 5 * SIZE
    assert made.filter(title__contains=RARE).count() == RARE_IN
    assert {"closed", "reported", "graded", "ended"} <= set(made.values_list("status", flat=True))
    states = Deadline.objects.filter(incident__in=made).with_state(now).values_list("state_now", flat=True)
    assert {"met", "met_late", "open", "breached", "void"} <= set(states)
    assert LedgerEntry.objects.filter(incident__in=made).count() > 5 * SIZE
    for pk in made.values_list("pk", flat=True)[::20]:
        assert ledger.verify_chain(f"incident:{pk}") is None
    newest = made.order_by("-pk").first()
    client, run = sign_in(cast.duty_officer), Run(None, (1, 2), 1)
    for path in ("/desk/", f"/incidents/{newest.number}/", f"/search/?q={RARE}", "/deadlines/"):
        assert run.ask(Page("", "duty", path), {"duty": client}) > 0
    assert len(client.get("/search/", {"q": RARE}).context["groups"][0].hits) == 5


def test_the_ratio_is_told_round_by_round():
    taken = {"desk": {1_000: [10.0, 20.0, 10.0], 1_000_000: [15.0, 30.0, 90.0]}}
    filled = {size: {"database_mib": size // 1000} for size in (1_000, 1_000_000)}
    found = Run(None, (1_000, 1_000_000), 3).report(taken, {"desk": 7}, filled)
    assert found["ratio_1m_to_1k"] == {"desk": 1.5} and found["database_mib"] == 1000
    assert found["pages"]["desk"] == {"queries": 7, "ms": {1_000: 10.0, 1_000_000: 30.0}, "ratio": 1.5}
