"""What each kind of channel says on the wire, and what it never says anywhere else."""

import base64
import hashlib
import hmac
import json
import logging
from email import message_from_bytes
from email.header import decode_header, make_header

import pytest
from django.core.management import call_command
from django.db import connection

from alerts import channels
from alerts.channels import addresses, guard, robots, sealing
from alerts.models import Attempt, Channel
from tests.channels.conftest import NOON, SECRET, drain, tell
from tests.channels.receivers import smtp_server

TOKEN = "0123456789aBcDeF" * 4
KEY = "693a91F6-7aoC-4bc4-97a0-0ec2sifa5aaa"


def sent(kind: str, said: dict, *, private=True) -> channels.Outcome:
    return channels.send(kind, sealing.seal(said), "标题", "正文\n第二行", may_reach_private=private)


def mail(box, **more) -> dict:
    return {
        "to": "duty@example.cn，leader@example.cn",
        "host": "127.0.0.1",
        "port": str(box.port),
        "security": "insecure",
        "sender": "zmd@example.cn",
    } | more


def test_a_letter_by_smtp():
    with smtp_server() as box:
        assert sent("email", mail(box)) == channels.Outcome(True)
    assert {to for letter in box.letters for to in letter.rcpt_tos} == {
        "duty@example.cn",
        "leader@example.cn",
    }
    letter = message_from_bytes(box.letters[0].content)
    assert str(make_header(decode_header(letter["Subject"]))) == "标题"
    sender = str(make_header(decode_header(letter["From"])))
    assert "zmd@example.cn" in sender and "驻马店邮政业应急" in sender
    part = next(part for part in letter.walk() if part.get_content_type() == "text/plain")
    assert part.get_payload(decode=True).decode().split() == ["正文", "第二行"]


@pytest.mark.parametrize(("password", "ok"), [("p@ss/:word?&", True), ("wrong", False)])
def test_smtp_with_a_login(password, ok):
    with smtp_server("zmd@example.cn", "p@ss/:word?&") as box:
        outcome = sent("email", mail(box, user="zmd@example.cn", password=password))
    assert outcome.ok == ok and bool(box.letters) == ok and box.logins
    assert ok or outcome.error == "用户名或密码不对"


def test_json_with_headers_and_fields(receive):
    receiver = receive()
    said = {
        "url": receiver.url("/send?app=1"),
        "text_field": "content",
        "extra": "phone=13800000000\nsign=驻马店+=&",
        "headers": f"X-Token: {SECRET}",
    }
    assert sent("http", said).ok
    assert receiver.got == [
        {
            "title": "标题",
            "content": "正文\n第二行",
            "type": "warning",
            "phone": "13800000000",
            "sign": "驻马店+=&",
        }
    ]
    assert receiver.paths == ["/send?app=1"]


@pytest.mark.parametrize(
    ("kind", "robot", "said", "refusal"),
    [
        (
            "wecom",
            robots.WeComBot,
            {"key": f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"},
            "errcode",
        ),
        (
            "dingtalk",
            robots.DingTalk,
            {
                "token": f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}",
                "secret": "SEC0123456789abcdef",
            },
            "errcode",
        ),
        (
            "feishu",
            robots.Feishu,
            {"token": f"https://open.feishu.cn/open-apis/bot/v2/hook/{KEY}", "sign": "a/b+c=="},
            "code",
        ),
    ],
)
def test_a_robot_is_believed_by_its_answer_not_by_its_status(
    receive, monkeypatch, kind, robot, said, refusal
):
    """Their servers answer 200 to a message that they refuse. A real server of ours stands in their place."""
    receiver = receive(answer=json.dumps({refusal: 0, "errmsg": "ok"}))
    monkeypatch.setattr(robot, "notify_url", receiver.url("/{key}{token}").replace("{key}{token}", "{key}" if kind == "wecom" else "{token}"))  # fmt: skip
    assert sent(kind, said) == channels.Outcome(True)
    (got,) = receiver.got
    assert "标题\n正文\n第二行" in json.dumps(got, ensure_ascii=False).replace("\\r", "").replace("\\n", "\n")
    assert (TOKEN if kind == "dingtalk" else KEY) in receiver.paths[0], (
        "also where the whole Webhook address was pasted, with its capitals"
    )
    if kind == "dingtalk":
        assert "timestamp=" in receiver.paths[0] and "sign=" in receiver.paths[0]
    if kind == "feishu":
        digest = hmac.new(f"{got['timestamp']}\na/b+c==".encode(), b"", hashlib.sha256).digest()
        assert got["sign"] == base64.b64encode(digest).decode()
    receiver.answer = json.dumps({refusal: 93000, "errmsg": "invalid webhook url"})
    assert sent(kind, said) == channels.Outcome(False, "对方没有接收，代码 93000")
    receiver.answer = "<html>a proxy's page</html>"
    assert not sent(kind, said).ok


def test_json_with_a_login_and_a_field_left_out(receive):
    receiver = receive()
    said = {"url": receiver.url().replace("//", "//user:pa%20ss@"), "extra": "type="}
    assert sent("http", said).ok
    assert receiver.got == [{"title": "标题", "message": "正文\n第二行"}]
    assert receiver.logins == ["Basic " + base64.b64encode(b"user:pa ss").decode()]


def test_a_plain_address_of_apprise(receive):
    receiver = receive()
    assert sent("other", {"address": receiver.url().replace("http", "json", 1)}).ok
    assert receiver.got


