"""The firm's own duty contacts (§5.2.3): read, and replaced as a whole."""

from django.db import transaction
from rest_framework.response import Response

from incidents.api.serializers import DutyContacts, validated
from incidents.api.views import Resource, etag_of
from incidents.models import Contact, Organization
from incidents.services.identity import contacting
from incidents.services.identity.contacting import Said


class Contacts(Resource):
    """The firm's own duty contacts, who are reached where no shift is on its roster (§5.2.3)."""

    code = "contacts.set"

    def get(self, request):
        """The firm's duty contacts, and the people who may be named (§5.2.3)."""
        return whole(self.actor(self.code, {}).organization)

    def put(self, request):
        """Replaces the duty contacts as a whole; needs `If-Match` (§5.2.3)."""
        with transaction.atomic():
            data = request.data
            actor = self.actor(self.code, data)
            firm = contacting.locked(actor)
            self.need_match(tag(firm))
            stated = validated(DutyContacts, data)["contacts"]
            said = [Said(each["duty"].upper(), each["person"], each.get("phone") or "") for each in stated]
            contacting.set_contacts(actor=actor, contacts=said, now=self.now)
            return whole(firm)


def rows_of(firm: Organization) -> list[Contact]:
    return list(firm.contacts.select_related("person").order_by("order", "duty", "id"))


def tag(firm: Organization) -> str:
    return etag_of(*((row.duty, row.person.username, row.phone) for row in rows_of(firm)))


def whole(firm: Organization) -> Response:
    contacts = [
        {
            "duty": row.duty.lower(),
            "person": row.person.username,
            "name": str(row.person),
            "phone": row.phone,
        }
        for row in rows_of(firm)
    ]
    people = [{"person": person.username, "name": str(person)} for person in contacting.people_of(firm)]
    body = {"enterprise": firm.code, "contacts": contacts, "people": people}
    return Response(body, headers={"ETag": tag(firm)})
