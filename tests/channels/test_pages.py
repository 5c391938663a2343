"""通知渠道 and 发送记录: who sets whose, what the form keeps and hides, who reads which record."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from alerts.channels import sealing
from alerts.models import Channel, Delivery
from incidents import ledger
from incidents.models import LedgerEntry
from incidents.refusals import NotAllowed, NotFound
from incidents.services.identity import channels as service
from tests import cast as people
from tests.channels.conftest import SECRET, drain, tell
from tests.query_counts import pinned
from tests.screens.stage import sign_in, text_of

LIST, ADD, LOG = reverse("channels"), reverse("channel-add"), reverse("deliveries")
PLAIN = {"name": "短信", "takes": "all", "order": "1", "text_field": "", "extra": "", "headers": ""}


def http(receiver, **more) -> dict:
    return PLAIN | {"url": receiver.url(), "headers": f"Authorization: {SECRET}"} | more


def body_of(actor):
    return f"&for={actor.organization.pk}"


def test_a_person_adds_his_own_tests_it_and_sees_the_result(cast, receive):
    receiver, client = receive(), sign_in(cast.duty_officer)
    assert "还没有站外渠道" in text_of(client.get(LIST))
    page = client.get(ADD)
    assert "企业微信机器人" in text_of(page) and "短信网关" in text_of(page)
    made = client.post(f"{ADD}?kind=http", http(receiver), follow=True)
    channel = Channel.objects.get()
    assert channel.person == cast.duty_officer.person and "127.0.0.1" in text_of(made)

    client.post(reverse("channel-act", args=[channel.pk, "test"]))
    row = client.get(reverse("channel-row", args=[channel.pk])).content.decode()
    assert "测试消息正在发送" in row and "hx-trigger" in row
    again = client.post(reverse("channel-act", args=[channel.pk, "test"]), follow=True)
    assert "上一条测试消息还在发送" in text_of(again) and Delivery.objects.count() == 1
    drain()
    row = client.get(reverse("channel-row", args=[channel.pk])).content.decode()
    assert "测试成功" in row and "hx-trigger" not in row
    assert "测试消息" in receiver.texts[0]


def test_a_failed_test_says_why_and_is_not_repeated(cast, channel, receive):
    receiver, client = receive(status=404), sign_in(cast.duty_officer)
    made = channel(cast.duty_officer.person, receiver)
    client.post(reverse("channel-act", args=[made.pk, "test"]))
    drain()
    assert "测试失败 ：对方没有接收，代码 404" in text_of(client.get(LIST))
    drain(timezone.now() + timedelta(hours=1))
    assert len(receiver.got) == 1


def test_a_test_goes_through_a_channel_that_is_paused_or_cooling(cast, channel, receive):
    receiver = receive(status=500)
    made = channel(cast.duty_officer.person, receiver)
    client = sign_in(cast.duty_officer)
    tell(cast.duty_officer.person)
    drain()
    receiver.status = 200
    client.post(reverse("channel-act", args=[made.pk, "test"]))
    drain()
    assert len(receiver.got) >= 2 and Channel.objects.get().failures == 0, "and it is in use again"
    client.post(reverse("channel-act", args=[made.pk, "pause"]))
    client.post(reverse("channel-act", args=[made.pk, "test"]))
    drain()
    assert "测试消息" in receiver.texts[-1]


def test_secrets_are_not_shown_again_and_stay_when_left_blank(cast, receive):
    receiver, client = receive(), sign_in(cast.duty_officer)
    client.post(f"{ADD}?kind=http", http(receiver))
    channel = Channel.objects.get()
    for path in (
        LIST,
        reverse("channel", args=[channel.pk]),
        reverse("channel-remove", args=[channel.pk]),
        LOG,
    ):
        assert "s3cr3t" not in client.get(path).content.decode()
    changed = PLAIN | {"name": "改了名", "url": "", "text_field": "content"}
    assert client.post(reverse("channel", args=[channel.pk]), changed).status_code == 302
    channel.refresh_from_db()
    said = sealing.unseal(channel.sealed)
    assert (channel.name, said["text_field"]) == ("改了名", "content")
    assert said["headers"].endswith(SECRET) and said["url"] == receiver.url()


def test_a_saved_secret_is_not_carried_off_to_another_host(cast, channel, receive):
    made = channel(cast.duty_officer.person, receive())
    edit, client = reverse("channel", args=[made.pk]), sign_in(cast.duty_officer)
    moved = PLAIN | {"url": "https://elsewhere.example.cn/"}
    answer = client.post(edit, moved)
    assert answer.status_code == 422 and "主机改了，请求头须重新填写" in text_of(answer)
    assert client.post(edit, moved | {"headers": "X-Key: new"}).status_code == 302


def test_what_is_not_secret_is_there_to_be_changed(cast):
    client = sign_in(cast.duty_officer)
    letter = {
        "name": "邮箱", "takes": "urgent", "order": "2", "to": "a@example.cn", "host": "smtp.example.cn",
        "security": "ssl", "sender": "zmd@example.cn", "user": "zmd", "password": "pass-w0rd-xyz",
    }  # fmt: skip
    client.post(f"{ADD}?kind=email", letter)
    channel = Channel.objects.get()
    page = client.get(reverse("channel", args=[channel.pk])).content.decode()
    assert 'value="a@example.cn"' in page and 'value="smtp.example.cn"' in page
    assert "pass-w0rd" not in page and "已保存；不改请留空" in page
    assert "a***@example.cn" in text_of(client.get(LIST)) and "a@example.cn" not in text_of(client.get(LIST))


def test_a_refused_form_keeps_what_was_typed(cast, receive):
    client = sign_in(cast.duty_officer)
    answer = client.post(f"{ADD}?kind=http", PLAIN | {"name": "我的短信", "url": "ftp://x", "extra": "a=b"})
    page = answer.content.decode()
    assert answer.status_code == 422 and not Channel.objects.exists()
    assert (
        "不是有效的网址" in page
        and 'value="我的短信"' in page
        and "a=b" in page
        and 'value="ftp://x"' in page
    )


@pytest.mark.parametrize(
    "typed", [{"order": "x"}, {"order": "0"}, {"takes": "no"}, {"name": ""}, {"name": "长" * 41}]
)
def test_odd_input_is_refused(cast, receive, typed):
    answer = sign_in(cast.duty_officer).post(f"{ADD}?kind=http", http(receive(), **typed))
    assert answer.status_code == 422 and not Channel.objects.exists()


@pytest.mark.parametrize(
    "query", ["?kind=nosuch", "?kind=http&for=x", "?kind=http&for=999999", "?for=%00", "?kind=http&for=9e9"]
)
def test_odd_addresses_lead_nowhere(cast, query):
    assert sign_in(cast.duty_officer).get(ADD + query).status_code == 404


def test_a_changed_secret_key_is_said_and_can_be_mended(cast, channel, receive, settings):
    made = channel(cast.duty_officer.person, receive())
    receiver, client = receive(), None
    settings.CHANNEL_KEYS = ["another"]
    client = sign_in(cast.duty_officer)
    assert "密钥已更换" in text_of(client.get(LIST))
    edit = reverse("channel", args=[made.pk])
    assert client.get(edit).status_code == 200
    assert client.post(edit, PLAIN | {"url": ""}).status_code == 422
    assert client.post(edit, http(receiver)).status_code == 302
    assert "密钥已更换" not in text_of(client.get(LIST))


class TestWhoSetsWhose:
    def test_bodies(self, cast, receive):
        """The director the office's and the headquarters', an enterprise its own, the administrator every body's."""
        for actor, owner, allowed in (
            (cast.office_director, cast.office_director, True),
            (cast.office_director, cast.commander, True),
            (cast.office_director, cast.enterprise, False),
            (cast.enterprise, cast.enterprise, True),
            (cast.enterprise, cast.other_enterprise, False),
            (cast.administrator, cast.other_enterprise, True),
            (cast.duty_officer, cast.duty_officer, False),
            (cast.county, cast.county, False),
        ):
            answer = sign_in(actor).get(f"{ADD}?kind=wecom{body_of(owner)}")
            assert answer.status_code == (200 if allowed else 404), (actor, owner)

    def test_a_channel_of_others_does_not_exist(self, cast, channel, receive):
        own = channel(cast.duty_officer.person, receive())
        firms = channel(cast.firm, receive())
        for actor in (cast.office_director, cast.other_enterprise, cast.auditor):
            client = sign_in(actor)
            for made in (own, firms):
                assert client.get(reverse("channel", args=[made.pk])).status_code == 404
                assert client.get(reverse("channel-row", args=[made.pk])).status_code == 404
                assert client.post(reverse("channel-act", args=[made.pk, "pause"])).status_code == 404
                assert client.post(reverse("channel-remove", args=[made.pk])).status_code == 404
                assert made.name not in text_of(client.get(LIST))
        assert Channel.objects.active().count() == 2
        assert sign_in(cast.administrator).get(reverse("channel", args=[firms.pk])).status_code == 200
        assert sign_in(cast.administrator).get(reverse("channel", args=[own.pk])).status_code == 404

    def test_the_services_ask_for_themselves(self, cast, channel, receive):
        made = channel(cast.firm, receive())
        with pytest.raises(NotFound):
            service.remove(actor=cast.other_enterprise, channel_id=made.pk, now=timezone.now())
        wish = service.Wish("x", {"key": "0123456789"})
        with pytest.raises((NotFound, NotAllowed)):
            service.add(actor=cast.duty_officer, owner=cast.firm, kind="wecom", wish=wish, now=timezone.now())

    def test_an_enterprise_may_name_no_inner_address(self, cast, receive, settings):
        client = sign_in(cast.enterprise)
        answer = client.post(f"{ADD}?kind=http{body_of(cast.enterprise)}", http(receive()))
        assert answer.status_code == 422 and "内部网络" in text_of(answer)
        assert client.get(f"{ADD}?kind=other").status_code == 404 and "apprise" not in text_of(
            client.get(ADD)
        )
        outer = http(receive(), url="https://sms.example.cn/send")
        assert client.post(f"{ADD}?kind=http", outer).status_code == 302
        assert not Channel.objects.get().may_reach_private
        settings.PRIVATE_TARGETS = True
        assert client.post(f"{ADD}?kind=http", http(receive())).status_code == 302

    def test_without_a_post_there_is_nothing_to_set(self, cast):
        cast.county.post.is_active = False
        cast.county.post.save()
        client = sign_in(cast.county)
        assert "没有任职" in text_of(client.get(LIST))
        assert client.get(f"{ADD}?kind=wecom").status_code == 404


