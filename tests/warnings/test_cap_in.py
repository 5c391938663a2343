"""Other services' CAP messages and feeds come in (§4.2): once each, as candidates with W0; the hostile are refused."""

from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from alerts import cap
from alerts.models import FeedItem, State, Warning
from incidents.models import LedgerEntry
from incidents.refusals import Invalid, NotAllowed
from incidents.services.warning import warning_import
from tests import cast as people
from tests.screens.stage import form_of, sign_in, text_of
from tests.warnings.conftest import T0, again, debts, states
from tests.warnings.test_cap import HOSTILE, a_feed, info, message

pytestmark = pytest.mark.django_db

PAGE = "/warnings/import/"


def weather(
    identifier="W1", *, areas=None, status="Actual", msg_type="Alert", references=(), sent=T0, **about
):
    """A message of the weather service for 西平县."""
    contents = info(authority="驻马店市气象台", event="暴雨", starts_at=T0, **about)
    if areas is not None:
        contents = cap.Info(**(vars(contents) | {"areas": areas}))
    return message(
        identifier=identifier,
        sender="weather@example.cn",
        sent=sent,
        status=status,
        msg_type=msg_type,
        references=references,
        infos=(contents,),
    )


def take_in(cast, *messages, actor=None, data=None):
    actor = actor or cast.duty_officer
    data = data or (cap.compose(messages[0]) if len(messages) == 1 else a_feed(*messages))
    return warning_import.import_cap(office=cast.duty_officer.organization, data=data, now=T0, actor=actor)


def upload(cast, *, data=None, text="", actor=None):
    client = sign_in(actor or cast.duty_officer)
    file = {"file": SimpleUploadedFile("a.xml", data)} if data is not None else {}
    return client.post(PAGE, {"text": text, **file})


@pytest.mark.clause("4.2")
def test_a_file_becomes_a_candidate_that_the_officer_accepts(cast, clock):
    answer = upload(cast, data=cap.compose(weather()))
    warning = Warning.objects.get()
    assert answer.status_code == 200 and "新到 1 条" in text_of(answer) and warning.number in text_of(answer)
    assert (warning.status, warning.channel, warning.title) == (
        "candidate",
        "FEED",
        "驻马店市气象台发布暴雨橙色预警（Ⅱ级）",
    )
    assert [str(county) for county in warning.counties_affected.all()] == ["西平县"] and not warning.place
    for words in ("6 小时内有大暴雨", "建议措施：转移邮件快件", "Severe（相当于橙色）", "weather@example.cn"):
        assert words in warning.risk
    (w0,) = debts(warning, "W0")
    assert w0.due_at == T0 + timedelta(minutes=30)
    entry = LedgerEntry.objects.get(chain=warning.chain, action="warning.feed_item")
    assert entry.person == cast.duty_officer.person, "who brought it is on record"
    page = text_of(sign_in(cast.duty_officer).get(f"/warnings/{warning.number}/"))
    assert "来源报文：发布" in page
    client, act = sign_in(cast.duty_officer), f"/warnings/{warning.number}/act/warning.accept/"
    assert client.post(act, form_of(client, act)).status_code == 302
    assert again(warning).status == "received" and states(warning, "W0") == [State.MET]


def test_pasted_text_is_read_whatever_encoding_it_declares(cast, clock):
    text = cap.compose(weather()).decode().replace("'utf-8'", "'gb2312'", 1)
    assert "新到 1 条" in text_of(upload(cast, text=text))
    assert "已有 1 条" in text_of(upload(cast, data=cap.compose(weather()))), "the same by the other way"
    assert Warning.objects.count() == 1


@pytest.mark.clause("4.2")
def test_each_comes_in_once_and_an_update_stands_with_the_earlier_one(cast, clock):
    first = weather()
    later = {"references": (first.reference,), "sent": T0 + timedelta(minutes=5)}
    take_in(cast, first)
    found = take_in(cast, weather("W2", msg_type="Update", **later), first)
    assert [each.title for each in found.known] == ["驻马店市气象台发布暴雨橙色预警（Ⅱ级）"]
    (update,) = found.new
    cancel = take_in(cast, weather("W3", msg_type="Cancel", lifted=True, **later)).new[0]
    alert = Warning.objects.order_by("pk")[0]
    assert update.title.startswith("更新：") and cancel.title.startswith("取消：")
    client = sign_in(cast.duty_officer)
    page = text_of(client.get(f"/warnings/{alert.number}/"))
    assert f"来源已有更新 ：{update.number}".replace(" ", "") in page.replace(" ", "")
    assert f"来源已有取消：{cancel.number}" in page.replace(" ", "")
    assert alert.number in text_of(client.get(f"/warnings/{cancel.number}/"))
    assert Warning.objects.count() == 3 and len(debts(update, "W0")) == 1


