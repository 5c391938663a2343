"""会商会议 and 紧急成员会议 (§5.3, 5.4.3), through the pages."""

from io import BytesIO

import pytest
from django.db import DatabaseError, transaction
from docx import Document

from alerts.models import Notification
from incidents.audiences import audiences_for_families, audiences_of
from incidents.models import LedgerEntry, Level, Meeting, MeetingDecision, PersonalValue, TaskOrder
from incidents.querysets import visible_incidents
from incidents.services.response import commanding
from tests.command.stage import Door
from tests.responses.stage import act, fresh, graded
from tests.screens.stage import sign_in, text_of


def convened(door, who="duty_officer", **more) -> Meeting:
    typed = {
        "topic": "研究人员疏散和邮件转移",
        "means": "video",
        "place": "会议号 123 456",
        "called": [door.cast.member.organization.code, door.cast.county.organization.code],
    }
    door.does(who, "meeting.convene", **typed | more)
    return Meeting.objects.latest("pk")


def recorded(door, meeting, **more):
    codes = [line.body.code for line in meeting.called.select_related("body")]
    typed = {"chair": "总指挥", "words": "公安报告外围已封控；卫健已派出救护车。"}
    typed |= {f"presence_{code}": "present" for code in codes}
    typed |= {"presence_" + codes[0]: "deputy", "person_" + codes[0]: "王代表"}
    typed |= {"words_1": "立即转移邮件", "body_1": door.cast.firm.code, "due_1": "2小时后"}
    door.does_on("duty_officer", "meetings", meeting.number, "meeting.record", **typed | more)


@pytest.mark.clause("5.4.3")
def test_who_is_called_is_told_and_what_is_recorded_settles_the_item(door):
    meeting = convened(door)
    told = Notification.objects.filter(title__contains="研究人员疏散").values_list(
        "person__username", flat=True
    )
    assert set(told) == {"member", "county"}
    assert door.is_open("CONSULTATION"), "called is not held"
    recorded(door, meeting)
    meeting = fresh(meeting)
    assert meeting.status == "held" and not door.is_open("CONSULTATION")
    assert sorted(meeting.called.values_list("presence", flat=True)) == ["deputy", "present"]
    entry = door.incident.timeline.get(action="meeting.held")
    assert "王代表" not in entry.text, "who came stands beside the ledger"
    assert "王代表" in PersonalValue.objects.get(entry=entry, name="attended").value
    assert "立即转移邮件" in door.words("member") and "王代表" not in door.words("auditor")
    door.does_on("duty_officer", "meetings", meeting.number, "meeting.decide", words_1="每两小时会商一次")
    assert list(meeting.decisions.values_list("serial", "words")) == [
        (1, "立即转移邮件"),
        (2, "每两小时会商一次"),
    ]
    assert door.actions("meeting.") == ["meeting.convened", "meeting.held", "meeting.decided"]


@pytest.mark.clause("5.4.3")
def test_a_decision_becomes_a_task_in_one_step(door):
    meeting = convened(door)
    recorded(door, meeting)
    line = meeting.decisions.get()
    page = door.page("commander")
    link = f"order.issue/?next={door.path.replace('/', '%2F')}&amp;decision={line.pk}"
    assert link in page.content.decode()
    door.does("commander", "order.issue", query=f"?decision={line.pk}")
    order = TaskOrder.objects.get()
    assert (order.decision, order.receiver, order.task) == (line, door.cast.firm, "立即转移邮件")
    assert abs((order.done_by - line.due_at).total_seconds()) < 1
    page = door.page("commander").content.decode()
    assert f"decision={line.pk}" not in page and order.number in page


