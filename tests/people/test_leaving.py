"""Whoever leaves hands over what is open on him: in one transaction, to somebody named for each, or it is refused."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from alerts.models import Notification, Seat, Shift
from incidents import ledger
from incidents.models import Contact, IntakeDraft, LedgerEntry, Post, Role
from incidents.refusals import Invalid, NotAllowed, WrongState
from incidents.services.identity import keys, leaving, open_duties
from incidents.services.roster import duty, duty_hand_over, duty_swap
from tests.cast import appoint
from tests.screens.stage import sign_in, text_of


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def second(cast):
    """Another duty officer of the office."""
    return appoint("second", cast.duty_officer.organization.code, Role.DUTY_OFFICER, "值班员乙")


def shift(cast, who, starts: float, ends: float, now, seat=Seat.DUTY) -> Shift:
    hours = {"starts_at": now + timedelta(hours=starts), "ends_at": now + timedelta(hours=ends)}
    body = cast.office_director.organization
    return duty.draw_up(
        actor=cast.office_director, body=body, seat=seat, person=who.person.pk, now=now, **hours
    )


def keys_of(person, now) -> list[str]:
    return [
        group.key for group in open_duties.of(person, list(person.posts.filter(is_active=True)), now).groups
    ]


def leaves(cast, who, successors: dict, now):
    return leaving.deactivate(
        actor=cast.administrator, person=who.person, reason="调离", successors=successors, now=now
    )


def last(chain: str) -> LedgerEntry:
    return LedgerEntry.objects.filter(chain=chain).order_by("-seq").first()


@pytest.mark.clause("5.2.3")
def test_seats_contacts_and_drafts_pass_to_a_successor(cast, second, now):
    who, office = cast.duty_officer, cast.duty_officer.organization
    running = shift(cast, who, -0.5, 6, now)
    duty_hand_over.sign_in(actor=who, shift=running.pk, now=now)
    coming = shift(cast, who, 24, 32, now)
    duty_swap.ask(actor=who, shift=coming.pk, of=second.person.pk, now=now)
    IntakeDraft.objects.create(person=who.person, form="phone", fields={"place": ["示范路"]}, saved_at=now)
    client = sign_in(who)
    groups = [f"seats-{office.code}", f"contacts-{office.code}", "drafts"]
    assert keys_of(who.person, now) == groups

    page = sign_in(cast.administrator).get(reverse("person-deactivate", args=[who.person.pk]))
    assert "正在值班" in text_of(page) and "值班联系人" in text_of(page)
    with pytest.raises(Invalid) as refused:
        leaves(cast, who, {}, now)
    assert {error.pointer for error in refused.value.errors} == {f"/{key}" for key in groups}

    later = now + timedelta(minutes=1)
    leaves(cast, who, dict.fromkeys(groups, "second"), later)
    running.refresh_from_db()
    assert running.ends_at == later and running.cut_short == "调离"
    taken = list(Shift.objects.filter(person=second.person).order_by("period"))
    assert [(each.starts_at, each.ends_at) for each in taken] == [
        (later, now + timedelta(hours=6)),
        (now + timedelta(hours=24), now + timedelta(hours=32)),
    ]
    assert coming.swaps.get().answer == "withdrawn"
    assert Contact.objects.get(organization=office, duty="DUTY").person == second.person
    assert second.person.drafts.get().fields == {"place": ["示范路"]}
    who.person.refresh_from_db()
    assert not who.person.is_active and not who.person.posts.filter(is_active=True).exists()
    post = Post.objects.get(pk=who.post.pk)
    assert (post.ended_at, post.ended_by) == (later, cast.administrator.post)
    assert client.get("/desk/").status_code == 302
    told = Notification.objects.filter(person=second.person, title__startswith="请接手").get()
    assert "班次" in told.text
    entry = last(ledger.account_chain(who.person))
    assert (entry.action, entry.reason, entry.data["passed"]) == ("account.deactivated", "调离", 3)
    assert last(ledger.body_chain(office)).action == "post.ended" and not list(ledger.verify())


def test_a_refused_successor_leaves_everything_as_it_was(cast, second, now):
    who, office = cast.duty_officer, cast.duty_officer.organization
    coming = shift(cast, who, 24, 32, now)
    shift(cast, second, 30, 36, now, Seat.LEADER)
    seats, contacts = f"seats-{office.code}", f"contacts-{office.code}"
    client = sign_in(cast.administrator)
    said = {seats: "second", contacts: "second", "reason": "调离"}
    answer = client.post(reverse("person-deactivate", args=[who.person.pk]), said)
    assert (
        answer.status_code == 422
        and "另有班次" in text_of(answer)
        and 'value="调离"' in answer.content.decode()
    )
    who.person.refresh_from_db(), coming.refresh_from_db()
    assert who.person.is_active and coming.person == who.person
    assert Contact.objects.filter(person=who.person).exists()


def test_seats_may_be_left_empty_and_that_is_said(cast, second, now):
    who, office = cast.duty_officer, cast.duty_officer.organization
    coming = shift(cast, who, 24, 32, now)
    page = sign_in(cast.administrator).get(reverse("person-deactivate", args=[who.person.pk]))
    assert "撤下，显示为空岗" in text_of(page)
    leaves(cast, who, dict.fromkeys(keys_of(who.person, now), leaving.NOBODY), now)
    assert not Shift.objects.filter(pk=coming.pk).exists()
    assert not Contact.objects.filter(person=who.person).exists()
    assert "duty.removed" in LedgerEntry.objects.filter(chain=ledger.body_chain(office)).values_list(
        "action", flat=True
    )


@pytest.mark.clause("2.2.3")
@pytest.mark.parametrize("role", ["office_director", "duty_officer", "approver"])
def test_the_last_holder_of_a_post_that_the_plan_needs_names_who_follows(cast, now, role):
    who = getattr(cast, role)
    group = f"post-{who.post.pk}"
    successors = dict.fromkeys(keys_of(who.person, now), "auditor")
    assert group in successors
    with pytest.raises(Invalid, match="接手"):
        leaves(cast, who, successors | {group: leaving.NOBODY}, now)
    leaves(cast, who, successors, now)
    followed = cast.auditor.person.posts.get(role=role)
    assert followed.organization == who.organization and followed.title == who.post.title


def test_of_two_commanders_one_may_go_and_of_two_posts_one_may_end(cast, now):
    assert not open_duties.of(cast.deputy.person, [cast.deputy.post], now).groups
    url = reverse("post-end", args=[cast.deputy.post.pk])
    client = sign_in(cast.administrator)
    assert "没有未了事项" in text_of(client.get(url))
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "改任"}).status_code == 302
    post = Post.objects.get(pk=cast.deputy.post.pk)
    assert not post.is_active and post.ended_by == cast.administrator.post and post.person.is_active
    assert client.get(url).status_code == 404
    with pytest.raises(WrongState, match="已经离任"):
        leaving.end_post(actor=cast.administrator, post=post, reason="再次", successors={}, now=now)


def test_a_seat_stays_with_who_keeps_another_post_of_the_body(cast, second, now):
    appoint("duty", cast.duty_officer.organization.code, Role.OFFICE_DIRECTOR, "副主任")
    shift(cast, cast.duty_officer, 24, 32, now)
    assert not open_duties.of(cast.duty_officer.person, [cast.duty_officer.post], now).groups


def test_an_administrator_does_not_switch_himself_off_and_the_last_names_another(cast, now):
    other = appoint("admin2", cast.commander.organization.code, Role.ADMINISTRATOR, "管理员乙")
    with pytest.raises(NotAllowed, match="不能停用自己"):
        leaves(cast, cast.administrator, {}, now)
    leaving.deactivate(actor=other, person=cast.administrator.person, reason="调离", successors={}, now=now)
    elsewhere = appoint("admin2", cast.office_director.organization.code, Role.ADMINISTRATOR, "管理员")
    leaving.end_post(actor=other, post=elsewhere.post, reason="只留一处", successors={}, now=now)
    with pytest.raises(Invalid, match="最后一位系统管理员"):
        leaving.end_post(actor=other, post=other.post, reason="改任", successors={}, now=now)


def test_what_goes_on_by_itself_is_told(cast, now):
    keys.create(enterprise=cast.firm.code, name="调度", now=now)
    told = " ".join(open_duties.of(cast.enterprise.person, [cast.enterprise.post], now).told)
    assert "1 个接口密钥属于企业" in told and "将没有企业报告人" in told