def test_what_is_no_warning_for_this_city_is_named_and_not_taken_in(cast, clock):
    own = people.issue(cast).standing_bulletin.cap
    elsewhere = (cap.Area("郑州市", geocodes=(("国家标准行政区划代码", "410100000000"),)),)
    province = (cap.Area("河南省", geocodes=(("国家标准行政区划代码", "410000000000"),)),)
    before = Warning.objects.count()
    found = take_in(
        cast,
        weather("exercise", status="Exercise"),
        weather("ack", msg_type="Ack"),
        weather("old", expires=T0 - timedelta(hours=1)),
        weather("elsewhere", areas=elsewhere),
        weather("nothing", msg_type="Cancel", references=(weather("unknown").reference,)),
        cap.parse(own.text.encode()).messages[0],
        weather("province", areas=province),
    )
    assert [each.reason for each in sorted(found.skipped, key=lambda each: each.reason)] == [
        "不是实际预警（status 为 Exercise）。",
        "已于 3月2日 19:00 过期。",
        "影响范围不涉及本市（按行政区划代码）。",
        "所取消的预警没有在本系统接收过。",
        "是回执或差错报文（msgType 为 Ack）。",
        "是本系统自己发布的预警。",
    ]
    assert len(found.new) == 1 and Warning.objects.count() == before + 1


def test_a_feeds_bad_entry_and_its_links_are_told_apart(cast, clock):
    feed = a_feed(weather(), weather("W2")).decode()
    feed = feed.replace("<severity>Severe</severity>", "", 1).replace(
        "</feed>", '<entry><title>给链接</title><link href="https://weather.example/2.xml"/></entry></feed>'
    )
    page = text_of(upload(cast, data=feed.encode()))
    assert "新到 1 条，已有 0 条，未接收 1 条" in page and "缺少必需的元素 severity" in page
    assert "给链接 https://weather.example/2.xml" in page and Warning.objects.count() == 1


def test_a_long_message_is_cut_on_the_page_and_kept_whole(cast, clock):
    (warning,) = take_in(cast, weather(caution="雨" * 5000)).new
    assert len(warning.risk) <= 2000 and "全文见" in warning.risk
    assert "雨" * 5000 in FeedItem.objects.get().words


def test_a_name_too_long_for_the_column_is_known_again(cast, clock):
    long = weather("W" * 290)
    assert len(take_in(cast, long).new) == 1 and len(take_in(cast, long).known) == 1


@pytest.mark.clause("4.2")
@pytest.mark.parametrize(
    "case", ["billion laughs", "external entity", "very deep", "huge", "not xml", "empty"]
)
def test_a_hostile_file_is_refused_in_words_and_leaves_nothing(cast, clock, case):
    answer = upload(cast, data=HOSTILE[case])
    assert answer.status_code == 422 and "还没有提交" in text_of(answer)
    assert not Warning.objects.exists()


def test_a_refused_text_stays_in_its_place(cast, clock):
    answer = upload(cast, text="<alert>今天有雨")
    assert answer.status_code == 422 and "&lt;alert&gt;今天有雨" in answer.content.decode()
    assert "不是格式完好的 XML" in text_of(answer)
    both = upload(cast, data=b"x", text="y")
    assert both.status_code == 422 and "二者取一" in text_of(both)


def test_too_many_at_once_are_refused(cast, clock):
    with pytest.raises(Invalid, match="一次最多导入 100 条"):
        take_in(cast, *(weather(f"W{n}") for n in range(101)))


def test_only_the_office_imports(cast, clock):
    for role in ("commander", "enterprise", "member", "auditor", "administrator"):
        assert sign_in(getattr(cast, role)).get(PAGE).status_code == 404, role
    with pytest.raises(NotAllowed):
        take_in(cast, weather(), actor=cast.enterprise)


def test_the_command_reads_a_file_and_what_is_piped_in(cast, clock, tmp_path, monkeypatch):
    path = tmp_path / "warnings.xml"
    path.write_bytes(cap.compose(weather()))
    said = StringIO()
    call_command("import_cap", str(path), stdout=said)
    assert f"新到 {Warning.objects.get()}" in said.getvalue()
    monkeypatch.setattr("sys.stdin", type("Piped", (), {"buffer": BytesIO(path.read_bytes())}))
    call_command("import_cap", "-", stdout=said)
    assert "已有 1 条" in said.getvalue()
    path.write_bytes(HOSTILE["external entity"])
    with pytest.raises(CommandError, match="DTD"):
        call_command("import_cap", str(path))
    with pytest.raises(CommandError, match="--office"):
        call_command("import_cap", str(path), office="nobody")
