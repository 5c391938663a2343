"""After a drill (§8.3): measured by the system itself, evaluated once, reported in Word; who owes one is shown."""

import re
from datetime import date, timedelta
from io import BytesIO

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from docx import Document

from alerts.models import Deadline
from incidents.models import Drill, DrillEvaluation, HeldDrill, Incident, LedgerEntry, Level
from incidents.refusals import Invalid, NotFound, WrongState
from incidents.services.command import ordering
from incidents.services.drill import drill_dues, drill_evaluating, drill_people, drilling, held_drills
from incidents.services.drill.drill_measuring import measure
from incidents.services.drill.drill_script import Line
from incidents.services.response import grading
from incidents.tasks import open_drill_debts
from tests.cast import call_in, file_in, warn
from tests.drills.stage import begin, plan, playing, posts_of
from tests.screens.stage import sign_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.clause("8.3")]
SAID = {"verdict": "mostly", "strengths": "响应快", "problems": "书面报告迟了", "measures": "值班室备好模板"}
STATED = {
    "title": "夜间积压演练",
    "kind": "single",
    "contents": ["backlog_damage"],
    "people": 40,
    "result": "按预案分流，四小时清空。",
}


@pytest.fixture
def held(cast):
    """At ×60: graded Ⅲ after six minutes of the drill, an order signed for in ten, one written report never sent."""
    start = timezone.now().replace(microsecond=0)
    with time_machine.travel(start, tick=False) as clock:
        desk = cast.duty_officer.post.pk
        script = [
            Line(5, "rumour", desk, "网上说有人被困"),
            Line(9, "call", desk, "记者来电"),
            Line(9999, "call", desk, "…"),
        ]
        drill = begin(cast, script=script)
        inside = playing(cast, drill)
        now = timezone.now()
        incident = call_in(inside, now=now, known_at=now)
        clock.shift(timedelta(seconds=6))
        number, now = incident.number, timezone.now()
        grading.verify(actor=inside.duty_officer, number=number, with_whom="企业", how="电话", now=now)
        grading.grade(actor=inside.office_director, number=number, level=Level.III, reason="核实", now=now)
        to = cast.member.organization.code
        order = ordering.issue(actor=inside.commander, number=number, to=to, task="警戒", now=now)
        clock.shift(timedelta(seconds=10))
        ordering.acknowledge(actor=inside.member, order=order.number, now=timezone.now())
        drilling.deliver_due_injects(now=timezone.now())
        clock.shift(timedelta(seconds=14))
        first = drill.injects.order_by("minute").first()
        drilling.handle(actor=inside.duty_officer, inject=first.pk, words="已辟谣", now=timezone.now())
        clock.shift(timedelta(minutes=3))
        drilling.end(actor=cast.office_director, number=drill.number, now=timezone.now())
    return Drill.objects.get(pk=drill.pk)


def test_each_step_is_measured_against_its_limit_in_the_drills_own_time(cast, held):
    measured = measure(held, timezone.now())
    steps = {}
    for step in measured.steps:
        steps.setdefault(step.debt.rule.code, step)
    assert (steps["R10"].state, steps["R10"].allowed, steps["R10"].took) == (
        "met",
        timedelta(minutes=30),
        timedelta(minutes=6),
    )
    assert (steps["T2"].state, steps["T2"].took) == ("met", timedelta(minutes=10))
    late = steps["R2"]
    assert late.state == "breached" and late.allowed == timedelta(hours=1) and late.took is None
    assert late.late == (held.ended_at - late.debt.due_at) * 60 and late in measured.late
    assert steps["R2"] not in measured.in_time and len(measured.late) < len(measured.steps)
    (signed,) = [entry for entry in measured.acknowledgements if entry.action == "order.acknowledged"]
    assert signed.post == cast.member.post
    assert [row.reaction for row in measured.played] == [timedelta(minutes=14), None, None]
    assert [row.inject.minute for row in measured.unhandled] == [9]
    exercised = {number for number, _ in measured.exercised}
    untouched = {row.number for row in measured.untouched}
    assert {"5.2.1", "5.2.2", "3.2"} <= exercised and {"5.5", "4.4"} <= untouched
    assert not exercised & untouched and all(row.acts and row.title for row in measured.untouched)


