"""“Who is on duty now” resolves every recipient: the roster first, then the standing contacts."""

import pytest
from django.urls import reverse

from alerts.models import Notification, Seat
from alerts.services import escalation, roster
from alerts.services.directory import Directory, reached_for
from incidents.models import User
from incidents.services.roster import duty_swap
from tests import cast as people
from tests.cast import call_in
from tests.duty.stage import at, shift
from tests.screens.stage import sign_in, text_of

pytestmark = pytest.mark.clause("5.2.3")


def desk(body, hours):
    return [person.username for person in Directory([body], at=at(hours)).on_duty(body)]


def leaders(body, hours):
    return [person.username for person in Directory([body], at=at(hours)).leaders(body)]


@pytest.fixture
def office(cast):
    return cast.duty_officer.organization


def test_the_person_on_shift_then_the_standing_contact(cast, other, office):
    shift(cast.office_director, other, 0, 8)
    assert desk(office, 0) == ["colleague"] and desk(office, 7.99) == ["colleague"]
    assert desk(office, 8) == ["duty"], "the end belongs to the next"
    assert leaders(office, 1) == ["director"]


def test_the_standby_stands_in_before_the_standing_contact(cast, other, office):
    shift(cast.office_director, other, 0, 8, seat=Seat.STANDBY)
    assert desk(office, 1) == ["colleague"]
    shift(cast.office_director, cast.office_director, 0, 8)
    assert desk(office, 1) == ["director"]
    User.objects.filter(pk=cast.office_director.person.pk).update(is_active=False)
    assert desk(office, 1) == ["colleague"], "who can't be reached is stood in for"


def test_who_has_left_the_body_is_not_reached_and_leaves_a_gap(cast, other, office, clock):
    shift(cast.office_director, other, 0, 8)
    assert [gap.seat for gap in roster.gaps(office, at(1), at(2))] == [Seat.LEADER]
    other.post.is_active = False
    other.post.save()
    assert desk(office, 1) == ["duty"]
    shift(cast.office_director, cast.duty_officer, -0.5, 0)
    assert Seat.DUTY in [gap.seat for gap in roster.gaps(office, at(1), at(2))]
    client = sign_in(cast.office_director)
    words = text_of(client.get(reverse("duty-roster", args=[office.code]) + "?from=2026-03-02"))
    assert "已离任，须改派" in words


def test_the_leader_on_shift(cast, other, office):
    shift(cast.office_director, other, 0, 8, seat=Seat.LEADER)
    assert leaders(office, 1) == ["colleague"]
    assert [p.username for p in reached_for(office, at=at(1))] == ["duty", "colleague"]
    assert "colleague" in [p.username for p in Directory([office], at=at(1)).everyone(office)]


def test_many_bodies_take_two_queries(cast, other, office, django_assert_num_queries):
    shift(cast.office_director, other, 0, 8)
    shift(cast.enterprise, cast.enterprise, 0, 8)
    with django_assert_num_queries(2):
        directory = Directory([office, cast.firm, office.parent], at=at(1))
        directory.reached_for(office, cast.firm)
        directory.everyone(office, office.parent)


@pytest.fixture
def reserve(cast):
    return people.appoint("reserve", people.FIRM, cast.enterprise.role, "企业值班员丁")


def test_a_step_goes_to_whoever_is_on_shift_when_it_fires(cast, clock, reserve):
    """The reminders of one debt reach two people, since the shift changed between them."""
    shift(cast.enterprise, cast.enterprise, 0, 1.6)
    shift(cast.enterprise, reserve, 1.6, 8)
    incident = call_in(cast, known_at=at(0), now=clock(0))
    debt = incident.deadlines.get(rule__code="R4")  # due at 2
    escalation.sweep(now=clock(1.51))
    escalation.sweep(now=clock(1.9))
    told = Notification.objects.filter(deadline=debt, kind="reminder").order_by("created_at")
    assert [n.person.username for n in told] == ["firm", "reserve"]


def test_a_swap_moves_the_escalation_with_it(cast, clock, reserve):
    mine = shift(cast.enterprise, cast.enterprise, 1, 8)
    swap = duty_swap.ask(actor=cast.enterprise, shift=mine.pk, of=reserve.person.pk, now=at(-0.5))
    duty_swap.answer(actor=reserve, swap=swap.pk, consent=True, now=at(-0.2))
    incident = call_in(cast, known_at=at(0), now=clock(0))
    escalation.sweep(now=clock(1.51))
    told = Notification.objects.filter(
        deadline__incident=incident, kind="reminder", deadline__rule__code="R4"
    )
    assert {n.person.username for n in told} == {"reserve"}
