"""调用, 征用 and 资源去向 (§2.2.2(4), 5.4.3, 6.1) through the doors: lent, used, given back, settled for."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from docx import Document

from alerts.models import Notification
from incidents.models import CallUp, CallUpStep, LedgerEntry, RecoveryItem
from incidents.services.closure import closing
from incidents.services.command import supporting
from tests.responses.stage import act, graded
from tests.screens.stage import form_of, sign_in, text_of


@pytest.fixture
def incident(cast):
    return graded(cast)


def do(actor, incident, code, expect=302, **typed):
    client = sign_in(actor)
    url = reverse("act", args=[incident.number, code])
    answer = client.post(url, form_of(client, url, **typed))
    assert answer.status_code == expect, text_of(answer)[:1500]
    return answer


def step(actor, row, code, expect=302, **typed):
    client = sign_in(actor)
    url = reverse("call_up-act", args=[row.number, f"call_up.{code}"])
    answer = client.post(url, form_of(client, url, **typed))
    assert answer.status_code == expect, text_of(answer)[:1500]
    row = CallUp.objects.get(pk=row.pk)
    return row if expect == 302 else answer


def wanted(owner="", **more):
    return {
        "kind": "vehicles",
        "what": "厢式货车",
        "quantity": "10",
        "unit": "辆",
        "owner": owner,
        "place": "分拨中心东门",
    } | more


@pytest.mark.clause("5.4.3")
def test_from_request_to_settlement_with_what_was_used_up_going_to_recovery(cast, incident):
    member, county = cast.member.organization, cast.county.organization
    do(cast.duty_officer, incident, "call_up.request", **wanted(member.code, receiver=county.code))
    row = CallUp.objects.get()
    assert row.number == f"{incident.number}-D1" and row.status == "requested"
    assert Notification.objects.filter(person=cast.member.person, title__contains=row.number).exists()
    assert f"打开 {row.number}" in text_of(sign_in(cast.member).get(reverse("inbox")))
    home = text_of(sign_in(cast.member).get(reverse("home")))
    assert row.number in home and "同意调出" in home and "待答复自" in home
    sign_in(cast.county).get(reverse("call_up-act", args=[row.number, "call_up.agree"]))
    assert (
        sign_in(cast.enterprise).get(reverse("call_up-act", args=[row.number, "call_up.agree"])).status_code
        == 404
    )
    assert (
        sign_in(cast.county).get(reverse("call_up-act", args=[row.number, "call_up.agree"])).status_code
        == 403
    )
    row = step(cast.member, row, "agree")
    assert "10辆" in text_of(step(cast.member, row, "dispatch", 422, quantity="11"))
    row = step(cast.member, row, "dispatch", quantity="10")
    page = text_of(sign_in(cast.commander).get(reverse("call-ups")))
    assert "在外 1 项" in page and "厢式货车" in page and str(member) in page
    assert list(CallUp.objects.out()) == [row]
    row = step(cast.county, row, "arrive", quantity="9")
    row = step(cast.county, row, "give_back", returned="7", used_up="0", damaged="1")
    item = RecoveryItem.objects.get()
    assert (item.kind, item.payee, item.call_up) == ("goods_of_body", member, row)
    assert "损坏 1辆、未归还 2辆" in item.what
    settle_url = reverse("call_up-act", args=[row.number, "call_up.settle"])
    director = sign_in(cast.office_director)
    assert director.post(settle_url, form_of(director, settle_url, words="已清")).status_code == 409
    missing = closing.missing_for_closure(incident, timezone.now())
    assert {"call_ups", "recovery"} <= set(missing)
    url = reverse("recovery-act", args=[item.number, "recovery.settle"])
    assert director.post(url, form_of(director, url, words="已付")).status_code == 422
    paid = form_of(director, url, words="已付", amount="12000.50", basis="补偿协议")
    assert director.post(url, paid).status_code == 302
    row = step(cast.office_director, row, "settle", words="所属单位确认")
    assert row.status == "settled" and [s.status for s in row.steps.all()] == [
        "requested",
        "agreed",
        "dispatched",
        "arrived",
        "returned",
        "settled",
    ]
    assert not {"call_ups", "recovery"} & set(closing.missing_for_closure(incident, timezone.now()))


@pytest.mark.clause("2.2.2")
def test_a_requisition_has_an_order_a_receipt_and_a_protected_owner(cast, incident):
    refused = do(
        cast.duty_officer, incident, "call_up.requisition", 422, **wanted(owner_name="王小明"), instruction=""
    )
    assert "instruction" in refused.context["form"].errors
    do(
        cast.commander,
        incident,
        "call_up.requisition",
        **wanted(owner_name="王小明", owner_phone="13900000000"),
    )
    row = CallUp.objects.get()
    assert row.number.endswith("-Z1") and row.status == "agreed"
    office = sign_in(cast.duty_officer)
    undo = reverse("call_up-act", args=[row.number, "call_up.withdraw"])
    assert office.post(undo, form_of(office, undo, reason="不用了")).status_code == 403
    for code in ("agree", "refuse"):
        assert office.get(reverse("call_up-act", args=[row.number, f"call_up.{code}"])).status_code == 409
    assert not LedgerEntry.objects.filter(text__contains="王小明").exists()
    for path in (
        reverse("incident-call-ups", args=[incident.number]),
        reverse("call-up", args=[row.number]),
        reverse("call-up-receipt", args=[row.number]),
        reverse("call-ups"),
    ):
        words = text_of(office.get(path))
        assert "王某" in words and "王小明" not in words, path
    receipt = reverse("call-up-receipt", args=[row.number])
    paper = Document(BytesIO(office.post(receipt, {"as": "word"}).content))
    words = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert "王小明" in words and row.number in words and "总指挥" in words
    assert LedgerEntry.objects.filter(action="personal.viewed", person=cast.duty_officer.person).count() == 1
    others = sign_in(cast.commander).post(receipt, {"as": "word"})
    assert "王小明" not in "".join(p.text for p in Document(BytesIO(others.content)).paragraphs)
    assert sign_in(cast.enterprise).get(receipt).status_code == 404
    assert "said_by" in step(cast.duty_officer, row, "dispatch", 422, quantity="10").context["form"].errors
    row = step(cast.duty_officer, row, "dispatch", quantity="10", said_by="王小明")
    row = step(cast.duty_officer, row, "arrive", quantity="10")
    step(cast.duty_officer, row, "give_back", returned="0", used_up="10", damaged="0")
    item = RecoveryItem.objects.get()
    assert (item.kind, item.payee_name) == ("goods_of_person", "王小明")


@pytest.mark.clause("5.5")
def test_it_can_be_raised_out_of_a_request_for_support_and_withdrawn(cast, incident):
    asked = act(supporting.raise_support, cast.enterprise, incident, needs="两台吊车", place="北门")
    tab = sign_in(cast.duty_officer).get(reverse("incident-call-ups", args=[incident.number]))
    assert "据此调用" in text_of(tab)
    url = reverse("act", args=[incident.number, "call_up.request"]) + f"?support={asked.number}"
    client = sign_in(cast.duty_officer)
    form = form_of(client, url, **wanted(cast.firm.code, what="吊车", quantity="2", unit="台"))
    assert client.post(url, form | {"place": form["place"]}).status_code == 302
    row = CallUp.objects.get()
    assert row.support == asked
    later = timezone.now() + timedelta(hours=3)
    with time_machine.travel(later, tick=False):
        assert "3 小时" in text_of(sign_in(cast.enterprise).get(reverse("firm"))).replace("\xa0", " ")
    row = step(cast.commander, row, "withdraw", reason="已不需要")
    assert row.is_over and "call_ups" not in closing.missing_for_closure(incident, timezone.now())


@pytest.mark.clause("6.1")
def test_the_database_holds_quantities_and_steps(cast, incident):
    do(cast.commander, incident, "call_up.request", **wanted(cast.firm.code))
    rows = CallUp.objects.all()
    for change in (
        lambda: rows.update(quantity=0),
        lambda: rows.update(status="arrived"),
        lambda: rows.update(status="dispatched"),
        lambda: rows.update(dispatched=11),
        lambda: rows.update(way="requisitioned"),
        lambda: rows.update(owner=None),
        lambda: CallUpStep.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
