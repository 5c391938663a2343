"""A firm's duty roster (§5.2.3, 5.4.2): who keeps its desk now, its shifts, and the gaps in them. A parent enterprise keeps
also the rosters of those below it. Signing in, handing over and swapping are a person's own, on the screens."""

from django.db import transaction
from django.db.models import F
from rest_framework.response import Response

from alerts.models import Seat, Shift
from alerts.services import roster
from incidents.api import answers, changed, lists
from incidents.api.fields import Body, Choice, Count, NeededText, Text, Time
from incidents.api.parsers import UNSTORABLE
from incidents.api.serializers import stated, validated
from incidents.api.views import Resource, etag_of
from incidents.models import Organization
from incidents.querysets import visible_rosters
from incidents.refusals import NotFound, WrongState, wrong
from incidents.services.roster import duty

SEATS = {seat.name.lower(): seat for seat in Seat}


class ShiftWanted(Body):
    body = Text(40)
    seat = Choice(*SEATS, required=True, allow_null=False)
    person = NeededText(150, "请写明人员账号。", "5.2.3")
    starts_at = Time(required=True, allow_null=False)
    ends_at = Time(required=True, allow_null=False)
    post = Count()


class ShiftChanged(Body):
    person = Text(150)
    starts_at = Time()
    ends_at = Time()
    reason = NeededText(200, "请填写理由。", "5.2.3")
    post = Count()


class ForReason(Body):
    reason = NeededText(200, "请填写理由。", "5.2.3")
    post = Count()


class OfRosters(Resource):
    """The bodies whose rosters the caller may see."""

    def bodies(self, query: lists.Query) -> list[Organization]:
        """Those that `?body=` names by its code, else all."""
        rows = visible_rosters(self.caller.actors)
        if "body" not in query.given:
            return list(rows)
        code = query.given["body"]
        found = [] if UNSTORABLE.search(code) else list(rows.filter(code=code))
        if not found:
            query.refuse("body", "not_found", "没有这个单位的值班表。")
        return found

    def keeper(self, data) -> tuple:
        """The post that keeps the roster, and the body: its own, or the one that `body` names."""
        actor = self.actor(self.code, data)
        code = data.get("body")
        if code is None:
            return actor, actor.organization
        rows = visible_rosters([actor])
        body = rows.filter(code=code).first() if isinstance(code, str) else None
        if body is None:
            raise wrong("/body", "not_found", "没有这个单位的值班表。", duty.CLAUSE)
        return actor, body


def person_of(body: Organization, username: str, pointer: str = "/person") -> int:
    """The account of one of the body's people."""
    found = duty.people_of(body).filter(username=username).values_list("pk", flat=True).first()
    if found is None:
        raise wrong(pointer, "not_its_person", f"请填写{body}在任人员的账号。", duty.CLAUSE)
    return found


class Desk(OfRosters):
    def get(self, request):
        """Who keeps the desk now, the gaps of the next three days, and who may be rostered; `?body=` names another's (§5.2.3)."""
        query = lists.Query(request, "body")
        if "body" in query.given:
            (body,) = self.bodies(query)
        else:
            body = self.actor("duty.roster", {}).organization
        now = roster.on_duty(body, self.now)
        people = list(duty.people_of(body))
        trainings = roster.trained(people)
        return Response(
            {
                "body": body.code,
                "has_roster": now.has_roster,
                "on_duty": [shown(row, body) for row in now.shifts],
                "gaps": [
                    {
                        "seat": gap.seat.name.lower(),
                        "starts_at": answers.time(gap.starts_at),
                        "ends_at": answers.time(gap.ends_at),
                    }
                    for gap in now.gaps
                ],
                "people": [
                    {
                        "person": person.username,
                        "name": str(person),
                        "trained_until": max(
                            (each.valid_until.isoformat() for each in trainings[person.pk]), default=None
                        ),
                    }
                    for person in people
                ],
            }
        )


