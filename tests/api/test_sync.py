"""`sync`: a client that hands back the token of a list misses nothing, whatever is committed when."""

import base64
import inspect
import random
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import psycopg2
import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from alerts.models import Deadline, Warning
from incidents.api import urls
from incidents.models import (
    Attendance,
    Incident,
    Meeting,
    OrderProgress,
    Organization,
    Post,
    Response,
    ResponseBody,
    SupportRequest,
    TaskOrder,
    WorkingGroup,
)
from incidents.services.command import ordering
from incidents.services.notice import informing
from incidents.services.report import firm_clock
from incidents.services.response import grading, merging
from incidents.services.warning import warning_issuing, warning_reporting
from tests.api.conftest import BASE, errors, firm_of, iso
from tests.api.reader import Reader, desk_of
from tests.api.stage import Stage, a_channel, a_hook
from tests.api.test_attachments import send
from tests.cast import FIRM, OTHER_FIRM, appoint, issue, warn
from tests.responses.stage import act, graded, on, order
from tests.screens.stage import by_others
from zmd_emergency.processes import wait_for

# — nothing is missed —


def test_what_was_under_way_while_a_page_was_read_is_in_the_next_sync(cloned_database, ours):
    """A time would miss it: it was written before the page was read, and committed after."""
    early, other = ours.files(), ours.files()
    incidents = Reader(ours.get, "incidents/")
    with closing(psycopg2.connect(cloned_database.url)) as slow, slow.cursor() as cursor:
        cursor.execute("UPDATE incidents_incident SET place = '改后' WHERE number = %s", [early])
        later = ours.files()
        assert later in incidents.news() and incidents.rows[early]["place"] != "改后"
        slow.commit()
    assert early in incidents.news() and incidents.rows[early]["place"] == "改后"
    assert set(incidents.rows) == {early, other, later}
    assert incidents.has_no_old_news(), "what is old is no news"


def test_a_test_key_misses_nothing_of_its_drills(committed):
    sandbox = firm_of(FIRM, is_test=True)
    number = sandbox.files()
    incidents, risks = (Reader(sandbox.get, path) for path in ("incidents/", "warning-information/"))
    Incident.with_drills.filter(number=number).update(place="改后")
    assert incidents.news() == {number}
    risk = warn(committed)
    Warning.with_drills.filter(pk=risk.pk).update(title="真实的")
    now = timezone.now()
    told = {
        "title": "电机过热",
        "event_class": "fire",
        "place": "示范路1号",
        "known_at": iso(now),
        "risk": "过热",
    }
    filed = sandbox.post("warning-information/", told | {"may_follow": "起火", "measures_taken": "断电"})
    assert filed.status_code == 201, filed.content.decode()
    assert risks.news() == {filed.json()["number"]}
    Warning.with_drills.filter(number=filed.json()["number"]).update(place="改后")
    assert risks.news() == {filed.json()["number"]}


def test_whichever_pages_token_is_kept_what_changed_during_the_walk_is_news(ours):
    numbers = [ours.files() for _ in range(3)]
    first = ours.get("incidents/?limit=1").json()
    Incident.objects.filter(number=numbers[2]).update(place="已读之后")
    second = ours.get(first["next"].split(BASE)[1]).json()
    Incident.objects.filter(number=numbers[1]).update(place="已读之后")
    last = ours.get(second["next"].split(BASE)[1]).json()
    assert last["next"] is None and first["sync"] == second["sync"] == last["sync"]
    told = ours.get(f"incidents/?sync={last['sync']}").json()["results"]
    changed = {row["number"] for row in told if row["place"] == "已读之后"}
    assert changed == set(numbers[1:])


