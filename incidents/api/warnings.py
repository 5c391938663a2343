"""Warnings: a firm reports a risk (§4.2), reads the bulletins addressed to it and says that it has read them (§4.3)."""

from django.db.models import Prefetch, Q
from rest_framework.response import Response

from alerts.models import Bulletin, BulletinReceipt, NoticeReceipt, Warning, WarningNotice
from alerts.services import wire
from incidents.api import answers, changed, lists, visible
from incidents.api.fields import Body, Count, Text, Texts, Time
from incidents.api.serializers import LEVELS, LONG, Bare, stated, validated
from incidents.api.views import Resource, etag
from incidents.models import Organization, Report, Role, Scope
from incidents.querysets import sees_office_matters
from incidents.refusals import NotAllowed, NotFound
from incidents.roles import NAMED
from incidents.services import warning_subject
from incidents.services.report import intake
from incidents.services.warning import warning_acknowledging, warning_intake

Status = Warning.Status


class Risk(Body):
    """`POST warning-information/`: a risk that may become an incident; times, places and texts as in a filing."""

    title = Text(100)
    event_class = Text(30)
    known_at = Time()
    place = Text(200)
    counties_affected = Texts(40)
    enterprise = Text(40)
    risk = Text(LONG)
    may_follow = Text(LONG)
    measures_taken = Text(LONG)
    post = Count()


class OfWarnings(Resource):
    """What the paths of warnings share: which exist for the caller, and how one is told to him."""

    @property
    def bodies(self):
        """The caller's own bodies and those below them; a parent enterprise answers for its own."""
        own = [actor.organization for actor in self.caller.actors if actor.role in NAMED]
        firms = [actor.organization for actor in self.caller.actors if actor.role == Role.ENTERPRISE]
        below = Organization.objects.within(*firms).values("pk") if firms else []
        return Organization.objects.filter(Q(pk__in=[body.pk for body in own]) | Q(pk__in=below))

    @property
    def sees_all(self) -> bool:
        return sees_office_matters(self.caller.actors)

    @property
    def seen(self):
        return Warning.with_drills.visible_to(self.caller.actors)

    def warnings(self):
        """With what an answer names of each: what was sent to the caller, and whether it has been read."""
        bulletins = Bulletin.objects.select_related("event_class", "cap").defer("cap__text")
        notices = WarningNotice.objects.all()
        if not self.sees_all:
            bulletins = bulletins.filter(receipts__organization__in=self.bodies).distinct()
            notices = notices.filter(receipts__organization__in=self.bodies).distinct()
        bulletins = bulletins.prefetch_related(self._receipts(BulletinReceipt)).order_by("version")
        notices = notices.prefetch_related(self._receipts(NoticeReceipt)).order_by("at", "pk")
        return self.seen.select_related("event_class", "enterprise").prefetch_related(
            "counties_affected",
            Prefetch("bulletins", bulletins, to_attr="told"),
            Prefetch("notices", notices, to_attr="told_of"),
        )

    def _receipts(self, model) -> Prefetch:
        own = model.objects.select_related("organization").order_by("organization", "pk")
        return Prefetch("receipts", own.filter(organization__in=self.bodies), to_attr="own")

    def find_warning(self, number: str) -> Warning:
        warning = self.warnings().filter(number=number).first()
        if warning is None:
            raise NotFound(f"没有编号为 {number} 的预警。", "not_found")
        return warning

    def is_own(self, warning: Warning) -> bool:
        """Reported by the caller's own firm: it reads again what it told."""
        return self.sees_all or warning.enterprise_id in {body.pk for body in self.bodies}

    def owed(self, warning: Warning) -> list[dict]:
        return answers.deadlines(visible.debts(self.caller.actors).filter(warning=warning), self.now)

    def whole(self, warning: Warning) -> dict:
        return shown(warning) | {
            "notices": [notice(each) for each in warning.told_of],
            "information": information(warning) if self.is_own(warning) else None,
            "deadlines": self.owed(warning),
            "actions": answers.actions(self.caller, warning),
        }


