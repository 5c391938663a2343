"""Revising the plan (§8.4): a draft is a copy of the version in force; approving it is one act.

Rows that rest on the plan (clauses, event classes, criteria, limits of the plan) change only once bodies and experts
have assessed them, and with the city government's approval, named by its document number (`plan_approving`, or on paper:
here); decided targets and steps by the director, with a reason. Incidents keep the version that they began under.
"""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from incidents.ledger import Entry
from incidents.models import PlanSubmission, PlanVersion
from incidents.refusals import WrongState
from incidents.roles import Actor, require
from incidents.services import subject
from incidents.services.check import SKEW, Check
from incidents.services.revision import plan_assessing
from incidents.services.revision.plan_rows import PARTS, Change, differences, fingerprint, needs_document
from incidents.services.revision.plan_soundness import refuse_unsound
from incidents.services.revision.plan_versions import (
    CLAUSE,
    announce,
    announce_effect,
    approve,
    copy_of,
    draft_of,
    hold,
    locked,
    take_effect,
    under_way,
    write,
)

__all__ = [
    "PARTS",
    "activate",
    "differences",
    "discard",
    "draft_of",
    "fingerprint",
    "needs_document",
    "start_draft",
    "withdraw",
]
Status = PlanVersion.Status
LAST_MINUTE = timedelta(minutes=1)
"""**Decided**: so long before its time a version can't be called off any more, or something would begin under it meanwhile."""


@transaction.atomic
def start_draft(*, actor: Actor, now: datetime, rows_of: int | None = None) -> PlanVersion:
    """Copies the version in force, with all its rows, into a new draft; there is one revision at a time.

    `rows_of`: the number of a version that was withdrawn, whose rows the draft begins with."""
    require(actor, "plan.draft")
    hold()
    take_effect(now=now)
    active = PlanVersion.objects.get(status=Status.ACTIVE)
    if found := under_way():
        words = "已有一个草案，请先完成它。"
        if found.status != Status.DRAFT:
            words = f"第{found.number}版{found.standing}，同一时间只能有一个修订。"
        raise WrongState(words, "draft_exists", CLAUSE)
    withdrawn = (
        PlanVersion.objects.filter(number=rows_of, status=Status.WITHDRAWN).first() if rows_of else None
    )
    if rows_of and withdrawn is None:
        raise WrongState(f"没有作废的第{rows_of}版。", "not_withdrawn", CLAUSE)
    draft = copy_of(withdrawn or active, based_on=active)
    words = f"建立预案第{draft.number}版草案" + (f"，沿用第{rows_of}版的内容" if rows_of else "")
    write(actor, now, Entry("plan.drafted", words, clause=CLAUSE, data={"number": draft.number}))
    return draft


@transaction.atomic
def discard(*, actor: Actor, reason: str, now: datetime) -> PlanVersion:
    """The draft is given up; it stays on record, and another may be begun."""
    require(actor, "plan.discard")
    draft = locked(Status.DRAFT, now=now)
    reason = subject.reason_needed(reason, CLAUSE)
    plan_assessing.break_off(draft, by=actor.post, now=now)
    _withdraw(draft, actor, reason, "plan.discarded", f"预案第{draft.number}版草案作废", now)
    return draft


