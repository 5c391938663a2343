"""The door: signing in and out, each a row of the ledger; drafts go with the person."""

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents import ledger
from incidents.models import IntakeDraft, LedgerEntry, User
from tests.cast import PASSWORD
from tests.screens.stage import sign_in, text_of


def rows(user) -> list[str]:
    entries = LedgerEntry.objects.filter(chain=ledger.account_chain(user)).order_by("seq")
    return list(entries.values_list("action", flat=True))


def test_the_door_names_the_system_and_the_duty_line(client, db):
    words = text_of(client.get(reverse("login")))
    assert "驻马店市邮政业突发事件应急指挥系统" in words and "0396-2887360" in words


def test_signing_in_and_out_is_written_down(client, cast):
    person = cast.duty_officer.person
    response = client.post(reverse("login"), {"username": person.username, "password": PASSWORD})
    assert response.url == reverse("home")
    client.post(reverse("logout"))
    assert rows(person) == ["account.signed_in", "account.signed_out"]
    assert not list(ledger.verify())


def test_a_wrong_password_is_written_down_and_said_in_chinese(client, cast):
    person = cast.duty_officer.person
    response = client.post(reverse("login"), {"username": person.username, "password": "wrong"})
    assert "用户名或密码不对" in text_of(response)
    assert rows(person) == ["account.sign_in_failed"]


def test_an_unknown_name_leaves_no_row_and_the_same_words(client, cast, caplog):
    response = client.post(reverse("login"), {"username": "nobody", "password": "x"})
    assert "用户名或密码不对" in text_of(response) and not LedgerEntry.objects.filter(
        chain__startswith="account:"
    )
    assert "unknown user name" in caplog.text and "nobody" not in caplog.text


@pytest.mark.parametrize("name", ["a\0b", "长" * 10_000])
def test_a_name_that_no_account_can_have_is_refused(client, db, name):
    answer = client.post(reverse("login"), {"username": name, "password": "不对"})
    assert answer.status_code == 200


def test_a_switched_off_account_stays_outside(client, cast):
    person = cast.duty_officer.person
    User.objects.filter(pk=person.pk).update(is_active=False)
    response = client.post(reverse("login"), {"username": person.username, "password": PASSWORD})
    assert response.status_code == 200 and rows(person) == ["account.sign_in_failed"]


def test_empty_fields_are_named(client, db):
    words = text_of(client.post(reverse("login"), {}))
    assert "请输入用户名" in words and "请输入密码" in words


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example/"])
def test_the_door_leads_nowhere_outside(client, cast, evil):
    data = {"username": cast.duty_officer.person.username, "password": PASSWORD, "next": evil}
    assert client.post(reverse("login"), data).url == reverse("home")


def test_signing_out_takes_the_drafts_along(cast):
    for actor in (cast.duty_officer, cast.auditor):
        IntakeDraft.objects.create(person=actor.person, form="phone", saved_at=timezone.now())
    sign_in(cast.duty_officer).post(reverse("logout"))
    assert list(IntakeDraft.objects.values_list("person", flat=True)) == [cast.auditor.person.pk]


def test_signing_out_is_no_get(cast):
    assert sign_in(cast.duty_officer).get(reverse("logout")).status_code == 405
