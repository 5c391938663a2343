"""What firms, counties and members start and end by themselves (§5.4.1(4)(5), 5.4.5(3)), through their pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents.models import Organization, OwnPlan, PersonalValue
from incidents.services.response import ending, own_plans
from tests.query_counts import pinned
from tests.responses.stage import act, graded
from tests.screens.stage import text_of


@pytest.mark.clause("5.4.1")
@pytest.mark.clause("5.4.5")
def test_each_body_records_its_own_from_the_page_it_lands_on_and_ends_it_there(cast, door):
    number = door.incident.number
    for who, page in (("enterprise", "/firm/"), ("county", "/"), ("member", "/")):
        client = door.client(who)
        assert f"{number}/act/own_plan.start/" in client.get(page).content.decode()
        door.does(who, "own_plan.start", status=422, name=" ", by="")
        door.does(who, "own_plan.start", name="本单位保障预案", by=f"{who}负责人", at="刚才")
        assert "own_plan" not in client.get(page).content.decode()
        assert (
            client.post(
                f"/incidents/{number}/act/own_plan.start/", {"name": "x", "by": "y", "token": who}
            ).status_code
            == 409
        )
    assert "负责人" not in "".join(door.incident.timeline.values_list("text", flat=True))
    assert PersonalValue.objects.filter(name="by", value="member负责人").exists()
    words = door.words("duty_officer")
    assert words.count("本单位保障预案") == 3 and words.count("未登记") == 12, "who has, and who has not"
    assert "member负责人" not in door.words("enterprise"), "a body sees its own"
    act(ending.propose_end, cast.office_director, door.incident, words="已排除")
    act(ending.declare_end, cast.commander, door.incident)
    for who, page in (("enterprise", "/firm/"), ("county", "/"), ("member", "/")):
        assert f"{number}/act/own_plan.end/" in door.client(who).get(page).content.decode()
        door.does(who, "own_plan.end")
        assert "own_plan" not in door.client(who).get(page).content.decode()
    assert not OwnPlan.objects.filter(ended_at=None).exists()
    assert "已终止" in door.words("duty_officer")


@pytest.mark.clause("5.4.1")
def test_once_all_have_started_nobody_need_be_told_any_more(door):
    door.does("enterprise", "own_plan.start", name="企业预案", by="甲")
    assert door.is_open("TELL_FIRMS")
    door.does("county", "own_plan.start", name="县区预案", by="乙")
    assert not door.is_open("TELL_FIRMS") and door.is_open("TELL_MEMBERS")
    door.does("duty_officer", "own_plan.start", status=422, name="成员预案", by="丙", body="")
    members = Organization.objects.filter(kind="MEMBER").values_list("code", flat=True)
    for code in members:
        act(
            own_plans.start,
            door.cast.duty_officer,
            door.incident,
            body=code,
            name="成员单位预案",
            by="来电告知",
        )
    assert not door.is_open("TELL_MEMBERS")
    assert "未登记" not in door.words("commander")


@pytest.mark.clause("5.4.1")
def test_the_notice_at_the_start_leads_to_the_form_and_without_a_response_there_is_none(cast, door):
    assert door.path in door.client("member").get("/inbox/").content.decode()
    assert door.path in door.client("enterprise").get("/inbox/").content.decode()
    calm = graded(cast)
    url = f"/incidents/{calm.number}/act/own_plan.start/"
    assert door.client("enterprise").get(url).status_code == 409
    assert door.client("approver").get(door.path).status_code == 404
    assert door.client("other_enterprise").get(door.path).status_code == 404


def test_the_tab_of_an_incident_before_any_response_is_empty_and_says_so(cast, door):
    calm = graded(cast)
    words = text_of(door.client("duty_officer").get(f"/incidents/{calm.number}/command/"))
    for empty in (
        "还没有现场指挥机构",
        "还没有应急工作组",
        "还没有会商会议",
        "没有处置方案",
        "还没有确定专家组",
    ):
        assert empty in words


def test_the_tab_asks_as_often_for_one_of_each_as_for_four(door):
    first = 0
    for n in range(4):
        door.does("duty_officer", "scheme.draft", title=f"方案{n}", assessment="研判", measures="措施")
        called = [door.cast.member.organization.code]
        door.does("duty_officer", "meeting.convene", topic=f"会{n}", place="x", means="video", called=called)
        door.page("duty_officer")
        with CaptureQueriesContext(connection) as asked, pinned("screen:incident command"):
            assert door.page("duty_officer").status_code == 200
        first = first or len(asked)
        assert len(asked) == first
