"""Assessing a draft of the plan (§8.4) in rounds: departments and experts are called upon (their words: `plan_opinions`).

What of the plan rests on the plan takes effect only as it was assessed: a later change of it needs another round.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from incidents.ledger import Entry
from incidents.models import Assessment, AssessmentAsked, Expert, Organization, PlanVersion, Post
from incidents.refusals import NotFound, WrongState
from incidents.roles import NAMED, Actor, require
from incidents.roles.act import FIRM
from incidents.services import addressing
from incidents.services.check import Check
from incidents.services.revision.plan_rows import Change, differences, fingerprint
from incidents.services.revision.plan_versions import CLAUSE, locked, tell, write
from incidents.services.subject import clock_words

Status = PlanVersion.Status
LONGEST = 2000


@transaction.atomic
def open_round(
    *,
    actor: Actor,
    to: Iterable[str],
    experts: Iterable[int],
    words: str,
    due_at: datetime | None,
    now: datetime,
) -> Assessment:
    """Asks bodies (their codes) and experts of the pool for their opinion on the draft, by `due_at`."""
    require(actor, "plan.assess")
    draft = locked(Status.DRAFT, now=now)
    if not differences(draft):
        raise WrongState("草案与现行版没有差别，没有可以评估的内容。", "no_changes", CLAUSE)
    if draft.assessments.filter(closed_at=None).exists():
        raise WrongState("已有一轮评估在进行。", "already_open", CLAUSE)
    check = Check(CLAUSE)
    bodies = addressing.named(check, addressing.tellable(actor.organization), to, CLAUSE)
    chosen = list(Expert.objects.filter(pk__in=set(experts), office=actor.organization, is_active=True))
    if not chosen:
        check.wrong("/experts", "required", "请从专家库选择至少一位专家（召集有关部门和专家进行评估）。")
    if not words.strip():
        check.wrong("/words", "required", "请写明评估要求。")
    check.text("/words", "评估要求", words, LONGEST)
    if due_at is None:
        check.wrong("/due_at", "required", "请填写答复期限。")
    elif due_at <= now:
        check.wrong("/due_at", "in_past", "答复期限须晚于现在。")
    check.time("/due_at", "答复期限", due_at, now, past=False)
    check.refuse()
    opened = Assessment.objects.create(
        version=draft,
        serial=draft.assessments.count() + 1,
        words=words.strip(),
        due_at=due_at,
        opened_at=now,
        opened_by=actor.post,
    )
    asked = AssessmentAsked.objects.bulk_create(
        [AssessmentAsked(assessment=opened, body=body) for body in bodies]
        + [AssessmentAsked(assessment=opened, expert=expert) for expert in chosen]
    )
    tell(
        *bodies,
        title=f"征求意见：预案第{draft.number}版草案，请于 {clock_words(due_at)} 前答复",
        text=opened.words,
        matter={each.body: f"plan-asked/{each.pk}" for each in asked if each.body},
        now=now,
    )
    entry = Entry(
        "plan.assessment_opened",
        f"发起{opened}：{len(bodies)} 个单位、{len(chosen)} 位专家，{clock_words(due_at)} 前答复",
        clause=CLAUSE,
        data={
            "assessment": opened.pk,
            "bodies": [body.code for body in bodies],
            "experts": [expert.pk for expert in chosen],
            "due_at": due_at.isoformat(),
        },
    )
    write(actor, now, entry)
    return opened


def asked_of(actors: Iterable[Actor]) -> QuerySet[AssessmentAsked]:
    """What these posts' bodies are, or were, asked; a firm answers for those below it too."""
    own = Q(body__in=[actor.organization for actor in actors if actor.role in NAMED])
    firms = [actor.organization for actor in actors if actor.role in FIRM]
    rows = AssessmentAsked.objects.filter(
        own | Q(body__in=Organization.objects.within(*firms))
    ).select_related("assessment__version", "body")
    return rows.order_by("-assessment__opened_at", "pk")