@pytest.mark.parametrize(
    ("kind", "said", "field"),
    [
        ("wecom", {}, "key"),
        ("wecom", {"key": "含中文的密钥"}, "key"),
        ("wecom", {"key": "https://qyapi.weixin.qq.com/"}, "key"),
        ("dingtalk", {"token": "a b"}, "token"),
        ("email", {"to": "nobody", "host": "h", "security": "ssl", "sender": "a@b.cn"}, "to"),
        ("email", {"to": "a@b.cn", "host": "h/?x", "security": "ssl", "sender": "a@b.cn"}, "host"),
        (
            "email",
            {"to": "a@b.cn", "host": "h", "security": "ssl", "sender": "a@b.cn", "port": "99999"},
            "port",
        ),
        ("http", {"url": "ftp://x/"}, "url"),
        ("http", {"url": "https://[::1"}, "url"),
        ("http", {"url": "https://x/", "extra": "no mark"}, "extra"),
        ("other", {"address": "nosuch://x"}, "address"),
        ("other", {"address": "dbus://"}, "address"),
        ("other", {"address": "msteams://a/b/c/d?template=/etc/passwd"}, "address"),
    ],
)
def test_what_cannot_be_an_address_names_its_field(kind, said, field):
    with pytest.raises(addresses.Incomplete) as refused:
        addresses.build(kind, said)
    assert refused.value.field == field and refused.value.words.endswith(("。", "）。"))


def test_faults_are_told_in_words(receive):
    closed = receive()
    url = closed.url()
    closed.close()
    assert sent("http", {"url": url}).error == "对方拒绝连接"
    assert sent("http", {"url": receive(status=403).url()}).error == "对方没有接收，代码 403"
    assert sent("http", {"url": "http://no-such-host.invalid/"}).error == "找不到主机"
    plain = receive()
    assert sent("http", {"url": plain.url().replace("http", "https")}).error in (
        "加密连接没有建立",
        "对方的证书不可信",
    )


def test_a_receiver_that_never_answers_is_left(receive, monkeypatch):
    monkeypatch.setattr(channels, "READ_TIMEOUT", 0.3)
    assert sent("http", {"url": receive(hangs=True).url()}).error == "超时，对方没有回应"


class TestTheInnerNetwork:
    def test_is_reached_by_trusted_posts_alone(self, receive):
        receiver = receive()
        assert sent("http", {"url": receiver.url()}, private=False) == channels.Outcome(False, guard.WORDS)
        assert not receiver.got
        assert sent("http", {"url": receiver.url()}).ok

    def test_nor_by_a_name_that_resolves_to_it(self, receive):
        receiver = receive()
        address = receiver.url().replace("127.0.0.1", "localhost")
        assert sent("http", {"url": address}, private=False).error == guard.WORDS
        assert not receiver.got

    def test_nor_by_smtp(self):
        with smtp_server() as box:
            assert sent("email", mail(box), private=False).error == guard.WORDS
        assert not box.letters

    def test_redirects_are_not_followed(self, receive):
        inner = receive()
        outer = receive(status=302, headers={"Location": inner.url()})
        assert not sent("http", {"url": outer.url()}).ok
        assert not inner.got

    @pytest.mark.parametrize(
        ("host", "private"),
        [
            ("10.0.0.1", True), ("192.168.1.1", True), ("169.254.169.254", True), ("100.64.0.1", True),
            ("::1", True), ("::ffff:10.0.0.1", True), ("fe80::1%eth0", True), ("0.0.0.0", True),
            ("224.0.0.1", True), ("localhost", True), ("8.8.8.8", False), ("2400:3200::1", False),
            ("sms.example.cn", False),
        ],
    )  # fmt: skip
    def test_what_belongs_to_it(self, host, private):
        assert guard.is_private(host) == private


class TestSecrets:
    def test_stand_nowhere_in_clear(self, cast, channel, receive, caplog, capfd):
        """Not in the database, not in the log, not in the recorded error; a root logger at DEBUG changes nothing."""
        logging.getLogger().setLevel(logging.DEBUG)
        person, refusing = cast.office_director.person, receive(status=400, answer=SECRET)
        channel(person, refusing)
        tell(person, at=NOON)
        drain(NOON)
        logging.getLogger().setLevel(logging.INFO)
        assert len(refusing.got) == 1
        written = "".join(record.getMessage() for record in caplog.records if record.name != "apprise")
        written += "".join(capfd.readouterr())
        with connection.cursor() as cursor:
            for model in (Channel, Attempt):
                cursor.execute(f"SELECT t::text FROM {model._meta.db_table} t")
                written += str(cursor.fetchall())
        assert written.count("s3cr3t") == 0
        assert not logging.getLogger("apprise").propagate, "what apprise says goes nowhere"

    def test_a_changed_key_is_said_and_crashes_nothing(self, cast, channel, receive, settings):
        person = cast.office_director.person
        made = channel(person, receive())
        settings.SECRET_KEY = "another " * 10
        tell(person, at=NOON)
        drain(NOON)
        made.refresh_from_db()
        assert made.failures == 1 and "密钥已更换" in made.last_error

    def test_keys_are_rotated(self, cast, channel, receive, settings):
        made = channel(cast.office_director.person, receive())
        settings.CHANNEL_KEYS = ["new", settings.SECRET_KEY]
        call_command("reseal_channels")
        settings.CHANNEL_KEYS = ["new"]
        made.refresh_from_db()
        assert sealing.unseal(made.sealed)["headers"].endswith(SECRET)
        settings.CHANNEL_KEYS = ["quite another"]
        with pytest.raises(sealing.Unreadable):
            sealing.unseal(made.sealed)

    def test_the_same_twice_looks_different(self):
        assert sealing.seal({"a": "b"}) != sealing.seal({"a": "b"})
