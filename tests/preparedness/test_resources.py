"""应急资源 (§2.2.2(4), 4.3, 5.4.3): entered by their bodies, reserved, out and back by call-ups, never promised twice."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from alerts.models import Undertaking
from incidents import ledger
from incidents.models import CallUp, LedgerEntry, RecoveryItem, Resource, ResourceDraw
from incidents.refusals import Invalid, NotAllowed, NotFound, Refusal, WrongState
from incidents.services.call_up import call_up_moving, calling_up, drawing, resource_sheet, resources
from incidents.services.closure import call_up_settling
from incidents.services.command import expert_pool
from incidents.services.register import hazards
from incidents.services.response import grading
from incidents.services.warning import warning_assessing
from tests.cast import warn
from tests.responses.stage import graded
from tests.screens.stage import form_of, sign_in, text_of
from tests.trust.test_races import at_once


def keep(actor, **more) -> Resource:
    said = {
        "kind": "vehicles",
        "name": "厢式货车",
        "total": Decimal(5),
        "unit": "辆",
        "county": "驿城区",
        "place": "解放路1号院",
        "custodian": "王保管",
        "phone": "0396-1234567",
    }
    return resources.keep(actor=actor, now=timezone.now(), **said | more)


def wanted(resource: Resource, quantity: int, **more) -> calling_up.Wanted:
    blank = {"kind": "", "what": "", "unit": "", "place": "东门"}
    return calling_up.Wanted(quantity=Decimal(quantity), resource=resource.pk, **blank | more)


def request(cast, incident, resource, quantity, **more) -> CallUp:
    said = {"number": incident.number, "now": timezone.now(), "wanted": wanted(resource, quantity, **more)}
    return calling_up.request(actor=cast.duty_officer, **said)


def on(service, actor, row, **more) -> CallUp:
    return service(actor=actor, call_up=row.number, now=timezone.now(), **more)


def stock(resource: Resource) -> tuple[int, int, int]:
    row = Resource.objects.get(pk=resource.pk)
    return int(row.total), int(row.reserved), int(row.lent)


@pytest.mark.clause("5.4.3")
def test_a_body_enters_its_own_on_its_screen_and_no_other_sees_it(cast):
    member = sign_in(cast.member)
    new = reverse("resource-new")
    wrong = {"kind": "people", "total": "0.001", "unit": "", "expires_on": "2026-01-01", "longitude": "114"}
    refused = member.post(new, form_of(member, new, name="抢险队", **wrong))
    assert refused.status_code == 422 and "抢险队" in refused.content.decode()
    said = {
        "kind": "people",
        "name": "抢险队",
        "total": "20",
        "unit": "人",
        "place": "东大街",
        "custodian": "赵队长",
    }
    said |= {"phone": "0396-1", "longitude": "114.02", "latitude": "32.98"}
    refused = member.post(new, form_of(member, new, **said, expires_on="2026-01-01"))
    assert refused.status_code == 422 and "队伍没有有效期" in text_of(refused)
    assert member.post(new, form_of(member, new, **said)).status_code == 302
    row = Resource.objects.get()
    assert (row.body, row.in_hand, row.state) == (cast.member.organization, 20, "normal")
    refused = member.post(new, form_of(member, new, **said))
    assert refused.status_code == 422 and "已登记过" in text_of(refused)
    card = reverse("resource", args=[row.pk])
    for actor, status in (
        (cast.county, 404),
        (cast.enterprise, 404),
        (cast.commander, 200),
        (cast.auditor, 200),
    ):
        assert sign_in(actor).get(card).status_code == status
    assert "抢险队" in text_of(sign_in(cast.commander).get(reverse("resources")))
    assert "抢险队" not in text_of(sign_in(cast.county).get(reverse("resources")))
    entry = LedgerEntry.objects.get(action="resource.added")
    assert entry.chain == ledger.body_chain(row.body) and "赵队长" not in entry.text

    edit = reverse("resource-edit", args=[row.pk])
    assert member.post(edit, form_of(member, edit, total="25")).status_code == 302
    assert "修改应急资源：抢险队 25人" in text_of(member.get(card))
    member.post(edit, form_of(member, edit))
    assert LedgerEntry.objects.filter(action="resource.changed").count() == 1, "nothing changed, nothing told"

    standby = reverse("resource-standby", args=[row.pk])
    member.post(standby, {"on": "1"})
    assert "备勤" in text_of(sign_in(cast.duty_officer).get(reverse("resources") + "?which=standby"))
    member.post(standby, {"on": "0"})
    assert [e.action for e in resources.history(row)][:2] == ["resource.stood_down", "resource.stood_by"]
    with pytest.raises(NotAllowed):
        keep(cast.commander)
    with pytest.raises(NotFound):
        keep(cast.county, resource=row.pk)
    with pytest.raises(Invalid, match="所属单位"):
        keep(cast.county, body=row.body.code)


@pytest.mark.clause("2.2.2")
def test_a_call_up_reserves_takes_out_and_brings_back(cast):
    incident, county = graded(cast), cast.county.organization
    row = keep(cast.county)
    officer = sign_in(cast.duty_officer)
    offers = reverse("call-up-offers", args=[incident.number])
    assert "在手 5辆" in officer.get(offers, {"owner": county.code}).content.decode()
    expired = timezone.localdate() - timedelta(days=1)
    keep(cast.county, kind="supplies", name="灭火器", unit="具", expires_on=expired)
    assert "灭火器，在手 5具，已过期" in officer.get(offers, {"owner": county.code}).content.decode()
    assert "没有在手" in officer.get(offers, {"owner": cast.member.organization.code}).content.decode()
    listed = text_of(officer.get(reverse("resources"), {"for": incident.number}))
    assert f"为 {incident.number} 挑选" in listed
    url = reverse("act", args=[incident.number, "call_up.request"]) + f"?resource={row.pk}"
    refused = officer.post(url, form_of(officer, url, quantity="6", place="东门"))
    assert "在手 5辆" in str(refused.context["form"].errors["quantity"])
    refused = officer.post(url, form_of(officer, url, quantity="1", unit="台", place="东门"))
    assert "计量单位不符" in str(refused.context["form"].errors["unit"])
    assert officer.post(url, form_of(officer, url, quantity="4", place="东门")).status_code == 302
    asked = CallUp.objects.get()
    assert (asked.owner, asked.kind, asked.what, asked.unit) == (county, "vehicles", "厢式货车", "辆")
    assert stock(row) == (5, 0, 0), "asked for is not promised"

    other = request(cast, incident, row, 3)
    with pytest.raises(Invalid, match="计量单位不能改"):
        keep(cast.county, resource=row.pk, unit="台")
    on(calling_up.agree, cast.county, asked)
    assert stock(row) == (5, 4, 0)
    with pytest.raises(WrongState, match="在手 1辆"):
        on(calling_up.agree, cast.county, other)
    with pytest.raises(Invalid, match="不能少于"):
        keep(cast.county, resource=row.pk, total=Decimal(3))
    with pytest.raises(Invalid, match="不能停用"):
        keep(cast.county, resource=row.pk, is_active=False)
    on(call_up_moving.dispatch, cast.county, asked, quantity=Decimal(3))
    assert stock(row) == (5, 0, 3), "what was not sent is free again"
    on(call_up_moving.arrive, cast.duty_officer, asked, quantity=Decimal(3))
    returned = {"returned": Decimal(2), "used_up": Decimal(0), "damaged": Decimal(0)}
    on(call_up_settling.give_back, cast.county, asked, **returned)
    assert stock(row) == (4, 0, 0), "what never came back is gone"

    on(calling_up.agree, cast.county, other)
    on(calling_up.withdraw, cast.duty_officer, other, reason="不需要了")
    assert stock(row) == (4, 0, 0)
    late = request(cast, incident, row, 1)
    keep(cast.county, resource=row.pk, total=Decimal(4), is_active=False)
    with pytest.raises(WrongState, match="已停用"):
        on(calling_up.agree, cast.county, late)
    keep(cast.county, resource=row.pk, total=Decimal(4))
    seized = calling_up.requisition(
        actor=cast.commander, number=incident.number, wanted=wanted(row, 2), now=timezone.now()
    )
    assert stock(row) == (4, 2, 0), "a requisition needs no answer"
    card = text_of(sign_in(cast.county).get(reverse("resource", args=[row.pk])))
    assert asked.number in card and "已归还" in card and seized.number in card
    assert f"资源库：{row.name}" in text_of(officer.get(reverse("call-up", args=[asked.number])))
    plain = calling_up.Wanted("vehicles", "货车", Decimal(9), "辆", "东门", owner=county.code)
    on(
        calling_up.agree,
        cast.county,
        calling_up.request(actor=cast.duty_officer, number=incident.number, wanted=plain, now=timezone.now()),
    )
    assert stock(row) == (4, 2, 0), "what is not registered is called up as ever"
    unfounded = graded(cast)
    held = request(cast, unfounded, row, 1)
    on(calling_up.agree, cast.county, held)
    assert stock(row) == (4, 3, 0)
    grading.dismiss(actor=cast.office_director, number=unfounded.number, reason="误报", now=timezone.now())
    assert stock(row) == (4, 2, 0), "nothing is held for what is no incident"
    held = CallUp.objects.get(pk=held.pk)
    assert held.status == "withdrawn" and held.steps.last().words == "事件不成立"
    incident.is_drill = True
    drawing.begin(seized, row, incident)
    assert ResourceDraw.objects.filter(call_up=seized).count() == 1, "a drill takes nothing real"


@pytest.mark.clause("6.1")
def test_what_is_out_comes_back_in_parts_until_all_is_accounted_for(cast):
    incident = graded(cast)
    row = keep(cast.county, kind="supplies", name="帐篷", unit="顶", total=Decimal(60))
    asked = request(cast, incident, row, 50)
    on(calling_up.agree, cast.county, asked)
    on(call_up_moving.dispatch, cast.county, asked, quantity=Decimal(50))
    on(call_up_moving.arrive, cast.duty_officer, asked, quantity=Decimal(50))

    def gives(returned=0, used_up=0, damaged=0, **more):
        parts = {"returned": Decimal(returned), "used_up": Decimal(used_up), "damaged": Decimal(damaged)}
        return on(call_up_settling.give_back, cast.county, asked, **parts, **more)

    client = sign_in(cast.county)
    url = reverse("call_up-act", args=[asked.number, "call_up.give_back"])
    nothing = client.post(url, form_of(client, url, returned="0", is_part="on"))
    assert nothing.status_code == 422 and "请填写这一次" in text_of(nothing)
    sent = form_of(client, url, returned="20", used_up="5", is_part="on", words="第一车")
    assert "尚有 25顶在外" in text_of(client.post(url, sent, follow=True))
    client.post(url, sent)
    assert stock(row) == (55, 0, 25), "what was used up is gone, the rest is out; sent twice, counted once"
    part = CallUp.objects.get(pk=asked.pk)
    assert (part.status, part.returned, part.used_up, part.still_out, part.lost) == ("arrived", 20, 5, 25, 0)
    page = text_of(client.get(reverse("call-up", args=[asked.number])))
    assert "归还 20顶，耗用 5顶：第一车" in page and "尚有 25顶 在外" in page
    assert "帐篷 25 顶 共调出 50顶" in text_of(sign_in(cast.commander).get(reverse("call-ups")))
    assert form_of(client, url)["returned"] == 25, "what is still out is offered"
    for over in ({"returned": 26}, {"returned": 20, "damaged": 6, "is_part": True}):
        with pytest.raises(Invalid, match="在外的 25顶"):
            gives(**over)
    with pytest.raises(WrongState):
        on(call_up_settling.settle, cast.duty_officer, asked, words="结清")
    with pytest.raises(DatabaseError), transaction.atomic():
        part.returns.create(at=timezone.now(), returned=26, used_up=0, damaged=0)
    with pytest.raises(DatabaseError), transaction.atomic():
        part.returns.update(returned=1)
    gives(returned=10, damaged=2, is_part=True)
    assert stock(row) == (53, 0, 13)
    whole = gives(returned=11, words="余下两顶遗失")
    assert (whole.status, whole.returned, whole.shortfall) == (
        "returned",
        41,
        "耗用 5顶、损坏 2顶、未归还 2顶",
    )
    assert stock(row) == (51, 0, 0) and "耗用 5顶、损坏 2顶、未归还 2顶" in RecoveryItem.objects.get().what
    told = LedgerEntry.objects.filter(action__in=["call_up.part_returned", "call_up.returned"])
    assert [entry.data["quantity"][:5] for entry in told.order_by("seq")] == ["归还 20", "归还 10", "归还 41"]
    with pytest.raises(DatabaseError), transaction.atomic():
        part.returns.create(at=timezone.now(), returned=1, used_up=0, damaged=0)


def test_the_database_itself_keeps_the_sum(cast):
    incident = graded(cast)
    row = keep(cast.county)
    asked = request(cast, incident, row, 5)
    draw = ResourceDraw.objects.filter(call_up=asked)
    for change in (
        lambda: Resource.objects.update(reserved=1),
        lambda: Resource.objects.update(lent=1),
        lambda: Resource.objects.create(
            body=row.body, name="x", total=3, reserved=2, changed_at=timezone.now(), kind="supplies"
        ),
        lambda: draw.update(reserved=6),
        lambda: draw.update(reserved=-1),
        lambda: draw.update(resource=keep(cast.county, name="另一种")),
        lambda: draw.delete(),
        lambda: Resource.objects.update(standby_since=timezone.now()),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert stock(row) == (5, 0, 0)


def test_two_call_ups_never_take_the_same(cloned_database, cast):
    incidents = graded(cast), graded(cast)
    row = keep(cast.county)
    asked = [request(cast, incident, row, 3) for incident in incidents]
    results = at_once(*(lambda one=one: on(calling_up.agree, cast.county, one) for one in asked))
    (refused,) = (each for each in results if isinstance(each, Refusal))
    assert isinstance(refused, WrongState) and stock(row) == (5, 3, 0)
    (out,) = (one for one, done in zip(asked, results, strict=True) if not isinstance(done, Refusal))
    on(call_up_moving.dispatch, cast.county, out, quantity=Decimal(3))
    on(call_up_moving.arrive, cast.duty_officer, out, quantity=Decimal(3))
    parts = {"returned": Decimal(2), "used_up": Decimal(0), "damaged": Decimal(0), "is_part": True}
    two = (cast.county, cast.duty_officer)
    results = at_once(*(lambda who=who: on(call_up_settling.give_back, who, out, **parts) for who in two))
    (refused,) = (each for each in results if isinstance(each, Refusal))
    assert isinstance(refused, Invalid) and stock(row) == (5, 0, 1), "nor does the same come back twice"


@pytest.mark.clause("5.4.3")
def test_the_list_finds_what_expires_and_the_sheet_brings_it_in(cast):
    today = timezone.localdate()
    soon = keep(cast.county, kind="supplies", name="灭火器", unit="具", expires_on=today + timedelta(days=20))
    keep(cast.county, kind="supplies", name="帐篷", unit="顶", expires_on=date(2099, 1, 1))
    officer = sign_in(cast.duty_officer)
    page = text_of(officer.get(reverse("resources"), {"which": "expiring"}))
    assert "灭火器" in page and "即将到期" in page and "帐篷" not in page
    found = text_of(
        officer.get(reverse("resources"), {"words": "帐", "kind": "supplies", "which": "in_hand"})
    )
    assert "帐篷" in found and "灭火器" not in found
    hub = officer.get(reverse("preparedness"))
    assert "1 项过期或即将到期" in text_of(hub) and 'class="card-plain is-waiting"' in hub.content.decode()
    lines = list(resource_sheet.SHEET.rows([cast.county]))
    line = next(line for line in lines if line["resource"] == soon.pk)
    assert line["body"] == cast.county.organization.code and line["total"] == 5
    act = {"actor": cast.county, "now": timezone.now()}
    resource_sheet.SHEET.keep(**act, **line | {"total": 8})
    resource_sheet.SHEET.keep(
        **act, **line | {"resource": None, "body": "", "name": "沙袋", "is_active": None}
    )
    assert stock(soon) == (8, 0, 0) and Resource.objects.get(name="沙袋").is_active
    with pytest.raises(Invalid, match="登记号"):
        resource_sheet.SHEET.keep(**act, **line | {"resource": Decimal("1.5")})


def test_the_map_and_the_list_beside_it_say_the_same(cast):
    placed = keep(cast.county, name="抢险车", longitude=Decimal("114.02"), latitude=Decimal("32.98"))
    keep(cast.enterprise, name="货车", county="", kind="supplies")
    hazard = hazards.register(
        actor=cast.enterprise,
        body=cast.firm,
        kind="source",
        place="电池仓库",
        words="电池堆放",
        county="西平县",
        now=timezone.now(),
    )
    for name, place in (("张工", {"county": "西平县"}), ("李工", {})):
        card = {"name": name, "field": "桥梁", "body": "设计院", "phone": "0396-1"} | place
        expert_pool.keep(actor=cast.office_director, now=timezone.now(), **card)
    with pytest.raises(Invalid, match="没有这个县区"):
        expert_pool.keep(actor=cast.office_director, now=timezone.now(), **card | {"county": "x"})
    page = sign_in(cast.duty_officer).get(reverse("preparedness-map"))
    words = text_of(page)
    assert "驿城区" in words and "抢险车" in words and "未定县区" in words and "未标注位置" in words
    layers = ("resources", "hazards", "experts")
    shown = [(p["mark"], p["at"]) for p in page.context["points"] if p["layer"] in layers]
    assert shown == [("车", [32.98, 114.02]), ("物", None), ("险", None), ("专", None)], (
        "who stands somewhere"
    )
    assert f"{reverse('experts')}?q=%E5%BC%A0%E5%B7%A5" in page.content.decode()
    firms = text_of(sign_in(cast.enterprise).get(reverse("preparedness-map")))
    assert "张工" not in firms and "专家 0" not in firms
    assert reverse("hazard", args=[hazard.number]) in page.content.decode()
    assert reverse("resource", args=[placed.pk]) in page.content.decode()
    assert "抢险车" not in text_of(sign_in(cast.enterprise).get(reverse("preparedness-map")))
    assert "没有内容" in text_of(sign_in(cast.member).get(reverse("preparedness-map")))


@pytest.mark.clause("4.3")
def test_a_warnings_measure_puts_the_teams_of_its_owner_on_standby(cast):
    team = keep(cast.county, kind="people", name="抢险队", unit="人")
    keep(cast.member, kind="people", name="消防队", unit="人")
    warning = warn(cast)
    taken = {"actor": cast.duty_officer, "number": warning.number, "now": timezone.now(), "item": 3}
    warning_assessing.take_measure(**taken, owner="驿城区")
    assert not Resource.objects.exclude(standby_since=None).exists(), "asked for is not done"
    warning_assessing.take_measure(**taken, owner="驿城区", done=True)
    assert list(Resource.objects.exclude(standby_since=None)) == [team]
    assert warning.number in resources.history(team)[0].reason


@pytest.mark.clause("5.4.3")
def test_a_supply_that_expires_is_owed_its_replacement(cast):
    day = timezone.localdate() + timedelta(days=20)
    row = keep(cast.county, kind="supplies", name="灭火器", unit="具", expires_on=day)
    owed = Undertaking.objects.get(rule="Q4")
    assert (owed.body, owed.matter, owed.status) == (row.body, f"resource/{row.pk}", "open")
    (debt,) = owed.deadlines.all()
    assert timezone.localdate(debt.due_at - timedelta(seconds=1)) == day
    changed = {"kind": "supplies", "name": "灭火器", "unit": "具", "resource": row.pk}
    keep(cast.county, **changed, expires_on=day - timedelta(days=5))
    assert owed.deadlines.get(voided_at=None).due_at < debt.due_at
    keep(cast.county, **changed, expires_on=day + timedelta(days=365))
    assert [one.status for one in Undertaking.objects.filter(rule="Q4").order_by("pk")] == ["done", "open"]
    page = sign_in(cast.county).get(reverse("deadlines")).content.decode()
    assert "灭火器" in page and reverse("resource", args=[row.pk]) in page

    incident = graded(cast)
    asked = request(cast, incident, row, 5)
    on(calling_up.agree, cast.county, asked)
    on(call_up_moving.dispatch, cast.county, asked, quantity=Decimal(5))
    on(call_up_moving.arrive, cast.duty_officer, asked, quantity=Decimal(5))
    gone = {"returned": Decimal(0), "used_up": Decimal(5), "damaged": Decimal(0)}
    on(call_up_settling.give_back, cast.county, asked, **gone)
    assert stock(row) == (0, 0, 0) and not Undertaking.objects.filter(rule="Q4", status="open").exists()
