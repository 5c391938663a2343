"""Task orders (§5.2.2, 5.2.6, 5.4.3): ordered, acknowledged, carried out, released; who sees which."""

from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone

from alerts.models import Notification
from alerts.services import escalation
from incidents.audiences import audiences_for_families, audiences_of
from incidents.models import Level, OrderProgress, PersonalValue, TaskOrder
from incidents.querysets import visible_incidents, visible_orders, visible_timeline
from incidents.refusals import Invalid, NotAllowed, NotFound, WrongState
from incidents.services.closure import closing
from incidents.services.command import ordering, releasing, supporting
from incidents.services.command.order_steps import Instruction
from incidents.services.command.ordering import OnScene
from incidents.services.response import ending
from tests.cast import OTHER_FIRM, call_in
from tests.responses.stage import act, fresh, graded, on, order, started, states

SCENE = OnScene("现场负责人", "0396-1234567", "分拨中心门口")


@pytest.fixture
def incident(cast):
    return graded(cast)


def by_phone(**more):
    return {"by_phone": True, "answered_by": "值班员李", "phone_words": "立即转移邮件"} | more


@pytest.mark.clause("5.2.2")
def test_orders_are_given_from_graded_three_or_above(cast):
    for incident in (call_in(cast, figures={"deaths": 4}), graded(cast, Level.IV)):
        with pytest.raises(WrongState) as refusal:
            order(cast, incident)
        assert refusal.value.clause == "5.2.2"
    given = order(cast, graded(cast))
    assert given.number.endswith("-T1") and given.status == TaskOrder.Status.ISSUED


@pytest.mark.clause("5.2.2")
def test_the_office_orders_only_on_a_commanders_instruction_which_it_names(cast, incident):
    for who in (cast.duty_officer, cast.office_director):
        with pytest.raises(Invalid) as refusal:
            order(cast, incident, who)
        assert {e.pointer for e in refusal.value.errors} == {"/instructed_by", "/instruction"}
    not_his = Instruction(cast.approver.post.pk, "市长说的")
    with pytest.raises(Invalid):
        order(cast, incident, cast.duty_officer, instruction=not_his)
    words = Instruction(cast.commander.post.pk, "总指挥 02:10 电话：立即转移")
    given = order(cast, incident, cast.duty_officer, instruction=words)
    assert (given.instructed_by, given.issued_by) == (cast.commander.post, cast.duty_officer.post)
    with pytest.raises(NotAllowed):
        order(cast, incident, cast.enterprise)


@pytest.mark.clause("5.2.2")
def test_in_writing_the_receiver_owes_the_acknowledgement_in_time_and_the_report_only_where_one_is_set(
    cast, incident
):
    now = timezone.now()
    plain = order(cast, incident)
    assert states(plain.deadlines) == {"T2": "open"}
    assert plain.deadlines.get().due_at == (plain.issued_at + timedelta(minutes=15)).replace(microsecond=0)
    limits = {"acknowledge_by": now + timedelta(minutes=40), "done_by": now + timedelta(hours=3)}
    limited = order(cast, incident, to=cast.member.organization.code, **limits)
    due = {row.rule.code: row.due_at for row in limited.deadlines.select_related("rule")}
    assert due == {
        "T2": limits["acknowledge_by"].replace(microsecond=0),
        "T3": limits["done_by"].replace(microsecond=0),
    }
    with pytest.raises(Invalid) as refusal:
        order(cast, incident, done_by=now - timedelta(minutes=1), to="nobody", task=" ", priority=7)
    assert {e.pointer for e in refusal.value.errors} == {"/done_by", "/to", "/task", "/priority"}


