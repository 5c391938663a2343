"""The firm's own teams, vehicles, supplies and communications (§2.2.2(4), 5.4.3): what there is, where, who keeps it."""

from django.db import transaction
from rest_framework.response import Response

from incidents.api import answers, changed, lists
from incidents.api.fields import Body, Choice, Count, Day, Flag, Number, Text
from incidents.api.serializers import stated, validated
from incidents.api.views import Resource as Path
from incidents.api.views import etag_of
from incidents.models import CallUp, Resource
from incidents.refusals import NotFound
from incidents.services.call_up import resources


class ResourceCard(Body):
    """`POST resources/` and `PUT`: the whole card."""

    kind = Choice(*CallUp.Kind.values)
    name = Text(100)
    total = Number(places=2)
    unit = Text(10)
    county = Text(40)
    place = Text(200)
    longitude = Number()
    latitude = Number()
    custodian = Text(40)
    phone = Text(40)
    expires_on = Day()
    notes = Text(300)
    is_active = Flag()
    post = Count()


class NewResource(ResourceCard):
    body = Text(40)


class Resources(Path):
    """What your firm, and those below it, have entered (§2.2.2(4))."""

    code = "resource.keep"

    def get(self, request):
        query = lists.Query(request, "kind")
        rows = resources.visible_resources(self.caller.actors)
        rows = rows.filter(query.wanted(kind=query.choices("kind", CallUp.Kind.values)))
        return lists.answer(request, query, rows, ("id",), shown, changed.itself)

    def create(self, data):
        """Enters a resource: a team, vehicles, supplies, communications (§5.4.3)."""
        actor = self.actor(self.code, data)
        row = resources.keep(actor=actor, now=self.now, **said(NewResource, data))
        where = f"{self.request.path.rstrip('/')}/{row.pk}/"
        return Response(shown(row), 201, headers={"Location": where, "ETag": tag(row)})


class OneResource(Path):
    """One resource: read; replaced as a whole with `If-Match` (§5.4.3)."""

    code = "resource.keep"

    def get(self, request, resource):
        return whole(self.find_resource(resource))

    def put(self, request, resource):
        """Replaces the card as a whole; what call-ups hold of it stays (§5.4.3)."""
        self.find_resource(resource)
        with transaction.atomic():
            data = request.data if isinstance(request.data, dict) else {}
            actor = self.actor(self.code, data)
            row = resources.locked(actor, self.code, int(resource))
            self.need_match(tag(row))
            fields = said(ResourceCard, request.data)
            return whole(resources.keep(actor=actor, now=self.now, resource=row.pk, **fields))

    def find_resource(self, resource: str) -> Resource:
        row = resources.visible_resources(self.caller.actors).filter(pk=int(resource)).first()
        if row is None:
            raise NotFound("没有这项资源。", "not_found")
        return row


def said(form: type[Body], data) -> dict:
    """`null` says what leaving out says."""
    fields = stated(validated(form, data), "post")
    return {name: value for name, value in fields.items() if value is not None}


def shown(row: Resource) -> dict:
    return {
        "id": row.pk,
        "body": row.body.code,
        "kind": row.kind,
        "name": row.name,
        "total": answers.number(row.total),
        "reserved": answers.number(row.reserved),
        "out": answers.number(row.lent),
        "in_hand": answers.number(row.in_hand),
        "unit": row.unit,
        "state": str(row.state),
        "county": row.county and row.county.code,
        "place": row.place,
        "longitude": answers.number(row.longitude),
        "latitude": answers.number(row.latitude),
        "custodian": row.custodian,
        "phone": row.phone,
        "expires_on": row.expires_on and row.expires_on.isoformat(),
        "notes": row.notes,
        "is_active": row.is_active,
        "changed_at": answers.time(row.changed_at),
    }


def tag(row: Resource) -> str:
    """Moves with the card, not with what is called up."""
    return etag_of(row.changed_at)


def whole(row: Resource) -> Response:
    return Response(shown(row), headers={"ETag": tag(row)})
