"""Warnings over HTTP: the intake of office and firm, the page with its acts, the list, the bulletin, desk and firm's page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.models import State, Warning
from incidents.models import Incident
from incidents.services.warning import warning_issuing
from tests import cast as people
from tests.query_counts import pinned
from tests.screens.stage import form_of, sign_in, text_of
from tests.warnings.conftest import T0, again, states

pytestmark = pytest.mark.django_db


def act(actor, warning, code: str, *, refused: int | None = None, **typed):
    """Opens the act's form, types, sends it; follows to the warning's page unless it is refused."""
    client, url = sign_in(actor), f"/warnings/{warning.number}/act/{code}/"
    answer = client.post(url, form_of(client, url, **typed))
    expected = refused or 302
    assert answer.status_code == expected, text_of(answer)[:1500]
    return answer


@pytest.mark.clause("4.2")
def test_the_office_logs_information_by_telephone_and_a_double_click_once(cast, clock):
    client = sign_in(cast.duty_officer)
    typed = form_of(
        client,
        "/warnings/new/",
        channel="METEOROLOGY",
        source_body="weather-bureau",
        risk="强降雨",
        place="驿城区",
        counties_affected=["yicheng"],
        caller="值班员",
        arrived_at="10分钟前",
    )
    first, second = (client.post("/warnings/new/", typed) for _ in range(2))
    warning = Warning.objects.get()
    assert first.url == second.url == f"/warnings/{warning.number}/?filed={warning.number}"
    assert warning.received_at == T0 - timedelta(minutes=10)
    page = text_of(client.get(first.url))
    assert "已登记，时限开始计时" in page and "市气象局" in page and "W2" in page


def test_a_refused_form_keeps_what_was_typed(cast, clock):
    client = sign_in(cast.duty_officer)
    typed = form_of(client, "/warnings/new/", place="示范路1号", arrived_at="明年")
    answer = client.post("/warnings/new/", typed)
    assert answer.status_code == 422 and "示范路1号" in answer.content.decode()
    answer = client.post("/warnings/new/", typed | {"arrived_at": ""})
    words = text_of(answer)
    assert answer.status_code == 422 and "请选择信息来源渠道。（§4.2）" in words and "请填写风险情况" in words
    assert not Warning.objects.exists()


@pytest.mark.clause("4.2")
def test_a_firm_reports_a_risk_and_sees_what_it_owed(cast, clock):
    client = sign_in(cast.enterprise)
    typed = form_of(
        client,
        "/firm/risk/",
        known_at="80分钟前",
        risk="电机过热",
        may_follow="可能起火",
        place="示范路1号",
        measures_taken="已断电",
        counties_affected=["yicheng"],
    )
    answer = client.post("/firm/risk/", typed)
    assert answer.status_code == 302, text_of(answer)
    warning = Warning.objects.get()
    assert (warning.channel, warning.enterprise) == ("ENTERPRISE", cast.firm)
    firm = text_of(client.get("/firm/"))
    assert warning.number in firm and "超时完成，迟 20 分" in firm
    refused = client.post("/firm/risk/", form_of(client, "/firm/risk/"))
    assert refused.status_code == 422 and "请填写风险情况。（§4.2）" in text_of(refused)


@pytest.mark.clause("4.4")
def test_the_whole_way_through_the_doors(cast, clock):
    """收到 → 建议 → 发布 → 解除, each by the one whose it is."""
    warning = people.warn(cast)
    office, director, commander = cast.duty_officer, cast.office_director, cast.commander
    act(office, warning, "warning.verify", with_whom="市气象局", how="电话核对")
    act(office, warning, "warning.report_up", to="HEADQUARTERS", person="总值班员")
    act(office, warning, "warning.report_up", person="省值班员")  # the body still owed is preselected
    assert states(warning, "W2") == [State.MET] * 2
    analysis = {"likelihood": "high", "area": "驿城区", "severity": "进水", "possible_level": "3"}
    act(director, warning, "warning.analyse", **analysis)
    act(office, warning, "warning.tell", to_members=[people.member_code()])
    act(office, warning, "warning.measure", item="1", owner="值班室", done="on")
    act(office, warning, "warning.propose", reason="雨量")
    assert again(warning).proposed_level == 3, "the analysis had preselected it"
    act(commander, warning, "warning.issue", measures="转移快件", to_firms=[people.FIRM], to_counties=[])
    assert again(warning).status == "issued"
    act(cast.enterprise, warning, "warning.acknowledge")
    act(cast.member, warning, "warning.acknowledge")
    act(office, warning, "warning.daily", contents="雨量减小")
    act(commander, warning, "warning.set_interval", hours="6")
    act(director, warning, "warning.outgrown", reason="装备不足")
    act(commander, warning, "warning.adjust", level="2", reason="加大")
    act(office, warning, "warning.log_adjust", level="3", reason="减弱", phone_words="降为黄色",
        on_word_of=str(cast.deputy.post.pk))  # fmt: skip
    act(director, warning, "warning.document", document_no="驻邮应〔2026〕3号")
    act(commander, warning, "warning.lift", reason="雨停")
    after = again(warning)
    assert after.status == "lifted" and [b.level for b in after.bulletins.order_by("version")] == [3, 2, 3, 3]
    page = text_of(sign_in(office).get(f"/warnings/{warning.number}/"))
    for words in ("驻邮应〔2026〕3号", "降为黄色", "第4版", "日报", "未签收", "已落实", "市气象局"):
        assert words in page, words


@pytest.mark.clause("4.4")
def test_issuing_names_every_missing_content_at_its_field_and_keeps_the_rest(cast, clock):
    warning = people.warn(cast)
    act(cast.duty_officer, warning, "warning.propose", level="3", reason="雨量")
    answer = act(
        cast.commander, warning, "warning.issue", refused=422, area="", measures="", caution="要小心"
    )
    words = answer.content.decode()
    for name in ("可能影响范围", "应采取的措施"):
        assert f"预警信息须有“{name}”（§4.4）。" in words
    assert "要小心" in words and again(warning).status == "proposed"


def test_acts_are_refused_in_order(cast, clock):
    warning = people.warn(cast)
    url = f"/warnings/{warning.number}/act/warning.issue/"
    assert sign_in(cast.duty_officer).get(url).status_code == 403
    answer = sign_in(cast.commander).get(url)
    assert answer.status_code == 409 and "预警处于“收到”，不能发布预警。" in text_of(answer)
    assert sign_in(cast.duty_officer).get(f"/warnings/{warning.number}/act/warning.sing/").status_code == 404
    assert (
        sign_in(cast.duty_officer).get(f"/warnings/{warning.number}/act/incident.grade/").status_code == 404
    )


def test_what_may_not_be_done_says_why_on_the_page(cast, clock):
    warning = people.warn(cast)
    words = text_of(sign_in(cast.duty_officer).get(f"/warnings/{warning.number}/"))
    assert "须由指挥部指挥长办理。" in words and "不能报日报。" in words


@pytest.mark.clause("4.3")
def test_a_feed_item_is_accepted_or_set_aside_from_its_page(cast, clock):
    from incidents.services.warning import warning_intake

    office = cast.duty_officer.organization
    accepted, aside = (warning_intake.candidate(office=office, facts=people.risk(), now=T0) for _ in range(2))
    assert "接收" in text_of(sign_in(cast.duty_officer).get(f"/warnings/{accepted.number}/"))
    act(cast.duty_officer, accepted, "warning.accept")
    act(cast.duty_officer, aside, "warning.set_aside", reason="与寄递无关")
    assert {again(accepted).status, again(aside).status} == {"received", "set_aside"}


@pytest.mark.clause("4.3")
def test_a_warning_becomes_an_incident_and_both_pages_lead_to_each_other(cast, clock):
    warning = people.issue(cast)
    act(cast.duty_officer, warning, "warning.become_incident", development="进水 30 厘米", informant="PUBLIC")
    incident = Incident.objects.get()
    assert incident.title == warning.title and incident.county.short_name == "驿城区"
    client = sign_in(cast.duty_officer)
    assert incident.number in text_of(client.get(f"/warnings/{warning.number}/"))
    page = text_of(client.get(f"/incidents/{incident.number}/"))
    assert f"由预警转入 {warning.number}" in page and "发布黄色预警" in page


@pytest.mark.clause("4.3")
def test_an_incident_is_declared_to_outgrow_the_city_on_its_page(cast, clock):
    incident = people.call_in(cast)
    client = sign_in(cast.office_director)
    url = f"/incidents/{incident.number}/act/incident.declare_outgrown/"
    assert client.post(url, form_of(client, url, reason="装备不足")).status_code == 302
    page = text_of(client.get(f"/incidents/{incident.number}/"))
    assert "可能超出本市处置能力" in page and "R8" in page and "电话报告省邮政业应急办" in page


@pytest.mark.clause("4.3")
def test_a_firm_acknowledges_with_one_click(cast, clock):
    warning = people.issue(cast)
    client = sign_in(cast.enterprise)
    page = client.get("/firm/")
    row = page.context["told"][0]
    assert row.waits and "签收" in text_of(page)
    url = f"/warnings/{warning.number}/act/warning.acknowledge/"
    assert f'name="seen" value="{row.warning.last_seq}"' in page.content.decode()
    raised = {"level": 2, "reason": "雨势加大", "now": T0}
    warning_issuing.adjust(actor=cast.commander, number=warning.number, **raised)
    refused = client.post(url, {"token": row.token, "seen": row.warning.last_seq})
    assert refused.status_code == 409 and "提高级别" in text_of(refused), (
        "nobody signs for what he has not seen"
    )
    row = client.get("/firm/").context["told"][0]
    once = {"token": row.token, "seen": row.warning.last_seq}
    assert client.post(url, once).status_code == 302
    assert client.post(url, once).status_code == 302, "a double click"
    assert not client.get("/firm/").context["told"][0].waits
    assert client.post(url, {"token": "another"}).status_code == 409


@pytest.mark.parametrize("level", [1, 2, 3, 4])
@pytest.mark.clause("4.4")
def test_a_bulletin_prints_in_its_colour_with_all_seven_contents(cast, clock, level):
    warning = people.issue(cast, level=level)
    answer = sign_in(cast.enterprise).get(f"/warnings/{warning.number}/bulletins/1/")
    words, contents = text_of(answer), people.bulletin()
    assert ("红色", "橙色", "黄色", "蓝色")[
        level - 1
    ] in words and f"level-{level}" in answer.content.decode()
    for name in ("area", "caution", "measures", "authority"):
        assert contents[name] in words
    assert "暴雨水灾" in words and "2026年3月2日 20:00" in words
    assert sign_in(cast.enterprise).get(f"/warnings/{warning.number}/bulletins/2/").status_code == 404


def test_the_list_puts_the_open_first_by_what_is_due_next(cast, clock):
    in_force = people.issue(cast)
    clock.after(minutes=30)
    fresh = people.warn(cast, title="刚收到的")
    over = people.warn(cast, title="误报的")
    act(cast.office_director, over, "warning.dismiss", reason="误报")
    client = sign_in(cast.duty_officer)
    shown = [row.warning.pk for row in client.get("/warnings/?show=all").context["rows"]]
    assert shown == [in_force.pk, fresh.pk, over.pk], "W2 of the older is due first"
    assert over.number not in text_of(client.get("/warnings/"))
    assert text_of(client.get("/warnings/?show=in_force")).count("ZMD-W-2026") == 1
    assert "刚收到的" in text_of(client.get("/warnings/?q=刚收到"))
    assert "没有找到" in text_of(client.get("/warnings/?q=没有的"))


def test_empty_lists_say_that_they_are_empty(cast, clock):
    assert "没有在办的预警" in text_of(sign_in(cast.duty_officer).get("/warnings/"))
    assert "没有发给本单位的生效预警" in text_of(sign_in(cast.enterprise).get("/firm/"))
    assert 'class="warning-strip"' not in sign_in(cast.duty_officer).get("/desk/").content.decode()


def test_desk_and_dashboard_show_what_is_due(cast, clock):
    warning = people.issue(cast)
    desk = text_of(sign_in(cast.duty_officer).get("/desk/"))
    assert warning.title in desk and "未签收" in desk and "W2" in desk
    commander = sign_in(cast.commander)
    page = commander.get("/command/")
    assert warning.title in text_of(page)
    mark = page.context["mark"]
    assert commander.get("/command/figures/", {"seen": mark}).status_code == 204
    act(cast.enterprise, warning, "warning.acknowledge")
    assert commander.get("/command/figures/", {"seen": mark}).status_code == 200


@pytest.mark.parametrize("rows", [1, 20])
@pytest.mark.parametrize("who", ["duty_officer", "enterprise"])
def test_the_list_asks_as_often_for_one_as_for_twenty(cast, clock, who, rows):
    for _ in range(rows):
        people.issue(cast, warning=people.warn(cast, actor=cast.enterprise), addressees=[people.FIRM])
    client = sign_in(getattr(cast, who))
    client.get("/warnings/")
    with pinned(f"screen:warnings as {who}"):
        assert client.get("/warnings/").status_code == 200


@pytest.mark.parametrize("versions", [1, 6])
@pytest.mark.parametrize("who", ["duty_officer", "enterprise"])
def test_a_warning_asks_as_often_for_one_bulletin_as_for_six(cast, clock, who, versions):
    from incidents.services.warning import warning_issuing

    warning = people.issue(cast)
    for n in range(versions):
        warning_issuing.adjust(
            actor=cast.commander, number=warning.number, level=2 + n % 2 * 2, reason="x", now=timezone.now()
        )
    client = sign_in(getattr(cast, who))
    client.get(f"/warnings/{warning.number}/")
    with pinned(f"screen:warning as {who}"):
        assert client.get(f"/warnings/{warning.number}/").status_code == 200
