"""领导批示、上级指令 (§2.2.2(2), 5.3, 5.4.3): from the word to the last body's answer, through the screens."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from alerts.models import Instruction, Notification
from incidents import ledger
from incidents.models import LedgerEntry, TaskOrder
from tests import cast as people
from tests.responses.stage import graded
from tests.screens.stage import sign_in, text_of
from tests.words.stage import do, done, refused

NEW = "/instructions/new/instruction.write/"


@pytest.fixture
def incident(cast):
    return graded(cast)


def write(cast, incident, *to, words="立即转移邮件，确保人员安全", **more) -> Instruction:
    codes = [actor.organization.code for actor in to]
    done(
        cast.commander, f"/incidents/{incident.number}/act/instruction.write/", words=words, to=codes, **more
    )
    return Instruction.objects.first()


@pytest.mark.clause("2.2.2")
def test_a_commanders_word_is_seen_answered_and_finished_by_each_addressee(cast, incident):
    row = write(cast, incident, cast.member, cast.enterprise, urgency=1, due_at="3小时后")
    page = f"/instructions/{row.number}/"
    assert row.urgency == 1 and row.due_at and row.commander == cast.commander.post
    for actor, home in ((cast.member, "/"), (cast.enterprise, "/firm/")):
        shown = text_of(sign_in(actor).get(home))
        assert row.words in shown and "特急" in shown and "未签收" in shown
        assert Notification.objects.filter(person=actor.person, matter=f"instruction/{row.number}").exists()
    assert "签收" in done(cast.enterprise, f"{page}instruction.acknowledge/")
    done(cast.enterprise, f"{page}instruction.answer/", words="已转移三车邮件")
    done(cast.enterprise, f"{page}instruction.answer/", words="又转移五车")
    done(cast.enterprise, f"{page}instruction.done/", words="全部转移完毕")
    top = text_of(sign_in(cast.duty_officer).get(f"/incidents/{incident.number}/"))
    assert f"已签收：{cast.firm}" in top and f"未签收：{cast.member.organization}" in top
    assert "已经报告办结" in refused(cast.enterprise, f"{page}instruction.answer/", 409, words="还有")
    whole = text_of(sign_in(cast.commander).get(page))
    assert all(words in whole for words in ("已转移三车邮件", "又转移五车", "全部转移完毕", "已办结"))
    # the office follows up: only who has not finished is reminded
    Notification.objects.all().delete()
    assert "已催办 1 个单位" in done(cast.duty_officer, f"{page}instruction.remind/")
    assert set(Notification.objects.values_list("person", flat=True)) == {cast.member.person.pk}
    actions = LedgerEntry.objects.filter(incident=incident, action__startswith="instruction.")
    assert list(actions.order_by("seq").values_list("action", flat=True)) == [
        f"instruction.{what}"
        for what in ("given", "acknowledged", "answered", "answered", "done", "reminded")
    ]
    assert list(ledger.verify()) == []


@pytest.mark.clause("5.4.3")
def test_a_firm_sees_what_is_addressed_to_it_and_only_its_own_answers(cast, incident):
    row = write(cast, incident, cast.member, cast.other_enterprise)
    page = f"/instructions/{row.number}/"
    done(cast.member, f"{page}instruction.answer/", words="消防已到场")
    shown = text_of(sign_in(cast.other_enterprise).get(page))
    assert row.words in shown and incident.number in shown and incident.title not in shown
    assert "消防已到场" not in shown and str(cast.member.organization) not in shown
    assert "消防已到场" in text_of(sign_in(cast.office_director).get(page))
    for stranger in (cast.enterprise, cast.county, cast.approver):
        client = sign_in(stranger)
        assert client.get(page).status_code == 404
        assert client.get(f"{page}instruction.acknowledge/").status_code == 404
    assert (
        sign_in(cast.other_enterprise).get(f"/incidents/{incident.number}/instructions/").status_code == 404
    )
    assert sign_in(cast.enterprise).get(f"/incidents/{incident.number}/instructions/").status_code == 200
    assert sign_in(cast.member).get(f"{page}instruction.remind/").status_code == 403


@pytest.mark.clause("5.2.2")
def test_one_step_turns_it_into_a_task_order_and_both_know_of_each_other(cast, incident):
    row = write(cast, incident, cast.enterprise)
    done(cast.duty_officer, f"/instructions/{row.number}/instruction.order/", to=cast.firm.code)
    order = TaskOrder.objects.get()
    assert order.receiver == cast.firm and order.task == row.words
    assert (order.instruction, order.instructed_by) == (row.words, cast.commander.post)
    director = sign_in(cast.office_director)
    assert order.number in text_of(director.get(f"/instructions/{row.number}/"))
    assert row.number in text_of(director.get(f"/orders/{order.number}/"))
    # an ordinary incident has no task orders, and so none by an instruction
    mild = graded(cast, level=4, title="另一起", place="西平县", county="西平县")
    other = write(cast, mild, cast.enterprise)
    assert "较大以上" in refused(
        cast.duty_officer, f"/instructions/{other.number}/instruction.order/", 409, to=cast.firm.code
    )


@pytest.mark.clause("5.3")
def test_a_superior_bodys_word_is_recorded_word_for_word(cast, incident):
    url = f"/incidents/{incident.number}/act/instruction.record/"
    office = cast.duty_officer.organization.code
    words = "全力救治伤员，" * 60
    told = do(cast.duty_officer, url, by="PROVINCE", words=words, to=[office])
    assert told.status_code == 422 and "上级何人" in text_of(told)
    done(cast.duty_officer, url, by="PROVINCE", person="王处长", by_phone="on", words=words, to=[office])
    row = Instruction.objects.get()
    assert (row.superior.kind, row.superior_person, row.commander) == ("PROVINCE", "王处长", None)
    entry = LedgerEntry.objects.get(action="instruction.given")
    assert entry.reason == words.strip() and "王处长" not in entry.text.split('"personal"')[0]
    done(cast.office_director, f"/instructions/{row.number}/instruction.acknowledge/")
    done(
        cast.office_director,
        f"/instructions/{row.number}/instruction.order/",
        to=cast.firm.code,
        instructed_by=cast.commander.post.pk,
    )
    said = TaskOrder.objects.get().instruction
    assert len(said) == 300 and said.endswith(f"（全文见批示 {row.number}）") and "王处长" not in said


def test_without_an_incident_and_with_a_warning(cast):
    office = cast.duty_officer.organization.code
    county = cast.county.organization.code
    done(cast.commander, NEW, words="旺季前检查一遍安全设施", to=[office, county])
    row = Instruction.objects.get()
    assert row.incident is None and row.warning is None
    assert row.words in text_of(sign_in(cast.county).get("/instructions/"))
    done(cast.county, f"/instructions/{row.number}/instruction.done/", words="已检查")
    assert "不涉及突发事件" in refused(cast.commander, f"/instructions/{row.number}/instruction.order/", 409)
    assert sign_in(cast.county).get(NEW).status_code == 404
    warning = people.warn(cast)
    done(cast.commander, f"/warnings/{warning.number}/act/warning.instruct/", words="盯紧雨情", to=[county])
    assert "盯紧雨情" in text_of(sign_in(cast.duty_officer).get(f"/warnings/{warning.number}/"))
    # the office notes what a commander said on the telephone
    url = "/instructions/new/instruction.record/"
    by = f"post-{cast.deputy.post.pk}"
    done(cast.duty_officer, url, by=by, by_phone="on", words="加强值守", to=[county], at="10分钟前")
    noted = Instruction.objects.get(words="加强值守")
    assert noted.commander == cast.deputy.post and noted.given_at < noted.recorded_at
    assert list(ledger.verify()) == []


def test_nobody_changes_what_was_said_and_bad_input_is_named(cast, incident):
    url = f"/incidents/{incident.number}/act/instruction.write/"
    nobody = do(cast.commander, url, words="快")
    assert nobody.status_code == 422 and "请选择送达的单位" in text_of(nobody) and "§2.2.2" in text_of(nobody)
    assert do(cast.commander, url, words="快", to=["no-such"]).status_code == 422
    assert sign_in(cast.duty_officer).get(url).status_code == 403
    row = write(cast, incident, cast.member)
    for change in (
        lambda: Instruction.objects.filter(pk=row.pk).update(words="别的"),
        lambda: row.addressees.update(done_at=timezone.now()),
        lambda: row.addressees.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
