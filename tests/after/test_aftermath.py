"""善后, 总结评估, 调查处理, 奖惩 (§6.1–6.4) through the doors, to the closing of the incident."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from docx import Document

from alerts.models import Deadline, State
from incidents.documents import case_after
from incidents.models import (
    Accountability,
    Evaluation,
    EvaluationInput,
    Improvement,
    Investigation,
    LedgerEntry,
    Level,
    RecoveryItem,
    TeamMember,
)
from incidents.services.closure import closing
from incidents.services.response import grading
from tests.after.test_call_ups import do
from tests.responses.stage import act, graded
from tests.screens.stage import form_of, sign_in, text_of

POINTS = dict.fromkeys(Evaluation.CONTENTS, "已查明")
FOUND = {"findings": "短路", "responsibility": "网点", "outcome": "整改"}


@pytest.fixture
def ended(cast):
    """Ⅲ was reached, and it ended as Ⅳ."""
    incident = graded(cast)
    act(grading.regrade, cast.commander, incident, level=Level.IV, reason="重新核定")
    act(closing.end_without_response, cast.office_director, incident, reason="已处置")
    return incident


def tab(actor, incident):
    return sign_in(actor).get(reverse("incident-after", args=[incident.number]))


@pytest.mark.clause("6.2")
def test_the_evaluation_is_drafted_asks_the_firm_and_is_adopted(cast, ended):
    do(cast.duty_officer, ended, "evaluation.draft", cause="线路老化", lessons="")
    assert "草稿" in text_of(tab(cast.commander, ended))
    do(cast.duty_officer, ended, "evaluation.ask", bodies=[cast.firm.code], due_at="30小时后")
    asked = EvaluationInput.objects.get()
    firm = sign_in(cast.enterprise)
    assert asked.number in text_of(firm.get(reverse("firm")))
    assert asked.number not in text_of(sign_in(cast.other_enterprise).get(reverse("firm")))
    url = reverse("asked-act", args=[asked.number, "evaluation.answer"])
    assert sign_in(cast.other_enterprise).get(url).status_code == 404
    with time_machine.travel(timezone.now() + timedelta(hours=31), tick=False):
        assert "超时未答复" in text_of(tab(cast.duty_officer, ended))
        assert firm.post(url, form_of(firm, url, words="本企业意见")).status_code == 302
        assert "已答复" in text_of(tab(cast.duty_officer, ended))
    assert firm.get(url).status_code == 409
    do(cast.commander, ended, "incident.evaluate", 422, **POINTS | {"lessons": " "})
    do(cast.commander, ended, "incident.evaluate", **POINTS)
    debt = Deadline.objects.get(incident=ended, rule__code="P1")
    assert debt.state(timezone.now()) == State.MET
    do_url = reverse("act", args=[ended.number, "evaluation.draft"])
    assert sign_in(cast.duty_officer).get(do_url).status_code == 409
    answer = sign_in(cast.duty_officer).get(reverse("after-document", args=[ended.number, "evaluation"]))
    paper = Document(BytesIO(answer.content))
    words = "\n".join(p.text for p in paper.paragraphs)
    cells = [cell.text for row in paper.tables[0].rows for cell in row.cells]
    assert "应急办接报" in words and "本企业意见" in words and any("P1" in cell for cell in cells)
    for change in (
        lambda: Evaluation.objects.update(cause="改"),
        lambda: EvaluationInput.objects.update(words="改"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.clause("2.2.2")
def test_the_team_is_named_by_headquarters_and_the_investigation_adopted(cast, ended):
    team = {"head_name": "张三丰", "head_body": "市邮政管理局", "members": "李四光 市公安局\n赵五 市消防支队"}
    do(cast.office_director, ended, "investigation.team", 403, **team)
    do(cast.commander, ended, "investigation.team", 422, **team | {"members": "只有姓名"})
    do(cast.commander, ended, "investigation.team", **team)
    assert TeamMember.objects.count() == 3 and TeamMember.objects.get(is_head=True).name == "张三丰"
    assert not LedgerEntry.objects.filter(text__contains="张三丰").exists()
    do(cast.duty_officer, ended, "investigation.draft", findings="短路")
    do(cast.office_director, ended, "incident.investigate", **FOUND)
    assert Deadline.objects.get(incident=ended, rule__code="P2").state(timezone.now()) == State.MET
    with pytest.raises(DatabaseError), transaction.atomic():
        Investigation.objects.update(findings="改")
    answer = sign_in(cast.duty_officer).get(reverse("after-document", args=[ended.number, "investigation"]))
    assert "张三丰" in [c.text for row in Document(BytesIO(answer.content)).tables[0].rows for c in row.cells]


@pytest.mark.clause("2.2.2")
def test_a_three_is_investigated_by_no_one_but_the_team_of_headquarters(cast):
    incident = graded(cast)
    act(closing.end_without_response, cast.office_director, incident, reason="已处置")
    do(cast.office_director, incident, "incident.investigate", 409, **FOUND)
    do(cast.commander, incident, "investigation.team", head_name="张三丰", head_body="市邮政管理局")
    do(cast.office_director, incident, "incident.investigate", **FOUND)


@pytest.mark.clause("6.2")
def test_two_at_once_write_over_no_draft_that_they_have_not_seen(cast, ended):
    papers = {"evaluation.draft": {"cause": "线路老化"}, "investigation.draft": {"findings": "短路"}}
    adopted = {"incident.evaluate": POINTS, "incident.investigate": FOUND}
    director = sign_in(cast.office_director)
    stale = {}
    for code, typed in (papers | adopted).items():
        url = reverse("act", args=[ended.number, code])
        stale[url] = form_of(director, url, **typed | {"outcome": "另一稿"})
    for code, typed in papers.items():
        do(cast.duty_officer, ended, code, **typed)
    for url, form in stale.items():
        answer = director.post(url, form)
        assert answer.status_code == 409 and "情况已有变化" in text_of(answer), url
    assert (Evaluation.objects.get().cause, Investigation.objects.get().outcome) == ("线路老化", "")


@pytest.mark.clause("6.2")
def test_each_end_of_what_flares_up_again_is_evaluated_and_investigated_for_itself(cast, ended):
    do(cast.commander, ended, "incident.evaluate", **POINTS)
    do(cast.commander, ended, "investigation.team", head_name="张三丰", head_body="市邮政管理局")
    do(cast.office_director, ended, "incident.investigate", **FOUND)
    act(closing.reopen, cast.commander, ended, reason="复燃")
    act(closing.end_without_response, cast.office_director, ended, reason="再次处置完毕")
    fresh, now = type(ended).objects.get(pk=ended.pk), timezone.now()
    for rule in ("P1", "P2"):
        first, second = Deadline.objects.filter(incident=ended, rule__code=rule).order_by("pk")
        assert (first.state(now), second.state(now)) == (State.MET, State.OPEN)
        assert second.starts_at == fresh.ended_at
    assert {"evaluation", "investigation"} <= closing.missing_for_closure(fresh, now).keys()
    words = text_of(tab(cast.duty_officer, ended))
    assert words.count("复燃之前通过的") == 2 and "短路" in words and "还没有起草" in words
    document = reverse("after-document", args=[ended.number, "evaluation"])
    assert sign_in(cast.duty_officer).get(document).status_code == 404
    do(cast.office_director, ended, "incident.investigate", 409, **FOUND)
    do(cast.commander, ended, "investigation.team", head_name="李四光", head_body="市公安局")
    do(cast.office_director, ended, "incident.investigate", **FOUND | {"findings": "余火复燃"})
    do(cast.duty_officer, ended, "evaluation.draft", cause="余火")
    do(cast.commander, ended, "incident.evaluate", **POINTS | {"cause": "余火"})
    assert [paper.cause for paper in Evaluation.objects.order_by("pk")] == ["已查明", "余火"]
    assert not Deadline.objects.filter(incident=ended, rule__code__in=("P1", "P2"), met_at=None).exists()
    fresh = type(ended).objects.get(pk=ended.pk)
    assert not {"evaluation", "investigation"} & closing.missing_for_closure(fresh, now).keys()
    titles = [title for title, _ in case_after.aftermath(fresh, now).tables]
    assert titles.count("总结评估 §6.2") == titles.count("调查处理 §6.3") == 2


@pytest.mark.clause("6.1")
def test_recovery_verdicts_and_improvements_stand_on_the_tab_names_protected(cast, ended):
    do(
        cast.duty_officer,
        ended,
        "recovery.open",
        kind="casualty",
        what="一人受伤",
        payee_name="孙小红",
        amount="5000",
    )
    do(
        cast.commander,
        ended,
        "verdict.account",
        person_name="钱某某甲",
        words="记过",
        decided_by="市邮政管理局",
        document_no="驻邮〔2026〕3号",
        decided_at="刚才",
    )
    do(
        cast.duty_officer,
        ended,
        "improvement.open",
        measure="更换线路",
        body=cast.firm.code,
        due_at="30小时后",
    )
    page = tab(cast.duty_officer, ended)
    words = text_of(page)
    assert "共 5,000.00 元" in words and "孙某" in words and "孙小红" not in words and "钱某某甲" not in words
    assert "善后事项未办结" in words and "总结评估未完成" in words
    item = RecoveryItem.objects.get()
    path, asked = reverse("personal-look", args=["recovery", item.pk]), {"why": "aid"}
    assert "孙小红" in text_of(sign_in(cast.duty_officer).post(path, asked))
    assert LedgerEntry.objects.filter(action="personal.viewed").count() == 1
    assert sign_in(cast.commander).post(path, asked).status_code == 404
    assert tab(cast.enterprise, ended).status_code == 404
    assert not LedgerEntry.objects.filter(text__contains="孙小红").exists()
    firm = sign_in(cast.enterprise)
    improvement = Improvement.objects.get()
    url = reverse("improvement-act", args=[improvement.number, "improvement.done"])
    assert firm.post(url, form_of(firm, url, words="已更换")).status_code == 302
    director = sign_in(cast.office_director)
    aside = reverse("recovery-act", args=[item.number, "recovery.set_aside"])
    assert sign_in(cast.duty_officer).get(aside).status_code == 403
    assert director.post(aside, form_of(director, aside, reason="已由保险赔付")).status_code == 302
    assert "recovery" not in closing.missing_for_closure(ended, timezone.now())
    with pytest.raises(DatabaseError), transaction.atomic():
        Accountability.objects.all().delete()
