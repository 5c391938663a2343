"""The training register by its screens and sheets (§8.2)."""

import re
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from incidents import ledger
from incidents.models import Course, CourseAttendance, Hazard, Organization, PersonalValue, Role
from incidents.services.command import expert_pool
from incidents.services.training import course_attendance, course_results, courses, training_sheets
from tests import cast as people
from tests.preparedness.sheets import cells_of, filled_in
from tests.screens.stage import form_of, sign_in, text_of

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(timezone.datetime(2026, 3, 2, 9, 0))


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.clause("8.2")
def test_the_register_by_its_screens(cast):
    office, firm = sign_in(cast.office_director), sign_in(cast.enterprise)
    expert = expert_pool.keep(
        actor=cast.office_director,
        now=NOW,
        name="孙教授",
        field="消防",
        body="学院",
        phone="1",
        services=["training"],
    )
    empty = text_of(office.get(reverse("training")))
    assert "这一年还没有登记培训班" in empty
    new = reverse("course-new")
    typed = {
        "name": "Ⅲ级响应桌面培训",
        "kind": "skill",
        "held_on": "2026-03-02",
        "hours": "1.55",
        "expert": expert.pk,
    }
    wrong = office.post(new, form_of(office, new, **typed))
    assert (
        wrong.status_code == 422 and "最多一位小数" in text_of(wrong) and "桌面培训" in wrong.content.decode()
    )
    sent = form_of(office, new, **typed | {"hours": "1.5"})
    for _ in range(2):
        made = office.post(new, sent)
    course = Course.objects.get()
    assert (
        made.status_code == 302
        and course.expert == expert
        and course.recorded_by == cast.office_director.post
    )
    attend = reverse("course-attend", args=[course.pk])
    of_the_firm = f"{attend}?of={people.FIRM}"
    assert office.post(of_the_firm, form_of(office, of_the_firm, names="")).status_code == 422
    names = "\n".join(f"工人{n}" for n in range(40))
    posted = form_of(office, of_the_firm, names=names, people=[cast.enterprise.person.pk])
    assert office.post(of_the_firm, posted).status_code == 302
    card = reverse("course", args=[course.pk])
    words = text_of(office.get(card))
    assert "参训人员 41 人" in words and "工人39" in words and "孙教授" in words
    assert "工某" in text_of(sign_in(cast.auditor).get(card)), "in clear for who holds it, and his own body"
    assert "工人39" in text_of(firm.get(card)) and sign_in(cast.other_enterprise).get(card).status_code == 404
    one = course.attendances.get(worker_name="工人0")
    judge = reverse("course-judge", args=[course.pk])
    assert "由该单位自己登记" in text_of(firm.post(judge, {"rest": "passed"}, follow=True))
    assert not course.attendances.exclude(result="").exists(), "a firm judges nobody on another's course"
    office.post(judge, {"result-x": "passed", f"result-{'9' * 40}": "passed"})
    chosen = {f"result-{row.pk}": row.result for row in course.attendances.all()}
    office.post(judge, chosen | {f"result-{one.pk}": "failed", "rest": "passed"})
    assert course.attendances.filter(result="passed").count() == 40
    assert "合格 40" in text_of(office.get(card)) and "不合格 1" in text_of(office.get(card))
    office.post(judge, {f"result-{one.pk}": ""})
    assert office.post(reverse("course-take-off", args=[course.pk, one.pk])).status_code == 302
    assert course.attendances.count() == 40
    sheet = office.get(reverse("course-sheet", args=[course.pk]))
    assert "培训签到表" in text_of(sheet) and "工人39" in text_of(sheet)
    assert "40 / 40" in text_of(office.get(reverse("training") + "?kind=skill&q=桌面"))
    assert "没有符合的培训班" in text_of(office.get(reverse("training") + "?q=没有&year=99999"))
    assert office.get(reverse("training"), {"year": "02026999"}).status_code == 200
    change = reverse("course-change", args=[course.pk])
    assert office.post(change, form_of(office, change, place="会议室")).status_code == 302
    assert office.post(change, form_of(office, change, name="另一")).status_code == 409
    assert firm.get(change).status_code == 403
    cancel = reverse("course-cancel", args=[course.pk])
    assert office.post(cancel, form_of(office, cancel, reason="错")).status_code == 409
    card = text_of(office.get(reverse("expert", args=[expert.pk])))
    assert "授课：" in card and "Ⅲ级响应桌面培训" in card
    assert "本年度尚未培训" in text_of(office.get(reverse("training-cadres")))
    hub = text_of(office.get(reverse("preparedness")))
    assert "培训" in hub and "本季未填报" in hub

    state = reverse("workforce-state")
    figures = {"year": "2026", "quarter": "1", "on_post": "9", "trained": "9", "passed": "8"}
    refused = firm.post(state, form_of(firm, state, **figures | {"trained": "10"}))
    assert refused.status_code == 422 and "不能多于在岗人数" in text_of(refused)
    assert "不得上岗作业" in text_of(firm.post(state, form_of(firm, state, **figures), follow=True))
    hazard = Hazard.objects.get()
    assert f"1 人，不得上岗 {hazard.number}" in text_of(office.get(reverse("workforce")))
    assert office.get(reverse("hazard", args=[hazard.number])).status_code == 200
    assert office.get(state).status_code == 404
    assert Organization.objects.get(code=people.FIRM).workforce.get().stated_by == cast.enterprise.post


