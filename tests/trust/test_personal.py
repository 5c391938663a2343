"""What is held of private persons: masked for whom it is not, shown for a reason that stays on record, erased in time
(domain §6)."""

import ast
import json
import re
from datetime import timedelta
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, InternalError, connection, models, transaction
from django.db.utils import IntegrityError
from django.urls import reverse
from django.utils import timezone
from docx import Document

from alerts.models import Notification, Warning
from incidents import ledger, personal
from incidents.models import (
    CallUp,
    Commendation,
    IdempotentAnswer,
    Incident,
    IntakeDraft,
    LedgerEntry,
    LegalHold,
    Level,
    PersonalValue,
    RecoveryItem,
    Report,
    Role,
    Status,
)
from incidents.personal import Erased, mask_name, mask_phone
from incidents.refusals import Invalid, NotAllowed, WrongState
from incidents.services.call_up import calling_up
from incidents.services.closure import aftermath, recovering
from incidents.services.privacy import erasing, holding
from incidents.services.privacy import personal as looking
from incidents.services.report import intake
from incidents.services.response import grading
from incidents.services.warning import warning_intake
from incidents.tasks import erase_personal_data
from tests import cast as people
from tests.screens.stage import form_of, sign_in, text_of

pytestmark = pytest.mark.django_db

CALLER, CALLER_PHONE = "赵来电", "13811110001"
SUPERIOR, TOLD = "钱上级", "孙接听"
OWNER, OWNER_PHONE = "周车主", "13911110005"
PAYEE, MERITED = "李伤者", "吴受奖"
EVERYONE = (CALLER, CALLER_PHONE, SUPERIOR, TOLD, OWNER, OWNER_PHONE, PAYEE, MERITED)
NAMES_SOMEBODY = re.compile(
    r"name|phone|contact|person|caller|tel|who|head|owner|payee|answered_by|signed_for|told|assessed_by|responsible|inspectors|custodian|teacher|_with$"
)
THINGS = {
    "alerts.Bulletin.phone_words",
    "alerts.Channel.name",
    "alerts.Heartbeat.name",
    "alerts.ShiftPattern.name",
    "alerts.WarningMeasure.owner",
    "incidents.ApiKey.name",
    "incidents.AuthenticatorApp.name",
    "incidents.Attachment.name",
    "incidents.Course.name",
    "incidents.DeadlineRule.name",
    "incidents.DisplayLink.name",
    "incidents.EventClass.name",
    "incidents.GroupTemplate.name",
    "incidents.KeyPeriod.name",
    "incidents.IdempotentAnswer.caller",
    "incidents.RecoverySheet.name",
    "incidents.Resource.name",
    "incidents.Organization.name",
    "incidents.Organization.short_name",
    "incidents.OwnPlan.name",
    "incidents.PlannedCourse.name",
    "incidents.FiledPlan.name",
    "incidents.RegisterFile.name",
    "incidents.SafetyRule.name",
    "incidents.PersonalValue.name",
    "incidents.TaskOrder.phone_words",
    "incidents.User.username",
    "incidents.WorkingGroup.name",
}
"""Names of things and bodies, and what was said on the telephone (free text)."""


@pytest.fixture
def cast(db):
    return people.assemble()


@pytest.fixture
def outlet(cast):
    """A subsidiary's reporter; `cast.enterprise` is of its superior unit."""
    return people.appoint("outlet", "express-a-hub", Role.ENTERPRISE, "网点值班员", "duty")


@pytest.fixture
def incident(cast, outlet):
    """With a person of every kind in it, ended."""
    now = timezone.now()
    found, _ = intake.open_incident(
        actor=cast.duty_officer,
        kind="ORAL",
        arrival=intake.Arrival("PHONE", call=intake.Call(CALLER, CALLER_PHONE)),
        facts=people.facts(firm="express-a-hub"),
        contents=people.ORDINARY,
        now=now,
    )
    contents = people.written(**people.ORDINARY) | {
        "superior_unit_told": {"who": SUPERIOR, "at": now},
        "oral_report": {"to": TOLD, "at": now},
    }
    common = {"number": found.number, "now": now}
    arrival = intake.Arrival("FORM")
    intake.file_report(actor=outlet, kind="WRITTEN", arrival=arrival, contents=contents, **common)
    grading.grade(actor=cast.office_director, level=Level.IV, **common)
    wanted = calling_up.Wanted(
        "vehicles", "货车", Decimal(1), "辆", "东门", owner_name=OWNER, owner_phone=OWNER_PHONE
    )
    calling_up.requisition(actor=cast.commander, wanted=wanted, **common)
    recovering.open_item(
        actor=cast.duty_officer,
        kind="casualty",
        what="一人受伤",
        payee_name=PAYEE,
        amount=Decimal(5000),
        basis="协议",
        **common,
    )
    becomes(found, Status.ENDED, ended_at=now)
    decided = {"person_name": MERITED, "words": "嘉奖", "decided_by": "市邮政管理局", "document_no": "1号"}
    aftermath.commend(actor=cast.commander, body="", decided_at=now, **decided, **common)
    settled = RecoveryItem.objects.get()
    recovering.settle(actor=cast.duty_officer, recovery=settled.number, words="已付", now=now)
    return Incident.objects.get(pk=found.pk)


