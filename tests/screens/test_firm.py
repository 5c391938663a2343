"""企业: what the firm owes, its incidents, and its report with all that §5.2.1 asks for."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from alerts.models import Deadline
from incidents.models import ApiKey, Incident, OralClaim, Organization, Report
from incidents.services.response import grading
from tests import cast as people
from tests.query_counts import pinned
from tests.screens.stage import sign_in, text_of

REPORT = {
    "token": "a-form-of-its-own",
    "kind": "WRITTEN",
    "title": "驿城区分拨中心起火",
    "event_class": "fire",
    "origin": "inside",
    "county": "yicheng",
    "enterprise": "express-a",
    "known_at": "10分钟前",
    "occurred_at": "20分钟前",
    "place": "示范路1号",
    "unit": "快递企业甲",
    "source": "现场值班员",
    "deaths": "0",
    "missing": "0",
    "serious_injuries": "1",
    "loss_yuan": "30万",
    "records_leaked_na": "on",
    "network_scope": "na",
    "impact": "一条分拣线停用",
    "unknown_development": "on",
    "measures": "已疏散并报119",
    "superior": "not_yet",
}


def file(cast, client=None, **typed):
    fields = {name: value for name, value in (REPORT | typed).items() if value is not None}
    return (client or sign_in(cast.enterprise)).post(reverse("firm-report"), fields)


def test_only_enterprises_have_the_page(cast):
    for actor in (cast.duty_officer, cast.commander, cast.county, cast.auditor):
        assert sign_in(actor).get(reverse("firm")).status_code == 404
        assert sign_in(actor).get(reverse("firm-report")).status_code == 404


def test_nothing_owed_is_said(cast):
    words = text_of(sign_in(cast.enterprise).get(reverse("firm")))
    assert "没有待报送的事项" in words and "还没有事件" in words


def test_what_is_owed_stands_first_the_soonest_on_top(cast):
    incident = people.call_in(cast)
    response = sign_in(cast.enterprise).get(reverse("firm"))
    assert [owed.debt.rule.code for owed in response.context["owed"]] == ["R4"]
    assert reverse("act", args=[incident.number, "report.file"]) in response.content.decode()
    assert "§5.2.1" in text_of(response)


def test_an_oral_debt_leads_to_the_telephone(cast):
    people.file_in(cast)
    response = sign_in(cast.enterprise).get(reverse("firm"))
    assert [owed.is_oral for owed in response.context["owed"]] == [True]
    assert 'href="tel:0396-2887360"' in response.content.decode()


def test_nothing_of_another_firm_or_of_the_office_is_there(cast):
    incident = people.call_in(cast)
    response = sign_in(cast.other_enterprise).get(reverse("firm"))
    assert incident.number not in response.content.decode()
    own = sign_in(cast.enterprise).get(reverse("firm")).content.decode()
    assert "核实并定级" not in own


def test_a_subsidiarys_debts_are_the_firms_business(cast):
    people.call_in(cast, firm="express-a-hub")
    response = sign_in(cast.enterprise).get(reverse("firm"))
    assert str(Organization.objects.get(code="express-a-hub")) in text_of(response)


@pytest.mark.clause("5.5")
def test_starting_four_is_offered_when_it_may_be_done_and_says_why_not_before(cast):
    incident = people.file_in(cast)
    url = reverse("act", args=[incident.number, "response.start"])
    client = sign_in(cast.enterprise)
    before = client.get(reverse("firm"))
    assert url not in before.content.decode() and "不能启动Ⅳ级响应" in text_of(before)
    grading.grade(actor=cast.office_director, number=incident.number, level=4, now=timezone.now())
    assert url in client.get(reverse("firm")).content.decode()


def test_keys_are_shown_by_prefix_alone(cast):
    key, secret = ApiKey.create(enterprise=cast.firm, name="调度系统", at=timezone.now())
    page = sign_in(cast.enterprise).get(reverse("firm")).content.decode()
    assert key.prefix in page and secret not in page and "从未使用" in page


@pytest.mark.clause("5.2.1")
def test_a_report_gets_a_receipt_with_number_time_and_debts(cast):
    client = sign_in(cast.enterprise)
    response = file(cast, client)
    incident = Incident.objects.get()
    assert response.url == f"{reverse('firm-report')}?receipt={incident.number}-R1"
    report = incident.reports.get()
    assert (report.kind, report.channel, report.loss_yuan, report.unknown) == (
        "WRITTEN",
        "FORM",
        300_000,
        ["development"],
    )
    assert (report.records_leaked, report.network_scope) == (None, None)
    assert incident.enterprise == cast.firm and incident.county.short_name == "驿城区"
    words = text_of(client.get(response.url))
    assert incident.number in words and f"{timezone.localtime(report.received_at):%Y-%m-%d %H:%M:%S}" in words
    assert "口头汇报" in words and "按时完成" in words


@pytest.mark.clause("5.2.1")
@pytest.mark.parametrize(
    "field",
    [
        "occurred_at", "place", "unit", "source", "deaths", "missing", "serious_injuries", "loss_yuan",
        "records_leaked_na", "network_scope", "impact", "unknown_development", "measures", "superior",
        "known_at", "county", "event_class", "origin", "kind",
    ],
)  # fmt: skip
def test_each_content_left_out_is_named_and_nothing_typed_is_lost(cast, field):
    response = file(cast, **{field: None})
    form = response.context["form"]
    named = {"records_leaked_na": "records_leaked", "unknown_development": "development"}.get(field, field)
    assert response.status_code == 422 and set(form.errors) == {named}
    assert "§" in str(form.errors) or field == "kind"
    assert not Incident.objects.exists()
    page = response.content.decode()
    for name, value in REPORT.items():
        if name not in (field, "token") and name in (
            "place",
            "unit",
            "source",
            "impact",
            "measures",
            "title",
        ):
            assert value in page


@pytest.mark.clause("5.2.1")
@pytest.mark.parametrize(
    "field",
    [
        "occurred_at",
        "place",
        "source",
        "deaths",
        "missing",
        "serious_injuries",
        "loss_yuan",
        "impact",
        "measures",
    ],
)
def test_each_content_may_be_unknown_if_that_is_said(cast, field):
    assert file(cast, **{field: None, f"unknown_{field}": "on"}).status_code == 302
    assert Report.objects.get().unknown == sorted([field, "development"])


def test_given_and_unknown_at_once_is_refused(cast):
    response = file(cast, unknown_deaths="on")
    assert set(response.context["form"].errors) == {"deaths"}


def test_a_brief_needs_less(cast):
    optional = dict.fromkeys(
        ("source", "deaths", "missing", "serious_injuries", "loss_yuan", "records_leaked_na", "network_scope",
         "unknown_development", "measures", "superior")
    )  # fmt: skip
    assert file(cast, kind="BRIEF", **optional).status_code == 302
    assert set(file(cast, kind="BRIEF", **optional, impact=None, token="b").context["form"].errors) == {
        "impact"
    }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("known_at", "明年"),
        ("known_at", "2030-01-01 10:00"),
        ("occurred_at", "2030-01-01 10:00"),
        ("deaths", "-1"),
        ("deaths", "很多"),
        ("deaths", "10亿"),
        ("loss_yuan", "99999999亿"),
        ("county", "北京"),
        ("event_class", "party"),
        ("enterprise", "express-b"),
        ("place", "长" * 201),
        ("title", "长" * 61),
        ("kind", "ORAL"),
    ],
)
def test_a_wrong_value_is_named_at_its_field(cast, field, value):
    response = file(cast, **{field: value})
    assert response.status_code == 422 and field in response.context["form"].errors, response.context[
        "form"
    ].errors


def test_the_superior_unit_told_needs_whom_and_when(cast):
    errors = file(cast, superior="told").context["form"].errors
    assert set(errors) == {"superior_who", "superior_at"}
    assert file(cast, superior="told", superior_who="省公司调度", superior_at="5分钟前").status_code == 302
    assert Report.objects.get().superior_told_who == "省公司调度"


@pytest.mark.clause("5.2.1")
def test_a_claimed_call_settles_nothing_by_itself(cast):
    assert file(cast, oral="on").context["form"].errors.keys() == {"oral_to", "oral_at"}
    file(cast, oral="on", oral_to="应急办值班员", oral_at="5分钟前")
    assert OralClaim.objects.get().told_whom == "应急办值班员"
    assert Deadline.objects.get(rule__code="R3").met_at is None


def test_a_double_click_files_once(cast):
    client = sign_in(cast.enterprise)
    first, second = file(cast, client), file(cast, client)
    assert first.url == second.url and Incident.objects.count() == 1


def test_the_firm_may_report_for_its_subsidiary(cast):
    file(cast, enterprise="express-a-hub")
    incident = Incident.objects.get()
    assert incident.enterprise.code == "express-a-hub" and incident.reports.get().reporter == cast.firm


def test_nobody_reads_anothers_receipt(cast):
    file(cast)
    number = Report.objects.get().number
    response = sign_in(cast.other_enterprise).get(reverse("firm-report"), {"receipt": number})
    assert response.status_code == 302 and response.url == reverse("firm")


def test_secrets_must_not_be_entered(cast):
    assert "机要通信及涉密内容不得录入" in text_of(sign_in(cast.enterprise).get(reverse("firm-report")))


@pytest.mark.parametrize("count", [1, 12])
def test_as_many_queries_for_a_dozen_as_for_one(cast, count):
    now = timezone.now()
    for n in range(count):
        people.call_in(cast, now=now - timedelta(minutes=n), known_at=now - timedelta(minutes=n))
    client = sign_in(cast.enterprise)
    client.get(reverse("firm"))
    with pinned("screen:firm"):
        assert client.get(reverse("firm")).status_code == 200


def test_a_half_typed_report_is_kept_and_gone_when_filed(cast, client):
    """Nothing typed is lost, also with the session; the firm's form keeps its draft as the intake does."""
    client.force_login(cast.enterprise.person)
    kept = reverse("draft", args=["firm-report"])
    client.post(kept, {"place": "示范路1号", "unknown_development": "on", "kind": "BRIEF"})
    form = client.get(reverse("firm-report")).context["form"]
    assert [form[name].value() for name in ("place", "unknown_development", "kind")] == [
        "示范路1号",
        "on",
        "BRIEF",
    ]
    assert client.post(reverse("firm-report"), REPORT).status_code == 302
    assert client.get(kept).json() == {}