@pytest.mark.clause("8.2")
def test_courses_lists_and_statements_come_and_go_as_sheets(cast):
    firm = sign_in(cast.enterprise)

    def bring_in(code, *rows, said=""):
        url = f"/preparedness/sheets/{code}/"
        heads = [head.rstrip("*") for head in cells_of(firm.get(f"{url}template/"))[0]]
        preview = firm.post(url, {"file": filled_in(*rows, heads=heads)})
        if said:
            assert said in text_of(preview)
            return
        held_back = re.search(r'name="held" value="([^"]+)"', preview.content.decode())
        assert held_back, text_of(preview)
        firm.post(f"{url}import/", {"held": held_back[1]})

    def taken(code):
        return cells_of(firm.post(f"/preparedness/sheets/{code}/export/"))[1:]

    bring_in("courses", [None, "应急知识", "应急知识", "2026-03-01", 2, None, "老师", None])
    bring_in("courses", [None, "应急知识", "应急知识", "2026-03-01", 2.5, "会议室", "老师", None])
    course = Course.objects.get()
    assert (course.hours, course.place, course.valid_until) == (Decimal("2.5"), "会议室", date(2027, 2, 28))
    bring_in("courses", [None, "x", "应急知识", "2026-03-01", 2.55, None, None, None], said="最多一位小数")
    bring_in(
        "courses",
        ["快递企业乙（驻马店）", "x", "应急知识", "2026-03-01", 2, None, None, None],
        said="没有这个单位",
    )
    expert = expert_pool.keep(
        actor=cast.duty_officer,
        now=NOW,
        name="老师",
        field="消防",
        body="学院",
        phone="1",
        services=["training"],
    )
    line = {"name": "专家课", "kind": "skill", "held_on": NOW.date(), "hours": 2, "place": ""}
    by = {"actor": cast.duty_officer, "now": NOW}
    courses.keep(**by, **line | {"hours": Decimal(2)}, expert=expert.pk, valid_until=date(2028, 1, 1))
    again = {"body": "", "teacher": "老师", "valid_until": None}
    taught = training_sheets.COURSES.keep(**by, **line | again | {"hours": 3})
    assert (taught.hours, taught.expert, taught.valid_until) == (3, expert, date(2028, 1, 1))
    same = ["应急知识", "2026-03-01", None]
    also = people.appoint(cast.duty_officer.person.username, people.member_code(), Role.MEMBER, "兼职")
    course_attendance.attend(**by, course=taught.pk, people=[also.person.pk])
    twice = {"course": taught.name, "held_on": taught.held_on, "body": also.organization.code}
    training_sheets.ATTENDANCE.keep(
        actor=cast.office_director, now=NOW, **twice, name=also.person.name, result="passed"
    )
    assert taught.attendances.get().result == "passed", "listed for the other of his bodies"
    bring_in(
        "attendance", [*same, "赵工人", "合格"], [*same, "钱工人", None], [*same, "企业值班员", "不合格"]
    )
    bring_in("attendance", [*same, "钱工人", "合格"])
    assert [row[3:] for row in taken("attendance")] == [
        ("赵工人", "合格"),
        ("钱工人", "合格"),
        ("企业值班员", "不合格"),
    ]
    bring_in("attendance", ["没有的", "2026-03-01", None, "赵工人", None], said="没有这一天的这个培训班")
    bring_in("workforce", [None, 2026, 1, 9, 8, 7, None], ["express-a-hub", 2026, 1, 3, 3, 3, None])
    bring_in("workforce", [None, 2026, 1, 9.5, 8, 7, None], said="须为不小于 0 的合理整数")
    assert sorted(row[3:6] for row in taken("workforce")) == [(3, 3, 3), (9, 8, 7)]
    bring_in("publicity", [None, "2026-03-01", "法规政策宣传", "条例", "员工", 12, None, None])
    assert [row[3:6] for row in taken("publicity")] == [("条例", "员工", 12)] and len(taken("courses")) == 1
    auditor = sign_in(cast.auditor)
    left = cells_of(auditor.post("/preparedness/sheets/attendance/export/"))[1:]
    assert [row[3] for row in left] == [also.person.name, "赵某", "钱某", "企业值班员"], "names leave masked"


