"""What a person does at the door, and the phone in his hand."""

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP

from alerts.channels import sealing
from incidents import ledger
from incidents.models import AuthenticatorApp, LedgerEntry, User
from incidents.services.identity import second_factors
from tests.cast import PASSWORD


def knock(person: User, client: Client | None = None, password: str = PASSWORD, **more):
    """User name and password: the client, and the answer."""
    client = client or Client()
    data = {"username": person.username, "password": password}
    return client, client.post(reverse("login"), data, **more)


def code_of(sealed: str) -> str:
    """What the phone shows at this moment."""
    totp = TOTP(bytes.fromhex(sealing.unseal(sealed)["seed"]))
    totp.time = timezone.now().timestamp()
    return f"{totp.token():06d}"


def phone_of(person: User) -> str:
    return code_of(AuthenticatorApp.objects.get(user=person).sealed)


def give_phone(person: User, name: str = "手机") -> list[str]:
    """An app whose next code is good; the recovery codes."""
    sealed = second_factors.new_seed()
    codes = second_factors.enrol_app(
        person=person, sealed=sealed, code=code_of(sealed), name=name, now=timezone.now()
    )
    AuthenticatorApp.objects.filter(user=person).update(last_t=-1)
    person.refresh_from_db()
    return codes


def rows(person: User) -> list[str]:
    entries = LedgerEntry.objects.filter(chain=ledger.account_chain(person)).order_by("seq")
    return [action.removeprefix("account.") for action in entries.values_list("action", flat=True)]


def is_inside(client: Client) -> bool:
    return client.get(reverse("inbox")).status_code == 200
