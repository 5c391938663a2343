"""宣传教育 (§8.1): what was done, by whom, and what the office has not done yet this year."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from incidents.models import LedgerEntry, Publicity
from incidents.refusals import Invalid, NotAllowed, NotFound, WrongState
from incidents.services.command import expert_pool
from incidents.services.training import publicity
from tests.screens.stage import form_of, sign_in, text_of

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(timezone.datetime(2026, 9, 1, 9, 0))


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


def done(actor, **more) -> Publicity:
    said = {"held_on": date(2026, 8, 1), "kind": "law", "topic": "条例", "audience": "员工", "reached": 50}
    return publicity.keep(actor=actor, now=NOW, **said | more)


@pytest.mark.clause("8.1")
def test_activities_are_recorded_changed_and_withdrawn(cast):
    office, firm = cast.duty_officer, cast.enterprise
    for change, field in (
        ({"topic": " "}, "/topic"),
        ({"audience": ""}, "/audience"),
        ({"kind": "x"}, "/kind"),
        ({"reached": 10**10}, "/reached"),
        ({"held_on": date(2026, 9, 2)}, "/held_on"),
        ({"held_on": date(1999, 1, 1)}, "/held_on"),
        ({"materials": "长" * 301}, "/materials"),
        ({"experts": [999]}, "/experts"),
        ({"body": "express-b"}, "/body"),
    ):
        with pytest.raises(Invalid) as refused:
            done(firm, **change)
        assert refused.value.errors[0].pointer == field
    ours, theirs = done(office), done(firm, kind="skill", reached=7)
    assert set(publicity.visible([office])) == {ours, theirs} and set(publicity.visible([firm])) == {theirs}
    with pytest.raises(NotAllowed):
        done(office, activity=theirs.pk)
    with pytest.raises(NotFound):
        done(cast.other_enterprise, activity=theirs.pk)
    assert done(firm, activity=theirs.pk, kind="skill", reached=9).pk == theirs.pk
    rows = publicity.visible([office])
    assert {row["kind"]: (row["held"], row["people"]) for row in publicity.totals(rows)} == {
        "法规政策宣传": (1, 50),
        "基本知识教育": (0, 0),
        "处置技能教育": (1, 9),
        "发布宣传材料": (0, 0),
    }
    first, second = publicity.halves(rows, ours.body, 2026, NOW.date())
    assert (first.missing, first.is_over, second.missing) == (1, True, 0)
    publicity.withdraw(actor=office, activity=ours.pk, reason="重复", now=NOW)
    assert publicity.halves(rows, ours.body, 2026, NOW.date())[1].missing == 1
    with pytest.raises(WrongState):
        publicity.withdraw(actor=office, activity=ours.pk, reason="重复", now=NOW)
    told = LedgerEntry.objects.filter(action__startswith="publicity.").values_list("action", flat=True)
    assert sorted(told) == [
        "publicity.changed",
        "publicity.recorded",
        "publicity.recorded",
        "publicity.withdrawn",
    ]


@pytest.mark.clause("8.1", "2.3")
def test_the_list_of_the_year_and_its_forms(cast):
    office, firm = sign_in(cast.duty_officer), sign_in(cast.enterprise)
    expert = expert_pool.keep(
        actor=cast.duty_officer,
        now=NOW,
        name="李编审",
        field="教材",
        body="学院",
        phone="1",
        services=["textbooks"],
    )
    empty = text_of(office.get(reverse("publicity")))
    assert "没有登记的活动" in empty and "没有达到" in empty and "还差 1 项" in empty
    assert "应急办上半年、下半年尚未开展" in text_of(office.get(reverse("preparedness")))
    new = reverse("publicity-new")
    typed = {
        "held_on": "2026-08-01",
        "kind": "material",
        "topic": "防汛手册",
        "audience": "快递员",
        "reached": "三百",
        "experts": [expert.pk],
    }
    refused = office.post(new, form_of(office, new, **typed))
    assert refused.status_code == 422 and "防汛手册" in refused.content.decode()
    assert office.post(new, form_of(office, new, **typed | {"reached": "300"})).status_code == 302
    row = Publicity.objects.get()
    listed = text_of(office.get(reverse("publicity")))
    assert "防汛手册" in listed and "李编审" in listed and "已达到" in listed
    assert "防汛手册" in text_of(office.get(reverse("expert", args=[expert.pk])))
    one = reverse("publicity-one", args=[row.pk])
    assert office.post(one, form_of(office, one, reached="301")).status_code == 302
    assert firm.get(one).status_code == 404 and "应急办本年" not in text_of(firm.get(reverse("publicity")))
    assert sign_in(cast.auditor).get(one).status_code == 403
    withdraw = reverse("publicity-withdraw", args=[row.pk])
    assert office.post(withdraw, form_of(office, withdraw, reason="重复登记")).status_code == 302
    assert "没有符合的活动" in text_of(office.get(reverse("publicity") + "?kind=material&year=2026"))