def test_a_firms_own_drill_finds_nobody_late_who_takes_no_part(cast):
    with time_machine.travel(timezone.now().replace(microsecond=0), tick=False) as clock:
        drill = plan(cast.enterprise, contents=["fire", "backlog_damage"])
        who = {"actor": cast.enterprise, "number": drill.number, "now": timezone.now()}
        drill_people.invite(**who, posts=posts_of(cast, "enterprise"))
        drill = drilling.start(**who)
        inside = playing(cast, drill)
        file_in(inside)
        clock.shift(timedelta(minutes=10, milliseconds=700))
        warn(inside)
        clock.shift(timedelta(minutes=5))
        drilling.end(**who | {"now": timezone.now()})
    measured = measure(Drill.objects.get(), timezone.now())
    allowed = {step.debt.rule.code: step.allowed for step in measured.steps}
    assert allowed["W2"] == allowed["R3"] == timedelta(hours=1), "also of what began within a second"
    left = {step.debt.debtor.kind for step in measured.steps if step.is_nobodys}
    assert left == {"OFFICE", "HEADQUARTERS"} or left == {"OFFICE"}
    assert all(
        step.result == "责任方没有参演，不计" and not step.late for step in measured.steps if step.is_nobodys
    )
    assert {step.debt.debtor for step in measured.late} <= {cast.firm}
    assert "5.4.1" not in {number for number, _ in measured.exercised}


def test_it_is_evaluated_once_by_who_directed_it_and_counts_from_then_on(cast, held):
    firm, url = cast.firm, reverse("drill-evaluation", args=[held.number])
    owing = {due.body.code: due for due in drill_dues.dues(drill_dues.debtors(), timezone.now())}
    assert owing[firm.code].is_owed and owing[firm.code].last is None
    director = sign_in(cast.office_director)
    page = text_of(director.get(url))
    unplayed = page.partition("没有发生的：")[2].partition("。")[0]
    assert unplayed.strip() == "邮件快件积压损毁、寄递渠道中断", "what was claimed and not played"
    assert "R2" in page and "未处置" in page and "没有演练到的" in page and "提交评估" in page
    assert "提交评估" not in text_of(sign_in(cast.enterprise).get(url))
    assert sign_in(cast.enterprise).post(url, SAID).status_code == 404
    refused = director.post(url, SAID | {"problems": "", "strengths": "保留"})
    assert (
        refused.status_code == 422 and "请填写发现的问题" in text_of(refused) and "保留" in text_of(refused)
    )
    assert director.post(url, SAID).status_code == 302
    assert "书面报告迟了" in text_of(director.get(url)) and "提交评估" not in text_of(director.get(url))
    with pytest.raises(WrongState):
        who = {"actor": cast.office_director, "number": held.number, "now": timezone.now()}
        drill_evaluating.evaluate(**who, **SAID)
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        DrillEvaluation.objects.update(problems="没有")
    standing = {due.body.code: due for due in drill_dues.dues(drill_dues.debtors(), timezone.now())}
    assert not standing[firm.code].is_owed and standing[firm.code].missing == []
    assert standing[cast.member.organization.code].last.number == held.number
    assert standing[held.office.host.code].last.number == held.number, "the office's drill is the bureau's"
    assert LedgerEntry.objects.filter(action="drill.evaluated", post=cast.office_director.post).exists()
    debt = Deadline.objects.get(rule__code="Q3", debtor=firm, met_at=None)
    assert debt.due_at.date() - timezone.localdate(held.ended_at) >= timedelta(days=365)