@pytest.mark.clause("5.2.2")
def test_by_telephone_it_is_acknowledged_and_the_written_order_is_owed(cast, incident):
    with pytest.raises(Invalid) as refusal:
        order(cast, incident, by_phone=True)
    assert {e.pointer for e in refusal.value.errors} == {"/answered_by", "/phone_words"}
    given = order(cast, incident, **by_phone())
    assert given.status == TaskOrder.Status.ACKNOWLEDGED
    assert states(given.deadlines) == {"T2": "met", "T1": "open"}
    assert given.deadlines.get(rule__code="T1").debtor == incident.office
    entry = incident.timeline.get(action="order.issued")
    assert "值班员李" not in entry.text and PersonalValue.objects.get(entry=entry).value == "值班员李"
    with pytest.raises(NotAllowed):
        on(ordering.write, cast.enterprise, given)
    on(ordering.write, cast.duty_officer, given, requirements="两小时内完成")
    assert states(given.deadlines) == {"T2": "met", "T1": "met"}
    assert fresh(given).requirements == "两小时内完成"
    with pytest.raises(WrongState):
        on(ordering.write, cast.duty_officer, given)


@pytest.mark.clause("5.4.3")
def test_from_acknowledgement_to_the_end(cast, incident):
    given = order(cast, incident, done_by=timezone.now() + timedelta(hours=2))
    for service, words in ((ordering.progress, {"words": "x"}), (ordering.done, {"report": "x"})):
        with pytest.raises(WrongState) as refusal:
            on(service, cast.enterprise, given, **words)
        assert refusal.value.clause == "5.4.3"
    on(ordering.acknowledge, cast.enterprise, given)
    with pytest.raises(WrongState):
        on(ordering.acknowledge, cast.enterprise, given)
    with pytest.raises(Invalid) as refusal:
        on(ordering.progress, cast.enterprise, given, words="到场")
    assert {e.pointer for e in refusal.value.errors} == {
        "/on_scene_head",
        "/on_scene_phone",
        "/on_scene_place",
    }
    on(ordering.progress, cast.enterprise, given, words="到场", on_scene=SCENE)
    on(ordering.progress, cast.enterprise, given, words="已转移一半")
    assert fresh(given).status == TaskOrder.Status.EXECUTING and fresh(given).on_scene_head == "现场负责人"
    with pytest.raises(Invalid):
        on(ordering.done, cast.enterprise, given, report=" ")
    on(ordering.done, cast.enterprise, given, report="全部转移")
    assert states(given.deadlines) == {"T2": "met", "T3": "met"}
    with pytest.raises(NotAllowed):
        on(releasing.release, cast.enterprise, given)
    with pytest.raises(Invalid):
        on(releasing.release, cast.duty_officer, given)
    words = Instruction(cast.commander.post.pk, "任务结束")
    on(releasing.release, cast.duty_officer, given, instruction=words)
    on(releasing.confirm, cast.enterprise, given)
    assert fresh(given).status == TaskOrder.Status.OVER
    assert "0396-1234567" not in "".join(incident.timeline.values_list("text", flat=True))


@pytest.mark.clause("5.2.6")
def test_a_released_order_owes_nothing_more_but_what_was_late_stays_late(cast, incident):
    now = timezone.now()
    given = order(cast, incident, done_by=now + timedelta(hours=3))
    with time_machine.travel(now + timedelta(minutes=20), tick=False):
        on(releasing.release, cast.commander, given)
        assert states(given.deadlines) == {"T2": "breached", "T3": "void"}
        with pytest.raises(Invalid):
            on(releasing.confirm, cast.duty_officer, given)
        on(releasing.confirm, cast.duty_officer, given, by="现场负责人")


@pytest.mark.clause("5.2.6")
def test_when_the_response_ends_its_orders_are_still_to_be_released_and_closing_waits(cast):
    incident = started(cast)
    first, second = order(cast, incident), order(cast, incident, to=cast.county.organization.code)
    act(ending.propose_end, cast.office_director, incident, words="已排除")
    act(ending.declare_end, cast.commander, incident)
    with pytest.raises(WrongState) as refusal:
        act(closing.close, cast.office_director, incident)
    assert "orders" in refusal.value.missing
    act(releasing.release_all, cast.duty_officer, incident)
    assert {fresh(row).status for row in (first, second)} == {TaskOrder.Status.RELEASED}
    with pytest.raises(WrongState):
        act(releasing.release_all, cast.duty_officer, incident)
    on(releasing.confirm, cast.enterprise, first)
    on(releasing.confirm, cast.county, second)
    missing = closing.missing_for_closure(fresh(incident), timezone.now())
    assert "orders" not in missing


