"""Every act as a form: it asks, says what was done, refuses in the right order with the clause, and loses nothing typed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from alerts.models import Chase, Deadline, Notification
from incidents.models import (
    Evaluation,
    Incident,
    Investigation,
    OralClaim,
    Report,
    Role,
    Status,
    UpwardReport,
)
from incidents.roles import TABLE
from incidents.services.response import grading
from incidents.web.act.act_table import DEBT_PAGES, PAGES
from incidents.web.warning.warning_act_table import PAGES as WARNING_PAGES
from tests import cast as people
from tests.screens.stage import by_others, form_of, sign_in, text_of

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def cast(db):
    return people.assemble()


@pytest.fixture
def incident(cast):
    return people.call_in(cast)


def url_of(incident, code):
    return reverse("act", args=[incident.number, code])


def do(actor, incident, code, expect=302, **typed):
    """Opens the form of an act, types, sends; returns the answer."""
    client = sign_in(actor)
    url = url_of(incident, code)
    answer = client.post(url, form_of(client, url, **typed))
    assert answer.status_code == expect, text_of(answer)
    return answer


def refreshed(incident) -> Incident:
    return Incident.objects.get(pk=incident.pk)


def grade(cast, incident, level=4, **more):
    grading.grade(
        actor=cast.office_director,
        number=incident.number,
        level=level,
        reason="定",
        now=timezone.now(),
        **more,
    )


def test_an_acts_own_page_is_headed_and_a_dialogs_form_is_not_the_page(cast, incident):
    client, url = sign_in(cast.office_director), url_of(incident, "incident.grade")
    assert client.get(url).content.decode().count("<h1") == 1
    in_dialog = client.get(url, headers=HTMX).content.decode()
    assert "<h1" not in in_dialog and '<h2 id="act-title">' in in_dialog


def test_every_act_of_the_role_table_has_its_form():
    of_incidents = {code for code, act in TABLE.items() if act.states is not None and act.on == "incident"}
    assert PAGES.keys() == of_incidents - {"incident.delay_known_at", "attachment.add"} | {
        "guide.tick",
        "guide.untick",
    }
    assert WARNING_PAGES.keys() == {code for code, act in TABLE.items() if act.on == "warning"}
    assert DEBT_PAGES.keys() == {code for code in TABLE if code.startswith("debt.")}


@pytest.mark.clause("4.3")
def test_verify_and_grade(cast, incident):
    do(cast.duty_officer, incident, "incident.verify", with_whom="消防救援支队", how="电话核对")
    do(cast.office_director, incident, "incident.grade")
    after = refreshed(incident)
    assert after.verified_at and after.status == Status.GRADED and after.level == after.proposed_level
    assert Deadline.objects.get(rule__code="R10", incident=incident).met_at


@pytest.mark.clause("3.2")
def test_the_level_is_preselected_with_the_proposal_and_the_criteria_are_in_view(cast):
    incident = people.call_in(cast, figures={"deaths": 4})
    page = sign_in(cast.office_director).get(url_of(incident, "incident.grade"))
    assert page.context["form"]["level"].value() == 3
    words = text_of(page)
    assert "死亡（含失踪）人数 4" in words and "非公报原文" in words and "§3.2" in words


@pytest.mark.clause("3.2")
def test_to_differ_needs_a_reason_and_the_typed_stays(cast, incident):
    answer = do(cast.office_director, incident, "incident.grade", level="3", expect=422)
    assert "所定Ⅲ级与建议的Ⅳ级不同，请填写理由。（§3.2）" in text_of(answer)
    assert answer.context["form"]["level"].value() == "3"
    do(cast.office_director, incident, "incident.grade", level="3", reason="网络舆情扩散")
    assert refreshed(incident).level == 3


def test_the_message_says_what_was_done(cast, incident):
    client = sign_in(cast.office_director)
    answer = client.post(
        url_of(incident, "incident.grade"), form_of(client, url_of(incident, "incident.grade")), follow=True
    )
    assert "已定级：Ⅳ级 一般。" in text_of(answer)


def test_a_dialog_closes_by_a_redirect_of_the_whole_page(cast, incident):
    client, url = sign_in(cast.office_director), url_of(incident, "incident.grade")
    page = client.get(url, headers=HTMX)
    assert "<html" not in page.content.decode() and "定级" in text_of(page)
    answer = client.post(url, form_of(client, url), headers=HTMX)
    assert answer.headers["HX-Redirect"] == reverse("incident", args=[incident.number])


def test_the_loser_of_a_race_reads_what_happened_meanwhile(cast, incident):
    client, url = sign_in(cast.office_director), url_of(incident, "incident.grade")
    typed = form_of(client, url, reason="我的理由")
    people.report(cast, incident, "FOLLOW_UP", deaths=3)
    answer = client.post(url, typed)
    words = text_of(answer)
    assert answer.status_code == 409 and "您打开页面之后情况已有变化" in words and "续报" in words
    assert "我的理由" in answer.content.decode(), "nothing typed is lost"
    again = {name: answer.context["form"][name].value() for name in answer.context["form"].fields}
    assert client.post(url, again | {"level": "3"}).status_code == 302
    assert refreshed(incident).level == 3


def test_two_grade_at_once_and_the_second_is_told(cast, incident):
    client, url = sign_in(cast.office_director), url_of(incident, "incident.grade")
    typed = form_of(client, url)
    grade(cast, incident)
    answer = client.post(url, typed)
    assert answer.status_code == 409 and "事件处于“定级”，不能定级。" in text_of(answer)


@pytest.mark.parametrize(("risen_to", "said"), [(2, "情况已有变化"), (1, "已是最高级别。")])
def test_two_upgrade_at_once_and_the_second_is_told(cast, incident, risen_to, said):
    grade(cast, incident)
    client, url = sign_in(cast.commander), url_of(incident, "incident.upgrade")
    typed = form_of(client, url, level=str(risen_to), reason="扩大")
    do(cast.office_director, incident, "incident.upgrade", level=str(risen_to), reason="伤亡上升")
    answer = client.post(url, typed)
    assert answer.status_code == 409 and said in text_of(answer)
    assert ("再提交一次" in text_of(answer)) == (risen_to == 2), "no level is left above Ⅰ"


@pytest.mark.parametrize("role", ["duty_officer", "enterprise", "commander", "auditor"])
def test_403_names_whose_act_it_is(cast, incident, role):
    client = sign_in(getattr(cast, role))
    for answer in (
        client.get(url_of(incident, "incident.grade")),
        client.post(url_of(incident, "incident.grade"), {}),
    ):
        assert answer.status_code == 403 and "“定级”须由应急办主任办理。" in text_of(answer)
        assert "§3.2" in text_of(answer)


def test_404_comes_before_403(cast, incident):
    assert sign_in(cast.other_enterprise).get(url_of(incident, "incident.grade")).status_code == 404
    assert sign_in(cast.office_director).get(url_of(incident, "no.such")).status_code == 404
    assert sign_in(cast.office_director).get(url_of(incident, "incident.delay_known_at")).status_code == 404


def test_the_state_is_refused_before_the_fields(cast, incident):
    """409 before 422: what can't be done anyway does not ask for better fields first."""
    answer = sign_in(cast.office_director).post(url_of(incident, "incident.close"), {"seen": "x"})
    assert answer.status_code == 409 and "不能归档" in text_of(answer)


