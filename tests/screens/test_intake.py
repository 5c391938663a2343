"""电话接报 (§5.2.1): a call is logged once, wrong fields are named and nothing typed is lost, a draft survives."""

import pytest
import time_machine
from django.urls import reverse

from alerts.models import Deadline
from incidents.models import Incident, IntakeDraft, LedgerEntry, Organization, PersonalValue, Report, Role
from tests import cast as people
from tests.screens.stage import office, phone_call, sign_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db):
    return people.assemble()


@pytest.fixture
def client(cast):
    return sign_in(cast.duty_officer)


def file(client, **fields):
    return client.post(reverse("intake"), phone_call(**fields))


@pytest.mark.clause("5.2.1")
def test_a_call_becomes_an_incident_with_a_receipt(client, cast):
    answer = file(client)
    incident = Incident.objects.get()
    assert answer.status_code == 302 and answer.url.startswith(reverse("incident", args=[incident.number]))
    assert incident.enterprise == cast.firm and incident.county.short_name == "驿城区"
    report = incident.reports.get()
    assert (report.kind, report.channel, report.loss_yuan) == ("ORAL", "PHONE", 300_000)
    assert Deadline.objects.get(rule__code="R3").met_by == report
    words = text_of(client.get(answer.url))
    assert f"编号 {report.number}" in words and "服务器时间" in words


@pytest.mark.parametrize("typed", ["快递企业甲（驻马店）", "kdqyjzmd", "express-a"])
def test_a_firm_is_known_by_name_initials_or_code(client, cast, typed):
    file(client, enterprise=typed)
    assert Incident.objects.get().enterprise == cast.firm


def test_an_ambiguous_firm_is_asked_back_with_its_names(client):
    answer = file(client, enterprise="kdqyj")
    assert answer.status_code == 422 and "不止一家" in text_of(answer)
    assert not Incident.objects.exists()


def test_a_firm_nobody_knows_is_said_at_its_field(client):
    answer = file(client, enterprise="不存在的企业")
    assert "没有名称、简称或首字母为“不存在的企业”的企业" in text_of(answer)


@pytest.mark.clause("5.2.1")
def test_a_refusal_names_field_rule_and_clause_and_keeps_what_was_typed(client):
    answer = file(client, known_at="")
    words = text_of(answer)
    assert answer.status_code == 422
    assert "请填写企业获知时间：时限从获知时起算。（§5.2.1）" in words
    assert answer.context["form"]["development"].value() == "火势已控制"
    html = answer.content.decode()
    assert (
        html.count("autofocus") == 1
        and 'name="known_at"' in html.split("autofocus")[0].rsplit("<input", 1)[1]
    )


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("caller", "长" * 10_000, "最多 40 字，现有 10000 字。"),
        ("place", "a\0b", "含有不能识别的字符，请重新输入。"),
        ("county", "nowhere", "请从列出的选项中选择。"),
        ("enterprise", "长" * 10_000, f"没有名称、简称或首字母为“{'长' * 39}…”的企业。"),
    ],
)
def test_what_a_field_cannot_hold_is_refused_in_plain_words(client, field, typed, said):
    answer = client.post(reverse("intake"), phone_call(**{field: typed}))
    assert answer.status_code == 422
    assert said in text_of(answer)


def test_a_draft_bears_what_no_text_can_hold(client):
    assert client.post(reverse("draft", args=["intake"]), {"place": "a\0b"}).status_code == 200
    assert client.get(reverse("draft", args=["intake"])).json()["fields"]["place"] == ["ab"]


def test_the_future_is_refused(client):
    answer = file(client, known_at="2099-01-01 00:00")
    assert answer.status_code == 422 and "获知时间不能晚于现在" in text_of(answer)


@pytest.mark.parametrize("field", ["event_class", "county", "origin"])
def test_what_cannot_be_unknown_must_be_chosen(client, field):
    answer = file(client, **{field: "", "known_at": ""})
    assert answer.context["form"].errors.keys() == {field, "known_at"}, "all that is wrong is named at once"
    assert "（§" in answer.context["form"].errors[field][0]


