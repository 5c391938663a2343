"""Training passed, on which the roster rests (§8.2): put down by itself, or passed on a course of the register.

`certify` and `undo` are the only places where a `Training` is made and unmade.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from alerts.models import Shift, Training
from alerts.services import roster
from incidents.ledger import Entry
from incidents.models import CourseAttendance, Organization, User
from incidents.refusals import NotFound, WrongState, wrong
from incidents.roles import Actor
from incidents.services import subject
from incidents.services.roster.duty import TRAINING, lock_people, locked_body, people_of, tell, write
from incidents.services.training import training_renewal


@transaction.atomic
def record_training(
    *,
    actor: Actor,
    body: Organization,
    person: int,
    topic: str,
    passed_on: date,
    valid_until: date,
    now: datetime,
) -> Training:
    """A person of the body has passed training (§8.2); from then on he can be rostered."""
    body = locked_body(actor, "duty.train", body)
    who = people_of(body).filter(pk=person).first()
    if who is None:
        raise wrong("/person", "not_its_person", f"请选择{body}的在任人员。", TRAINING)
    topic = subject.reason_needed(topic, TRAINING, field="topic", name="培训内容")
    subject.refuse_longer("topic", "培训内容", topic, 80)
    if not 2000 <= passed_on.year <= valid_until.year < 2100 or valid_until < passed_on:
        raise wrong("/valid_until", "range", "有效期须晚于合格日期，在 2100 年之前。", TRAINING)
    if passed_on > timezone.localdate(now):
        raise wrong("/passed_on", "in_future", "合格日期不能晚于今天。", TRAINING)
    passed = {"topic": topic, "passed_on": passed_on, "valid_until": valid_until}
    training, entry = certify(actor=actor, person=who, now=now, **passed)
    write(actor, now, body, entry)
    return training


def certify(
    *,
    actor: Actor,
    person: User,
    topic: str,
    passed_on: date,
    valid_until: date,
    now: datetime,
    attendance: CourseAttendance | None = None,
) -> tuple[Training, Entry]:
    """The pass itself, and what the caller writes onto the chain of the person's body; `attendance`: on which course.

    Two passes of one person wait for each other: what is owed of him is owed once.
    """
    lock_people([person.pk])
    training = Training.objects.create(
        person=person,
        topic=topic,
        passed_on=passed_on,
        valid_until=valid_until,
        recorded_at=now,
        recorded_by=actor.post,
        attendance=attendance,
    )
    training_renewal.renewed(training, actor=actor, now=now)
    return training, _entry("duty.trained", "登记培训合格", training)


@transaction.atomic
def withdraw_training(*, actor: Actor, body: Organization, training: int, reason: str, now: datetime):
    """A record made in error stands no longer; shifts already drawn up stay, marked as without training."""
    body = locked_body(actor, "duty.train", body)
    people = people_of(body)
    row = Training.objects.filter(pk=training, person__in=people, withdrawn_at=None).first()
    if row is None:
        raise NotFound("没有这条培训记录。", "not_found")
    if row.attendance_id:
        raise WrongState("这条记录来自培训班，请在该培训班的结果里更正。", "of_a_course", TRAINING)
    write(actor, now, body, undo(row, subject.reason_needed(reason, TRAINING), actor=actor, now=now))


def undo(training: Training, reason: str, *, actor: Actor, now: datetime) -> Entry:
    """The pass stands no longer; returns what the caller writes onto the chain of the person's body."""
    lock_people([training.person_id])
    training.withdrawn_at = now
    training.save(update_fields=["withdrawn_at"])
    training_renewal.taken_back(training, actor=actor, now=now)
    left = _shifts_without(training.person, now)
    if left:
        words = f"您的培训合格记录已撤销，尚有 {left} 个班次，须由培训合格的人员替换（§8.2）"
        tell(actor, [training.person], words, now)
    return _entry("duty.training_withdrawn", "撤销培训记录", training, reason, shifts=left)


def _shifts_without(person: User, now: datetime) -> int:
    """His shifts that are not over, and on which no training holds: the roster shows each."""
    held = roster.trained([person])[person.pk]
    shifts = Shift.objects.manned().filter(person=person, period__endswith__gt=now)
    return sum(not roster.is_trained(held, *shift.days) for shift in shifts)


def _entry(action: str, word: str, training: Training, reason: str = "", shifts: int = 0) -> Entry:
    left = f"；{shifts} 个已排班次须换人" if shifts else ""
    return Entry(
        action,
        f"{word}：{training.topic}，有效至 {training.valid_until}{left}",
        clause=TRAINING,
        reason=reason,
        data={"training": training.pk} | ({"shifts": shifts} if shifts else {}),
        personal={"人员": str(training.person)},
    )
