"""年度培训计划 (§8.2): what was to be taught in which month, and what of it was held."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from incidents.models import Course, LedgerEntry, Organization, PlannedCourse
from incidents.refusals import Invalid, NotAllowed, NotFound, WrongState
from incidents.services.training import courses, training_plan, training_sheets
from tests.screens.stage import form_of, sign_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("8.2")]
NOW = timezone.make_aware(timezone.datetime(2026, 3, 2, 9, 0))
LINE = {"year": 2026, "month": 2, "name": "灭火", "kind": "skill", "audience": "收派员", "people": 40}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


def planned(actor, **more) -> PlannedCourse:
    return training_plan.keep(actor=actor, now=NOW, **LINE | more)


def held(actor, **more) -> Course:
    said = {"name": "灭火", "kind": "skill", "held_on": date(2026, 3, 1), "hours": Decimal(2)}
    return courses.keep(actor=actor, now=NOW, **said | more)


def test_a_line_is_planned_changed_and_carried_out_by_one_course_of_its_own_body(cast):
    firm, office = cast.enterprise, cast.office_director
    row = planned(firm)
    assert row.state_on(NOW.date()) == "overdue" and planned(firm, line=row.pk) == row
    assert LedgerEntry.objects.filter(action__startswith="training_plan.").count() == 1, "nothing changed"
    for change, field in (
        ({"name": " "}, "/name"),
        ({"audience": "长" * 101}, "/audience"),
        ({"kind": "x"}, "/kind"),
        ({"year": 1999}, "/year"),
        ({"month": 13}, "/month"),
        ({"month": Decimal("1.5")}, "/month"),
        ({"people": 0}, "/people"),
        ({"people": 10**12}, "/people"),
        ({"body": "express-b"}, "/body"),
        ({}, "/name"),
    ):
        with pytest.raises(Invalid) as refused:
            planned(firm, **change)
        assert refused.value.errors[0].pointer == field, change
    assert planned(firm, line=row.pk, month=3).state_on(NOW.date()) == "planned"
    assert set(training_plan.visible([office])) == {row} and not training_plan.visible([cast.member])
    with pytest.raises(NotAllowed):
        planned(office, line=row.pk)
    with pytest.raises(NotFound):
        planned(cast.other_enterprise, line=row.pk)

    course, offices = held(firm), held(office)
    last_year, cancelled = held(firm, held_on=date(2025, 3, 1)), held(firm, name="撤销的")
    courses.cancel(actor=firm, course=cancelled.pk, reason="错", now=NOW)
    for wrong in (offices, last_year, cancelled):
        with pytest.raises(Invalid, match="培训班"):
            training_plan.carry_out(actor=firm, line=row.pk, course=wrong.pk, now=NOW)
    row = training_plan.carry_out(actor=firm, line=row.pk, course=course.pk, now=NOW)
    assert row.state_on(NOW.date()) == "held"
    other = planned(firm, name="另一项")
    with pytest.raises(Invalid, match="尚未对应"):
        training_plan.carry_out(actor=firm, line=other.pk, course=course.pk, now=NOW)
    for refused in (
        lambda: planned(firm, line=row.pk, month=4),
        lambda: training_plan.drop(actor=firm, line=row.pk, reason="错", now=NOW),
    ):
        with pytest.raises(WrongState, match="已办培训班"):
            refused()
    for change in ({"month": 13}, {"cancelled_at": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PlannedCourse.objects.filter(pk=row.pk).update(**change)
    courses.cancel(actor=firm, course=course.pk, reason="没有办", now=NOW)
    row = PlannedCourse.objects.get(pk=row.pk)
    assert row.state_on(NOW.date()) == "planned", "a course that was not held carries nothing out"
    standing = training_plan.standing(
        training_plan.visible([office]), training_plan.planning([office]), 2026, NOW.date()
    )
    assert (standing.planned, standing.held, standing.overdue) == (2, 0, 1)
    outlet = Organization.objects.filter(parent=cast.firm).first()
    without = {
        cast.firm: False,
        cast.other_enterprise.organization: True,
        office.organization: True,
        outlet: False,
    }
    assert {body: body in standing.without for body in without} == without, "a firm plans for its outlets"
    training_plan.drop(actor=firm, line=row.pk, reason="合并", now=NOW)
    with pytest.raises(WrongState, match="已取消"):
        training_plan.drop(actor=firm, line=row.pk, reason="合并", now=NOW)
    assert planned(firm, month=3), "what was dropped may be planned anew"


def test_the_screens_plan_it_lead_to_its_course_and_show_what_is_overdue(cast):
    firm, page = sign_in(cast.enterprise), reverse("training-plan")
    assert "还没有培训计划" in text_of(firm.get(page))
    new = reverse("training-plan-new")
    said = {name: str(value) for name, value in LINE.items()}
    refused = firm.post(new, form_of(firm, new, **said | {"people": "0"}))
    assert refused.status_code == 422 and "不能小于 1" in text_of(refused) and "收派员" in text_of(refused)
    assert firm.post(new, form_of(firm, new, **said)).status_code == 302
    row = PlannedCourse.objects.get()
    office = sign_in(cast.duty_officer)
    seen = text_of(office.get(page))
    assert "逾期未办 1 项" in seen and "灭火" in seen and "没有培训计划的单位" in seen
    assert "1 项计划逾期未办" in text_of(firm.get(reverse("preparedness")))
    assert "灭火" not in text_of(sign_in(cast.other_enterprise).get(page))
    change = reverse("training-plan-change", args=[row.pk])
    assert firm.post(change, form_of(firm, change, people="45")).status_code == 302

    course = f"{reverse('course-new')}?planned={row.pk}"
    form = form_of(firm, course, held_on="2026-03-01", hours="2")
    assert (form["name"], form["kind"]) == ("灭火", "skill")
    assert "落实年度计划：2026 年 2 月 灭火" in text_of(firm.get(course))
    assert "落实年度计划" not in text_of(sign_in(cast.other_enterprise).get(course))
    assert firm.post(course, form).status_code == 302
    row = PlannedCourse.objects.get()
    assert (row.people, row.course.held_on) == (45, date(2026, 3, 1))
    assert "已办 1 项" in text_of(firm.get(page, {"year": "2026", "body": cast.firm.code}))
    tie = reverse("training-plan-carry-out", args=[row.pk])
    assert firm.post(tie, form_of(firm, tie, course="")).status_code == 302
    assert "逾期未办 1 项" in text_of(firm.get(page))
    assert firm.post(tie, form_of(firm, tie, course=str(row.course_id))).status_code == 302
    drop = reverse("training-plan-drop", args=[row.pk])
    assert firm.post(drop, form_of(firm, drop, reason="错")).status_code == 409
    for strange in ("9" * 40, "02026999", "x"):
        assert firm.get(page, {"year": strange, "body": strange}).status_code == 200
        assert firm.get(reverse("course-new"), {"planned": strange}).status_code == 200

    by = {"actor": cast.enterprise, "now": NOW, "body": ""}
    again = training_sheets.PLAN.keep(**by, **LINE | {"month": 5})
    assert training_sheets.PLAN.keep(**by, **LINE | {"month": 5, "people": 7}).pk == again.pk
    assert [line["people"] for line in training_sheets.PLAN.rows([cast.enterprise])] == [45, 7]
    assert not list(training_sheets.PLAN.rows([cast.other_enterprise]))
