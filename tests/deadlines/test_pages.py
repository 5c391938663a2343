"""时限 and 值班电话: every debt by its state now, filtered; the desk's telephone list."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from alerts.models import Deadline, State
from incidents.models import Contact
from incidents.services.debt import enforcing
from tests.cast import OTHER_FIRM, call_in, report
from tests.deadlines.moments import at
from tests.query_counts import pinned
from tests.screens.stage import many_incidents, sign_in, text_of

PAGE = "/deadlines/"


@pytest.fixture
def debts(cast, clock):
    """R3 met, R4 breached, R10 waived; of another firm R3 met late and R4 open."""
    first = call_in(cast, known_at=at(0), now=clock(0))
    enforcing.waive(
        actor=cast.office_director,
        deadline=first.deadlines.get(rule__code="R10").pk,
        reason="另案核实",
        now=clock(1),
    )
    call_in(cast, firm=OTHER_FIRM, known_at=at(30), now=clock(100), event_class="flood")
    clock(130)
    return first


def seen(actor, **asked):
    page = sign_in(actor).get(PAGE, asked)
    assert page.status_code == 200
    return [(row["debt"].rule.code, row["debt"].debtor.code) for row in page.context["rows"]], page


def test_without_a_filter_what_is_not_settled_stands_there_the_next_due_first(cast, debts):
    rows, page = seen(cast.duty_officer)
    due = [row["debt"].due_at for row in page.context["rows"]]
    assert due == sorted(due) and {code for code, _ in rows} == {"R4", "R10", "R11"}
    assert "超法定时限" in text_of(page) and debts.number in text_of(page)


@pytest.mark.parametrize(
    ("state", "codes"),
    [
        ("met", {"R3"}),
        ("met_late", {"R3"}),
        ("waived", {"R10"}),
        ("void", set()),
        ("breached", {"R4", "R11"}),
        ("open", {"R4", "R10", "R11"}),
    ],
)
def test_each_state_is_a_filter_and_is_decided_by_now(cast, debts, state, codes):
    rows, page = seen(cast.auditor, state=state)
    assert {code for code, _ in rows} == codes
    counts = {row["state"]: row["count"] for row in page.context["counts"]}
    assert counts[State(state)] == len(rows)
    now = timezone.now()
    assert counts == {
        s: sum(d.state(now) == s for d in Deadline.objects.select_related("rule")) for s in State
    }


def test_filters_by_rule_debtor_basis_level_county_and_period(cast, debts):
    office = cast.duty_officer
    assert seen(office, rule="R4", debtor=cast.firm.code)[0] == [("R4", cast.firm.code)]
    assert {code for code, _ in seen(office, basis="plan")[0]} == {"R4"}
    assert seen(office, level="1")[0] == [] and len(seen(office, level="4")[0]) == 5
    assert seen(office, county="yicheng")[0] and not seen(office, county="xiping")[0]
    assert not seen(office, until="2026-03-01")[0] and seen(office, since="2026-03-02", until="2026-03-02")[0]
    latest = [row["debt"].due_at for row in seen(office, order="latest")[1].context["rows"]]
    assert latest == sorted(latest, reverse=True)
    page = seen(office, rule="R4", state=["open", "breached"])[1]
    assert "?state=met&amp;rule=R4" in page.content.decode(), "a state keeps the other filters"


@pytest.mark.parametrize(
    "odd",
    [{"since": "回头"}, {"rule": "X9"}, {"level": "9"}, {"state": "odd"}, {"debtor": "<x>"}, {"page": "x"}],
)
def test_what_cannot_be_read_is_said_and_never_a_500(cast, debts, odd):
    rows, page = seen(cast.duty_officer, **odd)
    assert rows and ("page" in odd or page.context["asked"].errors)


def test_a_firm_sees_what_it_owes_and_nothing_else(cast, debts):
    rows, page = seen(cast.enterprise, state=[state.value for state in State])
    assert {debtor for _, debtor in rows} == {cast.firm.code}
    shown = page.content.decode()
    assert "data-act" not in shown and "快递企业乙" not in shown
    assert seen(cast.other_enterprise)[0] == [("R4", OTHER_FIRM)]


def test_members_and_counties_see_what_they_owe_and_administrators_have_no_page(cast, debts):
    for actor in (cast.member, cast.county, cast.approver):
        assert seen(actor)[0] == []
    assert sign_in(cast.administrator).get(PAGE).status_code == 404


def test_with_nothing_it_says_so(cast):
    assert "没有未了结的时限" in text_of(sign_in(cast.duty_officer).get(PAGE))
    assert "没有符合条件的时限" in text_of(sign_in(cast.duty_officer).get(PAGE, {"state": "void"}))


def test_many_come_in_pages(cast):
    many_incidents(cast, 25)
    client = sign_in(cast.duty_officer)
    first = client.get(PAGE, {"basis": "decided"})
    assert len(first.context["rows"]) == 40 and "basis=decided&amp;page=2" in first.content.decode()
    assert client.get(PAGE, {"basis": "decided", "page": 2}).context["rows"]


@pytest.mark.parametrize("count", [1, 12])
@pytest.mark.parametrize("view", ["", "punctuality"])
def test_as_many_queries_for_a_dozen_as_for_one(cast, count, view):
    many_incidents(cast, count)
    Deadline.objects.update(due_at=timezone.now() - timedelta(hours=1))
    client = sign_in(cast.duty_officer)
    client.get(PAGE, {"view": view})
    with pinned(f"screen:deadlines {view}".strip()):
        assert client.get(PAGE, {"view": view}).status_code == 200


# — one line for debts that began together —


def test_the_timeline_tells_debts_that_began_together_in_one_line(cast, clock):
    incident = call_in(cast, known_at=at(0), now=clock(0))
    client = sign_in(cast.duty_officer)
    for place in (reverse("incident", args=[incident.number]), reverse("desk")):
        page = client.get(place)
        assert "起算 4 项时限：R3 口头汇报、R4 " in text_of(page), place
        assert page.content.decode().count('data-action="deadline.opened"') <= 1
    assert incident.timeline.filter(action="deadline.opened").count() == 4
    report(cast, incident, "FOLLOW_UP", now=clock(5), deaths=3)
    words = text_of(client.get(reverse("incident", args=[incident.number])))
    assert words.count("起算 4 项时限") == 1, "what began later has a line of its own"


# — the telephone list —


@pytest.mark.parametrize("role", ["duty_officer", "office_director", "commander"])
def test_the_telephone_list_holds_every_body_with_its_people(cast, role):
    words = text_of(sign_in(getattr(cast, role)).get("/telephone/"))
    assert "0396-2887360" in words and "值班员甲 0396-0000000" in words and "总指挥" in words
    assert "驿城区" in words and "快递企业甲" in words


@pytest.mark.parametrize("role", ["enterprise", "county", "member", "auditor", "administrator"])
def test_it_is_the_offices_alone(cast, role):
    assert sign_in(getattr(cast, role)).get("/telephone/").status_code == 404


def test_it_is_searched_by_body_person_number_and_kind(cast):
    client = sign_in(cast.duty_officer)
    Contact.objects.filter(person=cast.county.person).update(phone="0396-7654321")
    for words in ("县区值班员", "7654321", "驿城区 县区"):
        page = client.get("/telephone/", {"q": words})
        assert [section["key"] for section in page.context["sections"]] == ["counties"], words
    only = client.get("/telephone/", {"kind": "members"})
    assert [section["key"] for section in only.context["sections"]] == ["members"]
    assert "没有找到这样的电话" in text_of(client.get("/telephone/", {"q": "不存在"}))


def test_the_telephone_list_asks_as_often_however_many_bodies(cast):
    client = sign_in(cast.duty_officer)
    client.get("/telephone/")
    with pinned("screen:telephone"):
        client.get("/telephone/")
