"""§8.4: no version is decided under which the software would be silent, or could not go on."""

from datetime import datetime, timedelta
from importlib import import_module
from zoneinfo import ZoneInfo

import pytest
import time_machine

from incidents.models import DeadlineRule, EventClass, Organization, PlanVersion
from incidents.refusals import Invalid, WrongState
from incidents.services.register import hazard_debts, key_periods
from incidents.services.revision import plan_editing, plan_revision, plan_soundness
from tests.revisions import acts

pytestmark = [pytest.mark.django_db, pytest.mark.clause("8.4")]
T0 = datetime(2027, 3, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def draft(cast):
    with time_machine.travel(T0, tick=False):
        yield acts.draft(cast, T0)


def test_the_printed_plan_is_sound(db):
    assert plan_soundness.faults(PlanVersion.in_force()) == []


def test_of_what_is_undertaken_the_services_name_these_rules(db):
    modules = "register.plan_filing drill.drill_dues call_up.resource_expiry training.training_renewal"
    modules += " register.roll_calls register.inspecting register.safety"
    named = {import_module(f"incidents.services.{module}").RULE for module in modules.split()}
    named |= {key_periods.DAILY, hazard_debts.ASSESSING, hazard_debts.RECTIFYING}
    assert named == set(plan_soundness.UNDERTAKEN)


def gone(part, **which):
    return lambda draft: getattr(draft, f"{part}_set").filter(**which).delete()


def other(part, which, **columns):
    return lambda draft: getattr(draft, f"{part}_set").filter(**which).update(**columns)


def closed(draft):
    Organization.objects.filter(code="weather-bureau").update(is_active=False)
    draft.grouptemplate_set.update(members=["weather-bureau"])


@pytest.mark.parametrize(
    "spoil, code, words",
    [
        (gone("deadlinerule", code="R4"), "level_without_rule", "“书面报告”没有适用于Ⅳ级的规则"),
        (gone("deadlinerule", code="R10"), "level_without_rule", "“核实定级”没有适用于Ⅰ级、Ⅱ级、Ⅲ级、Ⅳ级"),
        (gone("deadlinerule", code="R9"), "level_without_rule", "“处置进展”没有适用于Ⅰ级、Ⅱ级、Ⅲ级"),
        (gone("deadlinerule", code="T2"), "code_needed", "没有适用于Ⅰ级、Ⅱ级、Ⅲ级、Ⅳ级的规则 T2"),
        (other("deadlinerule", {"code": "T3"}, code="T9"), "code_needed", "规则 T3"),
        (other("deadlinerule", {"code": "R1"}, mildest=4), "levels_overlap", "Ⅳ级时，规则 R1"),
        (other("deadlinerule", {"code": "R2"}, debtor="RECEIVER"), "not_carried", "责任方只能是“涉事企业”"),
        (other("deadlinerule", {"code": "R9"}, recurs="", interval=None), "not_carried", "自上次报告起"),
        (other("deadlinerule", {"code": "Q1"}, code="Q99"), "not_carried", "没有哪项登记会使 Q99 起算"),
        (other("clause", {"number": "5.2.1"}, text=" "), "clause_empty", "§5.2.1 没有正文"),
        (other("clause", {"number": "8.6"}, text=""), "clause_empty", "条款 8.6 没有正文"),
        (gone("criterion", level=2), "criteria_with_gap", "标准缺Ⅱ级"),
        (gone("criterion", level=4), "level_without_criteria", "Ⅳ级没有任何分级标准"),
        (gone("criterion", measure="deaths"), "measure_without_criteria", "“死亡（含失踪）人数”没有分级标准"),
        (
            other("criterion", {"measure": "network_scope", "level": 2}, scope="nation"),
            "criteria_out_of_order",
            "“网络阻断范围”",
        ),
        (gone("eventclass", code="backlog_damage"), "class_needed", "backlog_damage"),
        (closed, "group_without_body", "weather-bureau"),
    ],
)
def test_what_would_be_silent_is_refused_in_words(draft, spoil, code, words):
    spoil(draft)
    with pytest.raises(WrongState) as refusal:
        plan_soundness.refuse_unsound(draft)
    assert code in {fault.code for fault in plan_soundness.faults(draft)}
    assert any(words in each for each in refusal.value.missing), refusal.value.missing


def test_all_faults_are_named_at_once_before_it_is_decided(cast, draft):
    acts.limit(cast, draft, "R10", 20, T0)
    draft.deadlinerule_set.filter(code="T2").delete()
    EventClass.objects.filter(version=draft, code="other").delete()
    acts.assessed(cast, T0)
    with pytest.raises(WrongState) as refusal:
        plan_revision.activate(actor=cast.office_director, reason="x", document_no="", now=T0)
    assert len(refusal.value.missing) == 2


@pytest.mark.parametrize(
    "code, values, fields",
    [
        ("R2", {"debtor": "RECEIVER", "answers": ["GRADING", "WRITTEN"]}, ["/debtor", "/answers"]),
        ("R2", {"kind": "DAILY"}, ["/kind"]),
        ("S1", {"creditor": "OFFICE"}, ["/creditor"]),
        ("R9", {"recurs": "", "interval": None}, ["/recurs"]),
    ],
)
def test_a_rule_that_nobody_could_owe_or_meet_is_refused_by_its_field(cast, draft, code, values, fields):
    row = DeadlineRule.objects.filter(version=draft, code=code).first()
    with pytest.raises(Invalid) as refusal:
        plan_editing.keep_row(
            actor=cast.administrator, part="deadlinerule", row=row.pk, values=values, reason="x", now=T0
        )
    assert [error.pointer for error in refusal.value.errors] == fields


def test_a_new_row_that_says_nothing_is_refused_and_no_error(cast, draft):
    with pytest.raises(Invalid):
        plan_editing.keep_row(actor=cast.administrator, part="deadlinerule", values={}, reason="x", now=T0)


def test_a_document_is_named_only_where_one_was_needed(cast, draft):
    acts.limit(cast, draft, "R10", 20, T0)
    with pytest.raises(Invalid, match="没有市政府批准文号"):
        plan_revision.activate(
            actor=cast.office_director, reason="x", document_no="驻政办〔2027〕3号", now=T0
        )
    assert plan_revision.activate(actor=cast.office_director, reason="x", document_no="", now=T0)
    assert timedelta(minutes=20) in PlanVersion.in_force(T0).deadlinerule_set.values_list("limit", flat=True)
