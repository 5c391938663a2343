"""催报: one key chases whoever owes; who answered, what was promised by when, and the promise is watched too (§5.2.1)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from alerts.models import Chase, Notification, Seat, Shift, State, Warning
from alerts.services import escalation
from alerts.services.call_list import call_list
from alerts.services.debts import DebtBook
from incidents.models import (
    Contact,
    DeadlineRule,
    LedgerEntry,
    Level,
    Organization,
    PersonalValue,
    PlanVersion,
    Role,
)
from incidents.refusals import Invalid, WrongState
from incidents.services.debt import chasing
from incidents.services.debt.chasing import Dialled
from incidents.services.notice import reporting_up
from incidents.services.report import firm_clock
from incidents.services.response import grading
from tests import cast as people
from tests.cast import call_in, file_in, report
from tests.deadlines.moments import at
from tests.screens.stage import form_of, sign_in, text_of

pytestmark = pytest.mark.clause("5.2.1")


@pytest.fixture
def incident(cast, clock):
    return call_in(cast, known_at=at(0), now=clock(0))


@pytest.fixture
def warning(cast, clock):
    """Information on a risk that the firm has yet to send."""
    warning = Warning.objects.create(
        number="ZMD-W-2026-0001",
        year=2026,
        serial=1,
        plan_version=PlanVersion.in_force(),
        office=cast.duty_officer.organization,
        title="暴雨",
        channel=Warning.Channel.METEOROLOGY,
        risk="暴雨红色预警",
        proposed_level=Level.III,
        enterprise=cast.firm,
        received_at=at(0),
        created_at=at(0),
    )
    book = DebtBook(warning, clock(0))
    book.start(DeadlineRule.Clock.RISK_KNOWN, at(0))
    book.save()
    return warning


def chase(cast, incident, now, **said):
    return chasing.chase(actor=cast.duty_officer, number=incident.number, now=now, **said)


def promise_of(call):
    return call.deadlines.get()


def test_a_call_names_the_debts_that_it_chases(cast, incident, clock):
    call = chase(cast, incident, clock(30), answered_by="张三", promised="马上报")
    assert call.debtor == cast.firm and [debt.rule.code for debt in call.debts.all()] == ["R4"]
    assert call.answered and not call.deadlines.exists(), "nothing was promised by a time"


def test_a_promise_is_a_debt_that_any_report_of_the_debtor_meets(cast, incident, clock):
    call = chase(cast, incident, clock(30), answered_by="张三", promised="马上报", promised_by=at(50))
    debt = promise_of(call)
    assert (debt.rule.code, debt.debtor, debt.due_at) == ("C1", cast.firm, at(50))
    report(cast, incident, "FOLLOW_UP", now=clock(45))
    debt.refresh_from_db()
    assert debt.state(at(46)) == State.MET


def test_a_broken_promise_goes_up_the_ladder(cast, incident, clock):
    debt = promise_of(chase(cast, incident, clock(30), answered_by="张三", promised_by=at(50)))
    for moment in (51, 65, 80):
        escalation.sweep(now=clock(moment))
    told = Notification.objects.filter(deadline=debt)
    assert "C1 履行催报承诺 超内部时限" in told.filter(kind="breach").first().title
    assert {n.person.username for n in told} == {"firm", "duty", "director", "commander", "deputy"}


def test_a_newer_promise_stands_in_place_of_the_older_one(cast, incident, clock):
    first = promise_of(chase(cast, incident, clock(30), answered_by="张三", promised_by=at(50)))
    second = promise_of(chase(cast, incident, clock(40), answered_by="张三", promised_by=at(60)))
    first.refresh_from_db()
    assert first.voided_at == at(40) and second.due_at == at(60)
    third = promise_of(chase(cast, incident, clock(62), answered_by="张三", promised_by=at(80)))
    second.refresh_from_db()
    assert second.state(at(63)) == State.BREACHED, "a broken one stays broken"
    assert third.state(at(63)) == State.OPEN


def test_a_word_from_before_the_promise_does_not_keep_it(cast, clock):
    incident = file_in(cast, known_at=at(0), now=clock(10), oral_at=at(5))
    debt = promise_of(chase(cast, incident, clock(30), answered_by="张三", promised_by=at(50)))
    filed = incident.reports.get()
    firm_clock.confirm_oral(
        actor=cast.duty_officer, number=incident.number, report_number=filed.number, now=clock(35)
    )
    debt.refresh_from_db()
    assert debt.met_at is None


def test_anybody_who_owes_is_chased_the_next_due_first_and_the_office_never(cast, clock):
    incident = call_in(cast, known_at=at(0), now=clock(0))
    report(cast, incident, "WRITTEN", now=clock(1))
    book = DebtBook(incident, clock(2))
    book.follow_up(Level.III, at(2), {cast.county.organization: timedelta(hours=2)})
    book.save()
    call = chase(cast, incident, clock(60))
    assert call.debtor == cast.county.organization and not call.answered
    assert Notification.objects.get(kind="chase").person == cast.county.person
    with pytest.raises(WrongState) as refused:
        own = incident.deadlines.get(rule__code="R10")
        chasing.chase_debt(actor=cast.duty_officer, deadline=own.pk, now=clock(61))
    assert refused.value.code == "own_debt"
    assert chase(cast, incident, clock(62), debtor=cast.firm.code).debtor == cast.firm
    with pytest.raises(WrongState):
        chase(cast, incident, clock(63), debtor=cast.other_firm.code)


def test_a_debt_of_a_warning_is_chased_too(cast, warning, clock):
    debt = warning.deadlines.get(rule__code="W1")
    call = chasing.chase_debt(
        actor=cast.duty_officer, deadline=debt.pk, now=clock(30), answered_by="张三", promised_by=at(50)
    )
    assert call.subject == warning and list(call.debts.all()) == [debt]
    assert promise_of(call).warning == warning
    entry = LedgerEntry.objects.get(chain=warning.chain, action="firm.chased")
    assert entry.incident is None and Notification.objects.get(kind="chase").warning == warning


def test_a_chase_is_of_one_subject_and_only_who_answered_promises(cast, incident, warning):
    call = {"debtor": cast.firm, "at": at(0), "by": cast.duty_officer.post}
    for wrong in (
        {},
        {"incident": incident, "warning": warning},
        {"incident": incident, "promised": "马上报"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Chase.objects.create(**call, **wrong)


def test_a_promise_needs_somebody_who_made_it(cast, incident, clock):
    with pytest.raises(Invalid) as refused:
        chase(cast, incident, clock(30), promised_by=at(50))
    assert [error.pointer for error in refused.value.errors] == ["/answered_by"]
    with pytest.raises(Invalid):
        chase(cast, incident, clock(30), answered_by="张三", promised_by=at(20))


def test_names_stand_beside_the_ledger_not_in_it(cast, incident, clock):
    dialled = Dialled(person=cast.enterprise.person, phone="0396-55")
    chase(cast, incident, clock(30), dialled=dialled, answered_by="张三", promised="马上报")
    reporting_up.report_up(
        actor=cast.duty_officer,
        number=incident.number,
        to="HEADQUARTERS",
        person="李四",
        words="一般火情",
        now=clock(31),
    )
    grading.verify(
        actor=cast.duty_officer,
        number=incident.number,
        with_whom="消防救援支队",
        person="王五",
        how="电话",
        now=clock(32),
    )
    texts = "".join(LedgerEntry.objects.filter(incident=incident).values_list("text", flat=True))
    assert not [name for name in ("张三", "李四", "王五", "0396-55") if name in texts]
    assert "消防救援支队" in texts and "催报快递企业甲" in texts
    kept = set(PersonalValue.objects.values_list("value", flat=True))
    assert {"张三", "李四", "王五", "0396-55"} <= kept


def test_who_may_see_them_opens_them_on_the_timeline_and_the_look_is_recorded(cast, incident, clock):
    chase(cast, incident, clock(30), answered_by="张三")
    entry = LedgerEntry.objects.get(action="firm.chased")
    page = reverse("incident", args=[incident.number])
    client = sign_in(cast.duty_officer)
    assert f'id="personal-{entry.pk}"' in client.get(page).content.decode()
    assert "接听人 张三" in text_of(
        client.post(reverse("personal-look", args=["entry", entry.pk]), {"why": "contact"})
    )
    assert LedgerEntry.objects.filter(action="personal.viewed").count() == 1
    assert "personal-" not in sign_in(cast.commander).get(page).content.decode()


# — the dialog —


def test_the_call_list_stands_in_its_order_the_superior_units_after(cast, clock):
    firm = Organization.objects.get(code="express-a-hub")
    colleague = people.appoint(
        "night", firm.code, "enterprise", "夜班", Contact.Duty.LEADER, Contact.Duty.DUTY
    )
    Contact.objects.filter(person=colleague.person, duty="DUTY").update(order=2)
    people.appoint("day", firm.code, "enterprise", "白班", Contact.Duty.DUTY)
    lines = call_list(firm, at=clock(0))
    assert [(line.body.code, line.words, str(line.person or "")) for line in lines if line.person] == [
        (firm.code, "值班", "白班"),
        (firm.code, "值班", "夜班"),
        (firm.code, "负责人", "夜班"),
        (firm.superior_unit.code, "值班", "企业值班员"),
        (firm.superior_unit.code, "负责人", "企业值班员"),
    ]


def test_who_is_on_shift_now_comes_first_and_is_marked(cast, clock):
    body = cast.county.organization
    night = people.appoint("night", body.code, Role.COUNTY, "夜班")
    Shift.objects.create(
        organization=body, seat=Seat.DUTY, person=night.person, period=(at(-60), at(60)), drawn_up_at=at(-90)
    )
    now, later = call_list(body, at=clock(0)), call_list(body, at=clock(61))
    assert (now[0].person, now[0].on_shift) == (night.person, True)
    assert not any(line.on_shift for line in later)
    book = DebtBook(call_in(cast, known_at=at(0), now=clock(0)), clock(2))
    book.follow_up(Level.III, at(2), {body: timedelta(hours=1)})
    book.save()
    client = sign_in(cast.duty_officer)
    url = reverse("debt-act", args=[body.debts.get().pk, "debt.chase"])
    assert "夜班 当班" in text_of(client.get(url))
    assert "当班 值班员 夜班" in text_of(client.get(reverse("telephone")))


def debt_url(incident, rule="R4"):
    return reverse("debt-act", args=[incident.deadlines.get(rule__code=rule).pk, "debt.chase"])


def test_not_answered_is_one_click_and_the_list_comes_again(cast, incident, clock):
    clock(30)
    client, url = sign_in(cast.duty_officer), debt_url(incident)
    page = client.get(url, headers={"HX-Request": "true"})
    line = next(line for line in page.context["form"].lines if line.person)
    assert f'href="tel:{line.phone}"' in page.content.decode()
    sent = form_of(client, url, missed=line.key)
    page = client.post(url, sent, headers={"HX-Request": "true"})
    words = text_of(page)
    assert (
        page.status_code == 200
        and "未接" in words
        and "没接" in words
        and "<html" not in page.content.decode()
    )
    call = Chase.objects.get()
    assert (call.called, call.phone, call.answered) == (line.person, line.phone, False)
    again = client.post(url, sent)
    assert again.status_code == 302 and Chase.objects.count() == 1, "a double click calls once"


def test_answered_and_promised(cast, incident, clock):
    clock(30)
    client, url = sign_in(cast.duty_officer), debt_url(incident)
    line = next(line for line in client.get(url).context["form"].lines if line.person)
    back = f"{url}?next={reverse('desk')}"
    answer = client.post(back, form_of(client, back, call_made=line.key, promised_by="10分钟后"))
    assert answer.url == reverse("desk")
    call = Chase.objects.get()
    assert (call.answered_by, call.called, call.promised_by) == (str(line.person), line.person, at(40))
    words = text_of(client.get(reverse("incident", args=[incident.number])))
    assert "C1" in words and "承诺 3月2日 10:40 前" in words


def test_an_odd_promise_loses_nothing_typed(cast, incident, clock):
    clock(30)
    client, url = sign_in(cast.duty_officer), debt_url(incident)
    answer = client.post(url, form_of(client, url, answered_by="张三", promised="马上报", promised_by="回头"))
    assert answer.status_code == 422 and answer.context["form"]["promised"].value() == "马上报"
    answer = client.post(url, form_of(client, url, promised_by="0330"))
    assert answer.status_code == 422 and "有答复或承诺的，须写明接听人" in text_of(answer)
    assert client.post(url, form_of(client, url, call_made="contact-999999")).status_code == 422


def test_several_who_owe_are_offered(cast, incident, clock):
    book = DebtBook(incident, clock(2))
    book.follow_up(Level.III, at(2), {cast.county.organization: timedelta(hours=1)})
    book.save()
    client = sign_in(cast.duty_officer)
    url = reverse("act", args=[incident.number, "firm.chase"])
    page = client.get(url)
    assert page.context["form"].debtor == cast.county.organization and "也欠报" in text_of(page)
    chosen = f"{url}?debtor={cast.firm.code}"
    client.post(chosen, form_of(client, chosen, answered_by="张三"))
    assert Chase.objects.get().debtor == cast.firm


def test_a_warnings_debt_has_its_acts_and_its_place_in_lists_and_answers(cast, warning, clock):
    clock(61)
    escalation.sweep(now=clock(61))
    client = sign_in(cast.duty_officer)
    debt = warning.deadlines.get(rule__code="W1")
    for code in ("debt.chase", "debt.acknowledge"):
        url = reverse("debt-act", args=[debt.pk, code])
        assert warning.number in text_of(client.get(url)), code
        assert client.post(url, form_of(client, url)).status_code == 302
    director, url = sign_in(cast.office_director), reverse("debt-act", args=[debt.pk, "debt.write_off"])
    assert director.post(url, form_of(director, url, reason="企业已停业")).status_code == 302
    for actor, place in (
        (cast.commander, "command"),
        (cast.enterprise, "firm"),
        (cast.duty_officer, "inbox"),
    ):
        assert sign_in(actor).get(reverse(place)).status_code == 200, place
    for actor in (cast.commander, cast.duty_officer, cast.enterprise):
        page = sign_in(actor).get(reverse("deadlines"), {"state": "breached"})
        assert warning.number in text_of(page)
    told = client.get("/api/v1/deadlines/").json()["results"]
    assert [row["warning"] for row in told if row["rule"] == "W1"] == [warning.number]
    assert all("incident" not in row for row in told)
