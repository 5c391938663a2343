"""What every step of a call-up shares (§5.4.3): whose it is to take, whether its state allows it, who is told, what is
written. The steps themselves: `calling_up` (asked for, answered), `call_up_moving`, `call_up_settling`."""

from datetime import datetime
from decimal import Decimal

from django_fsm import can_proceed

from incidents.ledger import Entry
from incidents.models import CallUp, CallUpStep, Incident, Organization, Post
from incidents.models.call_up import in_words
from incidents.querysets import visible_call_ups
from incidents.refusals import NotAllowed, WrongState, wrong
from incidents.roles import OFFICE, RECEIVERS, TABLE, Actor
from incidents.services import subject

STEPS = {
    "call_up.agree": "agree",
    "call_up.refuse": "refuse",
    "call_up.dispatch": "dispatch",
    "call_up.arrive": "arrive",
    "call_up.give_back": "give_back",
    "call_up.settle": "settle",
    "call_up.withdraw": "withdraw",
}


def why_not(row: CallUp, code: str) -> str | None:
    if can_proceed(getattr(row, STEPS[code])):
        return None
    return f"{row.get_way_display()}“{row.get_status_display()}”，不能{TABLE[code].name}。"


def may_act(row: CallUp, code: str, actor: Actor) -> bool:
    """Lending is its owner's, confirming its receiver's, giving back either's; the office notes each on their word."""
    if actor.role not in RECEIVERS:
        return True
    bodies = sides(row, code)
    own = Organization.objects.within(actor.organization) if actor.role == "enterprise" else None
    if own is not None:
        return own.filter(pk__in=bodies).exists()
    return actor.organization.pk in bodies


def sides(row: CallUp, code: str) -> list[int]:
    """The bodies, by id, whose act it is."""
    of = {"call_up.arrive": [row.receiver_id], "call_up.give_back": [row.receiver_id, row.owner_id]}
    return [pk for pk in of.get(code, [row.owner_id]) if pk]


def take(actor: Actor, code: str, number: str) -> tuple[Incident, CallUp]:
    incident, row = subject.locked_with(actor, code, visible_call_ups([actor]), number, "调用")
    if not may_act(row, code, actor):
        raise NotAllowed(f"“{TABLE[code].name}”由所属或接收单位办理。", "role", TABLE[code].clause)
    if why := why_not(row, code):
        raise WrongState(why, "wrong_state", TABLE[code].clause)
    return incident, row


def owners_word(actor: Actor, said_by: str) -> str:
    """Who of its owner said so, where the office notes it."""
    if actor.role not in OFFICE:
        return ""
    subject.refuse_longer("said_by", "告知人", said_by, 60)
    return subject.reason_needed(said_by, "5.4.3", field="said_by", name="所属方由何人告知")


def within(field: str, name: str, number: Decimal, most: Decimal, row: CallUp, least=Decimal(0)):
    if not least <= number <= most:
        words = f"{name}须在 {in_words(least)} 到 {in_words(most)}{row.unit}之间。"
        raise wrong(f"/{field}", "out_of_range", words, "5.4.3")


def tell_owner(row: CallUp, title: str, now: datetime, clause: str, text: str = ""):
    if row.owner_id:
        _tell(row, row.owner, title, now, clause, text)


def tell_takers(row: CallUp, title: str, now: datetime, text: str):
    """The office, and whoever is to receive it."""
    subject.tell_office(row.incident, title, text=text, at=now, clause="5.4.3")
    if row.receiver_id:
        _tell(row, row.receiver, title, now, "5.4.3", text)


def _tell(row: CallUp, body: Organization, title: str, now: datetime, clause: str, text: str):
    about = {"matter": f"call-up/{row.number}", "shown": is_shown(row, body)}
    subject.tell_bodies(row.incident, [body], title, at=now, text=text, clause=clause, **about)


def is_shown(row: CallUp, body: Organization) -> bool:
    """Whether the incident exists for it anyhow: for its firm."""
    return body.pk == row.incident.enterprise_id


def note(
    row: CallUp,
    incident: Incident,
    actor: Actor,
    now: datetime,
    action: str,
    title: str,
    clause: str,
    words: str = "",
    *more: Entry,
    how_many: Decimal | None = None,
    said: str = "",
    said_by: str = "",
):
    """The row of its own history, and that of the ledger."""
    quantities = said or (f"{in_words(how_many)}{row.unit}" if how_many is not None else "")
    CallUpStep.objects.create(
        call_up=row,
        status=row.status,
        at=now,
        by=actor.post,
        for_owner=bool(said_by),
        quantities=quantities[:100],
        words=words.strip(),
    )
    personal = {"said_by": said_by}
    if action in ("requested", "requisitioned"):
        personal = {"owner_name": row.owner_name, "owner_phone": row.owner_phone}
    entry = ledger_entry(row, incident, action, title, clause, words, quantities, personal)
    subject.write(incident, actor, now, entry, *more)


def ledger_entry(
    row: CallUp,
    incident: Incident,
    action: str,
    title: str,
    clause: str,
    words: str,
    quantities: str,
    personal: dict[str, str] | None = None,
) -> Entry:
    return Entry(
        f"call_up.{action}",
        title,
        clause=clause,
        reason=words.strip(),
        data={"call_up": row.number, "owner": row.lent_by, "quantity": quantities, "place": row.place},
        personal=personal or {},
        for_firm=bool(row.owner_id) and row.owner_id == incident.enterprise_id,
    )


def post_of_order(row: CallUp) -> Post:
    """By whose order a requisition was made."""
    return row.instructed_by or row.requested_by
