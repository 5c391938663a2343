"""Where one is signed in, ending it, and the time-out that loses nothing that was typed."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alerts.models import Seat
from alerts.web.live import visitors
from incidents import ledger
from incidents.models import LedgerEntry, SignedInSession
from incidents.services.identity import signed_in
from incidents.services.roster import duty, duty_hand_over
from incidents.web.identity.devices import device_of
from incidents.web.identity.sessions import rows_of
from incidents.web.middleware import LAST_HERE, SEEN, ActivityMiddleware
from tests.cast import PASSWORD
from tests.screens.stage import sign_in, text_of

EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0"
HALF_AN_HOUR = 30 * 60


def come_in(actor, agent=EDGE, address="10.1.2.3") -> Client:
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    client.post(reverse("login"), {"username": actor.person.username, "password": PASSWORD})
    return client


def test_a_device_is_told_in_plain_words():
    iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1"
    wechat = "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36 MicroMessenger/8.0"
    assert [device_of(each) for each in (EDGE, iphone, wechat, "curl/8.0", "")] == [
        "Edge · Windows", "Safari · iPhone", "微信 · 安卓", "curl", "未知设备",
    ]  # fmt: skip


def test_own_sessions_are_listed_and_ended(cast):
    here, there, third = (come_in(cast.duty_officer) for _ in range(3))
    others = come_in(cast.auditor)
    page = here.get(reverse("sessions"))
    rows = rows_of(cast.duty_officer.person, here.session.session_key)
    assert [row.is_here for row in rows] == [True, False, False]
    assert "Edge · Windows" in text_of(page) and "10.1.2.3" in text_of(page) and "本机" in text_of(page)
    of_there = SignedInSession.objects.get(session_id=there.session.session_key)
    assert here.post(reverse("session-end", args=[of_there.pk])).status_code == 302
    assert there.get("/desk/").status_code == 302 and third.get("/desk/").status_code == 200
    assert here.post(reverse("session-end", args=[of_there.pk])).status_code == 404
    foreign = SignedInSession.objects.get(session_id=others.session.session_key)
    assert here.post(reverse("session-end", args=[foreign.pk])).status_code == 404
    assert others.get("/command/").status_code == 200
    here.post(reverse("sessions"))
    assert third.get("/desk/").status_code == 302 and here.get("/desk/").status_code == 200
    entries = LedgerEntry.objects.filter(chain=ledger.account_chain(cast.duty_officer.person))
    assert entries.filter(action="account.sessions_ended").count() == 2 and not list(ledger.verify())


def test_an_ended_session_loses_the_live_stream_at_the_next_round(cast):
    client = come_in(cast.duty_officer)
    key = client.session.session_key
    assert key in visitors([key], timezone.now())
    sign_in(cast.administrator).post(reverse("person-sessions-end", args=[cast.duty_officer.person.pk]))
    assert not visitors([key], timezone.now())
    row = SignedInSession.objects.get(digest=SignedInSession.digest_of(key))
    assert row.ended_by == cast.administrator.post and row.session is None


def test_a_changed_password_ends_the_others_in_the_list_too(cast):
    come_in(cast.duty_officer)
    person = cast.duty_officer.person
    assert len(signed_in.living(person, timezone.now())) == 1
    person.set_password("另一个-密码-2026")
    person.save()
    assert signed_in.living(person, timezone.now()) == []


def test_a_session_with_a_new_key_is_still_the_same(cast, rf):
    """As after a change of one's own password."""
    client = come_in(cast.duty_officer)
    request = rf.get("/")
    request.session = SessionStore(client.session.session_key)

    def change(request):
        request.session.cycle_key()
        return HttpResponse()

    answer = ActivityMiddleware(change)(request)
    row = SignedInSession.objects.get(person=cast.duty_officer.person)
    assert row.session_id == request.session.session_key != client.session.session_key
    assert answer.cookies[LAST_HERE].value == row.digest == SignedInSession.digest_of(row.session_id)


def test_nobody_ends_anothers_but_the_administrator(cast):
    come_in(cast.auditor)
    url = reverse("person-sessions-end", args=[cast.auditor.person.pk])
    assert sign_in(cast.office_director).post(url).status_code == 404
    assert len(signed_in.living(cast.auditor.person, timezone.now())) == 1


@pytest.fixture
def idle(settings):
    settings.SESSION_COOKIE_AGE = HALF_AN_HOUR


def test_a_session_ends_by_itself_and_work_lengthens_it(cast, idle):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        client = sign_in(cast.duty_officer)
        clock.shift(timedelta(minutes=20))
        assert client.get("/clauses/").status_code == 200
        row = SignedInSession.objects.get(session_id=client.session.session_key)
        assert row.seen_at == start + timedelta(minutes=20)
        clock.shift(timedelta(minutes=20))
        assert (
            client.get("/clauses/").status_code == 200
        )  # 40 minutes after signing in, 20 after the last work
        clock.shift(timedelta(minutes=31))
        assert client.get("/clauses/").status_code == 302


def test_what_a_page_asks_by_itself_keeps_no_session_alive(cast, idle):
    fragment = {"HX-Request": "true"}
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = sign_in(cast.duty_officer)
        for _ in range(3):
            clock.shift(timedelta(minutes=9))
            assert client.get("/pulse/", headers=fragment).status_code in (200, 204)
            assert client.get("/desk/", headers=fragment).status_code in (200, 204)
            assert client.get(reverse("session")).json()["person"] == cast.duty_officer.person.pk
            assert client.get("/api/v1/incidents/").status_code == 200
            assert client.head("/livez").status_code == 200
        assert client.get(reverse("session")).json()["left"] == 3 * 60
        clock.shift(timedelta(minutes=4))
        assert client.get("/pulse/", headers=fragment).status_code == 401
        assert client.get(reverse("session")).json()["person"] is None


