"""Each request's number: answered back, in the ledger, in refusals and on error pages; a task bears its request's."""

import json
import logging

import pytest
from django.test import Client
from django.urls import path
from django.utils import timezone
from django_guid import clear_guid, set_guid

from alerts import tasks
from incidents import ledger
from incidents.api import problems
from incidents.models import LedgerEntry, Level
from incidents.services.response import grading
from tests.cast import call_in
from zmd_emergency.access import NUMBER

GIVEN = "0123456789abcdef0123456789abcdef"


def fail(request):
    raise RuntimeError("one of our own")


urlpatterns = [path("fails/", fail), path("api/fails/", fail)]
handler400, handler403, handler404, handler500 = (
    f"incidents.api.problems.handler{status}" for status in (400, 403, 404, 500)
)


def test_a_number_is_made_or_taken_from_the_proxy(db):
    client = Client()
    made = [client.get("/livez")["X-Request-ID"] for _ in range(2)]
    assert all(map(NUMBER.fullmatch, made)) and made[0] != made[1]
    dashed = "01234567-89ab-cdef-0123-456789abcdef"
    for good in (GIVEN, dashed):
        assert client.get("/livez", headers={"X-Request-ID": good})["X-Request-ID"] == good
    for bad in ("x", GIVEN.upper(), f"{{{GIVEN}}}", "urn:" * 2000 + GIVEN, f"{GIVEN}\t", "<b>", "值班"):
        answer = client.get("/livez", HTTP_X_REQUEST_ID=bad)["X-Request-ID"]
        assert NUMBER.fullmatch(answer) and answer != bad


def test_what_a_request_does_bears_its_number_in_the_ledger(cast, client):
    incident = call_in(cast)
    without = incident.timeline.order_by("seq").last()
    assert without.request == "" and "request" not in json.loads(without.text)
    client.force_login(cast.duty_officer.person)
    answer = client.post(
        f"/incidents/{incident.number}/acts/verify/",
        {"with_whom": "现场", "how": "电话"},
        headers={"X-Request-ID": GIVEN},
    )
    assert answer.status_code < 500
    set_guid(GIVEN)
    grading.verify(
        actor=cast.duty_officer, number=incident.number, with_whom="现场", how="电话", now=timezone.now()
    )
    clear_guid()
    grading.grade(actor=cast.office_director, number=incident.number, level=Level.IV, now=timezone.now())
    entries = list(incident.timeline.order_by("seq"))
    assert {entry.request for entry in entries} == {"", GIVEN}
    assert all(json.loads(entry.text).get("request", "") == entry.request for entry in entries)
    assert list(ledger.verify()) == [], "rows with a number and rows without, in one chain"


@pytest.mark.parametrize("forged", ["", "f" * 32])
def test_a_forged_number_is_found(cast, forged):
    set_guid(GIVEN)
    call_in(cast)
    clear_guid()
    record = LedgerEntry.objects.filter(request=GIVEN).first()
    record.request = forged
    assert record.text != ledger.canonical(record, json.loads(record.text)["personal"])
    record.request = GIVEN
    assert record.text == ledger.canonical(record, json.loads(record.text)["personal"])


@pytest.mark.urls(__name__)
def test_refusals_and_error_pages_tell_it(db):
    client = Client(raise_request_exception=False, headers={"X-Request-ID": GIVEN})
    for where, status in (("/api/fails/", 500), ("/api/nowhere/", 404)):
        answer = client.get(where)
        assert answer.status_code == status and answer.json()["request_id"] == GIVEN
    page = client.get("/fails/")
    assert page.status_code == 500 and GIVEN in page.content.decode()
    assert "request_id" not in problems.document(404, "unknown_path", "outside any request")


def test_a_page_that_does_not_exist_tells_it(cast, client):
    client.force_login(cast.duty_officer.person)
    page = client.get("/nowhere/", headers={"X-Request-ID": GIVEN})
    assert page.status_code == 404 and GIVEN in page.content.decode()
    refused = Client(enforce_csrf_checks=True, headers={"X-Request-ID": GIVEN}).post("/login/", {})
    assert refused.status_code == 403 and GIVEN in refused.content.decode()


def test_a_task_has_a_number_of_its_own_or_its_requests(db, monkeypatch):
    from django_guid import get_guid

    seen = []
    monkeypatch.setattr(tasks.escalation, "sweep", lambda **_: seen.append(get_guid()))
    monkeypatch.setattr(tasks.escalation, "next_due", lambda: None)
    tasks.tick.apply()
    tasks.tick.apply(headers={"X-Request-ID": GIVEN})
    assert NUMBER.fullmatch(seen[0]) and seen[0] != GIVEN and get_guid() is None
    headers = {}
    set_guid(GIVEN)
    from celery.signals import before_task_publish

    before_task_publish.send(sender="alerts.tasks.tick", headers=headers, body=None)
    clear_guid()
    assert headers["X-Request-ID"] == GIVEN
    assert logging.getLogger("django_guid").getEffectiveLevel() >= logging.ERROR, (
        "no line a task about numbers"
    )