def test_every_act_is_on_the_ledger_without_any_secret(cast, receive):
    receiver, client = receive(), sign_in(cast.office_director)
    client.post(f"{ADD}?kind=http", http(receiver))
    client.post(f"{ADD}?kind=http{body_of(cast.office_director)}", http(receiver))
    own, bodys = Channel.objects.order_by("pk")
    for code in ("test", "pause", "resume"):
        client.post(reverse("channel-act", args=[own.pk, code]))
    client.post(reverse("channel", args=[own.pk]), PLAIN | {"url": ""})
    client.post(reverse("channel-remove", args=[own.pk]))
    chain = LedgerEntry.objects.filter(chain=ledger.account_chain(cast.office_director.person))
    acts = chain.filter(action__startswith="channel.").order_by("seq").values_list("action", flat=True)
    assert [a.removeprefix("channel.") for a in acts] == [
        "added",
        "tested",
        "paused",
        "resumed",
        "changed",
        "removed",
    ]
    body = LedgerEntry.objects.filter(chain=ledger.body_chain(cast.office_director.organization))
    assert body.filter(action="channel.added", person=cast.office_director.person).count() == 1
    assert not any("s3cr3t" in entry.text for entry in LedgerEntry.objects.all())
    assert list(ledger.verify()) == []