def test_409_is_said_before_anything_is_typed(cast, incident):
    page = sign_in(cast.office_director).get(url_of(incident, "incident.close"))
    assert page.status_code == 409 and "不能归档" in text_of(page)


def test_a_double_click_reports_once(cast, incident):
    client, url = sign_in(cast.duty_officer), url_of(incident, "firm.chase")
    typed = form_of(client, url, answered_by="张值班")
    client.post(url, typed)
    client.post(url, typed)
    assert Chase.objects.count() == 1


def test_several_posts_must_choose_and_the_act_names_the_chosen(cast, incident):
    director = cast.office_director
    people.appoint(director.person.username, cast.commander.organization.code, Role.COMMANDER, "副总指挥")
    grade(cast, incident)
    client, url = sign_in(director), url_of(incident, "incident.upgrade")
    typed = form_of(client, url, level="3", reason="扩大")
    answer = client.post(url, typed)
    assert answer.status_code == 422 and "请选择以何职务办理（§2.2.1）" in text_of(answer)
    client.post(url, typed | {"post": director.post.pk})
    assert refreshed(incident).level == 3
    assert refreshed(incident).timeline.get(action="incident.regraded").post == director.post


@pytest.mark.clause("5.1")
def test_upgrade_and_downgrade(cast, incident):
    grade(cast, incident)
    do(cast.office_director, incident, "incident.upgrade", level="2", reason="扩大")
    page = sign_in(cast.commander).get(url_of(incident, "incident.downgrade"))
    assert [value for value, _ in page.context["form"].fields["level"].widget.choices] == [3, 4]
    do(cast.commander, incident, "incident.downgrade", level="3", reason="缓和")
    assert refreshed(incident).level == 3