def becomes(incident: Incident, status: str, **more):
    Incident.objects.filter(pk=incident.pk).update(status=status, **more)


def closed(incident: Incident) -> Incident:
    becomes(incident, Status.CLOSED, closed_at=timezone.now())
    return Incident.objects.get(pk=incident.pk)


def found_in_database(*values: str) -> list[tuple[str, str]]:
    """Every table with a row in any of whose columns one of the values stands, as it is or as JSON escapes it."""
    spelt = {spelling: value for value in values for spelling in (value, json.dumps(value)[1:-1])}
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT string_agg(its::text, ' ') FROM \"{table}\" its")
            words = cursor.fetchone()[0] or ""
            found += [(table, value) for spelling, value in spelt.items() if spelling in words]
            found += [
                (table, value) for spelling, value in spelt.items() if spelling.replace("\\", "\\\\") in words
            ]
    return sorted(set(found))


def after(days: float):
    return time_machine.travel(timezone.now() + timedelta(days=days), tick=True)


# — what is personal —


def test_every_column_that_may_hold_a_person_is_classified():
    """A new one is put into `incidents/personal.py`, or named here as a thing's."""
    known = {str(column) for column in personal.COLUMNS} | personal.OFFICIAL | THINGS
    found = {
        f"{model._meta.app_label}.{model.__name__}.{column.name}"
        for app in ("incidents", "alerts")
        for model in apps.get_app_config(app).get_models()
        for column in model._meta.get_fields()
        if isinstance(column, models.CharField | models.TextField) and NAMES_SOMEBODY.search(column.name)
    }
    assert not found - known, f"whose are these? {sorted(found - known)}"
    assert not known - found, f"no longer there: {sorted(known - found)}"


def test_every_value_beside_the_ledger_is_classified():
    named = set()
    for path in (Path(personal.__file__).parent / "services").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "personal" and isinstance(node.value, ast.Dict):
                named |= {key.value for key in node.value.keys if isinstance(key, ast.Constant)}
    officials = {name for name in named if re.search("[一-鿿]", name)}
    assert named - officials <= personal.BESIDE.keys(), sorted(named - officials - personal.BESIDE.keys())


def test_masks():
    assert [mask_name(name) for name in ("", "李四", "欧阳锋", Erased.BY_TERM)] == [
        "",
        "李某",
        "欧某",
        Erased.BY_TERM,
    ]
    assert [mask_phone(number) for number in ("", "13800000123", "0396-12", Erased.BY_TERM)] == [
        "",
        "138****0123",
        "****12",
        Erased.BY_TERM,
    ]


# — masked —


def test_nobody_reads_a_person_in_clear_but_the_body_that_reported_him(cast, outlet, incident):
    call_up, number = CallUp.objects.get().number, incident.number
    reports = f"/api/v1/incidents/{number}/reports/"
    pages = [
        reverse("incident", args=[number]),
        reverse("incident", args=[number]) + "?print",
        reverse("incident-live", args=[number]),
        reverse("incident-word", args=[number]),
        reverse("incident-call-ups", args=[number]),
        reverse("incident-after", args=[number]),
        reverse("incident-file", args=[number]),
        reverse("call-up", args=[call_up]),
        reverse("call-up-receipt", args=[call_up]),
        reverse("call-ups"),
        reverse("desk"),
        reverse("inbox"),
        f"/api/v1/incidents/{number}/",
        reports,
        f"/api/v1/incidents/{number}/timeline/",
        "/api/v1/call-ups/",
    ]
    roles = (
        "duty_officer",
        "office_director",
        "commander",
        "auditor",
        "member",
        "county",
        "enterprise",
        "approver",
    )
    read = 0
    for role in roles:
        client = sign_in(getattr(cast, role))
        for page in pages:
            answer = client.get(page)
            if answer.status_code != 200:
                continue
            read += 1
            words = words_of(answer)
            officials_word = {TOLD} if role in ("duty_officer", "office_director") else set()
            assert not [one for one in EVERYONE if one in words and one not in officials_word], (role, page)
        found = text_of(client.get(reverse("search"), {"q": CALLER_PHONE}))
        assert number not in found and CALLER not in found, "nobody finds a person by a telephone number"
    assert read > 60
    firm = sign_in(outlet)
    assert SUPERIOR in words_of(firm.get(pages[0])) and CALLER not in words_of(firm.get(pages[0]))
    assert SUPERIOR in json.dumps(firm.get(reports).json(), ensure_ascii=False)
    told = sign_in(cast.enterprise).get(reports).json()
    assert "钱某" in json.dumps(told, ensure_ascii=False), (
        "the superior unit reads that it was told, not whom"
    )
    assert "钱某" in words_of(sign_in(cast.enterprise).get(pages[0]))


