"""处置方案 and 专家组 (§2.2.2(3), 2.3, 5.4.3), through the pages."""

from io import BytesIO

import pytest
from django.db import DatabaseError, transaction
from docx import Document

from alerts.models import Notification
from incidents.models import Expert, ExpertAdvice, LedgerEntry, Scheme, SchemeVersion, TaskOrder
from incidents.services.command import expert_pool
from tests.screens.stage import text_of

TEXTS = {"assessment": "火势可控，须防复燃", "measures": "先疏散，后转移邮件"}


def drafted(door) -> Scheme:
    door.does("duty_officer", "scheme.draft", title="分拨中心火灾处置方案", **TEXTS)
    return Scheme.objects.latest("pk")


def known(door, name="周教授", phone="13900000001", **more) -> Expert:
    card = {"field": "危险化学品", "body": "黄淮学院", "phone": phone, "name": name} | more
    return expert_pool.keep(actor=door.cast.duty_officer, now=door.incident.received_at, **card)


@pytest.mark.clause("2.2.2")
def test_a_scheme_is_drafted_in_versions_and_decided_by_a_commander(door):
    scheme = drafted(door)
    assert Notification.objects.filter(person=door.cast.commander.person, title__contains="待审定").exists()
    url = f"/schemes/{scheme.number}/scheme.adopt/"
    assert door.client("office_director").get(url).status_code == 403
    door.does_on("commander", "schemes", scheme.number, "scheme.reject", status=422)
    door.does_on("commander", "schemes", scheme.number, "scheme.reject", reason="未考虑供电")
    assert door.client("commander").get(url).status_code == 409
    door.does_on("office_director", "schemes", scheme.number, "scheme.revise", resources="发电车两台")
    door.does_on("office_director", "schemes", scheme.number, "scheme.revise", resources="发电车三台")
    stale = {"version": "2", "reason": "", "token": "stale"}
    assert door.client("commander").post(url, stale).status_code == 409, "not the version that was shown"
    door.does_on("commander", "schemes", scheme.number, "scheme.adopt", reason="按此执行")
    statuses = dict(scheme.versions.values_list("version", "status"))
    assert statuses == {1: "rejected", 2: "replaced", 3: "adopted"}
    assert "发电车三台" in text_of(door.client("commander").get(f"/schemes/{scheme.number}/"))
    assert "未考虑供电" in text_of(door.client("commander").get(f"/schemes/{scheme.number}/?version=1"))
    assert door.actions("scheme.") == [
        "scheme.drafted",
        "scheme.rejected",
        "scheme.drafted",
        "scheme.drafted",
        "scheme.adopted",
    ]


@pytest.mark.clause("5.4.3")
def test_orders_cite_an_adopted_scheme_and_their_receiver_reads_just_that(door):
    scheme = drafted(door)
    to = door.cast.county.organization.code
    assert (
        "scheme"
        not in door.client("commander")
        .get(f"/incidents/{door.incident.number}/act/order.issue/")
        .context["form"]
        .fields
    ), "a draft can't be cited"
    door.does_on("commander", "schemes", scheme.number, "scheme.adopt")
    door.does_on("duty_officer", "schemes", scheme.number, "scheme.revise", measures="另一种措施")
    adopted = scheme.versions.get(status="adopted")
    page = f"/schemes/{scheme.number}/"
    assert door.client("county").get(page).status_code == 404
    door.does("commander", "order.issue", to=to, task="转移邮件", scheme=adopted.pk)
    order = TaskOrder.objects.get()
    assert scheme.number in text_of(door.client("county").get(f"/orders/{order.number}/"))
    seen = text_of(door.client("county").get(page + "?version=2"))
    assert "后转移邮件" in seen and "另一种措施" not in seen
    paper = Document(BytesIO(door.client("county").get(page + "word/").content))
    assert any("先疏散，后转移邮件" in paragraph.text for paragraph in paper.paragraphs)
    assert door.client("member").get(page + "word/").status_code == 404


