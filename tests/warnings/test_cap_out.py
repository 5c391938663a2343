"""Each bulletin as a CAP 1.2 message that everyone may read (§4.4): what it says, that it stays, the feed of them."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from lxml import etree

from alerts import cap
from alerts.models import CapMessage
from incidents.models import LedgerEntry
from incidents.services.warning import warning_cap, warning_issuing
from tests import cast as people
from tests.screens.stage import sign_in
from tests.warnings.conftest import T0
from tests.warnings.test_cap import ATOM_SCHEMA, CAP_SCHEMA, texts

pytestmark = pytest.mark.django_db

FEED = "/cap/feed.atom"


def message_of(bulletin) -> cap.Message:
    """As published, after the official schema had nothing against it."""
    data = Client().get(f"/cap/{bulletin.cap.identifier}.xml").content
    CAP_SCHEMA.assertValid(etree.fromstring(data))
    return cap.parse(data).messages[0]


def adjust(cast, warning, level, now, **contents):
    return warning_issuing.adjust(
        actor=cast.commander, number=warning.number, level=level, reason="雨势", contents=contents, now=now
    )


def lift(cast, warning, now):
    return warning_issuing.lift(actor=cast.commander, number=warning.number, reason="雨停", now=now)


@pytest.mark.clause("4.4")
def test_a_bulletin_says_its_seven_contents_to_everyone(cast, clock):
    warning = people.issue(cast)
    bulletin = warning.standing_bulletin
    assert Client().get("/cap/%00.xml").status_code == 404
    answer = Client().get(f"/cap/{warning.number}-1.xml")
    assert answer["Content-Type"] == "application/cap+xml; charset=utf-8"
    assert texts(answer.content, "sent") == ["2026-03-02T20:00:00+08:00"], "the time of issue, never Z"
    said = message_of(bulletin)
    assert (said.status, said.msg_type, said.scope) == ("Actual", "Alert", "Public")
    info = said.info
    assert (info.event, info.level, info.onset) == ("暴雨水灾", 3, bulletin.starts_at)
    assert (info.description, info.instruction) == (bulletin.caution, bulletin.measures)
    assert (info.sender_name, info.contact) == (bulletin.authority, warning.office.phone)
    for hidden in ("雨量", str(cast.commander.person), str(cast.firm)):
        assert hidden not in bulletin.cap.text, hidden


def test_a_county_has_its_code_and_outline_and_a_zone_its_name(cast, clock):
    warning = people.issue(cast, area="驿城区和经济开发区的低洼处")
    words, county, zone = message_of(warning.standing_bulletin).info.areas
    assert words == cap.Area("驿城区和经济开发区的低洼处")
    assert county.geocodes == (("行政区划代码", "411702"),)
    (outline,) = county.polygons
    latitude, longitude = map(float, outline.split(" ")[0].split(","))
    assert 32 < latitude < 34 and 113 < longitude < 116
    assert zone == cap.Area("经济开发区")


def test_page_and_paper_link_to_it(cast, clock):
    warning = people.issue(cast)
    for page in (f"/warnings/{warning.number}/", f"/warnings/{warning.number}/bulletins/1/"):
        assert (
            f'href="/cap/{warning.number}-1.xml" download'
            in sign_in(cast.enterprise).get(page).content.decode()
        )


def test_words_that_name_no_county_leave_those_of_the_warning_and_the_whole_city_is_all(cast, clock):
    warning = people.issue(cast, area="低洼处的分拨中心")
    assert [area.description for area in message_of(warning.standing_bulletin).info.areas[1:]] == ["驿城区"]
    everywhere = adjust(cast, warning, 2, T0, area="全市")
    assert len(message_of(everywhere).info.areas) == 1 + 13


@pytest.mark.clause("4.4")
def test_raising_and_lifting_point_at_what_was_said_before(cast, clock):
    warning = people.issue(cast)
    raised = adjust(cast, warning, 2, clock.after(1))
    lifted = lift(cast, warning, clock.after(2))
    first, update, cancel = (message_of(each) for each in warning.bulletins.order_by("version"))
    assert (update.msg_type, update.references, update.info.level) == ("Update", (first.reference,), 2)
    assert update.sent == raised.issued_at
    assert (cancel.msg_type, cancel.references) == ("Cancel", (first.reference, update.reference))
    assert cancel.info.response_types == ("AllClear",) and cancel.identifier == lifted.cap.identifier


def test_what_was_published_stays_whatever_is_renamed_and_the_ledger_has_its_hash(cast, clock):
    warning = people.issue(cast)
    before = Client().get(f"/cap/{warning.number}-1.xml").content
    county = warning.counties_affected.get()
    county.short_name = "改了名的区"
    county.save()
    assert Client().get(f"/cap/{warning.number}-1.xml").content == before
    with pytest.raises(DatabaseError), transaction.atomic():
        CapMessage.objects.update(text="改写")
    entry = LedgerEntry.objects.get(chain=warning.chain, action="warning.issued")
    assert {"cap": f"{warning.number}-1"}.items() <= entry.data.items() and len(
        entry.data["cap_sha256"]
    ) == 64


def test_an_exercise_is_marked_and_stays_inside(cast, clock, monkeypatch):
    monkeypatch.setattr(warning_cap, "is_exercise", lambda warning: True)
    warning = people.issue(cast)
    address = f"/cap/{warning.number}-1.xml"
    said = sign_in(cast.enterprise).get(address)
    assert texts(said.content, "status") == ["Exercise"] and texts(said.content, "headline")[0].startswith(
        "【演练】"
    )
    assert Client().get(address).status_code == 404
    assert warning.number not in Client().get(FEED).content.decode()


def test_the_feed_carries_what_is_in_force_and_for_three_days_what_was_lifted(cast, clock):
    assert ATOM_SCHEMA.validate(etree.fromstring(Client().get(FEED).content)), "empty"
    stays, goes = people.issue(cast), people.issue(cast, level=4)
    lift(cast, goes, clock.after(1))

    def carried():
        answer = Client().get(FEED)
        ATOM_SCHEMA.assertValid(etree.fromstring(answer.content))
        return answer, [message.identifier for message in cap.parse(answer.content).messages]

    answer, names = carried()
    assert set(names) == {f"{stays.number}-1", f"{goes.number}-1", f"{goes.number}-2"}
    assert names[0] == f"{goes.number}-2", "the newest first"
    assert f"http://testserver/cap/{stays.number}-1.xml" in answer.content.decode()
    clock.traveller.move_to(T0 + timedelta(days=3, hours=2))
    assert carried()[1] == [f"{stays.number}-1"]


@pytest.mark.parametrize("what", ["feed", "message"])
def test_who_asks_again_hears_that_nothing_is_new(cast, clock, what):
    warning = people.issue(cast)
    client, address = Client(), FEED if what == "feed" else f"/cap/{warning.number}-1.xml"
    first = client.get(address)
    for header in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        again = client.get(address, headers=header)
        assert again.status_code == 304 and again.content == b"", header
    if what == "feed":
        adjust(cast, warning, 2, clock.after(1))
        assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200
    assert client.head(address).status_code == 200 and client.post(address).status_code == 405
    assert client.get("/cap/ZMD-W-2026-9999-1.xml").status_code == 404
