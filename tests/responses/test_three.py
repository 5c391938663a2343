"""Ⅲ needs 市政府's approval, Ⅰ and Ⅱ begin at once (§5.3, 5.4): approved, started, superseded, ended."""

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from alerts.models import Notification, State, Warning
from incidents.models import (
    Level,
    OpenItem,
    Organization,
    PersonalValue,
    Post,
    Response,
    Role,
    Status,
)
from incidents.refusals import Invalid, NotAllowed, NotFound, WrongState
from incidents.roles import Actor
from incidents.services.closure import closing
from incidents.services.debt import enforcing
from incidents.services.notice import reporting_up
from incidents.services.report import firm_clock
from incidents.services.response import approving, commanding, ending, grading, merging, responding
from tests import cast as people
from tests.cast import FIRM, call_in
from tests.responses.stage import act, approved, fresh, graded, started
from tests.screens.stage import by_others

Item = OpenItem.Kind


def propose(cast, incident):
    return act(reporting_up.propose_response, cast.office_director, incident, words="建议启动")


@pytest.mark.clause("5.4.1")
def test_without_the_city_governments_approval_nobody_starts_three(cast):
    incident = graded(cast)
    for prepare in (lambda: None, lambda: propose(cast, incident)):
        prepare()
        with pytest.raises(WrongState) as refusal:
            act(commanding.start_three, cast.commander, incident)
        assert refusal.value.clause == "5.4.1"
    act(approving.approve, cast.approver, incident, document_no="1号")
    with pytest.raises(NotAllowed):
        act(commanding.start_three, cast.office_director, incident)
    act(commanding.start_three, cast.commander, incident)
    assert fresh(incident).status == Status.RESPONDING


@pytest.mark.clause("5.4.1")
def test_approval_is_the_city_governments_and_bears_a_document_number(cast):
    incident = graded(cast)
    with pytest.raises(NotFound):
        act(approving.approve, cast.approver, incident, document_no="1号")
    propose(cast, incident)
    for who in (cast.commander, cast.office_director, cast.duty_officer):
        with pytest.raises(NotAllowed):
            act(approving.approve, who, incident, document_no="1号")
    with pytest.raises(Invalid) as refusal:
        act(approving.approve, cast.approver, incident, document_no=" ")
    assert refusal.value.errors[0].pointer == "/document_no"
    act(approving.approve, cast.approver, incident, document_no="1号")
    assert incident.responses.get().status == Response.Status.APPROVED


@pytest.mark.clause("5.4.1")
def test_approved_by_telephone_word_for_word_the_document_is_owed_within_a_day(cast):
    incident = graded(cast)
    propose(cast, incident)
    with pytest.raises(Invalid) as refusal:
        act(approving.approve_by_phone, cast.duty_officer, incident, person="", words="")
    assert {error.pointer for error in refusal.value.errors} == {"/person", "/words"}
    at = timezone.now()
    act(approving.approve_by_phone, cast.duty_officer, incident, person="常务副市长", words="同意", at=at)
    (debt,) = incident.deadlines.filter(rule__code="T4")
    assert debt.debtor.kind == Organization.Kind.CITY_GOVERNMENT
    assert debt.due_at == (at + timedelta(hours=24)).replace(microsecond=0)
    entry = incident.timeline.get(action="response.approved")
    assert "常务副市长" not in entry.text
    assert PersonalValue.objects.get(entry=entry).value == "常务副市长"
    with pytest.raises(Invalid):
        act(approving.record_document, cast.approver, incident, document_no="")
    act(commanding.start_three, cast.commander, incident)
    act(approving.record_document, cast.duty_officer, incident, document_no="2号")
    assert fresh(debt).state(timezone.now()) == State.MET
    assert incident.responses.get().document_no == "2号"
    with pytest.raises(WrongState):
        act(approving.record_document, cast.duty_officer, incident, document_no="3号")


