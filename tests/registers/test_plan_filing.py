"""企业预案备案 (§4.1, 4.3): filed, accepted for a time or sent back; who has none is shown first."""

from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from alerts.services.rounds import end_of_day
from incidents.models import FiledPlan, LedgerEntry, RegisterFile
from incidents.refusals import Invalid, NotAllowed, NotFound, WrongState
from incidents.roles import Caller
from incidents.services import sheets
from incidents.services.register import plan_filing, register_sheets
from incidents.services.report import attaching
from incidents.web.register import filed_plans
from tests import cast as people
from tests.registers.stage import debts_about, in_days, one_at_a_time, pdf
from tests.screens.stage import form_of, sign_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.3")]


@pytest.fixture
def cast(db):
    return people.assemble()


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def filed(cast, **more) -> FiledPlan:
    said = {"actor": cast.enterprise, "body": cast.firm, "name": "突发事件应急预案", "version": "2026 版"}
    said |= {"adopted_on": in_days(-10), "now": timezone.now()}
    with attaching.taken_in(more.pop("upload", None) or pdf()) as file:
        return plan_filing.file(file=file, **said | more)


def owed(row: FiledPlan) -> list[tuple]:
    return debts_about(plan_filing.matter_of(row))


def test_a_plan_is_accepted_renewed_and_every_version_stays(cast):
    row = filed(cast)
    now, year = timezone.now(), timezone.localdate().year
    assert row.number == f"ZMD-Y-{year}-0001" and row.file.number == f"{row.number}-A1"
    with pytest.raises(WrongState, match="尚待备案"):
        filed(cast)
    assert RegisterFile.objects.count() == 1 and len(list(row.file.file.parent.iterdir())) == 1
    with pytest.raises(Invalid) as refused:
        filed(
            cast,
            actor=cast.other_enterprise,
            body=cast.other_firm,
            name=" ",
            version="",
            adopted_on=in_days(1),
        )
    assert {e.pointer for e in refused.value.errors} == {"/name", "/version", "/adopted_on"}
    with pytest.raises(Invalid, match="不在您的范围内"):
        filed(cast, actor=cast.other_enterprise)
    with pytest.raises(Invalid, match="网页"):
        filed(cast, actor=cast.other_enterprise, body=cast.other_firm, upload=pdf(content=b"<html></html>"))
    known = {"filed_plan": row.number, "now": now}
    with pytest.raises(NotAllowed):
        plan_filing.accept(actor=cast.county, record_no="1", valid_until=in_days(9), **known)
    with pytest.raises(NotFound):
        plan_filing.send_back(actor=cast.other_enterprise, reason="不全", **known)
    with pytest.raises(Invalid):
        plan_filing.accept(actor=cast.duty_officer, record_no="", valid_until=in_days(-1), **known)
    until = in_days(30)
    plan_filing.accept(actor=cast.duty_officer, record_no="驻邮备〔2026〕1号", valid_until=until, **known)
    assert owed(row) == [("Q2", end_of_day(until), None, False)]
    second = filed(cast, version="2027 版")
    assert owed(row)[0][2], "it was filed in time"
    plan_filing.send_back(
        actor=cast.duty_officer, filed_plan=second.number, reason="缺附件", now=timezone.now()
    )
    assert owed(row)[-1] == ("Q2", end_of_day(until), None, False), "and stands again as before"
    wrong = filed(cast, version="2027 版误")
    assert owed(row)[-1][2]
    withdrawn = {"filed_plan": wrong.number, "reason": "附错了文件", "now": timezone.now()}
    with pytest.raises(NotAllowed):
        plan_filing.withdraw(actor=cast.duty_officer, **withdrawn)
    plan_filing.withdraw(actor=cast.enterprise, **withdrawn)
    assert owed(row)[-1] == ("Q2", end_of_day(until), None, False), "nothing counts as filed"
    with pytest.raises(WrongState):
        plan_filing.withdraw(actor=cast.enterprise, **withdrawn)
    third = filed(cast, version="2027 版修订")
    later = plan_filing.usual_end(timezone.localdate())
    assert later.year == year + 3 and plan_filing.usual_end(date(2028, 2, 29)) == date(2031, 2, 28)
    taken = {"actor": cast.duty_officer, "filed_plan": third.number, "valid_until": later}
    taken["now"] = timezone.now()
    with pytest.raises(Invalid, match="已经用过"):
        plan_filing.accept(record_no="驻邮备〔2026〕1号", **taken)
    one_at_a_time(plan_filing.accept, record_no="驻邮备〔2026〕2号", **taken)
    states = list(FiledPlan.objects.order_by("pk").values_list("status", flat=True))
    assert states == ["replaced", "sent_back", "withdrawn", "accepted"]
    assert owed(third) == [("Q2", end_of_day(later), None, False)]
    acts = LedgerEntry.objects.filter(action__startswith="filed_plan.").count()
    assert acts == 8 and not list(attaching.faults()) and not attaching.strays()
    with pytest.raises(IntegrityError), transaction.atomic():
        FiledPlan.objects.filter(pk=second.pk).update(status="accepted")
    with pytest.raises(IntegrityError), transaction.atomic():
        FiledPlan.objects.filter(pk=third.pk).update(version="2028 版")
    with pytest.raises(IntegrityError), transaction.atomic():
        RegisterFile.objects.update(name="别的.pdf")


