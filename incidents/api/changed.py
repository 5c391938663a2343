"""What counts as a change of a list's row: of itself, of what it shows of others, and of what makes it visible.

For each list a condition, asked of many rows at once: the keys of what changed are gathered from every table by its
index, so a list of a million rows is not read through for three that are new.
"""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, Model, Q, QuerySet, Subquery

from alerts.models import (
    Bulletin,
    BulletinReceipt,
    Deadline,
    Instruction,
    InstructionAddressee,
    InstructionAnswer,
    NoticeReceipt,
    PatternSegment,
    Shift,
    ShiftPattern,
    Training,
    Undertaking,
    Warning,
)
from alerts.models.deadline import DUE_SECOND
from incidents.changes import ChangedIn, Since
from incidents.models import (
    Attendance,
    Course,
    CourseAttendance,
    Incident,
    LedgerEntry,
    Meeting,
    MeetingDecision,
    Notice,
    NoticeAddressee,
    OralClaim,
    OrderProgress,
    Post,
    Report,
    Response,
    ResponseBody,
    Role,
    RollAnswer,
    RollCall,
    Scheme,
    SchemeVersion,
    SupportRequest,
    TaskOrder,
    User,
    WorkingGroup,
)
from incidents.querysets import sees_office_matters
from incidents.roles import Actor


def itself(since: Since) -> Q:
    """Of a list whose rows show nothing of others, and are visible by nothing else, that could change."""
    return Q(ChangedIn(since))


def incidents(since: Since, actors: Iterable[Actor]) -> Q:
    """Also whatever new line of its timeline the caller may read: where there is one, there is more to read of it."""
    lines = changed(LedgerEntry, since)
    if not sees_office_matters(actors):
        lines = lines.filter(for_firm=True)
    keys = [
        changed(Incident, since).values_list("pk"),
        Incident.with_drills.filter(merged_into__in=changed(Incident, since)).values_list("pk"),
        lines.filter(incident__isnull=False).values_list("incident"),
        changed(Incident.counties_affected.through, since).values_list("incident"),
    ]
    if any(actor.role in NAMED_IN_IT for actor in actors):
        keys += _named(since)
    return among(*keys)


NAMED_IN_IT = (Role.APPROVER, Role.MEMBER, Role.COUNTY)
"""Who comes to see an incident by being named in it; a firm sees its own (`querysets.visible_incidents`)."""


def _named(since: Since) -> list[QuerySet]:
    return [
        changed(Response, since).values_list("incident"),
        changed(ResponseBody, since).values_list("response__incident"),
        changed(TaskOrder, since).values_list("incident"),
        changed(SupportRequest, since).values_list("incident"),
        changed(Attendance, since).values_list("meeting__incident"),
        changed(WorkingGroup, since).values_list("incident"),
        changed(WorkingGroup.members.through, since).values_list("workinggroup__incident"),
    ]


def reports(since: Since) -> Q:
    return among(
        changed(Report, since).values_list("pk"),
        changed(Report, since).values_list("supersedes"),
        changed(OralClaim, since).values_list("report"),
    )


def timeline(since: Since) -> Q:
    return Q(ChangedIn(since)) | Q(post__in=changed(Post, since))


def deadlines(since: Since, now: datetime) -> Q:
    """Also those that time alone has made overdue, and those of an incident whose firm may have been named anew."""
    prepared = Deadline.objects.filter(undertaking__in=changed(Undertaking, since))
    return among(
        *_debts(since, now, "pk"),
        *(rows.values_list("pk") for rows in (_of_incidents(Deadline, since), prepared)),
    )


def orders(since: Since, now: datetime) -> Q:
    return among(
        changed(TaskOrder, since).values_list("pk"),
        changed(OrderProgress, since).values_list("order"),
        _of_incidents(TaskOrder, since).values_list("pk"),
        *_debts(since, now, "order"),
    )


