"""安全管理制度 and 自查 (§4.1): rules stated, checks filed, the next one owed; who is silent is shown."""

from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from alerts.services.rounds import end_of_day
from incidents.models import Hazard, LedgerEntry, SafetyCheck, SafetyRule
from incidents.refusals import Invalid, NotAllowed, NotFound, WrongState
from incidents.roles import Caller
from incidents.services import sheets
from incidents.services.register import register_sheets, safety
from incidents.services.report import attaching
from incidents.web.register import safety as pages
from tests import cast as people
from tests.registers.stage import debts_about, in_days, one_at_a_time, pdf
from tests.screens.stage import form_of, sign_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1")]


@pytest.fixture
def cast(db):
    return people.assemble()


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def ruled(cast, **more) -> SafetyRule:
    said = {"actor": cast.enterprise, "body": cast.firm, "name": "安全用电制度", "adopted_on": in_days(-30)}
    return safety.state_rule(**said | {"now": timezone.now()} | more)


def checked(cast, **more) -> SafetyCheck:
    said = {"actor": cast.enterprise, "body": cast.firm, "checked_on": timezone.localdate(), "what": "消防"}
    return safety.file_check(**said | {"now": timezone.now()} | more)


def test_rules_and_checks_and_what_is_owed_next(cast):
    today, matter = timezone.localdate(), safety.matter_of(cast.firm)
    assert [safety.later(date(2026, 1, 31), months) for months in (1, 11, 13)] == [
        date(2026, 2, 28), date(2026, 12, 31), date(2027, 2, 28),
    ]  # fmt: skip
    with attaching.taken_in(pdf()) as file:
        rule = ruled(cast, file=file)
    assert rule.file.name == "材料.pdf"
    assert debts_about(matter) == [("Q9", end_of_day(safety.later(today, 1)), None, False)]
    with pytest.raises(Invalid, match="已经登记"):
        ruled(cast)
    one_at_a_time(ruled, cast, name="收寄验视制度")
    row = one_at_a_time(checked, cast)
    (_, _, met_at, _), (_, due_at, met, _) = debts_about(matter)
    assert met_at and due_at == end_of_day(safety.later(today, 1)) and met is None
    checked(cast, checked_on=in_days(-3))
    assert len(debts_about(matter)) == 2, "one that was made up for changes nothing of what comes"
    with pytest.raises(Invalid) as refused:
        checked(cast, what=" ", checked_on=in_days(1), hazard_place="东门")
    assert {e.pointer for e in refused.value.errors} == {"/what", "/checked_on", "/problems"}
    checked(cast, problems="插座松动", hazard_place="东门值班室")
    hazard = Hazard.objects.get()
    assert (hazard.source, hazard.words, hazard.kind) == ("own_check", "插座松动", "flaw")
    with pytest.raises(NotAllowed):
        safety.set_interval(actor=cast.county, body=cast.firm, months=3, now=timezone.now())
    told = {"actor": cast.duty_officer, "body": cast.firm, "now": timezone.now()}
    one_at_a_time(safety.set_interval, months=3, **told)
    assert debts_about(matter)[-1][1] == end_of_day(safety.later(today, 3))
    repealed = {"rule": rule.pk, "now": timezone.now()}
    with pytest.raises(NotFound):
        safety.repeal_rule(actor=cast.other_enterprise, repealed_on=today, **repealed)
    with pytest.raises(Invalid, match="早于发布"):
        safety.repeal_rule(actor=cast.enterprise, repealed_on=in_days(-40), **repealed)
    safety.repeal_rule(actor=cast.enterprise, repealed_on=today, **repealed)
    with pytest.raises(WrongState):
        safety.repeal_rule(actor=cast.enterprise, repealed_on=today, **repealed)
    ruled(cast)
    assert LedgerEntry.objects.filter(action__startswith="safety.").count() == 8
    with pytest.raises(IntegrityError), transaction.atomic():
        SafetyCheck.objects.filter(pk=row.pk).update(what="改写")
    with pytest.raises(IntegrityError), transaction.atomic():
        SafetyRule.objects.all().delete()


