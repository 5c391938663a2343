"""The firm's own duty contacts (§5.2.3): read, and replaced as a whole."""

from django.db import transaction
from rest_framework.response import Response

from incidents.api.problems import Problem
from incidents.api.serializers import DutyContacts, validated
from incidents.api.views import Resource, etag_of
from incidents.models import Contact, Organization
from incidents.services import contacting
from incidents.services.contacting import Said

CODE = "contacts.set"


class Contacts(Resource):
    def get(self, request):
        return whole(self.actor(CODE, {}).organization)

    def put(self, request):
        with transaction.atomic():
            data = request.data
            actor = self.actor(CODE, data)
            firm = contacting.locked(actor)
            if "If-Match" not in request.headers:
                raise Problem(428, "if_match_needed", "修改须带 If-Match，值为最近一次读取所得的 ETag。")
            self.refuse_unless_matching(tag(firm))
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