def test_readers_among_many_writers_end_with_every_row_as_it_is(committed, cloned_database):
    """Writers hold their transactions open over each other's; the readers sync until nobody writes any more."""
    for _ in range(3):
        firm_of(FIRM).files()
    keys = list(Incident.objects.values_list("pk", flat=True))

    def write(seed: int):
        chance, firm = random.Random(seed), firm_of(FIRM)
        try:
            for turn in range(6):
                with transaction.atomic():
                    for key in sorted(chance.sample(keys, 2)):  # in one order: no deadlock
                        Incident.objects.filter(pk=key).update(place=f"{seed}-{turn}-{key}")
                        Deadline.objects.filter(incident=key).update(round=turn)
                if turn % 3 == seed % 3:
                    firm.files()
        finally:
            connection.close()

    def read(path: str, writers: list):
        try:
            reader = Reader(firm_of(FIRM).get, path)
            while not all(writer.done() for writer in writers):
                reader.news()
            reader.news()
            return reader
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        writers = [pool.submit(write, seed) for seed in range(4)]
        readers = [pool.submit(read, path, writers) for path in ("incidents/", "deadlines/")]
        for writer in writers:
            writer.result()
        for reader in [each.result() for each in readers]:
            fresh = Reader(firm_of(FIRM).get, reader.path, limit=200)
            assert reader.rows == fresh.rows and len(fresh.rows) >= 11


# — every list, and what counts as a change of it —


@pytest.mark.django_db
def test_every_list_has_a_sync_token_and_takes_it_back(firm, cast):
    """A new list can't forget it: the URL map is walked."""
    number = firm.files()
    ids = {"channel": a_channel(cast.firm).pk, "hook": a_hook(cast.firm).pk}
    numbers = {"incidents": number, "warnings": issue(cast, addressees=[FIRM]).number}
    numbers["key-periods"] = Stage(cast, firm).period().number
    read = set()
    views = {
        pattern: pattern.callback.cls for pattern in urls.urlpatterns if hasattr(pattern.callback, "cls")
    }
    for pattern, view in views.items():
        if not hasattr(view, "get"):
            continue
        path = str(pattern.pattern).removeprefix("^v1/").removesuffix(r"/?\Z") + "/"
        known = {"number": numbers.get(path.split("/")[0], number)} | ids
        for name, value in known.items():
            path = re.sub(rf"\(\?P<{name}>[^)]*\)", str(value), path)
        answer = firm.get(path) if "(" not in path else None
        if answer is None or answer.status_code != 200 or b'"results"' not in answer.content[:20]:
            continue
        token = answer.json()["sync"]
        assert token, f"{path} has no sync: say what counts as a change of its rows (changed.py)"
        since = iso(timezone.now()).replace("+", "%2B")
        again = firm.get(f"{path}?sync={token}&updated_since={since}")
        assert again.status_code == 200, (path, again.content.decode())
        assert errors(firm.get(f"{path}?sync={token}x")) == {"?sync": "bad_sync"}, path
        read.add(view)
    answering = ("lists.answer(", "self.all(request", "self.listed(")
    lists_of = {view for view in views.values() if any(way in inspect.getsource(view) for way in answering)}
    assert read == lists_of and len(read) >= 24, f"this test knows no path to {lists_of - read}"


def test_an_incident_is_news_by_itself_by_its_timeline_and_by_the_common_one(
    ours, committed, settings, tmp_path
):
    cast, called = committed, {"to": "应急办值班员", "at": iso(timezone.now() - timedelta(minutes=5))}
    number = ours.files(report_changes={"oral_report": called})
    common = firm_of(OTHER_FIRM).files(report_changes={"unit": "快递企业乙"})
    untold = by_others(cast)
    incidents, debts = (Reader(ours.get, path) for path in ("incidents/", "deadlines/"))
    lists = [
        Reader(ours.get, f"incidents/{number}/{path}/") for path in ("reports", "timeline", "attachments")
    ]
    reports, timeline, attachments = lists
    assert [each.news() for each in (incidents, debts, *lists)] == [set()] * 5

    told = ours.post(f"incidents/{number}/reports/", {"kind": "follow_up", "development": "已灭"}).json()[
        "number"
    ]
    assert reports.news() == {told} and len(timeline.news()) == 1
    incidents.news()
    assert number in incidents.told
    corrected = {"kind": "follow_up", "supersedes": told, "development": "未灭"}
    second = ours.post(f"incidents/{number}/reports/", corrected).json()["number"]
    assert reports.news() == {told, second} and reports.rows[told]["superseded_by"] == second

    claimed = {"number": number, "report_number": f"{number}-R1", "now": timezone.now()}
    firm_clock.confirm_oral(actor=cast.duty_officer, **claimed)
    assert reports.news() == {f"{number}-R1"}
    assert reports.rows[f"{number}-R1"]["oral_report"]["confirmed_at"]

    incidents.news()
    settings.MEDIA_ROOT = tmp_path
    sent = send(ours, number)
    assert attachments.news() == {sent.json()["number"]}
    timeline.news(), incidents.news()
    assert number in incidents.told
    Post.objects.filter(pk=cast.duty_officer.post.pk).update(title="值班长")
    lines = timeline.news()
    assert lines and {timeline.rows[line]["post"] for line in lines} == {"值班长"}

    act(merging.merge, cast.office_director, Incident(number=number), into=common, reason="同一起火灾")
    incidents.news()
    Incident.objects.filter(number=common).update(level=3)
    assert incidents.news() == {number} and incidents.rows[number]["merged_into"]["level"] == "III"

    debts.news()
    act(firm_clock.name_firm, cast.duty_officer, untold, enterprise=FIRM, known_at=timezone.now())
    assert incidents.news() == {untold.number}
    assert {debts.rows[each]["incident"] for each in debts.news()} == {untold.number}

    Incident.objects.filter(pk=untold.pk).update(enterprise=cast.other_firm)
    debts = Reader(ours.get, "deadlines/")
    assert untold.number not in {row["incident"] for row in debts.rows.values()}
    Incident.objects.filter(pk=untold.pk).update(enterprise=cast.firm)
    assert {debts.rows[each]["incident"] for each in debts.news()} == {untold.number}, "its debts of before"


