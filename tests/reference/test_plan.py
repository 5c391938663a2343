"""The plan that a new installation has in force: its words, limits and criteria."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from incidents.models import (
    Clause,
    Criterion,
    DeadlineRule,
    EscalationStep,
    EventClass,
    Level,
    Measure,
    PlanVersion,
    plan_parts,
)
from incidents.refusals import WrongState
from incidents.services.revision import plan_revision
from incidents.services.revision.reference import load_reference

pytestmark = pytest.mark.django_db
PARTS = (Clause, EventClass, Criterion, DeadlineRule, EscalationStep)


@pytest.fixture
def plan():
    return PlanVersion.in_force()


def clause_numbers(plan) -> list[str]:
    return list(plan.clause_set.order_by("order").values_list("number", flat=True))


# Clauses ------------------------------------------------------------------------------------------


@pytest.mark.clause("8.6")
def test_plan_in_force_is_the_printed_one(plan):
    assert (plan.number, plan.document_no) == (1, "驻政办〔2022〕24号")
    assert plan.title == "驻马店市邮政业突发事件应急预案"
    assert plan.activated_at <= timezone.now()


def test_every_numbered_clause_is_there_in_its_order(plan):
    assert (
        clause_numbers(plan)
        == (
            "1 1.1 1.2 1.3 1.4 2 2.1 2.2 2.2.1 2.2.2 2.2.3 2.2.4 2.3 3 3.1 3.1.1 3.1.2 3.2 4 4.1 4.2 4.3 4.4 "
            "5 5.1 5.2 5.2.1 5.2.2 5.2.3 5.2.4 5.2.5 5.2.6 5.3 5.4 5.4.1 5.4.2 5.4.3 5.4.4 5.4.5 5.5 "
            "6 6.1 6.2 6.3 6.4 7 8 8.1 8.2 8.3 8.4 8.5 8.6 附件1 附件2 附件3 附件4"
        ).split()
    )


@pytest.mark.parametrize(
    "number, sentence",
    [
        pytest.param(number, sentence, marks=pytest.mark.clause(number), id=number)
        for number, sentence in [
            ("1.2", "《邮政业寄递安全监督管理办法》《河南省邮政条例》"),
            ("1.4", "造成或者可能造成重大人员伤亡、财产损失、运营网络阻断、用户信息泄露等危及邮政业安全稳定"),
            ("1.4", "邮政机要通信保密突发事件应急预案另行制定。"),
            ("2.2.1", "办公室设在市邮政管理局，办公室主任由市邮政管理局局长兼任。"),
            (
                "2.2.2",
                "（5）根据全市邮政业突发事件处置情况，向市政府和省邮政业突发事件应急指挥部提出支援请求。",
            ),
            ("4.2", "立即报告市邮政业应急办,最迟不得超过1小时,并积极采取防范措施。"),
            ("4.3", "接到邮政业突发事件信息报告后,市邮政业应急办要立即分析核实"),
            (
                "4.4",
                "分为Ⅰ级（特别严重）、Ⅱ级（严重）、Ⅲ级（较重）和Ⅳ级（一般），依次用红色、橙色、黄色和蓝色表示。",
            ),
            (
                "5.2.1",
                "凡涉及较大以上突发事件时，相关邮政、快递企业要立即向市邮政业应急办口头汇报，1小时内书面简要报告；"
                "涉及一般突发事件时，相关邮政、快递企业要在1小时内向市邮政业应急办口头汇报，2小时内书面报告。",
            ),
            ("5.2.3", "应顾全大局，积极搞好与有关单位的协作配合。"),
            ("5.3", "市邮政管理局接到报告后第一时间报告市邮政业应急指挥部。"),
            ("5.4.1", "(2)经市政府批准后,市邮政业应急指挥部启动并负责组织实施III级响应。"),
            ("5.4.5", "(2)市邮政业应急指挥部研究确定后,下达终止驻马店市邮政业应急预警状态和应急响应"),
            ("5.5", "超出本级应急处置能力时，及时请求上级邮政业应急指挥机构支援。"),
            ("6.4", "不负责任、办事不力、扯皮推诿，造成严重后果的人员，依法追究责任。"),
            ("8.1", "有关法律、法规和政策的宣传"),
            ("8.6", "本预案自印发之日起施行。"),
        ]
    ],
)
def test_clause_says_what_is_printed(plan, number, sentence):
    assert sentence in plan.clause_set.get(number=number).text


def test_only_headings_and_annexes_have_no_words(plan):
    """Annexes 1 to 4 are not in the gazette: their titles stand, nothing is invented under them."""
    silent = set(plan.clause_set.filter(text="").values_list("number", flat=True))
    assert silent == set("1 2 2.2 2.2.4 3 3.2 4 5 5.4 6 8 附件1 附件2 附件3 附件4".split())


def test_every_rule_stands_on_a_clause(plan):
    named = set(plan.deadlinerule_set.values_list("clause", flat=True))
    assert named <= set(clause_numbers(plan))


@pytest.mark.clause("8.3")
def test_every_clause_that_a_source_names_exists(plan):
    sources = [*plan.eventclass_set.values_list("source", flat=True)]
    sources += plan.criterion_set.values_list("source", flat=True)
    named = set(re.findall(r"§([\d.]+)", "".join(sources)))
    assert "8.3" in named
    assert named <= set(clause_numbers(plan))


# Rules, steps, classes, criteria ------------------------------------------------------------------


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


@pytest.mark.clause("5.2.1")
@pytest.mark.parametrize(
    "level, owed",
    [
        (Level.III, {"R1": ("decided", 15), "R2": ("plan", 60)}),
        (Level.IV, {"R3": ("plan", 60), "R4": ("plan", 120)}),
    ],
)
def test_what_a_firm_owes(plan, level, owed):
    rules = [rule for rule in plan.deadlinerule_set.filter(clock="known") if rule.applies_at(level)]
    assert {r.code: (r.basis, r.limit) for r in rules} == {c: (b, minutes(m)) for c, (b, m) in owed.items()}
    assert {(rule.clock, rule.creditor) for rule in rules} == {("known", "OFFICE")}


@pytest.mark.clause("5.2.1")
def test_a_brief_answers_r2_alone_and_nothing_written_answers_an_oral_debt(plan):
    answers = dict(plan.deadlinerule_set.filter(clock="known").values_list("code", "answers"))
    assert answers == {"R1": ["ORAL"], "R2": ["BRIEF", "WRITTEN"], "R3": ["ORAL"], "R4": ["WRITTEN"]}


@pytest.mark.parametrize(
    "level, owed",
    [
        pytest.param(
            Level.II,
            {
                ("R7", "BUREAU", "HEADQUARTERS"): 15,
                ("R7", "HEADQUARTERS", "CITY_GOVERNMENT"): 30,
                ("R7", "HEADQUARTERS", "PROVINCE"): 30,
            },
            marks=pytest.mark.clause("5.3"),
        ),
        pytest.param(
            Level.III,
            {("R6", "OFFICE", "HEADQUARTERS"): 15, ("R6", "OFFICE", "CITY_GOVERNMENT"): 30},
            marks=pytest.mark.clause("5.4.1"),
        ),
        pytest.param(Level.IV, {("R11", "OFFICE", "HEADQUARTERS"): 60}, marks=pytest.mark.clause("5.2")),
    ],
)
def test_what_goes_upward(plan, level, owed):
    rules = [rule for rule in plan.deadlinerule_set.filter(kind="UPWARD") if rule.applies_at(level)]
    assert {(r.code, r.debtor, r.creditor): r.limit for r in rules} == {
        k: minutes(m) for k, m in owed.items()
    }
    assert {(rule.clock, rule.basis) for rule in rules} == {("received", "decided")}


@pytest.mark.clause("5.4.1")
def test_city_government_is_told_of_a_larger_incident_by_the_proposal_alone(plan):
    assert plan.deadlinerule_set.get(code="R6", creditor="CITY_GOVERNMENT").answers == ["PROPOSAL"]


@pytest.mark.clause("5.4.1")
def test_office_grades_every_incident_within_half_an_hour(plan):
    rule = plan.deadlinerule_set.get(code="R10")
    assert all(rule.applies_at(level) for level in Level)
    assert (rule.limit, rule.answers) == (minutes(30), ["GRADING"])


def test_ladder(plan):
    assert [(s.label, s.minutes, s.targets) for s in plan_parts(plan.pk).ladder("WRITTEN", Level.III)] == [
        ("remind", -30, ["DEBTOR_DUTY"]),
        ("remind", -10, ["DEBTOR_DUTY"]),
        ("remind", -3, ["DEBTOR_DUTY"]),
        ("breach", 0, ["DEBTOR_DUTY", "DEBTOR_LEADER", "OFFICE_DUTY"]),
        ("+15", 15, ["OFFICE_LEADER", "OFFICE_DIRECTOR"]),
        ("+30", 30, ["COMMANDERS"]),
    ]


@pytest.mark.clause("4.3")
def test_every_rule_of_the_domains_table_is_a_row(plan):
    """Who owes, to whom, basis and minutes; C1 is the promise that a chase brings."""
    rows = {
        (r.code, r.debtor, r.creditor, r.basis, round(r.limit.total_seconds() / 60), r.recurs)
        for r in plan.deadlinerule_set.exclude(clock__in=["known", "received"])
    }
    month, year = 30 * 1440, 365 * 1440
    assert rows == {
        *((code, "BODY", "OFFICE", "decided", month, "") for code in ("Q1", "Q2", "Q4", "Q5", "Q8", "Q9")),
        ("Q3", "BODY", "OFFICE", "decided", year, ""),
        ("Q10", "BODY", "OFFICE", "decided", 7 * 1440, ""),
        ("Q6", "BODY", "OFFICE", "decided", 1440, "same_time"),
        ("Q7", "BODY", "OFFICE", "decided", 30, ""),
        ("W0", "OFFICE", "OFFICE", "decided", 30, ""),
        ("W1", "ENTERPRISE", "OFFICE", "plan", 60, ""),
        ("W2", "OFFICE", "HEADQUARTERS", "plan", 60, ""),
        ("W2", "OFFICE", "PROVINCE", "plan", 60, ""),
        ("W3", "OFFICE", "HEADQUARTERS", "plan", 1440, "daily"),
        ("R5", "NAMED", "OFFICE", "decided", 240, "interval"),
        ("R5", "NAMED", "OFFICE", "decided", 1440, "interval"),
        ("R8", "OFFICE", "PROVINCE", "decided", 15, ""),
        ("R9", "HEADQUARTERS", "CITY_GOVERNMENT", "decided", 60, "interval"),
        ("R9", "HEADQUARTERS", "PROVINCE", "decided", 60, "interval"),
        ("T1", "OFFICE", "RECEIVER", "decided", 60, ""),
        ("T2", "RECEIVER", "OFFICE", "decided", 15, ""),
        ("T3", "RECEIVER", "OFFICE", "decided", 240, ""),
        ("T4", "APPROVER", "OFFICE", "decided", 1440, ""),
        ("S1", "HOLDER", "REQUESTER", "decided", 30, ""),
        ("P1", "HEADQUARTERS", "HEADQUARTERS", "decided", 43200, ""),
        ("P2", "OFFICE", "OFFICE", "decided", 43200, ""),
        ("C1", "CHASED", "OFFICE", "decided", 30, ""),
    }


def test_a_debt_climbs_the_narrowest_ladder_that_fits_it(plan):
    aftermath = [s.minutes for s in plan_parts(plan.pk).ladder("AFTERMATH", Level.III)]
    assert aftermath == [-10080, -1440, 0, 1440, 2880]


@pytest.mark.clause("3.1")
def test_event_classes_have_questions_to_ask_on_the_phone(plan):
    classes = plan.eventclass_set.all()
    assert [event_class.code for event_class in classes] == (
        "fire explosion hazmat_leak parcels_detained hub_blockade service_interruption flood data_leak "
        "epidemic backlog_damage channel_interruption other"
    ).split()
    for event_class in classes:
        assert 4 <= len(event_class.questions) <= 7, event_class
        assert "非预案原文" in event_class.source, "questions that are ours must not pass for the plan's"


@pytest.mark.clause("3.2")
@pytest.mark.parametrize(
    "measure, thresholds",
    [
        (Measure.DEATHS, [30, 10, 3, 0]),
        (Measure.SERIOUS_INJURIES, [100, 50, 10, 0]),
        (Measure.LOSS_YUAN, [100_000_000, 50_000_000, 10_000_000, 0]),
        (Measure.RECORDS_LEAKED, [100_000_000, 10_000_000, 1_000_000, 0]),
        (Measure.NETWORK_SCOPE, ["nation", "province", "city", "county"]),
    ],
)
def test_criteria_from_the_severest_down(plan, measure, thresholds):
    rows = plan.criterion_set.filter(measure=measure).order_by("level")
    assert [row.level for row in rows] == list(Level)
    assert [row.scope or row.at_least for row in rows] == thresholds


@pytest.mark.clause("3.2")
def test_no_criterion_passes_for_the_gazettes(plan):
    assert not plan.criterion_set.filter(from_gazette=True).exists()
    assert not plan.criterion_set.filter(source="").exists()


def test_every_row_is_valid_by_its_own_model(plan):
    plan.full_clean()
    for part in PARTS:
        for row in part.objects.filter(version=plan):
            row.full_clean()


# In force: nothing changes it ---------------------------------------------------------------------


@pytest.mark.clause("8.4")
@pytest.mark.parametrize("part", PARTS)
def test_plan_in_force_refuses_every_change(plan, part):
    rows = part.objects.filter(version=plan)
    new = rows.first()
    new.pk = None
    for change in (lambda: rows.update(version=plan), rows.delete, lambda: part.objects.bulk_create([new])):
        with pytest.raises(DatabaseError, match="read-only"), transaction.atomic():
            change()


@pytest.mark.clause("8.4")
def test_version_in_force_can_be_neither_edited_nor_deleted(plan):
    version = PlanVersion.objects.filter(pk=plan.pk)
    for change in (
        lambda: version.update(document_no="另一文号"),
        lambda: version.update(status=PlanVersion.Status.DRAFT),
        lambda: version._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="read-only"), transaction.atomic():
            change()


def test_loading_again_changes_nothing(plan):
    before = everything()
    assert not load_reference(timezone.now() + timedelta(days=1))
    assert everything() == before


@pytest.mark.clause("8.4")
def test_loading_leaves_a_revised_plan_alone(plan):
    PlanVersion.objects.create(number=2, title=plan.title, based_on=plan)
    before = everything()
    assert not load_reference(timezone.now())
    assert everything() == before


@pytest.mark.clause("8.4")
def test_a_newer_release_brings_its_rules_in_a_version_of_their_own(plan):
    as_installed_before(plan, {"W3", "R5"})
    loaded = load_reference(timezone.now())
    assert loaded.plan == PlanVersion.in_force() != plan
    assert loaded.plan.deadlinerule_set.count() == 39
    assert {step.kind for step in loaded.plan.escalationstep_set.all()} == {
        "",
        "AFTERMATH",
        "PREPARED",
        "ALL_QUIET",
        "ROLL_CALL",
    }
    assert not load_reference(timezone.now())


@pytest.mark.clause("8.4")
def test_a_rule_that_the_city_took_out_stays_out(plan, cast):
    plan_revision.start_draft(actor=cast.office_director, now=timezone.now())
    DeadlineRule.objects.get(version__status="draft", code="C1").delete()
    plan_revision.activate(actor=cast.office_director, reason="不用", document_no="", now=timezone.now())
    assert not load_reference(timezone.now())
    assert not PlanVersion.in_force().deadlinerule_set.filter(code="C1").exists()


@pytest.mark.clause("8.4")
def test_what_a_release_brings_joins_the_draft_under_way(plan, cast):
    as_installed_before(plan, {"W3"})
    draft = plan_revision.start_draft(actor=cast.office_director, now=timezone.now())
    load_reference(timezone.now())
    assert PlanVersion.in_force() == plan
    assert draft.deadlinerule_set.filter(code="W3").exists()


@pytest.mark.clause("8.4")
def test_a_ladder_that_does_not_tell_of_the_breach_is_refused(plan, cast):
    draft = plan_revision.start_draft(actor=cast.office_director, now=timezone.now())
    step = draft.escalationstep_set.get(kind="AFTERMATH", offset=timedelta(0))
    step.delete()
    with pytest.raises(WrongState) as refusal:
        plan_revision.activate(actor=cast.office_director, reason="x", document_no="", now=timezone.now())
    assert (refusal.value.code, refusal.value.clause) == ("no_breach_step", "8.4")
    assert PlanVersion.in_force() == plan


def as_installed_before(plan: PlanVersion, rules: set[str]):
    """An installation of a release that did not know these rules, nor a ladder for the aftermath."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in (DeadlineRule, EscalationStep):
            cursor.execute(f"ALTER TABLE {model._meta.db_table} DISABLE TRIGGER plan_in_force_is_read_only")
        DeadlineRule.objects.filter(version=plan, code__in=rules).delete()
        EscalationStep.objects.filter(version=plan).exclude(kind="").delete()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in (DeadlineRule, EscalationStep):
            cursor.execute(f"ALTER TABLE {model._meta.db_table} ENABLE TRIGGER plan_in_force_is_read_only")


def everything() -> list:
    return [list(model.objects.order_by("pk").values()) for model in (PlanVersion, *PARTS)]