@pytest.mark.clause("5.4.1")
def test_a_refused_three_is_followed_by_a_new_proposal_as_a_new_response(cast):
    incident = graded(cast)
    propose(cast, incident)
    with pytest.raises(Invalid):
        act(approving.refuse, cast.approver, incident, reason="")
    act(approving.refuse, cast.approver, incident, reason="数字未核实")
    with pytest.raises(WrongState):
        act(approving.approve, cast.approver, incident, document_no="1号")
    propose(cast, incident)
    assert [r.status for r in incident.responses.all()] == ["refused", "proposed"]


@pytest.mark.clause("5.4.2")
@pytest.mark.clause("5.4.3")
@pytest.mark.clause("5.4.4")
def test_starting_opens_what_the_plan_asks_for_and_tells_every_body(cast):
    incident = started(cast)
    kinds = set(incident.open_items.filter(settled_at=None).values_list("kind", flat=True))
    assert set(commanding.OPENED_BY_THREE) <= kinds
    told = set(
        Notification.objects.filter(incident=incident, title__contains="启动Ⅲ级响应").values_list(
            "person__username", flat=True
        )
    )
    assert {"member", "county", "firm", "duty", "director"} <= told
    act(enforcing.settle_item, cast.duty_officer, incident, kind=Item.CONSULTATION, words="已会商")
    creditors = incident.deadlines.filter(rule__code="R9").values_list("creditor__kind", flat=True)
    assert set(creditors) == {"CITY_GOVERNMENT", "PROVINCE"}
    with pytest.raises(WrongState):
        propose(cast, incident)


@pytest.mark.clause("5.4.2")
def test_named_bodies_owe_follow_ups_each_every_n_hours(cast):
    every = {cast.member.organization.code: timedelta(hours=1), cast.county.organization.code: None}
    now = timezone.now()
    incident = started(cast, every=timedelta(hours=2), bodies=every)
    rows = incident.deadlines.filter(rule__code="R5")
    intervals = {row.debtor.kind: row.interval for row in rows}
    assert intervals == {
        "MEMBER": timedelta(hours=1),
        "COUNTY": timedelta(hours=2),
        "ENTERPRISE": timedelta(hours=2),
    }
    firms = rows.get(debtor=cast.firm)
    assert firms.due_at - now < timedelta(hours=2, minutes=1), (
        "the response's N tightens what ran since grading"
    )
    with pytest.raises(WrongState):
        act(commanding.start_three, cast.commander, incident)


@pytest.mark.clause("5.4.2")
def test_who_is_no_member_or_county_can_not_be_named_nor_n_be_nonsense(cast):
    incident = approved(cast)
    for arguments in (
        {"bodies": {"express-b": None}},
        {"bodies": {cast.member.organization.code: timedelta(0)}},
        {"every": timedelta(days=4)},
    ):
        with pytest.raises(Invalid) as refusal:
            act(commanding.start_three, cast.commander, incident, **arguments)
        assert refusal.value.clause == "5.4.2"


@pytest.mark.clause("5.4.2")
def test_a_firm_named_after_the_start_reports_as_often_as_the_response_asks(cast):
    incident = _by_the_police(cast)
    propose(cast, incident)
    act(approving.approve, cast.approver, incident, document_no="1号")
    act(commanding.start_three, cast.commander, incident, every=timedelta(hours=3))
    act(firm_clock.name_firm, cast.duty_officer, incident, enterprise=FIRM, known_at=timezone.now())
    assert incident.deadlines.get(rule__code="R5", debtor=cast.firm).interval == timedelta(hours=3)


def _by_the_police(cast):
    incident = by_others(cast)
    act(grading.grade, cast.office_director, incident, level=Level.III, reason="四人被困")
    return incident


