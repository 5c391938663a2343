"""Drawing up shifts: nobody twice, nobody untrained, only one's own body's, and only what is still to come."""

from datetime import date

import pytest
from django.db import IntegrityError, OperationalError, transaction

from alerts.models import Notification, Seat, Shift, Training
from alerts.services.roster import period_of
from incidents import ledger
from incidents.models import LedgerEntry, Organization, User
from incidents.refusals import Invalid, NotAllowed, NotFound, WrongState
from incidents.services.roster import duty
from incidents.services.training import duty_training
from tests import cast as people
from tests.duty.stage import at, shift
from tests.trust.test_races import at_once, refusals

pytestmark = pytest.mark.clause("5.2.3")


def test_a_shift_is_a_row_of_the_bodys_ledger_without_a_name(cast):
    drawn = shift(cast.office_director, cast.duty_officer, 0, 8)
    assert drawn.hours == "3月2日 08:00–16:00"
    entry = LedgerEntry.objects.get(action="duty.drawn_up")
    assert entry.chain == ledger.body_chain(cast.duty_officer.organization)
    assert cast.duty_officer.person.name not in entry.text
    assert entry.personal_values.get().value == cast.duty_officer.person.name
    assert Notification.objects.filter(person=cast.duty_officer.person, title__contains="已排您值班").exists()


def test_two_shifts_of_a_seat_never_overlap(cast, other):
    shift(cast.office_director, cast.duty_officer, 0, 8)
    with pytest.raises(Invalid) as refusal:
        shift(cast.office_director, other, 7, 15)
    assert "已有人值班" in refusal.value.detail and refusal.value.errors[0].pointer == "/starts_at"
    shift(cast.office_director, other, 8, 16)
    assert Shift.objects.count() == 2, "one may end in the second in which the next begins"


def test_nobody_sits_in_two_seats_at_once(cast):
    shift(cast.office_director, cast.duty_officer, 0, 8)
    with pytest.raises(Invalid) as refusal:
        shift(cast.office_director, cast.duty_officer, 4, 12, seat=Seat.STANDBY)
    assert refusal.value.errors[0].code == "busy"


def test_the_database_itself_refuses_an_overlap_of_a_seat_or_of_a_person(cast, other):
    office = cast.duty_officer.organization

    def put(person, seat):
        with transaction.atomic():
            Shift.objects.create(
                organization=office,
                seat=seat,
                person=person,
                period=period_of(at(0), at(8)),
                drawn_up_at=at(-1),
            )

    put(cast.duty_officer.person, Seat.DUTY)
    with pytest.raises(IntegrityError, match="one_shift_of_a_seat"):
        put(other.person, Seat.DUTY)
    with pytest.raises(IntegrityError, match="one_seat_of_a_person"):
        put(cast.duty_officer.person, Seat.LEADER)
    put(other.person, Seat.LEADER)


def test_of_two_who_draw_up_the_same_hours_at_once_one_is_refused(cloned_database, cast):
    from tests.duty.stage import colleague

    second = colleague(cast)
    results = at_once(
        lambda: shift(cast.office_director, cast.duty_officer, 0, 8),
        lambda: shift(cast.office_director, second, 4, 12),
    )
    (loser,) = refusals(results)
    assert isinstance(loser, Invalid) and loser.errors[0].code == "overlap"
    assert Shift.objects.count() == 1
    assert list(ledger.verify()) == []


def test_of_two_bodies_that_roster_one_person_at_once_one_is_refused(cloned_database, cast):
    people.appoint("member", cast.county.organization.code, cast.county.role, "兼职")
    elsewhere = cast.county.organization
    results = at_once(
        lambda: shift(cast.member, cast.member, 0, 8),
        lambda: shift(cast.county, cast.member, 4, 12, body=elsewhere),
    )
    (loser,) = refusals(results)
    assert isinstance(loser, Invalid) and Shift.objects.count() == 1


def test_two_bare_inserts_at_once_leave_one_shift(cloned_database, cast):
    """Past every service: the exclusion constraint alone."""
    from tests.duty.stage import colleague

    second, office = colleague(cast), cast.duty_officer.organization

    def put(person, starts):
        def act():
            try:
                with transaction.atomic():
                    Shift.objects.create(
                        organization_id=office.pk,
                        seat=Seat.DUTY,
                        person_id=person.pk,
                        period=period_of(at(starts), at(starts + 8)),
                        drawn_up_at=at(-1),
                    )
            except (IntegrityError, OperationalError) as error:  # the check itself may find a deadlock
                return error

        return act

    results = at_once(put(cast.duty_officer.person, 0), put(second.person, 4))
    assert sum(result is not None for result in results) == 1
    assert Shift.objects.count() == 1


@pytest.mark.clause("8.2")
def test_an_untrained_person_cannot_be_rostered(cast, other):
    Training.objects.filter(person=other.person).delete()
    with pytest.raises(Invalid) as refusal:
        shift(cast.office_director, other, 0, 8)
    assert refusal.value.clause == "8.2" and refusal.value.errors[0].pointer == "/person"
    people.train(other.person, passed_on=date(2026, 1, 1), valid_until=date(2026, 3, 2))
    with pytest.raises(Invalid):
        shift(cast.office_director, other, 8, 17)  # until 01:00 of the day after it has run out
    shift(cast.office_director, other, 8, 16)


