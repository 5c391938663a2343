"""The paper kit for a dark hour (domain §7, §5.2.3): complete, from today's data, and told to the ledger."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from docx import Document

from incidents import ledger
from incidents.models import DeadlineRule, LedgerEntry, Organization, PlanVersion
from incidents.roles import Caller
from incidents.services.command import expert_pool
from incidents.services.roster import duty
from incidents.web.report.intake_form import IntakeForm
from tests.preparedness.test_resources import keep
from tests.responses.stage import graded
from tests.screens.stage import sign_in, text_of

URL = "/preparedness/paper-kit/"


@pytest.mark.clause("5.2.3")
def test_a_kit_holds_contacts_forms_and_limits_and_its_printing_is_recorded(cast):
    office = cast.office_director.organization
    row = keep(cast.county, name="发电机")
    today = timezone.localdate()
    keep(cast.county, kind="supplies", name="灭火器", unit="具", expires_on=today - timedelta(days=1))
    above = {"short_name": "邻市", "kind": "CITY_GOVERNMENT", "phone": "0397-1111111"}
    other = Organization.objects.create(code="other-city", name="邻市人民政府", **above)
    theirs = {"short_name": "邻县", "kind": "COUNTY", "phone": "0397-2222222", "parent": other}
    county = Organization.objects.create(code="other-county", name="邻县应急机构", **theirs)
    theirs = {"short_name": "邻企", "kind": "ENTERPRISE", "phone": "0397-3333333", "county": county}
    Organization.objects.create(code="other-firm", name="邻市快递", **theirs)
    begins = timezone.now() + timedelta(hours=1)
    duty.draw_up(
        actor=cast.office_director,
        body=office,
        seat=1,
        person=cast.duty_officer.person.pk,
        starts_at=begins,
        ends_at=begins + timedelta(hours=8),
        now=timezone.now(),
    )
    officer = sign_in(cast.duty_officer)
    asked = text_of(officer.get(URL))
    assert "还没有打印过" in asked and "该重新打印" in asked and "0396-0000000" not in asked
    assert not LedgerEntry.objects.filter(action="personal.viewed").exists()
    kit = officer.post(URL)
    words = text_of(kit)
    assert "no-store" in kit["Cache-Control"]
    for rule in DeadlineRule.objects.filter(version=PlanVersion.in_force()):
        assert f"{rule.name}" in words and f"§{rule.clause}" in words
    for field in IntakeForm(
        caller=Caller.of_user(cast.duty_officer.person), roles=(), now=timezone.now()
    ).sections()[2][1]:
        assert field.label in words
    assert "1 小时；以后每 4 小时" in words and "15 分" in words and "30 天" in words
    assert "法定时限" in words and "内部时限" in words and "补录" in words and "询问要点" in words
    assert "0396-0000000" in words and str(cast.firm.name) in words and row.phone in words
    assert f"{timezone.localtime(begins):%H:%M}–" in words
    assert "0397-" not in words and "已过期" in words, "nothing of another city's, no date unsaid"
    assert "0397-" not in text_of(officer.get(reverse("telephone")))
    assert Organization.objects.filter(is_active=True).count() == len(kit.context["kit"].cards) + 3
    on_duty = [each for day in kit.context["kit"].roster for _, seat in day.seats for each in seat]
    assert {each.phone for each in on_duty} == {"0396-0000000"}, "his own, or his standing contact's"
    assert "□ 驿城区" in words and "ycq" not in words, "nobody types on paper"
    viewed = LedgerEntry.objects.get(action="personal.viewed")
    assert viewed.chain == ledger.account_chain(cast.duty_officer.person) and viewed.data["exported"]
    assert LedgerEntry.objects.get(action="paper_kit.printed").chain == ledger.body_chain(office)
    assert "纸质应急包" in text_of(sign_in(cast.office_director).get(reverse("personal-record")))
    again = text_of(sign_in(cast.commander).get(URL))
    assert "上次打印" in again and "该重新打印" not in again
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert "该重新打印" in text_of(sign_in(cast.duty_officer).get(URL))
    word = sign_in(cast.commander).post(URL, {"as": "word"})
    file = Document(BytesIO(word.content))
    cells = [cell.text for table in file.tables for line in table.rows for cell in line.cells]
    said = "\n".join(p.text for p in file.paragraphs) + "\n".join(dict.fromkeys(cells))
    for part in (row.phone, "发电机", cast.firm.name, "1 小时；以后每 4 小时", "补录", "□ 传真", "※ 地点"):
        assert part in said, part
    assert LedgerEntry.objects.filter(action="paper_kit.printed").count() == 2
    for actor in (cast.member, cast.enterprise, cast.auditor, cast.administrator):
        assert sign_in(actor).get(URL).status_code == sign_in(actor).post(URL).status_code == 404
    assert "纸质应急包" in text_of(officer.get(reverse("preparedness")))


@pytest.mark.clause("2.3")
def test_an_expert_is_found_by_field_and_those_of_the_class_are_offered_first(cast):
    for name, field in (("张工", "桥梁"), ("李工", "火灾扑救")):
        card = {"name": name, "field": field, "body": "示范单位", "phone": "0396-1", "reachable": "工作日"}
        expert_pool.keep(actor=cast.office_director, now=timezone.now(), **card)
    commander = sign_in(cast.commander)
    page = text_of(commander.get(reverse("experts"), {"field": "桥梁"}))
    assert "张工" in page and "李工" not in page
    form = commander.get(reverse("act", args=[graded(cast).number, "expert.name"])).context["form"]
    assert [words for _, words in form.fields["experts"].choices] == [
        "火灾扑救：李工 示范单位，工作日可联系",
        "桥梁：张工 示范单位，工作日可联系",
    ]
