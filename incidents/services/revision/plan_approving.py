"""A revision before 市政府 (§8.4): submitted, recalled, approved with its document number, or refused with a reason."""

from datetime import datetime

from django.db import transaction

from incidents.ledger import Entry
from incidents.models import Organization, PlanSubmission, PlanVersion, Post, Role
from incidents.refusals import NotFound, WrongState
from incidents.roles import Actor, require
from incidents.services import subject
from incidents.services.check import Check
from incidents.services.revision.plan_revision import approved_entry, check_effective_at, ready
from incidents.services.revision.plan_rows import differences, needs_document
from incidents.services.revision.plan_versions import (
    CLAUSE,
    announce_effect,
    approve,
    locked,
    office,
    tell,
    write,
)

Status, Outcome = PlanVersion.Status, PlanSubmission.Outcome


@transaction.atomic
def submit(
    *, actor: Actor, words: str, now: datetime, effective_at: datetime | None = None, seen: str | None = None
) -> PlanSubmission:
    """Puts the assessed draft before 市政府; until it is decided or recalled, nobody edits it."""
    require(actor, "plan.submit")
    draft = locked(Status.DRAFT, now=now)
    if not needs_document(ready(draft, seen)):
        raise WrongState(
            "改动只涉及内部决定的时限或步骤，由应急办主任说明理由即可生效。", "no_approval_needed", CLAUSE
        )
    words = subject.reason_needed(words, CLAUSE, field="words", name="报批说明")
    check = Check(CLAUSE)
    check.text("/words", "报批说明", words, 2000)
    check_effective_at(check, effective_at, now)
    check.refuse()
    draft.status = Status.SUBMITTED
    draft.save(update_fields=["status"])
    submitted = PlanSubmission.objects.create(
        version=draft, words=words, effective_at=effective_at, submitted_at=now, submitted_by=actor.post
    )
    tell(
        _city(actor.organization),
        title=f"报批：预案第{draft.number}版修订",
        text=words,
        matter=f"plan-decide/{submitted.pk}",
        now=now,
    )
    data = {"number": draft.number, "effective_at": effective_at and effective_at.isoformat()}
    entry = Entry(
        "plan.submitted", f"预案第{draft.number}版报市政府审批", clause=CLAUSE, reason=words, data=data
    )
    write(actor, now, entry)
    return submitted


def before(actors) -> list[PlanSubmission]:
    """What waits for these posts' decision."""
    cities = [actor.organization for actor in actors if actor.role == Role.APPROVER]
    if not cities:
        return []
    rows = PlanSubmission.objects.filter(
        decided_at=None, submitted_by__organization__parent__parent__in=cities
    )
    return list(rows.select_related("version__based_on", "submitted_by__organization"))


@transaction.atomic
def recall(*, actor: Actor, reason: str, now: datetime) -> PlanVersion:
    """The office takes it back, and may edit the draft again."""
    require(actor, "plan.submit")
    version = locked(Status.SUBMITTED, now=now)
    reason = subject.reason_needed(reason, CLAUSE)
    back_to_draft(version, Outcome.RECALLED, reason, by=actor.post, now=now)
    data = {"number": version.number}
    words = f"撤回预案第{version.number}版的报批"
    write(actor, now, Entry("plan.recalled", words, clause=CLAUSE, reason=reason, data=data))
    return version


@transaction.atomic
def approve_submission(
    *,
    actor: Actor,
    submission: int,
    document_no: str,
    now: datetime,
    effective_at: datetime | None = None,
) -> PlanVersion:
    """市政府 approves by a document; it takes effect at the time that it states, or at once."""
    row = _before(actor, submission)
    require(actor, "plan.approve")
    version, row = _taken(row, now)
    check = Check(CLAUSE)
    if not document_no.strip():
        check.wrong("/document_no", "required", "请填写批准文号。")
    check.text("/document_no", "批准文号", document_no, 60)
    check_effective_at(check, effective_at, now)
    check.refuse()
    changes = differences(version)
    row.outcome, row.document_no = Outcome.APPROVED, document_no.strip()
    row.effective_at, row.decided_at, row.decided_by = effective_at, now, actor.post
    row.save()
    approve(version, document_no=row.document_no, note=row.words, effective_at=effective_at, now=now)
    _tell_office(version, f"市政府批准预案第{version.number}版（{row.document_no}）", "", now)
    announce_effect(version, now=now)
    write(actor, now, approved_entry(version, changes, row.words))
    return version


@transaction.atomic
def refuse_submission(*, actor: Actor, submission: int, reason: str, now: datetime) -> PlanVersion:
    """市政府 does not approve; it is a draft again."""
    row = _before(actor, submission)
    require(actor, "plan.approve")
    version, _ = _taken(row, now)
    reason = subject.reason_needed(reason, CLAUSE)
    back_to_draft(version, Outcome.REFUSED, reason, by=actor.post, now=now)
    _tell_office(version, f"市政府未批准预案第{version.number}版", reason, now)
    data = {"number": version.number}
    words = f"市政府未批准预案第{version.number}版"
    write(actor, now, Entry("plan.refused", words, clause=CLAUSE, reason=reason, data=data))
    return version


def back_to_draft(version: PlanVersion, outcome: str, reason: str, *, by: Post | None, now: datetime):
    version.submissions.filter(decided_at=None).update(
        outcome=outcome, reason=reason, decided_at=now, decided_by=by
    )
    version.status = Status.DRAFT
    version.save(update_fields=["status"])


def _before(actor: Actor, submission: int) -> PlanSubmission:
    rows = PlanSubmission.objects.filter(
        pk=submission, submitted_by__organization__parent__parent=actor.organization
    )
    if row := rows.first():
        return row
    raise NotFound("没有这件报批。", "not_found", CLAUSE)


def _taken(row: PlanSubmission, now: datetime) -> tuple[PlanVersion, PlanSubmission]:
    version = None
    if row.decided_at is None:
        version = locked(Status.SUBMITTED, now=now)
        row.refresh_from_db()
    if row.decided_at or version is None or version.pk != row.version_id:
        raise WrongState("这件报批已经办结。", "already_done", CLAUSE)
    return version, row


def _city(of: Organization) -> Organization:
    return of.parent.parent


def _tell_office(version: PlanVersion, title: str, text: str, now: datetime):
    tell(office(), title=title, text=text, now=now)
