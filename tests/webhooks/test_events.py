"""A firm's own system is told what its people are told: in the same transaction, once, and nobody else's matters."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alerts.models import WebhookDelivery, WebhookEvent
from alerts.services import escalation, webhook_events
from alerts.services.webhook_events import Happening
from alerts.services.webhook_types import CHOICES, TEST, TYPES
from incidents.models import Organization
from incidents.refusals import Refusal
from incidents.services.command import releasing
from incidents.services.debt import chasing
from incidents.services.identity import webhooks
from incidents.services.identity.webhooks import Wish
from incidents.services.notice import informing, notice_reading
from incidents.services.response import grading
from incidents.services.warning import warning_issuing, warning_reporting
from tests import cast as people
from tests.responses.stage import graded, order
from tests.webhooks.conftest import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def hook(cast):
    return add(cast.enterprise)


def add(actor, **wish):
    wish = Wish(**{"url": "https://hooks.example/zmd"} | wish)
    return webhooks.add(actor=actor, wish=wish, now=timezone.now())[0]


def types(hook) -> list[str]:
    return [said["type"] for said in told(hook)]


def agrees(firm, said: dict):
    """Every name in it means what the API answers under its `href`, to the same firm."""
    data, kind = said["data"], said["type"]
    assert data.keys() == TYPES[kind].sample.keys() | data.keys() & {"order", "warning"}, kind
    answer = firm.get(data["href"].removeprefix("/api/v1/"))
    assert answer.status_code == 200, data["href"]
    seen = answer.json()
    if kind.startswith("deadline."):
        (seen,) = [debt for debt in seen["deadlines"] if debt["rule"] == data["rule"]]
    for name in data.keys() & seen.keys() - {"status", "state", "met_at", "clause"}:
        assert data[name] == seen[name], (kind, name)
    return data


@pytest.mark.clause("5.2.2")
def test_orders_also_of_anothers_incident(cast, hook, firm):
    incident = graded(cast, title="另一企业的事件", firm=cast.other_firm.code)
    row = order(cast, incident, done_by=timezone.now() + timedelta(hours=3))
    (issued,) = told(hook)
    data = agrees(firm, issued)
    assert (issued["type"], data["number"], data["clause"]) == ("order.issued", row.number, "5.2.2")
    assert "另一企业" not in str(issued) and "企业乙" not in str(issued)
    commander = cast.commander
    releasing.release(actor=commander, order=row.number, now=timezone.now())
    assert types(hook) == ["order.issued", "order.released"] and agrees(firm, told(hook)[1])["released_at"]
    order(cast, incident, to=cast.other_firm.code)
    assert len(told(hook)) == 2, "another's order is another's matter"


@pytest.mark.clause("5.2.1")
def test_reminders_and_breaches_of_what_the_firm_owes(cast, hook, firm):
    now = timezone.now()
    people.call_in(cast, known_at=now, now=now)
    for minutes in (110, 110, 121, 121, 300):
        escalation.sweep(now=now + timedelta(minutes=minutes))
    steps = [said for said in told(hook) if said["type"].startswith("deadline.")]
    said = [(each["type"], each["data"]["rule"], each["data"]["state"]) for each in steps]
    assert ("deadline.reminder", "R4", "open") in said and ("deadline.breached", "R4", "breached") in said
    assert sum(kind == "deadline.breached" for kind, *_ in said) == 1, (
        "once, however often the sweep comes by"
    )
    assert {each["data"]["enterprise"] for each in steps} == {cast.firm.code}
    assert {each["data"]["creditor"] for each in steps} == {"OFFICE"}, (
        "the office's own debts are not the firm's"
    )
    for each in steps:
        agrees(firm, each)


@pytest.mark.clause("4.4")
@pytest.mark.clause("4.3")
def test_warnings_by_their_bulletins(cast, hook, firm):
    mine = [cast.firm.code]
    warning = people.issue(cast, addressees=mine)
    step = {"actor": cast.commander, "number": warning.number, "now": timezone.now()}
    warning_issuing.adjust(level=2, reason="雨势加大", **step)
    warning_reporting.tell(
        actor=cast.duty_officer, number=warning.number, to=mine, words="请做好防范", now=timezone.now()
    )
    warning_issuing.lift(reason="雨停", **step)
    said = told(hook)
    assert types(hook) == ["warning.issued", "warning.changed", "warning.told", "warning.lifted"]
    assert [each["data"]["level"] for each in said] == ["III", "II", "II", "II"]
    for each in said:
        data = agrees(firm, each | {"data": each["data"] | {"level": "II"}})
        if "bulletin" in data:
            answered = firm.get(f"warnings/{warning.number}/").json()["bulletins"]
            same = next(one for one in answered if one["version"] == data["bulletin"]["version"])
            assert data["bulletin"].items() <= same.items()
    people.issue(cast, addressees=[cast.other_firm.code])
    assert len(told(hook)) == 4


@pytest.mark.clause("5.2.4")
def test_notices_and_their_reminders(cast, hook, firm):
    incident = people.call_in(cast, firm=cast.other_firm.code)
    about = {"actor": cast.office_director, "now": timezone.now()}
    notice = informing.draft(
        number=incident.number, title="积水", words="请绕行", to=[cast.firm.code], sent=True, **about
    )
    notice_reading.remind(notice=notice.number, **about | {"now": timezone.now()})
    notice_reading.remind(notice=notice.number, **about | {"now": timezone.now()})
    assert types(hook) == ["notice.sent", "notice.reminded", "notice.reminded"]
    for said in told(hook):
        assert agrees(firm, said)["words"] == "请绕行"


@pytest.mark.clause("3.2")
@pytest.mark.clause("5.1")
def test_what_becomes_of_its_incident(cast, hook, firm):
    incident = people.call_in(cast)
    act = {"number": incident.number, "actor": cast.office_director}
    chasing.chase(actor=cast.duty_officer, number=incident.number, now=timezone.now())
    grading.grade(level=4, now=timezone.now(), **act)
    grading.regrade(level=3, reason="伤亡增加", now=timezone.now(), **act)
    expected = ["incident.registered", "report.requested", "incident.graded", "incident.regraded"]
    assert types(hook) == expected
    said = told(hook)
    assert [each["data"].get("level", "") for each in said] == [None, "", "IV", "III"]
    assert said[3]["data"]["reason"] == "伤亡增加" and said[1]["data"]["rules"] == ["R4"]
    for each in said[1:2] + said[3:]:
        agrees(firm, each)
    people.call_in(cast, firm=cast.other_firm.code)
    assert len(told(hook)) == 4


def test_a_parent_hears_of_those_below_it_but_not_the_other_way_round(cast, hook, firm):
    hub = Organization.objects.get(code="express-a-hub")
    assert hub.parent == cast.firm
    below = add(people.appoint("hub", hub.code, people.Role.ENTERPRISE, "分拨中心值班员"))
    people.call_in(cast, firm=hub.code)
    people.call_in(cast)
    assert types(below) == ["incident.registered"]
    assert [each["data"]["enterprise"] for each in told(hook)] == [hub.code, cast.firm.code]
    same = WebhookEvent.objects.filter(deliveries__webhook__in=[hook, below]).order_by("id").first()
    assert same.deliveries.count() == 2, "one event, told to both under one id"
    agrees(firm, told(hook)[0])
    firm.files(enterprise=hub.code)
    assert len(told(hook)) == 2, "what was filed by its own system is no news to it"


def test_only_what_was_asked_for_and_only_while_it_is_on(cast):
    wants = add(cast.enterprise, events=["order.issued", "notice.sent"])
    off = add(cast.enterprise, is_active=False)
    incident = graded(cast, title="起火")
    order(cast, incident)
    assert types(wants) == ["order.issued"] and types(off) == []


def test_it_is_told_with_its_cause_or_not_at_all(cast, hook):
    incident = people.call_in(cast)
    before = types(hook)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        grading.grade(actor=cast.office_director, number=incident.number, level=4, now=timezone.now())
        assert types(hook) == [*before, "incident.graded"]
        raise ZeroDivisionError
    with pytest.raises(Refusal):
        grading.grade(actor=cast.duty_officer, number="nothing", level=4, now=timezone.now())
    assert types(hook) == before


def test_a_test_webhook_hears_of_drills_alone(cast, hook, monkeypatch):
    trial = webhooks.add(
        actor=cast.enterprise, wish=Wish(url="https://t.example/"), is_test=True, now=timezone.now()
    )[0]
    people.call_in(cast)
    assert (len(told(hook)), len(told(trial))) == (1, 0)
    now = timezone.now()
    webhook_events.queue([Happening("order.issued", cast.firm, "d/1", dict, is_drill=True)], at=now)
    assert (len(told(hook)), len(told(trial))) == (1, 1)


def test_where_nobody_listens_one_question_is_asked(cast, django_assert_num_queries):
    happenings = [Happening("order.issued", cast.firm, f"x/{n}", dict) for n in range(100)]
    with django_assert_num_queries(1):
        webhook_events.queue(happenings, at=timezone.now())
    with django_assert_num_queries(0):
        webhook_events.queue([], at=timezone.now())
    add(cast.enterprise)
    with CaptureQueriesContext(transaction.get_connection()) as asked:
        webhook_events.queue(happenings, at=timezone.now())
    assert len(asked) <= 6 and WebhookDelivery.objects.count() == 100


def test_every_type_is_explained_and_told_somewhere():
    root = Path(__file__).parents[2]
    services = [*root.glob("incidents/services/**/*.py"), root / "alerts/services/webhook_happenings.py"]
    told_by = "".join(path.read_text("utf-8") for path in services)
    assert set(re.findall(r'event="([a-z.]+)"', told_by)) <= set(CHOICES)
    assert [code for code in CHOICES if f'"{code}"' not in told_by] == []
    assert TEST not in CHOICES and set(CHOICES) | {TEST} == set(TYPES)
    for code, kind in TYPES.items():
        assert kind.code == code and kind.name and kind.when and kind.clause
        assert {"href", "enterprise"} <= kind.sample.keys()
