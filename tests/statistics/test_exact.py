"""The sums that triggers keep say what a count of the incidents and debts themselves says, at every moment (§4.1)."""

import random
from collections import Counter, defaultdict
from contextlib import closing, suppress
from dataclasses import astuple, replace

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from alerts.models import Deadline, DebtTally
from alerts.services import debt_tally
from alerts.services.punctuality import by_month
from alerts.services.visibility import visible_debts
from incidents.days import city_time
from incidents.models import (
    EventClass,
    Incident,
    IncidentCell,
    IncidentMoment,
    IncidentMove,
    IncidentTally,
    Organization,
    Standing,
    Status,
)
from incidents.refusals import Refusal
from incidents.services.analysis import folding, tallying
from incidents.services.analysis.periods import Period
from incidents.services.analysis.statistics_asked import NO_FIRM, Asked, listed, seen, sight_of
from incidents.services.analysis.statistics_names import Names
from incidents.services.analysis.waiting import waits
from incidents.services.command import ordering
from incidents.services.debt import undertakings
from incidents.services.notice import reporting_up
from incidents.services.response import approving, grading, merging
from incidents.tasks import fold_tallies
from tests.cast import FIRM, OTHER_FIRM, assemble, call_in, report
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
            + [
                self.grade,
                self.regrade,
                self.dismiss,
                self.merge,
                self.correct,
                self.affect,
                self.report,
                self.fold,
                self.propose,
                self.propose,
                self.decide,
                self.order,
            ]
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
        firm = self.chance.choice([None, self.cast.firm, self.cast.other_enterprise.organization])
        rows.update(event_class=self.chance.choice(EventClass.objects.all()), enterprise=firm)
        received_at = self.now - timezone.timedelta(days=self.chance.randint(0, 60))
        rows.filter(graded_at=None).update(received_at=received_at, known_at=None)

    def propose(self):
        incident = self.any(Status.GRADED)
        Incident.objects.filter(pk=incident.pk).update(level=3)
        who = {"actor": self.cast.office_director, "number": incident.number}
        reporting_up.propose_response(**who, words="建议启动", now=self.now)

    def decide(self):
        incident, who = self.any(Status.GRADED), {"actor": self.cast.approver, "now": self.now}
        if self.chance.random() < 0.4:
            approving.refuse(number=incident.number, reason="暂不启动", **who)
        else:
            approving.approve(number=incident.number, document_no="1号", **who)

    def order(self):
        incident, who = self.any(Status.GRADED), {"actor": self.cast.commander, "now": self.now}
        ordering.issue(number=incident.number, to=FIRM, task="转移", **who)

    def affect(self):
        self.any(*Status).counties_affected.set(
            Organization.objects.filter(pk=self.cast.county.organization.pk)
        )

    def fold(self):
        fold_tallies()


def those_who_count(cast) -> list[list]:
    everyone = [cast.office_director], [cast.enterprise], [cast.other_enterprise], [cast.county]
    return [*everyone, [cast.enterprise, cast.county], [cast.county, cast.office_director]]


FILTERS = [
    {},
    {"level": 4},
    {"county": "驿城区"},
    {"firm": FIRM},
    {"firm": NO_FIRM, "level": 3},
    {"event_class": CLASSES[0], "county": "西平县"},
    {"origin": "outside_natural", "firm": OTHER_FIRM, "event_class": CLASSES[1]},
]


def asked_of(**filters) -> Asked:
    if "county" in filters:
        filters["county"] = Organization.objects.get(short_name=filters["county"]).code
    return Asked(YEAR, **filters)


def both_ways(actors, **filters) -> tuple[Counter, Counter]:
    asked = asked_of(**filters)
    within = Period(YEAR.year_ago.since, YEAR.until)
    sums = tallying.of_sight(sight_of(actors, within), SPANS, Names().keys(asked), asked.level)
    found = Counter()
    for row in sums:
        found[replace(row, n=0)] += row.n
    return found, Counter(
        {replace(row, n=0): row.n for row in tallying.of_incidents(seen(actors, asked), SPANS)}
    )