@pytest.mark.clause("8.2")
def test_a_workers_name_goes_when_he_asks_for_it(cast):
    """From all lists of his firm and from beside the ledger, which still verifies; that he was trained stays."""
    said = {"name": "应急知识", "kind": "knowledge", "held_on": NOW.date(), "hours": Decimal(4), "now": NOW}
    ours, offices = (courses.keep(actor=who, **said) for who in (cast.enterprise, cast.office_director))
    by, office = {"actor": cast.enterprise, "now": NOW}, {"actor": cast.office_director, "now": NOW}
    row, other = course_attendance.attend(**by, course=ours.pk, names="赵工人\n赵工人二")
    (again,) = course_attendance.attend(**office, course=offices.pk, names="赵工人", body=people.FIRM)
    course_results.judge(**by, course=ours.pk, results={row.pk: "passed", other.pk: "passed"})
    firm, card = sign_in(cast.enterprise), reverse("course", args=[ours.pk])
    url = reverse("course-erase", args=[ours.pk, row.pk])
    assert url in firm.get(card).content.decode()
    refused = firm.post(url, form_of(firm, url, reason="赵工人申请"))
    assert refused.status_code == 422 and "理由里不要写" in text_of(refused)
    for who, status in ((cast.auditor, 403), (cast.other_enterprise, 404)):
        assert sign_in(who).get(url).status_code == status
    assert firm.post(url, form_of(firm, url, reason="本人申请")).status_code == 302
    assert "已依申请删除" in text_of(firm.get(card)) and "赵工人二" in text_of(firm.get(card))
    again.refresh_from_db()
    assert again.worker_name == "已依申请删除" and not PersonalValue.objects.filter(value="赵工人").exists()
    assert CourseAttendance.objects.filter(result="passed").count() == 2
    assert list(ledger.verify()) == []
    assert firm.post(url, form_of(firm, url, reason="再删")).status_code == 409


def test_every_tab_that_is_shown_opens(cast):
    for actor in (cast.county, cast.member, cast.enterprise, cast.duty_officer):
        client = sign_in(actor)
        for name in ("training", "training-running-out"):
            shown = client.get(reverse(name)).content.decode()
            tabs = re.findall(
                r'href="([^"]+)"', shown.partition('class="duty-tabs')[2].partition("</nav>")[0]
            )
            assert len(tabs) >= 3 and all(client.get(tab).status_code == 200 for tab in tabs), actor.role
