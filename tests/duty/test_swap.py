"""换班: nothing changes without the other's consent, and all that forbade the shift forbids the exchange."""

import pytest

from alerts.models import Notification, Seat, Shift, Swap
from incidents.models import LedgerEntry
from incidents.refusals import Invalid, NotFound, WrongState
from incidents.services.roster import duty, duty_swap
from tests.duty.stage import at, shift

pytestmark = pytest.mark.clause("5.2.3")


@pytest.fixture
def mine(cast, other):
    return shift(cast.office_director, cast.duty_officer, 24, 32)


@pytest.fixture
def theirs(cast, other):
    return shift(cast.office_director, other, 48, 56)


def ask(cast, other, mine, theirs=None, now=0):
    return duty_swap.ask(
        actor=cast.duty_officer,
        shift=mine.pk,
        of=other.person.pk,
        in_return=theirs and theirs.pk,
        words="家中有事",
        now=at(now),
    )


def person_of(row):
    return Shift.objects.get(pk=row.pk).person


def test_two_exchange_with_consent(cast, other, mine, theirs):
    swap = ask(cast, other, mine, theirs)
    assert person_of(mine) == cast.duty_officer.person, "asking changes nothing"
    assert Notification.objects.filter(person=other.person, title__contains="请您答复换班").exists()
    duty_swap.answer(actor=other, swap=swap.pk, consent=True, now=at(1))
    assert (person_of(mine), person_of(theirs)) == (other.person, cast.duty_officer.person)
    actions = LedgerEntry.objects.filter(action__startswith="duty.swap").values_list("action", flat=True)
    assert set(actions) == {"duty.swap_asked", "duty.swap_consented"}
    assert not LedgerEntry.objects.filter(text__contains=other.person.name).exists()


def test_overlapping_shifts_of_two_seats_change_hands_in_one_statement(cast, other, mine):
    standby = shift(cast.office_director, other, 28, 36, seat=Seat.STANDBY)
    swap = ask(cast, other, mine, standby)
    duty_swap.answer(actor=other, swap=swap.pk, consent=True, now=at(1))
    assert (person_of(mine), person_of(standby)) == (other.person, cast.duty_officer.person)


def test_a_refusal_and_a_withdrawal_leave_the_roster(cast, other, mine):
    swap = ask(cast, other, mine)
    duty_swap.answer(actor=other, swap=swap.pk, consent=False, now=at(1))
    second = ask(cast, other, mine, now=2)
    duty_swap.withdraw(actor=cast.duty_officer, swap=second.pk, now=at(3))
    assert person_of(mine) == cast.duty_officer.person
    with pytest.raises(WrongState):
        duty_swap.answer(actor=other, swap=second.pk, consent=True, now=at(4))


def test_only_the_one_who_was_asked_answers_and_only_for_ones_own_shift_one_asks(cast, other, mine):
    swap = ask(cast, other, mine)
    with pytest.raises(NotFound):
        duty_swap.answer(actor=cast.office_director, swap=swap.pk, consent=True, now=at(1))
    with pytest.raises(NotFound):
        duty_swap.withdraw(actor=other, swap=swap.pk, now=at(1))
    with pytest.raises(NotFound):
        duty_swap.ask(actor=other, shift=mine.pk, of=cast.duty_officer.person.pk, now=at(1))
    with pytest.raises(WrongState):
        ask(cast, other, mine)


@pytest.mark.clause("8.2")
def test_training_is_looked_at_when_asking_and_again_at_consent(cast, other, mine):
    swap = ask(cast, other, mine)
    other.person.trainings.all().delete()
    with pytest.raises(Invalid) as refusal:
        duty_swap.answer(actor=other, swap=swap.pk, consent=True, now=at(1))
    assert refusal.value.clause == "8.2"
    assert person_of(mine) == cast.duty_officer.person and Swap.objects.get().answered_at is None
    duty_swap.withdraw(actor=cast.duty_officer, swap=swap.pk, now=at(2))
    with pytest.raises(Invalid):
        ask(cast, other, mine, now=3)


def test_who_has_another_shift_then_cannot_take_it(cast, other, mine):
    swap = ask(cast, other, mine)
    shift(cast.office_director, other, 30, 34, seat=Seat.STANDBY)
    with pytest.raises(Invalid) as refusal:
        duty_swap.answer(actor=other, swap=swap.pk, consent=True, now=at(1))
    assert refusal.value.errors[0].code == "busy"


def test_a_shift_that_began_or_changed_meanwhile_is_not_swapped(cast, other, mine):
    swap = ask(cast, other, mine)
    with pytest.raises(WrongState):
        duty_swap.answer(actor=other, swap=swap.pk, consent=True, now=at(24))
    duty.change(
        actor=cast.office_director,
        shift=mine.pk,
        person=cast.office_director.person.pk,
        starts_at=at(24),
        ends_at=at(32),
        reason="改派",
        now=at(2),
    )
    with pytest.raises(WrongState) as refusal:
        duty_swap.answer(actor=other, swap=swap.pk, consent=True, now=at(3))
    assert refusal.value.code == "moved_on"


def test_a_person_of_another_body_is_not_asked(cast, mine):
    with pytest.raises(Invalid):
        duty_swap.ask(actor=cast.duty_officer, shift=mine.pk, of=cast.member.person.pk, now=at(0))