def test_a_debt_that_became_overdue_by_time_alone_is_news(ours, committed):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        incident = graded(committed, firm=committed.other_firm.code)
        row = order(committed, incident, done_by=timezone.now() + timedelta(hours=3))
        debts, orders = (Reader(ours.get, path) for path in ("deadlines/", "orders/"))
        (t2, t3) = sorted(debts.rows, key=lambda each: debts.rows[each]["due_at"])
        clock.shift(timedelta(minutes=1))
        assert debts.news() == set() == orders.news()
        clock.move_to(Deadline.objects.get(pk=t2).due_at)
        assert debts.news() == set(), "the due second itself is in time"
        clock.shift(timedelta(seconds=1))
        assert debts.news() == {t2} and debts.rows[t2]["state"] == "breached"
        assert (
            orders.news() == {row.number} and orders.rows[row.number]["deadlines"][0]["state"] == "breached"
        )
        clock.shift(timedelta(hours=4))
        assert t3 in debts.news() and debts.rows[t3]["state"] == "breached"


def test_orders_requests_and_notices_are_news_by_what_they_show_of_others(ours, committed):
    cast, number = committed, ours.files()
    elsewhere = graded(cast, firm=cast.other_firm.code)
    orders, notices = (Reader(ours.get, path) for path in ("orders/", "notices/"))
    requests = Reader(ours.get, f"incidents/{number}/support-requests/")
    row = order(cast, elsewhere)
    assert orders.news() == {row.number}
    on(ordering.acknowledge, cast.enterprise, row, on_scene=ordering.OnScene("张三", "0396-1", "现场"))
    assert orders.news() == {row.number} and orders.rows[row.number]["status"] == "acknowledged"
    Incident.objects.filter(pk=elsewhere.pk).update(level=2)
    assert orders.news() == {row.number} and orders.rows[row.number]["level"] == "II"
    OrderProgress.objects.create(order=row, at=timezone.now(), words="途中")
    orders.news()
    assert row.number in orders.told
    TaskOrder.objects.filter(pk=row.pk).update(requirements="当日")
    assert orders.news() == {row.number}
    row.deadlines.update(due_at=timezone.now())
    assert orders.news() == {row.number}

    asked = ours.post(
        f"incidents/{number}/support-requests/", {"needs": "吊车", "why": "无", "place": "分拨"}
    )
    assert requests.news() == {asked.json()["number"]}
    SupportRequest.objects.update(place="仓库")
    assert requests.news() == {asked.json()["number"]}
    SupportRequest.objects.get().deadlines.update(due_at=timezone.now())
    requests.news()
    assert asked.json()["number"] in requests.told

    words = {"title": "通报", "words": "请查", "to": [FIRM], "approved": True, "sent": True}
    notice = act(informing.draft, cast.office_director, elsewhere, **words)
    sent = notice.pk
    assert notices.news() == {sent}
    ours.post(f"notices/{sent}/read/")
    assert notices.news() == {sent} and notices.rows[sent]["read_at"]
    correction = informing.correct(
        actor=cast.office_director, notice=notice.number, now=timezone.now(), **words | {"words": "请再查"}
    )
    assert notices.news() == {sent, correction.pk}
    assert notices.rows[sent]["corrected_by"] == correction.number