def test_a_removed_channel_keeps_no_secret_and_its_record_stays(cast, channel, receive):
    made = channel(cast.duty_officer.person, receive())
    tell(cast.duty_officer.person, "发过的一条")
    drain()
    client = sign_in(cast.duty_officer)
    assert "不能恢复" in text_of(client.get(reverse("channel-remove", args=[made.pk])))
    client.post(reverse("channel-remove", args=[made.pk]), follow=True)
    made.refresh_from_db()
    assert made.sealed == "" and made.name not in text_of(client.get(LIST))
    log = text_of(client.get(LOG))
    assert "发过的一条" in log and made.name in log and "已移除" in log


class TestTheLog:
    @pytest.fixture
    def filed(self, cast, channel, receive):
        """A firm's report; its own contact has a channel that works, the director one that does not."""
        channel(cast.enterprise.person, receive(), name="企业的渠道")
        channel(cast.office_director.person, receive(status=500), name="主任的渠道")
        incident = people.file_in(cast)
        tell(cast.enterprise.person, "告知企业", incident=incident)
        tell(cast.office_director.person, "告知主任", incident=incident)
        drain()
        return incident

    def test_the_office_and_the_auditor_see_all_about_their_incidents(self, cast, filed):
        for actor in (cast.duty_officer, cast.auditor, cast.commander):
            log = text_of(sign_in(actor).get(LOG))
            assert "告知企业" in log and "告知主任" in log and "企业的渠道" in log
            assert "代码 500" in log and "已送出" in log

    def test_a_firm_sees_its_own_peoples_alone(self, cast, filed):
        log = text_of(sign_in(cast.enterprise).get(LOG))
        assert "告知企业" in log and "告知主任" not in log and "主任的渠道" not in log
        for actor in (cast.other_enterprise, cast.county, cast.administrator):
            log = text_of(sign_in(actor).get(LOG))
            assert "告知企业" not in log and "告知主任" not in log

    def test_read_in_the_inbox(self, cast, filed):
        client = sign_in(cast.enterprise)
        assert "未读" in text_of(client.get(f"{LOG}?state=unread"))
        client.post(reverse("inbox-read"), {"all": 1})
        assert "已读" in text_of(client.get(LOG))
        assert "没有符合条件" in text_of(client.get(f"{LOG}?state=unread"))

    def test_filters(self, cast, filed):
        client = sign_in(cast.auditor)

        def shown(query: str) -> set[str]:
            return set(re.findall("告知[企业主任]{2}", text_of(client.get(f"{LOG}?{query}"))))

        assert shown("state=outside") == {"告知企业", "告知主任"}
        assert shown("state=sent") == {"告知企业"} and shown("state=waiting") == {"告知主任"}
        assert shown("state=failed") == set() and shown("q=主任") == {"告知主任"}
        assert shown("days=1") == shown("days=") == shown("days=x&state=y&page=z") == {"告知企业", "告知主任"}

    @pytest.mark.parametrize("rows", [1, 12])
    def test_as_many_queries_for_a_dozen_as_for_one(self, cast, channel, receive, rows):
        channel(cast.duty_officer.person, receive())
        for n in range(rows):
            tell(cast.duty_officer.person, f"第{n}条")
        drain()
        client = sign_in(cast.duty_officer)
        client.get(LOG)
        with pinned("screen:deliveries"):
            client.get(LOG)


@pytest.mark.parametrize("rows", [1, 12])
def test_the_channels_page_asks_as_often_for_twelve_as_for_one(cast, channel, receive, rows):
    receiver, client = receive(), sign_in(cast.office_director)
    for _ in range(rows):
        made = channel(cast.office_director.person, receiver)
        client.post(reverse("channel-act", args=[made.pk, "test"]))
    drain()
    client.get(LIST)
    with pinned("screen:channels"):
        client.get(LIST)