def waits_both_ways(actors, standing: str = "stands", **filters) -> tuple[dict, dict]:
    """From what is kept, and from each incident's own times, sorted."""
    asked = asked_of(standing=standing, **filters)
    sight, keys = sight_of(actors, YEAR), Names().keys(asked)
    kept = waits(sight, YEAR, keys, asked.level, asked.standing)
    minutes = defaultdict(list)
    for incident in listed(actors, asked).prefetch_related("responses", "orders"):
        third = [response for response in incident.responses.all() if response.level == 3]
        came = {"graded": [incident.graded_at] if incident.graded_at else []}
        if sight.is_whole:
            came["proposed"] = [response.created_at for response in third]
            came["approved"] = [row.decided_at for row in third if row.decided_at and not row.refused_reason]
            came["ordered"] = [order.issued_at for order in incident.orders.all()]
        for moment, times in came.items():
            if times:
                waited = int((min(times) - incident.received_at).total_seconds() // 60)
                first = timezone.localdate(incident.received_at).replace(day=1)
                for month in (None, first):
                    minutes[moment, month].append(min(max(waited, 0), 30 * 24 * 60))
    by_hand = {
        key: (len(found), *(sorted(found)[-(-len(found) * n // 100) - 1] for n in (50, 90, 100)))
        for key, found in minutes.items()
    }
    return {key: astuple(found) for key, found in kept.items()}, by_hand


def debts_both_ways(actors) -> tuple[Counter, Counter]:
    found, now = [], timezone.now()
    within = visible_debts(actors).filter(due_at__gte=city_time(YEAR.since), due_at__lt=city_time(YEAR.until))
    direct = list(by_month(within, now, "rule", "debtor"))
    for rows in (debt_tally.seen_by(actors, YEAR.since, YEAR.until, now), direct):
        counts = Counter()
        for row in rows:
            key = row["rule"], row["debtor"], row["month"]
            counts.update({(*key, "total"): row["total"], (*key, "in time"): row["in_time"]})
        found.append(+counts)
    return tuple(found)


def are_a_count(cast, when: str, some=FILTERS):
    for actors in those_who_count(cast):
        for filters in some:
            sums, direct = both_ways(actors, **filters)
            assert sums == direct, f"{when}: {actors} {filters}"
            sums, direct = waits_both_ways(actors, **filters)
            assert sums == direct, f"{when}: {actors} {filters}"
        sums, direct = debts_both_ways(actors)
        assert sums == direct, f"{when}: {actors}"


def test_after_whatever_happens_the_sums_are_a_count_of_what_is_there(cast, clock):
    acts = Acts(cast, clock, seed=1)
    for n in range(70):
        acts.one()
        if n % 12 == 0:
            are_a_count(cast, f"after {n + 1} acts", [FILTERS[n // 12]])
    acts.drill()
    are_a_count(cast, "after a drill", FILTERS[:1])
    sums, _ = both_ways([cast.office_director])
    assert sum(n for row, n in sums.items() if (row.kind, row.span) == ("all", 0)) == Incident.objects.count()
    by_hand = Counter(
        (incident.standing_level, timezone.localtime(incident.received_at).month)
        for incident in Incident.objects.exclude(status__in=["dismissed", "merged"])
    )
    told = Counter()
    for row, n in sums.items():
        if row.kind == "all" and row.span == 0 and row.standing == Standing.STANDS:
            told[row.level, row.month.month] += n
    assert told == by_hand
    for standing in ("", "dismissed"):
        sums, direct = waits_both_ways([cast.office_director], standing)
        assert sums == direct and ("graded", None) in sums, "what is unfounded was graded too"
    assert {"proposed", "approved", "ordered"} <= {
        moment for moment, _ in waits_both_ways([cast.office_director])[0]
    }
    seen_by_all = [sum(both_ways(actors)[0].values()) for actors in those_who_count(cast)]
    assert all(seen_by_all) and len(set(seen_by_all)) > 3, "there is something to see for each"
    assert DebtTally.objects.exclude(named=None).exists(), "a firm was named wrongly"
    assert debt_tally.seen_by([], YEAR.since, YEAR.until, timezone.now()) == []

    fold_tallies()
    assert not IncidentMove.objects.exists()
    are_a_count(cast, "folded")
    before, debts_before = kept(), [debts_both_ways(actors)[0] for actors in those_who_count(cast)]
    for sums in (IncidentTally, IncidentCell, DebtTally):
        sums.objects.all().delete()
    call_command("rebuild_tallies")
    assert before == kept()
    assert debts_before == [debts_both_ways(actors)[0] for actors in those_who_count(cast)]


def kept() -> list[set]:
    mixed = [field.name for field in IncidentCell._meta.fields if field.name != "id"]
    return [
        set(IncidentTally.objects.values_list("office", "month", "kind", "key", "level", "standing", "n")),
        set(IncidentCell.objects.values_list(*mixed)),
        set(IncidentMoment.objects.values_list()),
    ]


def test_who_files_waits_neither_for_another_nor_for_the_counting(cloned_database):
    """Of one month, county, class and firm: the rows that everybody's figures would meet in."""
    people = assemble()
    first, second = call_in(people), call_in(people)
    with closing(psycopg2.connect(cloned_database.url)) as other:
        with transaction.atomic():
            Incident.objects.filter(pk=first.pk).update(level=1)
            with other, other.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
                cursor.execute("UPDATE incidents_incident SET level = 1 WHERE id = %s", [second.pk])
            with other, other.cursor() as cursor:
                for sql in (
                    folding.FOLD,
                    "DELETE FROM incidents_incidenttally",
                    "DELETE FROM incidents_incidentcell",
                ):
                    cursor.execute(sql)
                cursor.execute(folding.REBUILD)
                cursor.execute(debt_tally.REBUILD)
        are_a_count(people, "both committed")
        folding.fold()
        assert IncidentTally.objects.get(kind="all").n == 2 and not IncidentMove.objects.exists()


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
    assert debts_both_ways([cast.office_director]) == (Counter(), Counter()), "an internal target is no rate"


def test_the_products_own_role_may_fold_and_rebuild(as_product, db):
    fold_tallies()
    call_command("rebuild_tallies")


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
