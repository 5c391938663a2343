"""The frame of every page, and the components that all screens share."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django import forms
from django.template import Context, Template
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone

from alerts.models import Deadline, Notification
from incidents import spans
from incidents.models import DeadlineRule, LedgerEntry, Level
from incidents.refusals import FieldError, Invalid, NotAllowed
from incidents.services.response import grading
from incidents.templatetags import emergency
from incidents.web import clock_words
from incidents.web.caller import add_refusal_to_form
from tests import cast as people
from tests.screens.stage import sign_in, text_of

CITY = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=CITY)


def render(source: str, **context) -> str:
    return Template("{% load emergency %}" + source).render(Context(context)).strip()


def debt(**times) -> Deadline:
    rule = DeadlineRule(code="R3", name="口头汇报", basis=times.pop("basis", "plan"), clause="5.2.1")
    return Deadline(rule=rule, due_at=NOW, **times)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=20), "不到 1 分"),
        (timedelta(minutes=17, seconds=59), "17 分"),
        (timedelta(hours=1, minutes=5), "1 小时 05 分"),
        (timedelta(hours=47, minutes=59), "47 小时 59 分"),
        (timedelta(hours=4), "4 小时"),
        (timedelta(days=1), "24 小时"),
        (timedelta(days=2, hours=3), "2 天 03 小时"),
        (timedelta(days=9, hours=23), "9 天 23 小时"),
        (timedelta(days=29, hours=16), "29 天"),
        (-timedelta(minutes=119), "1 小时 59 分"),
    ],
)
def test_spans_read_as_the_desk_says_them(length, words):
    assert clock_words.span(length) == spans.span(length) == words
    below_a_minute = abs(length) < timedelta(minutes=1)
    assert spans.span(length, exact=True) == ("20 秒" if below_a_minute else words)


def test_moments_read_as_dates_of_the_city():
    with time_machine.travel(NOW):
        assert clock_words.moment(datetime(2026, 3, 1, 18, 25, tzinfo=ZoneInfo("UTC"))) == "3月2日 02:25"
        assert clock_words.moment(datetime(2025, 12, 31, 23, 0, tzinfo=CITY)) == "2025年12月31日 23:00"
        assert clock_words.moment(None) == "—"


@pytest.mark.parametrize(
    ("times", "now", "words", "state"),
    [
        ({}, NOW - timedelta(minutes=17), "还剩 17 分", "open"),
        ({}, NOW - timedelta(seconds=95), "还剩 1 分 35 秒", "open"),
        ({}, NOW, "还剩 0 秒", "open"),
        ({}, NOW + timedelta(seconds=1), "超时 已超 不到 1 分 超法定时限", "breached"),
        ({}, NOW + timedelta(minutes=65), "超时 已超 1 小时 05 分 超法定时限", "breached"),
        ({"basis": "decided"}, NOW + timedelta(minutes=5), "超时 已超 5 分 超内部时限", "breached"),
        (
            {"written_off_at": NOW + timedelta(minutes=9)},
            NOW + timedelta(hours=1),
            "超时 已核销 超法定时限",
            "breached",
        ),
        (
            {"relieved_at": NOW + timedelta(minutes=9)},
            NOW + timedelta(hours=1),
            "超时 不再追办 超法定时限",
            "breached",
        ),
        ({"met_at": NOW - timedelta(minutes=5)}, NOW, "按时完成 3月2日 01:55", "met"),
        ({"met_at": NOW + timedelta(minutes=7)}, NOW, "超时完成，迟 7 分", "met_late"),
        ({"waived_at": NOW - timedelta(minutes=5)}, NOW, "已豁免", "waived"),
        ({"voided_at": NOW - timedelta(minutes=5)}, NOW, "已失效", "void"),
    ],
)
@pytest.mark.clause("5.2.1")
def test_a_countdown_says_what_is_left_or_how_late_in_words(times, now, words, state):
    with time_machine.travel(NOW):
        html = render("{% countdown debt %}", debt=debt(**times), now=now)
    assert " ".join(text_of(SimpleNamespace(content=html.encode())).split()) == words
    assert f'data-state="{state}"' in html
    ticks = state in ("open", "breached") and not {"written_off_at", "relieved_at"} & times.keys()
    assert ("data-due" in html) == ticks


def test_a_level_is_said_in_words_never_by_colour_alone():
    assert "Ⅲ级 较大" in render("{% level_badge 3 %}")
    assert "Ⅰ级<" in render("{% level_badge 1 True %}")
    assert "未定级" in render("{% level_badge None %}")
    assert render("{{ 2|roman }} {{ 4|short_level }}") == "Ⅱ Ⅳ级"


def test_a_clause_tag_is_a_link_only_where_the_plan_has_the_clause(db):
    assert f'href="{reverse("clause", args=["5.2.1"])}"' in render('{% clause "5.2.1" %}')
    unknown = render('{% clause "99.9" %}')
    assert "§99.9" in unknown and "href" not in unknown
    assert render('{% clause "" %}') == ""


def test_the_path_marks_the_present_step(cast):
    incident = people.file_in(cast)
    html = render("{% state_path incident %}", incident=incident)
    assert html.count("<li") == 5 and html.count('aria-current="step"') == 1
    grading.dismiss(actor=cast.office_director, number=incident.number, reason="误报", now=timezone.now())
    incident.refresh_from_db(fields=["title"])
    gone = type(incident).objects.get(pk=incident.pk)
    assert "不成立" in render("{% state_path incident %}", incident=gone)


def test_a_row_of_the_timeline_opens_to_the_whole(cast):
    incident = people.file_in(cast)
    grading.grade(
        actor=cast.office_director, number=incident.number, level=3, reason="事态扩大", now=timezone.now()
    )
    entry = LedgerEntry.objects.select_related("post__organization", "person").get(action="incident.graded")
    words = render("{% timeline_row entry %}", entry=entry)
    assert "定级：Ⅲ级 较大" in words and "事态扩大" in words and entry.hash in words
    assert str(cast.office_director.post) in words and "Ⅳ级 一般" in words


PAPERS = {"专报", "批示", "资源"}
PLACES = {
    "duty_officer": {"值班台", "指挥屏", "预警", "值班", "时限", "电话", "准备", "统计", "收件箱", "条款"}
    | PAPERS,
    "office_director": {
        "值班台",
        "指挥屏",
        "预警",
        "值班",
        "时限",
        "电话",
        "准备",
        "统计",
        "收件箱",
        "条款",
        "预案",
    }
    | PAPERS,
    "commander": {"指挥屏", "预警", "值班", "时限", "电话", "准备", "统计", "收件箱", "条款"} | PAPERS,
    "auditor": {"准备", "统计", "指挥屏", "预警", "值班", "时限", "收件箱", "条款", "查看记录", "权限"}
    | PAPERS,
    "enterprise": {"准备", "统计", "企业", "预警", "值班", "时限", "收件箱", "条款", "批示", "通报", "接口"},
    "member": {"准备", "事件", "预警", "值班", "时限", "收件箱", "条款", "批示", "通报"},
    "administrator": {"收件箱", "条款", "预案", "人员", "基础数据", "大屏", "接口"},
}


@pytest.mark.parametrize("role", PLACES)
def test_the_frame_leads_only_where_the_role_may_go(cast, role):
    client = sign_in(getattr(cast, role))
    response = client.get(reverse("inbox"))
    assert {place["label"] for place in response.context["places"]} == PLACES[role]
    for place in response.context["places"]:
        assert client.get(place["url"]).status_code in (200, 302)
    assert str(getattr(cast, role).post) in text_of(response)


def test_the_frame_marks_the_place_one_is_in_also_further_inside(cast):
    client = sign_in(cast.enterprise)
    for at, marked in {
        "hazards": {"准备": "true"},
        "publicity-new": {"准备": "true"},
        "preparedness": {"准备": "page"},
        "keys": {"接口": "page"},
        "search": {},
    }.items():
        places = client.get(reverse(at)).context["places"]
        assert {place["label"]: place["here"] for place in places if place["here"]} == marked, at


@pytest.mark.parametrize(
    ("role", "lands"),
    [
        ("duty_officer", "desk"),
        ("office_director", "desk"),
        ("commander", "command"),
        ("auditor", "command"),
        ("enterprise", "firm"),
        ("administrator", "admin:index"),
    ],
)
def test_home_is_the_page_of_the_role(cast, role, lands):
    assert sign_in(getattr(cast, role)).get(reverse("home")).url == reverse(lands)


def test_who_has_no_page_of_his_own_finds_what_concerns_him(cast):
    client = sign_in(cast.county)
    assert "没有与您有关的事件" in text_of(client.get(reverse("home")))
    incident = people.file_in(cast)
    assert reverse("incident", args=[incident.number]) in client.get(reverse("home")).content.decode()
    assert incident.number not in sign_in(cast.member).get(reverse("home")).content.decode()


def test_unread_messages_are_counted_in_the_frame(cast):
    person = cast.auditor.person
    for n in range(3):
        Notification.objects.create(person=person, kind="news", title=f"动态{n}", created_at=timezone.now())
    assert 'aria-label="3 条未读"' in sign_in(cast.auditor).get(reverse("clauses")).content.decode()


def test_every_answer_tells_the_servers_time(client, db):
    with time_machine.travel(NOW, tick=False):
        assert client.get(reverse("livez"))["X-Server-Time"] == str(round(NOW.timestamp() * 1000))
        page = client.get(reverse("login")).content.decode()
    assert f'name="server-time" content="{round(NOW.timestamp() * 1000)}"' in page


def test_the_door_bell_asks_no_database(client):
    assert client.get(reverse("livez")).content == b"ok"


def test_pages_answer_the_door_and_fragments_say_that_the_session_is_over(client, db):
    assert client.get(reverse("command")).url == f"{reverse('login')}?next={reverse('command')}"
    assert client.get(reverse("command-figures"), headers={"HX-Request": "true"}).status_code == 401


def test_what_is_not_there_is_said_in_chinese(cast):
    response = sign_in(cast.enterprise).get(reverse("command"))
    assert response.status_code == 404 and "没有找到" in text_of(response)
    assert "属于一场演练，须先进入该演练" in text_of(response)
    assert f'action="{reverse("search")}" method="get" role="search" aria-label' in response.content.decode()
    assert sign_in(cast.enterprise).get("/no/such/page/").status_code == 404


@pytest.mark.parametrize("template", ["400.html", "403_csrf.html", "500.html"])
def test_an_error_is_said_with_nothing_that_may_have_failed(template):
    """Neither the database nor the session; and what one does meanwhile."""
    page = get_template(template).render({"request_id": "8f3a"})
    assert 'class="frame-name" href="/"' in page and "请报此编号：<code>8f3a</code>" in page
    assert "紧急情况请直接" in page and "<title>" in page and " · 邮政业应急指挥</title>" in page


@pytest.mark.parametrize(
    "address",
    [
        "/search/?q=%00",
        "/incidents/%00/",
        "/incidents/ZMD-2026-0001/?filed=%00",
        "/intake/places/?q=a&county=%00",
    ],
)
def test_an_address_that_no_text_can_hold_leads_nowhere(cast, address):
    assert sign_in(cast.duty_officer).get(address).status_code == 404


def test_a_request_too_big_is_refused_in_chinese(cast, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    answer = sign_in(cast.duty_officer).post(reverse("intake"), {"title": "长" * 100})
    assert answer.status_code == 400
    assert "内容过大" in answer.content.decode()


def test_a_failure_says_what_to_do(cast, settings):
    from django.test import Client

    client = Client(raise_request_exception=False)
    client.force_login(cast.auditor.person)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("incidents.web.revision.clauses.PlanVersion.in_force", lambda: 1 / 0)
        response = client.get(reverse("clauses"))
    assert response.status_code == 500 and "没有完成" in text_of(response)


class AForm(forms.Form):
    deaths = forms.IntegerField(required=False)
    oral_at = forms.CharField(required=False)
    pointer_fields = {"oral_report/at": "oral_at"}


def test_a_refusal_stands_at_the_field_it_names_with_its_clause():
    form = AForm({})
    refusal = Invalid(
        FieldError("/report/deaths", "required", "须有死亡人数。", "5.2.1"),
        FieldError("/oral_report/at", "in_future", "不能晚于现在。", "5.2.1"),
        FieldError("/nowhere", "odd", "别处有误。"),
    )
    add_refusal_to_form(form, refusal)
    assert form.errors["deaths"] == ["须有死亡人数。（§5.2.1）"]
    assert form.errors["oral_at"] == ["不能晚于现在。（§5.2.1）"]
    assert form.non_field_errors() == ["别处有误。"]
    form = AForm({})
    add_refusal_to_form(form, NotAllowed("须由主任办理。", "role", "3.2"))
    assert form.non_field_errors() == ["须由主任办理。（§3.2）"]


def test_level_choices_have_their_roman_numbers():
    assert [emergency.roman(level) for level in Level.values] == ["Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ"]