@transaction.atomic
def close(*, actor: Actor, assessment: int, conclusion: str, now: datetime) -> Assessment:
    """Ends the round: every opinion is disposed of, departments and experts were heard (§8.4)."""
    require(actor, "plan.assess")
    opened = still_open(assessment)
    if missing := why_not_closed(opened, now):
        raise WrongState("评估还不能结束：" + "；".join(missing), "not_ready", CLAUSE, missing=missing)
    check = Check(CLAUSE)
    if not conclusion.strip():
        check.wrong("/conclusion", "required", "请写明评估结论。")
    check.text("/conclusion", "评估结论", conclusion, LONGEST)
    check.refuse()
    opened.closed_at, opened.closed_by, opened.conclusion = now, actor.post, conclusion.strip()
    opened.found = _resting(differences(opened.version))
    opened.save()
    entry = Entry(
        "plan.assessment_closed",
        f"{opened}结束",
        clause=CLAUSE,
        reason=opened.conclusion,
        data={"assessment": opened.pk, "found": opened.found},
    )
    write(actor, now, entry)
    return opened


def why_not_closed(opened: Assessment, now: datetime) -> list[str]:
    missing = []
    asked = opened.asked.all()
    silent = [each for each in asked.select_related("body", "expert") if each.answered_at is None]
    if undisposed := opened.opinions.filter(disposed_at=None).count():
        missing.append(f"{undisposed} 条意见没有处理")
    if silent and now < opened.due_at:
        missing.append(f"{len(silent)} 个对象没有答复，期限未到")
    heard = Q(answered_at__isnull=False)
    by_meeting = opened.opinions.exclude(meeting="").exists()
    if not by_meeting and not asked.filter(heard, body__isnull=False).exists():
        missing.append("没有一个部门的意见")
    if not by_meeting and not asked.filter(heard, expert__isnull=False).exists():
        missing.append("没有专家的意见")
    return missing


def break_off(draft: PlanVersion, *, by: Post | None, now: datetime):
    """The draft is given up, and its round with it."""
    draft.assessments.filter(closed_at=None).update(
        closed_at=now, closed_by=by, conclusion="草案作废，评估终止。"
    )


def still_to_assess(draft: PlanVersion, changes: list[Change]) -> str:
    """What stands between the draft and its approval; blank: nothing of the assessment."""
    try:
        refuse_unassessed(draft, changes)
    except WrongState as refusal:
        return refusal.detail
    return ""


def refuse_unassessed(draft: PlanVersion, changes: list[Change]):
    """§8.4: what rests on the plan was assessed as it stands; no round is left open."""
    if draft.assessments.filter(closed_at=None).exists():
        raise WrongState("评估尚未结束。", "assessment_open", CLAUSE)
    if not any(change.rests_on_plan for change in changes):
        return
    last = draft.assessments.exclude(closed_at=None).last()
    if last is None:
        raise WrongState(
            "改动涉及预案条款、类别、标准或法定时限，须先召集有关部门和专家评估。", "not_assessed", CLAUSE
        )
    if last.found != _resting(changes):
        raise WrongState("评估结束之后，须批准的内容又有改动：请再评估一轮。", "changed_since", CLAUSE)


def _resting(changes: list[Change]) -> str:
    return fingerprint(change for change in changes if change.rests_on_plan)


def still_open(assessment: int, asked: int | None = None) -> Assessment | AssessmentAsked:
    """The round, locked; with `asked`, its row, which is not answered yet."""
    rows = Assessment.objects.select_for_update(of=("self",)).select_related("version")
    opened = rows.filter(pk=assessment).first()
    if opened is None:
        raise NotFound("没有这一轮评估。", "not_found", CLAUSE)
    if opened.closed_at:
        raise WrongState("这一轮评估已经结束。", "closed", CLAUSE)
    if asked is None:
        return opened
    row = opened.asked.select_related("body", "expert").filter(pk=asked).first()
    if row is None:
        raise NotFound("没有向这个对象征求意见。", "not_found", CLAUSE)
    if row.answered_at:
        raise WrongState("已经答复，答复不能更改；有补充意见请与应急办联系。", "already_done", CLAUSE)
    row.assessment = opened
    return row
