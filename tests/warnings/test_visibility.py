"""Who sees a warning, and what of it (domain §5): for the rest it does not exist, at any door."""

import pytest

from alerts.models import Warning
from incidents.services.warning import warning_reporting
from incidents.services.warning.warning_bulletin import Word
from tests import cast as people
from tests.screens.stage import sign_in, text_of
from tests.warnings.conftest import T0

pytestmark = pytest.mark.django_db

ALL = ("duty_officer", "office_director", "commander", "deputy", "auditor")
OTHERS = ("approver", "member", "county", "enterprise", "other_enterprise", "administrator")


def seen_by(cast, warning) -> set[str]:
    return {
        role
        for role in ALL + OTHERS
        if Warning.objects.visible_to([getattr(cast, role)]).filter(pk=warning.pk).exists()
    }


def test_before_it_is_issued_the_office_the_reporter_and_the_county_affected_see_it(cast, clock):
    warning = people.warn(cast, actor=cast.enterprise)
    assert seen_by(cast, warning) == {*ALL, "enterprise", "county"}
    elsewhere = people.warn(cast, counties_affected=["上蔡县"])
    assert seen_by(cast, elsewhere) == set(ALL)


def test_a_notice_opens_it_to_those_told(cast, clock):
    warning = people.warn(cast, counties_affected=["上蔡县"])
    warning_reporting.tell(
        actor=cast.duty_officer,
        number=warning.number,
        to=[people.member_code(), people.OTHER_FIRM],
        words="注意",
        now=T0,
    )
    assert seen_by(cast, warning) == {*ALL, "member", "other_enterprise"}


def test_once_issued_those_addressed_see_it(cast, clock):
    warning = people.issue(
        cast, warning=people.warn(cast, counties_affected=[]), addressees=["express-a-hub"]
    )
    assert seen_by(cast, warning) == {*ALL, "enterprise"}, "a parent enterprise sees what its own was sent"


def test_the_office_sees_its_own_tree_only(cast, clock):
    from dataclasses import replace

    from incidents.models import Organization

    stranger = replace(cast.duty_officer, organization=Organization.objects.get(code="express-a"))
    warning = people.warn(cast)
    assert not Warning.objects.visible_to([stranger]).filter(pk=warning.pk).exists()
    assert not Warning.objects.visible_to([]).exists()


@pytest.mark.parametrize("role", OTHERS)
def test_every_door_answers_404_to_whom_it_does_not_concern(cast, clock, role):
    warning = people.issue(
        cast, warning=people.warn(cast, counties_affected=["上蔡县"]), addressees=["express-c"]
    )
    client = sign_in(getattr(cast, role))
    page = f"/warnings/{warning.number}/"
    assert client.get(page).status_code == 404
    assert client.get(f"{page}bulletins/1/").status_code == 404
    assert client.get(f"{page}act/warning.lift/").status_code == 404
    assert client.post(f"{page}act/warning.acknowledge/", {"token": "x"}).status_code == 404
    index = client.get("/warnings/?show=all")
    assert index.status_code == (404 if role in ("approver", "administrator") else 200)
    assert warning.number not in index.content.decode()


def test_who_was_told_reads_the_bulletin_and_no_more(cast, clock):
    warning = people.warn(cast, actor=cast.enterprise, risk="只给应急办的情况")
    people.issue(cast, warning=warning)
    words = text_of(sign_in(cast.other_enterprise).get(f"/warnings/{warning.number}/"))
    assert people.bulletin()["caution"] in words
    for hidden in ("只给应急办的情况", str(cast.firm), "W1", "W2", "W3", str(cast.member.organization)):
        assert hidden not in words, hidden
    own = text_of(sign_in(cast.enterprise).get(f"/warnings/{warning.number}/"))
    assert "只给应急办的情况" in own and "W1" in own and "W2" not in own


def test_telephoned_words_are_the_offices(cast, clock):
    from incidents.services.warning import warning_issuing

    warning = people.issue(cast)
    word = Word("逐字记录的话")
    warning_issuing.adjust(
        actor=cast.commander, number=warning.number, level=2, reason="加大", now=T0, phone=word
    )
    page = f"/warnings/{warning.number}/"
    assert "逐字记录的话" in sign_in(cast.duty_officer).get(page).content.decode()
    assert "逐字记录的话" not in sign_in(cast.enterprise).get(page).content.decode()


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/warnings/new/", {"duty_officer", "office_director"}), ("/firm/risk/", {"enterprise"})],
)
def test_each_intake_is_for_its_own(cast, clock, path, allowed):
    for role in ("duty_officer", "office_director", "commander", "enterprise", "member", "auditor"):
        answer = sign_in(getattr(cast, role)).get(path)
        assert answer.status_code == (200 if role in allowed else 404), role
