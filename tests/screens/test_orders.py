"""Responses, orders and requests over HTTP: what each role finds, does and is refused; nothing leaks sideways."""

from datetime import timedelta

import pytest
from django.utils import timezone

from incidents.models import Response, SupportRequest, TaskOrder
from incidents.services.command import supporting
from incidents.services.notice import reporting_up
from tests.cast import OTHER_FIRM
from tests.responses.stage import act, approved, fresh, graded, order, started
from tests.screens.stage import form_of, sign_in, text_of


def url(incident, code):
    return f"/incidents/{incident.number}/act/{code}/"


def order_url(row, code=""):
    return f"/orders/{row.number}/" + (f"{code}/" if code else "")


def do(actor, path, **typed):
    client = sign_in(actor)
    return client.post(path, form_of(client, path, **typed), follow=True)


@pytest.mark.clause("5.4.1")
def test_the_approver_finds_the_proposal_and_approves_it(cast):
    incident = graded(cast)
    assert "没有与您有关的事件" in text_of(sign_in(cast.approver).get("/"))
    act(reporting_up.propose_response, cast.office_director, incident, words="建议启动")
    assert "等待批准的Ⅲ级响应建议" in text_of(sign_in(cast.approver).get("/"))
    client = sign_in(cast.approver)
    path = url(incident, "response.approve")
    missing = client.post(path, form_of(client, path, document_no=""))
    assert missing.status_code == 422
    page = do(cast.approver, path, document_no="驻政文〔2026〕1号")
    assert "已批准启动Ⅲ级响应" in text_of(page)
    again = client.get(path)
    assert again.status_code == 409 and "§5.4.1" in text_of(again)
    assert sign_in(cast.commander).get(path).status_code == 403


@pytest.mark.clause("5.4.1")
def test_starting_names_bodies_with_their_intervals(cast):
    incident = approved(cast)
    path = url(incident, "response.start_three")
    code = cast.member.organization.code
    page = do(cast.commander, path, every="2", **{f"every_{code}": "1"})
    assert "Ⅲ级响应已启动" in text_of(page) and "组织专家组研判" in text_of(page)
    response = incident.responses.get()
    assert response.status == Response.Status.ACTIVE and response.follow_up_every == timedelta(hours=2)
    assert [(row.body, row.follow_up_every) for row in response.named.all()] == [
        (cast.member.organization, timedelta(hours=1))
    ]
    home = text_of(sign_in(cast.member).get("/"))
    assert "报送续报" in home
    shown = sign_in(cast.member).get(url(incident, "report.file") + "?kind=FOLLOW_UP")
    assert list(dict(shown.context["form"].fields["kind"].choices)) == ["FOLLOW_UP"]
    assert not {"known_at", "informant", "oral"} & set(shown.context["form"].fields)
    filed = do(cast.member, url(incident, "report.file"), kind="FOLLOW_UP", development="正在搜救")
    assert "已收到续报" in text_of(filed) and "正在搜救" in text_of(filed)


@pytest.mark.clause("5.4.2")
def test_the_office_notes_a_members_follow_up_from_its_debt(cast):
    incident = started(cast, bodies={cast.member.organization.code: None})
    page = sign_in(cast.duty_officer).get(f"/incidents/{incident.number}/").content.decode()
    path = url(incident, "report.file")
    query = f"{path}?kind=FOLLOW_UP&body={cast.member.organization.code}"
    assert query.replace("&", "&amp;") in page
    client = sign_in(cast.duty_officer)
    typed = form_of(client, query, development="正在搜救")
    assert typed["informant"] == "MEMBER" and typed["body"] == cast.member.organization.code
    assert client.post(query, typed).status_code == 302
    assert incident.reports.latest("pk").reporter == cast.member.organization


@pytest.mark.clause("5.4.5")
def test_the_end_is_proposed_and_declared_by_two(cast):
    incident = started(cast)
    do(cast.commander, url(incident, "response.propose_end"), words="已排除")
    own = do(cast.commander, url(incident, "response.declare_end"))
    assert own.status_code == 403 and "不能自己宣布结束" in text_of(own)
    page = do(cast.deputy, url(incident, "response.declare_end"))
    assert "Ⅲ级响应已宣布结束" in text_of(page)


@pytest.mark.clause("5.2.2")
def test_an_order_is_issued_from_the_incident_and_acknowledged_on_the_receivers_page(cast):
    incident = graded(cast)
    path = url(incident, "order.issue")
    client = sign_in(cast.duty_officer)
    refused = client.post(path, form_of(client, path, to=cast.firm.code, task="转移邮件", instructed_by=""))
    assert refused.status_code == 422 and "请记录指挥部的指示" in text_of(refused)
    assert "转移邮件" in refused.content.decode(), "what was typed is still there"
    typed = {
        "to": cast.firm.code,
        "task": "转移邮件",
        "instructed_by": cast.commander.post.pk,
        "instruction": "总指挥电话",
        "done_by": "3小时后",
        "priority": "1",
    }
    values = form_of(client, path, **typed)
    client.post(path, values)
    client.post(path, values)
    row = incident.orders.get()
    assert row.priority == 1 and row.done_by > timezone.now() + timedelta(hours=2)

    board = text_of(sign_in(cast.commander).get(f"/incidents/{incident.number}/"))
    assert "待签收" in board and row.number in board
    firm = sign_in(cast.enterprise).get("/firm/").content.decode()
    assert order_url(row, "order.acknowledge") in firm
    page = do(cast.enterprise, order_url(row, "order.acknowledge"))
    assert f"已签收任务 {row.number}" in text_of(page) and page.redirect_chain[-1][0] == order_url(row)
    late = sign_in(cast.enterprise).get(order_url(row, "order.acknowledge"))
    assert late.status_code == 409 and "§5.2.2" in text_of(late)
    scene = {"on_scene_head": "队长", "on_scene_phone": "0396-1", "on_scene_place": "门口"}
    do(cast.enterprise, order_url(row, "order.progress"), words="已到场", **scene)
    do(cast.enterprise, order_url(row, "order.done"), report="已转移")
    words = {"instructed_by": cast.commander.post.pk, "instruction": "任务结束"}
    do(cast.duty_officer, order_url(row, "order.release"), **words)
    do(cast.enterprise, order_url(row, "order.confirm"))
    assert fresh(row).status == TaskOrder.Status.OVER
    paper = text_of(sign_in(cast.auditor).get(order_url(row)))
    assert "任务通知书" in paper and "已到场" in paper and "队长" in paper
    assert row.number in text_of(sign_in(cast.auditor).get(f"/incidents/{incident.number}/?print=1"))


