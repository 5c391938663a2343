"""What was called up leaves its owner and comes to where it is needed (§5.4.3)."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from incidents.models import CallUp
from incidents.models.call_up import in_words
from incidents.roles import Actor
from incidents.services import subject
from incidents.services.call_up import drawing
from incidents.services.call_up.call_up_steps import note, owners_word, take, tell_owner, tell_takers, within


@transaction.atomic
def dispatch(
    *, actor: Actor, call_up: str, quantity: Decimal, now: datetime, words: str = "", said_by: str = ""
) -> CallUp:
    """It has left its owner."""
    incident, row = take(actor, "call_up.dispatch", call_up)
    said_by = owners_word(actor, said_by)
    within("quantity", "调出数量", quantity, row.quantity, row, least=Decimal("0.01"))
    row.dispatch(now, quantity)
    row.save()
    drawing.send(row)
    title = f"{row.number} 已调出 {in_words(quantity)}{row.unit}（{row.lent_by}）"
    tell_takers(row, title, now, words)
    note(row, incident, actor, now, "dispatched", title, "5.4.3", words, how_many=quantity, said_by=said_by)
    return row


@transaction.atomic
def arrive(*, actor: Actor, call_up: str, quantity: Decimal, now: datetime, words: str = "") -> CallUp:
    """Whoever receives it, or the office, confirms what has come."""
    incident, row = take(actor, "call_up.arrive", call_up)
    within("quantity", "到达数量", quantity, row.dispatched, row)
    row.arrive(now, quantity)
    row.save()
    title = f"{row.number} 已到达 {in_words(quantity)}{row.unit}"
    tell_owner(row, title, now, "5.4.3", words)
    subject.tell_office(incident, title, text=words, at=now, clause="5.4.3")
    note(row, incident, actor, now, "arrived", title, "5.4.3", words, how_many=quantity)
    return row
