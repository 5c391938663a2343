"""A drill runs (§8.3): started, entered, its script played in at the moment each line falls due, handled, ended."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from alerts.models import Notification, Warning
from alerts.services import inbox
from alerts.services.debts import DebtBook
from incidents.models import Drill, DrillParticipant, Incident, Inject
from incidents.models.exercise import FASTEST, LONGEST
from incidents.refusals import NotFound, WrongState
from incidents.roles import SYSTEM, Actor
from incidents.services import subject, warning_subject
from incidents.services.drill.drills import CLAUSE, directed, locked, refuse_once_begun, write
from incidents.services.drill_over import refuse_if_over
from incidents.services.subject import reason_needed, refuse_longer
from incidents.spans import span

BATCH = 50
PAGE = "drill-inject"
"""The page of a line that was played in (`Notification.matter`)."""
WHY = "演练结束"
OVER = "您已退出演练，此后所见所办都是真实的；演练中未到期的时限失效，不再逐级通知。"
LATE = timedelta(seconds=5)
"""From then on a line that is played in says that it comes late: it was no tick of the sweep that it waited for."""


@transaction.atomic
def start(*, actor: Actor, number: str, now: datetime) -> Drill:
    """From here on its clock runs, at a speed that stands; the script's lines get their times."""
    drill = directed(actor, "drill.start", number)
    refuse_once_begun(drill)
    if not drill.participants.exists():
        raise WrongState("还没有参演岗位，不能开始。", "nobody_takes_part", CLAUSE)
    at = now.replace(microsecond=0)
    drill.start(at, drill.story_at or at.replace(second=0), actor.post)
    drill.save()
    injects = list(drill.injects.all())
    for inject in injects:
        inject.due_at = drill.clock.meant(drill.story_at + timedelta(minutes=inject.minute))
    Inject.objects.bulk_update(injects, ["due_at"])
    data = {"speed": drill.speed, "story_at": drill.story_at.isoformat(), "injects": len(injects)}
    write(drill, actor, now, "drill.started", f"演练开始 {drill}，{drill.speed} 倍速", data=data)
    _tell_all(drill, now, f"演练开始：{drill.title}，请进入演练", drill.scenario)
    return drill


@transaction.atomic
def end(*, actor: Actor, number: str, now: datetime, reason: str = "") -> Drill:
    """What is not yet due becomes void, what is overdue stays so; no ladder goes on, and nobody acts in it any more. Who takes
    part is told; `reason`: why it is broken off, if it is."""
    drill = locked(actor, "drill.end", number)
    if not drill.is_running:
        raise WrongState(f"演练{drill.get_status_display()}，不能结束。", "wrong_state", CLAUSE)
    reason = reason.strip()
    refuse_longer("reason", "原因", reason, 300)
    return _end(drill, actor, now, reason)


def end_abandoned(*, now: datetime) -> int:
    """What nobody ends goes on for its longest time and no longer: its ladders would climb, and its rounds come, for ever."""
    running = Drill.objects.filter(status=Drill.Status.RUNNING)
    abandoned = running.filter(started_at__lte=now - timedelta(minutes=LONGEST) / FASTEST)
    ended = 0
    for pk in abandoned.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            drill = running.select_for_update(of=("self",)).select_related("office").filter(pk=pk).first()
            if drill and drill.lasts_until <= now:
                _end(drill, SYSTEM, now)
                ended += 1
    return ended


def _end(drill: Drill, actor: Actor, now: datetime, reason: str = "") -> Drill:
    drill.end(max(now, drill.started_at), reason)
    drill.save()
    for model, tell in ((Incident, subject.write), (Warning, warning_subject.write)):
        rows = model.with_drills.select_for_update(of=("self",)).filter(drill=drill).order_by("pk")
        for row in rows.select_related("office__parent__parent__parent", "office__host"):
            row.drill = drill
            book = DebtBook(row, now)
            book.stop(WHY)
            if entries := book.save():
                tell(row, actor, now, *entries)
    waiting = drill.injects.filter(delivered_at=None).count()
    words = f"演练结束 {drill}" if actor.post else f"演练无人结束，到最长时间自动结束 {drill}"
    write(drill, actor, now, "drill.ended", words, reason=reason, data={"not_injected": waiting})
    _tell_all(
        drill,
        now,
        f"演练{'提前' if reason else ''}结束：{drill.title}",
        f"{reason}\n{OVER}" if reason else OVER,
    )
    return drill


