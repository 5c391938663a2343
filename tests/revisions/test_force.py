"""§8.4: a version takes effect by its time, whoever runs; what begins takes the one in force when it is received."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from alerts.models import Notification
from incidents import ledger
from incidents.models import (
    DeadlineRule,
    GroupTemplate,
    Incident,
    LedgerEntry,
    PlanEdit,
    PlanSubmission,
    PlanVersion,
)
from incidents.refusals import Invalid, NotAllowed, NotFound, WrongState
from incidents.services.analysis.statistics_names import Names
from incidents.services.debt import undertakings
from incidents.services.response import grading
from incidents.services.revision import plan_approving, plan_editing, plan_revision, reference
from incidents.services.revision.plan_versions import take_effect, under_way
from incidents.tasks import note_plan_in_force
from incidents.web.analysis import statistics_filter
from tests import cast as people
from tests.revisions import acts
from tests.screens.stage import phone_call, sign_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("8.4")]
T0 = datetime(2027, 3, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
EFFECTIVE = T0 + timedelta(days=2)
Status = PlanVersion.Status


@pytest.fixture(autouse=True)
def at_t0():
    with time_machine.travel(T0, tick=False):
        yield


@pytest.fixture
def approved(cast):
    """R2 with 50 minutes: assessed, approved by 市政府, in force in two days."""
    acts.limit(cast, acts.draft(cast, T0), "R2", 50, T0)
    acts.assessed(cast, T0)
    submitted = plan_approving.submit(
        actor=cast.office_director, words="请审批", effective_at=EFFECTIVE, now=T0
    )
    return plan_approving.approve_submission(
        actor=cast.approver,
        submission=submitted.pk,
        document_no="驻政办〔2027〕3号",
        effective_at=EFFECTIVE,
        now=T0,
    )


def brief_due(incident):
    (debt,) = incident.deadlines.filter(rule__code="R2")
    return debt.rule.limit, debt.due_at - incident.known_at


def file_at(cast, at):
    with time_machine.travel(at, tick=False):
        return people.file_in(cast, now=at, known_at=at, figures={"deaths": 3})


def test_what_begins_before_and_after_has_its_own_limits_with_no_worker_alive(cast, approved, monkeypatch):
    assert (approved.status, PlanVersion.in_force(T0).number) == (Status.APPROVED, 1)
    last = file_at(cast, EFFECTIVE - timedelta(seconds=1))
    first = file_at(cast, EFFECTIVE)
    hour, sooner = timedelta(minutes=60), timedelta(minutes=50)
    assert (last.plan_version.number, *brief_due(last)) == (1, hour, hour)
    assert (first.plan_version.number, *brief_due(first)) == (2, sooner, sooner)
    assert PlanVersion.objects.get(number=2).status == Status.APPROVED, "nobody has noted it yet"
    with time_machine.travel(EFFECTIVE + timedelta(minutes=1), tick=False):
        assert PlanVersion.in_force().number == 2
        assert PlanVersion.objects.get(number=2).standing == "现行"
        warning = people.warn(cast, now=EFFECTIVE + timedelta(minutes=1))
        assert (warning.plan_version.number, warning.event_class.version.number) == (2, 2)
    asked = []
    in_force = PlanVersion.in_force
    with monkeypatch.context() as patch:
        patch.setattr(PlanVersion, "in_force", lambda at=None: asked.append(at) or in_force(at))
        people.warn(cast)
    assert len(asked) == 1, "asked twice, class and version could be of two plans while one takes effect"
    call = people.call_in(
        cast,
        now=EFFECTIVE + timedelta(hours=1),
        arrived_at=EFFECTIVE - timedelta(minutes=5),
        known_at=EFFECTIVE - timedelta(minutes=6),
    )
    assert call.plan_version.number == 1, "a call that came before, typed in after"


def test_every_part_governs_what_begins_from_its_second_on_and_nothing_before(cast):
    version = acts.draft(cast, T0)
    version.criterion_set.filter(measure="deaths", level=3).update(at_least=2)
    version.escalationstep_set.filter(kind="", offset__lt=timedelta(minutes=-3)).delete()
    version.eventclass_set.filter(code="fire").update(name="火情")
    version.grouptemplate_set.filter(name="综合协调组").update(duties="另行规定")
    version.deadlinerule_set.filter(code="Q1").update(clause="6.1")
    acts.assessed(cast, T0)
    plan_revision.activate(
        actor=cast.office_director,
        reason="x",
        document_no="驻政办〔2027〕3号",
        document_day=T0.date(),
        effective_at=EFFECTIVE,
        now=T0,
    )
    seen = []
    for at in (EFFECTIVE - timedelta(seconds=1), EFFECTIVE):
        with time_machine.travel(at, tick=False):
            incident = people.file_in(cast, now=at, known_at=at, figures={"deaths": 2})
            oral = incident.deadlines.get(rule__kind="ORAL", voided_at=None)
            undertaking = undertakings.owe(
                actor=cast.office_director,
                body=cast.firm,
                rule="Q1",
                title="整改",
                matter=f"hazard/{at:%S}",
                due_at=at + timedelta(days=40),
                now=at,
            )
            groups = GroupTemplate.objects.filter(version=incident.plan_version, name="综合协调组")
            seen.append(
                (
                    incident.plan_version.number,
                    oral.rule.code,
                    oral.due_at - oral.next_step_at,
                    incident.event_class.name,
                    groups.get().duties == "另行规定",
                    undertaking.deadlines.get().rule.clause,
                )
            )
            named = dict(statistics_filter.classes())["fire"]
            assert named == incident.event_class.name, "a draft names nothing in statistics"
            assert {name for code, name in Names().classes.values() if code == "fire"} == {named}
    assert seen == [
        (1, "R3", timedelta(minutes=30), "火灾", False, "4.1"),
        (2, "R1", timedelta(minutes=3), "火情", True, "6.1"),
    ]


def test_that_it_is_in_force_is_noted_once(cast, approved):
    begun = people.file_in(cast, now=T0, known_at=T0)
    assert take_effect(now=EFFECTIVE - timedelta(seconds=1)) is None
    with time_machine.travel(EFFECTIVE + timedelta(seconds=30), tick=False):
        note_plan_in_force()
        note_plan_in_force()
    entries = LedgerEntry.objects.filter(action="plan.activated", data__number=2)
    assert [(entry.post, datetime.fromisoformat(entry.data["activated_at"])) for entry in entries] == [
        (None, EFFECTIVE)
    ]
    assert list(PlanVersion.objects.order_by("number").values_list("status", flat=True)) == [
        "superseded",
        "active",
    ]
    assert PlanVersion.in_force(T0).number == 1, "what was in force then stays so"
    with time_machine.travel(EFFECTIVE + timedelta(minutes=1), tick=False):
        regraded = grading.grade(
            actor=cast.office_director,
            number=begun.number,
            level=3,
            reason="影响较大",
            now=EFFECTIVE + timedelta(minutes=1),
        )
    assert regraded.plan_version.number == 1
    assert brief_due(Incident.objects.get(pk=begun.pk)) == (timedelta(hours=1), timedelta(hours=1))
    assert not list(ledger.verify())


def test_the_next_act_on_the_plan_notes_it_where_no_worker_did(cast, approved):
    later = EFFECTIVE + timedelta(hours=1)
    with time_machine.travel(later, tick=False):
        assert under_way() is None
        draft = acts.draft(cast, later)
        assert draft.based_on == approved
        assert PlanVersion.objects.get(pk=approved.pk).status == Status.ACTIVE
        with pytest.raises(NotFound):
            plan_revision.withdraw(actor=cast.office_director, reason="晚了", now=later)


def test_an_approved_version_is_called_off_in_time_and_its_rows_may_be_taken_up_again(cast, approved):
    with pytest.raises(WrongState, match="只能有一个修订"):
        acts.draft(cast, T0)
    with pytest.raises(NotAllowed):
        plan_revision.withdraw(actor=cast.administrator, reason="x", now=T0)
    with pytest.raises(Invalid, match="理由"):
        plan_revision.withdraw(actor=cast.office_director, reason=" ", now=T0)
    with pytest.raises(WrongState, match="即将生效"):
        too_late = EFFECTIVE - timedelta(seconds=59)
        plan_revision.withdraw(actor=cast.office_director, reason="x", now=too_late)
    heard = Notification.objects.filter(matter="clauses").order_by("pk")
    for actor in (cast.enterprise, cast.county, cast.member):
        told = heard.get(person=actor.person)
        assert told.title == "预案第2版自 3月3日 09:00 起施行" and "驻政办〔2027〕3号" in told.text
    plan_revision.withdraw(actor=cast.office_director, reason="市里另有安排", now=T0)
    assert heard.filter(person=cast.enterprise.person).last().title == "预案第2版不再生效，仍按现行版"
    assert not take_effect(now=EFFECTIVE)
    assert PlanVersion.in_force(EFFECTIVE).number == 1
    again = plan_revision.start_draft(actor=cast.office_director, now=T0, rows_of=2)
    assert (again.number, again.based_on.number) == (3, 1)
    assert again.deadlinerule_set.get(code="R2").limit == timedelta(minutes=50)


def test_the_database_keeps_an_approved_version_as_it_is_and_lets_no_other_begin(approved):
    for change in (
        {"status": "draft"},
        {"activated_at": T0},
        {"document_no": "另一文号"},
        {"status": "active", "activated_at": T0},
    ):
        with pytest.raises(DatabaseError, match="read-only"), transaction.atomic():
            PlanVersion.objects.filter(pk=approved.pk).update(**change)
    with pytest.raises(DatabaseError, match="read-only"), transaction.atomic():
        DeadlineRule.objects.filter(version=approved).update(limit=timedelta(minutes=1))
    with pytest.raises(IntegrityError, match="one_revision_at_a_time"), transaction.atomic():
        PlanVersion.objects.create(number=9, title="x", based_on=approved.based_on)


def test_the_database_lets_a_version_begin_as_a_draft_alone_and_never_end(cast):
    version = acts.draft(cast, T0)
    drafts = PlanVersion.objects.filter(pk=version.pk)

    def begin(status):
        PlanVersion.objects.create(number=9, title="x", status=status, activated_at=T0)

    def empty(table):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"TRUNCATE {table} CASCADE")

    for change, words in (
        (lambda: begin("active"), "begins as a draft"),
        (lambda: begin("superseded"), "begins as a draft"),
        (lambda: drafts.update(status="active", activated_at=T0), "read-only"),
        (lambda: drafts.update(number=7), "read-only"),
        (lambda: drafts.update(status="approved"), "takes effect after"),
        (drafts.delete, "never deleted"),
        (lambda: empty("incidents_deadlinerule"), "refused"),
        (lambda: empty("incidents_planversion"), "refused"),
    ):
        with pytest.raises(DatabaseError, match=words), transaction.atomic():
            change()
    acts.limit(cast, version, "R10", 20, T0)
    plan_revision.activate(actor=cast.office_director, reason="x", document_no="", now=T0)
    third = PlanVersion.objects.filter(pk=acts.draft(cast, T0).pk)
    with pytest.raises(DatabaseError, match="takes effect after"), transaction.atomic():
        third.update(status="approved", activated_at=T0 - timedelta(days=1))


def test_a_call_is_shown_beforehand_by_the_plan_that_was_in_force_when_it_came(cast):
    acts.draft(cast, T0).criterion_set.filter(measure="deaths", level=3).update(at_least=2)
    acts.assessed(cast, T0)
    plan_revision.activate(
        actor=cast.office_director,
        reason="x",
        document_no="驻政办〔2027〕3号",
        document_day=T0.date(),
        now=T0,
    )
    client, call = (
        sign_in(cast.duty_officer),
        phone_call(deaths="2", known_at="10分钟前", serious_injuries="0"),
    )
    url = reverse("intake-preview")
    assert "建议级别 Ⅲ级" in text_of(client.post(url, call))
    assert "建议级别 Ⅳ级" in text_of(client.post(url, call | {"arrived_at": "5分钟前"}))


@pytest.fixture
def newer_release(monkeypatch):
    """Loads as a release does that knows one rule more."""
    read = reference._read
    plan = read("plan.json")
    plan["rules"].append(dict(plan["rules"][-1], code="Z9", name="新规则"))
    monkeypatch.setattr(reference, "_read", lambda name: plan if name == "plan.json" else read(name))
    return lambda: reference.load_reference(T0).plan


def test_what_a_release_brings_is_in_force_now_and_in_the_approved_version_then(approved, newer_release):
    now_in_force = newer_release()
    assert (now_in_force.number, PlanVersion.in_force(T0).number) == (3, 3)
    then = PlanVersion.in_force(EFFECTIVE)
    assert (then.number, then.status, then.document_no) == (4, "approved", "驻政办〔2027〕3号")
    for version, minutes in ((now_in_force, 60), (then, 50)):
        assert version.deadlinerule_set.filter(code="Z9").count() == 1
        assert version.deadlinerule_set.get(code="R2").limit == timedelta(minutes=minutes)
    assert PlanVersion.objects.get(number=2).status == "withdrawn"


def test_what_a_release_brings_calls_back_what_is_before_the_government(cast, newer_release):
    acts.limit(cast, acts.draft(cast, T0), "R2", 50, T0)
    acts.assessed(cast, T0)
    submitted = plan_approving.submit(actor=cast.office_director, words="请审批", now=T0)
    assert newer_release() is None
    submitted.refresh_from_db()
    assert submitted.outcome == PlanSubmission.Outcome.RECALLED
    assert submitted.version.status == "draft"
    plan_revision.discard(actor=cast.office_director, reason="不要了", now=T0)
    assert newer_release(), "what went with the draft comes with the next loading"


def test_a_decided_target_may_take_effect_later_too(cast):
    version = acts.draft(cast, T0)
    acts.limit(cast, version, "R10", 20, T0)
    for at, words in ((T0 - timedelta(hours=1), "早于"), (datetime(2101, 1, 1, tzinfo=T0.tzinfo), "2100")):
        with pytest.raises(Invalid, match=words):
            plan_revision.activate(
                actor=cast.office_director, reason="演练后", document_no="", effective_at=at, now=T0
            )
    plan_revision.activate(
        actor=cast.office_director, reason="演练后", document_no="", effective_at=EFFECTIVE, now=T0
    )
    assert [PlanVersion.in_force(at).number for at in (T0, EFFECTIVE)] == [1, 2]
    entry = LedgerEntry.objects.get(action="plan.approved")
    assert "30 分钟 → 20 分钟" in entry.data["changes"][0]


# Editing ------------------------------------------------------------------------------------------


def edit(cast, part, row=None, reason="按评估意见", **values):
    return plan_editing.keep_row(
        actor=cast.administrator, part=part, row=row, values=values, reason=reason, now=T0
    )


def test_every_edit_keeps_its_reason_and_stands(cast):
    version = acts.draft(cast, T0)
    rule = version.deadlinerule_set.get(code="R2")
    with pytest.raises(Invalid, match="理由"):
        edit(cast, "deadlinerule", rule.pk, reason=" ", name="简要报告")
    with pytest.raises(WrongState, match="没有改动"):
        edit(cast, "deadlinerule", rule.pk, name=rule.name)
    kept = edit(cast, "deadlinerule", rule.pk, limit=timedelta(minutes=50))
    assert (kept.key, kept.words) == ("R2|OFFICE|1", "时限：60 分钟 → 50 分钟")
    assert LedgerEntry.objects.get(action="plan.edited").reason == "按评估意见"
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        PlanEdit.objects.update(reason="另一个")
    edit(cast, "clause", number="5.4.10", title="新增", text="新增的一条")
    numbers = list(version.clause_set.order_by("order").values_list("number", flat=True))
    assert numbers[numbers.index("5.4.10") - 1] == "5.4.5"
    clause = version.clause_set.get(number="5.4.10")
    edit(cast, "clause", clause.pk, number="5.4.6")
    assert [e.key for e in version.edits.all()][-2:] == ["5.4.10", "5.4.6"], (
        "gone under one, new under the other"
    )
    plan_editing.remove_row(actor=cast.administrator, part="clause", row=clause.pk, reason="不要", now=T0)
    assert [c.row for c in plan_revision.differences(version)] == ["R2 书面简要报告"]


@pytest.mark.parametrize(
    "part, values, field, words",
    [
        ("deadlinerule", {"limit": timedelta(0)}, "/limit", "大于 0"),
        ("deadlinerule", {"limit": timedelta(days=9999)}, "/limit", "一年"),
        ("deadlinerule", {"clause": "9.9"}, "/clause", "§9.9"),
        ("deadlinerule", {"severest": 4, "mildest": 1}, "/mildest", "级别"),
        ("deadlinerule", {"name": ""}, "/name", "空"),
        ("deadlinerule", {"name": "长" * 41}, "/name", "40"),
        ("criterion", {"at_least": None}, "/at_least", "数值下限"),
        ("criterion", {"level": 2}, "/", "存在"),
        ("eventclass", {"code": "explosion"}, "/", "存在"),
        ("clause", {"number": ""}, "/number", "空"),
        ("escalationstep", {"offset": timedelta(days=999)}, "/offset", "一年"),
    ],
)
def test_a_wrong_row_is_refused_by_field_and_clause(cast, part, values, field, words):
    version = acts.draft(cast, T0)
    row = getattr(version, f"{part}_set").first()
    with pytest.raises(Invalid) as refusal:
        edit(cast, part, row.pk, **values)
    (error,) = refusal.value.errors
    assert error.pointer == field and words in error.detail and error.clause in ("8.4", "3.2")


def test_rows_of_others_and_a_plan_in_force_are_not_edited(cast):
    with pytest.raises(NotFound, match="没有草案"):
        edit(cast, "clause", 1, title="x")
    version = acts.draft(cast, T0)
    with pytest.raises(NotFound):
        edit(cast, "clause", version.based_on.clause_set.first().pk, title="x")
    with pytest.raises(NotFound):
        edit(cast, "planversion", 1, title="x")
    with pytest.raises(NotAllowed):
        plan_editing.keep_row(actor=cast.duty_officer, part="clause", values={}, reason="x", now=T0, row=1)
    clause = version.clause_set.get(number="5.2.1")
    with pytest.raises(WrongState, match="R1、R2"):
        plan_editing.remove_row(actor=cast.administrator, part="clause", row=clause.pk, reason="x", now=T0)


def test_a_draft_that_is_unsound_is_not_decided(cast):
    version = acts.draft(cast, T0)
    death = version.criterion_set.get(measure="deaths", level=2)
    edit(cast, "criterion", death.pk, at_least=30)
    acts.assessed(cast, T0)
    with pytest.raises(WrongState, match="逐级降低"):
        plan_approving.submit(actor=cast.office_director, words="请审批", now=T0)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    version.criterion_set.filter(pk=death.pk).update(at_least=10)
    version.deadlinerule_set.filter(code="R10").update(clause="9.9")
    with pytest.raises(WrongState, match="§9.9"):
        plan_revision.activate(actor=cast.office_director, reason="x", document_no="", now=T0)


def test_a_discarded_draft_is_told_and_another_may_be_begun(cast):
    acts.limit(cast, acts.draft(cast, T0), "R2", 50, T0)
    acts.opened(cast, T0)
    with pytest.raises(NotAllowed):
        plan_revision.discard(actor=cast.administrator, reason="x", now=T0)
    gone = plan_revision.discard(actor=cast.office_director, reason="方向不对", now=T0)
    assert (gone.status, gone.withdrawn_why) == ("withdrawn", "方向不对")
    assert gone.assessments.get().conclusion == "草案作废，评估终止。"
    assert LedgerEntry.objects.get(action="plan.discarded").reason == "方向不对"
    assert acts.draft(cast, T0).number == 3
