"""Sign-in and hand-over: what is open is listed, read and signed; until then it stands as not taken over."""

import pytest
from django.db import IntegrityError, transaction

from alerts.models import HandOver, Seat, Shift
from alerts.services import roster
from incidents.models import IntakeDraft, LedgerEntry
from incidents.refusals import NotFound, WrongState
from incidents.services.roster import duty_hand_over as desk
from tests.cast import call_in
from tests.duty.stage import at, shift

pytestmark = pytest.mark.clause("5.2.3")


@pytest.fixture
def first(cast):
    return shift(cast.office_director, cast.duty_officer, 0, 8)


@pytest.fixture
def second(cast, other, first):
    return shift(cast.office_director, other, 8, 16)


@pytest.fixture
def signed_in(cast, first):
    return desk.sign_in(actor=cast.duty_officer, shift=first.pk, now=at(0))


def hand_over(cast, first, now=7.9, words="注意上蔡县网点积压"):
    return desk.hand_over(actor=cast.duty_officer, shift=first.pk, words=words, now=at(now))


def test_signing_in_is_for_ones_own_shift_within_an_hour_before(cast, other, first):
    with pytest.raises(WrongState):
        desk.sign_in(actor=cast.duty_officer, shift=first.pk, now=at(-1.1))
    with pytest.raises(NotFound):
        desk.sign_in(actor=other, shift=first.pk, now=at(0))
    desk.sign_in(actor=cast.duty_officer, shift=first.pk, now=at(-0.5))
    with pytest.raises(WrongState):
        desk.sign_in(actor=cast.duty_officer, shift=first.pk, now=at(0))


def test_late_is_said(cast, first):
    assert first.late_by(at(0.05)) is None and first.late_by(at(0.5)) is not None
    desk.sign_in(actor=cast.duty_officer, shift=first.pk, now=at(0.5))
    assert "迟到 30 分" in LedgerEntry.objects.get(action="duty.signed_in").summary
    with pytest.raises(WrongState):
        desk.sign_in(actor=cast.duty_officer, shift=first.pk, now=at(9))


def test_the_hand_over_lists_what_is_open(cast, first, signed_in, clock):
    call_in(cast, now=clock(3), known_at=at(3), title="起火")
    clock(7.9)
    written = hand_over(cast, first)
    kinds = [matter["kind"] for matter in written.open_matters]
    assert kinds[0] == "事件" and {"超时", "待办"} <= set(kinds)
    words = " ".join(matter["words"] for matter in written.open_matters)
    assert "起火" in words and "R4" in words


def test_a_firms_hand_over_lists_only_what_the_firm_owes(cast, clock):
    mine = shift(cast.enterprise, cast.enterprise, 0, 8)
    desk.sign_in(actor=cast.enterprise, shift=mine.pk, now=clock(0))
    call_in(cast, now=clock(1), known_at=at(1))
    written = desk.hand_over(actor=cast.enterprise, shift=mine.pk, words="", now=clock(7))
    words = " ".join(matter["words"] for matter in written.open_matters)
    assert "R4" in words and "R10" not in words


def test_it_is_read_and_signed_by_who_takes_over_and_signs_him_in(cast, other, first, second, signed_in):
    written = hand_over(cast, first)
    IntakeDraft.objects.create(person=cast.duty_officer.person, form="phone", saved_at=at(7))
    IntakeDraft.objects.create(person=other.person, form="phone", saved_at=at(7))
    assert roster.on_duty(first.organization, at(8.1)).waiting == written
    with pytest.raises(WrongState) as refusal:
        desk.sign_in(actor=other, shift=second.pk, now=at(8))
    assert refusal.value.code == "hand_over_waiting"
    desk.take_over(actor=other, hand_over=written.pk, now=at(8))
    signed = HandOver.objects.get()
    assert (signed.taken_over_by, signed.signed_at) == (second, at(8))
    assert Shift.objects.get(pk=second.pk).signed_in_at == at(8)
    assert [draft.person for draft in IntakeDraft.objects.all()] == [other.person]
    assert roster.on_duty(first.organization, at(8.1)).waiting is None
    with pytest.raises(WrongState):
        desk.take_over(actor=other, hand_over=written.pk, now=at(8.2))


def test_only_who_is_rostered_on_that_seat_takes_over(cast, other, first, second, signed_in):
    written = hand_over(cast, first)
    with pytest.raises(WrongState) as refusal:
        desk.take_over(actor=cast.office_director, hand_over=written.pk, now=at(8))
    assert refusal.value.code == "not_on_shift"
    with pytest.raises(WrongState):
        desk.take_over(actor=cast.duty_officer, hand_over=written.pk, now=at(7.95))
    with pytest.raises(WrongState):
        desk.take_over(actor=other, hand_over=written.pk, now=at(6.9))
    with pytest.raises(NotFound):
        desk.take_over(actor=cast.enterprise, hand_over=written.pk, now=at(8))
    desk.take_over(actor=other, hand_over=written.pk, now=at(7.95))


def test_it_may_be_written_anew_until_it_is_signed_and_never_after(cast, other, first, second, signed_in):
    hand_over(cast, first, words="一")
    written = hand_over(cast, first, words="二")
    assert HandOver.objects.get().words == "二"
    desk.take_over(actor=other, hand_over=written.pk, now=at(8))
    with pytest.raises(WrongState):
        hand_over(cast, first, words="三", now=8.1)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        HandOver.objects.update(words="三")
    with pytest.raises(IntegrityError), transaction.atomic():
        HandOver.objects.all().delete()


def test_who_did_not_sign_in_hands_nothing_over(cast, first):
    with pytest.raises(WrongState) as refusal:
        hand_over(cast, first)
    assert refusal.value.code == "not_signed_in"


def test_who_goes_on_himself_takes_his_hand_over_back(cast, first, signed_in):
    again = shift(cast.office_director, cast.duty_officer, 8, 16, now=at(7))
    hand_over(cast, first)
    desk.sign_in(actor=cast.duty_officer, shift=again.pk, now=at(8))
    assert not HandOver.objects.exists()


def test_a_leader_hands_over_his_own_seat(cast, other):
    mine = shift(cast.office_director, cast.office_director, 0, 8, seat=Seat.LEADER)
    next_ = shift(cast.office_director, other, 8, 16, seat=Seat.LEADER)
    desk.sign_in(actor=cast.office_director, shift=mine.pk, now=at(0))
    written = desk.hand_over(actor=cast.office_director, shift=mine.pk, words="", now=at(8))
    desk.take_over(actor=other, hand_over=written.pk, now=at(8))
    assert Shift.objects.get(pk=next_.pk).signed_in_at == at(8)


def test_the_ledger_keeps_the_hand_over_without_names(cast, other, first, second, signed_in):
    written = hand_over(cast, first)
    desk.take_over(actor=other, hand_over=written.pk, now=at(8))
    actions = list(LedgerEntry.objects.filter(action__startswith="duty.").values_list("action", flat=True))
    assert {"duty.handed_over", "duty.taken_over", "duty.signed_in"} <= set(actions)
    for entry in LedgerEntry.objects.filter(action__startswith="duty."):
        assert other.person.name not in entry.text and cast.duty_officer.person.name not in entry.text
