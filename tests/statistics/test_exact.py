"""The sums that triggers keep say what a count of the incidents and debts themselves says, at every moment (§4.1)."""

import random
from collections import Counter
from contextlib import suppress
from dataclasses import replace

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from alerts.models import Deadline, DebtTally
from alerts.services import debt_tally
from alerts.services.visibility import visible_debts
from incidents.models import EventClass, Incident, IncidentMove, IncidentTally, Organization, Standing, Status
from incidents.querysets import visible_incidents
from incidents.refusals import Refusal
from incidents.services import grading, merging, tallying, undertakings
from incidents.services.periods import Period
from incidents.services.statistics_asked import offices_of
from incidents.services.tallying import Waits
from incidents.tasks import fold_tallies
from tests.cast import FIRM, OTHER_FIRM, call_in, report
from tests.screens.stage import CLASSES, COUNTIES, by_others
from tests.statistics.conftest import T0

pytestmark = pytest.mark.clause("4.1")
YEAR = Period.of("2026")
SPANS = [YEAR, Period.of("2026-04"), YEAR.year_ago]


class Acts:
    """What happens, by chance: the ordinary acts, and corrections straight in the table."""

    def __init__(self, cast, clock, seed: int):
        self.cast, self.clock, self.chance = cast, clock, random.Random(seed)
        self.hours = 0.0

    def one(self):
        self.hours += self.chance.uniform(0.1, 60)
        self.now = self.clock(self.hours)
        act = self.chance.choice(
            [self.come_in] * 4
            + [self.grade, self.regrade, self.dismiss, self.merge, self.correct, self.report, self.fold]
        )
        with suppress(Refusal):
            act()

    def come_in(self):
        kind = {"county": self.chance.choice(COUNTIES), "event_class": self.chance.choice(CLASSES)}
        if self.chance.random() < 0.2:
            by_others(self.cast, **kind)
            return
        figures = self.chance.choice([None, {"deaths": 4}, {"deaths": 12}])
        firm = self.chance.choice([FIRM, OTHER_FIRM])
        call_in(self.cast, now=self.now, known_at=self.now, figures=figures, firm=firm, **kind)

    def drill(self):
        call_in(replace(self.cast, duty_officer=replace(self.cast.duty_officer, in_drill=True)), now=self.now)

    def any(self, *statuses) -> Incident:
        rows = list(Incident.objects.filter(status__in=statuses).order_by("pk"))
        if not rows:
            raise Refusal("没有")
        return self.chance.choice(rows)

    def _act(self, act, actor, incident, **said):
        act(actor=actor, number=incident.number, now=self.now, reason="核实后", **said)

    def grade(self):
        incident = self.any(Status.REPORTED)
        self._act(grading.grade, self.cast.office_director, incident, level=self.chance.randint(1, 4))

    def regrade(self):
        incident = self.any(Status.GRADED)
        self._act(grading.regrade, self.cast.commander, incident, level=self.chance.randint(1, 4))

    def dismiss(self):
        self._act(grading.dismiss, self.cast.office_director, self.any(Status.REPORTED, Status.GRADED))

    def merge(self):
        incident, into = self.any(Status.REPORTED), self.any(Status.REPORTED, Status.GRADED)
        self._act(merging.merge, self.cast.office_director, incident, into=into.number)

    def report(self):
        incident = self.any(Status.REPORTED, Status.GRADED, Status.MERGED)
        report(self.cast, incident, self.chance.choice(["ORAL", "BRIEF", "WRITTEN"]), now=self.now)
        Deadline.objects.filter(pk=self.chance.choice(Deadline.objects.values_list("pk", flat=True))).update(
            counted=self.chance.random() < 0.7
        )

    def correct(self):
        rows = Incident.objects.filter(pk=self.any(*Status).pk)
        rows.update(county=self.chance.choice(Organization.objects.filter(kind="COUNTY")))
        rows.update(event_class=self.chance.choice(EventClass.objects.all()), enterprise=None)

    def fold(self):
        fold_tallies()


def both_ways(cast) -> tuple[Counter, Counter]:
    actors = [cast.office_director]
    rows = tallying.of_offices(offices_of(actors), SPANS)
    direct = tallying.of_incidents(visible_incidents(actors), SPANS)
    return Counter(rows), Counter(direct)


def debts_both_ways(cast) -> tuple[Counter, Counter]:
    actors, found = [cast.office_director], []
    now = timezone.now()
    for rows in (
        debt_tally.of_offices(offices_of(actors), YEAR.since, YEAR.until, now),
        debt_tally.of_debts(visible_debts(actors), YEAR.since, YEAR.until, now),
    ):
        counts = Counter()
        for row in rows:
            key = row["rule"], row["debtor"], row["month"]
            counts.update({(*key, "total"): row["total"], (*key, "in time"): row["in_time"]})
        found.append(counts)
    return tuple(found)


