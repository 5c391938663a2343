"""安全检查 (§4.1): what the office or a county finds is put right by a day that is owed, and accepted by who found it."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from alerts.models import Notification
from alerts.services.rounds import end_of_day
from incidents.models import Finding, Inspection, LedgerEntry, Organization
from incidents.refusals import Invalid, NotAllowed, NotFound, WrongState
from incidents.roles import Caller
from incidents.services import sheets
from incidents.services.register import inspecting, register_sheets
from incidents.services.register.inspecting import Found
from incidents.web.register import inspections
from tests import cast as people
from tests.registers.stage import debts_about, in_days
from tests.screens.stage import form_of, sign_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1")]


@pytest.fixture
def cast(db):
    return people.assemble()


def held(cast, *findings: Found, **more) -> Inspection:
    said = {
        "actor": cast.duty_officer,
        "body": cast.firm,
        "held_on": timezone.localdate(),
        "place": "分拨中心",
    }
    said |= {"inspectors": "检查员甲、检查员乙", "scope": "消防、用电", "now": timezone.now()}
    return inspecting.record(findings=findings, **said | more)


def test_a_finding_is_owed_rectified_sent_back_and_accepted(cast):
    row = held(cast, Found("灭火器过期", in_days(5), "更换"), Found("通道堵塞", in_days(1)))
    first, second = row.findings.all()
    assert first.number == f"{row.number}-1"
    assert debts_about(inspecting.matter_of(first)) == [("Q8", end_of_day(in_days(5)), None, False)]
    assert Notification.objects.filter(
        person=cast.enterprise.person, matter=f"inspection/{row.number}"
    ).exists()
    known = {"finding": first.number, "now": timezone.now()}
    with pytest.raises(NotAllowed):
        inspecting.rectified(actor=cast.duty_officer, words="好了", **known)
    with pytest.raises(NotFound):
        inspecting.rectified(actor=cast.other_enterprise, words="好了", **known)
    with pytest.raises(WrongState):
        inspecting.accept(actor=cast.duty_officer, **known)
    inspecting.rectified(actor=cast.enterprise, words="已更换", **known)
    with pytest.raises(NotAllowed, match="由检查单位"):
        inspecting.accept(actor=cast.county, **known)
    with pytest.raises(Invalid):
        inspecting.send_back(actor=cast.duty_officer, reason="还有一具", due_on=None, **known)
    inspecting.send_back(actor=cast.duty_officer, reason="还有一具", due_on=in_days(2), **known)
    assert debts_about(inspecting.matter_of(first))[-1] == ("Q8", end_of_day(in_days(2)), None, False)
    inspecting.rectified(actor=cast.enterprise, words="全部更换", **known)
    row = inspecting.accept(actor=cast.office_director, words="合格", **known)
    assert row.status == "accepted" and [s.what for s in row.steps.all()] == [
        "rectified", "sent_back", "rectified", "accepted",
    ]  # fmt: skip
    told = LedgerEntry.objects.filter(action__in=["inspection.recorded", "finding.accepted"]).count()
    assert told == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        Inspection.objects.update(scope="改写")
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.filter(pk=second.pk).update(status="accepted")


def test_a_county_inspects_in_its_own_county_and_what_is_wrong_is_named(cast):
    row = held(cast, Found("线路老化", in_days(3)), actor=cast.county)
    finding = row.findings.get()
    assert row.inspector == cast.county.organization
    inspecting.rectified(actor=cast.enterprise, finding=finding.number, words="已换", now=timezone.now())
    inspecting.accept(actor=cast.county, finding=finding.number, now=timezone.now())
    with pytest.raises(NotAllowed):
        held(cast, actor=cast.enterprise)
    with pytest.raises(Invalid, match="不在您的范围内"):
        held(cast, actor=cast.county, body=Organization.objects.get(code="express-a-shangcai"))
    with pytest.raises(Invalid) as refused:
        held(cast, Found("", None), Found("字" * 501, in_days(-1)), place="", held_on=in_days(1))
    pointers = {error.pointer for error in refused.value.errors}
    wrong = {"/findings/0/words", "/findings/0/due_on", "/findings/1/words", "/findings/1/due_on"}
    assert pointers == wrong | {"/place", "/held_on"}
    assert Inspection.objects.count() == 1
    late = held(cast, Found("电线裸露", in_days(-2)), held_on=in_days(-9), scope="补录")
    assert [due for _, due, *_ in debts_about(inspecting.matter_of(late.findings.get()))] == [
        end_of_day(in_days(-2))
    ]
    assert late.findings.get().is_overdue(timezone.localdate()), "entered late, it is overdue at once"


def test_inspections_on_screen_on_paper_and_as_a_sheet(cast):
    office, firm = sign_in(cast.duty_officer), sign_in(cast.enterprise)
    url = reverse("inspection-new")
    typed = {"enterprise": "express-a", "place": "网点", "inspectors": "检查员", "scope": "消防"}
    typed |= {"held_on": timezone.localdate().isoformat(), "words_0": "无应急灯", "words_2": "门锁坏"}
    wrong = office.post(url, form_of(office, url, **typed, due_on_0=in_days(2).isoformat()))
    assert wrong.status_code == 422 and wrong.context["form"].errors.keys() == {"due_on_2"}
    dates = {"due_on_0": in_days(2).isoformat(), "due_on_2": in_days(1).isoformat()}
    answer = office.post(url, form_of(office, url, **typed, **dates), follow=True)
    row = Inspection.objects.get()
    assert answer.status_code == 200 and [f.words for f in row.findings.all()] == ["无应急灯", "门锁坏"]
    paper = text_of(firm.get(reverse("inspection-print", args=[row.number])))
    assert "安全检查记录" in paper and "门锁坏" in paper and "受检企业负责人签字" in paper
    finding = row.findings.first()
    act = reverse("finding-act", args=[finding.number, "finding.rectified"])
    firm.post(act, form_of(firm, act, words="已装"))
    assert "已整改，待复查" in text_of(office.get(reverse("finding", args=[finding.number])))
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        found = text_of(sign_in(cast.auditor).get(reverse("inspections"), {"state": "overdue", "q": "门锁"}))
        assert row.number in found and "1 个问题超期未整改" in found
        assert "1 个待复查" in inspections.count(Caller((cast.county,))).waiting
    assert row.number not in text_of(office.get(reverse("inspections"), {"firm": "express-b"}))
    search, other = reverse("search"), sign_in(cast.other_enterprise)
    for number, page in ((row.number, "inspection"), (finding.number, "finding")):
        assert office.get(search, {"q": number}).url == reverse(page, args=[number])
        assert other.get(search, {"q": number}).status_code == 200, "another firm's number leads nowhere"
    hits = {group.kind.code: group.count for group in office.get(search, {"q": "门锁坏"}).context["groups"]}
    assert hits == {"finding": 1} and not other.get(search, {"q": "门锁坏"}).context["groups"]
    points = office.get(reverse("preparedness-map")).context["points"]
    assert {point["name"] for point in points if point["layer"] == "findings"} >= {finding.number}
    assert not [
        p for p in other.get(reverse("preparedness-map")).context["points"] if p["layer"] == "findings"
    ]
    assert sign_in(cast.other_enterprise).get(reverse("inspection", args=[row.number])).status_code == 404

    page = load_workbook(BytesIO(sheets.export(register_sheets.INSPECTIONS, [cast.duty_officer]))).active
    lines = list(page.values)
    assert [line[7] for line in lines[1:]] == ["无应急灯", "门锁坏"]
    for at in (2, 3):
        page.cell(at, 1).value, page.cell(at, 6).value = None, "用电"
    file = BytesIO()
    page.parent.save(file)
    filled = sheets.read(register_sheets.INSPECTIONS, file)
    how = {"actor": cast.duty_officer, "now": timezone.now(), "preview": False}
    assert sheets.bring_in(register_sheets.INSPECTIONS, filled, **how) == []
    assert Inspection.objects.get(scope="用电").findings.count() == 2, "two lines of one inspection"
    later = how | {"now": timezone.now()}
    again = sheets.bring_in(register_sheets.INSPECTIONS, filled, **later)
    assert [(fault.cell, "已登记了这一次检查" in fault.words) for fault in again] == [
        ("C2", True),
        ("C3", True),
    ]
    for at in (2, 3):
        filled.cells[at]["scope"] = "监控"
    filled.cells[3] |= {"due_on": "", "words": "", "demand": ""}
    fault, _ = sheets.bring_in(register_sheets.INSPECTIONS, filled, **later)
    assert (fault.cell, fault.words) == ("H3", "请填写问题。（§4.1）"), (
        "a line that adds nothing to its inspection"
    )