@pytest.mark.clause("5.2.2")
def test_a_firm_ordered_on_another_firms_incident_finds_the_order_and_nothing_else(cast):
    incident = graded(cast)
    row = order(cast, incident, to=OTHER_FIRM, task="支援吊车")
    client = sign_in(cast.other_enterprise)
    assert client.get(f"/incidents/{incident.number}/").status_code == 404
    for path in ("/firm/", order_url(row), order_url(row, "order.acknowledge"), "/inbox/"):
        page = client.get(path)
        assert page.status_code == 200 and row.number in text_of(page), path
        assert incident.title not in text_of(page) and f"/incidents/{incident.number}/" not in (
            page.content.decode()
        ), path
    do(cast.other_enterprise, order_url(row, "order.acknowledge"))
    for who in (cast.enterprise, cast.county, cast.member):
        assert sign_in(who).get(order_url(row)).status_code == 404
        assert sign_in(who).get(order_url(row, "order.done")).status_code == 404
    own = text_of(sign_in(cast.enterprise).get(f"/incidents/{incident.number}/"))
    assert row.number not in own and "支援吊车" not in own


@pytest.mark.clause("5.2.2")
def test_unacknowledged_orders_are_counted_and_stand_first(cast):
    incident = graded(cast)
    done = order(cast, incident, **{"by_phone": True, "answered_by": "李", "phone_words": "去"}, priority=1)
    waiting = order(cast, incident, priority=3, task="清点邮件")
    page = sign_in(cast.commander).get("/command/").content.decode()
    assert '未签收任务</span> <b class="figure-value num">1<' in page
    page = sign_in(cast.commander).get(f"/incidents/{incident.number}/").content.decode()
    assert page.index(f"/orders/{waiting.number}/") < page.index(f"/orders/{done.number}/")
    assert "书面未补" in page


@pytest.mark.clause("5.5")
def test_support_is_asked_for_passed_on_and_answered(cast):
    incident = graded(cast)
    firm = sign_in(cast.enterprise).get("/firm/").content.decode()
    assert url(incident, "support.raise") in firm
    do(cast.enterprise, url(incident, "support.raise"), needs="两台吊车")
    asked = incident.support_requests.get()
    path = f"/support/{asked.number}/"
    do(cast.duty_officer, path + "support.forward/")
    assert sign_in(cast.duty_officer).get(path + "support.answer/").status_code == 403
    do(cast.commander, path + "support.forward/", to="CITY_GOVERNMENT")
    assert "两台吊车" in text_of(sign_in(cast.approver).get("/"))
    page = do(cast.approver, path + "support.forward/")
    assert page.status_code == 200 and "已转报" in text_of(page)
    assert sign_in(cast.approver).get(path + "support.answer/").status_code == 404
    said = {"answer": "granted", "words": "派两台", "person": "省应急办"}
    do(cast.duty_officer, path + "support.answer/", **said)
    assert fresh(asked).status == SupportRequest.Status.GRANTED
    assert "派两台" in text_of(sign_in(cast.enterprise).get(f"/incidents/{incident.number}/"))
    assert sign_in(cast.other_enterprise).get(path + "support.fulfil/").status_code == 404


@pytest.mark.clause("5.5")
def test_a_person_holding_two_posts_acts_for_the_body_it_lies_with(cast):
    incident = graded(cast)
    asked = act(supporting.raise_support, cast.duty_officer, incident, needs="增援")
    page = sign_in(cast.commander).get(f"/support/{asked.number}/support.answer/")
    assert page.status_code == 200 and "person" not in page.context["form"].fields


@pytest.mark.parametrize("path", ["/orders/x/", "/orders/x/order.done/", "/support/x/support.answer/"])
def test_what_is_not_there_is_not_found(cast, path):
    assert sign_in(cast.commander).get(path).status_code == 404


@pytest.mark.parametrize(
    "odd", [{"to": "no"}, {"priority": "9"}, {"done_by": "明年"}, {"instructed_by": "x"}]
)
def test_odd_input_is_refused_in_words(cast, odd):
    incident = graded(cast)
    path = url(incident, "order.issue")
    client = sign_in(cast.duty_officer)
    answer = client.post(path, form_of(client, path, **({"to": cast.firm.code, "task": "x"} | odd)))
    assert answer.status_code == 422 and not incident.orders.exists()