def test_decline_a_proposal(cast, incident):
    grade(cast, incident)
    people.report(cast, incident, "FOLLOW_UP", deaths=3)
    do(cast.office_director, incident, "incident.decline_proposal", reason="误报")
    assert not refreshed(incident).proposal_above_grade


def test_a_duty_officer_proposes_a_grade(cast, incident):
    do(cast.duty_officer, incident, "incident.propose_grade", level="3", reason="我看要升")
    assert Notification.objects.filter(
        person=cast.office_director.person, title__contains="建议定为Ⅲ级"
    ).exists()


def test_dismiss_warns_that_it_cannot_be_undone(cast, incident):
    page = sign_in(cast.office_director).get(url_of(incident, "incident.dismiss"))
    assert "不能恢复" in text_of(page)
    do(cast.office_director, incident, "incident.dismiss", reason="误报")
    assert refreshed(incident).status == Status.DISMISSED


def test_merge_is_preset_from_the_offer(cast, incident):
    other = people.call_in(cast, firm=people.OTHER_FIRM)
    client = sign_in(cast.office_director)
    url = f"{url_of(other, 'incident.merge')}?into={incident.number}"
    client.post(url, form_of(client, url, reason="同一起"))
    assert refreshed(other).merged_into == incident


@pytest.mark.clause("5.2.1")
def test_naming_the_firm_starts_its_clock(cast):
    incident = by_others(cast)
    do(cast.duty_officer, incident, "incident.name_firm", enterprise="kdqyjzmd", known_at="刚才")
    assert Deadline.objects.filter(incident=incident, rule__code__in=["R3", "R4"]).count() == 2
    do(
        cast.office_director,
        incident,
        "incident.replace_firm",
        expect=422,
        enterprise="express-b",
        known_at="刚才",
    )
    do(
        cast.office_director,
        incident,
        "incident.replace_firm",
        enterprise="express-b",
        known_at="刚才",
        reason="弄错了",
    )
    assert refreshed(incident).enterprise == cast.other_firm


def test_known_at_earlier_moves_the_debts_later_is_the_directors(cast, incident):
    do(cast.duty_officer, incident, "incident.correct_known_at", known_at="30分钟前")
    later = do(
        cast.duty_officer,
        incident,
        "incident.correct_known_at",
        known_at="1分钟前",
        reason="记错",
        expect=403,
    )
    assert "须由应急办主任办理" in text_of(later) and later.context["form"]["reason"].value() == "记错"


@pytest.mark.clause("5.2.1")
def test_the_office_types_in_a_call_and_a_fax(cast, incident):
    do(cast.duty_officer, incident, "report.file", kind="ORAL", development="已扑灭", arrived_at="刚才")
    assert Report.objects.get(serial=2).channel == "PHONE"
    answer = do(cast.duty_officer, incident, "report.file", kind="WRITTEN", channel="FAX", expect=422)
    assert "书面报告须有“死亡人数”；尚不清楚的须明确说明。" in text_of(answer)


