"""The county was named wrongly, or others turn out to be affected (§5.2.1): put right, and everybody concerned hears of it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from alerts.models import Notification, State
from incidents.models import Incident, LedgerEntry, OpenItem, Organization, Role
from incidents.querysets import visible_incidents
from incidents.refusals import Invalid, NotAllowed, WrongState
from incidents.services.command import open_items
from incidents.services.report import placing
from tests.after.test_call_ups import do
from tests.cast import another_city, appoint, call_in, county_code
from tests.responses.stage import act, started
from tests.screens.stage import form_of, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.2.1")]


@pytest.fixture
def xiping(cast):
    return appoint("xiping", "xiping", Role.COUNTY, "西平县值班员", "DUTY")


def correct(actor, incident, county="xiping", affected=(), reason="听错县名", **more):
    said = {"county": county, "affected": list(affected), "reason": reason}
    return act(placing.correct_county, actor, incident, **said, **more)


def told(actor) -> list[tuple]:
    rows = Notification.objects.filter(person=actor.person).order_by("pk")
    return [(row.title, row.incident_id is not None) for row in rows]


def sees(actor, incident) -> bool:
    return visible_incidents([actor]).filter(pk=incident.pk).exists()


def test_the_right_county_is_told_at_once_and_the_wrong_one_that_it_was_an_error(cast, xiping):
    incident = call_in(cast)
    OpenItem.objects.filter(incident=incident, kind="TELL_ENTERPRISES").update(
        settled_at=timezone.now(), words="已通知驿城区各企业"
    )
    url = reverse("act", args=[incident.number, "incident.correct_county"])
    stale = sign_in(cast.office_director)
    old_form = form_of(stale, url, county="shangcai", affected=[], reason="另有说法")
    do(
        cast.duty_officer,
        incident,
        "incident.correct_county",
        county="xiping",
        affected=["suiping"],
        reason="听错县名",
    )
    assert sees(xiping, incident) and not sees(cast.county, incident)
    assert any("发生在西平县" in title and linked for title, linked in told(xiping))
    assert any(
        f"更正：{incident.number} 与驿城区无关" in title and not linked for title, linked in told(cast.county)
    )
    assert any("县区更正为西平县" in title for title, _ in told(cast.enterprise))
    fresh = Incident.objects.get(pk=incident.pk)
    assert fresh.title == "西平县分拨中心起火", "its name said where"
    items = OpenItem.objects.filter(incident=incident, kind="TELL_ENTERPRISES")
    assert items.filter(settled_at=None).count() == 1, "other firms may be touched now"
    entry = LedgerEntry.objects.get(action="incident.county_corrected")
    assert entry.data == {
        "from": county_code(),
        "county": "xiping",
        "affected_before": [],
        "affected": ["suiping"],
    }
    assert entry.reason == "听错县名" and entry.summary == "县区更正：驿城区 → 西平县，波及遂平县"
    assert stale.post(url, old_form).status_code == 409, "two officers at once: the second looks again"
    assert Incident.objects.get(pk=incident.pk).county.code == "xiping"


def test_what_is_no_correction_or_another_citys_is_refused(cast, xiping):
    incident = call_in(cast)
    with pytest.raises(WrongState, match="没有变化"):
        correct(cast.duty_officer, incident, county_code())
    another_city()
    for county, pointer in (("other-county", "/county"), ("nowhere", "/county")):
        with pytest.raises(Invalid) as refused:
            correct(cast.duty_officer, incident, county)
        assert refused.value.errors[0].pointer == pointer
    with pytest.raises(Invalid):
        correct(cast.duty_officer, incident, reason=" ")
    with pytest.raises(NotAllowed):
        correct(cast.commander, incident)
    correct(cast.duty_officer, incident, county_code(), ["xiping", "other-county"], reason="火势蔓延")
    assert sees(xiping, incident) and sees(cast.county, incident)
    assert [title for title, _ in told(xiping)] == [f"{incident.number} {incident.title}：波及西平县"]


@pytest.mark.clause("5.4.2")
def test_a_county_named_to_follow_up_by_mistake_never_owed_it_and_the_right_one_does(cast, xiping):
    incident = started(cast, bodies={county_code(): timedelta(hours=2)})
    open_items.settle(incident, [OpenItem.Kind.TELL_FIRMS], "已通知", timezone.now())
    now = timezone.now() + timedelta(hours=3)
    correct(cast.duty_officer, incident, now=now)
    wrong = incident.deadlines.get(rule__code="R5", debtor__code=county_code())
    assert wrong.state(now) == State.VOID, "overdue as it was"
    right = incident.deadlines.get(rule__code="R5", debtor=Organization.objects.get(code="xiping"))
    assert right.due_at == (now + timedelta(hours=2)).replace(microsecond=0)
    assert [row.body.code for row in incident.responses.get().named.all()] == ["xiping"]
    assert not sees(cast.county, incident)
    assert OpenItem.objects.filter(incident=incident, kind="TELL_FIRMS", settled_at=None).exists()
    words = Notification.objects.filter(person=xiping.person).latest("pk").text
    assert "请启动本单位预案" in words
    correct(cast.duty_officer, incident, county_code(), ["xiping"], reason="跨界", now=now)
    assert incident.deadlines.get(rule__code="R5", debtor__code="xiping").state(now) == State.OPEN