@pytest.mark.clause("5.4.5")
def test_the_person_who_proposed_the_end_does_not_declare_it_in_whatever_post(cast):
    incident = started(cast)
    post = Post.objects.create(
        person=cast.office_director.person,
        organization=cast.commander.organization,
        role=Role.COMMANDER,
        title="副总指挥",
    )
    both = Actor(post.organization, Role.COMMANDER, post.person, post)
    with pytest.raises(WrongState):
        act(ending.declare_end, cast.commander, incident)
    act(ending.propose_end, cast.office_director, incident, words="险情已排除")
    with pytest.raises(NotAllowed) as refusal:
        act(ending.declare_end, both, incident)
    assert (refusal.value.code, refusal.value.clause) == ("own_proposal", "5.4.5")
    with pytest.raises(NotAllowed):
        act(ending.declare_end, cast.office_director, incident)
    act(ending.decline_end, cast.deputy, incident, reason="仍有余火")
    assert incident.responses.get().status == Response.Status.ACTIVE
    act(ending.propose_end, cast.office_director, incident, words="已排除")
    act(ending.declare_end, cast.commander, incident)
    assert fresh(incident).status == Status.ENDED


@pytest.mark.clause("5.4.5")
def test_declaring_the_end_ends_the_incident_and_tells_every_body(cast):
    member = cast.member.organization
    incident = started(cast, bodies={member.code: None})
    act(ending.propose_end, cast.office_director, incident, words="已排除")
    Notification.objects.all().delete()
    act(ending.declare_end, cast.commander, incident)
    told = set(Notification.objects.filter(incident=incident).values_list("person__username", flat=True))
    assert {"member", "county", "firm", "duty"} <= told
    now = timezone.now()
    rows = incident.deadlines.select_related("rule")
    assert {row.rule.code for row in rows if row.state(now) == State.OPEN} == {"P1", "P2"}
    assert {row.state(now) for row in rows if row.rule.code in ("R5", "R9")} == {State.VOID}
    actions = incident.timeline.filter(for_firm=True).values_list("action", flat=True)
    assert {"response.started", "response.ended", "incident.ended"} <= set(actions)


@pytest.mark.clause("5.4.5")
def test_what_was_merged_into_it_ends_with_it(cast):
    incident = approved(cast)
    other = call_in(cast, enterprise="express-b", figures={"deaths": 1})
    act(merging.merge, cast.office_director, other, into=incident.number, reason="同一起")
    act(commanding.start_three, cast.commander, incident)
    act(ending.propose_end, cast.office_director, incident, words="已排除")
    act(ending.declare_end, cast.commander, incident)
    now = timezone.now()
    assert State.OPEN not in {row.state(now) for row in other.deadlines.all()}


@pytest.mark.clause("5.1")
def test_a_downgrade_ends_a_proposal_but_not_a_running_response(cast):
    proposed, running = graded(cast), started(cast)
    propose(cast, proposed)
    for incident in (proposed, running):
        act(grading.regrade, cast.commander, incident, level=Level.IV, reason="重新核定")
    assert proposed.responses.get().status == Response.Status.SUPERSEDED
    assert running.responses.get().status == Response.Status.ACTIVE
    with pytest.raises(WrongState) as refusal:
        act(responding.end_four, cast.enterprise, running, result="扑灭")
    assert refusal.value.clause == "5.5"
    act(responding.start_four, cast.enterprise, proposed, measures="启动")
    act(responding.end_four, cast.enterprise, proposed, result="扑灭")


@pytest.mark.clause("5.3")
def test_two_starts_at_once_and_takes_over_from_a_three(cast):
    member = cast.member.organization
    incident = started(cast, bodies={member.code: timedelta(hours=3)})
    with pytest.raises(WrongState):
        act(commanding.start_at_once, cast.commander, incident)
    act(grading.regrade, cast.commander, incident, level=Level.II, reason="十二人死亡")
    with pytest.raises(NotAllowed):
        act(commanding.start_at_once, cast.office_director, incident)
    act(commanding.start_at_once, cast.commander, incident, every=timedelta(hours=1))
    assert {r.level: r.status for r in incident.responses.all()} == {3: "superseded", 2: "active"}
    assert [row.body for row in incident.responses.get(level=2).named.all()] == [member]
    assert incident.open_items.filter(kind=Item.EMERGENCY_MEETING, settled_at=None).exists()
    firms = incident.deadlines.get(rule__code="R5", debtor=cast.firm)
    assert firms.due_at - timezone.now() <= timedelta(hours=1)
    with pytest.raises(WrongState):
        act(commanding.start_at_once, cast.commander, incident)