def words_of(answer) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content[:2] != b"PK":
        return content.decode()
    document = Document(BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return " ".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_the_case_file_and_its_csv_hold_no_person(cast, incident):
    address = reverse("incident-file-export", args=[incident.number])
    for form in ("word", "zip"):
        answer = sign_in(cast.auditor).post(address, {"form": form})
        content = b"".join(answer.streaming_content)
        if form == "word":
            words = words_of(type("Answer", (), {"streaming": False, "content": content}))
        else:
            from zipfile import ZipFile

            files = ZipFile(BytesIO(content))
            words = " ".join(
                files.read(n).decode("utf-8", "replace") for n in files.namelist() if "docx" not in n
            )
        assert not [one for one in EVERYONE if one in words], form


# — looked at —


def test_a_look_needs_a_reason_and_stands_on_both_chains(cast, incident):
    entry = LedgerEntry.objects.get(
        incident=incident, action="report.filed", data__report=f"{incident.number}-R1"
    )
    address = reverse("personal-look", args=["entry", entry.pk])
    client = sign_in(cast.duty_officer)
    for typed, fault in (
        ({}, "请选择查看理由"),
        ({"why": "other"}, "须写明|请写明|写明理由"),
        ({"why": "no"}, "请选择"),
    ):
        refused = client.post(address, typed)
        assert refused.status_code == 422 and re.search(fault, text_of(refused)), typed
        assert CALLER not in text_of(refused)
    assert not LedgerEntry.objects.filter(action__in=[looking.VIEWED, looking.SEEN]).exists()
    shown = client.post(address, {"why": "contact", "words": "核对伤情"}, headers={"HX-Request": "true"})
    assert (
        CALLER in text_of(shown) and CALLER_PHONE in text_of(shown) and "no-store" in shown["Cache-Control"]
    )
    viewed, seen = LedgerEntry.objects.filter(action__in=[looking.VIEWED, looking.SEEN]).order_by("pk")
    assert {viewed.chain, seen.chain} == {ledger.account_chain(cast.duty_officer.person), incident.chain}
    for row in (viewed, seen):
        assert row.reason == "联系核实情况：核对伤情" and row.person == cast.duty_officer.person
        assert row.data["names"] == ["来电人", "电话"] and CALLER not in row.text and not row.for_firm
    assert not list(ledger.verify())
    for of, model in (("call-up", CallUp), ("recovery", RecoveryItem), ("commendation", Commendation)):
        asked = reverse("personal-look", args=[of, model.objects.get().pk])
        assert client.post(asked, {"why": "aid"}).status_code == 200, of
        for role in ("commander", "auditor", "member", "enterprise", "administrator"):
            assert sign_in(getattr(cast, role)).post(asked, {"why": "aid"}).status_code == 404, (of, role)
    with pytest.raises(NotAllowed):
        looking.look(
            actor=cast.auditor, of="entry", pk=entry.pk, reason=looking.Reason("contact"), now=timezone.now()
        )


def test_the_auditor_reads_who_looked_at_what_when_and_why(cast, incident):
    client = sign_in(cast.duty_officer)
    asked = reverse("personal-look", args=["recovery", RecoveryItem.objects.get().pk])
    client.post(asked, {"why": "aid", "words": "核发抚恤金"})
    closed(incident)
    holding.hold(actor=cast.office_director, number=incident.number, reason="行政复议", now=timezone.now())
    address = reverse("personal-record")
    for reader in (cast.auditor, cast.office_director):
        words = text_of(sign_in(reader).get(address))
        assert (
            incident.number in words and "办理抚恤、补偿、归还：核发抚恤金" in words and "值班员甲" in words
        )
        assert "行政复议" in words and "共 2 条；查看次数：值班员甲 1" in words and PAYEE not in words
    auditor = sign_in(cast.auditor)
    assert auditor.get(address).content.decode().count('id="id_q"') == 1, "its label leads to one field"
    assert "共 1 条" in text_of(auditor.get(address, {"action": "personal.held"}))
    assert "共 1 条" in text_of(auditor.get(address, {"q": "核发"}))
    assert "没有记录" in text_of(auditor.get(address, {"until": "2020-01-01"}))
    for day in ("9999-12-31", "1899-01-01", "2026-02-30"):
        assert auditor.get(address, {"until": day}).status_code == 422
        assert auditor.post(address, {"since": day}).status_code == 422, "nothing leaves by mistake"
    table = auditor.post(address, {"action": looking.VIEWED}).content.decode("utf-8-sig")
    assert "核发抚恤金" in table and "行政复议" not in table
    assert LedgerEntry.objects.filter(action="paper.exported", person=cast.auditor.person).count() == 1
    for role in ("duty_officer", "commander", "administrator", "enterprise"):
        assert sign_in(getattr(cast, role)).get(address).status_code == 404, role


# — erased —


def test_when_every_term_is_over_nothing_is_left_anywhere_and_the_chain_holds(cast, incident, settings):
    about = f"{incident.number}：{CALLER} {CALLER_PHONE}"
    Notification.objects.create(
        person=cast.duty_officer.person,
        kind="news",
        title=about,
        incident=incident,
        created_at=timezone.now(),
    )
    IntakeDraft.objects.create(
        person=cast.duty_officer.person,
        form="intake",
        fields={"phone": CALLER_PHONE, "place": "东门"},
        saved_at=timezone.now(),
    )
    under_way = {"phone": "0396-1", "again": CALLER_PHONE}
    later = IntakeDraft.objects.create(
        person=cast.commander.person,
        form="intake",
        fields=under_way,
        saved_at=timezone.now() + timedelta(days=3),
    )
    IdempotentAnswer.objects.create(
        caller="key:1",
        method="POST",
        path="/api/v1/x/",
        key="k",
        body_hash="",
        status=201,
        body=json.dumps({"number": incident.number, "who": SUPERIOR}),
        created_at=timezone.now(),
    )
    assert {value for _, value in found_in_database(*EVERYONE)} == set(EVERYONE), "the proof can find them"
    incident = closed(incident)
    before = LedgerEntry.objects.count()
    with after(1094):
        erase_personal_data()
        assert LedgerEntry.objects.count() == before and PersonalValue.objects.filter(value=None).count() == 0
    with after(1095.1):
        said = StringIO()
        call_command("erase_personal", "--dry-run", stdout=said)
        assert (
            incident.number in said.getvalue()
            and "报告人" in said.getvalue()
            and CALLER not in said.getvalue()
        )
        assert PersonalValue.objects.filter(value=None).count() == 0
        erase_personal_data()
        later.refresh_from_db()
        assert later.fields == under_way, "a form begun since is of another call by the same person"
        later.delete()
        left = {value for _, value in found_in_database(*EVERYONE)}
        assert left == {OWNER, OWNER_PHONE, PAYEE, MERITED}, "each kind has its own term"
        row = LedgerEntry.objects.get(action="personal.erased")
        assert row.chain == incident.chain and row.data["rule"] == {"reporter": 1095}
        assert row.data["erased"]["incidents.Report.superior_told_who"] == 1 and row.data["copies"] == 3
    with after(3651):
        call_command("erase_personal", stdout=StringIO())
        assert found_in_database(*EVERYONE) == []
        assert not list(ledger.verify())
        rows = LedgerEntry.objects.count()
        erase_personal_data()
        assert LedgerEntry.objects.count() == rows, "what is gone is not erased again"
        client = sign_in(cast.duty_officer)
        assert Erased.BY_TERM in text_of(client.get(reverse("incident", args=[incident.number])))
        assert Erased.BY_TERM in text_of(client.get(reverse("incident-after", args=[incident.number])))
        assert Erased.BY_TERM in text_of(client.get(reverse("call-up", args=[CallUp.objects.get().number])))
        assert IntakeDraft.objects.get().fields["place"] == "东门", "what else was typed stays"


def test_an_incident_that_is_not_over_is_never_touched(cast, incident):
    with after(20000):
        erase_personal_data()
        assert not PersonalValue.objects.filter(value=None).exists()
    other = people.call_in(cast, title="另一起")
    becomes(other, Status.MERGED, merged_into=incident)
    with after(20000):
        erase_personal_data()
        assert not PersonalValue.objects.filter(value=None).exists(), "merged into one that is under way"
    closed(incident)
    with after(20000):
        erase_personal_data()
        assert (
            not PersonalValue.objects.filter(personal.beside(*personal.WITH_TERM))
            .exclude(value=None)
            .exists()
        )


def test_who_called_in_a_warning_is_looked_at_and_erased_alike(cast):
    call = intake.Call(CALLER, CALLER_PHONE)
    facts = people.risk(channel="METEOROLOGY")
    warning = warning_intake.receive(
        actor=cast.duty_officer, arrival=intake.Arrival("PHONE", call=call), facts=facts, now=timezone.now()
    )
    client, page = sign_in(cast.duty_officer), reverse("warning", args=[warning.number])
    entry = LedgerEntry.objects.get(chain=warning.chain, action="warning.received")
    address = reverse("personal-look", args=["entry", entry.pk])
    assert address in client.get(page).content.decode() and CALLER not in text_of(client.get(page))
    assert CALLER in text_of(client.post(address, {"why": "contact"}))
    assert LedgerEntry.objects.filter(chain=warning.chain, action=looking.SEEN).exists()
    with after(2000):
        erase_personal_data()
        assert PersonalValue.objects.filter(value=CALLER).exists(), "not over"
    Warning.objects.filter(pk=warning.pk).update(status="dismissed")
    with after(2000):
        erase_personal_data()
        assert found_in_database(CALLER, CALLER_PHONE) == []
    assert not list(ledger.verify(warnings=Warning.objects.all()))


def test_one_that_can_not_be_erased_keeps_none_of_the_others(cast, incident, monkeypatch, caplog):
    closed(incident)
    other = people.call_in(cast, title="另一起", county="西平县")
    becomes(other, Status.DISMISSED, ended_at=timezone.now())
    replace = erasing.personal_copies.replace

    def fails(values, subject, mark, **more):
        if subject == incident:
            raise DatabaseError(f"Failing row contains ({CALLER})")
        return replace(values, subject, mark, **more)

    monkeypatch.setattr(erasing.personal_copies, "replace", fails)
    with after(20000):
        erase_personal_data()
    assert [row.incident for row in LedgerEntry.objects.filter(action="personal.erased")] == [other]
    assert found_in_database(CALLER) and incident.number in caplog.text and CALLER not in caplog.text


def test_a_hold_holds_until_it_is_released(cast, incident):
    number, director = incident.number, cast.office_director
    closed(incident)
    with pytest.raises(NotAllowed):
        holding.hold(actor=cast.duty_officer, number=number, reason="调取", now=timezone.now())
    client, url = sign_in(director), reverse("act", args=[number, "personal.hold"])
    assert client.post(url, form_of(client, url, reason="法院调取")).status_code == 302
    assert "保全中" in text_of(client.get(reverse("incident-file", args=[number])))
    with pytest.raises(WrongState):
        holding.hold(actor=director, number=number, reason="再次", now=timezone.now())
    with pytest.raises(WrongState):
        erasing.erase_on_request(
            actor=director, number=number, value=PAYEE, reason="本人申请", now=timezone.now()
        )
    with after(20000):
        erase_personal_data()
        assert not PersonalValue.objects.filter(value=None).exists()
        for erase in (
            lambda: PersonalValue.objects.filter(name="phone").update(value=None, erased_at=timezone.now()),
            lambda: Report.objects.exclude(superior_told_who="").update(superior_told_who=Erased.BY_TERM),
            lambda: RecoveryItem.objects.update(payee_name=Erased.BY_TERM),
            lambda: CallUp.objects.update(owner_name=Erased.BY_TERM),
            lambda: Commendation.objects.update(person_name=Erased.BY_TERM),
            lambda: LegalHold.objects.update(reason="别的"),
        ):
            refused_by_the_database(erase, "hold")
        holding.release(actor=director, number=number, reason="诉讼结束", now=timezone.now())
        erase_personal_data()
        assert PersonalValue.objects.filter(value=None).exists()
    assert [
        row.action for row in LedgerEntry.objects.filter(action__startswith="personal.").order_by("pk")
    ] == [
        "personal.held",
        "personal.released",
        "personal.erased",
    ]


def test_what_is_held_of_the_common_incident_is_held_of_those_merged_into_it(cast, incident):
    other, director = people.call_in(cast, title="另一起"), cast.office_director
    closed(incident)
    holding.hold(actor=director, number=incident.number, reason="调取", now=timezone.now())
    becomes(other, Status.MERGED, merged_into=incident)
    held = PersonalValue.objects.filter(entry__incident=other, name="phone")
    with after(20000):
        erase_personal_data()
        assert held.exists() and not held.filter(value=None).exists()
        refused_by_the_database(lambda: held.update(value=None, erased_at=timezone.now()), "hold")
        with pytest.raises(WrongState, match="并入的事件的个人信息在保全中"):
            asked = {"number": other.number, "value": "0396-1", "reason": "本人申请"}
            erasing.erase_on_request(actor=director, now=timezone.now(), **asked)
        holding.release(actor=director, number=incident.number, reason="结束", now=timezone.now())
        erase_personal_data()
        assert not held.exclude(value=None).exists()


def test_a_warning_of_an_incident_that_was_held_meanwhile_is_left(cast, incident):
    closed(incident)
    call = intake.Call(CALLER, CALLER_PHONE)
    warning = warning_intake.receive(
        actor=cast.duty_officer,
        arrival=intake.Arrival("PHONE", call=call),
        facts=people.risk(channel="METEOROLOGY"),
        now=timezone.now(),
    )
    Warning.objects.filter(pk=warning.pk).update(status="dismissed", incident=incident)
    with after(20000):
        (due,) = [each for each in erasing.due(timezone.now()) if each.subject == warning]
        holding.hold(actor=cast.office_director, number=incident.number, reason="调取", now=timezone.now())
        assert not erasing._erase_one(due, timezone.now())


def test_the_database_lets_a_value_become_nothing_and_nothing_else(cast, incident):
    closed(incident)
    value = PersonalValue.objects.filter(name="phone", value=CALLER_PHONE)
    report = Report.objects.exclude(superior_told_who="")
    for change in (
        lambda: value.update(value="13800000000"),
        lambda: value.update(value=None),
        lambda: value.update(value=None, erased_at=timezone.now(), salt="0"),
        lambda: value.delete(),
        lambda: report.update(superior_told_who="别人"),
        lambda: report.update(superior_told_who=""),
        lambda: report.update(superior_told_who=Erased.BY_TERM, place="别处"),
        lambda: report.update(impact=Erased.BY_TERM),
        lambda: Report.objects.filter(superior_told_who="").update(superior_told_who=Erased.BY_TERM),
        lambda: RecoveryItem.objects.update(payee_name="别人"),
        lambda: Commendation.objects.update(words="", person_name=Erased.BY_TERM),
    ):
        refused_by_the_database(change, "refused")
    assert report.update(superior_told_who=Erased.ON_REQUEST) == 1
    assert value.update(value=None, erased_at=timezone.now()) == 1
    refused_by_the_database(
        lambda: PersonalValue.objects.filter(value=None).update(value=CALLER_PHONE, erased_at=None), "refused"
    )


def refused_by_the_database(change, words: str):
    with pytest.raises((InternalError, IntegrityError), match=words), transaction.atomic():
        change()


def test_a_person_is_erased_on_request_by_the_director_alone_and_never_named(cast, incident):
    number, director = incident.number, cast.office_director
    asked = {"number": number, "value": PAYEE, "reason": "本人申请〔2026〕1号"}
    with pytest.raises(WrongState):
        erasing.erase_on_request(actor=director, now=timezone.now(), **asked)
    closed(incident)
    with pytest.raises(NotAllowed):
        erasing.erase_on_request(actor=cast.duty_officer, now=timezone.now(), **asked)
    for wrong in (
        {"value": "李"},
        {"value": "没有的人"},
        {"value": PAYEE[:-1]},
        {"reason": ""},
        {"reason": f"{PAYEE}申请"},
    ):
        with pytest.raises(Invalid):
            erasing.erase_on_request(actor=director, now=timezone.now(), **asked | wrong)
    client, url = sign_in(director), reverse("act", args=[number, "personal.erase"])
    assert client.post(url, form_of(client, url, value=PAYEE, reason=asked["reason"])).status_code == 302
    assert found_in_database(PAYEE) == [] and RecoveryItem.objects.get().payee_name == Erased.ON_REQUEST
    assert found_in_database(OWNER), "others stay"
    assert not list(ledger.verify())
