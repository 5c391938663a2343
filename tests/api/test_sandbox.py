"""The sandbox (domain §8): what a test key files is a drill. The same rules, a world of its own, nobody woken."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from alerts.models import Delivery, FiredStep, Notification, State, Warning
from alerts.services import escalation, inbox, outbox
from incidents import ledger
from incidents.models import Incident, LedgerEntry, Role, TaskOrder
from incidents.services.identity import displays
from incidents.services.response import merging
from tests import cast as people
from tests.api.conftest import BASE, Firm, filing, firm_of, problem, report
from tests.api.test_warnings import a_risk
from tests.cast import FIRM, OTHER_FIRM
from tests.screens.stage import sign_in, text_of

pytestmark = pytest.mark.django_db


def with_test_key(code: str) -> Firm:
    return firm_of(code, is_test=True)


@pytest.fixture
def engineer(db) -> Firm:
    """A firm's engineer with a test key."""
    return with_test_key(FIRM)


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


def test_a_limit_runs_out_in_a_drill_too_and_wakes_nobody(
    engineer, cast, monkeypatch, django_capture_on_commit_callbacks
):
    told = []
    monkeypatch.setattr("alerts.live.publish", told.extend)
    start = timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        make_drills(engineer)
        with time_machine.travel(start + timedelta(hours=3), tick=False):
            sweep(timezone.now())
            states = {row["state"] for row in ok(engineer.get("deadlines/"))["results"]}
    assert states >= {State.MET, State.BREACHED}
    fired = FiredStep.objects.filter(deadline__incident__is_drill=True)
    assert "breach" in {each.step.label for each in fired.filter(found_nobody=False)}
    assert LedgerEntry.objects.filter(
        action="deadline.fired", summary__contains="演练，不通知任何人"
    ).exists()
    assert not Notification.objects.exists() and not Delivery.objects.exists() and told == []


def test_a_message_of_a_drill_goes_neither_in_nor_out(engineer, cast):
    drill = Incident.with_drills.get(number=engineer.files())
    message = Notification(person=cast.duty_officer.person, kind="news", incident=drill)
    assert outbox.stays_inside(message) and inbox.deliver([message]) == []


def test_the_ledger_holds_a_drill_like_all_else(engineer):
    make_drills(engineer)
    assert list(ledger.verify(warnings=Warning.with_drills.all())) == []
    drill = Incident.with_drills.earliest("pk")
    by_key = LedgerEntry.objects.filter(incident=drill, key=engineer.key)
    assert {"incident.opened", "incident.graded", "order.issued"} <= set(
        by_key.values_list("action", flat=True)
    )


# — the office's part —


def test_the_office_is_played_so_that_all_can_be_tried(engineer):
    number = engineer.files()
    problem(
        engineer.post(f"incidents/{number}/response/start/", {"measures": "已组织自救"}), 409, "wrong_state"
    )
    graded = ok(engineer.post(f"sandbox/incidents/{number}/grade/", {"level": "IV"}))
    assert (graded["level"], graded["status"]) == ("IV", "graded")
    ok(engineer.post(f"incidents/{number}/response/start/", {"measures": "已组织自救"}))
    ok(engineer.post(f"incidents/{number}/response/end/", {"result": "已恢复"}))

    number = engineer.files()
    wanted = {"incident": number, "task": "转运快件"}
    problem(engineer.post("sandbox/orders/", wanted), 409, "wrong_state")
    engineer.post(f"sandbox/incidents/{number}/grade/", {"level": "III"})
    order = engineer.post("sandbox/orders/", wanted)
    path = f"orders/{ok(order, 201)['number']}/"
    assert order["Location"] == f"{BASE}{path}" and order.json()["is_drill"]
    ok(engineer.post(path + "acknowledge/"))
    scene = {"head": "王五", "phone": "0396-1", "place": "示范路1号"}
    ok(engineer.post(path + "progress/", {"words": "已出发", "on_scene": scene}))
    ok(engineer.post(path + "done/", {"report": "已转运"}))
    ok(engineer.post(f"sandbox/{path}release/"))
    assert ok(engineer.post(path + "confirm/"))["status"] == "over"

    risk = ok(engineer.post("warning-information/", a_risk()), 201)["number"]
    issued = ok(engineer.post(f"sandbox/warnings/{risk}/issue/", {"level": "II"}))
    assert (issued["level"], issued["status"], issued["unread"]) == ("II", "issued", True)
    assert [row["number"] for row in ok(engineer.get("warnings/"))["results"]] == [risk]
    assert ok(engineer.post(f"warnings/{risk}/acknowledge/"))["unread"] is False


def test_the_office_is_played_for_test_keys_alone(firm, engineer, cast):
    number, drill = firm.files(), engineer.files()
    postless = sign_in(cast.member)
    cast.member.post.delete()
    for path in (f"sandbox/incidents/{number}/grade/", "sandbox/orders/", "sandbox/orders/x/release/"):
        problem(firm.post(path, {"level": "IV"}), 404, "unknown_path")
        problem(sign_in(cast.commander).post(BASE + path), 404, "unknown_path")
        problem(postless.post(BASE + path), 404, "unknown_path")
    problem(Client().post(f"{BASE}sandbox/orders/"), 401, "not_authenticated")
    problem(engineer.post(f"sandbox/incidents/{number}/grade/", {"level": "IV"}), 404, "not_found")
    stranger = with_test_key(OTHER_FIRM)
    problem(stranger.post(f"sandbox/incidents/{drill}/grade/", {"level": "IV"}), 404, "not_found")
    problem(stranger.post("sandbox/orders/", {"incident": drill, "task": "转运"}), 404, "not_found")