def test_the_firm_files_its_written_report_and_may_state_that_it_telephoned(cast):
    incident = people.file_in(cast, kind="BRIEF")
    typed = {
        "kind": "WRITTEN",
        "source": "现场",
        "impact": "一条线停用",
        "development": "已控制",
        "measures": "疏散",
        "deaths": "0",
        "missing": "0",
        "serious_injuries": "0",
        "loss_yuan": "5万",
        "records_leaked_na": "on",
        "network_scope": "na",
        "superior": "not_yet",
        "oral": "on",
        "oral_to": "应急办值班员",
        "oral_at": "刚才",
    }
    do(cast.enterprise, incident, "report.file", **typed)
    report = Report.objects.get(serial=2)
    assert (report.channel, report.loss_yuan) == ("FORM", 50_000)
    assert Deadline.objects.get(rule__code="R4", incident=incident).met_by == report
    page = sign_in(cast.duty_officer).get(reverse("incident", args=[incident.number]))
    assert "企业称已来电，待确认" in text_of(page)
    do(cast.duty_officer, incident, "oral.confirm", decision="refuse", expect=422)
    do(cast.duty_officer, incident, "oral.confirm", decision="confirm")
    assert OralClaim.objects.get().confirmed_at
    assert Deadline.objects.get(rule__code="R3", incident=incident).met_at


def test_a_correction_supersedes(cast, incident):
    people.report(cast, incident, "WRITTEN")
    do(
        cast.enterprise,
        incident,
        "report.file",
        kind="FOLLOW_UP",
        supersedes=f"{incident.number}-R2",
        deaths="2",
    )
    assert Report.objects.get(serial=3).supersedes.serial == 2


@pytest.mark.clause("5.4.1")
def test_reporting_up_is_preset_to_the_body_owed(cast):
    incident = people.call_in(cast, figures={"deaths": 4})
    page = sign_in(cast.duty_officer).get(url_of(incident, "report.up"))
    assert page.context["form"]["to"].value() == "HEADQUARTERS"
    do(cast.duty_officer, incident, "report.up", person="总指挥", words="较大事件，死亡四人")
    assert UpwardReport.objects.get().to == incident.office.parent
    grade(cast, incident, 3)
    do(cast.office_director, incident, "response.propose", words="建议启动Ⅲ级响应")
    assert not Deadline.objects.filter(rule__code="R6", met_at=None).exists()


@pytest.mark.clause("5.5")
def test_the_firm_starts_and_ends_four(cast, incident):
    grade(cast, incident)
    page = sign_in(cast.enterprise).get(url_of(incident, "response.start"))
    assert "at" not in page.context["form"].fields, "the firm acts now"
    do(cast.enterprise, incident, "response.start", measures="全员处置")
    do(cast.enterprise, incident, "response.end", result="恢复生产")
    assert refreshed(incident).status == Status.ENDED


@pytest.mark.clause("5.5")
def test_one_already_over_is_recorded_in_one_act(cast, incident):
    grade(cast, incident)
    do(cast.duty_officer, incident, "response.start", measures="处置", over="on", expect=422)
    do(
        cast.duty_officer,
        incident,
        "response.start",
        measures="处置",
        over="on",
        at="20分钟前",
        ended_at="5分钟前",
        result="完毕",
    )
    assert refreshed(incident).status == Status.ENDED


def test_items_are_settled_in_words(cast, incident):
    do(cast.duty_officer, incident, "item.settle", kind="TELL_ENTERPRISES", words="无受影响企业")
    assert not incident.open_items.filter(kind="TELL_ENTERPRISES", settled_at=None).exists()


def test_chasing_shows_the_call_list_in_its_order(cast, incident):
    words = text_of(sign_in(cast.duty_officer).get(url_of(incident, "firm.chase")))
    assert "依次拨打" in words and "0396-0000000" in words
    do(
        cast.duty_officer,
        incident,
        "firm.chase",
        answered_by="企业值班员",
        promised="马上报",
        promised_by="20分钟后",
    )
    assert Chase.objects.get().promised_by > timezone.now()