@pytest.mark.clause("2.2.2")
def test_the_database_refuses_to_change_a_version(door):
    scheme = drafted(door)
    rows = SchemeVersion.objects.filter(scheme=scheme)
    for change in ({"measures": "别的"}, {"status": "adopted"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    door.does_on("commander", "schemes", scheme.number, "scheme.adopt")
    for change in ({"measures": "别的"}, {"status": "draft"}, {"reason": "后来"}):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        rows.delete()


@pytest.mark.clause("2.3")
def test_the_pool_is_the_offices_to_keep_and_the_commanders_to_read(cast, client):
    from tests.screens.stage import sign_in

    office, commander = sign_in(cast.duty_officer), sign_in(cast.commander)
    card = {
        "name": "周教授",
        "field": "危险化学品",
        "body": "黄淮学院",
        "phone": "13900000001",
        "is_active": "on",
    }
    assert office.post("/experts/new/", card | {"phone": ""}).status_code == 422
    assert office.post("/experts/new/", card | {"services": ["media"]}).status_code == 302
    assert "已有这位专家" in text_of(office.post("/experts/new/", card))
    expert = Expert.objects.get()
    words = text_of(commander.get("/experts/"))
    assert "13900000001" in words and "媒体宣传" in words
    assert "专家库是空的" not in words and "没有符合" in text_of(commander.get("/experts/?q=桥梁"))
    assert office.post(f"/experts/{expert.pk}/", card | {"reachable": "工作日"}).status_code == 302
    entry = LedgerEntry.objects.filter(action="expert.changed").get()
    assert "周教授" not in entry.text and "13900000001" not in entry.text and "工作日" in entry.text
    for path in ("/experts/new/", f"/experts/{expert.pk}/"):
        assert commander.get(path).status_code == 404
    assert office.get("/experts/999999/").status_code == 404
    for who in (cast.member, cast.enterprise, cast.auditor, cast.approver):
        assert sign_in(who).get("/experts/").status_code == 404


@pytest.mark.clause("2.3")
@pytest.mark.clause("5.4.3")
def test_named_by_the_commander_convened_by_the_office_heard(door):
    expert, gone = known(door), known(door, "离库者", "1", is_active=False)
    assert (
        door.client("duty_officer").get(f"/incidents/{door.incident.number}/act/expert.name/").status_code
        == 403
    )
    assert (
        door.client("duty_officer").get(f"/incidents/{door.incident.number}/act/expert.call/").status_code
        == 409
    )
    door.does("commander", "expert.name", status=422, experts=[gone.pk])
    door.does("commander", "expert.name", experts=[expert.pk])
    member = door.incident.experts.get()
    assert "未召集" in door.words("duty_officer") and door.is_open("EXPERTS")
    door.does("duty_officer", "expert.call", query=f"?member={member.pk}", answer="unreached")
    door.does("duty_officer", "expert.call", query=f"?member={member.pk}", answer="comes", words="四十分钟到")
    scheme = drafted(door)
    said = {"expert": expert.pk, "scheme": scheme.number, "words": "不可用水"}
    door.does("duty_officer", "expert.advise", status=422, expert=expert.pk)
    door.does("duty_officer", "expert.advise", **said)
    assert not door.is_open("EXPERTS")
    advice = ExpertAdvice.objects.get()
    assert (advice.scheme, advice.expert) == (scheme, expert)
    assert "不可用水" in text_of(door.client("commander").get(f"/schemes/{scheme.number}/"))
    assert "13900000001" in door.words("commander")
    for who in ("auditor", "member", "enterprise"):
        assert "13900000001" not in door.words(who)
    assert "不可用水" not in door.words("member")
    told = " ".join(
        door.incident.timeline.filter(action__startswith="expert.").values_list("text", flat=True)
    )
    assert "周教授" not in told and "不可用水" in told
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        ExpertAdvice.objects.update(words="可以用水")