def test_warnings_are_news_by_their_bulletins_receipts_and_end(ours, committed):
    cast = committed
    warnings, own = (Reader(ours.get, path) for path in ("warnings/", "warning-information/"))
    reported = warn(cast, actor=cast.enterprise)
    assert own.news() == {reported.number} == warnings.news()
    told = warn(cast)
    tell = {"number": told.number, "to": [FIRM], "words": "注意防汛", "now": timezone.now()}
    warning_reporting.tell(actor=cast.duty_officer, **tell)
    assert warnings.news() == {told.number} and warnings.rows[told.number]["unread"]
    ours.post(f"warnings/{told.number}/acknowledge/")
    assert warnings.news() == {told.number} and not warnings.rows[told.number]["unread"]
    number = issue(cast, addressees=[FIRM]).number
    assert warnings.news() == {number} and warnings.rows[number]["unread"] and own.news() == set()
    ours.post(f"warnings/{number}/acknowledge/")
    assert warnings.news() == {number} and not warnings.rows[number]["unread"]
    warning_issuing.lift(actor=cast.commander, number=number, reason="雨停", now=timezone.now())
    assert warnings.news() == {number} and warnings.rows[number]["status"] == "lifted"
    Warning.objects.filter(pk=reported.pk).update(place="仓库")
    assert own.news() == {reported.number}
    reported.counties_affected.add(Organization.objects.get(short_name="西平县"))
    assert own.news() == {reported.number} and "西平县" in own.rows[reported.number]["counties_affected"]


def test_whatever_makes_an_incident_visible_makes_it_news(committed):
    """Each way of `visible_incidents`, written without a word in the timeline."""
    cast, now = committed, timezone.now()
    body = Organization.objects.get(short_name="西平县")
    county = desk_of(appoint("xiping", body.code, cast.county.role, "西平值班员"))
    incident = graded(cast)

    def another():
        """The next incident, with what others in it have been given."""
        nonlocal incident
        incident = graded(cast)
        office, number = cast.duty_officer.organization, incident.number
        starts = {"body": cast.firm, "created_at": now, "status": "active", "started_at": now}
        Response.objects.create(incident=incident, level=4, **starts)
        asks = {"requester": cast.firm, "holder": office, "needs": "车", "raised_at": now}
        SupportRequest.objects.create(incident=incident, number=f"{number}-S", serial=1, **asks)
        convened = {"convened_at": now, "convened_by": cast.commander.post, "starts_at": now}
        words = {"kind": "consultation", "topic": "研判", "means": "video", "place": "一室"}
        Meeting.objects.create(incident=incident, number=f"{number}-M", serial=1, **convened, **words)
        group("综合组", 1, office)

    def group(name: str, serial: int, lead: Organization):
        names = {"number": f"{incident.number}-G{serial}", "serial": serial, "name": name}
        return WorkingGroup.objects.create(incident=incident, lead=lead, formed_at=now, **names)

    ways = {
        "ordered": lambda: order(cast, incident, to=body.code),
        "named": lambda: ResponseBody.objects.create(response=incident.responses.get(), body=body),
        "asked": lambda: incident.support_requests.update(holder=body),
        "called": lambda: Attendance.objects.create(meeting=incident.meetings.get(), body=body),
        "leading": lambda: group("保障组", 2, body),
        "grouped": lambda: incident.working_groups.get().members.add(body),
        "affected": lambda: incident.counties_affected.add(body),
    }
    for way, happens in ways.items():
        another()
        reader = Reader(county, "incidents/", limit=200)
        assert incident.number not in reader.rows, way
        happens()
        assert incident.number in reader.news(), way

    another()
    approver = Reader(desk_of(cast.approver), "incidents/", limit=200)
    assert incident.number not in approver.rows
    Response.objects.create(incident=incident, level=3, body=cast.commander.organization, created_at=now)
    assert incident.number in approver.news()


