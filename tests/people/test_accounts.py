"""Accounts and posts on the administrator's screens: each in the ledger, on the account's chain and the body's."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents import ledger
from incidents.models import LedgerEntry, Organization, Post, Role, User
from incidents.models.people import BODY_OF_ROLE
from incidents.refusals import Invalid, NotAllowed, WrongState
from incidents.roles import Caller
from incidents.services.identity import lockouts, people
from tests.cast import appoint
from tests.screens.stage import sign_in, text_of

NEW = {"username": "wang", "name": "王值班", "phone": "0396-1", "body": "", "role": "", "title": ""}


def actions(chain: str) -> list[str]:
    return list(LedgerEntry.objects.filter(chain=chain).order_by("seq").values_list("action", flat=True))


def test_an_account_is_made_with_its_post_and_its_password_is_shown_once(cast, client):
    office = cast.office_director.organization
    post = {"body": office.code, "role": "duty_officer", "title": "值班员"}
    shown = sign_in(cast.administrator).post(reverse("person-new"), NEW | post)
    password = re.search(r'value="(\w{4}-\w{4}-\w{4})"', shown.content.decode())[1]
    person = User.objects.get(username="wang")
    assert person.check_password(password) and person.must_change_password
    held = person.posts.get()
    assert (held.role, held.organization, held.assigned_by) == (
        "duty_officer",
        office,
        cast.administrator.post,
    )
    assert actions(ledger.account_chain(person)) == ["account.created", "post.assigned"]
    assert actions(ledger.body_chain(office))[-1] == "post.assigned"
    assert password not in "".join(LedgerEntry.objects.values_list("text", flat=True))
    assert not list(ledger.verify())
    assert (
        password not in sign_in(cast.administrator).get(reverse("person", args=[person.pk])).content.decode()
    )


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"username": "duty"}, "已有人使用"),
        ({"username": "DUTY"}, "已有人使用"),
        ({"username": "a b"}, "字母、数字"),
        ({"username": ""}, "请填写用户名"),
        ({"name": ""}, "请填写姓名"),
        ({"role": "duty_officer"}, "请填写单位"),
        ({"body": "express-a", "role": "commander", "title": "总指挥"}, "只能设在"),
    ],
)
def test_a_wrong_account_is_refused_at_the_field_and_leaves_nothing(cast, wrong, words):
    before = User.objects.count()
    answer = sign_in(cast.administrator).post(reverse("person-new"), NEW | wrong)
    assert answer.status_code == 422 and words in text_of(answer)
    assert 'value="0396-1"' in answer.content.decode() and User.objects.count() == before


def test_a_post_fits_its_body_for_every_role(cast):
    person, now = cast.auditor.person, timezone.now()
    bodies = {
        kind: Organization.objects.filter(kind=kind, is_active=True).first() for kind in Organization.Kind
    }
    for role, kinds in BODY_OF_ROLE.items():
        for kind, body in bodies.items():
            if body is None or person.posts.filter(organization=body, role=role).exists():
                continue
            with transaction.atomic():
                wish = {"body": body.code, "role": role, "title": "职务"}
                if kind in kinds:
                    people.assign(actor=cast.administrator, person=person, now=now, **wish)
                else:
                    with pytest.raises(Invalid, match="只能设在"):
                        people.assign(actor=cast.administrator, person=person, now=now, **wish)


def test_nobody_but_the_administrator_keeps_accounts_and_he_gives_himself_no_post(cast):
    wish = {
        "body": cast.commander.organization.code,
        "role": "commander",
        "title": "副总指挥",
        "now": timezone.now(),
    }
    with pytest.raises(NotAllowed, match="系统管理员"):
        people.assign(actor=cast.office_director, person=cast.auditor.person, **wish)
    with pytest.raises(NotAllowed, match="不能给自己任职"):
        people.assign(actor=cast.administrator, person=cast.administrator.person, **wish)


@pytest.mark.clause("2.2.1")
def test_one_person_holds_several_posts_and_each_once(cast):
    person, now = cast.office_director.person, timezone.now()
    wish = {"body": cast.commander.organization.code, "role": "commander", "title": "副总指挥", "now": now}
    people.assign(actor=cast.administrator, person=person, **wish)
    assert Caller.of_user(person).roles == {Role.OFFICE_DIRECTOR, Role.COMMANDER}
    with pytest.raises(Invalid, match="已在"):
        people.assign(actor=cast.administrator, person=person, **wish)


def test_a_new_initial_password_ends_all_sessions(cast):
    client = sign_in(cast.duty_officer)
    url = reverse("person-password", args=[cast.duty_officer.person.pk])
    assert "核实" in text_of(sign_in(cast.administrator).get(url))
    shown = sign_in(cast.administrator).post(url)
    assert "只显示这一次" in text_of(shown)
    assert client.get("/desk/").status_code == 302
    cast.duty_officer.person.refresh_from_db()
    assert cast.duty_officer.person.must_change_password


def test_what_is_changed_of_an_account_is_in_the_ledger(cast):
    person = cast.duty_officer.person
    sign_in(cast.administrator).post(
        reverse("person", args=[person.pk]), {"name": "李值班", "phone": "0396-9"}
    )
    person.refresh_from_db()
    assert (person.name, person.phone) == ("李值班", "0396-9")
    assert actions(ledger.account_chain(person)) == ["account.changed"] and not list(ledger.verify())


def test_the_list_is_filtered(cast):
    client, office = sign_in(cast.administrator), cast.office_director.organization
    User.objects.filter(pk=cast.auditor.person.pk).update(must_change_password=True)
    User.objects.filter(pk=cast.county.person.pk).update(is_active=False)
    Post.objects.filter(pk=cast.member.post.pk).update(is_active=False)

    def names(**query) -> set[str]:
        return {person.username for person in client.get(reverse("people"), query).context["people"]}

    assert "county" not in names() and "county" in names(state="all")
    assert names(state="off") == {"county"}
    assert names(state="first") == {"auditor"} and names(state="idle") == {"member"}
    for _ in range(lockouts.FROM_ONE_ADDRESS):
        Client().post(reverse("login"), {"username": "auditor", "password": "猜的"})
    assert names(state="locked") == {"auditor"}
    assert names(body=office.code) == {"duty", "director", "admin"}
    assert names(role="commander") == {"commander", "deputy"}
    assert names(q="审计") == {"auditor"} and names(q="没有这个人") == set()
    assert "没有符合的人员" in text_of(client.get(reverse("people"), {"q": "没有这个人"}))


def test_the_last_administrator_stays_whoever_asks_the_database(cast):
    person, post = cast.administrator.person, cast.administrator.post
    doings = (
        lambda: User.objects.filter(pk=person.pk).update(is_active=False),
        lambda: Post.objects.filter(pk=post.pk).update(is_active=False),
        lambda: Post.objects.filter(pk=post.pk).update(role="auditor"),
        lambda: Organization.objects.filter(pk=post.organization_id).update(is_active=False),
        lambda: connection.cursor().execute("DELETE FROM incidents_post WHERE id = %s", [post.pk]),
    )
    for doing in doings:
        with pytest.raises(IntegrityError, match="last administrator|office_stays"), transaction.atomic():
            doing()
    body = Organization.objects.get(pk=post.organization_id)
    body.is_active = False
    with pytest.raises(ValidationError, match="最后一位系统管理员"):
        body.clean()
    appoint("admin2", cast.commander.organization.code, Role.ADMINISTRATOR, "管理员乙")
    body.clean()
    User.objects.filter(pk=person.pk).update(is_active=False)


def test_two_administrators_who_remove_each_other_are_told_in_words(cast):
    """Each has seen the other when he asked; the database lets one of them through."""
    with pytest.raises(WrongState, match="最后一位系统管理员"), transaction.atomic():
        with people.an_administrator_remaining():
            Post.objects.filter(role=Role.ADMINISTRATOR).update(is_active=False)


def test_an_account_comes_back_without_a_post(cast):
    person = cast.member.person
    User.objects.filter(pk=person.pk).update(is_active=False)
    with pytest.raises(WrongState, match="先恢复"):
        people.assign(
            actor=cast.administrator,
            person=person,
            body=cast.member.organization.code,
            role="member",
            title="x",
            now=timezone.now(),
        )
    shown = sign_in(cast.administrator).post(reverse("person-reactivate", args=[person.pk]))
    person.refresh_from_db()
    assert person.is_active and person.must_change_password and "只显示这一次" in text_of(shown)


def test_the_first_administrator_is_appointed_on_the_server(db, capsys):
    call_command("appoint_administrator", "zhang", "张管理员")
    person = User.objects.get(username="zhang")
    assert person.check_password(capsys.readouterr().out.strip()) and person.must_change_password
    assert Caller.of_user(person).roles == {Role.ADMINISTRATOR}
    with pytest.raises(CommandError, match="已有人使用"):
        call_command("appoint_administrator", "zhang", "张管理员")
