"""What was called up is given back and settled for (§6.1). What its owner did not get back becomes a recovery item by
itself."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from incidents.models import CallUp
from incidents.models.call_up import in_words
from incidents.refusals import WrongState
from incidents.roles import Actor
from incidents.services import drawing, recovering, resource_expiry, subject
from incidents.services.call_up_steps import note, take, tell_owner
from incidents.services.contents import Check


@transaction.atomic
def give_back(
    *,
    actor: Actor,
    call_up: str,
    returned: Decimal,
    used_up: Decimal,
    damaged: Decimal,
    now: datetime,
    words: str = "",
) -> CallUp:
    """What came back, was used up, was damaged; what is not whole goes to recovery (§6.1)."""
    incident, row = take(actor, "call_up.give_back", call_up)
    check = Check("5.4.3")
    numbers = {"returned": returned, "used_up": used_up, "damaged": damaged}
    for name, number in numbers.items():
        if number < 0:
            check.wrong(f"/{name}", "not_a_quantity", "数量不能小于 0。", "6.1")
    if sum(numbers.values()) > row.dispatched:
        whole = f"{in_words(row.dispatched)}{row.unit}"
        check.wrong("/returned", "more_than_sent", f"归还、耗用、损坏合计不能多于调出的 {whole}。", "6.1")
    check.refuse()
    row.give_back(now, **numbers)
    row.save()
    resource = drawing.back(row)
    came = f"归还 {in_words(returned)}{row.unit}" + (f"，{row.shortfall}" if row.shortfall else "")
    tell_owner(row, f"{row.number} {came}", now, "6.1", words)
    subject.tell_office(incident, f"{row.number} {came}，待结清", text=words, at=now, clause="6.1")
    entries = []
    if row.shortfall:
        entries.append(recovering.of_call_up(row, now))
    note(row, incident, actor, now, "returned", f"{row.number} {came}", "6.1", words, *entries, said=came)
    if resource:
        resource_expiry.mind(resource, actor=actor, now=now)
    return row


@transaction.atomic
def settle(*, actor: Actor, call_up: str, words: str, now: datetime) -> CallUp:
    """Its owner is satisfied; where something was owed for it, that has been settled first."""
    incident, row = take(actor, "call_up.settle", call_up)
    words = subject.reason_needed(words, "6.1", field="words", name="结清情况")
    item = getattr(row, "recovery_item", None)
    if item and item.status == item.Status.OPEN:
        raise WrongState(
            f"善后事项 {item.number}（{row.shortfall}）未办结，不能结清。", "recovery_open", "6.1"
        )
    row.settle(now)
    row.save()
    tell_owner(row, f"{row.number} 已结清", now, "6.1", words)
    note(row, incident, actor, now, "settled", f"结清 {row.number}", "6.1", words)
    return row
