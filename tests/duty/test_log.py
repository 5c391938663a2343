"""值班日志 writes itself from what was done, takes free entries, marks the important ones, and prints as the day's page."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from alerts.models import DutyLogEntry, Warning
from alerts.services import escalation
from incidents import ledger
from incidents.models import LedgerEntry, PlanVersion
from incidents.refusals import Invalid, NotAllowed, NotFound, WrongState
from incidents.services.debt import chasing
from incidents.services.response import grading
from incidents.services.roster import duty_hand_over, duty_log
from incidents.services.roster.open_matters import open_matters
from tests.cast import call_in
from tests.duty.stage import T0, at, shift
from tests.screens.stage import form_of, sign_in, text_of

pytestmark = pytest.mark.clause("5.4.2")
DAY = T0.date()


@pytest.fixture
def office(cast):
    return cast.duty_officer.organization


@pytest.fixture
def busy(cast, clock):
    """A day of the desk: signed in, a call, a grading, a chase, steps fired, handed over."""
    first = shift(cast.office_director, cast.duty_officer, 0, 8)
    duty_hand_over.sign_in(actor=cast.duty_officer, shift=first.pk, now=at(0))
    incident = call_in(cast, now=clock(1), known_at=at(1), title="起火")
    grading.grade(actor=cast.office_director, number=incident.number, level=4, now=clock(1.2))
    chasing.chase(
        actor=cast.duty_officer, number=incident.number, answered_by="王五", promised="马上", now=clock(2.5)
    )
    escalation.sweep(now=clock(3.1))
    duty_hand_over.hand_over(actor=cast.duty_officer, shift=first.pk, words="", now=clock(7.9))
    return incident


def words_of(office, day=DAY, **more):
    return [line.words for line in duty_log.day_of(office, day, **more).lines]


def test_it_writes_itself_from_what_was_done_in_the_order_of_the_day(cast, busy, office):
    words = words_of(office)
    wanted = ["签到", "接报", "定级", "催报", "时限提醒、告警、升级", "交班"]
    found = [next(n for n, line in enumerate(words) if want in line) for want in wanted]
    assert found == sorted(found), words
    assert not any("起算" in line for line in words), "a clock that starts is no doing of the desk"
    day = duty_log.day_of(office, DAY)
    assert len(day.shifts) == 1 and len(day.hand_overs) == 1
    assert [line.at for line in day.lines] == sorted(line.at for line in day.lines)


def test_a_day_ends_at_midnight_of_the_city(cast, office):
    duty_log.note(actor=cast.duty_officer, words="零点前", now=at(15.99))
    duty_log.note(actor=cast.duty_officer, words="零点后", now=at(16))
    assert "零点前" in words_of(office) and "零点后" not in words_of(office)
    assert words_of(office, at(16 + 8).date()) == ["零点后"]


def test_another_bodys_doings_are_not_in_it(cast, busy, office):
    shift(cast.enterprise, cast.enterprise, 20, 28)
    assert not any("排班" in line for line in words_of(office)[-1:])


def test_a_free_entry_stands_at_its_time_and_says_when_it_was_typed(cast, office):
    noted = duty_log.note(actor=cast.duty_officer, words="市里来电询问", at=at(1), now=at(3))
    (line,) = duty_log.day_of(office, DAY).lines
    assert (line.at, line.words, line.typed_later) == (at(1), "市里来电询问", True)
    entry = LedgerEntry.objects.get(action="duty.noted")
    assert "市里来电" not in entry.text, "words may name people, so they stand beside the ledger"
    for spoil in (
        lambda: DutyLogEntry.objects.update(words="改"),
        lambda: DutyLogEntry.objects.filter(pk=noted.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            spoil()


@pytest.mark.parametrize("odd", [{"words": " "}, {"words": "长" * 2001}, {"at": at(10)}, {"at": at(-72)}])
def test_odd_entries_are_refused(cast, odd):
    with pytest.raises(Invalid):
        duty_log.note(actor=cast.duty_officer, now=at(1), **{"words": "记"} | odd)


def test_marking_is_an_act_of_its_own(cast, busy, office):
    entry = LedgerEntry.objects.get(action="incident.graded")
    duty_log.mark(actor=cast.duty_officer, entry=entry.pk, important=True, now=at(8))
    assert words_of(office, only_important=True) == [entry.summary]
    assert LedgerEntry.objects.filter(action="duty.marked").count() == 1
    with pytest.raises(WrongState):
        duty_log.mark(actor=cast.office_director, entry=entry.pk, important=True, now=at(8))
    duty_log.mark(actor=cast.office_director, entry=entry.pk, important=False, now=at(8))
    assert words_of(office, only_important=True) == []
    assert list(ledger.verify()) == []


def test_only_the_desk_writes_and_only_into_its_own_log(cast, busy):
    with pytest.raises(NotAllowed):
        duty_log.note(actor=cast.commander, words="记", now=at(1))
    foreign = LedgerEntry.objects.filter(chain__startswith="account:").first()
    mine = LedgerEntry.objects.get(action="incident.graded")
    with pytest.raises(NotFound):
        duty_log.mark(actor=cast.enterprise, entry=mine.pk, important=True, now=at(8))
    with pytest.raises(NotFound):
        duty_log.mark(
            actor=cast.duty_officer, entry=(foreign.pk if foreign else 0), important=True, now=at(8)
        )


def test_the_page_notes_marks_filters_and_prints(cast, busy):
    client = sign_in(cast.duty_officer)
    url = reverse("duty-log")
    noted = client.post(reverse("duty-log-note"), form_of(client, url, words="巡查\n正常", important="on"))
    assert noted.status_code == 302
    page = client.get(url)
    words = text_of(page)
    assert "巡查" in words and "★ 重要" in words and "定级" in words and "值班员：" in words
    assert client.post(reverse("duty-log-note"), form_of(client, url, words="")).status_code == 422
    entry = LedgerEntry.objects.get(action="incident.graded")
    client.post(reverse("duty-log-mark"), {"entry": entry.pk, "important": "1", "day": DAY.isoformat()})
    only = text_of(client.get(url, {"important": "1", "day": DAY.isoformat()}))
    assert "定级" in only and "巡查" in only and "催报" not in only
    for odd in ({"entry": "x"}, {"entry": "9" * 30}, {}):
        assert client.post(reverse("duty-log-mark"), odd).status_code == 404
    for day in ("2026-02-30", "x", "0001-01-01", "9999-12-31"):
        assert client.get(url, {"day": day}).status_code == 200


@pytest.mark.parametrize("role", ["commander", "auditor"])
def test_others_read_and_write_nothing(cast, busy, role):
    client = sign_in(getattr(cast, role))
    page = client.get(reverse("duty-log"))
    assert page.status_code == 200 and "标重要" not in text_of(page) and "写一条记事" not in text_of(page)
    assert client.post(reverse("duty-log-note"), {"words": "记", "token": "t"}).status_code == 403
    entry = LedgerEntry.objects.get(action="incident.graded")
    refused = client.post(reverse("duty-log-mark"), {"entry": entry.pk, "important": "1"}, follow=True)
    assert "须由" in text_of(refused)


@pytest.mark.parametrize("role", ["enterprise", "member", "county", "approver", "administrator"])
def test_for_others_there_is_no_log(cast, busy, role):
    client = sign_in(getattr(cast, role))
    for name in ("duty-log", "duty-log-note", "duty-log-mark"):
        assert (client.get if name == "duty-log" else client.post)(reverse(name)).status_code == 404


def test_the_warnings_of_the_desk_stand_in_the_log_and_in_the_hand_over(cast, office, clock):
    warning = Warning(
        number="ZMD-W-2026-0001",
        year=2026,
        serial=1,
        plan_version=PlanVersion.in_force(),
        office=office,
        title="暴雨",
        channel=Warning.Channel.METEOROLOGY,
        risk="暴雨红色预警",
        received_at=at(1),
        created_at=at(1),
    )
    warning.save()
    ledger.append(warning.chain, ledger.Entry("warning.received", "收到预警：暴雨"), at=at(1))
    assert words_of(office) == ["收到预警：暴雨"]
    (matter,) = open_matters(cast.duty_officer, office, at(2))
    assert matter["kind"] == "预警" and "暴雨" in matter["words"]
