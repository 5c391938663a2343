"""The pages in a real browser, with the real sender behind them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from alerts.models import Channel
from incidents.services.identity import channels as service
from tests import cast as people
from tests.channels.conftest import SECRET, drain, tell
from tests.screens.hand import admit, barriers

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture
def same_key(processes, settings):
    settings.SECRET_KEY = processes.env["SECRET_KEY"]


@pytest.fixture
def busy(same_key, cast, channel, receive):
    """Channels in every state, and a record with a fall-over, a bundle and something that waits."""
    person, office = cast.office_director.person, cast.office_director.organization
    channel(person, receive(status=500), name="一个名字长得必须在手机上换行才能放得下的通知渠道名称示例")
    channel(person, receive(), name="邮箱之外的短信网关", takes="urgent")
    channel(person, kind="wecom", said={"key": "0123456789abcdef0123456789"}, paused_at=timezone.now())
    channel(office, receive(), name="值班群")
    channel(cast.commander.organization, receive(), sealed="gAAAAA-of-another-key", name="指挥部群")
    incident = people.file_in(cast)
    for n in range(3):
        tell(person, f"{incident.number} R4 书面报告 超法定时限，已超 {n} 分", incident=incident)
    tell(person, "Ⅲ级 较大：驿城区分拨中心起火", kind="news", incident=incident)
    drain()
    tell(cast.duty_officer.person, "随后的一条", kind="news", incident=incident)
    for pk in Channel.objects.filter(person=person, paused_at=None).values_list("pk", flat=True):
        service.test(actor=cast.office_director, channel_id=pk, now=timezone.now() - timedelta(seconds=1))
    drain()


def test_every_page_is_accessible_and_fits(busy, cast, page):
    complaints = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    admit(page, "director")
    paths = [reverse("channels"), reverse("channel-add"), reverse("deliveries"), reverse("inbox")]
    paths += [f"{reverse('channel-add')}?kind={kind}" for kind in ("email", "http", "dingtalk", "other")]
    for path in (*paths, reverse("channel-remove", args=[1]), reverse("channel", args=[1])):
        page.goto(path)
        page.wait_for_function(
            "document.readyState === 'complete' && !document.querySelector('.htmx-request')"
        )
        assert barriers(page) == [], path
    assert [said for said in complaints if "404" not in said and "422" not in said] == []


def test_a_channel_is_set_up_tested_and_its_result_appears(same_key, cast, receive, processes, page):
    """The web server itself wakes the sender: there is no beat here."""
    receiver = receive()
    processes.sender()
    admit(page, "director")
    page.goto(reverse("channels"))
    page.click("section:has(#own-title) a:has-text('增加渠道')")
    page.click("button.way:has-text('短信网关')")
    page.fill("#id_url", "not an address")
    page.fill("#id_headers", f"Authorization: {SECRET}")
    page.keyboard.press("Tab")
    page.click("button:has-text('保存')")
    page.wait_for_selector("#form-errors")
    assert page.input_value("#id_headers").endswith(SECRET)
    page.fill("#id_url", receiver.url())
    page.fill("#id_name", "我的短信")
    page.press("#id_name", "Enter")
    page.wait_for_url("**/channels/#channel-*")
    page.click("button:has-text('发测试消息')")
    page.wait_for_selector(".channel-test:has-text('测试成功')")
    assert "测试消息" in receiver.texts[0]
    assert "s3cr3t" not in page.content()
    for log in processes.started:
        assert "s3cr3t" not in log.log.read_text(errors="replace")