@pytest.mark.clause("5.3")
def test_a_three_still_to_be_decided_gives_way_to_two(cast):
    incident = graded(cast)
    propose(cast, incident)
    act(grading.regrade, cast.commander, incident, level=Level.II, reason="十二人死亡")
    act(commanding.start_at_once, cast.commander, incident)
    assert {r.level: r.status for r in incident.responses.all()} == {3: "superseded", 2: "active"}


@pytest.mark.clause("5.4.1")
def test_what_is_typed_of_the_very_minute_was_not_before_it(cast):
    """A time is typed without its seconds."""
    minute = timezone.now().replace(second=0, microsecond=0)
    began = minute + timedelta(seconds=30)
    said = {"person": "值班员", "words": "同意"}
    with time_machine.travel(began, tick=False):
        incident = graded(cast)
        propose(cast, incident)
        for service, more in ((reporting_up.report_up, {"to": "PROVINCE"}), (approving.approve_by_phone, {})):
            with pytest.raises(Invalid, match="不能早于"):
                act(service, cast.duty_officer, incident, at=minute - timedelta(minutes=1), **said, **more)
            act(service, cast.duty_officer, incident, at=minute, **said, **more)
    assert incident.responses.get().decided_at == began
    assert incident.upward_reports.get(to__kind="PROVINCE").at == began


@pytest.mark.clause("5.3")
def test_two_ends_on_the_superiors_recorded_order(cast):
    incident = graded(cast, Level.II)
    act(commanding.start_at_once, cast.commander, incident)
    with pytest.raises(WrongState):
        act(ending.propose_end, cast.office_director, incident, words="已排除")
    with pytest.raises(Invalid) as refusal:
        act(ending.end_on_order, cast.duty_officer, incident, by="OFFICE", person="", words="")
    assert {error.pointer for error in refusal.value.errors} == {"/by", "/person", "/words"}
    order = {"by": "PROVINCE", "person": "省应急办值班长", "words": "终止Ⅱ级响应"}
    act(ending.end_on_order, cast.duty_officer, incident, **order)
    entry = incident.timeline.get(action="response.ended")
    assert "终止Ⅱ级响应" in entry.reason and "值班长" not in entry.text
    assert fresh(incident).status == Status.ENDED


@pytest.mark.clause("2.2.2")
def test_it_flares_up_again_and_is_responded_to_again(cast):
    incident = started(cast)
    act(enforcing.settle_item, cast.duty_officer, incident, kind=Item.EXPERTS, words="已研判")
    act(ending.propose_end, cast.office_director, incident, words="已排除")
    act(ending.declare_end, cast.commander, incident)
    act(closing.reopen, cast.commander, incident, reason="复燃")
    propose(cast, incident)
    act(approving.approve, cast.approver, incident, document_no="2号")
    act(commanding.start_three, cast.commander, incident)
    assert incident.open_items.filter(kind=Item.EXPERTS, settled_at=None).count() == 1
    assert [r.status for r in incident.responses.all()] == ["ended", "active"]


@pytest.mark.clause("5.4.1")
def test_the_database_knows_no_three_without_an_approval(cast):
    incident = graded(cast)
    propose(cast, incident)
    row = Response.objects.filter(incident=incident)
    with pytest.raises(DatabaseError, match="running_three_was_approved"), transaction.atomic():
        row.update(status="active", started_at=timezone.now())
    with pytest.raises(DatabaseError, match="cannot go from"), transaction.atomic():
        row.update(status="ended")
    with pytest.raises(IntegrityError, match="refused_with_a_reason"), transaction.atomic():
        row.update(status="refused")


@pytest.mark.clause("5.4.5")
def test_declaring_the_end_lifts_the_warning_that_led_to_it(cast):
    incident = started(cast)
    warning = people.issue(cast)
    Warning.objects.filter(pk=warning.pk).update(incident=incident)
    act(ending.propose_end, cast.office_director, incident, words="已排除")
    act(ending.declare_end, cast.commander, incident)
    assert Warning.objects.get(pk=warning.pk).status == Warning.Status.LIFTED