def test_who_has_none_comes_first_and_expiry_is_told(cast):
    row = filed(cast)
    told = {"record_no": "驻邮备〔2026〕1号", "valid_until": in_days(100), "now": timezone.now()}
    plan_filing.accept(actor=cast.duty_officer, filed_plan=row.number, **told)
    filed(cast, actor=cast.other_enterprise, body=cast.other_firm)

    def states(actor, days: int = 0) -> dict:
        found = plan_filing.overview([actor], in_days(days))
        return {each.firm.code: each.state for each in found}

    found = states(cast.duty_officer)
    assert next(iter(found.values())) == "none" and "express-a-henan" not in found, "of this city"
    assert (found["express-a"], found["express-b"], list(found)[-1]) == ("valid", "waiting", "express-a")
    assert [states(cast.enterprise, days)["express-a"] for days in (41, 100, 101)] == [
        "expiring", "expiring", "expired",
    ]  # fmt: skip
    assert states(cast.enterprise).keys() == {"express-a", "express-a-hub", "express-a-shangcai"}
    assert "express-a-shangcai" not in states(cast.county)
    assert "家没有备案" in filed_plans.count(Caller((cast.duty_officer,))).waiting
    with time_machine.travel(timezone.now() + timedelta(days=101)):
        page = sign_in(cast.auditor).get(reverse("filed-plans"), {"state": "expired"})
        assert "快递企业甲（驻马店）" in text_of(page) and "express-b" not in text_of(page)
        assert "已过期，须重新备案" in text_of(
            sign_in(cast.enterprise).get(reverse("filed-plan", args=[row.number]))
        )
    content = sheets.export(register_sheets.FILED_PLANS, [cast.duty_officer])
    lines = list(load_workbook(BytesIO(content)).active.values)
    assert lines[1][2] == "没有备案" and lines[-1][3] == row.number
    office = sign_in(cast.duty_officer)
    assert "导入这" not in text_of(office.get(reverse("sheet", args=["filed-plans"])))
    assert office.post(reverse("sheet-import", args=["filed-plans"])).status_code == 404


def test_filing_and_accepting_on_screen(cast):
    firm, office = sign_in(cast.enterprise), sign_in(cast.duty_officer)
    url = reverse("filed-plan-new")
    typed = {
        "enterprise": "express-a",
        "name": "应急预案",
        "version": "1",
        "adopted_on": in_days(-1).isoformat(),
    }
    missing = firm.post(url, form_of(firm, url, **typed))
    assert missing.status_code == 422 and "请附上预案文件" in text_of(missing)
    answer = firm.post(url, form_of(firm, url, **typed) | {"file": pdf("预案.pdf")})
    row = FiledPlan.objects.get()
    assert answer.url == reverse("filed-plan", args=[row.number])
    again = firm.post(url, form_of(firm, url, **typed) | {"file": pdf("预案.pdf")})
    assert again.status_code == 422 and "尚待备案" in text_of(again)
    back = reverse("filed_plan-act", args=[row.number, "filed_plan.withdraw"])
    assert office.get(back).status_code == 403
    assert sign_in(cast.other_enterprise).get(back).status_code == 404
    assert "撤回后" in text_of(firm.get(back))
    done = firm.post(back, form_of(firm, back, reason="附错了文件"), follow=True)
    assert "可以重新报送" in text_of(done) and "附错了文件" in text_of(office.get(answer.url))
    assert FiledPlan.objects.get().status == "withdrawn"
    answer = firm.post(url, form_of(firm, url, **typed) | {"file": pdf("预案.pdf")})
    row = FiledPlan.objects.latest("pk")
    act = reverse("filed_plan-act", args=[row.number, "filed_plan.accept"])
    asked = form_of(office, act, record_no="备1号")
    assert asked["valid_until"] == plan_filing.usual_end(timezone.localdate())
    office.post(act, asked | {"valid_until": asked["valid_until"].isoformat()})
    page = text_of(firm.get(answer.url))
    assert "备1号" in page and "预案.pdf" in page
    assert sign_in(cast.county).get(reverse("filed-plan-new")).status_code == 404