def support_requests(since: Since, now: datetime) -> Q:
    return among(changed(SupportRequest, since).values_list("pk"), *_debts(since, now, "support"))


def notices(since: Since) -> Q:
    return among(
        changed(Notice, since).values_list("pk"),
        changed(Notice, since).values_list("corrects"),
        changed(NoticeAddressee, since).values_list("notice"),
    )


def warnings(since: Since) -> Q:
    return among(
        changed(Warning, since).values_list("pk"),
        changed(Warning.counties_affected.through, since).values_list("warning"),
        changed(Bulletin, since).values_list("warning"),
        changed(BulletinReceipt, since).values_list("bulletin__warning"),
        changed(NoticeReceipt, since).values_list("notice__warning"),
    )


def instructions(since: Since) -> Q:
    """Also by the title of the commander who gave it."""
    return among(
        changed(Instruction, since).values_list("pk"),
        changed(InstructionAddressee, since).values_list("instruction"),
        changed(InstructionAnswer, since).values_list("addressee__instruction"),
        Instruction.objects.filter(commander__in=changed(Post, since)).values_list("pk"),
    )


def roll_calls(since: Since) -> Q:
    return among(
        changed(RollCall, since).values_list("pk"),
        changed(RollAnswer, since).values_list("call"),
    )


def meetings(since: Since) -> Q:
    return among(
        changed(Meeting, since).values_list("pk"),
        changed(Attendance, since).values_list("meeting"),
        changed(MeetingDecision, since).values_list("meeting"),
    )


def schemes(since: Since) -> Q:
    """Also by an order that cites it."""
    citing = changed(TaskOrder, since).filter(scheme__isnull=False)
    return among(
        changed(Scheme, since).values_list("pk"),
        changed(SchemeVersion, since).values_list("scheme"),
        citing.values_list("scheme__scheme"),
    )


def shifts(since: Since) -> Q:
    return among(
        changed(Shift, since).values_list("pk"),
        Shift.objects.filter(person__in=changed(User, since)).values_list("pk"),
    )


def patterns(since: Since) -> Q:
    return among(
        changed(ShiftPattern, since).values_list("pk"),
        changed(PatternSegment, since).values_list("pattern"),
    )


def trainings(since: Since) -> Q:
    """Also those of whoever has come to a post."""
    held = changed(Post, since).values("person")
    return among(
        changed(Training, since).values_list("pk"),
        Training.objects.filter(person__in=changed(User, since)).values_list("pk"),
        Training.objects.filter(person__in=held).values_list("pk"),
    )


def courses(since: Since) -> Q:
    """Also those on whose list somebody has come, by which a firm sees another's course."""
    return among(
        changed(Course, since).values_list("pk"),
        changed(CourseAttendance, since).values_list("course"),
    )


# — how it is asked —


def changed(model: type[Model], since: Since) -> QuerySet:
    return model._base_manager.filter(ChangedIn(since))


class Keys(Subquery):
    """Gathered first, once: as a join, the planner begins with all rows that are visible."""

    template = "ARRAY(%(subquery)s)"
    output_field = ArrayField(BigIntegerField())


def among(*keys: QuerySet) -> Q:
    """Rows whose key is among these."""
    first, *others = (each.order_by() for each in keys)
    found = Keys(first.union(*others, all=True))
    is_there = Func(
        F("pk"), found, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField()
    )
    return Q(is_there)


def _of_incidents(model: type[Model], since: Since) -> QuerySet:
    return model._base_manager.filter(incident__in=changed(Incident, since))


def _debts(since: Since, now: datetime, key: str) -> list[QuerySet]:
    """A debt's state is not stored: it also moves when its due second is over."""
    fell_due = Deadline.objects.unsettled().filter(
        due_at__gt=since.at - DUE_SECOND, due_at__lte=now - DUE_SECOND
    )
    return [rows.values_list(key) for rows in (changed(Deadline, since), fell_due)]
