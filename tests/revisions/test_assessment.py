"""§8.4: departments and experts assess a draft; 市政府 decides on it as it was assessed."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from alerts.models import Notification
from incidents import ledger
from incidents.models import LedgerEntry, PlanSubmission, PlanVersion
from incidents.refusals import Invalid, NotAllowed, NotFound, WrongState
from incidents.services.revision import (
    plan_approving,
    plan_assessing,
    plan_editing,
    plan_opinions,
    plan_revision,
)
from incidents.services.revision.plan_opinions import Opinion
from tests.revisions import acts

pytestmark = [pytest.mark.django_db, pytest.mark.clause("8.4")]


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def version(cast, now):
    version = acts.draft(cast, now)
    acts.limit(cast, version, "R2", 50, now)
    return version


def test_bodies_and_experts_are_asked_and_each_opinion_is_disposed_of(cast, version, now):
    director = cast.office_director
    with pytest.raises(NotAllowed):
        plan_assessing.open_round(actor=cast.administrator, to=[], experts=[], words="", due_at=None, now=now)
    with pytest.raises(Invalid) as refusal:
        plan_assessing.open_round(actor=director, to=["nobody"], experts=[], words=" ", due_at=now, now=now)
    assert [error.pointer for error in refusal.value.errors] == ["/to", "/experts", "/words", "/due_at"]
    opened = acts.opened(cast, now)
    put_to = {asked.body: asked for asked in opened.asked.all()}
    for actor in (cast.member, cast.enterprise):
        (message,) = Notification.objects.filter(person=actor.person)
        assert message.matter == f"plan-asked/{put_to[actor.organization].pk}"
    with pytest.raises(WrongState, match="在进行"):
        acts.opened(cast, now)

    def answer(actor, agrees=True, opinions=(), to=None):
        asked = put_to[(to or actor).organization].pk
        return plan_opinions.answer(actor=actor, asked=asked, agrees=agrees, opinions=opinions, now=now)

    for other in (cast.county, cast.other_enterprise, cast.enterprise):
        with pytest.raises(NotFound):
            answer(other, to=cast.member)
    with pytest.raises(Invalid, match="意见"):
        answer(cast.member, agrees=False)
    with pytest.raises(Invalid, match="请选择"):
        answer(cast.member, agrees=None)
    with pytest.raises(Invalid, match="2000"):
        answer(cast.member, agrees=False, opinions=[Opinion("长" * 2001)])
    answer(cast.member, agrees=False, opinions=[Opinion("改为 55 分钟", "时限规则 R2"), Opinion("总体可行")])
    with pytest.raises(WrongState, match="已经答复"):
        answer(cast.member)
    said = LedgerEntry.objects.filter(action="plan.assessed").last()
    assert said.post == cast.member.post and said.data["opinions"][0] == "时限规则 R2：改为 55 分钟"

    with pytest.raises(WrongState) as refusal:
        plan_assessing.close(actor=director, assessment=opened.pk, conclusion="可行", now=now)
    assert [words[:5] for words in refusal.value.missing] == ["2 条意见", "2 个对象", "没有专家的"]
    plan_opinions.record(
        actor=director,
        assessment=opened.pk,
        meeting="3月专家评估会",
        opinions=[Opinion("同意修改")],
        said_at=now,
        now=now,
    )
    for wrong, words in (
        ({"meeting": "x", "opinions": []}, "意见"),
        ({"opinions": [Opinion("x")]}, "哪个单位"),
        ({"meeting": "x", "opinions": [Opinion("x")], "said_at": now - timedelta(days=9)}, "早于"),
    ):
        with pytest.raises(Invalid, match=words):
            plan_opinions.record(actor=director, assessment=opened.pk, now=now, **wrong)
    first, *others = opened.opinions.all()
    with pytest.raises(Invalid, match="为什么"):
        plan_opinions.dispose(actor=director, opinion=first.pk, disposal="declined", why="", now=now)
    plan_opinions.dispose(actor=director, opinion=first.pk, disposal="declined", why="实测可达", now=now)
    with pytest.raises(WrongState):
        plan_opinions.dispose(actor=director, opinion=first.pk, disposal="adopted", why="x", now=now)
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        opened.opinions.filter(pk=first.pk).update(why="别的")
    for opinion in others:
        plan_opinions.dispose(actor=director, opinion=opinion.pk, disposal="adopted", why="已记", now=now)
    later = opened.due_at
    closed = plan_assessing.close(actor=director, assessment=opened.pk, conclusion="可行", now=later)
    assert closed.closed_at == later
    with pytest.raises(WrongState, match="已经结束"):
        answer(cast.enterprise)
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        version.assessments.update(conclusion="别的")
    assert not list(ledger.verify())


def test_what_rests_on_the_plan_is_approved_as_it_was_assessed(cast, version, now):
    def submit():
        return plan_approving.submit(actor=cast.office_director, words="请审批", now=now)

    with pytest.raises(WrongState, match="须先召集有关部门和专家评估"):
        submit()
    assessment = acts.opened(cast, now)
    with pytest.raises(WrongState, match="评估尚未结束"):
        submit()
    acts.answered(cast, assessment, now)
    plan_assessing.close(actor=cast.office_director, assessment=assessment.pk, conclusion="可", now=now)
    acts.limit(cast, version, "R10", 20, now)  # decided here: no matter for the assessment
    acts.limit(cast, version, "R2", 45, now)
    with pytest.raises(WrongState, match="再评估一轮"):
        submit()
    acts.limit(cast, version, "R2", 50, now)
    seen = plan_revision.fingerprint([])
    with pytest.raises(WrongState, match="又有改动"):
        plan_approving.submit(actor=cast.office_director, words="请审批", seen=seen, now=now)
    assert submit().version == version


def test_a_submitted_draft_is_decided_by_the_government_or_called_back(cast, version, now):
    acts.assessed(cast, now)
    director = cast.office_director

    def submit():
        return plan_approving.submit(actor=director, words="请审批", now=now)

    with pytest.raises(NotAllowed):
        plan_approving.submit(actor=cast.administrator, words="x", now=now)
    first = submit()
    assert plan_approving.before([cast.approver]) == [first]
    assert plan_approving.before([director]) == []
    with pytest.raises(NotFound, match="没有草案"):
        acts.limit(cast, version, "R2", 45, now)
    with pytest.raises(DatabaseError, match="read-only"), transaction.atomic():
        version.clause_set.update(title="x")
    with pytest.raises(WrongState, match="报批中"):
        acts.draft(cast, now)
    plan_approving.recall(actor=director, reason="补充材料", now=now)
    second = submit()
    with pytest.raises(WrongState, match="办结"):
        plan_approving.refuse_submission(actor=cast.approver, submission=first.pk, reason="x", now=now)
    with pytest.raises(NotFound):
        plan_approving.refuse_submission(actor=cast.commander, submission=second.pk, reason="x", now=now)
    with pytest.raises(Invalid, match="理由"):
        plan_approving.refuse_submission(actor=cast.approver, submission=second.pk, reason="", now=now)
    plan_approving.refuse_submission(actor=cast.approver, submission=second.pk, reason="再研究", now=now)
    assert PlanVersion.objects.get(number=2).status == "draft"
    third = submit()
    with pytest.raises(Invalid, match="文号"):
        plan_approving.approve_submission(actor=cast.approver, submission=third.pk, document_no=" ", now=now)
    plan_approving.approve_submission(
        actor=cast.approver, submission=third.pk, document_no="驻政办〔2026〕9号", now=now
    )
    assert (PlanVersion.in_force().number, PlanVersion.in_force().document_no) == (2, "驻政办〔2026〕9号")
    assert [s.outcome for s in PlanSubmission.objects.all()] == ["recalled", "refused", "approved"]
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        PlanSubmission.objects.update(document_no="别的")
    actions = ("plan.submitted", "plan.recalled", "plan.refused", "plan.activated")
    told = LedgerEntry.objects.filter(action__in=actions, post__isnull=False).order_by("seq")
    assert [entry.action.removeprefix("plan.") for entry in told] == [
        *("submitted", "recalled", "submitted", "refused", "submitted", "activated")
    ]
    assert not list(ledger.verify())


def test_an_approval_on_paper_is_entered_with_number_and_date(cast, version, now):
    acts.assessed(cast, now)

    def activate(**more):
        given = {"reason": "市政府已批准", "document_no": "驻政办〔2026〕9号", "now": now} | more
        return plan_revision.activate(actor=cast.office_director, **given)

    for day, words in (
        (None, "文件的日期"),
        (date(1999, 1, 1), "2000"),
        (timezone.localdate(now) + timedelta(days=1), "晚于今天"),
    ):
        with pytest.raises(Invalid, match=words):
            activate(document_day=day)
    with pytest.raises(Invalid, match="60"):
        activate(document_day=date(2026, 3, 1), document_no="号" * 61)
    assert activate(document_day=date(2026, 3, 1)).status == "active"
    kept = PlanSubmission.objects.get()
    assert (kept.on_paper, kept.document_day, kept.outcome) == (True, date(2026, 3, 1), "approved")


def test_decided_targets_need_neither_assessment_nor_approval(cast, now):
    draft = acts.draft(cast, now)
    with pytest.raises(WrongState, match="没有差别"):
        acts.opened(cast, now)
    acts.limit(cast, draft, "R10", 20, now)
    with pytest.raises(WrongState, match="说明理由即可"):
        plan_approving.submit(actor=cast.office_director, words="x", now=now)
    plan_revision.activate(actor=cast.office_director, reason="演练后", document_no="", now=now)
    assert PlanVersion.in_force().number == 2


def test_reasons_are_found_by_row(cast, version):
    reasons = plan_editing.reasons_of(version)
    assert [edit.reason for edit in reasons["时限规则", "R2|OFFICE|1"]] == ["实际做不到"]


def test_a_firm_answers_for_its_outlet_and_both_are_named(cast, version, now):
    opened = plan_assessing.open_round(
        actor=cast.office_director,
        to=["express-a-hub"],
        experts=[acts.expert(cast, now).pk],
        words="请提意见",
        due_at=now + timedelta(days=1),
        now=now,
    )
    asked = opened.asked.get(expert=None)
    plan_opinions.answer(actor=cast.enterprise, asked=asked.pk, agrees=True, opinions=[], now=now)
    entry = LedgerEntry.objects.get(action="plan.assessed")
    assert entry.summary.startswith(f"{cast.firm}代{asked.body}答复")