@transaction.atomic
def activate(
    *,
    actor: Actor,
    reason: str,
    document_no: str,
    now: datetime,
    document_day: date | None = None,
    effective_at: datetime | None = None,
    seen: str | None = None,
) -> PlanVersion:
    """The director puts the draft into force, at once or at a time: decided targets for a reason, what rests on the plan
    by 市政府's document on paper (number and date)."""
    require(actor, "plan.activate")
    draft = locked(Status.DRAFT, now=now)
    changes = ready(draft, seen)
    reason = subject.reason_needed(reason, CLAUSE)
    document_no, on_paper = document_no.strip(), needs_document(changes)
    check = Check(CLAUSE)
    if on_paper and not document_no:
        words = "改动涉及预案条款、类别、标准或法定时限，须填写市政府批准文号。"
        check.wrong("/document_no", "required", words)
    elif document_no and not on_paper:
        words = "改动只涉及内部决定的时限或步骤，没有市政府批准文号。"
        check.wrong("/document_no", "not_needed", words)
    check.text("/document_no", "批准文号", document_no, 60)
    if on_paper and document_day is None:
        check.wrong("/document_day", "required", "请填写批准文件的日期。")
    elif document_day and not 2000 <= document_day.year < 2100:
        check.wrong("/document_day", "out_of_range", "文件日期须在 2000 年至 2100 年之间。")
    elif document_day and document_day > timezone.localdate(now):
        check.wrong("/document_day", "in_future", "文件日期不能晚于今天。")
    check_effective_at(check, effective_at, now)
    check.refuse()
    if on_paper:
        PlanSubmission.objects.create(
            version=draft,
            words=reason,
            effective_at=effective_at,
            submitted_at=now,
            submitted_by=actor.post,
            decided_at=now,
            decided_by=actor.post,
            outcome=PlanSubmission.Outcome.APPROVED,
            document_no=document_no,
            document_day=document_day,
            on_paper=True,
        )
    approve(draft, document_no=document_no, note=reason, effective_at=effective_at, now=now)
    announce_effect(draft, now=now)
    write(actor, now, approved_entry(draft, changes, reason))
    return draft


@transaction.atomic
def withdraw(*, actor: Actor, reason: str, now: datetime) -> PlanVersion:
    """An approved version is called off before it takes effect; its approval stays on record."""
    require(actor, "plan.withdraw")
    version = locked(Status.APPROVED, now=now)
    if version.activated_at - now < LAST_MINUTE:
        words = f"第{version.number}版即将生效，来不及取消：生效后再修订。"
        raise WrongState(words, "about_to_take_effect", CLAUSE)
    reason = subject.reason_needed(reason, CLAUSE)
    words = f"预案第{version.number}版不再生效"
    _withdraw(version, actor, reason, "plan.withdrawn", words, now)
    announce(version, f"{words}，仍按现行版", now=now)
    return version


def ready(draft: PlanVersion, seen: str | None) -> list[Change]:
    """The draft's changes, where it may be decided: seen as they are, assessed where they rest on the plan, sound."""
    changes = differences(draft)
    if not changes:
        raise WrongState("草案与现行版没有差别，不必生效。", "no_changes", CLAUSE)
    if seen is not None and seen != fingerprint(changes):
        raise WrongState("您确认之后草案又有改动，请看过再定。", "moved_on", CLAUSE)
    plan_assessing.refuse_unassessed(draft, changes)
    refuse_unsound(draft)
    return changes


def check_effective_at(check: Check, at: datetime | None, now: datetime):
    check.time("/effective_at", "生效时间", at, now, past=False)
    if at and at < now - SKEW:
        check.wrong("/effective_at", "in_past", "生效时间不能早于现在；不填即立即生效。")


def approved_entry(version: PlanVersion, changes: list[Change], reason: str) -> Entry:
    """One row tells what was approved, whether at once or for a time to come."""
    data = {
        "number": version.number,
        "document_no": version.document_no,
        "activated_at": version.activated_at.isoformat(),
        "changes": [str(change) for change in changes],
    }
    if version.status == Status.ACTIVE:
        words = f"预案第{version.number}版生效，取代第{version.based_on.number}版"
        return Entry("plan.activated", words, clause=CLAUSE, reason=reason, data=data)
    words = f"预案第{version.number}版已定，{subject.clock_words(version.activated_at)} 起生效"
    return Entry("plan.approved", words, clause=CLAUSE, reason=reason, data=data)


def _withdraw(version: PlanVersion, actor: Actor, reason: str, action: str, words: str, now: datetime):
    version.status, version.withdrawn_why = Status.WITHDRAWN, reason
    version.save(update_fields=["status", "withdrawn_why"])
    write(actor, now, Entry(action, words, clause=CLAUSE, reason=reason, data={"number": version.number}))
