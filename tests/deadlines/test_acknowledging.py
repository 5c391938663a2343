"""知悉 stops the ladder, not the debt, and only whom the last step reached may say it (§5.2.3, domain §2)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from alerts.models import Deadline, FiredStep, Notification
from alerts.services import escalation
from incidents.models import LedgerEntry, Post, Role
from incidents.refusals import NotAllowed, NotFound, WrongState
from incidents.services.debt import enforcing
from tests.cast import call_in, file_in, report
from tests.deadlines.moments import at
from tests.screens.stage import form_of, sign_in, text_of

pytestmark = pytest.mark.clause("5.2.3")


@pytest.fixture
def debt(cast, clock):
    """Ⅳ; the written report is due at 2:00 and nothing else is owed."""
    incident = call_in(cast, known_at=at(0), now=clock(0))
    incident.deadlines.filter(rule__code__in=["R10", "R11"]).update(voided_at=at(0), next_step_at=None)
    return incident.deadlines.get(rule__code="R4")


def sweep(clock, *minutes):
    for moment in minutes:
        escalation.sweep(now=clock(moment))


def acknowledge(actor, debt, now):
    return enforcing.acknowledge(actor=actor, deadline=debt.pk, now=now)


def fired(debt):
    steps = FiredStep.objects.filter(deadline=debt, skipped=False, step__offset__gte=timedelta(0))
    return [(step.step.label, step.planned_at, step.fired_at) for step in steps.select_related("step")]


def test_the_ladder_rests_half_an_hour_and_goes_on_with_what_would_have_fired(cast, debt, clock):
    sweep(clock, 121)
    acknowledge(cast.duty_officer, debt, clock(125))
    sweep(clock, 135, 150, 154)
    assert [label for label, _, _ in fired(debt)] == ["breach"]
    sweep(clock, 155)
    assert fired(debt)[1:] == [("+15", at(155), at(155)), ("+30", at(155), at(155))]


def test_the_debt_itself_goes_on(cast, debt, clock):
    sweep(clock, 121)
    acknowledge(cast.duty_officer, debt, clock(125))
    debt.refresh_from_db()
    assert debt.state(at(126)) == "breached" and debt.is_answerable and debt.is_paused(at(126))
    assert not debt.is_paused(at(155))


def test_what_is_met_meanwhile_climbs_no_further(cast, debt, clock):
    sweep(clock, 121)
    acknowledge(cast.duty_officer, debt, clock(125))
    report(cast, debt.incident, "WRITTEN", now=clock(130))
    sweep(clock, 155, 200)
    assert [label for label, _, _ in fired(debt)] == ["breach"]


def test_a_row_of_the_ledger_says_who_and_until_when(cast, debt, clock):
    sweep(clock, 121)
    acknowledge(cast.duty_officer, debt, clock(125))
    entry = LedgerEntry.objects.get(action="deadline.acknowledged")
    assert entry.post == cast.duty_officer.post and "升级暂停至 3月2日 12:35" in entry.summary
    assert entry.data["resumes_at"] == at(155).isoformat() and not entry.for_firm


def refusal(kind, actor, debt, now) -> str:
    with pytest.raises(kind) as refused:
        acknowledge(actor, debt, now)
    assert refused.value.clause or kind is NotFound
    return refused.value.code


def test_a_breach_is_never_delayed(cast, debt, clock):
    assert refusal(WrongState, cast.duty_officer, debt, clock(119)) == "not_overdue"
    assert refusal(WrongState, cast.duty_officer, debt, clock(121)) == "not_told"


def test_only_whom_the_last_step_reached_may(cast, debt, clock):
    sweep(clock, 121)
    assert refusal(NotAllowed, cast.office_director, debt, clock(122)) == "not_reached"
    sweep(clock, 135)
    assert refusal(NotAllowed, cast.duty_officer, debt, clock(136)) == "not_reached"
    acknowledge(cast.office_director, debt, clock(137))
    assert refusal(WrongState, cast.office_director, debt, clock(138)) == "already_done"


def test_the_debtor_and_the_auditor_may_not_though_the_breach_reached_the_debtor(cast, debt, clock):
    sweep(clock, 121)
    assert refusal(NotAllowed, cast.enterprise, debt, clock(122)) == "role"
    assert refusal(NotAllowed, cast.auditor, debt, clock(122)) == "role"
    assert refusal(NotFound, cast.other_enterprise, debt, clock(122)) == "not_found"


def test_after_a_step_that_reached_nobody_nobody_may(cast, debt, clock):
    Post.objects.filter(role=Role.OFFICE_DIRECTOR).update(is_active=False)
    sweep(clock, 121)
    Notification.objects.filter(deadline=debt, kind="breach").delete()
    assert refusal(NotAllowed, cast.duty_officer, debt, clock(122)) == "not_reached"


def test_what_is_settled_needs_no_acknowledging(cast, debt, clock):
    sweep(clock, 121)
    report(cast, debt.incident, "WRITTEN", now=clock(122))
    assert refusal(WrongState, cast.duty_officer, debt, clock(123)) == "settled"


def test_of_a_debt_born_overdue_whoever_got_the_one_message_may(cast, clock):
    incident = file_in(cast, known_at=at(0), now=clock(95))
    debt = incident.deadlines.get(rule__code="R3")
    sweep(clock, 95)
    assert acknowledge(cast.commander, debt, clock(96)).acknowledged_by == cast.commander.post


def test_a_row_that_took_over_the_fired_steps_is_acknowledged_by_whom_they_reached(cast, clock):
    incident = call_in(cast, known_at=at(0), now=clock(0))
    sweep(clock, 121)
    report(cast, incident, "FOLLOW_UP", actor=cast.duty_officer, channel="PHONE", now=clock(122), deaths=3)
    heir = incident.deadlines.get(rule__code="R2")
    assert heir.fired_steps.filter(inherited=True).exists()
    assert acknowledge(cast.duty_officer, heir, clock(123)).resumes_at == at(153)


# — on the screens —


def test_the_inbox_offers_it_and_every_screen_tells_who_did(cast, debt, clock):
    sweep(clock, 121)
    clock(122)
    client = sign_in(cast.duty_officer)
    url = reverse("debt-act", args=[debt.pk, "debt.acknowledge"])
    assert url in client.get(reverse("inbox")).content.decode()
    assert url in client.get(reverse("incident", args=[debt.incident.number])).content.decode()
    assert url in client.get(reverse("deadlines")).content.decode()
    back = f"{url}?next={reverse('inbox')}"
    answer = client.post(back, form_of(client, back))
    assert answer.url == reverse("inbox")
    for place in ("inbox", "desk", "deadlines"):
        page = client.get(reverse(place))
        assert "已知悉，升级暂停至 3月2日 12:32" in text_of(page), place
        assert url not in page.content.decode()
    words = text_of(client.get(reverse("incident", args=[debt.incident.number])))
    assert "市邮政业应急办值班员甲" in words and "已知悉，升级暂停至" in words
    assert "已知悉" in text_of(sign_in(cast.commander).get(reverse("command")))
    assert "已知悉" not in text_of(sign_in(cast.enterprise).get(reverse("firm")))
    clock(160)
    assert "曾知悉，升级已恢复" in text_of(client.get(reverse("desk")))


def test_the_screen_refuses_as_the_service_does(cast, debt, clock):
    clock(100)
    url = reverse("debt-act", args=[debt.pk, "debt.acknowledge"])
    client = sign_in(cast.duty_officer)
    answer = client.post(url, form_of(client, url))
    assert answer.status_code == 409 and "超时告警不得推迟" in text_of(answer)
    assert sign_in(cast.enterprise).get(url).status_code == 403
    assert sign_in(cast.other_enterprise).get(url).status_code == 404
    assert Deadline.objects.get(pk=debt.pk).acknowledged_at is None
