"""What departments, experts and meetings say of a draft of the plan (§8.4), and what is done about it, one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from incidents.ledger import Entry
from incidents.models import Assessment, AssessmentAsked, AssessmentOpinion
from incidents.refusals import NotFound, WrongState
from incidents.roles import Actor, require
from incidents.services.check import Check
from incidents.services.revision import plan_assessing
from incidents.services.revision.plan_versions import CLAUSE, office, tell, write

MOST = 20
LONGEST = 2000


@dataclass(frozen=True)
class Opinion:
    words: str
    about: str = ""
    """The clause or row; blank: the draft as a whole."""


@transaction.atomic
def answer(
    *, actor: Actor, asked: int, agrees: bool | None, opinions: Sequence[Opinion], now: datetime
) -> AssessmentAsked:
    """A body answers, once: it agrees, or not and says why, by clause or row. `asked`: what was put to it, or to a firm
    below it."""
    asked = plan_assessing.asked_of([actor]).filter(pk=asked).first()
    if asked is None:
        raise NotFound("没有向您征求这份意见。", "not_found", CLAUSE)
    require(actor, "plan.answer")
    asked = plan_assessing.still_open(asked.assessment_id, asked.pk)
    check = Check(CLAUSE)
    _check(check, agrees, opinions)
    check.refuse()
    _answered(asked, actor, agrees, opinions, now, now)
    tell(office(), title=f"{asked.body}答复了{asked.assessment}", matter=_page(asked.assessment), now=now)
    write(actor, now, _entry("plan.assessed", _who(actor, asked), asked, agrees, opinions))
    return asked


@transaction.atomic
def record(
    *,
    actor: Actor,
    assessment: int,
    opinions: Sequence[Opinion],
    now: datetime,
    asked: int | None = None,
    agrees: bool | None = None,
    meeting: str = "",
    said_at: datetime | None = None,
) -> None:
    """The office puts down what an expert said, a body wrote on paper (`asked`), or a meeting found (`meeting`: which)."""
    require(actor, "plan.assess")
    check = Check(CLAUSE)
    check.time("/said_at", "提出时间", said_at, now)
    if (asked is None) == (not meeting.strip()):
        check.wrong("/asked", "required", "请选择意见来自哪个单位、哪位专家，或填写评估会议，只填一项。")
    check.text("/meeting", "评估会议", meeting, 100)
    _check(check, agrees if asked else False, opinions)
    said_at = min(said_at or now, now)
    row = plan_assessing.still_open(assessment, asked)
    opened = row.assessment if asked else row
    if said_at < opened.opened_at:
        check.wrong("/said_at", "before_opening", "提出时间不能早于发起评估的时间。")
    check.refuse()
    if asked:
        _answered(row, actor, agrees, opinions, said_at, now)
        words = "登记专家意见" if row.expert_id else f"登记{row.body}来函意见"
        write(actor, now, _entry("plan.assessed", words, row, agrees, opinions))
        return
    _keep(opened, opinions, actor, said_at, now, meeting=meeting.strip())
    said = [_said(opinion) for opinion in opinions]
    entry = Entry(
        "plan.assessed",
        f"登记评估会议意见：{meeting.strip()}，{len(said)} 条",
        clause=CLAUSE,
        data={"assessment": opened.pk, "at": said_at.isoformat(), "opinions": said},
    )
    write(actor, now, entry)


@transaction.atomic
def dispose(*, actor: Actor, opinion: int, disposal: str, why: str, now: datetime) -> AssessmentOpinion:
    """What is done about an opinion, and why; it stands."""
    require(actor, "plan.assess")
    rows = AssessmentOpinion.objects.select_for_update(of=("self",)).select_related("assessment__version")
    row = rows.filter(pk=opinion).first()
    if row is None:
        raise NotFound("没有这条意见。", "not_found", CLAUSE)
    if row.disposed_at or row.assessment.closed_at:
        raise WrongState("这条意见已经处理。", "already_done", CLAUSE)
    check = Check(CLAUSE)
    if disposal not in AssessmentOpinion.Disposal.values:
        check.wrong("/disposal", "required", "请选择采纳、部分采纳或未采纳。")
    if not why.strip():
        check.wrong("/why", "required", "请写明如何修改，或为什么不采纳。")
    check.text("/why", "处理理由", why, 500)
    check.refuse()
    row.disposal, row.why, row.disposed_at, row.disposed_by = disposal, why.strip(), now, actor.post
    row.save()
    entry = Entry(
        "plan.opinion_disposed",
        f"{row.assessment}的一条意见：{row.get_disposal_display()}",
        clause=CLAUSE,
        reason=row.why,
        data={"opinion": row.pk, "about": row.about, "disposal": disposal},
    )
    write(actor, now, entry)
    return row


def _check(check: Check, agrees: bool | None, opinions: Sequence[Opinion]):
    if agrees is None:
        check.wrong("/agrees", "required", "请选择同意，或不同意、有修改意见。")
    if agrees is False and not opinions:
        check.wrong("/opinions", "required", "请写明意见。")
    if len(opinions) > MOST:
        check.wrong("/opinions", "too_many", f"一次最多 {MOST} 条意见。")
    for opinion in opinions:
        if not opinion.words.strip():
            check.wrong("/opinions", "required", "每条意见都须写明内容。")
        check.text("/opinions", "意见", opinion.words, LONGEST)
        check.text("/opinions", "针对", opinion.about, 100)


def _answered(
    asked, actor: Actor, agrees: bool, opinions: Sequence[Opinion], said_at: datetime, now: datetime
):
    asked.answered_at, asked.answered_by, asked.agrees = said_at, actor.post, agrees
    asked.save()
    _keep(asked.assessment, opinions, actor, said_at, now, asked=asked)


def _keep(opened, opinions: Sequence[Opinion], actor: Actor, said_at: datetime, now: datetime, **origin):
    AssessmentOpinion.objects.bulk_create(
        AssessmentOpinion(
            assessment=opened,
            about=opinion.about,
            words=opinion.words.strip(),
            said_at=said_at,
            recorded_at=now,
            recorded_by=actor.post,
            **origin,
        )
        for opinion in opinions
    )


def _entry(
    action: str, words: str, asked: AssessmentAsked, agrees: bool, opinions: Sequence[Opinion]
) -> Entry:
    verdict = "同意" if agrees else "有修改意见"
    return Entry(
        action,
        f"{words}（{asked.assessment}）：{verdict}，{len(opinions)} 条意见",
        clause=CLAUSE,
        data={
            "assessment": asked.assessment_id,
            "body": asked.body and asked.body.code,
            "expert": asked.expert_id,
            "agrees": agrees,
            "opinions": [_said(opinion) for opinion in opinions],
        },
    )


def _who(actor: Actor, asked: AssessmentAsked) -> str:
    """Who answers for another names both (§2.1)."""
    by_itself = actor.organization == asked.body
    return f"{asked.body}答复" if by_itself else f"{actor.organization}代{asked.body}答复"


def _said(opinion: Opinion) -> str:
    return f"{opinion.about}：{opinion.words}" if opinion.about else opinion.words


def _page(assessment: Assessment) -> str:
    return f"plan-assessment/{assessment.pk}"
