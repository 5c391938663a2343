"""Who passed a course (§8.2): a pass of an account is a `Training`, on which the roster rests; and who runs out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from alerts.models import Training
from incidents import ledger
from incidents.ledger import Entry
from incidents.models import Course, CourseAttendance, Organization, Post, User
from incidents.personal import Erased
from incidents.querysets import visible_rosters
from incidents.refusals import WrongState, wrong
from incidents.roles import ON_ROSTERS, Actor
from incidents.services.training import duty_training
from incidents.services.training.courses import CLAUSE, kept, visible_attendances

Kind, Result = Organization.Kind, CourseAttendance.Result
CADRES = (Kind.OFFICE, Kind.MEMBER, Kind.COUNTY)
"""Whose officials have emergency management in their training (§8.2): once a year (decided)."""


@transaction.atomic
def judge(*, actor: Actor, course: int, results: Mapping[int, str], now: datetime) -> int:
    """What came out for each of the list (attendance → result); returns how many results were changed.

    A pass makes the account's `Training`, another result withdraws it again.
    """
    row = kept(actor, "course.judge", course)
    if row.held_on > timezone.localdate(now):
        raise WrongState("培训日期未到，还不能登记结果。", "not_yet_held", CLAUSE)
    listed = {
        each.pk: each for each in row.attendances.select_related("person", "body", "course").order_by("pk")
    }
    if set(results) - listed.keys():
        raise wrong("/results", "not_found", "名单已有变化，请刷新后再登记。", CLAUSE)
    if set(results.values()) - set(Result.values):
        raise wrong("/results", "not_a_choice", "请选择合格、不合格或缺席。", CLAUSE)
    changed = [listed[pk] for pk, result in results.items() if listed[pk].result != result]
    entries = [entry for attendance in changed for entry in _judged(actor, attendance, results, now)]
    if changed:
        entries.append((ledger.body_chain(row.body), None, _entry(row, changed)))
    ledger.append_all(entries, at=now, actor=actor)
    return len(changed)


def _judged(actor: Actor, attendance: CourseAttendance, results: Mapping[int, str], now: datetime):
    """Notes the result; gives what is to be written of the account's training, onto the chain of its body."""
    attendance.result = results[attendance.pk]
    attendance.judged_at = now if attendance.result else None
    attendance.judged_by = actor.post if attendance.result else None
    attendance.save(update_fields=["result", "judged_at", "judged_by"])
    if attendance.person is None:
        return
    chain, course = ledger.body_chain(attendance.body), attendance.course
    for training in attendance.trainings.filter(withdrawn_at=None):
        yield chain, None, duty_training.undo(training, "更正培训结果", actor=actor, now=now)
    if attendance.result == Result.PASSED:
        _, entry = duty_training.certify(
            actor=actor,
            person=attendance.person,
            topic=course.name,
            passed_on=course.held_on,
            valid_until=course.valid_until,
            attendance=attendance,
            now=now,
        )
        yield chain, None, entry


def _entry(course: Course, changed: list[CourseAttendance]) -> Entry:
    counts = {result.label: [a for a in changed if a.result == result] for result in Result}
    said = "，".join(f"{label} {len(found)} 人" for label, found in counts.items() if found)
    return Entry(
        "course.judged",
        f"登记培训结果：{course}，{said}",
        clause=CLAUSE,
        data={"course": course.pk, "results": {str(a.pk): a.result for a in changed}},
        personal={"worker": "、".join(map(str, changed))},
    )


# — who runs out —


@dataclass(frozen=True)
class RunningOut:
    """The last pass of somebody, and until when it is good."""

    body: Organization
    person: User | None
    worker_name: str
    topic: str
    valid_until: date

    def days_left(self, today: date) -> int:
        return (self.valid_until - today).days


def running_out(actors: Iterable[Actor], *, within: int, today: date) -> list[RunningOut]:
    """Whose newest pass ends within so many days or has ended in the last year, soonest first; of bodies seen."""
    actors = list(actors)
    first, last = today - timedelta(days=365), today + timedelta(days=within)
    rows = [*_accounts(actors, first, last), *_workers(actors, first, last)]
    return sorted(rows, key=lambda row: (row.valid_until, row.body.pk))


def _accounts(actors: list[Actor], first: date, last: date) -> Iterable[RunningOut]:
    posts = Post.objects.filter(
        organization__in=visible_rosters(actors), is_active=True, role__in=ON_ROSTERS, person__is_active=True
    )
    newer = Training.objects.filter(
        person=OuterRef("person"), withdrawn_at=None, valid_until__gt=OuterRef("valid_until")
    )
    found = Training.objects.filter(
        ~Exists(newer), person__in=posts.values("person"), withdrawn_at=None, valid_until__range=(first, last)
    )
    ending = {training.person_id: training for training in found}
    for post in posts.filter(person__in=ending).select_related("organization", "person"):
        training = ending.pop(post.person_id, None)
        if training:
            yield RunningOut(post.organization, post.person, "", training.topic, training.valid_until)


def _workers(actors: list[Actor], first: date, last: date) -> Iterable[RunningOut]:
    """Workers without an account, by body and name; that names alone tell them apart is said on the screen."""
    passed = visible_attendances(actors).filter(person=None, result=Result.PASSED).order_by()
    passed = passed.exclude(worker_name__in=Erased.values)
    newest = passed.values("body", "worker_name").annotate(until=Max("course__valid_until"))
    ending = {
        (row["body"], row["worker_name"]): row["until"] for row in newest.filter(until__range=(first, last))
    }
    bodies = Organization.objects.in_bulk({body for body, _ in ending})
    rows = passed.filter(body__in=bodies, course__valid_until__range=(first, last)).select_related("course")
    for row in rows:
        if ending.get((row.body_id, row.worker_name)) == row.course.valid_until:
            del ending[row.body_id, row.worker_name]
            yield RunningOut(
                bodies[row.body_id], None, row.worker_name, row.course.name, row.course.valid_until
            )


# — cadres —


@dataclass(frozen=True)
class Cadre:
    post: Post
    trained_on: date | None
    """When he passed a cadres' course this year; None: not yet."""


def cadres(actors: Iterable[Actor], year: int) -> list[Cadre]:
    """The officials of the bodies seen, who has not yet passed a cadres' course this year first."""
    bodies = visible_rosters(actors).filter(kind__in=CADRES)
    posts = Post.objects.filter(
        organization__in=bodies, is_active=True, role__in=ON_ROSTERS, person__is_active=True
    ).select_related("organization", "person")
    passed: QuerySet = CourseAttendance.objects.filter(
        person__in=posts.values("person"),
        result=Result.PASSED,
        course__kind=Course.Kind.CADRE,
        course__held_on__year=year,
    )
    when = dict(passed.order_by("course__held_on").values_list("person", "course__held_on"))
    found = {}
    for post in posts.order_by("organization__kind", "organization", "pk"):
        found.setdefault(post.person_id, Cadre(post, when.get(post.person_id)))
    return sorted(found.values(), key=lambda cadre: cadre.trained_on is not None)
