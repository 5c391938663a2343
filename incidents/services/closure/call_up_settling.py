"""What was called up is given back, in parts or at once, and settled for (§6.1). What its owner did not get back becomes a
recovery item by itself, when the last of it is accounted for."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from incidents.models import CallUp, CallUpReturn, Incident
from incidents.models.call_up import in_words
from incidents.refusals import WrongState
from incidents.roles import Actor
from incidents.services import subject
from incidents.services.call_up import drawing, resource_expiry
from incidents.services.call_up.call_up_steps import ledger_entry, note, take, tell_owner
from incidents.services.check import Check
from incidents.services.closure import recovering


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
    is_part: bool = False,
) -> CallUp:
    """What came back, was used up, was damaged. Of a part (`is_part`) the rest stays in use until it is given back or said to
    be lost; else what is not accounted for is lost. What is not whole goes to recovery in the end (§6.1)."""
    incident, row = take(actor, "call_up.give_back", call_up)
    check = Check("5.4.3")
    numbers = {"returned": returned, "used_up": used_up, "damaged": damaged}
    for name, number in numbers.items():
        if number < 0:
            check.wrong(f"/{name}", "not_a_quantity", "数量不能小于 0。", "6.1")
    if sum(numbers.values()) > row.still_out:
        whole = f"{in_words(row.still_out)}{row.unit}"
        check.wrong("/returned", "more_than_sent", f"归还、耗用、损坏合计不能多于在外的 {whole}。", "6.1")
    elif is_part and not any(numbers.values()):
        check.wrong("/returned", "required", "请填写这一次归还、耗用或损坏的数量。", "6.1")
    check.refuse()
    part = CallUpReturn.objects.create(call_up=row, at=now, by=actor.post, words=words.strip(), **numbers)
    row.refresh_from_db(fields=["returned", "used_up", "damaged"])
    if is_part and row.still_out:
        _part_came(row, incident, actor, part, now)
    else:
        _all_came(row, incident, actor, words, now)
    if resource := drawing.back(row):
        resource_expiry.mind(resource, actor=actor, now=now)
    return row


def _part_came(row: CallUp, incident: Incident, actor: Actor, part: CallUpReturn, now: datetime):
    title = f"{row.number} {part.gist}，尚有 {in_words(row.still_out)}{row.unit}在外"
    tell_owner(row, title, now, "6.1", part.words)
    subject.tell_office(incident, title, text=part.words, at=now, clause="6.1")
    told = ledger_entry(row, incident, "part_returned", title, "6.1", part.words, part.gist)
    subject.write(incident, actor, now, told)


def _all_came(row: CallUp, incident: Incident, actor: Actor, words: str, now: datetime):
    row.give_back(now)
    row.save()
    came = f"归还 {in_words(row.returned)}{row.unit}" + (f"，{row.shortfall}" if row.shortfall else "")
    tell_owner(row, f"{row.number} {came}", now, "6.1", words)
    subject.tell_office(incident, f"{row.number} {came}，待结清", text=words, at=now, clause="6.1")
    entries = [recovering.of_call_up(row, now)] if row.shortfall else []
    note(row, incident, actor, now, "returned", f"{row.number} {came}", "6.1", words, *entries, said=came)


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
