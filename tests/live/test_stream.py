"""/live/ of a real web server: who is let in, what he hears, and when it ends."""

import http.client

import pytest
from django.utils import timezone

from incidents.services.response import grading
from tests import cast as people
from tests.live.visitor import Listener, Visitor
from zmd_emergency.processes import wait_for

pytestmark = pytest.mark.processes


@pytest.fixture
def cast(cloned_database):
    return people.assemble()


@pytest.fixture
def incident(cast):
    return people.call_in(cast)


def verify(cast, incident):
    now = timezone.now()
    grading.verify(actor=cast.duty_officer, number=incident.number, with_whom="消防", how="电话", now=now)


def fed(listener: Listener) -> Listener:
    assert listener.status == 200 and listener.hears(Listener.is_fed)
    return listener


@pytest.mark.clause("5.2.1")
def test_the_office_and_the_firm_hear_of_it_and_the_other_firm_nothing(cast, incident, server):
    duty, firm, other = (fed(Visitor(server.url, who).listen()) for who in ("duty", "firm", "other"))
    theirs = ("incident", incident.number)
    people.report(cast, incident, "FOLLOW_UP")
    for listener in (duty, firm):
        assert listener.hears(lambda each: theirs in each.events())
    own = people.call_in(cast, firm=people.OTHER_FIRM)
    assert other.hears(lambda each: ("incident", own.number) in each.events())
    assert {name for kind, name in other.events() if kind == "incident"} == {own.number}
    assert own.number not in {name for _, name in firm.events()}


def test_no_fact_travels(cast, incident, server):
    duty = fed(Visitor(server.url, "duty").listen())
    verify(cast, incident)
    assert duty.hears(lambda each: ("incident", incident.number) in each.events())
    for event, data in duty.heard:
        assert data.keys() == {"beat": {"now", "warning", "feed"}, "changed": {"events", "everything"}}[event]
        assert {kind for kind, _ in data.get("events", [])} <= {"incident", "inbox"}


def test_the_answer_is_neither_kept_nor_held_back_by_a_proxy(cast, server):
    listener = fed(Visitor(server.url, "duty").listen())
    assert listener.headers["Content-Type"].startswith("text/event-stream")
    assert listener.headers["Cache-Control"] == "no-store"
    assert listener.headers["X-Accel-Buffering"] == "no"


@pytest.mark.parametrize(
    ("cookie", "host", "status"),
    [("", "", 401), ("sessionid=made-up", "", 401), ("sessionid=%00", "", 401), ("", "evil.example", 400)],
)
def test_who_is_not_let_in(cast, server, cookie, host, status):
    assert Listener(server.url, cookie, host=host).status == status


@pytest.mark.parametrize(
    ("method", "path", "status"), [("POST", "/live/", 405), ("GET", "/live/other/", 404)]
)
def test_there_is_nothing_else_at_that_door(cast, server, method, path, status):
    client = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=20)
    client.request(method, path)
    assert client.getresponse().status == status


def test_signing_out_ends_the_stream(cast, server):
    visitor = Visitor(server.url, "duty")
    listener = fed(visitor.listen())
    cookie = visitor.cookie
    visitor.post("/logout/", "/clauses/")
    assert listener.hears(lambda each: each.ended)
    assert listener.heard[-1][0] == "ended"
    assert Listener(server.url, cookie).status == 401


def test_a_password_changed_or_an_account_closed_ends_the_stream(cast, server):
    duty, director = (fed(Visitor(server.url, who).listen()) for who in ("duty", "director"))
    cast.duty_officer.person.set_password("一个新的密码-2026")
    cast.duty_officer.person.save()
    type(cast.office_director.person).objects.filter(username="director").update(is_active=False)
    for listener in (duty, director):
        assert listener.hears(lambda each: each.ended)


def test_a_post_laid_down_is_heard_no_more_of(cast, incident, server, cloned_database):
    """Without signing in anew: the stream goes on, and hears what is left."""
    firm = fed(Visitor(server.url, "firm").listen())
    cast.enterprise.post.is_active = False
    cast.enterprise.post.save()
    before = len(firm.heard)
    assert firm.hears(lambda each: len(each.heard) > before + 1), "a round and a beat later"
    verify(cast, incident)
    people.report(cast, incident, "FOLLOW_UP", actor=cast.duty_officer, channel="FAX")
    duty = Visitor(server.url, "duty").listen(since="1")
    assert duty.hears(lambda each: any(event == "changed" for event, _ in each.heard))
    assert ("incident", incident.number) not in firm.events()


def test_one_person_cannot_open_streams_without_end(cast, server):
    visitor = Visitor(server.url, "duty")
    listeners = [visitor.listen() for _ in range(22)]
    assert sorted(listener.status for listener in listeners) == [200] * 20 + [429] * 2
    assert Visitor(server.url, "director").listen().status == 200
    for listener in listeners:
        listener.close()
    assert wait_for(lambda: visitor.listen().status == 200, 60), "what is closed counts no more"


def test_an_open_screen_holds_no_database_connection(cast, server, cloned_database):
    held = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    visitors = [Visitor(server.url, who) for who in ("duty", "director", "commander", "firm")]
    from django.db import connection

    connection.close()
    before = cloned_database.query(held)[0][0]
    listeners = [fed(visitor.listen()) for visitor in visitors for _ in range(5)]
    assert wait_for(lambda: cloned_database.query(held)[0][0] <= before, 60)
    assert not any(listener.ended for listener in listeners)


@pytest.fixture
def site(cast, incident, processes, own_redis):
    """A web server with a Redis of its own, which may be killed."""
    return processes.web(REDIS_URL=own_redis.url)


def test_a_killed_redis_is_said_and_comes_back(cast, incident, site, own_redis):
    visitor, director = Visitor(site.url, "duty"), Visitor(site.url, "director")
    listener = fed(visitor.listen())
    own_redis.kill()
    assert listener.hears(lambda each: not each.is_fed())
    act = f"/incidents/{incident.number}/act/incident.verify/"
    director.post(act, with_whom="消防救援支队", how="电话核对")
    assert "消防救援支队" in director.get(f"/incidents/{incident.number}/")[1], "the work goes on without"
    own_redis.start()
    assert listener.hears(Listener.is_fed)
    assert listener.hears(
        lambda each: any(event == "changed" and data["everything"] for event, data in each.heard)
    )
    director.post(f"/incidents/{incident.number}/act/firm.chase/", answered_by="值班员")
    assert listener.hears(lambda each: ("incident", incident.number) in each.events())


def test_it_ends_soon_with_screens_open(cast, server):
    listeners = [fed(Visitor(server.url, "duty").listen()) for _ in range(3)]
    server.process.terminate()
    assert wait_for(lambda: server.process.poll() is not None, 30)
    assert all(listener.hears(lambda each: each.ended) for listener in listeners)
    assert "Traceback" not in server.log.read_text()
