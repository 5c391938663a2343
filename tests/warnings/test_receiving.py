"""Warning information comes in (§4.2, 4.3): W0, W1, W2, who is told, who is not told back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alerts.models import Notification, State, Warning, WarningItem
from incidents import ledger
from incidents.models import LedgerEntry, PersonalValue
from incidents.refusals import Invalid, NotAllowed, NotFound, WrongState
from incidents.services.report import intake
from incidents.services.response import outgrowing
from incidents.services.warning import warning_assessing, warning_intake, warning_reporting
from tests import cast as people
from tests.warnings.conftest import T0, again, debts, states

pytestmark = pytest.mark.django_db


def report(cast, warning, to, *, actor=None, at=None, **more):
    told = {"to": to, "person": "总值班员", "words": "报告预警信息", "at": at} | more
    return warning_reporting.report_up(
        actor=actor or cast.duty_officer, number=warning.number, now=timezone.now(), **told
    )


@pytest.mark.clause("4.1")
@pytest.mark.clause("4.2")
def test_a_firms_report_within_the_hour_meets_w1_and_opens_two_w2(cast, clock):
    clock.after(minutes=50)
    warning = people.warn(cast, actor=cast.enterprise, known_at=T0)
    assert warning.number == "ZMD-W-2026-0001" and warning.channel == "ENTERPRISE"
    (w1,) = debts(warning, "W1")
    assert (w1.starts_at, w1.due_at, w1.debtor) == (T0, T0 + timedelta(hours=1), cast.firm)
    assert states(warning, "W1") == [State.MET]
    assert {(row.creditor.kind, row.due_at - T0) for row in debts(warning, "W2")} == {
        ("HEADQUARTERS", timedelta(minutes=110)),
        ("PROVINCE", timedelta(minutes=110)),
    }


@pytest.mark.clause("4.2")
def test_a_firm_that_is_late_has_met_w1_late_from_the_start(cast, clock):
    clock.after(2)
    warning = people.warn(cast, actor=cast.enterprise, known_at=T0)
    assert states(warning, "W1") == [State.MET_LATE]
    assert "超时完成" in LedgerEntry.objects.get(chain=warning.chain, action="deadline.met").summary


@pytest.mark.clause("4.3")
@pytest.mark.parametrize("facts", [{"channel": "PROVINCE"}, {"channel": "SUPERIOR", "source_body": "henan"}])
def test_none_is_owed_to_the_body_that_it_came_from(cast, clock, facts):
    warning = people.warn(cast, **facts)
    assert [row.creditor.kind for row in debts(warning, "W2")] == ["HEADQUARTERS"]


@pytest.mark.clause("4.3")
def test_a_report_meets_only_the_body_that_was_told(cast, clock):
    warning = people.warn(cast)
    clock.after(minutes=30)
    report(cast, warning, "HEADQUARTERS")
    clock.after(minutes=90)
    assert states(warning, "W2", creditor__kind="HEADQUARTERS") == [State.MET]
    assert states(warning, "W2", creditor__kind="PROVINCE") == [State.BREACHED]
    report(cast, warning, "PROVINCE")
    assert states(warning, "W2", creditor__kind="PROVINCE") == [State.MET_LATE]
    report(cast, warning, "CITY_GOVERNMENT")  # told as well, though nothing was owed


def test_a_call_counts_from_when_it_came_and_is_marked_when_typed_later(cast, clock):
    now = clock.after(3)
    warning = people.warn(cast, arrived_at=T0 + timedelta(minutes=90))
    assert warning.received_at == T0 + timedelta(minutes=90) and warning.typed_later
    assert set(states(warning, "W2")) == {State.BREACHED}, "born overdue"
    form = intake.Arrival("FORM", arrived_at=T0)
    filed = warning_intake.receive(
        actor=cast.enterprise, arrival=form, facts=people.risk(known_at=now), now=now
    )
    assert filed.received_at == now, "what comes by form arrives when the server has it"


def test_a_report_up_can_not_lie_before_the_receipt_nor_in_the_future(cast, clock):
    warning = people.warn(cast)
    clock.after(minutes=10)
    for at in (T0 - timedelta(hours=1), T0 + timedelta(hours=1)):
        with pytest.raises(Invalid) as refused:
            report(cast, warning, "PROVINCE", at=at)
        assert refused.value.errors[0].pointer == "/at"


@pytest.mark.clause("4.2")
def test_every_wrong_field_is_named(cast, clock):
    blank = dict.fromkeys(("risk", "may_follow", "measures_taken", "place"), "")
    facts = blank | {"counties_affected": ["没有的县"], "event_class": "nothing", "title": "长" * 101}
    with pytest.raises(Invalid) as refused:
        people.warn(cast, actor=cast.enterprise, known_at=None, **facts)
    wrong = {error.pointer for error in refused.value.errors}
    assert wrong >= {
        "/risk",
        "/may_follow",
        "/measures_taken",
        "/place",
        "/known_at",
        "/event_class",
        "/title",
    }
    assert "/counties_affected/0" in wrong
    with pytest.raises(Invalid) as refused:
        people.warn(cast, channel="NOWHERE")
    assert {error.pointer for error in refused.value.errors} == {"/channel"}
    with pytest.raises(Invalid):
        people.warn(cast, channel="FEED")


def test_a_firm_knows_no_later_than_it_reports_and_reports_for_no_other(cast, clock):
    with pytest.raises(Invalid) as refused:
        people.warn(cast, actor=cast.enterprise, known_at=T0 + timedelta(minutes=20))
    assert refused.value.errors[0].pointer == "/known_at"
    with pytest.raises(Invalid) as refused:
        people.warn(cast, actor=cast.enterprise, enterprise=people.OTHER_FIRM)
    assert refused.value.errors[0].pointer == "/enterprise"


@pytest.mark.parametrize("role", ["member", "county", "approver", "auditor", "administrator", "commander"])
def test_only_office_and_firms_bring_information_in(cast, clock, role):
    with pytest.raises(NotAllowed):
        people.warn(cast, actor=getattr(cast, role))


def test_who_called_stands_beside_the_ledger_not_in_it(cast, clock):
    call = intake.Arrival("PHONE", call=intake.Call("李某", "0396-1234567"))
    warning = warning_intake.receive(
        actor=cast.duty_officer, arrival=call, facts=people.risk(channel="POLICE"), now=T0
    )
    report(cast, warning, "PROVINCE", person="王某")
    values = set(PersonalValue.objects.filter(entry__chain=warning.chain).values_list("value", flat=True))
    assert values == {"李某", "0396-1234567", "王某"}
    texts = " ".join(LedgerEntry.objects.filter(chain=warning.chain).values_list("text", flat=True))
    assert "李某" not in texts and "王某" not in texts
    assert list(ledger.verify()) == []


@pytest.mark.clause("4.2")
class TestFeed:
    def item(self, cast, **more):
        office = cast.duty_officer.organization
        return warning_intake.candidate(office=office, facts=people.risk(), now=timezone.now(), **more)

    def test_an_accepted_item_meets_w0_and_starts_w2_then(self, cast, clock):
        warning = self.item(cast)
        assert (warning.status, debts(warning, "W2")) == ("candidate", [])
        (w0,) = debts(warning, "W0")
        assert w0.due_at == T0 + timedelta(minutes=30)
        now = clock.after(minutes=20)
        warning_intake.accept(actor=cast.duty_officer, number=warning.number, now=now)
        assert states(warning, "W0") == [State.MET]
        assert {row.due_at for row in debts(warning, "W2")} == {now + timedelta(hours=1)}
        assert again(warning).received_at == now

    def test_setting_it_aside_needs_a_reason_and_opens_nothing(self, cast, clock):
        warning = self.item(cast)
        now = clock.after(minutes=40)
        aside = {"actor": cast.duty_officer, "number": warning.number, "now": now}
        with pytest.raises(Invalid):
            warning_intake.set_aside(**aside, reason=" ")
        warning_intake.set_aside(**aside, reason="与本市寄递无关")
        assert states(warning, "W0") == [State.MET_LATE] and debts(warning, "W2") == []
        with pytest.raises(WrongState):
            warning_intake.accept(actor=cast.duty_officer, number=warning.number, now=now)

    def test_the_same_item_comes_in_once(self, cast, clock):
        first, second = self.item(cast, feed_item="cma:1"), self.item(cast, feed_item="cma:1")
        assert first.pk == second.pk and Warning.objects.count() == 1


@pytest.mark.clause("4.3")
class TestDepartments:
    def test_the_item_stays_open_until_a_notice_is_sent(self, cast, clock):
        warning = people.warn(cast)
        item = WarningItem.objects.get(warning=warning)
        assert item.settled_at is None
        tell = {"actor": cast.duty_officer, "number": warning.number, "now": T0}
        warning_reporting.tell(**tell, to=[people.FIRM], words="注意防范")
        item.refresh_from_db()
        assert item.settled_at is None, "an enterprise is no department"
        warning_reporting.tell(**tell, to=[people.member_code(), people.county_code()], words="注意防范")
        item.refresh_from_db()
        assert item.settled_at
        told = Notification.objects.filter(warning=warning, title__startswith="通报")
        assert {row.person for row in told} == {
            actor.person for actor in (cast.enterprise, cast.member, cast.county)
        }

    def test_or_none_concerned_is_said(self, cast, clock):
        warning = people.warn(cast)
        settle = {"actor": cast.duty_officer, "number": warning.number, "kind": "TELL_DEPARTMENTS", "now": T0}
        with pytest.raises(Invalid):
            warning_reporting.settle_item(**settle, words="")
        warning_reporting.settle_item(**settle, words="无有关部门")
        with pytest.raises(WrongState):
            warning_reporting.settle_item(**settle, words="无有关部门")

    @pytest.mark.parametrize("to", [[], ["zmd-headquarters"], ["nobody"]])
    def test_only_departments_counties_and_firms_are_told(self, cast, clock, to):
        warning = people.warn(cast)
        with pytest.raises(Invalid):
            warning_reporting.tell(
                actor=cast.duty_officer, number=warning.number, to=to, words="注意", now=T0
            )


@pytest.mark.clause("4.3")
def test_a_dismissed_warning_voids_what_is_not_due_and_keeps_its_breaches(cast, clock):
    warning = people.warn(cast)
    clock.after(minutes=61)
    outgrowing.declare_warning(
        actor=cast.duty_officer, number=warning.number, reason="可能超出", now=timezone.now()
    )
    warning_assessing.dismiss(
        actor=cast.duty_officer, number=warning.number, reason="误报", now=timezone.now()
    )
    assert states(warning, "W2") == [State.BREACHED] * 2 and states(warning, "R8") == [State.VOID]
    with pytest.raises(WrongState):
        warning_assessing.propose(
            actor=cast.duty_officer, number=warning.number, level=3, reason="x", now=timezone.now()
        )


@pytest.mark.clause("4.3")
def test_who_was_told_of_it_is_told_that_it_was_unfounded(cast, clock):
    warning = people.warn(cast, actor=cast.enterprise)
    office = {"actor": cast.duty_officer, "number": warning.number, "now": T0}
    people.another_city()
    with pytest.raises(Invalid) as refused:
        warning_reporting.tell(**office, to=["other-county"], words="注意防范")
    assert refused.value.errors[0].code == "not_found", "another city's warnings are its own office's"
    warning_reporting.tell(**office, to=[people.member_code()], words="注意防范")
    warning_assessing.dismiss(**office, reason="误报")
    told = Notification.objects.filter(warning=warning, title__endswith="经核实不成立")
    assert {row.person for row in told} == {cast.member.person, cast.enterprise.person}


def test_a_warning_of_another_city_does_not_exist(cast, clock):
    with pytest.raises(NotFound):
        warning_assessing.verify(
            actor=cast.other_enterprise, number="ZMD-W-2026-0001", with_whom="x", how="y", now=T0
        )


@pytest.mark.clause("4.3")
def test_the_six_measures_are_a_checklist(cast, clock):
    warning = people.warn(cast)
    assert [measure.item for measure in warning.measures.all()] == [1, 2, 3, 4, 5, 6]
    take = {"actor": cast.duty_officer, "number": warning.number, "now": T0}
    measure = warning_assessing.take_measure(
        **take, item=3, owner="应急队伍一队", due_at=T0 + timedelta(hours=1)
    )
    assert measure.done_at is None
    measure = warning_assessing.take_measure(**take, item=3, owner="应急队伍一队", done=True, note="已到岗")
    assert measure.done_at == T0
    with pytest.raises(Invalid):
        warning_assessing.take_measure(**take, item=7, owner="谁")
    with pytest.raises(Invalid):
        warning_assessing.take_measure(**take, item=1, owner="")


@pytest.mark.clause("4.3")
def test_analysis_holds_probability_area_severity_and_level(cast, clock):
    warning = people.warn(cast)
    weigh = {"actor": cast.duty_officer, "number": warning.number, "now": T0}
    with pytest.raises(Invalid) as refused:
        warning_assessing.analyse(**weigh, likelihood="", area="", severity="", possible_level=9)
    assert {error.pointer for error in refused.value.errors} == {
        "/likelihood",
        "/area",
        "/severity",
        "/possible_level",
    }
    said = {"likelihood": "high", "area": "驿城区", "severity": "进水", "possible_level": 3}
    assert warning_assessing.analyse(**weigh, **said).possible_level == 3


@pytest.mark.clause("4.3")
class TestOutgrowing:
    def test_an_incident_that_may_outgrow_the_city_tells_the_province(self, cast, clock):
        from alerts.models import Deadline
        from incidents.services.notice import reporting_up

        incident = people.call_in(cast)
        declare = {"number": incident.number, "reason": "装备不足", "now": T0}
        with pytest.raises(NotAllowed):
            outgrowing.declare_incident(actor=cast.auditor, **declare)
        outgrowing.declare_incident(actor=cast.commander, **declare)
        r8 = Deadline.objects.get(incident=incident, rule__code="R8")
        assert r8.due_at == T0 + timedelta(minutes=15) and r8.creditor.kind == "PROVINCE"
        with pytest.raises(WrongState):
            outgrowing.declare_incident(actor=cast.commander, **declare)
        now = clock.after(minutes=5)
        told = {"to": "PROVINCE", "person": "值班员", "words": "可能超出", "number": incident.number}
        reporting_up.report_up(actor=cast.duty_officer, now=now, **told)
        r8.refresh_from_db()
        assert r8.met_at == now

    def test_a_word_from_before_the_declaration_does_not_meet_it(self, cast, clock):
        warning = people.warn(cast)
        now = clock.after(minutes=20)
        outgrowing.declare_warning(actor=cast.commander, number=warning.number, reason="扩大", now=now)
        report(cast, warning, "PROVINCE", at=T0 + timedelta(minutes=10))
        assert states(warning, "R8") == [State.OPEN]
        assert states(warning, "W2", creditor__kind="PROVINCE") == [State.MET]
        report(cast, warning, "PROVINCE")
        assert states(warning, "R8") == [State.MET]