@pytest.mark.clause("5.2.3")
def test_the_desk_of_who_is_on_shift_goes_on_until_the_shift_ends(cast, idle):
    start = timezone.now()
    hours = {"starts_at": start, "ends_at": start + timedelta(hours=2)}
    body, person = cast.office_director.organization, cast.duty_officer.person
    with time_machine.travel(start, tick=False) as clock:
        shift = duty.draw_up(
            actor=cast.office_director, body=body, seat=Seat.DUTY, person=person.pk, now=start, **hours
        )
        client, idler = sign_in(cast.duty_officer), sign_in(cast.office_director)
        duty_hand_over.sign_in(actor=cast.duty_officer, shift=shift.pk, now=start)

        def pulse(each, minutes: int) -> int:
            clock.shift(timedelta(minutes=minutes))
            return each.get("/pulse/", headers={"HX-Request": "true"}).status_code

        assert [pulse(client, 25) for _ in range(5)] == [200] * 5  # after 125 minutes: the shift ended at 120
        assert pulse(client, 6) == 401 and pulse(idler, 0) == 401


def test_going_on_is_said_by_the_page_and_written_at_most_once_a_minute(cast, idle):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = sign_in(cast.duty_officer)
        clock.shift(timedelta(minutes=28))
        assert client.post(reverse("session")).json()["left"] == HALF_AN_HOUR
        clock.shift(timedelta(minutes=28))
        assert client.get("/clauses/").status_code == 200
        seen = client.session[SEEN]
        clock.shift(timedelta(seconds=50))
        client.get("/clauses/")
        assert client.session[SEEN] == seen
        assert Client().post(reverse("session")).status_code == 401


def test_a_page_that_asks_who_is_signed_in_takes_no_token_from_the_sign_in_form_beside_it(db):
    asked = Client().get(reverse("session"))
    assert asked.json() == {"person": None, "left": 0} and not asked.cookies


def end_session(client) -> None:
    Session.objects.filter(pk=client.session.session_key).update(expire_date=timezone.now() - timedelta(1))


def test_a_fragment_sent_too_late_answers_so_that_the_form_stays(cast):
    client = sign_in(cast.duty_officer)
    end_session(client)
    answer = client.post("/duty/log/note/", {"words": "记一笔"}, headers={"HX-Request": "true"})
    assert answer.status_code == 401 and answer["HX-Trigger"] == "zmd:session-ended" and not answer.content


def test_a_form_sent_too_late_waits_until_its_sender_is_back(cast):
    client = come_in(cast.duty_officer)
    end_session(client)
    assert client.get("/pulse/", headers={"HX-Request": "true"}).status_code == 401
    late = client.post("/duty/log/note/?x=1", {"words": "三号门钥匙已移交", "many": ["a", "b"]})
    assert late.status_code == 302 and late.url == f"{reverse('login')}?next={reverse('session-resume')}"
    back = {"username": "duty", "password": PASSWORD, "next": reverse("session-resume")}
    assert client.post(reverse("login"), back).url == reverse("session-resume")
    page = client.get(reverse("session-resume"))
    words = page.content.decode()
    assert 'action="/duty/log/note/?x=1"' in words and 'name="words" value="三号门钥匙已移交"' in words
    assert page.context["form"].pairs == [("words", "三号门钥匙已移交"), ("many", "a"), ("many", "b")]
    assert client.get(reverse("session-resume")).status_code == 200  # a reload loses nothing
    client.post("/duty/log/note/?x=1", dict(page.context["form"].pairs))
    assert client.get(reverse("session-resume")).status_code == 302


def test_a_form_sent_too_late_is_not_anothers_and_holds_no_secret_or_file(cast):
    client = come_in(cast.duty_officer)
    end_session(client)
    client.post("/duty/log/note/", {"words": "只给本人"})
    client.post(reverse("login"), {"username": "auditor", "password": PASSWORD})
    assert client.get(reverse("session-resume")).status_code == 302
    assert (
        Client().post("/duty/log/note/", {"words": "无主"}).url.startswith(reverse("login") + "?next=/duty")
    )

    client = come_in(cast.duty_officer)
    end_session(client)
    secret = client.post("/duty/log/note/", {"old_password": "x"})
    assert "resume" not in secret.url
    secret = client.post(reverse("account-password"), {"proof": "x", "new": "y", "again": "y"})
    assert "resume" not in secret.url, "the form by which one changes one's password"

    client.post("/duty/log/note/", {"words": "有文件", "file": SimpleUploadedFile("现场.jpg", b"x")})
    client.post(reverse("login"), {"username": "duty", "password": PASSWORD})
    assert "文件不能保留，请在提交后重新上传：现场.jpg" in text_of(client.get(reverse("session-resume")))
    client.post(reverse("session-resume"))
    assert client.get(reverse("session-resume")).status_code == 302


def test_what_is_long_over_is_forgotten(cast):
    now = timezone.now()
    client = come_in(cast.duty_officer)
    end_session(client)
    signed_in.forget(now)
    assert not Session.objects.filter(pk=client.session.session_key).exists()
    assert SignedInSession.objects.filter(person=cast.duty_officer.person, session=None).exists()
    signed_in.forget(now + timedelta(days=31))
    assert not SignedInSession.objects.filter(person=cast.duty_officer.person).exists()