def test_every_figure_opens_what_stands_behind_it(cast, held):
    """To read, in the drill's time; of other people's matters no more than one would have seen in the drill."""
    url, incident = reverse("drill-evaluation", args=[held.number]), Incident.with_drills.get()
    record = reverse("drill-record", args=[held.number, incident.number])
    steps = len(measure(held, timezone.now()).steps)

    def links(actor, **query) -> list[str]:
        shown = sign_in(actor).get(url, query).content.decode()
        return re.findall(rf'href="({record}#[a-z]+-\d+)"', shown)

    assert len([link for link in links(cast.office_director) if "#debt" in link]) == steps
    shown = sign_in(cast.auditor).get(record).content.decode()
    for link in links(cast.auditor):
        assert f'id="{link.partition("#")[2]}"' in shown
    text = text_of(sign_in(cast.auditor).get(record))
    assert "不是真实的" in text and "T2" in text and "R6" in text and "起算" in text
    late = [link for link in links(cast.auditor, steps="late") if "#debt" in link]
    met = [link for link in links(cast.auditor, steps="in_time") if "#debt" in link]
    assert late and met and not set(late) & set(met) and len(late) + len(met) < steps
    firms = text_of(sign_in(cast.enterprise).get(record))
    assert "R2" in firms and "R6" not in firms and "T2" not in firms, "its own debts and timeline alone"
    for stranger in (cast.other_enterprise, cast.administrator):
        assert sign_in(stranger).get(record).status_code == 404
    assert not links(cast.other_enterprise)
    assert (
        f'href="{record}"' in sign_in(cast.auditor).get(reverse("drill", args=[held.number])).content.decode()
    )
    assert sign_in(cast.auditor).get(record.replace(incident.number, "ZMD-T-2026-9999")).status_code == 404
    real = call_in(cast)
    assert sign_in(cast.auditor).get(record.replace(incident.number, real.number)).status_code == 404
    assert sign_in(cast.auditor).post(record).status_code == 405
    runs = begin(cast)
    warning = warn(playing(cast, runs))
    at = reverse("drill-record", args=[runs.number, warning.number])
    assert "预警" in text_of(sign_in(cast.auditor).get(at)), "who looks on reads while it runs"
    assert sign_in(cast.duty_officer).get(at).status_code == 404, "who takes part enters it"


def test_the_report_is_a_word_file_and_a_draft_before_the_evaluation(cast, held):
    url = reverse("drill-report", args=[held.number])

    def words() -> str:
        paper = Document(BytesIO(sign_in(cast.office_director).post(url).content))
        cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
        return "\n".join([line.text for line in paper.paragraphs] + cells)

    draft = words()
    assert "（草稿）" in draft and "尚未评估" in draft and "60 倍速" in draft
    drill_evaluating.evaluate(actor=cast.office_director, number=held.number, now=timezone.now(), **SAID)
    paper = words()
    assert "草稿" not in paper and "值班室备好模板" in paper and "基本达到目的" in paper
    assert "R2" in paper and "超 " in paper and "14 分后：已辟谣" in paper and "没有演练到的，" in paper
    assert "其中没有发生的：邮件快件积压损毁" in paper
    assert "实际起止：" in paper and "导演：市邮政业应急办导演" in paper and "P1 总结评估" in paper
    assert LedgerEntry.objects.filter(action="paper.exported", summary__contains=held.number).count() == 2
    for nobody in (cast.administrator, cast.other_enterprise):
        if nobody.post not in [part.post for part in held.participants.all()]:
            assert sign_in(nobody).post(url).status_code == 404


def test_a_firm_owes_again_when_the_oldest_of_what_it_must_cover_is_a_year_old(cast):
    def due():
        (one,) = drill_dues.dues([cast.firm], timezone.now())
        return one

    today = timezone.localdate()
    held_drills.state(
        actor=cast.enterprise, now=timezone.now(), held_on=today - timedelta(days=100), **STATED
    )
    assert due().is_owed and due().on is None and due().missing == ["channel_interruption"]
    more = STATED | {"title": "渠道中断演练", "contents": ["channel_interruption", "fire"]}
    held_drills.state(actor=cast.enterprise, now=timezone.now(), held_on=today, **more)
    assert due().on == today + timedelta(days=265) and not due().is_owed and due().missing == []
    debt = Deadline.objects.get(rule__code="Q3", debtor=cast.firm, met_at=None)
    assert timezone.localdate(debt.due_at - timedelta(seconds=1)) == due().on
    with time_machine.travel(timezone.now() + timedelta(days=266), tick=False):
        assert due().is_owed and due().missing == ["backlog_damage"]
        page = text_of(sign_in(cast.office_director).get(reverse("drills-owed")))
        assert "超时" in page and "邮件快件积压损毁" in page
        firm = text_of(sign_in(cast.enterprise).get(reverse("drills-owed")))
        assert str(cast.firm) in firm and str(cast.other_firm) not in firm


