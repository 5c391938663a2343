"""Handling guides (处置要领, annex 3): edited in versions, opened on an incident, ticked step by step (§5.4.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from incidents import ledger
from incidents.ledger import Entry
from incidents.models import (
    EventClass,
    Guide,
    GuideStep,
    GuideTick,
    Incident,
    OpenedGuide,
    Organization,
    PlanVersion,
    Role,
)
from incidents.refusals import NotAllowed, NotFound, WrongState, wrong
from incidents.roles import Actor, require
from incidents.services import subject
from incidents.services.check import Check

CLAUSE = "5.4.4"
MOST_STEPS = 60


@dataclass(frozen=True)
class Step:
    words: str
    source: str
    from_gazette: bool = False
    for_firm: bool = False


@transaction.atomic
def edit(
    *,
    actor: Actor,
    event_class: str,
    source: str,
    note: str,
    steps: Sequence[Step],
    now: datetime,
    seen: int | None = None,
) -> Guide:
    """A new version of the guide; earlier ones stay, and incidents keep the one they opened. `seen`: the version edited."""
    if not EventClass.objects.filter(version=PlanVersion.in_force(now), code=event_class).exists():
        raise NotFound(f"没有事件类别“{event_class}”。", "not_found")
    require(actor, "guide.edit")
    with connection.cursor() as cursor:  # two edits at once: the second is told of the first
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"guide:{event_class}"])
    newest = Guide.newest(event_class)
    version = newest.version if newest else 0
    if seen is not None and seen != version:
        raise WrongState("您打开页面之后处置要领已有新版本，请看过再定。", "moved_on", CLAUSE)
    check = Check(CLAUSE)
    for name, label, words, longest in (("source", "依据", source, 120), ("note", "修订说明", note, 2000)):
        if not words.strip():
            check.wrong(f"/{name}", "required", f"请填写{label}。", CLAUSE)
        check.text(f"/{name}", label, words, longest)
    if len(steps) > MOST_STEPS:
        check.wrong("/steps", "too_many", f"最多 {MOST_STEPS} 步。", CLAUSE)
    for step in steps:
        if not step.words.strip() or not step.source.strip():
            check.wrong("/steps", "required", "每一步都须写明内容和依据。", CLAUSE)
        check.text("/steps", "步骤", step.words, 200)
        check.text("/steps", "依据", step.source, 120)
    check.refuse()
    guide = Guide.objects.create(
        event_class=event_class,
        version=version + 1,
        source=source.strip(),
        note=note.strip(),
        made_at=now,
        made_by=actor.post,
    )
    GuideStep.objects.bulk_create(
        GuideStep(
            guide=guide,
            order=order,
            words=step.words.strip(),
            source=step.source.strip(),
            from_gazette=step.from_gazette,
            for_firm=step.for_firm,
        )
        for order, step in enumerate(steps, 1)
    )
    entry = Entry(
        "guide.edited",
        f"修订{guide}，{len(steps)} 步",
        clause=CLAUSE,
        reason=guide.note,
        data={"event_class": event_class, "version": guide.version, "steps": [step.words for step in steps]},
    )
    office = Organization.objects.filter(kind=Organization.Kind.OFFICE).order_by("pk").first()
    ledger.append(ledger.body_chain(office), entry, at=now, actor=actor)
    return guide


@transaction.atomic
def open_guide(*, actor: Actor, number: str, now: datetime) -> OpenedGuide:
    """Opens the newest version for the incident's class; it stays with the incident."""
    incident = subject.locked(actor, "guide.open", number)
    code = incident.event_class.code
    guide = Guide.newest(code)
    opened = OpenedGuide.objects.create(
        incident=incident, guide=guide, event_class=code, opened_at=now, opened_by=actor.post
    )
    entry = Entry(
        "guide.opened",
        f"打开处置要领：{incident.event_class.name} 第{guide.version}版",
        clause=CLAUSE,
        data={"event_class": code, "version": guide.version},
        for_firm=True,
    )
    subject.write(incident, actor, now, entry)
    return opened


@transaction.atomic
def tick(*, actor: Actor, number: str, step: int, now: datetime, words: str = "") -> GuideTick:
    """A step is done. A firm ticks the steps that are marked for it."""
    incident, opened, row = _take(actor, "guide.tick", number, step)
    if opened.ticks.filter(step=row, undone_at=None).exists():
        raise WrongState("这一步已经完成。", "already_done", CLAUSE)
    words = words.strip()
    subject.refuse_longer("words", "说明", words, 200)
    ticked = GuideTick.objects.create(
        opened=opened, step=row, at=now, by=actor.post, key=actor.key, words=words
    )
    subject.write(
        incident, actor, now, _entry("guide.ticked", f"处置要领第 {row.order} 步完成：{row}", row, words)
    )
    return ticked


@transaction.atomic
def untick(*, actor: Actor, number: str, step: int, reason: str, now: datetime) -> GuideTick:
    """It was not done after all; the tick stays readable with the reason. A firm takes back only what it ticked."""
    incident, opened, row = _take(actor, "guide.untick", number, step)
    ticked = opened.ticks.select_related("by", "key").filter(step=row, undone_at=None).first()
    if ticked is None:
        raise WrongState("这一步还没有完成。", "not_done", CLAUSE)
    if actor.role == Role.ENTERPRISE and ticked.body_id != actor.organization.pk:
        raise NotAllowed("这一步由应急办或指挥部标记完成，企业不能撤销。", "others_tick", CLAUSE)
    reason = subject.reason_needed(reason, CLAUSE)
    subject.refuse_longer("reason", "理由", reason, 200)
    ticked.undone_at, ticked.undone_reason = now, reason
    ticked.undone_by, ticked.undone_key = actor.post, actor.key
    ticked.save()
    subject.write(
        incident,
        actor,
        now,
        _entry("guide.unticked", f"撤销处置要领第 {row.order} 步的完成：{row}", row, reason),
    )
    return ticked


def may_act(actor: Actor, step: GuideStep, standing: GuideTick | None) -> bool:
    """A firm ticks the steps that are marked for it, and takes back (`standing`) only what it ticked."""
    if actor.role != Role.ENTERPRISE:
        return True
    return step.for_firm and (standing is None or standing.body_id == actor.organization.pk)


def _take(actor: Actor, code: str, number: str, step: int) -> tuple[Incident, OpenedGuide, GuideStep]:
    incident = subject.locked(actor, code, number)
    row = GuideStep.objects.filter(pk=step).first()
    opened = row and incident.opened_guides.filter(guide=row.guide_id).first()
    if opened is None:
        raise wrong("/step", "not_found", "请选择本事件处置要领中的一步。", CLAUSE)
    if actor.role == Role.ENTERPRISE and not row.for_firm:
        raise NotAllowed("这一步不由企业办理。", "not_the_firms", CLAUSE)
    return incident, opened, row


def _entry(action: str, summary: str, step: GuideStep, reason: str) -> Entry:
    return Entry(
        action, summary, clause=CLAUSE, reason=reason, data={"guide_step": step.order}, for_firm=step.for_firm
    )