def test_a_double_click_files_once_and_shows_the_first(client):
    first, second = file(client), file(client)
    assert first.url == second.url and Incident.objects.count() == 1
    assert "已经登记过" in text_of(client.get(second.url))


def test_another_form_files_another(client):
    file(client)
    file(client, token="another-form")
    assert Incident.objects.count() == 2


def test_a_refused_form_may_be_sent_again_under_its_token(client):
    file(client, known_at="")
    assert file(client).status_code == 302 and Incident.objects.count() == 1


def test_the_callers_name_stands_beside_the_ledger_not_in_it(client):
    file(client)
    assert {value.name: value.value for value in PersonalValue.objects.all()} == {
        "caller": "企业值班员",
        "phone": "0396-2900001",
    }
    assert not any("0396-2900001" in entry.text for entry in LedgerEntry.objects.all())


def test_the_police_may_call_before_any_firm_is_named(client):
    file(client, informant="POLICE", enterprise="", known_at="")
    incident = Incident.objects.get()
    assert incident.enterprise is None and not incident.deadlines.filter(rule__code__in=["R3", "R4"]).exists()


@pytest.mark.clause("5.2.1")
def test_a_fax_is_written_and_its_blanks_are_said_to_be_unknown_in_words(client):
    answer = file(client, channel="FAX", paper_kind="WRITTEN", arrived_at="20分钟前", known_at="30分钟前")
    assert answer.status_code == 422 and "尚不清楚的须明确说明" in text_of(answer)
    file(
        client,
        channel="FAX",
        paper_kind="WRITTEN",
        arrived_at="20分钟前",
        known_at="30分钟前",
        rest_unknown="on",
    )
    report = Report.objects.get()
    assert (report.kind, report.channel, report.typed_later) == ("WRITTEN", "FAX", True)
    assert "missing" in report.unknown and "deaths" not in report.unknown
    assert Deadline.objects.get(rule__code="R4").met_by == report


def test_the_superior_unit_needs_both_whom_and_when(client):
    answer = file(client, superior_who="省公司值班室")
    assert "须写明何人、何时" in text_of(answer)
    file(client, superior_who="省公司值班室", superior_at="5分钟前")
    assert Report.objects.get().superior_told_who == "省公司值班室"


@pytest.mark.parametrize("typed", ["三", "1.5", "-1", "1e3", "9" * 16])
def test_a_figure_is_a_number(client, typed):
    assert "deaths" in file(client, deaths=typed).context["form"].errors


def test_the_preview_shows_level_debts_and_questions_and_stores_nothing(client):
    answer = client.post(reverse("intake-preview"), phone_call(deaths="4", known_at="刚才"))
    words = text_of(answer)
    assert "建议级别 Ⅲ级 较大" in words and "非公报原文" in words
    assert "R1" in words and "本次即完成" in words and "R6" in words
    assert "火还在烧吗？" in words
    assert not Incident.objects.exists() and not IntakeDraft.objects.exists()


def test_the_preview_waits_for_a_firm_and_bears_nonsense(client):
    assert "等待企业及获知时间" in text_of(client.post(reverse("intake-preview"), {}))
    answer = client.post(reverse("intake-preview"), phone_call(known_at="???", deaths="x", county="nowhere"))
    assert answer.status_code == 200


def test_an_overrun_clock_shows_as_overdue_before_filing(client):
    assert "超时" in text_of(client.post(reverse("intake-preview"), phone_call(known_at="3小时前")))


def test_a_draft_survives_and_is_gone_when_filed(client):
    url = reverse("draft", args=["intake"])
    typed = phone_call(place="示范路9号", known_at="", counties_affected=["yicheng", "xiping"])
    assert client.post(url, typed).status_code == 200
    page = client.get(reverse("intake"))
    assert page.context["form"]["place"].value() == "示范路9号"
    assert page.context["form"]["counties_affected"].value() == ["yicheng", "xiping"]
    assert "未登记的草稿" in text_of(page) and "丢弃草稿" in text_of(page)
    file(client)
    assert not IntakeDraft.objects.exists()


