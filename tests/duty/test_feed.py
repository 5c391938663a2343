"""One's own shifts as iCalendar at a secret address: nobody else's, no session, and another secret ends the first."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from alerts.models import CalendarFeed
from incidents.models import LedgerEntry, User
from tests.duty.stage import at, shift
from tests.screens.stage import sign_in

pytestmark = pytest.mark.clause("5.2.3")


def subscribe(actor) -> str:
    page = sign_in(actor).post(reverse("duty-feed-address"), {"new": "1"})
    assert page.status_code == 200 and "no-store" in page["Cache-Control"]
    return page.context["feed_url"].removeprefix("http://testserver")


@pytest.fixture
def url(cast, other, clock):
    shift(cast.office_director, cast.duty_officer, 0, 8)
    shift(cast.office_director, other, 8, 16)
    shift(cast.office_director, cast.duty_officer, 16, 24)
    return subscribe(cast.duty_officer)


def test_it_holds_ones_own_shifts_in_the_citys_time(cast, other, url):
    answer = Client().get(url)
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/calendar")
    text = answer.content.decode()
    assert "DTSTART;TZID=Asia/Shanghai:20260302T080000" in text and "BEGIN:VTIMEZONE" in text
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert [event.decoded("dtstart") for event in events] == [
        at(hours).astimezone(ZoneInfo("Asia/Shanghai")) for hours in (0, 16)
    ]
    assert [event.decoded("dtend") - event.decoded("dtstart") for event in events] == [timedelta(hours=8)] * 2
    assert "值班员" in str(events[0]["summary"])
    for person in User.objects.all():
        assert person.name not in text or person.name == "值班员"
    assert other.person.name not in text


def test_a_wrong_secret_leads_nowhere(url, db):
    assert Client().get(reverse("duty-feed", args=["wrong"])).status_code == 404
    assert Client().get(url[:-8] + "AAAA.ics").status_code == 404
    assert Client().post(url).status_code == 405


def test_only_the_hash_is_kept_and_the_address_is_shown_once(cast, url):
    secret = url.split("/")[-1].removesuffix(".ics")
    assert len(secret) > 40 and secret not in CalendarFeed.objects.get().digest
    assert secret not in sign_in(cast.duty_officer).get(reverse("duty-mine")).content.decode()
    assert LedgerEntry.objects.filter(action="duty.feed_opened").count() == 1


def test_another_secret_ends_the_first_and_it_can_be_ended(cast, url):
    second = subscribe(cast.duty_officer)
    assert Client().get(url).status_code == 404 and Client().get(second).status_code == 200
    sign_in(cast.duty_officer).post(reverse("duty-feed-address"), {"end": "1"})
    assert Client().get(second).status_code == 404


def test_who_is_switched_off_has_no_feed(cast, url):
    User.objects.filter(pk=cast.duty_officer.person.pk).update(is_active=False)
    assert Client().get(url).status_code == 404


def test_who_is_on_no_roster_has_no_page_of_his_own(cast):
    assert sign_in(cast.auditor).post(reverse("duty-feed-address"), {"new": "1"}).status_code == 404
    assert sign_in(cast.auditor).get(reverse("duty-mine")).status_code == 404