def _tell_all(drill: Drill, now: datetime, title: str, text: str):
    """That it begins or ends is no part of the drill: it counts among what is real."""
    inbox.tell(
        (part.post.person for part in drill.participants.select_related("post__person")),
        kind=Notification.Kind.NEWS,
        title=title,
        text=text,
        clause=CLAUSE,
        at=now,
        drill=drill,
        matter=f"drill/{drill.number}",
    )


@transaction.atomic
def enter(*, actors: Iterable[Actor], drill: Drill, now: datetime):
    """A person enters it, in whichever of his posts take part; that he came is noted the first time."""
    playing = {actor.post.pk: actor for actor in actors if actor.post}
    parts = DrillParticipant.objects.select_for_update(of=("self",)).filter(drill=drill, post__in=playing)
    parts = list(parts.select_related("post__organization").order_by("pk"))
    if not parts or not Drill.objects.filter(pk=drill.pk, status=Drill.Status.RUNNING).exists():
        raise WrongState("演练未在进行，或您没有参演岗位，不能进入。", "not_open", CLAUSE)
    for part in parts:
        if part.entered_at is None:
            part.entered_at = now
            part.save(update_fields=["entered_at"])
            write(drill, playing[part.post_id], now, "drill.entered", f"进入演练 {drill}：{part.post}")


@transaction.atomic
def handle(*, actor: Actor, inject: int, words: str, now: datetime) -> Inject:
    """What was done about it, in the words of whom it reached; once."""
    found = Inject.objects.select_for_update(of=("self", "drill"))
    found = found.select_related("drill__office", "participant")
    row = found.filter(pk=inject, delivered_at__isnull=False, participant__post=actor.post).first()
    if row is None or actor.drill != row.drill:
        raise NotFound("没有这条情景。", "not_found", CLAUSE)
    refuse_if_over(row)
    if row.handled_at:
        raise WrongState("这条情景已经处置。", "already_done", CLAUSE)
    words = reason_needed(words, CLAUSE, field="words", name="处置情况")
    refuse_longer("words", "处置情况", words, 500)
    row.handled_at, row.handled_by, row.done = max(now, row.delivered_at), actor.post, words
    row.save()
    data = {"inject": row.pk, "minute": row.minute}
    write(row.drill, actor, now, "drill.handled", f"处置{row}", reason=words, data=data)
    return row


# — the script is played in —


def deliver_due_injects(*, now: datetime) -> int:
    """Each line once, also when several do it at the same time; what an outage held up comes late, and says how late."""
    delivered = 0
    while batch := _deliver_some(now):
        delivered += batch
    return delivered


@transaction.atomic
def _deliver_some(now: datetime) -> int:
    due = Inject.objects.select_for_update(of=("self", "drill"), skip_locked=True)
    due = due.filter(due_at__lte=now, delivered_at=None, drill__status=Drill.Status.RUNNING)
    due = due.select_related("drill__office", "participant__post__person", "participant__post__organization")
    rows = list(due.order_by("drill", "due_at", "id")[:BATCH])
    for row in rows:
        _deliver(row, now)
    return len(rows)


def _deliver(row: Inject, now: datetime):
    drill, part = row.drill, row.participant
    late = now - row.due_at
    row.delivered_at = now
    row.save(update_fields=["delivered_at"])
    if row.kind == Inject.Kind.DEAD_PHONE:
        part.unreachable_at = part.unreachable_at or now
        part.save(update_fields=["unreachable_at"])
    else:
        inbox.tell(
            [part.post.person],
            kind=Notification.Kind.NEWS,
            title=f"演练{row.get_kind_display()}：{row.words}",
            text=f"{row.words}\n（系统中断，迟 {span(late * drill.speed)}送达）"
            if late >= LATE
            else row.words,
            clause=CLAUSE,
            at=now,
            drill=drill,
            matter=f"{PAGE}/{row.pk}",
        )
    data = {
        "inject": row.pk,
        "minute": row.minute,
        "kind": row.kind,
        "late_seconds": int(late.total_seconds()),
        "to": str(part.post),
    }
    write(drill, SYSTEM, now, "drill.injected", f"注入{row} → {part.post}", data=data)