def test_a_draft_is_its_writers_alone(client, cast):
    client.post(reverse("draft", args=["intake"]), phone_call(place="秘密"))
    other = sign_in(people.appoint("duty2", office().code, Role.DUTY_OFFICER, "值班员乙"))
    assert other.get(reverse("intake")).context["draft"] is None
    assert other.get(reverse("draft", args=["intake"])).json() == {}


def test_a_draft_can_be_thrown_away(client):
    client.post(reverse("draft", args=["intake"]), phone_call())
    answer = client.post(reverse("draft", args=["intake"]), {"discard": "1"})
    assert answer.url == reverse("intake") and not IntakeDraft.objects.exists()


def test_signing_out_leaves_no_draft(client):
    client.post(reverse("draft", args=["intake"]), phone_call())
    client.post(reverse("logout"))
    assert not IntakeDraft.objects.exists()


def test_a_lost_session_answers_401_to_the_draft_so_that_the_browser_keeps_it(db):
    from django.test import Client

    answer = Client().post(reverse("draft", args=["intake"]), phone_call(), headers={"HX-Request": "true"})
    assert answer.status_code == 401


def test_places_of_earlier_incidents_complete(client, cast):
    file(client, place="示范路1号院")
    assert client.get(reverse("places"), {"q": "示范"}).json()["places"] == ["示范路1号院"]
    assert client.get(reverse("places"), {"q": "示范", "county": "xiping"}).json()["places"] == []
    assert sign_in(cast.other_enterprise).get(reverse("places"), {"q": "示范"}).json()["places"] == []


@pytest.mark.clause("1.4")
def test_confidential_mail_is_noted_without_content(client, cast):
    assert "机要通信及涉密内容不得录入" in text_of(client.get(reverse("intake")))
    client.post(reverse("intake"), {"handled_elsewhere": "1", "development": "内容"})
    entry = LedgerEntry.objects.get(action="intake.handled_elsewhere")
    assert entry.chain == f"body:{office().pk}" and entry.clause == "1.4"
    assert entry.data == {} and "内容" not in entry.summary.replace("不录内容", "")
    assert not Incident.objects.exists()


@pytest.mark.parametrize(
    "role", ["enterprise", "commander", "auditor", "member", "county", "approver", "administrator"]
)
def test_only_the_office_takes_calls(cast, role):
    client = sign_in(getattr(cast, role))
    for answer in (
        client.get(reverse("intake")),
        client.post(reverse("intake"), phone_call()),
        client.post(reverse("intake-preview"), phone_call()),
    ):
        assert answer.status_code == 404
    assert not Incident.objects.exists()


def test_two_posts_in_the_office_must_choose_one(cast):
    director = cast.office_director
    people.appoint(director.person.username, office().code, Role.DUTY_OFFICER, "代值班员")
    client = sign_in(director)
    answer = file(client)
    assert answer.status_code == 422 and "请选择以何职务办理" in text_of(answer)
    file(client, post=str(director.post.pk))
    assert Report.objects.get().filed_by == director.post


def test_the_page_costs_the_same_however_many_firms_there_are(client, django_assert_max_num_queries):
    Organization.objects.bulk_create(
        Organization(code=f"firm-{n}", name=f"企业{n}", short_name=f"企业{n}", kind="ENTERPRISE")
        for n in range(300)
    )
    client.get(reverse("intake"))
    with django_assert_max_num_queries(20):
        client.get(reverse("intake"))


@time_machine.travel("2026-03-02T02:25:40+08:00", tick=False)
def test_the_call_is_dated_from_when_the_telephone_rang(client):
    assert client.get(reverse("intake")).context["form"]["arrived_at"].value() == "02:25:40"
