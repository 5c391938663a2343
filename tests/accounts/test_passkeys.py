"""Passkeys: registered at the door or on one's page; the second factor after a password, or both at once without one."""

import pytest
from django.test import Client
from django.urls import reverse
from django_otp_webauthn.models import WebAuthnCredential

from incidents.models import User
from tests.accounts.authenticator import Key
from tests.accounts.hand import is_inside, knock, rows
from tests.cast import PASSWORD
from tests.screens.stage import sign_in


def post(client: Client, name: str, said: dict, query: str = ""):
    return client.post(reverse(name) + query, said, content_type="application/json")


def register(client: Client, key: Key, **said):
    options = post(client, "passkey-register", said)
    if options.status_code != 200:
        return options
    return post(client, "passkey-registered", key.register(options.json()))


def show(client: Client, key: Key, query: str = "", **how):
    options = post(client, "passkey-show", {}).json()
    return post(client, "passkey-shown", key.show(options, **how), query)


@pytest.fixture
def owner(people):
    """A duty officer with a passkey: the person and the key."""
    key = Key()
    answer = register(sign_in(people.duty_officer), key, proof=PASSWORD, name="值班室电脑")
    assert answer.json() == {"url": reverse("account-codes")}
    people.duty_officer.person.refresh_from_db()
    return people.duty_officer.person, key


def test_one_is_registered_at_the_door_by_who_must_have_one(people, duty):
    client, _ = knock(people.commander.person)
    answer = register(client, Key(), name="\0")
    assert answer.json()["url"] == reverse("account-codes") and is_inside(client)
    assert rows(people.commander.person) == ["factor_added", "recovery_codes_made", "signed_in"]
    assert WebAuthnCredential.objects.get().name == "通行密钥"


def test_registering_at_an_open_screen_asks_who_one_is(people):
    client = sign_in(people.duty_officer)
    refused = register(client, Key(), proof="猜的", name="x")
    assert refused.status_code == 422 and "密码或验证码不对" in refused.json()["detail"]
    assert not WebAuthnCredential.objects.exists()


def test_nobody_registers_one_before_he_has_shown_the_factor_that_he_has(owner):
    person, _ = owner
    client, answer = knock(person)
    assert answer.url == reverse("door-verify")
    assert register(client, Key(), name="x").status_code == 401
    assert register(Client(), Key(), name="x").status_code == 401


def test_after_a_password_it_is_the_second_factor(owner):
    person, key = owner
    client, _ = knock(person)
    assert not is_inside(client)
    assert show(client, key, verified=False).json() == {"url": reverse("home")}
    assert is_inside(client) and rows(person)[-1] == "signed_in"


def test_without_a_password_it_is_both_and_needs_finger_face_or_pin(owner):
    person, key = owner
    client = Client()
    assert show(client, key, verified=False).status_code == 422 and not is_inside(client)
    assert show(client, key, "?next=/duty/").json() == {"url": "/duty/"}
    assert is_inside(client) and client.session["second_factor"] == "passkey"
    assert show(Client(), key, "?next=https://evil.example/").json() == {"url": reverse("home")}


def test_it_opens_while_guesses_have_locked_the_password(owner):
    person, key = owner
    for _ in range(5):
        knock(person, password="猜的")
    client = Client()
    show(client, key)
    assert is_inside(client)


def test_a_strange_or_stolen_answer_opens_nothing(owner, people):
    person, key = owner
    client, _ = knock(person)
    assert show(client, Key()).status_code == 422, "a key that is not his"
    assert rows(person)[-1] == "factor_failed"
    phished = Key("http://evil.example")
    phished.id, phished.private = key.id, key.private
    assert show(client, phished).status_code == 422, "asked by another site"
    options = post(client, "passkey-show", {}).json()
    answer = key.show(options)
    assert post(client, "passkey-shown", answer).status_code == 200
    assert post(Client(), "passkey-shown", answer).status_code == 400, "said twice"
    for said in ({}, {"id": 1}, [], {"id": "x", "rawId": "x", "type": "public-key", "response": {}}):
        other = Client()
        post(other, "passkey-show", {})
        assert post(other, "passkey-shown", said).status_code == 422
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert show(Client(), key).status_code == 403


@pytest.mark.parametrize("body", ["[" * 100_000, '{"name": "\\ud800"}', "{", "\xff"])
def test_what_is_no_answer_of_a_key_is_refused(people, body):
    client = sign_in(people.duty_officer)
    for name in ("passkey-register", "passkey-registered", "passkey-shown"):
        answer = client.post(reverse(name), body, content_type="application/json")
        assert answer.status_code == 400 and answer.json()["detail"], name


def test_the_page_has_its_script_outside(client, db):
    page = client.get(reverse("login")).content.decode()
    assert "js/passkeys.js" in page and "onclick" not in page
