"""One box finds everything: by number straight to it, by words in kinds, and only what the searcher may see."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from incidents import drill_clock
from incidents.drill_clock import DrillClock
from incidents.models import Incident, Organization, Report, Resource
from incidents.roles import Caller
from incidents.search import APART, SEARCHED, SMALL, STORED, matches, words_of
from incidents.services.command import expert_pool, instructing, ordering
from incidents.services.notice import informing
from incidents.services.response import grading
from incidents.services.training import courses, publicity
from incidents.templatetags.found import marked, passage
from incidents.typed import forms_of, numbers_in
from incidents.web.situation import search as page
from incidents.web.situation.search import Search
from incidents.web.situation.search_kinds import KINDS
from tests import cast as people
from tests.query_counts import pinned
from tests.registers.stage import hazard
from tests.revisions import acts
from tests.screens.stage import many_incidents, sign_in, text_of


def searched(client, words: str, **more):
    return client.get(reverse("search"), {"q": words, **more})


def found(answer) -> dict[str, list[str]]:
    """The numbers, or else the titles, by kind."""
    return {
        group.kind.code: [hit.number or hit.title for hit in group.hits] for group in answer.context["groups"]
    }


@pytest.fixture
def stage(cast):
    """An incident with something of most kinds."""
    incident = people.call_in(cast)
    now = timezone.now()
    people.report(cast, incident, "FOLLOW_UP", development="屋顶已经坍塌，正在搜救", now=now)
    grading.grade(actor=cast.office_director, number=incident.number, level=3, reason="核实", now=now)
    told = {"number": incident.number, "to": [people.FIRM], "now": now}
    ordering.issue(
        actor=cast.commander, number=incident.number, to=people.FIRM, task="转移坍塌处的邮件", now=now
    )
    informing.draft(
        actor=cast.office_director, title="屋顶坍塌", words="请绕行（西侧道路中断）", sent=True, **told
    )
    instructing.write(actor=cast.commander, words="全力搜救，防止二次坍塌", **told)
    incident.warning = people.warn(cast, now=now, title="仓库屋顶有坍塌风险").number
    expert_pool.keep(
        actor=cast.office_director,
        now=now,
        name="坍专家",
        field="建筑坍塌救援",
        body="示范单位",
        phone="0396-1",
        reachable="全天",
        services=[],
    )
    return incident


def test_words_find_every_kind_with_counts_and_marked(cast, stage):
    client, now = sign_in(cast.duty_officer), timezone.now()
    held = {"actor": cast.enterprise, "now": now, "held_on": timezone.localdate(), "kind": "knowledge"}
    course = courses.keep(**held, name="坍塌应对技能", hours=Decimal(2))
    publicity.keep(**held, topic="防坍塌知识", audience="员工", reached=9, materials="坍塌警示手册")
    answer = searched(client, "坍塌")
    number = stage.number
    assert {kind: len(hits) for kind, hits in found(answer).items()} == {
        "warning": 1,
        "order": 1,
        "report": 1,
        "instruction": 1,
        "notice": 1,
        "course": 1,
        "publicity": 1,
        "expert": 1,
    }
    assert set(found(searched(sign_in(cast.enterprise), "坍塌"))) >= {"course", "publicity"}
    assert not set(found(searched(sign_in(cast.other_enterprise), "坍塌"))) & {"course", "publicity"}
    led = answer.context["groups"]
    (told,) = (group.hits[0] for group in led if group.kind.code == "publicity")
    assert "防坍塌知识" in text_of(client.get(told.url)) and reverse("course", args=[course.pk]) in {
        hit.url for group in led for hit in group.hits
    }
    shown = answer.content.decode()
    assert "正在搜救" in shown and "转移<mark>坍塌</mark>处的邮件" in shown
    report = Report.objects.get(development__contains="坍塌")
    assert f'href="/incidents/{number}/#report-{report.pk}"' in shown
    assert "expert" not in found(searched(sign_in(cast.enterprise), "坍塌")), (
        "the pool is not a firm's to read"
    )
    assert list(found(searched(client, "坍塌 搜救"))) == ["report", "instruction"]
    assert found(searched(client, "书面报告"))["clause"], "the plan's own words"
    assert found(searched(client, "kdqyjzmd"))["body"]


@pytest.mark.parametrize(
    "words",
    ["0001", "０００１", "分撥中心", "ZMD", "快遞企業甲", "驛城區", "ｙｃｑ", "起⽕ 驿城", "起火，驿城"],
)
def test_an_incident_is_found_by_number_title_firm_and_county(cast, words):
    incident = people.call_in(cast)
    people.call_in(cast, firm=people.OTHER_FIRM, title="断电", county="上蔡县", place="")
    hits = found(searched(sign_in(cast.duty_officer), words))["incident"]
    assert incident.number in hits and (len(hits) == 1 or words == "ZMD")


def test_a_whole_number_leads_straight_to_it(cast, stage):
    client = sign_in(cast.duty_officer)
    report = Report.objects.order_by("pk").first()
    order = stage.orders.get()
    incident_url = reverse("incident", args=[stage.number])
    for typed, url in {
        stage.number: incident_url,
        stage.number.lower(): incident_url,
        f" {stage.number.replace('-', '－')} ": incident_url,
        stage.number.replace("-", ""): incident_url,
        f"{stage.number.replace('-', ' ').lower()}": incident_url,
        order.number.replace("-", " - "): reverse("order", args=[order.number]),
        report.number.replace("-", ""): f"{incident_url}#report-{report.pk}",
        stage.warning.replace("-", ""): reverse("warning", args=[stage.warning]),
        report.number: f"{incident_url}#report-{report.pk}",
        order.number: reverse("order", args=[order.number]),
        "§5.2.1": reverse("clause", args=["5.2.1"]),
        "5.2.1": reverse("clause", args=["5.2.1"]),
    }.items():
        answer = searched(client, typed)
        assert (answer.status_code, answer.get("Location")) == (302, url), typed
    together = {"q": stage.number.replace("-", "")}
    assert incident_url in client.get(reverse("search-suggestions"), together).content.decode()
    other = sign_in(cast.other_enterprise)
    assert incident_url not in other.get(reverse("search-suggestions"), together).content.decode()
    for number in (stage.number, report.number, order.number):
        answer = searched(other, number)
        assert answer.status_code == 200 and f"/{number}/" not in answer.content.decode()


def test_a_firm_finds_nothing_of_anothers(cast, stage):
    own = people.call_in(cast, firm=people.OTHER_FIRM, title="另一起坍塌")
    answer = searched(sign_in(cast.other_enterprise), "坍塌")
    assert found(answer) == {"incident": [own.number]}
    assert stage.number not in answer.content.decode()
    suggested = sign_in(cast.other_enterprise).get(reverse("search-suggestions"), {"q": "坍塌"})
    assert stage.number not in suggested.content.decode() and own.number in suggested.content.decode()


def test_a_firm_reads_in_reports_what_its_page_shows_it(cast, stage):
    now = timezone.now()
    people.report(cast, stage, "FOLLOW_UP", actor=cast.county, development="县里已设警戒线", now=now)
    for actor, finds in (
        (cast.duty_officer, True),
        (cast.county, True),
        (cast.member, False),
        (cast.enterprise, False),
    ):
        assert ("report" in found(searched(sign_in(actor), "警戒线"))) is finds, actor.role
    outlet = people.appoint("outlet", "express-a-hub", cast.enterprise.role, "网点")
    assert found(searched(sign_in(outlet), "坍塌")) == {}, "the parent's word about itself"


def test_a_warning_is_found_by_the_words_that_its_page_shows(cast):
    own = people.warn(cast, actor=cast.enterprise, title="库房隐患", risk="东墙开裂", place="示范路九号")
    issued = people.issue(
        cast,
        warning=people.warn(cast, title="大风", risk="阵风十级", measures_taken="已转移"),
        addressees=[people.FIRM],
        caution="加固广告牌",
    )
    office, firm, other = (
        sign_in(actor) for actor in (cast.duty_officer, cast.enterprise, cast.other_enterprise)
    )
    for client, words, number in (
        (office, "东墙开裂", own.number),
        (office, "示范路九号", own.number),
        (office, "阵风 已转移", issued.number),
        (office, "加固广告牌", issued.number),
        (firm, "东墙 库房", own.number),
        (firm, "大风 广告牌", issued.number),
        (firm, "阵风十级", None),
        (other, "加固广告牌", None),
        (other, "东墙开裂", None),
    ):
        hits = found(searched(client, words)).get("warning", [])
        assert hits == ([number] if number else []), words
    people.issue(cast, warning=own, addressees=[people.OTHER_FIRM], caution="撤离库房")
    for client, words, numbers in (
        (office, "快递企业甲", [own.number]),
        (firm, "快递企业甲", [own.number]),
        (other, "快递企业甲", []),
        (other, "撤离库房", [own.number]),
        (other, "示范路九号", []),
    ):
        assert found(searched(client, words)).get("warning", []) == numbers, (
            "who reported it is not his to know"
        )
    assert "<mark>东墙</mark>开裂" in searched(office, "东墙").content.decode()
    shown = searched(firm, "大风").content.decode()
    assert issued.number in shown and "阵风" not in shown, "what came in is not a firm's to read"


def test_who_has_this_telephone(cast):
    Organization.objects.filter(code=people.FIRM).update(phone="（0396）2900.777")
    acts.expert(cast, timezone.now(), phone="138 0000-1111")
    client = sign_in(cast.duty_officer)
    assert found(searched(client, "13800001111")) == {"expert": ["周教授"]}
    assert found(searched(sign_in(cast.enterprise), "13800001111")) == {}, "no firm's to know"
    for typed in ("0396-2900777", "03962900777", "2900777", "（0396）2900777", "０３９６－２９００７７７"):
        assert found(searched(client, typed)) == {"body": [cast.firm.name]}, typed
    assert found(searched(client, "2900")) == {}, "part of many numbers"
    nobody = searched(client, "139 9999 8888")
    assert '/telephone/?q=13999998888"' in nobody.content.decode()
    assert "/telephone/" not in searched(sign_in(cast.enterprise), "13999998888").content.decode()
    for typed in ("03962900777", "0396-2900777", "2900 777"):
        (section,) = client.get(reverse("telephone"), {"q": typed}).context["sections"]
        assert [str(card.body) for _, cards in section["groups"] for card in cards] == [str(cast.firm)], typed


def test_words_are_found_however_they_were_typed_and_names_nearest_first(cast):
    incident = people.call_in(cast, title="第３车间ＡＢ线停电")
    client = sign_in(cast.duty_officer)
    for typed in ("第3车间", "第３车间", "ab线", "ＡＢ線停電", "車間"):
        answer = searched(client, typed)
        assert found(answer).get("incident") == [incident.number], typed
        assert "<mark>" in answer.content.decode(), typed
    (county,) = (each for each in searched(client, "驿城区").context["groups"] if each.kind.code == "body")
    Organization.objects.filter(code=people.FIRM).update(name="驿城")
    (bodies,) = (each for each in searched(client, "驿城").context["groups"] if each.kind.code == "body")
    assert bodies.hits[0].title == "驿城" and county.hits
    assert forms_of("ⅲ级") == {"ⅲ级", "iii级", "ｉｉｉ级"} and forms_of("郵政") == {"郵政", "邮政"}
    assert forms_of("0123") == {"0123"}, (
        "digits alone stand in every number: each form would be sought in all of them"
    )
    assert numbers_in("zmd w t 2026 0001") >= {"ZMD-W-T-2026-0001"} and numbers_in("起火 2026") == set()


def test_whatever_is_found_opens(cast, stage):
    for actor in (cast.county, cast.enterprise):
        client = sign_in(actor)
        urls = {
            hit.url
            for words in ("坍塌", "快递企业")
            for group in searched(client, words).context["groups"]
            for hit in group.hits
        }
        assert urls and {url: client.get(url).status_code for url in urls} == dict.fromkeys(urls, 200)


def test_what_acts_in_a_drill_finds_drills_alone(cast, stage):
    drilled = Caller((replace(cast.duty_officer, in_drill=True),))
    real = Caller((cast.duty_officer,))
    assert Search(real, "坍塌").groups(5) and Search(real, stage.number).by_number()
    kinds = {group.kind.code for group in Search(drilled, "坍塌").groups(5)}
    assert kinds <= {"expert"} and Search(drilled, stage.number).by_number() is None
    kept = hazard(cast, words="货架坍塌")
    with drill_clock.running(DrillClock(timezone.now() + timedelta(days=1), timezone.now(), 60)):
        (found_hazards,) = (each for each in Search(drilled, "货架").groups(5) if each.kind.code == "hazard")
        shown = drill_clock.shown(found_hazards.hits[0].at)
        assert abs(shown - kept.registered_at) < timedelta(seconds=1), "a register is no drill's"


def test_a_single_character_is_sought_in_names_alone_and_says_so(cast, stage):
    client = sign_in(cast.duty_officer)
    answer = searched(client, "坍")
    assert found(answer) == {"expert": ["坍专家"]}
    assert "请至少输入2个字" in text_of(answer)
    assert "再输入一个字" in client.get(reverse("search-suggestions"), {"q": "坍"}).content.decode()
    apart = searched(client, "坍 塌")
    assert '<a href="?q=%E5%9D%8D%E5%A1%8C">坍塌</a>' in apart.content.decode()
    assert "body" in found(searched(client, "邮")) and "incident" in found(searched(client, "火 驿城"))


def test_nothing_sought_and_nothing_found(cast):
    people.call_in(cast)
    client = sign_in(cast.duty_officer)
    assert "想查什么" in text_of(client.get(reverse("search")))
    for words in (
        "海啸",
        "' | & ! :* \\",
        "……",
        "99999999999999999999",
        "x" * 5000,
        "%_",
        '"',
        "🔥🔥",
        "＿％",
        "火警电话",
    ):
        answer = searched(client, words)
        assert answer.status_code == 200 and found(answer) == {}, words
        assert "没有找到" in text_of(answer)
        assert client.get(reverse("search-suggestions"), {"q": words}).status_code == 200
    assert client.get("/search/?q=%00").status_code == 404
    assert sign_in(cast.administrator).get(reverse("search-suggestions")).status_code == 404


def test_all_of_a_kind_a_page_at_a_time_and_counted_so_far(cast, monkeypatch):
    monkeypatch.setattr(page, "PER_PAGE", 3)
    many_incidents(cast, 8)
    client = sign_in(cast.duty_officer)
    answer = searched(client, "ZMD")
    (incidents,) = [group for group in answer.context["groups"] if group.kind.code == "incident"]
    assert (len(incidents.hits), incidents.count, incidents.count_words) == (5, 8, "8")
    assert "?q=ZMD&amp;kind=incident" in answer.content.decode()
    read, before = [], ""
    while before is not None:
        answer = searched(client, "ZMD", kind="incident", before=before)
        read += [hit.number for hit in answer.context["hits"]]
        before = answer.context["following"]
    assert read == list(Incident.objects.order_by("-pk").values_list("number", flat=True))
    assert searched(client, "ZMD", kind="incident", before="x").context["hits"]
    assert searched(client, "驿城区", kind="body").context["hits"], "a small table is read at once"
    assert searched(client, "ZMD", kind="incident", before="9" * 30).context["hits"]
    counted = Search(page.caller_of(answer.wsgi_request), "ZMD").groups(2, 3)[0]
    assert counted.count == 4 and counted.has_more


@pytest.mark.parametrize("rows", [1, 12])
def test_it_asks_as_often_for_one_as_for_a_dozen(cast, rows):
    many_incidents(cast, rows)
    client = sign_in(cast.duty_officer)
    for name, path in (("search", "/search/"), ("search-suggestions", "/search/suggestions/")):
        client.get(path, {"q": "第0起"})
        with pinned(f"screen:{name}"):
            assert client.get(path, {"q": "ZMD"}).status_code == 200


def test_other_pages_pay_nothing_for_the_box(cast):
    shown = sign_in(cast.duty_officer).get(reverse("clauses")).content.decode()
    assert 'role="combobox"' in shown and "js/search" in shown
    assert 'id="frame-search"' not in sign_in(cast.administrator).get(reverse("clauses")).content.decode()


@pytest.mark.django_db
def test_words_are_parted_as_the_database_parts_them_and_each_search_has_its_index():
    text = "驿城区，分拨-中心《起火》 ZMD-2026_0001 （a·b）“c”[d] e/f;g!h?i\tj　k"
    with connection.cursor() as cursor:
        cursor.execute("SELECT char_words(%s)", [text])
        assert list(dict.fromkeys(cursor.fetchone()[0]))[:8] == words_of(text)
        assert [word for word in APART.split(text.lower()) if word][-1] == "k"
        cursor.execute("SET LOCAL enable_seqscan = off")
        for table in SEARCHED.keys() - SMALL - {"incidents_organization"}:
            model = next(model for model in apps.get_models() if model._meta.db_table == table)
            rows = model._base_manager.filter(matches(table, "坍塌"))
            plan = rows.order_by().explain()
            assert ("_search" if table in STORED else "_words") in plan, (table, plan)
        wide = Incident.objects.filter(
            matches("incidents_incident", "ab") | matches("incidents_incident", "ａｂ")
        )
        assert "Seq Scan" not in wide.order_by().explain(), "in either width by the index"


def test_the_words_are_marked_where_they_stand():
    assert marked("<b>起火</b>", ["起火"]) == "&lt;b&gt;<mark>起火</mark>&lt;/b&gt;"
    assert marked("ZMD-2026", ["zmd"]) == "<mark>ZMD</mark>-2026" and marked("甲", []) == "甲"
    long = "前" * 90 + "坍塌" + "后" * 90
    assert passage(["", long], ["坍塌"]) == "…" + "前" * 24 + "坍塌" + "后" * 48 + "…"
    assert passage([long], ["没有"]) == ""


def test_a_resource_is_shown_with_whose_it_is_and_where():
    body = Organization(name="快递企业甲", short_name="甲")
    tents = Resource(pk=7, name="帐篷", kind="supplies", body=body, place="东库", notes="防雨布十张")
    (kind,) = (kind for kind in KINDS if kind.code == "resource")
    hit = kind.hit(tents)
    assert (hit.url, hit.title, hit.texts) == ("/preparedness/resources/7/", "帐篷", ["防雨布十张"])
    assert hit.notes == ["物资装备", "甲", "东库"]