@pytest.mark.clause("6.3")
def test_the_way_to_the_archive(cast, incident):
    grade(cast, incident, 3)
    grading.regrade(actor=cast.commander, number=incident.number, level=4, reason="缓和", now=timezone.now())
    do(cast.office_director, incident, "incident.end", reason="无需响应")
    page = sign_in(cast.office_director).get(url_of(incident, "incident.close"))
    assert "还缺" in text_of(page) and "终报未收到" in text_of(page)
    assert "终报未收到" in text_of(do(cast.office_director, incident, "incident.close", expect=409))
    do(cast.enterprise, incident, "report.file", kind="FINAL", development="已恢复")
    found = {"findings": "线路老化", "responsibility": "企业", "outcome": "整改"}
    assert "调查组" in text_of(
        do(cast.office_director, incident, "incident.investigate", expect=409, **found)
    )
    do(cast.commander, incident, "investigation.team", head_name="张三", head_body="市邮政管理局")
    do(
        cast.office_director,
        incident,
        "incident.investigate",
        findings="线路老化",
        responsibility="企业",
        outcome="整改",
    )
    do(
        cast.commander,
        incident,
        "incident.evaluate",
        cause="线路",
        nature="事故",
        impact="小",
        responsibility="企业",
        lessons="巡检",
    )
    assert Investigation.objects.exists() and Evaluation.objects.exists()
    do(cast.office_director, incident, "incident.close")
    assert refreshed(incident).status == Status.CLOSED
    do(cast.commander, incident, "incident.reopen", reason="复燃")
    assert refreshed(incident).status == Status.GRADED
    do(cast.office_director, incident, "incident.end", reason="已扑灭")
    again = text_of(do(cast.office_director, incident, "incident.close", expect=409))
    assert "终报未收到" in again, "the final report of before the flare-up tells nothing of it"


def debt_url(incident, rule, code):
    return reverse("debt-act", args=[Deadline.objects.get(incident=incident, rule__code=rule).pk, code])


def test_waive_before_due_write_off_after(cast, incident):
    client = sign_in(cast.office_director)
    url = debt_url(incident, "R4", "debt.waive")
    assert client.post(url, form_of(client, url, reason=" ")).status_code == 422
    assert client.post(url, form_of(client, url, reason="企业不在本市")).status_code == 302
    late = people.call_in(
        cast, now=timezone.now() - timedelta(hours=3), known_at=timezone.now() - timedelta(hours=3)
    )
    url = debt_url(late, "R4", "debt.waive")
    answer = client.post(url, form_of(client, url, reason="晚了"))
    assert answer.status_code == 409 and "此时限已超时，不能豁免" in text_of(answer)
    assert answer.context["form"]["reason"].value() == "晚了"
    url = debt_url(late, "R4", "debt.write_off")
    assert client.post(url, form_of(client, url, reason="企业已注销")).status_code == 302
    assert Deadline.objects.get(incident=late, rule__code="R4").written_off_at


def test_a_debt_of_another_is_404_and_of_ones_own_403(cast, incident):
    url = debt_url(incident, "R4", "debt.waive")
    assert sign_in(cast.other_enterprise).get(url).status_code == 404
    assert sign_in(cast.enterprise).get(url).status_code == 403
    assert sign_in(cast.duty_officer).get(url).status_code == 403


def test_every_form_carries_its_clause_and_opens_for_whoever_may(cast):
    incident = people.file_in(cast, oral_at=timezone.now() - timedelta(minutes=1), figures={"deaths": 4})
    for code in (
        "report.file",
        "oral.confirm",
        "incident.verify",
        "incident.grade",
        "report.up",
        "firm.chase",
    ):
        page = sign_in(cast.office_director).get(url_of(incident, code))
        assert page.status_code == 200 and f"§{TABLE[code].clause}" in text_of(page), code


def test_a_brief_needs_only_its_own_contents(cast, incident):
    answer = do(cast.enterprise, incident, "report.file", kind="BRIEF", expect=422, unit="")
    assert set(answer.context["form"].errors) == {"occurred_at", "place", "unit", "impact"}
