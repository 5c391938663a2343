"""Single sign-on: who somebody is, another system may say; whether he has an account, and what he may do, is ours."""

import ssl
from urllib.parse import parse_qs, urlsplit

import ldap3
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from incidents.models import User
from tests.accounts import provider as idp
from tests.accounts.hand import give_phone, is_inside, knock, rows
from tests.cast import PASSWORD
from tests.screens.stage import text_of
from zmd_emergency import sign_on


@pytest.fixture
def provider(settings, monkeypatch):
    with idp.running() as running:
        for name, value in {
            "CLIENT_ID": idp.CLIENT,
            "CLIENT_SECRET": "secret",
            "AUTHORIZATION_URL": f"{running.url}/authorize",
            "TOKEN_URL": f"{running.url}/token",
            "JWKS_URL": f"{running.url}/jwks",
        }.items():
            monkeypatch.setenv(f"ZMD_OIDC_{name}", value)
        for name, value in sign_on.oidc(running.url).items():
            setattr(settings, name, value)
        yield running


def come(provider, username: str, **claims):
    """To the provider and back, as a browser is led: the client, and the answer of the door."""
    client = Client()
    to = client.get(reverse("sso") + "?next=/duty/")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(to.url).query).items()}
    assert to.url.startswith(f"{provider.url}/authorize?") and asked["code_challenge_method"] == "S256"
    provider.claims = {"preferred_username": username, "nonce": asked["nonce"]} | claims
    back = {"code": "abc", "state": asked["state"]}
    return client, client.get(reverse("sso-callback"), back)


def test_whom_the_provider_names_comes_in_under_his_own_account(people, provider):
    person = people.duty_officer.person
    assert "统一身份认证登录" in text_of(Client().get(reverse("login")))
    client, answer = come(provider, person.username)
    assert answer.url == "/duty/" and is_inside(client)
    assert rows(person) == ["signed_in"] and provider.asked["code_verifier"]


def test_whom_we_do_not_know_stays_outside_and_no_account_is_made(people, provider):
    before = User.objects.count()
    client, answer = come(provider, "stranger")
    assert "没有对应的账号" in text_of(client.get(answer.url)) and not is_inside(client)
    User.objects.filter(pk=people.duty_officer.person.pk).update(is_active=False)
    client, _ = come(provider, people.duty_officer.person.username)
    assert User.objects.count() == before and not is_inside(client)


def test_a_word_that_is_not_the_providers_for_us_and_now_opens_nothing(people, provider):
    username = people.duty_officer.person.username
    wrong = [{"aud": "another"}, {"iss": "http://evil.example"}, {"nonce": "old"}, {"exp": 1}]
    for claims in wrong:
        client, answer = come(provider, username, **claims)
        assert answer.url == reverse("login") and not is_inside(client), claims
        assert "没有成功" in text_of(client.get(answer.url))
    provider.signs_with = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert not is_inside(come(provider, username)[0])
    client = Client()
    assert client.get(reverse("sso-callback"), {"code": "x", "state": "y"}).url == reverse("login")


def test_the_second_factor_is_ours_unless_the_providers_counts(people, provider, duty, settings):
    person = people.commander.person
    _, answer = come(provider, person.username)
    assert answer.url == reverse("door-enrol")
    give_phone(person)
    _, answer = come(provider, person.username)
    assert answer.url == reverse("door-verify")
    settings.OIDC_TRUSTS_FACTOR = True
    client, answer = come(provider, person.username)
    assert answer.url == "/duty/" and is_inside(client)


def test_without_a_provider_there_is_no_such_door(client, db):
    for name in ("sso", "sso-callback"):
        assert client.get(reverse(name)).status_code == 404
    with pytest.raises(ImproperlyConfigured, match="ZMD_OIDC_CLIENT_ID"):
        sign_on.oidc("https://idp.example")


@pytest.fixture
def configured_directory(settings, monkeypatch):
    """One that nobody answers for."""
    monkeypatch.setenv("ZMD_LDAP_BASE", "ou=people,dc=example")
    monkeypatch.setenv("ZMD_LDAP_START_TLS", "0")
    for name, value in sign_on.ldap("ldap://127.0.0.1:1").items():
        setattr(settings, name, value)
    ours = settings.AUTHENTICATION_BACKENDS
    settings.AUTHENTICATION_BACKENDS = [*ours, "incidents.services.identity.directory.DirectoryBackend"]


class Pool:
    def __init__(self, *arguments, **more):
        self.server = None

    def add(self, server):
        self.server = server


class InMemory(ldap3.Connection):
    """A directory in which the duty officer and a stranger stand."""

    def __init__(self, pool, **more):
        super().__init__(pool.server, client_strategy=ldap3.MOCK_SYNC, **more)
        for name in ("duty", "stranger"):
            entry = {"userPassword": "目录里的密码", "uid": name, "objectClass": "inetOrgPerson"}
            self.strategy.add_entry(f"uid={name},ou=people,dc=example", entry)


def test_a_directory_says_whether_a_password_is_right(people, configured_directory, monkeypatch):
    monkeypatch.setattr(ldap3, "ServerPool", Pool)
    monkeypatch.setattr(ldap3, "Connection", InMemory)
    person = people.duty_officer.person
    assert is_inside(knock(person, password="目录里的密码")[0])
    for username, password in (("duty", "别的"), ("stranger", "目录里的密码")):
        assert not is_inside(knock(User(username=username), password=password)[0])
    assert not User.objects.filter(username="stranger").exists()


def test_where_the_directory_is_down_the_password_kept_here_opens(people, configured_directory):
    person = people.duty_officer.person
    assert not is_inside(knock(person, password="目录里的密码")[0])
    assert is_inside(knock(person)[0])


def test_a_directory_is_asked_over_tls_unless_said_otherwise(monkeypatch):
    monkeypatch.setenv("ZMD_LDAP_BASE", "dc=example")
    said = sign_on.ldap("ldap://directory.example")
    assert said["LDAP_AUTH_USE_TLS"] and said["LDAP_AUTH_TLS_ARGS"] == {"validate": ssl.CERT_REQUIRED}


def test_password_stays_the_way_in_beside_a_provider(people, provider):
    assert is_inside(knock(people.duty_officer.person, password=PASSWORD)[0])
