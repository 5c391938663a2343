"""A test webhook is told of what its firm's test key tries out, and no other webhook hears of it (domain §8)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.models import Webhook
from alerts.services import escalation
from incidents.models import ApiKey, Organization
from tests import cast as people
from tests.api.conftest import Firm, filing
from tests.api.test_warnings import a_risk
from tests.webhooks.conftest import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def engineer(firm) -> Firm:
    secret = "zmd_of_the_sandbox"
    key = ApiKey.objects.create(
        enterprise=Organization.objects.get(code=people.FIRM),
        name="沙箱",
        prefix=secret[:10],
        digest=ApiKey.digest_of(secret),
        is_test=True,
        created_at=timezone.now(),
    )
    return Firm(firm.client, key, secret)


def test_what_is_tried_out_is_told_to_the_test_webhook_alone(engineer, firm):
    def made(who) -> Webhook:
        answer = who.post("webhooks/", {"url": "https://hooks.example/zmd"})
        return Webhook.objects.get(pk=answer.json()["id"])

    real, trial = made(firm), made(engineer)
    number = engineer.post("incidents/", filing(report_changes={"deaths": 4, "kind": "brief"})).json()[
        "number"
    ]
    assert engineer.post(f"sandbox/incidents/{number}/grade/", {"level": "III"}).status_code < 300
    assert engineer.post("sandbox/orders/", {"incident": number, "task": "转移邮件"}).status_code == 201
    risk = engineer.post("warning-information/", a_risk()).json()["number"]
    assert engineer.post(f"sandbox/warnings/{risk}/issue/", {"level": "IV"}).status_code < 300
    for hours in (1, 2, 3, 4):
        escalation.sweep(now=timezone.now() + timedelta(hours=hours))
    kinds = [said["type"] for said in told(trial)]
    assert kinds[:3] == ["incident.graded", "order.issued", "warning.issued"]
    assert "deadline.breached" in kinds[3:]
    for said in told(trial):
        assert engineer.get(said["data"]["href"].removeprefix("/api/v1/")).status_code == 200, said
    assert told(real) == []
