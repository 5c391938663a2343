"""What a body has to make ready by a day (§4.1, 8.2, 8.3) is owed like any other debt."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse

from alerts.models import Deadline, FiredStep, Notification, State, Undertaking
from alerts.services import escalation, punctuality
from alerts.services.visibility import sees_debt, visible_debts
from alerts.services.webhook_happenings import of_step
from incidents import ledger
from incidents.api import answers
from incidents.models import Contact, LedgerEntry, Organization, PlanVersion, plan_parts
from incidents.refusals import WrongState
from incidents.services.debt import chasing, enforcing, undertakings
from incidents.services.revision import plan_versions
from tests.cast import call_in
from tests.deadlines.moments import T0, at

pytestmark = pytest.mark.clause("4.1")
MATTER = "experts"
DAY = timedelta(days=1)
DUE = undertakings.due_on(date(2026, 4, 20))
MORNING = DUE + timedelta(hours=8, seconds=1)


@pytest.fixture
def clock():
    with time_machine.travel(T0, tick=False) as traveller:
        yield lambda moment: traveller.move_to(moment) or moment


def owe(cast, due_at=DUE, now=T0, rule="Q1", body=None, **more):
    return undertakings.owe(
        body=body or cast.firm,
        rule=rule,
        title="消防通道堵塞",
        due_at=due_at,
        matter=MATTER,
        now=now,
        actor=cast.duty_officer,
        **more,
    )


def about(cast, rule="Q1", body=None) -> dict:
    return {"body": body or cast.firm, "rule": rule, "matter": MATTER, "actor": cast.duty_officer}


def states(row, now):
    return [str(debt.state(now)) for debt in row.deadlines.order_by("pk")]


def heard(row) -> list[tuple]:
    told = Notification.objects.filter(deadline__undertaking=row).order_by("created_at", "pk")
    return [(message.person.username, message.kind) for message in told]


def test_it_is_reminded_of_and_escalated_by_days_and_wakes_no_commander(cast, clock):
    row = owe(cast)
    assert row.number == "ZMD-Q-2026-0001" and row.status == "open"
    (debt,) = row.deadlines.all()
    assert (debt.debtor, debt.creditor.kind, debt.due_at) == (cast.firm, "OFFICE", DUE)
    sweep = lambda moment: escalation.sweep(now=clock(moment))  # noqa: E731
    for moment in (DUE - 30 * DAY, DUE - 29 * DAY, DUE - 6 * DAY, DUE - timedelta(hours=15)):
        sweep(moment)
    assert heard(row) == [("firm", "reminder")] * 3
    first = Notification.objects.filter(deadline=debt).order_by("pk").first()
    assert first.title == "ZMD-Q-2026-0001 Q1 整改隐患 还剩 29 天" and first.matter == MATTER
    assert first.incident is None and first.warning is None and first.clause == "4.1"
    sweep(DUE)
    assert len(heard(row)) == 3
    sweep(DUE + timedelta(seconds=1))
    assert states(row, DUE + timedelta(seconds=1)) == ["breached"]
    assert len(heard(row)) == 3, "nobody is woken at midnight"
    assert escalation.next_due() == MORNING
    sweep(MORNING)
    assert set(heard(row)[3:]) == {("firm", "breach"), ("duty", "breach")}
    sweep(DUE + 3 * DAY)
    assert {person for person, _ in heard(row)} == {"firm", "duty", "director"}
    breach = Notification.objects.filter(deadline=debt, kind="breach").first()
    assert (
        "超内部时限" in breach.title
        and breach.text == "快递企业甲（驻马店）应于 4月20日 前整改隐患（内部时限）。消防通道堵塞"
    )
    assert FiredStep.objects.filter(deadline=debt).count() == 6 and escalation.next_due() is None
    chain = ledger.body_chain(cast.firm)
    actions = list(LedgerEntry.objects.filter(chain=chain).order_by("seq").values_list("action", flat=True))
    assert actions == ["undertaking.opened", "deadline.opened"] + ["deadline.fired"] * 6
    assert not list(ledger.verify())


def test_a_body_that_nobody_is_known_of_is_the_offices_and_no_commanders(cast, clock):
    Contact.objects.filter(organization=cast.firm).delete()
    row = owe(cast)
    for moment in (DUE - 29 * DAY, MORNING):
        escalation.sweep(now=clock(moment))
    assert heard(row) == [("duty", "reminder"), ("duty", "breach")]
    escalation.sweep(now=clock(DUE + 3 * DAY))
    assert {person for person, _ in heard(row)} == {"duty", "director"}


def test_what_has_happened_is_swept_before_what_is_to_be_made_ready(cast, clock):
    row = owe(cast, due_at=at(60), rule="Q1")
    incident = call_in(cast, known_at=at(0), now=at(0))
    now = clock(at(600))
    fired = escalation.fire_batch(now=now)
    assert fired and not FiredStep.objects.filter(deadline__undertaking=row).exists()
    assert FiredStep.objects.filter(deadline__incident=incident).exists()
    assert escalation.fire_batch(now=now) and FiredStep.objects.filter(deadline__undertaking=row).exists()


def test_another_day_begins_a_row_of_its_own_and_what_was_overdue_stays_breached(cast, clock):
    row = owe(cast)
    assert owe(cast).pk == row.pk and row.deadlines.count() == 1
    earlier = DUE - 10 * DAY
    assert owe(cast, earlier).pk == row.pk
    assert states(row, T0) == ["void", "open"]
    now = clock(earlier + DAY)
    owe(cast, DUE + DAY, now)
    assert states(row, now) == ["void", "breached", "open"]
    overdue = row.deadlines.get(due_at=earlier)
    assert overdue.relieved_at and overdue.next_step_at is None
    undertakings.settle(**about(cast), at=now, now=now)
    row.refresh_from_db()
    assert states(row, now) == ["void", "breached", "met"] and (row.status, row.closed_at) == ("done", now)
    undertakings.settle(**about(cast), at=now, now=now)
    again = owe(cast, DUE + 9 * DAY, now)
    assert again.pk != row.pk and again.number == "ZMD-Q-2026-0002"
    undertakings.void(**about(cast), why="隐患点已撤销", now=now)
    again.refresh_from_db()
    assert again.status == "void" and states(again, now) == ["void"]
    entry = LedgerEntry.objects.get(chain=again.chain, action="undertaking.void")
    assert entry.reason == "隐患点已撤销"
    undertakings.void(**about(cast), why="再说一次", now=now)


def test_two_at_once_owe_it_once(cast, clock, monkeypatch):
    row = owe(cast)
    look = undertakings._open_of
    unseen = iter([{}])
    monkeypatch.setattr(undertakings, "_open_of", lambda *about: next(unseen, None) or look(*about))
    assert owe(cast).pk == row.pk and row.deadlines.count() == 1
    later = owe(cast, rule="Q5", due_at=DUE + DAY)
    assert later.number == "ZMD-Q-2026-0002", "no number was lost"
    entry = LedgerEntry.objects.get(chain=row.chain, action="undertaking.opened", data__rule="Q5")
    assert entry.clause == "8.2"


def test_what_the_city_took_out_of_its_plan_is_not_owed(cast, clock):
    Organization.objects.filter(pk=cast.other_firm.pk).update(is_active=False)
    assert owe(cast, body=Organization.objects.get(pk=cast.other_firm.pk)) is None
    assert owe(cast, rule="Q0") is None and not Undertaking.objects.exists()


def test_a_new_version_of_the_plan_leaves_what_is_open_as_it_is(cast, clock):
    first = T0.replace(hour=9, minute=0) + DAY
    row, daily = owe(cast), owe(cast, first, rule="Q6", until=first)
    draft = plan_versions.copy_of_the_plan_in_force()
    draft.deadlinerule_set.filter(code="Q6").delete()
    plan_versions.approve(draft, now=T0, note="不再每日报告")
    assert PlanVersion.in_force(T0) == draft
    assert owe(cast, rule="Q6", body=cast.other_firm) is None
    assert owe(cast, body=cast.other_firm).plan_version == draft
    assert owe(cast, DUE + DAY).pk == row.pk and row.deadlines.last().rule.version_id == row.plan_version_id
    now = clock(first + timedelta(hours=1))
    until = {"title": daily.title, "until": first + DAY, "next_due": first + DAY, "why": "延长"}
    bodies = [cast.firm, cast.other_firm]
    about = {"bodies": bodies, "rule": "Q6", "matter": MATTER, "actor": cast.office_director}
    undertakings.run_until(**about, **until, now=now)
    escalation.sweep(now=now)
    assert states(daily, now) == ["breached", "open"], "it runs on by the plan that it began under"
    assert not Undertaking.objects.filter(body=cast.other_firm, rule="Q6").exists()
    assert not list(ledger.verify())


def test_it_belongs_to_the_office_of_the_bodys_city(cast):
    office = Organization.objects.get(kind="OFFICE")
    bodies = (cast.firm, cast.member.organization, cast.county.organization, office, office.host)
    assert {undertakings.office_over(body) for body in bodies} == {office}
    provinces = Organization.objects.get(code="post-henan")
    assert undertakings.office_over(provinces) == office
    outlet = Organization(code="new", name="新网点", kind="ENTERPRISE", parent=cast.firm)
    with pytest.raises(ValidationError, match="须填写所在县区"):
        outlet.clean()
    provinces.clean()
    bureau = owe(cast, body=office.host).deadlines.get()
    assert bureau.desk == office and bureau.debtor == office.host


def test_the_director_waives_and_writes_off_and_who_was_told_acknowledges(cast, clock):
    row = owe(cast)
    debt = row.deadlines.get()
    chase = {"actor": cast.duty_officer, "deadline": debt.pk, "now": T0}
    with pytest.raises(WrongState, match="准备事项按提醒和升级催办"):
        chasing.chase_debt(**chase)
    enforcing.waive(actor=cast.office_director, deadline=debt.pk, reason="停业", now=T0)
    assert owe(cast).pk == row.pk and states(row, T0) == ["waived"], "what he waived is not owed anew"
    owe(cast, DUE + DAY)
    assert states(row, T0) == ["waived", "open"]
    assert owe(cast, DUE + DAY) and row.deadlines.count() == 2
    now = clock(MORNING + DAY)
    escalation.sweep(now=now)
    debt = row.deadlines.last()
    enforcing.acknowledge(actor=cast.duty_officer, deadline=debt.pk, now=now)
    enforcing.write_off(actor=cast.office_director, deadline=debt.pk, reason="厂房已拆", now=now)
    debt.refresh_from_db()
    assert debt.state(now) == State.BREACHED and debt.next_step_at is None
    actions = set(LedgerEntry.objects.filter(chain=row.chain).values_list("action", flat=True))
    assert actions >= {"deadline.waived", "deadline.acknowledged", "deadline.written_off"}


def test_who_sees_it_and_what_it_never_counts_for(cast, clock):
    rows = [owe(cast), owe(cast, body=cast.member.organization), owe(cast, body=cast.county.organization)]
    owe(cast, rule="Q5")
    debts = list(Deadline.objects.select_related("undertaking__office", "undertaking__body", "debtor"))
    for actor in vars(cast).values():
        seen = set(visible_debts([actor]))
        assert seen == {debt for debt in debts if sees_debt(actor, debt)}, actor
    assert set(visible_debts([cast.enterprise])) == {debt for debt in debts if debt.debtor == cast.firm}
    ours = {*rows[0].deadlines.all(), *rows[2].deadlines.all()}
    assert set(visible_debts([cast.county])) == ours, "its firms' registers (§4.1), not their training"
    elsewhere = Organization.objects.get(code="shangcai")
    assert not visible_debts([replace(cast.county, organization=elsewhere)])
    assert not visible_debts([cast.other_enterprise])
    now = clock(DUE + DAY)
    assert not punctuality.counted(Deadline.objects.all(), now)


def shown_to(actor, page, **query) -> str:
    client = Client()
    client.force_login(actor.person)
    answer = client.get(reverse(page), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_screen_of_debts_shows_it_with_the_way_to_its_page(cast, clock):
    owe(cast), owe(cast, body=cast.member.organization)
    clock(DUE - 40 * DAY)
    assert "整改隐患" not in shown_to(cast.enterprise, "firm"), "not yet among what is to be done"
    assert "整改隐患" in shown_to(cast.enterprise, "deadlines")
    clock(DUE - DAY)
    escalation.sweep(now=DUE - DAY)

    way = f'"{reverse("experts")}"'
    for actor, page in (
        (cast.enterprise, "firm"),
        (cast.enterprise, "inbox"),
        (cast.enterprise, "deadlines"),
        (cast.member, "home"),
        (cast.county, "deadlines"),
        (cast.office_director, "deadlines"),
    ):
        html = shown_to(actor, page)
        assert "整改隐患" in html and way in html, (actor.role, page)
    assert "ZMD-Q-2026-0001" in shown_to(cast.county, "deadlines", debtor=cast.firm.code)
    assert "整改隐患" not in shown_to(cast.county, "home"), "it is not the county's to do"
    html = shown_to(cast.office_director, "deadlines", rule="Q1", county="yicheng", order="latest")
    assert "ZMD-Q-2026-0001" in html
    assert "ZMD-Q-2026-0001" not in shown_to(cast.office_director, "deadlines", level=4)
    assert "整改隐患" not in shown_to(cast.commander, "command")
    client = Client()
    client.force_login(cast.office_director.person)
    debt = Deadline.objects.first()
    for code in ("debt.waive", "debt.write_off", "debt.acknowledge"):
        assert client.get(reverse("debt-act", args=[debt.pk, code])).status_code in (200, 403, 409)
    waived = client.post(reverse("debt-act", args=[debt.pk, "debt.waive"]), {"reason": "停业", "token": "a"})
    assert waived.status_code == 302 and waived["Location"] == reverse("experts")


def test_the_database_keeps_what_it_is(cast, clock):
    row = owe(cast)
    debt = row.deadlines.get()

    def refused(act):
        with pytest.raises((IntegrityError, ProtectedError)), transaction.atomic():
            act()

    rows = Undertaking.objects.filter(pk=row.pk)
    refused(lambda: rows.update(matter="other"))
    refused(lambda: rows.update(status="done"))
    refused(lambda: Undertaking.objects.filter(pk=row.pk)._raw_delete("default"))
    refused(lambda: Deadline.objects.filter(pk=debt.pk).update(incident=call_in(cast, now=T0)))
    refused(lambda: Deadline.objects.create(**_copy(debt, undertaking_id=None)))
    refused(lambda: Deadline.objects.create(**_copy(debt)))
    undertakings.settle(**about(cast), at=T0, now=T0)
    refused(lambda: rows.update(status="open", closed_at=None))


def _copy(debt, **changes) -> dict:
    names = ("undertaking_id", "rule_id", "debtor_id", "desk_id", "creditor_id")
    names += ("created_at", "starts_at", "due_at")
    return {name: getattr(debt, name) for name in names} | changes


@pytest.mark.parametrize("swept", [True, False])
def test_what_recurs_reads_as_overdue_by_the_day_also_where_nobody_sweeps(cast, clock, swept):
    first = T0.replace(hour=9, minute=0)
    row = owe(cast, first, rule="Q6", until=first + 3 * DAY)
    now = clock(first + 2 * DAY + timedelta(hours=1))
    if swept:
        escalation.sweep(now=now)
        assert states(row, now) == ["breached"] * 3 + ["open"]
    else:
        assert states(row, now) == ["breached"]
    day = (first + 2 * DAY).date()
    undertakings.settle(**about(cast, "Q6"), at=now, now=now, day=day)
    assert states(row, now) == ["breached", "breached", "met_late", "open"]
    last = clock(first + 3 * DAY)
    for day in (last.date(), first.date()):
        undertakings.settle(**about(cast, "Q6"), at=last, now=last, day=day)
    row.refresh_from_db()
    assert states(row, last) == ["met_late", "breached", "met_late", "met"] and row.status == "open"
    undertakings.settle(**about(cast, "Q6"), at=last, now=last, day=(first + DAY).date())
    row.refresh_from_db()
    assert row.status == "done" and escalation.next_due() is None


def test_the_firms_own_system_hears_of_it_and_finds_it(cast, clock):
    owe(cast)
    debt = visible_debts([cast.enterprise]).select_related("undertaking", "rule", "creditor").get()
    breach = plan_parts(debt.rule.version_id).ladder("PREPARED", 4)[3]
    told = of_step(debt, breach, T0).data()
    assert (told["undertaking"], told["title"]) == ("ZMD-Q-2026-0001", "消防通道堵塞")
    assert told["href"] == "/api/v1/deadlines/" and told["rule"] == "Q1"
    assert answers.deadline(debt, T0)["state"] == "open"