class Shifts(OfRosters):
    code = "duty.roster"

    def get(self, request):
        """The shifts of the firm and those below it; `?body=`, `?from=` and `?to=` choose (§5.2.3)."""
        query = lists.Query(request, "body", "from", "to")
        rows = seen().filter(organization__in=self.bodies(query))
        if since := query.time("from"):
            rows = rows.filter(period__endswith__gt=since)
        if until := query.time("to"):
            rows = rows.filter(period__startswith__lt=until)
        rows = rows.annotate(begins_at=F("period__startswith"))
        return lists.answer(request, query, rows, ("begins_at", "id"), shown, changed.shifts)

    def create(self, data):
        """Puts a person on a seat for a time; trained people only, never two at once (§5.2.3, 8.2)."""
        actor, body = self.keeper(data)
        fields = stated(validated(ShiftWanted, data), "post", "body")
        fields["seat"] = SEATS[fields["seat"]]
        duty.locked_body(actor, self.code, body)
        fields["person"] = person_of(body, fields["person"])
        row = duty.draw_up(actor=actor, body=body, now=self.now, **fields)
        there = f"{self.request.path.rstrip('/')}/{row.pk}/"
        return Response(shown(row), 201, headers={"ETag": tag(row), "Location": there})


class OneShift(OfRosters):
    code = "duty.roster"

    def get(self, request, shift):
        """One shift: who, where, when, and whether he has signed in (§5.2.3)."""
        return whole(found(self, shift))

    def patch(self, request, shift):
        """Another person or other hours, while it has not begun; needs `If-Match` and a reason (§5.2.3)."""
        with transaction.atomic():
            data = request.data
            actor, row = locked(self, shift, data)
            self.need_match(tag(row))
            refuse_if(duty.why_not(row, "change", self.now))
            said = stated(validated(ShiftChanged, data), "post")
            if "person" in said:
                said["person"] = person_of(row.organization, said["person"])
            fields = {"person": row.person_id, "starts_at": row.starts_at, "ends_at": row.ends_at} | said
            return whole(duty.change(actor=actor, shift=row.pk, now=self.now, **fields))


class RemoveShift(OfRosters):
    """Takes a shift off the roster that has not begun; answers with what it was (§5.2.3)."""

    code = "duty.roster"

    def create(self, data, shift):
        actor, row = locked(self, shift, data)
        self.refuse_unless_matching(tag(row))
        refuse_if(duty.why_not(row, "remove", self.now))
        fields = stated(validated(ForReason, data), "post")
        duty.remove(actor=actor, shift=row.pk, now=self.now, **fields)
        return Response(shown(row))


class EndShift(OfRosters):
    """The running shift ends now; who comes then is to be drawn up, or a gap stands there (§5.2.3)."""

    code = "duty.roster"

    def create(self, data, shift):
        actor, row = locked(self, shift, data)
        self.refuse_unless_matching(tag(row))
        refuse_if(duty.why_not(row, "end", self.now))
        fields = stated(validated(ForReason, data), "post")
        return whole(duty.end_early(actor=actor, shift=row.pk, now=self.now, **fields))


def seen():
    return Shift.objects.select_related("organization", "person")


def found(view: OfRosters, shift: str) -> Shift:
    rows = seen().filter(organization__in=visible_rosters(view.caller.actors))
    row = rows.filter(pk=int(shift)).first()
    if row is None:
        raise NotFound("没有这个班次。", "not_found")
    return row


def locked(view: OfRosters, shift: str, data) -> tuple:
    """The post to act in and the shift, its roster locked: 404, 403."""
    found(view, shift)
    actor = view.actor(view.code, data)
    return actor, duty.locked_shift(actor, int(shift))


def refuse_if(why: str | None):
    if why:
        raise WrongState(why, "wrong_state", duty.CLAUSE)


def tag(row: Shift) -> str:
    return etag_of(row.person_id, row.starts_at, row.ends_at, row.signed_in_at, row.cut_short)


def whole(row: Shift) -> Response:
    return Response(shown(row), headers={"ETag": tag(row)})


def shown(row: Shift, body: Organization | None = None) -> dict:
    return {
        "id": row.pk,
        "body": (body or row.organization).code,
        "seat": Seat(row.seat).name.lower(),
        "person": row.person.username,
        "name": str(row.person),
        "starts_at": answers.time(row.starts_at),
        "ends_at": answers.time(row.ends_at),
        "signed_in_at": answers.time(row.signed_in_at),
        "cut_short": row.cut_short,
    }