def test_who_is_silent_is_shown_on_screen(cast):
    firm, office = sign_in(cast.enterprise), sign_in(cast.duty_officer)
    url = reverse("safety-check-new")
    typed = {"enterprise": "express-a", "checked_on": timezone.localdate().isoformat(), "what": "库房巡查"}
    answer = firm.post(
        url, form_of(firm, url, **typed, problems="堆垛过高", hazard_place="北库"), follow=True
    )
    assert "堆垛过高" in text_of(answer) and Hazard.objects.get().place == "北库"
    url = reverse("safety-rule-new")
    typed = {"enterprise": "express-a", "name": "巡查制度", "adopted_on": in_days(-1).isoformat()}
    firm.post(url, form_of(firm, url, **typed) | {"file": pdf("制度.pdf")})
    page = text_of(office.get(reverse("safety", args=["express-a"])))
    assert "巡查制度" in page and "制度.pdf" in page and "每 1 个月自查一次" in page
    url = reverse("safety-rule-repeal", args=[SafetyRule.objects.get().pk])
    firm.post(url, form_of(firm, url) | {"repealed_on": timezone.localdate().isoformat()})
    assert SafetyRule.objects.get().repealed_on
    url = reverse("safety-interval", args=["express-a"])
    office.post(url, form_of(office, url, months="2"))
    assert safety.months_of(cast.firm) == 2
    assert sign_in(cast.other_enterprise).get(reverse("safety", args=["express-a"])).status_code == 404
    assert firm.get(url).status_code == 404
    states = [each.state for each in safety.overview([cast.duty_officer], timezone.localdate())]
    assert states[0] == "silent" and states[-1] == "fine"
    with time_machine.travel(timezone.now() + timedelta(days=70)):
        late = text_of(sign_in(cast.auditor).get(reverse("safety-firms"), {"state": "overdue"}))
        assert "快递企业甲（驻马店）" in late and "快递企业乙" not in late
        assert "1 家自查超期" in pages.count(Caller((cast.enterprise,))).waiting


def test_checks_as_a_sheet(cast):
    checked(cast, problems="灯坏")
    page = load_workbook(BytesIO(sheets.export(register_sheets.CHECKS, [cast.enterprise]))).active
    assert [cell.value for cell in page[2]][3:5] == ["消防", "灯坏"]
    page.cell(2, 1).value, page.cell(2, 4).value, page.cell(2, 6).value = None, "北库消防", "北库"
    file = BytesIO()
    page.parent.save(file)
    filled = sheets.read(register_sheets.CHECKS, file)
    how = {"actor": cast.enterprise, "now": timezone.now(), "preview": False}
    assert sheets.bring_in(register_sheets.CHECKS, filled, **how) == []
    assert SafetyCheck.objects.count() == 2 and Hazard.objects.get().place == "北库"
    (fault,) = sheets.bring_in(register_sheets.CHECKS, filled, **how)
    assert fault.cell == "C2" and "已报送了这一次自查" in fault.words


def test_rules_as_a_sheet(cast):
    ruled(cast)
    told = register_sheets.RULES
    page = load_workbook(BytesIO(sheets.export(told, [cast.enterprise]))).active
    assert [cell.value for cell in page[2]][1] == "安全用电制度"
    for name, repealed_on in (("收寄验视制度", None), ("旧制度", "2026-01-05")):
        page.append(["快递企业甲（驻马店）", name, "2025年12月1日", repealed_on])
    file = BytesIO()
    page.parent.save(file)
    filled = sheets.read(told, file)
    how = {"actor": cast.enterprise, "now": timezone.now(), "preview": False}
    assert [fault.cell for fault in sheets.bring_in(told, filled, **how)] == ["B2", "D4"]
    del filled.cells[2], filled.cells[4]
    assert sheets.bring_in(told, filled, **how) == [] and SafetyRule.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        SafetyRule.objects.filter(name="收寄验视制度").update(name="改写")
