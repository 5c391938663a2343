"""The sandbox (domain §8): what a test key files is a drill. The same rules, a world of its own, nobody woken."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from alerts.models import FiredStep, Warning
from alerts.services import escalation
from incidents.models import ApiKey, Incident, Role
from incidents.services import displays
from tests import cast as people
from tests.api.conftest import BASE, Firm, filing, firm_of, iso, problem, report
from tests.api.test_warnings import a_risk
from tests.cast import FIRM, OTHER_FIRM
from tests.screens.stage import sign_in

pytestmark = pytest.mark.django_db


def testing(code: str) -> Firm:
    found = firm_of(code)
    ApiKey.objects.filter(pk=found.key.pk).update(is_test=True)
    return found


@pytest.fixture
def engineer(db) -> Firm:
    """A firm's engineer with a test key."""
    return testing(FIRM)


def ok(answer, status=200):
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


# — the same rules —


def test_a_test_key_files_by_the_same_rules(engineer, firm):
    body = filing()
    tried, filed = ok(engineer.post("incidents/", body), 201), ok(firm.post("incidents/", body), 201)
    assert tried.keys() == filed.keys() and tried["because"] == filed["because"]
    assert (tried["is_drill"], filed["is_drill"]) == (True, False)
    owed = [[(d["rule"], d["state"], d["due_at"]) for d in each["deadlines"]] for each in (tried, filed)]
    assert owed[0] == owed[1] and owed[0]
    problem(engineer.post("incidents/", filing(event_class="nonsense")), 422, "invalid")
    again = [engineer.post("incidents/", body, idempotency="once").json() for _ in range(2)]
    assert again[0] == again[1]
    path = f"incidents/{tried['number']}/"
    assert ok(engineer.post(path + "reports/", report(kind="follow_up")), 201)["number"].endswith("-R2")
    whole = ok(engineer.get(path))
    assert whole["is_drill"] and "report.file" in {act["code"] for act in whole["actions"]}
    assert ok(engineer.get(path + "timeline/"))["results"]


def test_drills_have_numbers_of_their_own_and_leave_no_gap(engineer, firm):
    year = timezone.localtime().year
    assert engineer.files() == f"ZMD-T-{year}-0001" and firm.files() == f"ZMD-{year}-0001"
    assert engineer.files() == f"ZMD-T-{year}-0002" and firm.files() == f"ZMD-{year}-0002"
    told = [ok(who.post("warning-information/", a_risk()), 201)["number"] for who in (engineer, firm)]
    assert told == [f"ZMD-W-T-{year}-0001", f"ZMD-W-{year}-0001"]


def test_a_drill_stays_a_drill(engineer, firm):
    for number in (engineer.files(), firm.files()):
        incident = Incident.with_drills.get(number=number)
        incident.is_drill = not incident.is_drill
        with pytest.raises(DatabaseError, match="set once"), transaction.atomic():
            incident.save()
    engineer.post("warning-information/", a_risk())
    with pytest.raises(DatabaseError, match="set once"), transaction.atomic():
        Warning.with_drills.update(is_drill=False)


# — apart —


def test_neither_world_sees_the_other(engineer, firm, cast):
    drill, real = engineer.files(), firm.files()
    risks = [ok(who.post("warning-information/", a_risk()), 201)["number"] for who in (engineer, firm)]
    session = sign_in(cast.office_director)
    for own, foreign, who in ((drill, real, engineer), (real, drill, firm)):
        assert [row["number"] for row in ok(who.get("incidents/"))["results"]] == [own]
        owed = ok(who.get("deadlines/"))["results"]
        assert {row["incident"] for row in owed if "incident" in row} == {own}
        assert {row["warning"] for row in owed if "warning" in row} == {risks[who is firm]}
        seen = [row["number"] for row in ok(who.get("warning-information/"))["results"]]
        assert seen == [risks[who is firm]]
        problem(who.get(f"warnings/{risks[who is engineer]}/"), 404, "not_found")
        for part in ("", "reports/", "timeline/", "attachments/", "support-requests/"):
            problem(who.get(f"incidents/{foreign}/{part}"), 404, "not_found")
        problem(who.post(f"incidents/{foreign}/reports/", report()), 404, "not_found")
    problem(testing(OTHER_FIRM).get(f"incidents/{drill}/"), 404, "not_found")
    assert [row["number"] for row in session.get(f"{BASE}incidents/").json()["results"]] == [real]
    for page in (f"/incidents/{drill}/", f"/warnings/{risks[0]}/"):
        assert session.get(page).status_code == 404, page