@pytest.mark.clause("5.4.3")
def test_what_is_missing_is_named_and_nothing_typed_is_lost(door):
    meeting = convened(door)
    answer = door.does_on(
        "duty_officer",
        "meetings",
        meeting.number,
        "meeting.record",
        status=422,
        chair="总指挥",
        words="会议情况如下",
        body_1=door.cast.firm.code,
    )
    words = text_of(answer)
    assert "是否到会" in words and "请写明议定事项" in words and "会议情况如下" in answer.content.decode()
    codes = [line.body.code for line in meeting.called.select_related("body")]
    came = {f"presence_{code}": "deputy" for code in codes}
    answer = door.does_on(
        "duty_officer",
        "meetings",
        meeting.number,
        "meeting.record",
        status=422,
        chair="甲",
        words="乙",
        **came,
    )
    assert "的代表" in text_of(answer) and meeting.decisions.count() == 0
    door.does("duty_officer", "meeting.convene", status=422, topic="x", place="y", means="video")
    door.does_on("duty_officer", "meetings", meeting.number, "meeting.cancel", reason="改为电话")
    assert "取消" in door.words("member")
    url = f"/meetings/{meeting.number}/meeting.record/"
    assert door.client("duty_officer").post(url, {"token": "t"}).status_code == 409
    assert door.client("member").get(url).status_code == 403
    assert door.client("other_enterprise").get(url).status_code == 404


@pytest.mark.clause("5.4.3")
def test_the_minutes_print_and_are_a_word_file_for_whom_was_there(door):
    meeting = convened(door)
    recorded(door, meeting)
    assert "会商会议纪要" in text_of(door.client("county").get(f"/meetings/{meeting.number}/"))
    answer = door.client("county").get(f"/meetings/{meeting.number}/word/")
    paper = Document(BytesIO(answer.content))
    words = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert "1．立即转移邮件" in words and "总指挥" in words and meeting.number in words
    assert any("王代表" in cell.text for table in paper.tables for cell in table._cells)
    assert LedgerEntry.objects.filter(action="paper.exported").count() == 1
    for path in ("", "word/"):
        assert door.client("enterprise").get(f"/meetings/{meeting.number}/{path}").status_code == 404


@pytest.mark.clause("5.3")
def test_the_emergency_meeting_of_the_members_is_for_two_and_one(cast, door):
    door.does(
        "duty_officer",
        "meeting.convene",
        status=422,
        kind="emergency",
        topic="x",
        place="y",
        means="telephone",
        called=[cast.member.organization.code],
    )
    two = graded(cast, Level.II)
    act(commanding.start_at_once, cast.commander, two)
    second = Door(cast, two)
    second.does("commander", "meeting.convene", topic="紧急会议", place="指挥中心", means="in_person")
    meeting = Meeting.objects.get(incident=two)
    assert meeting.kind == "emergency" and meeting.called.count() == 13, "all members, unless said otherwise"
    recorded(second, meeting, **{f"presence_{c.body.code}": "present" for c in meeting.called.all()})
    assert not second.is_open("EMERGENCY_MEETING") and second.is_open("CONSULTATION")


@pytest.mark.clause("5.4.3")
def test_whoever_is_called_sees_the_incident_and_is_told_of_its_changes(cast):
    """A county that it did not happen in, called before anything was proposed."""
    from incidents.models import Organization, Role
    from tests.cast import appoint

    incident = graded(cast)
    code = Organization.objects.get(short_name="遂平县").code
    called = appoint("suiping", code, Role.COUNTY, "遂平县值班员", "DUTY")
    assert sign_in(called).get(f"/incidents/{incident.number}/").status_code == 404
    convened(Door(cast, incident), called=[code])
    assert visible_incidents([called]).get() == incident
    ((_, audiences),) = audiences_for_families([incident.pk])
    assert audiences_of([called]) & audiences


@pytest.mark.clause("5.4.3")
def test_the_database_keeps_what_was_decided(door):
    meeting = convened(door)
    recorded(door, meeting)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        MeetingDecision.objects.update(words="别的")
    with pytest.raises(DatabaseError, match="cannot go from"), transaction.atomic():
        Meeting.objects.update(status="convened")
