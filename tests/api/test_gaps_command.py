"""What a firm may read over the API of the command of a response, of a place, of a notice."""

import pytest
from django.utils import timezone

from incidents.models import Incident
from incidents.services.command import schemes
from incidents.services.command.order_grounds import Grounds
from incidents.services.notice import informing
from incidents.services.response import meetings
from tests.api.conftest import errors, filing, firm_of, problem
from tests.responses.stage import act, graded, order

pytestmark = pytest.mark.django_db


@pytest.fixture
def anothers(cast):
    """A Ⅲ of another firm: nothing of it is shown but what is addressed to ours."""
    return graded(cast, title="另一企业的事件", firm=cast.other_firm.code)


def read_alone(firm, stranger, path, number, private="另一企业") -> dict:
    """It is in the list and by itself for the one, and for the other in neither."""
    (listed,) = firm.get(path).json()["results"]
    one = firm.get(f"{path}{number}/")
    assert one.json().items() >= listed.items() and one["ETag"] and private not in one.content.decode()
    assert stranger.get(path).json()["results"] == []
    problem(stranger.get(f"{path}{number}/"), 404, "not_found")
    problem(firm.get(f"{path}{number}9/"), 404, "not_found")
    return one.json() | {"etag": one["ETag"]}


@pytest.mark.clause("5.4.3")
def test_meetings_and_schemes_are_read_by_whom_they_are_for(firm, cast, anothers):
    stranger = firm_of("express-a-hub")
    own = graded(cast)
    meeting = act(
        meetings.convene,
        cast.duty_officer,
        own,
        kind="consultation",
        topic="研究邮件转移",
        means="video",
        place="会议号 123",
        bodies=[cast.firm.code],
    )
    seen = read_alone(firm, stranger, "meetings/", meeting.number)
    assert (seen["topic"], seen["incident"], seen["status"]) == ("研究邮件转移", own.number, "convened")
    assert [one["body"] for one in seen["called"]] == [cast.firm.code]
    meetings.cancel(actor=cast.duty_officer, meeting=meeting.number, reason="改为电话", now=timezone.now())
    assert firm.get(f"meetings/{meeting.number}/")["ETag"] != seen["etag"]

    texts = {"title": "火灾处置方案", "assessment": "火势可控", "measures": "先疏散"}
    version = act(schemes.draft, cast.duty_officer, anothers, **texts)
    scheme = version.scheme
    problem(firm.get(f"schemes/{scheme.number}/"), 404, "not_found")
    schemes.adopt(actor=cast.commander, scheme=scheme.number, now=timezone.now())
    order(cast, anothers, grounds=Grounds(scheme=version.pk))
    schemes_seen = read_alone(firm, stranger, "schemes/", scheme.number)
    (cited,) = schemes_seen["versions"]
    assert (cited["version"], cited["status"], cited["measures"]) == (1, "adopted", "先疏散")


@pytest.mark.clause("5.2.1")
def test_a_filing_may_state_the_place_as_a_point(firm):
    at = {"longitude": 114.0220004, "latitude": 32.98}
    number = firm.files(**at)
    seen = firm.get(f"incidents/{number}/").json()
    assert (seen["longitude"], seen["latitude"]) == (114.022, 32.98)
    assert firm.get(f"incidents/{firm.files()}/").json()["longitude"] is None
    for wrong, found in (
        ({"longitude": 114.02}, {"/latitude": "required"}),
        (
            {"longitude": 32.98, "latitude": 114.02},
            {"/longitude": "out_of_range", "/latitude": "out_of_range"},
        ),
        ({"longitude": "114", "latitude": True}, {"/longitude": "not_a_number", "/latitude": "not_a_number"}),
        ({"longitude": 1e300, "latitude": 32}, {"/longitude": "too_large"}),
    ):
        assert errors(firm.post("incidents/", filing(**wrong))) == found
    assert Incident.objects.count() == 2


@pytest.mark.clause("5.2.4")
def test_a_notice_is_read_by_itself_and_acknowledged_as_it_was_seen(firm, other, cast, anothers):
    row = act(
        informing.draft,
        cast.office_director,
        anothers,
        title="道路中断",
        words="请绕行",
        to=[cast.firm.code],
        approved=True,
        sent=True,
    )
    path = f"notices/{row.pk}/"
    read = firm.get(path)
    (offered,) = read.json()["actions"]
    assert offered["href"] == f"/api/v1/{path}read/" and read.json()["read_at"] is None
    assert [each["id"] for each in firm.get("notices/").json()["results"]] == [row.pk]
    assert other.get("notices/").json()["results"] == []
    for method, tail in (("get", ""), ("post", "read/")):
        problem(getattr(other, method)(path + tail), 404, "not_found")
    assert errors(firm.post(path + "read/", {"more": 1})) == {"/more": "unknown_field"}
    problem(firm.post(path + "read/", {}, **{"If-Match": '"x"'}), 412, "moved_on")
    done = firm.post(path + "read/", {}, **{"If-Match": read["ETag"]})
    assert done.json()["read_at"] and done.json()["actions"] == [] and done["ETag"] != read["ETag"]
    problem(firm.post(path + "read/"), 409, "already_done")
