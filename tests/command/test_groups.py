"""应急工作组 and 现场指挥机构 (§2.2.4, 5.4.4), through the pages."""

import pytest
from django.db import DatabaseError, transaction

from alerts.models import Notification
from incidents.models import GroupTemplate, OnSceneCommand, PersonalValue, TaskOrder, WorkingGroup
from incidents.services.response import commanding
from incidents.services.revision import plan_editing, plan_revision
from tests.responses.stage import act, fresh, started
from tests.screens.stage import sign_in, text_of


def groups_of(incident) -> dict[str, WorkingGroup]:
    return {group.name: group for group in incident.working_groups.select_related("lead")}


@pytest.mark.clause("2.2.4")
def test_the_start_forms_the_groups_of_annex_1_and_tells_their_bodies(door):
    names = set(GroupTemplate.objects.values_list("name", flat=True))
    assert names and set(groups_of(door.incident)) == names
    words = door.words("duty_officer")
    assert "非公报原文" in words and "组长未定" in words
    assert door.is_open("WORKING_GROUPS"), "a group without a head can't be reached"
    for group in groups_of(door.incident).values():
        door.does_on("duty_officer", "groups", group.number, "group.change", status=422, head="张组长")
        door.does_on("duty_officer", "groups", group.number, "group.change", head="张组长", phone="0396-1")
    assert not door.is_open("WORKING_GROUPS")
    entry = door.incident.timeline.filter(action="group.changed").first()
    assert "张组长" not in entry.text
    assert PersonalValue.objects.filter(entry=entry, name="group_head", value="张组长").exists()


@pytest.mark.clause("2.2.4")
def test_a_group_is_formed_and_dissolved_as_the_incident_needs(door):
    member = door.cast.member.organization
    typed = {"name": "舆情组", "lead": member.code, "head": "李组长", "phone": "0396-2"}
    Notification.objects.all().delete()
    door.does("commander", "group.form", **typed)
    assert Notification.objects.filter(person=door.cast.member.person, title__contains="舆情组").exists()
    assert "舆情组" in door.words("member"), "its lead body sees it"
    assert "舆情组" not in door.words("enterprise")
    assert "已有同名" in text_of(door.does("commander", "group.form", status=422, **typed))
    group = groups_of(door.incident)["舆情组"]
    door.does_on("commander", "groups", group.number, "group.dissolve", reason="并入综合协调组")
    url = f"/groups/{group.number}/group.change/"
    assert door.client("commander").post(url, {"token": "t"}).status_code == 409
    assert door.client("member").get(url).status_code == 403
    assert door.client("county").get(url).status_code == 404


@pytest.mark.clause("5.2.2")
def test_an_order_to_a_group_goes_to_its_lead_body_in_the_groups_name(door):
    member = door.cast.member.organization
    typed = {"name": "警戒组", "lead": member.code}
    door.does("commander", "group.form", **typed)
    group = groups_of(door.incident)["警戒组"]
    door.does("commander", "order.issue", to=f"group:{group.number}", task="封控外围")
    order = TaskOrder.objects.get()
    assert (order.group, order.receiver) == (group, member)
    assert "警戒组" in text_of(door.client("member").get(f"/orders/{order.number}/"))
    assert "警戒组" in door.incident.timeline.get(action="order.issued").summary
    door.does_on("commander", "groups", group.number, "group.dissolve", reason="不再需要")
    url = f"/incidents/{door.incident.number}/act/order.issue/"
    late = {"to": f"group:{group.number}", "task": "再封控", "priority": "2", "token": "late"}
    assert door.client("commander").post(url, late).status_code == 422


@pytest.mark.clause("5.4.5")
def test_the_groups_and_the_on_scene_command_end_with_the_response(door):
    door.does("duty_officer", "on_scene.name", head="刘队长", phone="0396-3", place="北门")
    act(commanding.propose_end, door.cast.office_director, door.incident, words="已排除")
    act(commanding.declare_end, door.cast.commander, door.incident)
    assert not WorkingGroup.objects.filter(dissolved_at=None).exists()
    assert not OnSceneCommand.objects.filter(until=None).exists()


@pytest.mark.clause("5.4.4")
def test_the_on_scene_command_is_taken_over_from_the_order_and_its_history_kept(door):
    code = door.cast.county.organization.code
    door.does("commander", "order.issue", to=code, task="设立现场指挥部")
    order = TaskOrder.objects.get()
    assert door.is_open("ON_SCENE_COMMAND")
    scene = {"on_scene_head": "赵县长", "on_scene_phone": "0396-4", "on_scene_place": "分拨中心东门"}
    door.does_on("county", "orders", order.number, "order.acknowledge", **scene)
    assert not door.is_open("ON_SCENE_COMMAND")
    first = OnSceneCommand.objects.get()
    assert (first.order, first.head) == (order, "赵县长")
    assert "分拨中心东门" in door.words("enterprise"), "whoever works at the scene finds its command"
    door.does("duty_officer", "on_scene.name", head="钱局长", phone="0396-5", place="西门", since="刚才")
    second = OnSceneCommand.objects.get(until=None)
    assert (second.head, second.order) == ("钱局长", order) and fresh(first).until
    words = door.words("duty_officer")
    assert words.index("钱局长") < words.index("以前 1 次") < words.index("赵县长")
    assert "钱局长" not in door.incident.timeline.filter(action="on_scene.named").last().text
    assert "负责人" in text_of(door.does("duty_officer", "on_scene.name", status=422, place="南门"))


@pytest.mark.clause("8.4")
def test_annex_1_is_revised_like_the_criteria_and_incidents_under_way_keep_theirs(cast, door):
    now = door.incident.received_at
    draft = plan_revision.start_draft(actor=cast.administrator, now=now)
    row = GroupTemplate.objects.get(version=draft, name="综合协调组")
    plan_editing.keep_row(
        actor=cast.administrator,
        part="grouptemplate",
        row=row.pk,
        values={"members": ["police-bureau", "weather-bureau"], "duties": "综合", "source": "市政府补录"},
        reason="补录附件1",
        now=now,
    )
    changes = plan_revision.differences(draft)
    assert {change.column for change in changes} == {"成员单位", "职责", "来源"}
    assert plan_revision.needs_document(changes)
    assert "综合协调组" in text_of(sign_in(cast.office_director).get("/plan/"))
    with pytest.raises(DatabaseError, match="read-only"), transaction.atomic():
        GroupTemplate.objects.filter(version__status="active").update(name="别的")
    assert "weather-bureau" not in set(
        started(cast).working_groups.get(name="综合协调组").members.values_list("code", flat=True)
    )
