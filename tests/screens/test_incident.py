"""事件: one incident as each role sees it: what is due, the facts by source, the timeline, the print."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from incidents.models import LedgerEntry, OpenItem
from incidents.services.debt import chasing
from incidents.services.report import intake
from incidents.services.response import grading, merging
from tests import cast as people
from tests.screens.stage import sign_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db):
    return people.assemble()


@pytest.fixture
def incident(cast):
    return people.call_in(cast)


def page_of(actor, incident, **query):
    return sign_in(actor).get(reverse("incident", args=[incident.number]), query)


@pytest.mark.parametrize(
    "role", ["duty_officer", "office_director", "commander", "auditor", "enterprise", "county"]
)
def test_whoever_may_see_it_sees_it(cast, incident, role):
    page = page_of(getattr(cast, role), incident)
    assert page.status_code == 200 and incident.number in text_of(page)


@pytest.mark.parametrize("role", ["other_enterprise", "member", "approver", "administrator"])
def test_for_others_it_does_not_exist(cast, incident, role):
    assert page_of(getattr(cast, role), incident).status_code == 404
    client = sign_in(getattr(cast, role))
    assert client.get(reverse("incident-live", args=[incident.number])).status_code == 404
    assert client.get(reverse("act", args=[incident.number, "report.file"])).status_code == 404


def codes(page) -> set[str]:
    return {line.debt.rule.code for line in page.context["board"].debts}


@pytest.mark.clause("5.2.1")
def test_the_office_sees_every_debt_and_the_firm_its_own(cast, incident):
    assert codes(page_of(cast.duty_officer, incident)) == {"R3", "R4", "R10", "R11"}
    assert codes(page_of(cast.enterprise, incident)) == {"R3", "R4"}
    assert codes(page_of(cast.county, incident)) == set()


def test_each_debt_has_the_button_that_settles_it(cast, incident):
    lines = {
        line.debt.rule.code: line for line in page_of(cast.office_director, incident).context["board"].debts
    }
    names = {code: [button.name for button in line.settle] for code, line in lines.items()}
    assert names == {
        "R3": [],
        "R4": ["登记书面报告"],
        "R10": ["核实", "定级"],
        "R11": ["电话报告市邮政业应急指挥部", "写专报"],
    }
    assert [button.name for button in lines["R4"].beside] == ["催报", "豁免"]
    assert not lines["R3"].beside, "what is met can't be waived"


def test_a_debt_says_its_basis_and_clause_in_words(cast, incident):
    words = text_of(page_of(cast.duty_officer, incident))
    assert "法定时限" in words and "内部时限" in words and "§5.2.1" in words


def test_an_overdue_debt_may_be_written_off_by_the_director_alone(cast):
    now = timezone.now()
    incident = people.call_in(cast, now=now - timedelta(hours=3), known_at=now - timedelta(hours=3))
    line = next(
        x for x in page_of(cast.office_director, incident).context["board"].debts if x.debt.rule.code == "R4"
    )
    assert [button.name for button in line.beside] == ["催报", "核销"]
    page = page_of(cast.duty_officer, incident)
    others_may = {button.name for line in page.context["board"].debts for button in line.beside}
    assert others_may == {"催报"}, "neither waiving nor writing off"
    assert "超时" in text_of(page) and "超法定时限" in text_of(page)


def test_the_firm_is_told_to_telephone(cast):
    incident = people.file_in(cast)
    line = next(
        x for x in page_of(cast.enterprise, incident).context["board"].debts if x.debt.rule.code == "R3"
    )
    assert line.hint == "请拨打 0396-2887360 口头汇报"


def names_of(page, group) -> set[str]:
    return {button.code for button in page.context["board"].buttons[group]}


def test_acts_are_buttons_or_grey_with_the_reason_or_folded_away(cast, incident):
    page = page_of(cast.duty_officer, incident)
    assert {"incident.verify", "report.file", "report.up", "firm.chase"} <= names_of(page, "now")
    assert "response.start" in names_of(page, "later") and "incident.grade" in names_of(page, "never")
    words = text_of(page)
    assert "事件处于“接报”，不能启动Ⅳ级响应。" in words and "须由应急办主任办理。" in words


def test_an_auditor_may_do_nothing(cast, incident):
    page = page_of(cast.auditor, incident)
    assert names_of(page, "now") == set() and "此刻没有可由您办理的事项" in text_of(page)


@pytest.mark.parametrize(("level", "grey"), [(1, "incident.upgrade"), (4, "incident.downgrade")])
def test_there_is_nothing_above_the_highest_and_below_the_mildest_level(cast, incident, level, grey):
    grading.grade(
        actor=cast.office_director, number=incident.number, level=level, reason="定", now=timezone.now()
    )
    assert grey in names_of(page_of(cast.commander, incident), "later")


def say_by_police(cast, incident, **figures):
    return intake.file_report(
        actor=cast.duty_officer,
        number=incident.number,
        kind="FOLLOW_UP",
        arrival=intake.Arrival("PHONE", informant="POLICE"),
        contents=figures | {"development": "公安通报"},
        now=timezone.now(),
    )


@pytest.mark.clause("3.2")
def test_figures_stand_by_source_and_a_conflict_is_marked(cast, incident):
    say_by_police(cast, incident, deaths=3)
    page = page_of(cast.duty_officer, incident)
    deaths = next(m for m in page.context["facts"].measured if m.name.startswith("死亡"))
    assert deaths.differ and [words for words, _ in deaths.words] == ["0", "3"]
    words = text_of(page)
    assert "说法不一" in words and "非公报原文" in words
    assert ("死亡人数", "0", "3") in page.context["facts"].changes


def test_what_others_said_is_not_the_firms_to_read(cast, incident):
    say_by_police(cast, incident, deaths=3)
    words = text_of(page_of(cast.enterprise, incident))
    assert "公安" not in words and "说法不一" not in words


def test_a_proposal_above_the_grade_stands_on_top(cast, incident):
    grading.grade(actor=cast.office_director, number=incident.number, level=4, now=timezone.now())
    say_by_police(cast, incident, deaths=3)
    assert "事实建议Ⅲ级，高于现定Ⅳ级" in text_of(page_of(cast.office_director, incident))
    assert "事实建议Ⅲ级" not in text_of(page_of(cast.enterprise, incident))


def test_a_superseded_report_and_one_typed_later_are_marked(cast, incident):
    now = timezone.now()
    first = people.report(cast, incident, "WRITTEN")
    intake.file_report(
        actor=cast.enterprise,
        number=incident.number,
        kind="WRITTEN",
        arrival=intake.Arrival("FORM"),
        contents=people.written(deaths=1),
        supersedes=first.number,
        now=now,
    )
    people.report(
        cast,
        incident,
        "FOLLOW_UP",
        actor=cast.duty_officer,
        channel="FAX",
        arrived_at=now - timedelta(minutes=30),
    )
    words = text_of(page_of(cast.duty_officer, incident))
    assert "已被" in words and f"更正 {first.number}" in words and "补录" in words


def test_the_timeline_filters(cast, incident):
    grading.grade(actor=cast.office_director, number=incident.number, level=4, now=timezone.now())
    actions = {
        show: {
            entry.action.split(".")[0]
            for entry in page_of(cast.duty_officer, incident, show=show).context["board"].timeline
        }
        for show in ("decisions", "reports", "deadlines", "nonsense")
    }
    assert actions["decisions"] == {"incident"} and actions["reports"] == {"report"}
    assert actions["deadlines"] == {"deadline"} and actions["nonsense"] == {"incident", "report", "deadline"}


def test_the_caller_is_shown_to_the_office_and_the_look_is_recorded(cast, incident):
    entry = LedgerEntry.objects.get(incident=incident, action="report.filed")
    assert "0396-1" not in text_of(page_of(cast.duty_officer, incident))
    look_at = reverse("personal-look", args=["entry", entry.pk])
    asked = sign_in(cast.duty_officer).get(look_at, headers={"HX-Request": "true"})
    assert "请选择" in text_of(asked) and "0396-1" not in text_of(asked)
    assert not LedgerEntry.objects.filter(action="personal.viewed").exists(), "nothing was shown yet"
    shown = sign_in(cast.duty_officer).post(look_at, {"why": "contact"})
    assert "企业值班员" in text_of(shown) and "0396-1" in text_of(shown)
    look = LedgerEntry.objects.get(action="personal.viewed")
    assert look.chain == f"account:{cast.duty_officer.person.pk}" and "0396-1" not in look.text
    for role in ("commander", "auditor", "enterprise"):
        assert "显示来电人" not in text_of(page_of(getattr(cast, role), incident))
        assert sign_in(getattr(cast, role)).post(look_at, {"why": "contact"}).status_code == 404
    for nonsense in ("²", "9" * 40, "-1", "1.0"):
        address = f"/personal/entry/{nonsense}/"
        assert sign_in(cast.duty_officer).post(address, {"why": "contact"}).status_code == 404, nonsense


@pytest.mark.clause("4.3")
def test_a_merged_firm_sees_of_the_common_incident_its_name_alone(cast, incident):
    other = people.call_in(cast, firm=people.OTHER_FIRM, title="另一企业报来的")
    words = text_of(page_of(cast.office_director, incident))
    assert "疑似重复" in words and "本事件并入该事件" in words
    merging.merge(
        actor=cast.office_director,
        number=other.number,
        into=incident.number,
        reason="同一起",
        now=timezone.now(),
    )
    page = page_of(cast.other_enterprise, other)
    words = text_of(page)
    assert f"已并入共同事件 {incident.number}" in words and codes(page) == {"R3", "R4"}
    assert incident.title not in words and str(cast.firm) not in words
    assert page_of(cast.other_enterprise, incident).status_code == 404
    common = page_of(cast.duty_officer, incident)
    assert other.number in text_of(common)
    assert {line.debt.incident.number for line in common.context["board"].debts} == {
        incident.number,
        other.number,
    }


def test_open_items_and_chases_stand_there_until_settled(cast, incident):
    chasing.chase(
        actor=cast.duty_officer, number=incident.number, answered_by="", promised="", now=timezone.now()
    )
    words = text_of(page_of(cast.duty_officer, incident))
    assert "通知可能受影响企业" in words and "无人接听" in words
    assert OpenItem.objects.filter(incident=incident, settled_at=None).count() == 2
    assert "通知可能受影响企业" not in text_of(page_of(cast.enterprise, incident))


def test_the_poll_answers_only_when_something_changed(cast, incident):
    client = sign_in(cast.duty_officer)
    url = reverse("incident-live", args=[incident.number])
    rev = client.get(url).context["board"].revision
    assert client.get(url, {"rev": rev, "show": "all"}).status_code == 204
    people.report(cast, incident, "FOLLOW_UP")
    assert client.get(url, {"rev": rev, "show": "all"}).status_code == 200


def test_the_print_is_a_form_as_it_is_filed(cast, incident):
    words = text_of(page_of(cast.duty_officer, incident, print="1"))
    for part in ("突发事件情况登记表", "一、时限", "二、报告", "三、经过", "签发人", incident.number):
        assert part in words


def test_the_receipt_is_shown_once_to_whoever_filed(cast, incident):
    words = text_of(page_of(cast.duty_officer, incident, filed=f"{incident.number}-R1"))
    assert "已登记，时限开始计时。" in words and f"{incident.number}-R1" in words
    assert "已登记，时限开始计时。" not in text_of(page_of(cast.duty_officer, incident))


def test_the_page_costs_the_same_for_one_report_and_for_a_dozen(cast, incident):
    client = sign_in(cast.office_director)
    url = reverse("incident", args=[incident.number])
    counts = []
    for more in (1, 12):
        for _ in range(more):
            people.report(cast, incident, "FOLLOW_UP")
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 32, counts
