"""及时率: of the plan's own limits, how many were met in time, by firm and month (domain, head)."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from django.urls import reverse

from alerts.models import Deadline
from alerts.services import debt_tally, punctuality
from alerts.services.punctuality import Rate, Table, months_between
from alerts.services.visibility import visible_debts
from incidents import drill_clock
from incidents.days import city_time
from incidents.roles import Caller
from incidents.services.debt import enforcing
from incidents.web.analysis.deadline_filter import DeadlineFilter
from incidents.web.analysis.punctuality import context
from tests.cast import OTHER_FIRM, call_in, file_in, report
from tests.deadlines.moments import at
from tests.drills.stage import begin, playing
from tests.screens.stage import sign_in, text_of

pytestmark = pytest.mark.clause("5.2.1")


@pytest.fixture
def year(cast, clock):
    """March: R3 in time, R4 late; R4 of another firm in time. April: R3 and R4 in time; R4 waived, R4 open."""
    first = call_in(cast, known_at=at(0), now=clock(0))
    report(cast, first, "WRITTEN", now=clock(200))
    other = call_in(cast, known_at=at(0), now=clock(210), firm=OTHER_FIRM, event_class="flood")
    other.deadlines.filter(rule__code="R4").update(due_at=at(300), met_at=at(290), next_step_at=None)
    april = 31 * 24 * 60
    file_in(cast, known_at=at(april), now=clock(april + 5), oral_at=None)
    Deadline.objects.filter(rule__code="R3", due_at__gte=at(april)).update(
        met_at=at(april + 6), next_step_at=None
    )
    waived = call_in(cast, known_at=at(april), now=clock(april + 10), event_class="flood")
    enforcing.waive(
        actor=cast.office_director,
        deadline=waived.deadlines.get(rule__code="R4").pk,
        reason="封控",
        now=clock(april + 20),
    )
    waived.deadlines.filter(rule__code="R3").update(counted=False)
    call_in(cast, known_at=at(april), now=clock(april + 10), event_class="epidemic")
    Deadline.objects.filter(incident__event_class__code="epidemic", rule__code="R3").update(
        met_at=None, voided_at=at(april + 11), next_step_at=None
    )
    return clock(april + 30)


def test_only_the_plans_limits_that_are_due_count(cast, year):
    rows = punctuality.by_month(Deadline.objects.all(), year, "debtor__code")
    table = Table.of(rows, "debtor__code")
    assert table.months == [date(2026, 3, 1), date(2026, 4, 1)]
    firm, other = (cast.firm.code,), (cast.other_firm.code,)
    assert table.at(firm, date(2026, 3, 1)) == Rate(1, 2), "R4 came late"
    assert table.at(firm, date(2026, 4, 1)) == Rate(2, 2), "waived, void, uncounted and open stay out"
    assert table.at(other, date(2026, 4, 1)).words == "—"
    assert (table.of_row(firm).words, table.of_row(other).words) == ("75%", "50%")


def test_a_rate_never_rounds_up_to_all():
    assert Rate(1999, 2000).words == "99.9%" and Rate(3, 3).words == "100%" and Rate().words == "—"


def test_every_month_between_has_a_column():
    months = months_between([date(2026, 2, 1), date(2025, 11, 1)])
    assert months == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
    assert months_between([]) == []


def test_the_page_shows_rates_a_chart_and_the_debts_behind_each_figure(cast, year):
    client = sign_in(cast.duty_officer)
    page = client.get(reverse("deadlines"), {"view": "punctuality"})
    words = text_of(page)
    assert "快递企业甲" in words and "75%" in words and "—" in words
    assert 'role="img" aria-label="各月及时率：3月 50%；4月 100%"' in page.content.decode()
    row = next(row for row in page.context["rows"] if row["name"].startswith("快递企业甲"))
    rate, url = row["cells"][0]
    behind = client.get(reverse("deadlines") + url)
    assert len(behind.context["rows"]) == rate.total == 2
    by_rule = client.get(reverse("deadlines"), {"view": "punctuality", "by": "rule"})
    assert {row["name"][:2] for row in by_rule.context["rows"]} == {"R3", "R4"}


def test_sums_and_a_count_say_the_same_to_the_day(cast, year):
    """Also at the turn of a month in city time; and whatever is said, its columns add up and its lists are as long."""
    actors, now = [cast.office_director], year
    at_midnight = Deadline.objects.filter(rule__code="R3", due_at__gte=at(31 * 24 * 60)).first()
    Deadline.objects.filter(pk=at_midnight.pk).update(due_at=city_time(date(2026, 4, 1)))
    for since, until in (
        ("2025-11-10", "2026-04-20"),
        ("2026-03-02", "2026-04-01"),
        ("2026-03-31", "2026-04-02"),
    ):
        first, last = date.fromisoformat(since), date.fromisoformat(until)
        within = visible_debts(actors).filter(due_at__gte=city_time(first), due_at__lt=city_time(last))
        direct = Table.of(punctuality.by_month(within, now, "rule", "debtor"), "rule", "debtor")
        kept = Table.of(debt_tally.between(actors, first, last, now), "rule", "debtor")
        assert kept.rates == direct.rates and kept.all.total, (since, until)
    client, months = sign_in(cast.office_director), set()
    county = cast.firm.county or cast.county.organization
    for asked in (
        {},
        {"since": "2026-03-02"},
        {"until": "2026-04-01"},
        {"by": "rule", "level": 4},
        {"county": county.code},
    ):
        page = client.get(reverse("deadlines"), {"view": "punctuality"} | asked)
        shown = page.context
        assert shown["whole"] == sum((rate for rate, _ in shown["sums"]), Rate())
        cells = [*shown["sums"], (shown["whole"], shown["whole_url"])]
        for row in shown["rows"]:
            assert row["whole"] == sum((rate for rate, _ in row["cells"]), Rate())
            cells += [*row["cells"], (row["whole"], row["url"])]
        for rate, url in cells:
            if rate.total:
                behind = DeadlineFilter(QueryDict(url[1:]), caller=Caller(tuple(actors)), now=now)
                assert behind.shown.count() == rate.total, (asked, url)
        months |= set(shown["months"])
    assert len(months) == 2
    assert f"只算 {county.short_name}" in text_of(page), "printed, it says what it counts"
    long = client.get(
        reverse("deadlines"), {"view": "punctuality", "since": "2020-01-01", "until": "2099-01-01"}
    )
    assert (long.context["since"], long.context["last"]) == (date(2025, 5, 1), date(2026, 4, 30))
    assert "最多列十二个月" in text_of(long)
    backwards = {"view": "punctuality", "since": "2026-04-01", "until": "2026-03-01"}
    assert client.get(reverse("deadlines"), backwards).context["rows"] == []


def test_in_a_drill_months_are_of_its_clock(cast, year):
    at_sea = begin(cast, speed=60, story_at=city_time(date(2026, 8, 31)) + timedelta(hours=20))
    drilling = playing(cast, at_sea)
    call_in(drilling, known_at=year, now=year)
    Deadline.objects.filter(incident__drill=at_sea, rule__code="R4").update(
        due_at=year + timedelta(minutes=3), met_at=year, next_step_at=None
    )
    with drill_clock.running(at_sea.clock):
        asked = DeadlineFilter(QueryDict(), caller=Caller((drilling.office_director,)), now=year)
        told = context(RequestFactory().get("/"), asked)
    assert told["months"] == [date(2026, 8, 1)] and told["whole"].in_time


def test_a_firm_sees_its_own_rate_alone(cast, year):
    page = sign_in(cast.other_enterprise).get(reverse("deadlines"), {"view": "punctuality"})
    assert [row["whole"] for row in page.context["rows"]] == [Rate(1, 2)]
    assert "快递企业甲" not in text_of(page)


def test_without_anything_that_counted_it_says_so(cast, clock):
    call_in(cast, known_at=at(0), now=clock(0))
    Deadline.objects.update(met_at=None)
    page = sign_in(cast.duty_officer).get(reverse("deadlines"), {"view": "punctuality"})
    assert "这段时间没有计入及时率的时限" in text_of(page) and "及时率 —" in text_of(page)


def test_the_period_narrows_it(cast, year):
    asked = {"view": "punctuality", "since": "2026-04-01", "until": "2026-04-30"}
    page = sign_in(cast.auditor).get(reverse("deadlines"), asked)
    assert page.context["whole"] == Rate(2, 2)