# — tokens —


def test_a_token_that_can_miss_something_is_refused(ours, committed):
    ours.files()
    token = ours.get("incidents/").json()["sync"]
    again = f"incidents/?sync={token}"
    assert ours.get(again).status_code == 200
    for made_up in (
        "",
        "x",
        "AAAA",
        "%00",
        "é",
        token[:-3],
        token[1:],
        base64.b64encode(b"1.1.1.x").decode(),
    ):
        assert errors(ours.get(f"incidents/?sync={made_up}")) == {"?sync": "bad_sync"}, made_up

    expired = {"?sync": "sync_expired"}
    _, xid, rest = base64.b64decode(token + "==").decode().split(".", 2)
    ahead = base64.b64encode(f"1.{int(xid) + 10**6}.{rest}".encode()).decode().rstrip("=")
    assert errors(ours.get(f"incidents/?sync={ahead}")) == expired, "the count was once further"
    assert errors(ours.get(f"deadlines/?sync={token}")) == expired, "of another list"
    assert errors(firm_of(OTHER_FIRM).get(again)) == expired, "of another firm"
    assert errors(firm_of(FIRM, is_test=True).get(again)) == expired, "a test key sees other rows"
    assert ours.get(again).status_code == 200

    Organization.objects.filter(code=OTHER_FIRM).update(phone="0396-2")
    assert ours.get(again).status_code == 200
    Organization.objects.filter(code=OTHER_FIRM).update(parent=committed.firm)
    assert errors(ours.get(again)) == expired, "the tree of bodies has changed"

    def goes_on() -> bool:
        fresh = ours.get("incidents/").json()["sync"]
        return ours.get(f"incidents/?sync={fresh}").status_code == 200

    assert wait_for(goes_on, 180, 0.5), "from the start again, once other tests' transactions are over"


def test_a_restored_database_refuses_older_tokens_and_is_not_all_news(cloned_database, ours, monkeypatch):
    from incidents import changes

    number = ours.files()
    token = ours.get("incidents/").json()["sync"]
    there = changes.moment()
    system, timeline, database, table = there.cluster.split(".")
    assert system.isdigit() and len(timeline) == 8 and database != table
    ((is_superuser,),) = cloned_database.query("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    assert not is_superuser, "an ordinary role may ask for it"
    monkeypatch.setattr(
        changes, "moment", lambda: changes.Moment(there.xmin, there.xmax, "another", there.bodies_xid)
    )
    assert errors(ours.get(f"incidents/?sync={token}")) == {"?sync": "sync_expired"}
    monkeypatch.undo()
    with connection.cursor() as cursor:  # rows that bring along the count of an older cluster
        cursor.execute("ALTER TABLE incidents_incident DISABLE TRIGGER zz_note_change")
        cursor.execute("UPDATE incidents_incident SET changed_xid = '9000000000'")
        cursor.execute("ALTER TABLE incidents_incident ENABLE TRIGGER zz_note_change")
        cursor.execute("UPDATE incidents_organization SET changed_xid = '9000000000'")
    incidents = Reader(ours.get, "incidents/")
    assert set(incidents.rows) == {number} and incidents.has_no_old_news()


def test_updated_since_is_the_simple_start_on_every_list(ours, committed):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        first, second = ours.files(), ours.files()
        clock.shift(timedelta(hours=1))
        grading.grade(actor=committed.office_director, number=first, level=4, now=timezone.now())

        def found(path, minutes):
            since = iso(start + timedelta(minutes=minutes)).replace("+", "%2B")
            answer = ours.get(f"{path}?updated_since={since}")
            assert answer.status_code == 200, answer.content.decode()
            return [
                row.get("incident") or row.get("number") or row["action"] for row in answer.json()["results"]
            ]

        assert found("incidents/", 30) == [first] and found("incidents/", 90) == []
        assert found("incidents/", -30) == [second, first]
        assert set(found("deadlines/", 30)) == {first, second}, "those of the second fell due meanwhile"
        assert "incident.graded" in found(f"incidents/{first}/timeline/", 30)
        assert found(f"incidents/{first}/reports/", 30) == []