@pytest.mark.clause("8.2")
def test_training_is_recorded_by_who_keeps_the_body_and_withdrawn_with_a_reason(cast, other):
    Training.objects.filter(person=other.person).delete()
    office = cast.duty_officer.organization
    facts = {"topic": "应急值班", "passed_on": date(2026, 1, 5), "valid_until": date(2027, 1, 4)}
    recorded = duty_training.record_training(
        actor=cast.office_director, body=office, person=other.person.pk, now=at(0), **facts
    )
    shift(cast.office_director, other, 0, 8)
    with pytest.raises(NotAllowed):
        duty_training.record_training(
            actor=cast.duty_officer, body=office, person=other.person.pk, now=at(0), **facts
        )
    with pytest.raises(Invalid):
        duty_training.record_training(
            actor=cast.office_director, body=office, person=cast.member.person.pk, now=at(0), **facts
        )
    with pytest.raises(Invalid):
        duty_training.record_training(
            actor=cast.office_director,
            body=office,
            person=other.person.pk,
            now=at(0),
            **facts | {"passed_on": date(2028, 1, 1)},
        )
    duty_training.withdraw_training(
        actor=cast.office_director, body=office, training=recorded.pk, reason="登记错人", now=at(0)
    )
    with pytest.raises(Invalid):
        shift(cast.office_director, other, 8, 16)


def test_only_a_bodys_own_active_people_are_rostered(cast, other):
    with pytest.raises(Invalid) as refusal:
        shift(cast.office_director, cast.member, 0, 8, body=cast.duty_officer.organization)
    assert refusal.value.errors[0].code == "not_its_person"
    User.objects.filter(pk=other.person.pk).update(is_active=False)
    with pytest.raises(Invalid):
        shift(cast.office_director, other, 0, 8)


@pytest.mark.parametrize("role", ["member", "county", "enterprise"])
def test_a_body_draws_up_its_own(cast, role):
    actor = getattr(cast, role)
    assert shift(actor, actor, 0, 8).organization == actor.organization


def test_the_director_draws_up_for_members_and_counties_but_not_for_a_firm(cast):
    shift(cast.office_director, cast.member, 0, 8)
    shift(cast.office_director, cast.county, 0, 8)
    with pytest.raises(NotAllowed):
        shift(cast.office_director, cast.enterprise, 0, 8)


def test_somebody_elses_roster_does_not_exist_and_a_duty_officer_draws_up_none(cast):
    with pytest.raises(NotFound):
        shift(cast.enterprise, cast.other_enterprise, 0, 8)
    with pytest.raises(NotFound):
        shift(cast.member, cast.duty_officer, 0, 8)
    with pytest.raises(NotAllowed):
        shift(cast.duty_officer, cast.duty_officer, 0, 8)


def test_a_parent_firm_draws_up_its_outlets(cast):
    hub = Organization.objects.get(code="express-a-hub")
    outlet = people.appoint("hub", hub.code, cast.enterprise.role, "分拨中心值班员")
    shift(cast.enterprise, outlet, 0, 8)
    with pytest.raises(NotFound):
        shift(outlet, cast.enterprise, 0, 8)


@pytest.mark.parametrize(
    ("starts", "ends", "code"),
    [
        (-3, 5, "in_past"),
        (8, 8, "length"),
        (8, 4, "length"),
        (0, 24 * 40, "length"),
        (10**6, 10**6 + 8, "out_of_range"),
    ],
)
def test_odd_times_are_refused_at_their_field(cast, starts, ends, code):
    with pytest.raises(Invalid) as refusal:
        shift(cast.office_director, cast.duty_officer, starts, ends, now=at(0))
    assert refusal.value.errors[0].code == code


def test_a_future_shift_is_changed_or_removed_with_a_reason(cast, other):
    drawn = shift(cast.office_director, cast.duty_officer, 8, 16)
    changed = duty.change(
        actor=cast.office_director,
        shift=drawn.pk,
        person=other.person.pk,
        starts_at=at(8),
        ends_at=at(20),
        reason="病假",
        now=at(0),
    )
    assert (changed.person, changed.ends_at) == (other.person, at(20))
    told = Notification.objects.filter(title__contains="班次已更改").values_list("person", flat=True)
    assert set(told) == {cast.duty_officer.person.pk, other.person.pk}
    with pytest.raises(Invalid):
        duty.remove(actor=cast.office_director, shift=drawn.pk, reason=" ", now=at(0))
    duty.remove(actor=cast.office_director, shift=drawn.pk, reason="重排", now=at(0))
    assert not Shift.objects.exists()
    assert LedgerEntry.objects.filter(action="duty.removed", reason="重排").exists()


def test_a_running_shift_is_only_ended_early(cast):
    drawn = shift(cast.office_director, cast.duty_officer, 0, 8)
    with pytest.raises(WrongState):
        duty.remove(actor=cast.office_director, shift=drawn.pk, reason="重排", now=at(1))
    with pytest.raises(WrongState):
        duty.end_early(actor=cast.office_director, shift=drawn.pk, reason="就医", now=at(-0.5))
    ended = duty.end_early(actor=cast.office_director, shift=drawn.pk, reason="就医", now=at(3))
    assert ended.ends_at == at(3) and ended.cut_short == "就医"


def test_the_database_keeps_a_shift_that_was_signed_in(cast):
    drawn = shift(cast.office_director, cast.duty_officer, 0, 8)
    Shift.objects.filter(pk=drawn.pk).update(signed_in_at=at(0))
    for spoil in (
        lambda: Shift.objects.filter(pk=drawn.pk).delete(),
        lambda: Shift.objects.filter(pk=drawn.pk).update(person=cast.office_director.person),
        lambda: Shift.objects.filter(pk=drawn.pk).update(period=period_of(at(0), at(9))),
        lambda: Shift.objects.filter(pk=drawn.pk).update(signed_in_at=None),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            spoil()