class Information(OfWarnings):
    """A firm's own warning information, and its door (§4.2)."""

    code = "warning.receive"
    writes_count_as = "filing"

    def get(self, request):
        query = lists.Query(request, "status")
        rows = self.seen.select_related("event_class", "enterprise").prefetch_related("counties_affected")
        if not self.sees_all:
            rows = rows.filter(enterprise__in=self.bodies)
        if statuses := query.choices("status", Status.values):
            rows = rows.filter(status__in=statuses)
        return lists.answer(
            request, query, rows, ("-id",), lambda row: reported(row) | information(row), changed.warnings
        )

    def create(self, data):
        """Reports a risk that may become an incident (§4.2)."""
        actor = self.actor(self.code, data)
        if actor.role != Role.ENTERPRISE:
            raise NotAllowed("应急办在系统页面登记预警信息；此接口只由企业报告。", "role", "4.2")
        facts = stated(validated(Risk, data), "post")
        arrival = intake.Arrival(Report.Channel.API)
        warning = warning_intake.receive(actor=actor, arrival=arrival, facts=facts, now=self.now)
        answer = reported(warning) | {"deadlines": self.owed(warning)}
        where = (
            f"{self.request.path.rstrip('/').removesuffix('warning-information')}warnings/{warning.number}/"
        )
        return Response(answer, 201, headers={"Location": where})


class Warnings(OfWarnings):
    """The warnings that concern the caller: those in force, unless others are asked for, or what has changed: that one
    was lifted is news too (§4.3)."""

    def get(self, request):
        query = lists.Query(request, "status", "level", "county")
        in_force = [] if query.asks_for_news else [Status.ISSUED]
        rows = self.warnings().filter(
            query.wanted(
                status=query.choices("status", Status.values) or in_force,
                level=[LEVELS[level] for level in query.choices("level", [*LEVELS])],
            )
        )
        if counties := query.words("county"):
            affecting = Warning.counties_affected.through.objects.filter(
                organization__short_name__in=counties
            )
            rows = rows.filter(pk__in=affecting.values("warning"))
        return lists.answer(request, query, rows, ("-id",), shown, changed.warnings)


class OneWarning(OfWarnings):
    """One warning: its bulletins and notices, debts, and what may be done with it (§4.3)."""

    def get(self, request, number):
        warning = self.find_warning(number)
        return Response(self.whole(warning), headers={"ETag": etag(warning)})


class Acknowledge(OfWarnings):
    """Everything of it that was sent to the firm, and to those below it, is read (§4.3)."""

    code = "warning.acknowledge"
    writing_needs = Scope.ORDERS

    def create(self, data, number):
        self.find_warning(number)
        actor = self.actor(self.code, data)
        self.refuse_if_unlike(warning_subject.locked(actor, self.code, number))
        validated(Bare, data)
        bodies = warning_acknowledging.acknowledge(actor=actor, number=number, now=self.now)
        warning = self.find_warning(number)
        answer = self.whole(warning) | {"acknowledged": [body.code for body in bodies]}
        return Response(answer, headers={"ETag": etag(warning)})


# — the wire's names —


def reported(row: Warning) -> dict:
    return {
        "number": row.number,
        "is_drill": row.is_drill,
        "title": row.title,
        "status": row.status,
        "enterprise": row.enterprise and row.enterprise.code,
        "received_at": answers.time(row.received_at),
    }


def information(row: Warning) -> dict:
    """What warning information holds (§4.2)."""
    return {
        "event_class": row.event_class and row.event_class.code,
        "known_at": answers.time(row.known_at),
        "place": row.place,
        "counties_affected": [county.short_name for county in row.counties_affected.all()],
        "risk": row.risk,
        "may_follow": row.may_follow,
        "measures_taken": row.measures_taken,
    }


def shown(row: Warning) -> dict:
    """A warning as its bulletins tell of it; the newest says what holds now."""
    unread = any(
        receipt.acknowledged_at is None for sent in (*row.told, *row.told_of) for receipt in sent.own
    )
    return wire.warning(row) | {
        "is_drill": row.is_drill,
        "issued_at": answers.time(row.issued_at),
        "lifted_at": answers.time(row.lifted_at),
        "bulletins": [bulletin(each) for each in row.told],
        "unread": unread,
    }


def bulletin(row: Bulletin) -> dict:
    return wire.bulletin(row) | {"receipts": receipts(row.own)}


def notice(row: WarningNotice) -> dict:
    return {"at": answers.time(row.at), "words": row.words, "receipts": receipts(row.own)}


def receipts(rows) -> list[dict]:
    return [
        {
            "body": row.organization.code,
            "told_at": answers.time(row.told_at),
            "acknowledged_at": answers.time(row.acknowledged_at),
        }
        for row in rows
    ]
