"""Django's admin: reference data and accounts, for the administrator alone, each change in the ledger."""

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone

from alerts.models import DayKind
from incidents import ledger
from incidents.models import ApiKey, Contact, DeadlineRule, LedgerEntry
from incidents.services.revision import plan_revision
from tests.screens.stage import sign_in, text_of

REGISTERED = {
    "Organization", "Contact", "User", "Post", "ApiKey", "PlanVersion", "Clause", "EventClass",
    "GroupTemplate", "Criterion",
    "DeadlineRule", "EscalationStep", "DayKind", "ShiftPattern",
}  # fmt: skip

PLAN = {"PlanVersion", "Clause", "EventClass", "GroupTemplate", "Criterion", "DeadlineRule", "EscalationStep"}
NEVER_ADDED = {*PLAN, "User", "Post"}


@pytest.fixture
def client(cast):
    return sign_in(cast.administrator)


def url(model, page, *args):
    app = "alerts" if model in ("daykind", "shiftpattern") else "incidents"
    return reverse(f"admin:{app}_{model}_{page}", args=args)


def actions(chain) -> list[str]:
    return list(LedgerEntry.objects.filter(chain=chain).order_by("seq").values_list("action", flat=True))


def test_nothing_that_happened_is_registered():
    assert {model.__name__ for model in admin.site._registry} == REGISTERED


def test_the_door_is_the_one_door(db):
    from django.test import Client

    response = Client().get(reverse("admin:index"), follow=True)
    assert response.redirect_chain[-1][0].startswith(f"{reverse('login')}?next=")


@pytest.mark.parametrize("role", ["duty_officer", "office_director", "commander", "enterprise", "auditor"])
def test_others_are_told_that_it_is_not_theirs(cast, role):
    response = sign_in(getattr(cast, role)).get(reverse("admin:index"), follow=True)
    assert response.status_code == 403 and "只由系统管理员进入" in text_of(response)


def test_a_superuser_flag_opens_nothing(cast):
    person = cast.auditor.person
    person.is_superuser = person.is_staff = True
    person.save()
    assert sign_in(cast.auditor).get(reverse("admin:index"), follow=True).status_code == 403


@pytest.mark.parametrize("model", sorted(REGISTERED))
def test_every_list_and_row_opens_in_force_and_in_draft(cast, client, model):
    ApiKey.create(enterprise=cast.firm, name="调度", at=timezone.now())
    plan_revision.start_draft(actor=cast.administrator, now=timezone.now())
    DayKind.objects.create(day=timezone.localdate(), kind="rest")
    kind = next(m for m in admin.site._registry if m.__name__ == model)
    assert client.get(url(model.lower(), "changelist")).status_code == 200
    for row in {kind.objects.order_by("pk").first(), kind.objects.order_by("pk").last()}:
        assert client.get(url(model.lower(), "change", row.pk)).status_code == 200
    assert client.get(url(model.lower(), "add")).status_code == (403 if model in NEVER_ADDED else 200)


def test_accounts_and_posts_are_kept_on_our_own_screens_alone(cast, client):
    for model, row in (("user", cast.auditor.person), ("post", cast.auditor.post)):
        assert client.post(url(model, "change", row.pk), {"is_active": ""}).status_code == 403
        row.refresh_from_db()
        assert row.is_active


def test_a_contact_is_removed_with_a_row_on_its_bodys_chain(client):
    contact = Contact.objects.first()
    client.post(url("contact", "delete", contact.pk), {"post": "yes"})
    assert not Contact.objects.filter(pk=contact.pk).exists()
    assert actions(ledger.body_chain(contact.organization)) == ["reference.deleted"]


def test_accounts_and_bodies_are_never_deleted(cast, client):
    assert client.post(url("user", "delete", cast.auditor.person.pk), {"post": "yes"}).status_code == 403
    assert client.post(url("organization", "delete", cast.firm.pk), {"post": "yes"}).status_code == 403


@pytest.mark.clause("8.4")
def test_the_plan_is_looked_at_here_and_edited_with_reasons_elsewhere(cast, client):
    plan_revision.start_draft(actor=cast.administrator, now=timezone.now())
    before = list(DeadlineRule.objects.order_by("pk").values())
    for model in sorted(PLAN):
        kind = next(m for m in admin.site._registry if m.__name__ == model)
        row = kind.objects.order_by("-pk").first()
        assert (
            client.post(url(model.lower(), "change", row.pk), {"limit": 5, "title": "x"}).status_code == 403
        )
        assert client.post(url(model.lower(), "delete", row.pk), {"post": "yes"}).status_code == 403
    assert list(DeadlineRule.objects.order_by("pk").values()) == before


def test_a_key_is_shown_once_and_revoked(cast, client):
    response = client.post(url("apikey", "add"), {"enterprise": cast.firm.pk, "name": "调度"}, follow=True)
    key = ApiKey.objects.get()
    secret = next(str(m) for m in response.context["messages"] if "密钥" in str(m)).rpartition("：")[2]
    assert key.digest == ApiKey.digest_of(secret)
    client.post(url("apikey", "changelist"), {"action": "revoke", "_selected_action": key.pk})
    key.refresh_from_db()
    assert key.revoked_at and secret not in "".join(LedgerEntry.objects.values_list("text", flat=True))


def test_leaving_the_admin_is_leaving_through_the_door(cast, client):
    client.post(reverse("admin:logout"))
    assert actions(ledger.account_chain(cast.administrator.person)) == ["account.signed_out"]