def test_after_whatever_happens_the_sums_are_a_count_of_what_is_there(cast, clock):
    acts = Acts(cast, clock, seed=1)
    for n in range(50):
        acts.one()
        if n % 7 == 0:
            sums, direct = both_ways(cast)
            assert sums == direct, f"after {n + 1} acts"
            sums, direct = debts_both_ways(cast)
            assert +sums == +direct, f"after {n + 1} acts"
    acts.drill()
    sums, direct = both_ways(cast)
    assert sums == direct
    assert sum(row.n for row in sums if (row.kind, row.span) == ("all", 0)) == Incident.objects.count()
    by_hand = Counter(
        (incident.standing_level, timezone.localtime(incident.received_at).month)
        for incident in Incident.objects.exclude(status__in=["dismissed", "merged"])
    )
    told = Counter()
    for row in sums:
        if row.kind == "all" and row.span == 0 and row.standing == Standing.STANDS:
            told[row.level, row.month.month] += row.n
    assert told == by_hand
    assert debt_tally.of_offices([], YEAR.since, YEAR.until, timezone.now()) == []

    fold_tallies()
    assert not IncidentMove.objects.exists()
    assert both_ways(cast) == (direct, direct)
    before = set(
        IncidentTally.objects.values_list("office", "month", "kind", "key", "level", "standing", "n")
    )
    debts_before, _ = debts_both_ways(cast)
    IncidentTally.objects.all().delete()
    DebtTally.objects.all().delete()
    call_command("rebuild_tallies")
    assert before == set(
        IncidentTally.objects.values_list("office", "month", "kind", "key", "level", "standing", "n")
    )
    assert debts_both_ways(cast)[0] == debts_before


def test_a_month_is_the_citys_and_a_change_that_no_figure_shows_adds_no_row(cast, clock):
    clock(0)
    eve = timezone.make_aware(timezone.datetime(2026, 3, 31, 23, 59, 59))
    call_in(cast, now=eve, known_at=eve)
    assert T0 < eve and IncidentMove.objects.get().month.month == 3
    next_second = eve + timezone.timedelta(seconds=1)
    incident = call_in(cast, now=next_second, known_at=next_second)
    assert IncidentMove.objects.latest("pk").month.month == 4
    moves = IncidentMove.objects.count()
    Incident.objects.filter(pk=incident.pk).update(title="改名", outgrown_at=next_second)
    assert IncidentMove.objects.count() == moves
    with connection.cursor() as cursor:  # nobody who files waits: rows are only ever added
        cursor.execute("SELECT count(*) FROM pg_locks WHERE relation = 'incidents_incidenttally'::regclass")
        assert cursor.fetchone() == (0,)


def test_what_a_body_had_to_make_ready_is_summed_up_too(cast, clock):
    now = clock(0)
    matter = {"body": cast.firm, "rule": "Q1", "matter": "hazard/ZMD-H-2026-0001", "actor": cast.enterprise}
    undertakings.owe(title="整改", due_at=clock(48), now=now, **matter)
    undertakings.settle(at=clock(24), now=clock(24), **matter)
    row = DebtTally.objects.get()
    assert (row.office, row.debtor, row.in_time, row.n) == (
        cast.duty_officer.organization.pk,
        cast.firm.pk,
        True,
        1,
    )
    debt_tally.rebuild()
    assert DebtTally.objects.values_list("office", "in_time", "n").get() == (row.office, True, 1)
    assert debts_both_ways(cast) == (Counter(), Counter()), "an internal target is no rate"


def test_the_products_own_role_may_fold_and_rebuild(as_product, db):
    fold_tallies()
    call_command("rebuild_tallies")


def test_percentiles_are_exact_to_the_minute():
    assert Waits.of([]) == Waits(0, None, None)
    assert Waits.of([(7, 1)]) == Waits(1, 7, 7)
    assert Waits.of([(30, 1), (10, 8), (20, 1)]) == Waits(10, 10, 20)
    chance = random.Random(3)
    for _ in range(50):
        minutes = sorted(chance.randint(0, 90) for _ in range(chance.randint(1, 40)))
        found = Waits.of(Counter(minutes).items())
        for per_cent, value in ((50, found.median), (90, found.ninetieth)):
            assert value == minutes[-(-len(minutes) * per_cent // 100) - 1]


def test_periods_are_whole_months_and_know_what_came_before():
    quarter = Period.of("2026-Q4")
    assert (str(quarter), str(quarter.before), str(quarter.year_ago)) == (
        "2026年第四季度",
        "2026年第三季度",
        "2025年第四季度",
    )
    for code in ("2026", "2026-Q1", "2026-12", "2025-11..2026-02"):
        assert Period.of(code).code == code
    assert Period.of("2025-11..2026-02").before.code == "2025-07..2025-10"
    assert str(Period.of("2026-01").before) == "2025年12月"
    for wrong in (
        "",
        "1999",
        "2026-13",
        "2026-Q5",
        "2026-03..2026-02",
        "2026-01..2036-01",
        "2026-3",
        "2026 ",
    ):
        assert Period.of(wrong) is None, wrong