def test_an_order_or_bulletin_of_nobody_is_a_drills_alone(cast):
    incident = people.file_in(cast)
    order = TaskOrder(incident=incident, number="X-T1", serial=1, receiver=cast.firm, task="转运")
    order.issued_at = order.acknowledge_by = timezone.now()
    with pytest.raises(DatabaseError, match="no post has issued it"), transaction.atomic():
        order.save()


# — the firm's own page —


def test_the_firms_people_see_their_sandbox_and_nobody_else(engineer, cast):
    make_drills(engineer)
    drill = Incident.with_drills.earliest("pk")
    reporter, office = sign_in(cast.enterprise), sign_in(cast.office_director)
    words = text_of(reporter.get("/firm/sandbox/"))
    assert "演练数据" in words and drill.number in words and "ZMD-W-T" in words and "不通知任何人" in words
    words = text_of(reporter.get(f"/firm/sandbox/{drill.number}/"))
    assert "演练数据" in words and "转运快件" in words and f"{drill.number}-R1" in words
    assert "/firm/sandbox/" in reporter.get("/firm/").content.decode()
    stranger = sign_in(cast.other_enterprise)
    assert drill.number not in text_of(stranger.get("/firm/sandbox/"))
    for client, path in ((stranger, f"{drill.number}/"), (office, f"{drill.number}/"), (office, "")):
        assert client.get(f"/firm/sandbox/{path}").status_code == 404


# — apart —


def test_a_drill_is_no_likely_duplicate(engineer, other):
    engineer.files()
    real = Incident.objects.get(number=other.files())
    drill = Incident.with_drills.get(is_drill=True)
    assert not merging.likely_duplicates(real).exists() and not merging.likely_duplicates(drill).exists()


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
    problem(with_test_key(OTHER_FIRM).get(f"incidents/{drill}/"), 404, "not_found")
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


STAYS_OUT = (
    "statistics/book/",  # the page's figures in a file that bears the second in which it was packed
    "preparedness/plans/import/template/",  # likewise a file
    "admin/",
    "live/",
    "api",
    "login/",
    "logout/",
    "plan/activate/",
    "firm/sandbox/",
)
"""The admin knows neither incidents nor warnings, the API is tested above, the last is where drills are shown."""
OF_THE_MOMENT = re.compile(rb"(python|process|zmd_clock_skew)\S*\s+\S+|[\w-]{24,}")
"""Tokens of forms and sessions, the state of the process: others each time."""


def every_page(real: Incident, risk: Warning) -> list[str]:
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
    return [*found, "/search/?q=ZMD", "/search/?q=起火", "/deadlines/?state=breached", "/command/list/open/"]


def read(pages: list[tuple[Client, str]]) -> dict[tuple[Client, str], bytes]:
    """What each page says; nothing where it refuses."""
    answers = {page: page[0].get(page[1]) for page in pages}
    return {
        page: OF_THE_MOMENT.sub(b"", answer.content) if answer.status_code == 200 else b""
        for page, answer in answers.items()
    }


def sweep(now):
    while escalation.sweep(now=now):
        pass


def test_no_page_tells_of_a_drill(firm, cast, monkeypatch):
    """Every page of the product reads the same, byte by byte, before and after drills were made: one that asks the
    database for incidents, debts or orders without thought of drills fails here."""
    monkeypatch.setattr("alerts.services.watchdog.LARGEST_SKEW", timedelta(days=1))
    end = timezone.now().replace(microsecond=0)
    start = end - timedelta(hours=3)
    engineer = with_test_key(FIRM)
    with time_machine.travel(start, tick=False) as clock:
        firm.files()
        ok(firm.post("warning-information/", a_risk()), 201)
        office = cast.office_director.organization.code
        _, secret = displays.give(actor=cast.office_director, office=office, name="大屏", now=start)
        everybody = people.appoint("everybody", people.member_code(), Role.MEMBER, "身兼各职")
        for actor in vars(cast).values():
            if actor.role not in (Role.MEMBER, Role.ADMINISTRATOR) and actor != cast.other_enterprise:
                everybody.person.posts.get_or_create(
                    organization=actor.organization, role=actor.role, defaults={"title": "兼"}
                )
        real, risk = Incident.objects.get(), Warning.objects.get()
        clock.move_to(end)
        sweep(end)
        Client().get(f"/wall/{secret}/"), engineer.get("incidents/")
        whole, reporter = sign_in(everybody), sign_in(cast.enterprise)
        pages = [(whole, path) for path in every_page(real, risk)]
        pages += [(reporter, path) for path in ("/firm/", "/warnings/", "/deadlines/", "/inbox/")]
        pages += [(sign_in(cast.member), "/"), (Client(), f"/wall/{secret}/"), (Client(), "/public/")]
        before = read(pages)
        pages = [page for page in pages if before[page]]
        assert len(pages) > 50
        clock.move_to(start)
        make_drills(engineer)
        clock.move_to(end)
        sweep(end)
        after = read(pages)
    assert FiredStep.objects.filter(deadline__incident__is_drill=True).exists()
    different = [page[1] for page in pages if before[page] != after[page]]
    assert not different, different


def make_drills(engineer: Firm):
    """Everything that a sandbox can hold: a graded incident under way with an order, one just filed, a warning."""
    number = engineer.files()
    ok(engineer.post(f"sandbox/incidents/{number}/grade/", {"level": "III"}))
    ok(engineer.post("sandbox/orders/", {"incident": number, "task": "转运快件"}), 201)
    ok(engineer.post(f"incidents/{number}/support-requests/", {"needs": "抽水泵"}), 201)
    engineer.files(report_changes={"deaths": 30})
    risk = ok(engineer.post("warning-information/", a_risk()), 201)["number"]
    ok(engineer.post(f"sandbox/warnings/{risk}/issue/", {"level": "I"}))
    engineer.post("warning-information/", a_risk())
