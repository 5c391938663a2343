"""Standing contacts (§5.2.3): a firm says itself who is reached for it when no shift is on its roster."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from incidents import ledger
from incidents.ledger import Entry
from incidents.models import Contact, Organization, User
from incidents.roles import Actor, require
from incidents.services.check import Check

CLAUSE = "5.2.3"
Duty = Contact.Duty


@dataclass(frozen=True)
class Said:
    """One contact as stated: the person by the name of the account; without a telephone, the person's own."""

    duty: str
    person: str
    phone: str = ""


@transaction.atomic
def set_contacts(*, actor: Actor, contacts: Sequence[Said], now: datetime) -> Organization:
    """These, in this order, instead of those before. At least one keeps the desk, or nobody would be reached."""
    require(actor, "contacts.set")
    firm = locked(actor)
    known = {person.username: person for person in people_of(firm)}
    check = Check(CLAUSE)
    for index, said in enumerate(contacts):
        if said.person not in known:
            detail = "没有这个人员账号，或其不在本企业任职；账号由系统管理员设置。"
            check.wrong(f"/contacts/{index}/person", "not_found", detail, CLAUSE)
        if any((said.duty, said.person) == (other.duty, other.person) for other in contacts[:index]):
            check.wrong(f"/contacts/{index}", "repeated", "同一人员在同一类别中只列一次。", CLAUSE)
    if not any(said.duty == Duty.DUTY for said in contacts):
        check.wrong("/contacts", "duty_needed", "至少要有一名值班联系人，否则提醒和催报无人收到。", CLAUSE)
    check.refuse()
    firm.contacts.all().delete()
    Contact.objects.bulk_create(
        Contact(
            organization=firm,
            person=known[said.person],
            duty=said.duty,
            phone=said.phone or known[said.person].phone,
            order=index + 1,
        )
        for index, said in enumerate(contacts)
    )
    ledger.append(ledger.body_chain(firm), _entry(firm, contacts, known), at=now, actor=actor)
    return firm


def locked(actor: Actor) -> Organization:
    return Organization.objects.select_for_update().get(pk=actor.organization.pk)


def people_of(firm: Organization) -> QuerySet[User]:
    """Who can be a contact: whoever holds a post in the firm, and who is one already."""
    in_office = Q(posts__organization=firm, posts__is_active=True)
    return (
        User.objects.filter(in_office | Q(contact_for__organization=firm), is_active=True)
        .order_by("pk")
        .distinct()
    )


def _entry(firm: Organization, contacts: Sequence[Said], known: dict[str, User]) -> Entry:
    counts = {duty.value: sum(said.duty == duty for said in contacts) for duty in Duty}
    counted = "、".join(f"{duty.label} {counts[duty]} 人" for duty in Duty)
    return Entry(
        "contacts.set",
        f"{firm}登记值班联系人：{counted}",
        clause=CLAUSE,
        data=counts,
        personal={
            f"contact_{index}": f"{known[said.person]} {said.phone}".strip()
            for index, said in enumerate(contacts, 1)
        },
    )