@pytest.mark.clause("5.2.2")
def test_a_receiver_sees_its_order_and_its_incident_and_no_other_receivers(cast, incident):
    member, county = cast.member.organization, cast.county.organization
    assert not visible_incidents([cast.member]).exists()
    to_member = order(cast, incident, to=member.code)
    order(cast, incident, to=county.code)
    assert visible_incidents([cast.member]).get() == incident
    assert list(visible_orders([cast.member])) == [to_member]
    with pytest.raises(NotFound):
        on(ordering.acknowledge, cast.county, to_member)
    with pytest.raises(NotFound):
        on(ordering.acknowledge, cast.enterprise, to_member)
    for who in (cast.commander, cast.duty_officer, cast.auditor):
        assert visible_orders([who]).count() == 2


@pytest.mark.clause("5.2.2")
def test_whom_it_is_addressed_to_hears_of_its_changes(cast):
    everyone = (cast.member, cast.county, cast.approver, cast.enterprise, cast.other_enterprise, cast.auditor)
    incidents = [graded(cast, Level.III, county="西平县") for _ in range(4)]
    order(cast, incidents[0], to=cast.member.organization.code)
    order(cast, incidents[1], to=cast.county.organization.code)
    order(cast, incidents[1], to=OTHER_FIRM)
    act(supporting.raise_support, cast.commander, incidents[2], needs="增援")
    told = dict(audiences_for_families([incident.pk for incident in incidents]))
    for actor in everyone:
        hears = {number for number, audiences in told.items() if audiences & audiences_of([actor])}
        assert hears == set(visible_incidents([actor]).values_list("number", flat=True)), actor


@pytest.mark.clause("5.2.2")
def test_a_firm_sees_an_order_given_to_it_on_another_firms_incident_and_nothing_else_of_it(cast, incident):
    given = order(cast, incident, to=OTHER_FIRM)
    assert not visible_incidents([cast.other_enterprise]).exists()
    assert list(visible_orders([cast.other_enterprise])) == [given]
    assert Notification.objects.get(person=cast.other_enterprise.person).incident is None
    on(ordering.acknowledge, cast.other_enterprise, given)
    read = visible_timeline(incident, [cast.enterprise])
    assert not read.filter(action__startswith="order.").exists()
    assert not any("T2" in entry.summary for entry in read)


@pytest.mark.clause("5.2.2")
def test_a_late_acknowledgement_climbs_the_ladder_without_telling_the_incidents_title(cast, incident):
    given = order(cast, incident, to=OTHER_FIRM)
    late = timezone.now() + timedelta(minutes=16)
    with time_machine.travel(late, tick=False):
        escalation.sweep(now=late)
        told = Notification.objects.filter(person=cast.other_enterprise.person, kind="breach").get()
    assert given.task in told.text and incident.title not in told.text


@pytest.mark.clause("5.4.3")
def test_the_database_keeps_progress_and_the_order_of_steps(cast, incident):
    given = order(cast, incident)
    on(ordering.acknowledge, cast.enterprise, given, on_scene=SCENE)
    said = on(ordering.progress, cast.enterprise, given, words="到场")
    for change in (
        lambda: OrderProgress.objects.filter(pk=said.pk).update(words="改"),
        lambda: OrderProgress.objects.filter(pk=said.pk).delete(),
        lambda: TaskOrder.objects.filter(pk=given.pk).update(status="issued"),
        lambda: TaskOrder.objects.filter(pk=given.pk).update(status="done"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