def test_who_never_held_one_stands_first_and_has_a_debt_all_the_same(cast):
    open_drill_debts()
    bodies = drill_dues.debtors()
    assert Deadline.objects.filter(rule__code="Q3").count() == bodies.count()
    assert drill_dues.open_missing(now=timezone.now()) == 0
    assert not bodies.filter(code="express-a-hub").exists(), "a subsidiary's count for its firm"
    held_drills.state(
        actor=cast.enterprise,
        now=timezone.now(),
        held_on=timezone.localdate(),
        body="express-a-hub",
        **STATED,
    )
    dues = drill_dues.dues(bodies, timezone.now())
    assert dues[0].last is None and dues[0].is_owed
    (firm,) = [due for due in dues if due.body == cast.firm]
    assert firm.last.title == STATED["title"] and firm.missing == ["channel_interruption"]
    assert "从未登记" in text_of(sign_in(cast.auditor).get(reverse("drills-owed")))


def test_what_is_stated_wrongly_is_refused_by_field_and_withdrawn_with_a_reason(cast):
    firm = sign_in(cast.enterprise)
    url, today = reverse("drill-state"), timezone.localdate()
    form = STATED | {"body": cast.firm.code, "held_on": today.isoformat()}
    for wrong, words in (
        ({"held_on": (today + timedelta(days=2)).isoformat()}, "不能晚于今天"),
        ({"held_on": "1999-01-01"}, "2000 年之后"),
        ({"contents": []}, "请选择演练内容"),
        ({"people": "0"}, "参加人数为 1 至"),
        ({"body": cast.other_firm.code}, ""),
        ({"title": "长" * 101}, "100"),
    ):
        answer = firm.post(url, form | wrong)
        assert answer.status_code == 422 and words in text_of(answer)
    assert firm.post(url, form).status_code == 302
    assert "已经登记" in text_of(firm.post(url, form))
    row = HeldDrill.objects.get()
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        HeldDrill.objects.update(people=400)
    for stranger in (cast.other_enterprise, cast.office_director):
        with pytest.raises(NotFound):
            held_drills.withdraw(actor=stranger, pk=row.pk, reason="误登", now=timezone.now())
    away = reverse("drill-withdraw", args=[row.pk])
    assert sign_in(cast.other_enterprise).get(away).status_code == 404
    assert firm.post(away, {"reason": ""}).status_code == 422
    debts = Deadline.objects.filter(rule__code="Q3", debtor=cast.firm, voided_at=None).order_by("pk")
    (before,) = debts
    more = STATED | {"title": "渠道中断演练", "contents": ["channel_interruption"]}
    lately = today - timedelta(days=10)
    held_drills.state(actor=cast.enterprise, now=timezone.now(), held_on=lately, **more)
    assert [debt.met_at is not None for debt in debts.all()] == [True, False]
    old = today - timedelta(days=30)
    held_drills.state(actor=cast.enterprise, now=timezone.now(), held_on=old, **more | {"title": "旧"})
    assert debts.all().count() == 2, "what changes nothing meets nothing"
    for each in HeldDrill.objects.filter(body=cast.firm).exclude(pk=row.pk):
        held_drills.withdraw(actor=cast.enterprise, pk=each.pk, reason="误登", now=timezone.now())
    assert firm.post(away, {"reason": "误登"}).status_code == 302
    assert [debt.met_at is not None for debt in debts.all()] == [True, False], "no withdrawal meets a debt"
    assert debts.last().due_at == before.due_at, "nor puts it off"
    assert "从未登记" in text_of(firm.get(reverse("drills-owed")))
    assert firm.post(url, form).status_code == 302, "it can be stated again"
    with pytest.raises(Invalid):
        held_drills.state(actor=cast.member, now=timezone.now(), held_on=date(2100, 1, 1), **STATED)