def test_what_is_no_drill_of_anything_is_not_changed_by_a_test_key(engineer, cast):
    contacts = engineer.get("contacts/")
    said = {"contacts": [{"duty": "duty", "person": cast.enterprise.person.username}]}
    headers = engineer.headers({"If-Match": contacts["ETag"]})
    answer = engineer.client.put(f"{BASE}contacts/", said, content_type="application/json", headers=headers)
    problem(answer, 403, "not_in_drill")
    assert engineer.get("contacts/").json() == contacts.json()


SAMPLES = {"code": "5.2.1"}
STAYS_OUT = ("admin/", "live/", "api", "login/", "logout/")
"""The admin knows neither incidents nor warnings (a test below); the API has tests of its own above."""
OF_THE_MOMENT = re.compile(rb"[\w-]{24,}|Date: .*")
"""Tokens of forms and sessions: others each time."""


def paths(real: Incident, risk: Warning) -> list[str]:
    """Every page without an argument, and every page of a real incident and a real warning."""
    found = []

    def walk(patterns, before=""):
        for pattern in patterns:
            path = before + str(pattern.pattern)
            if not isinstance(pattern, URLPattern):
                walk(pattern.url_patterns, path)
                continue
            path = path.replace("incidents/<str:number>", f"incidents/{real.number}")
            path = path.replace("warnings/<str:number>", f"warnings/{risk.number}")
            if not re.search(r"[<^(]", path) and not path.startswith(STAYS_OUT):
                found.append(f"/{path}")

    walk(get_resolver().url_patterns)
    day = timezone.localdate().isoformat()
    return [
        *found,
        f"/duty-log/?day={day}",
        "/search/?q=ZMD",
        "/search/?q=起火",
        "/deadlines/?state=breached",
    ]


def test_no_page_tells_of_a_drill(firm, other, cast):
    """Every page of the product for every role reads the same, byte by byte, before and after drills were made: a
    new page or figure that asks the database for incidents, debts or orders without thought of drills fails here."""
    start = timezone.now().replace(microsecond=0) - timedelta(hours=3)
    with time_machine.travel(start, tick=False) as clock:
        firm.files()
        ok(firm.post("warning-information/", a_risk()), 201)
        secret = (
            displays.give(actor=cast.office_director, office="", name="墙", now=start)[1] if False else None
        )
        everybody = people.appoint("everybody", people.member_code(), Role.MEMBER, "联络员二")
        bodies = {Role.DUTY_OFFICER: cast.duty_officer, Role.OFFICE_DIRECTOR: cast.office_director}
        bodies |= {Role.COMMANDER: cast.commander, Role.APPROVER: cast.approver, Role.COUNTY: cast.county}
        bodies |= {Role.AUDITOR: cast.auditor}
        for role, actor in bodies.items():
            everybody.person.posts.create(organization=actor.organization, role=role, title=f"兼{role}")
        clients = [sign_in(everybody), sign_in(cast.enterprise), sign_in(cast.member), Client()]
        real, risk = Incident.objects.get(), Warning.objects.get()
        end = start + timedelta(hours=3)
        clock.move_to(end)
        while escalation.sweep(now=end):
            pass
        before = look(clients, paths(real, risk))
        clock.move_to(start)
        for code in (FIRM, OTHER_FIRM):
            make_drills(testing(code))
        clock.move_to(end)
        while escalation.sweep(now=end):
            pass
        assert FiredStep.objects.filter(deadline__incident__is_drill=True).exists()
        after = look(clients, paths(real, risk))
    assert len(before) > 100 and secret is None
    different = [path for path in before if before[path] != after[path]]
    assert not different, different


def look(clients, paths) -> dict:
    seen = {}
    for number, client in enumerate(clients):
        for path in paths:
            answer = client.get(path)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            seen[number, path] = answer.status_code, OF_THE_MOMENT.sub(b"", body)
    return seen


def make_drills(engineer: Firm):
    """Everything that a sandbox can hold: a graded incident under way with an order, one just filed, a warning."""
    number = engineer.files()
    ok(engineer.post(f"sandbox/incidents/{number}/grade/", {"level": "III"}))
    ok(engineer.post("sandbox/orders/", {"incident": number, "task": "转运快件"}), 201)
    ok(engineer.post(f"incidents/{number}/support-requests/", {"needs": "抽水泵"}), 201)
    engineer.files(occurred_at=None, known_at=iso(timezone.now()), report_changes={"deaths": 30})
    risk = ok(engineer.post("warning-information/", a_risk()), 201)["number"]
    ok(engineer.post(f"sandbox/warnings/{risk}/issue/", {"level": "I"}))
    engineer.post("warning-information/", a_risk())
