"""危险源 and 隐患 (§4.1): registered, assessed, rectified by a day that is owed, checked, closed."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from alerts.models import Notification
from alerts.services.rounds import end_of_day
from incidents import ledger
from incidents.models import Hazard, HazardStep, LedgerEntry, RegisterFile, RiskGrade, Role
from incidents.refusals import Invalid, NotAllowed, NotFound, WrongState
from incidents.roles import SYSTEM, Caller
from incidents.services import sheets
from incidents.services.debt import undertakings
from incidents.services.register import hazard_debts, hazard_sheet, hazards, register_points
from incidents.services.report import attaching
from incidents.web.register import hazards as page_of
from tests import cast as people
from tests.registers.stage import PDF, being_rectified, debts_about, hazard, in_days, pdf
from tests.screens.stage import form_of, sign_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1")]
Status = Hazard.Status


@pytest.fixture
def cast(db):
    return people.assemble()


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def owed(row, rule: str = "Q1") -> list[tuple]:
    return [debt for debt in debts_about(hazards.matter_of(row)) if debt[0] == rule]


def test_a_hazard_goes_its_whole_way(cast):
    now = timezone.now()
    row = hazard(cast)
    year = timezone.localtime(now).year
    assert (row.number, row.status, row.county.short_name) == (f"ZMD-H-{year}-0001", "registered", "驿城区")
    known = {"hazard": row.number, "now": now}
    firm, county, office = cast.enterprise, cast.county, cast.duty_officer
    with pytest.raises(WrongState, match="已登记，待评估"):
        hazards.rectified(actor=firm, words="好了", **known)
    with pytest.raises(Invalid) as refused:
        hazards.assess(actor=firm, likelihood=6, consequence=0, assessed_by=" ", **known)
    assert {e.pointer for e in refused.value.errors} == {"/likelihood", "/consequence", "/assessed_by"}
    assert row.assess_by == in_days(7) and owed(row, "Q10") == [("Q10", end_of_day(in_days(7)), None, False)]
    row = hazards.assess(actor=firm, likelihood=5, consequence=4, assessed_by="安全员甲", **known)
    assert owed(row, "Q10")[0][2] == now and row.next_due is None
    assert row.grade == RiskGrade.MAJOR and row.points == 20
    told = Notification.objects.filter(matter=hazards.matter_of(row))
    assert {n.person_id for n in told} >= {office.person.pk, county.person.pk}
    with pytest.raises(Invalid, match="不能早于今天"):
        hazards.plan(actor=firm, measures="移走", responsible="站长", due_on=in_days(-1), **known)
    row = hazards.plan(actor=firm, measures="移走", responsible="站长", due_on=in_days(3), **known)
    assert owed(row) == [("Q1", end_of_day(in_days(3)), None, False)]
    with pytest.raises(NotAllowed):
        hazards.put_off(actor=firm, due_on=in_days(9), reason="来不及", **known)
    with pytest.raises(Invalid, match="须晚于"):
        hazards.put_off(actor=county, due_on=in_days(2), reason="设备未到", **known)
    hazards.put_off(actor=county, due_on=in_days(5), reason="设备未到", **known)
    assert owed(row)[0][3] and owed(row)[-1][1] == end_of_day(in_days(5))
    with attaching.taken_in(pdf()) as file:
        hazards.rectified(actor=firm, words="已移走", file=file, **known)
    assert owed(row)[-1][2] == now
    with pytest.raises(NotAllowed):
        hazards.accept(actor=firm, **known)
    hazards.send_back(actor=county, reason="仍有三箱", due_on=in_days(1), **known)
    assert owed(row)[-1] == ("Q1", end_of_day(in_days(1)), None, False) and len(owed(row)) == 3
    hazards.rectified(actor=firm, words="全部移走", **known)
    county_code = county.organization.code
    same_person = people.appoint(firm.person.username, county_code, Role.COUNTY, "兼任")
    with pytest.raises(NotAllowed, match="由他人复查"):
        hazards.accept(actor=same_person, **known)
    hazards.accept(actor=office, words="现场看过", **known)
    row = hazards.close(actor=county, **known)
    assert row.status == Status.CLOSED and row.closed_at == now
    steps = [step.what for step in row.steps.all()]
    assert steps == [
        "registered",
        "assessed",
        "planned",
        "put_off",
        "rectified",
        "sent_back",
        "rectified",
        "accepted",
        "closed",
    ]
    chain = ledger.body_chain(cast.firm)
    acts = LedgerEntry.objects.filter(chain=chain, action__startswith="hazard.").order_by("seq")
    assert [entry.action.removeprefix("hazard.") for entry in acts] == steps
    assert "安全员甲" not in " ".join(entry.text for entry in acts), "names stand beside the ledger"
    assert ledger.verify_chain(chain) is None and not list(attaching.faults())


def test_what_is_checked_is_assessed_anew_and_the_system_closes_what_rests_on_nothing_more(cast):
    row = being_rectified(cast)
    known = {"hazard": row.number, "now": timezone.now()}
    with pytest.raises(WrongState):
        hazards.close(actor=cast.duty_officer, reason="不管了", **known)
    hazards.rectified(actor=cast.enterprise, words="好了", **known)
    hazards.accept(actor=cast.duty_officer, **known)
    told = Notification.objects.filter(person=cast.county.person, title__contains="原为较大风险")
    assert not told.exists()
    again = hazards.assess(
        actor=cast.enterprise, likelihood=1, consequence=2, assessed_by="安全员甲", **known
    )
    assert (again.status, again.grade, again.due_on, again.measures) == ("assessed", RiskGrade.LOW, None, "")
    assert told.get().title.startswith(row.number), "who makes it out to be less is heard of"
    far = {"actor": cast.enterprise, "measures": "移走", "responsible": "站长"}
    with pytest.raises(Invalid, match="低风险须在"):
        hazards.plan(due_on=in_days(181), **known, **far)
    with pytest.raises(IntegrityError), transaction.atomic():
        Hazard.objects.filter(pk=row.pk).update(body=cast.other_enterprise.organization)
    said = {
        "body": cast.firm,
        "kind": "flaw",
        "place": "网点",
        "words": "一人未经培训",
        "now": timezone.now(),
    }
    said |= {"actor": SYSTEM, "source": "training", "ref": "training/7"}
    first = hazards.register(**said)
    assert hazards.register(**said) == first, "while it is open, there is one"
    news = Notification.objects.get(person=cast.enterprise.person, matter=hazards.matter_of(first))
    assert first.number in news.title
    other = being_rectified(cast, words="另一处")
    hazards.close(actor=SYSTEM, hazard=other.number, reason="已培训合格", now=timezone.now())
    assert owed(other)[0][3], "no longer owed"
    hazards.close(actor=SYSTEM, hazard=first.number, reason="已培训合格", now=timezone.now())
    assert owed(first, "Q10")[0][3], "nor is its assessment"
    known_long = hazard(cast, words="早已登记")
    assert hazard_debts.open_missing(now=timezone.now()) == 0
    Hazard.objects.filter(pk=known_long.pk).update(assess_by=None)
    undertakings.void_all_of(cast.firm, why="尚无此规则", actor=SYSTEM, now=timezone.now())
    assert hazard_debts.open_missing(now=timezone.now()) == 1, "registered before the rule"
    assert owed(known_long, "Q10")[-1] == ("Q10", end_of_day(in_days(7)), None, False)
    assert hazards.register(**said) != first
    with pytest.raises(IntegrityError), transaction.atomic():
        Hazard.objects.filter(pk=first.pk).update(status="registered")
    with pytest.raises(IntegrityError), transaction.atomic():
        HazardStep.objects.filter(hazard=first).update(words="改写")
    with pytest.raises(IntegrityError), transaction.atomic():
        Hazard.objects.filter(pk=again.pk).update(likelihood=9)


def test_whose_it_is_and_who_sees_it(cast):
    outlet = people.appoint("outlet", "express-a-shangcai", Role.ENTERPRISE, "网点值班员")
    shangcai = people.appoint("shangcai", "shangcai", Role.COUNTY, "上蔡县值班员")
    row = hazard(cast, body=outlet.organization)
    seen = {
        name
        for name, actor in [*vars(cast).items(), ("outlet", outlet), ("shangcai", shangcai)]
        if hazards.visible_hazards([actor]).filter(pk=row.pk).exists()
    }
    everywhere = {"duty_officer", "office_director", "commander", "deputy", "auditor"}
    assert seen == everywhere | {"enterprise", "outlet", "shangcai"}
    assert [point["county"] for point in register_points.hazards([shangcai])] == ["上蔡县"]
    assert register_points.hazards([cast.county]) == []
    known = {"hazard": row.number, "now": timezone.now()}
    with pytest.raises(NotFound):
        hazards.assess(actor=cast.other_enterprise, likelihood=1, consequence=1, assessed_by="甲", **known)
    for actor, wrong in ((cast.county, {"county": "上蔡县"}), (cast.other_enterprise, {})):
        with pytest.raises(Invalid):
            hazard(cast, actor=actor, **wrong)
    with pytest.raises(Invalid) as refused:
        hazard(cast, place="", words="", kind="x", county="没有", longitude=1)
    pointers = {error.pointer for error in refused.value.errors}
    assert pointers == {"/place", "/words", "/kind", "/county", "/latitude"}
    assert Hazard.objects.count() == 1
    with pytest.raises(Invalid, match="没有登记所在县区"):
        hazard(cast, body=cast.firm.parent, actor=SYSTEM)


def test_the_register_its_pages_and_acts_on_screen(cast):
    firm, office = sign_in(cast.enterprise), sign_in(cast.duty_officer)
    typed = {
        "kind": "area",
        "words": "装卸口无防撞",
        "place": "东门",
        "longitude": "114.02",
        "latitude": "32.98",
    }
    url = reverse("hazard-new")
    wrong = firm.post(url, form_of(firm, url, **typed | {"latitude": "114"}, enterprise="express-a"))
    assert wrong.status_code == 422 and "核对是否填反" in text_of(wrong) and "装卸口无防撞" in text_of(wrong)
    sent = form_of(firm, url, **typed, enterprise="express-a")
    answer = firm.post(url, sent)
    row = Hazard.objects.get()
    assert answer.url == reverse("hazard", args=[row.number])
    assert firm.post(url, sent).url == answer.url and Hazard.objects.count() == 1, "sent twice, done once"

    def do(client, code, **typed):
        act = reverse("hazard-act", args=[row.number, code])
        return client.post(act, form_of(client, act, **typed), follow=True)

    with time_machine.travel(timezone.now() + timedelta(days=8)):
        for client in (firm, office, sign_in(cast.county)):
            assert "超期未评估、未整改 1 项" in text_of(client.get(reverse("hazards"), {"state": "overdue"}))
        for client in (firm, office):
            debts = text_of(client.get(reverse("deadlines")))
            assert "评估危险源" in debts and row.number in debts
        assert "超期未评估" in text_of(firm.get(answer.url))
    assert f"应于 {in_days(7)} 前评估（内部目标）" in text_of(firm.get(answer.url))
    do(firm, "hazard.assess", likelihood="3", consequence="3", assessed_by="安全员")
    said = do(firm, "hazard.plan", measures="装防撞柱", responsible="站长", due_on=in_days(2).isoformat())
    assert "须在" in text_of(said) and text_of(said).count("装防撞柱") >= 1
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        for client in (firm, office, sign_in(cast.county), sign_in(cast.auditor)):
            assert "超期未评估、未整改 1 项" in text_of(client.get(reverse("hazards"), {"state": "overdue"}))
        assert page_of.count(Caller((cast.county,))).waiting == "1 项超期未评估、未整改"
        assert "装卸口无防撞" not in text_of(office.get(reverse("hazards"), {"state": "unplanned"}))
        assert "超期未评估、未整改" in text_of(office.get(reverse("preparedness")))
        act = reverse("hazard-act", args=[row.number, "hazard.rectified"])
        bad = firm.post(act, form_of(firm, act, words="已装") | {"file": pdf("页.html", b"<html></html>")})
        assert bad.status_code == 422 and "已装" in text_of(bad)
        done = firm.post(act, form_of(firm, act, words="已装") | {"file": pdf("照片.pdf")}, follow=True)
        assert "等待复查" in text_of(done) and RegisterFile.objects.get().name == "照片.pdf"
    proof = reverse("register-file", args=[RegisterFile.objects.get().number])
    with CaptureQueriesContext(connection) as asked:
        taken = office.get(proof)
    said = [query["sql"] for query in asked]
    before = said[: next(n for n, sql in enumerate(said) if "FOR UPDATE" in sql)]
    begun, ended = (sum(sql.startswith(word) for sql in before) for word in ("SAVEPOINT", "RELEASE"))
    assert begun == ended + 1, "the head of the ledger is locked within a transaction"
    assert b"".join(taken.streaming_content) == PDF and "sandbox" in taken["Content-Security-Policy"]
    assert LedgerEntry.objects.filter(action="register_file.taken").count() == 1
    assert sign_in(cast.other_enterprise).get(proof).status_code == 404
    refused = firm.get(reverse("hazard-act", args=[row.number, "hazard.accept"]))
    assert refused.status_code == 403
    do(office, "hazard.accept")
    assert "复查合格" in text_of(firm.get(reverse("hazard", args=[row.number])))
    found = office.get(reverse("hazards"), {"q": "防撞", "grade": "3", "firm": "express-a", "state": "all"})
    assert row.number in text_of(found)
    assert row.number not in text_of(office.get(reverse("hazards"), {"q": "没有"}))


def test_the_register_as_a_sheet(cast):
    being_rectified(cast)
    told = hazard_sheet.SHEET
    page = load_workbook(BytesIO(sheets.export(told, [cast.duty_officer]))).active
    heads = [cell.value.rstrip("*") for cell in page[1]]
    line = dict(zip(heads, [cell.value for cell in page[2]], strict=True))
    assert line["可能性"] == 4 and line["整改责任人"] == "站长乙" and line["状态"] == "整改中"
    for at, (column, value) in enumerate(line.items(), start=1):
        new = {"编号": None, "情况": "另一处", "评估日期": timezone.localdate().isoformat()}
        page.cell(3, at, new.get(column, value))
    file = BytesIO()
    page.parent.save(file)
    filled = sheets.read(told, file)
    how = {"actor": cast.enterprise, "now": timezone.now(), "preview": False}
    (fault,) = sheets.bring_in(told, filled, **how)
    assert fault.cell == "A2" and "编号留空" in fault.words and Hazard.objects.count() == 1
    del filled.cells[2]
    assert sheets.bring_in(told, filled, **how) == []
    assert Hazard.objects.get(words="另一处").status == Status.RECTIFYING
    filled.cells[3]["likelihood"] = ""
    (fault,) = sheets.bring_in(told, filled, **how)
    assert fault.column == "情况" and "已登记了同一处" in fault.words
    filled.cells[3] |= {"words": "又一处", "likelihood": "", "consequence": "0"}
    (fault,) = sheets.bring_in(told, filled, **how)
    assert fault.column == "可能性", "a nought is said, too"
    book = load_workbook(BytesIO(sheets.template(told, [cast.enterprise])))
    offered = {cell.value for row in book["可填的值"].iter_rows() for cell in row}
    assert cast.firm.short_name in offered and cast.other_enterprise.organization.short_name not in offered
