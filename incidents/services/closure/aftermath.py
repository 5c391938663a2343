"""After an incident (§6.2–6.4): evaluated with the words of those concerned, investigated by a named team, lessons
followed up, merit and fault recorded."""

from datetime import datetime

from django.db import transaction

from alerts.services.debts import DebtBook
from incidents.ledger import Entry
from incidents.models import (
    Accountability,
    Commendation,
    DeadlineRule,
    Evaluation,
    EvaluationInput,
    Improvement,
    Incident,
    Investigation,
    Level,
    Organization,
    Role,
    TeamMember,
)
from incidents.paper_sight import visible_improvements, visible_inputs
from incidents.refusals import NotAllowed, WrongState
from incidents.roles import RECEIVERS, TABLE, Actor
from incidents.services import subject
from incidents.services.call_up.calling_up import owners
from incidents.services.check import Check

LONGEST = 5000


@transaction.atomic
def draft_evaluation(
    *, actor: Actor, number: str, now: datetime, seen: int | None = None, **fields: str
) -> Evaluation:
    """Saved as far as it goes; it may have gaps."""
    incident = subject.locked(actor, "evaluation.draft", number)
    _refuse_unseen(incident, "evaluation.drafted", seen)
    return _draft(Evaluation, incident, actor, fields, now, "evaluation.drafted", "起草总结评估", "6.2")


@transaction.atomic
def draft_investigation(
    *, actor: Actor, number: str, now: datetime, seen: int | None = None, **fields: str
) -> Investigation:
    incident = subject.locked(actor, "investigation.draft", number)
    _refuse_unseen(incident, "investigation.drafted", seen)
    return _draft(Investigation, incident, actor, fields, now, "investigation.drafted", "起草调查报告", "6.3")


@transaction.atomic
def adopt_evaluation(
    *, actor: Actor, number: str, now: datetime, seen: int | None = None, **fields: str
) -> Evaluation:
    """起因、性质、影响、责任、经验教训 (§6.2); from its adoption on it stands, and P1 is met."""
    incident = subject.locked(actor, "incident.evaluate", number)
    _refuse_unseen(incident, "evaluation.drafted", seen)
    return _conclude(Evaluation, incident, actor, fields, now, "incident.evaluated", "总结评估完成", "6.2")


@transaction.atomic
def adopt_investigation(
    *,
    actor: Actor,
    number: str,
    now: datetime,
    superior_reference: str = "",
    seen: int | None = None,
    **fields: str,
) -> Investigation:
    """Findings, responsibility, how it was dealt with (§6.3); of Ⅲ by the team that 指挥部 named."""
    incident = subject.locked(actor, "incident.investigate", number)
    _refuse_unseen(incident, "investigation.drafted", seen)
    subject.refuse_longer("superior_reference", "上级调查文号", superior_reference, 100)
    ever_three = incident.level >= Level.III and incident.severest_level <= Level.III
    team = TeamMember.objects.filter(investigation__in=incident.investigations.of_this_end())
    if ever_three and not team.exists():
        raise WrongState("较大事件须先由指挥部指定调查组。", "team_missing", "2.2.2")
    if superior_reference.strip():
        fields["superior_reference"] = superior_reference.strip()
    return _conclude(
        Investigation, incident, actor, fields, now, "incident.investigated", "调查处理完成", "6.3"
    )


@transaction.atomic
def name_team(
    *,
    actor: Actor,
    number: str,
    head: tuple[str, str],
    members: list[tuple[str, str]],
    now: datetime,
) -> Investigation:
    """指挥部 names who investigates (§2.2.2(8)); of Ⅳ the office does, unless 指挥部 has. Each: name, body."""
    incident = subject.locked(actor, "investigation.team", number)
    paper = incident.investigations.of_this_end().first() or Investigation(incident=incident)
    if actor.role != Role.COMMANDER:
        if (incident.severest_level or Level.IV) <= Level.III:
            raise NotAllowed("较大以上事件的调查组由指挥部指定。", "role", "2.2.2")
        if paper.team_named_by and paper.team_named_by.role == Role.COMMANDER:
            raise NotAllowed("调查组已由指挥部指定，由指挥部更改。", "role", "2.2.2")
    check = Check("6.2")
    for field, (name, body) in (("head", head), *(("members", member) for member in members)):
        if not name.strip() or not body.strip():
            check.wrong(f"/{field}", "required", "请写明姓名和单位。", "2.2.2")
        check.text(f"/{field}", "姓名", name, 60)
        check.text(f"/{field}", "单位", body, 80)
    check.refuse()
    paper.team_named_at, paper.team_named_by = now, actor.post
    paper.save()
    paper.team.all().delete()
    people = [(*head, True), *((*member, False) for member in members)]
    TeamMember.objects.bulk_create(
        TeamMember(investigation=paper, name=name.strip(), body=body.strip(), is_head=is_head)
        for name, body, is_head in people
    )
    entry = Entry(
        "investigation.team_named",
        f"指定调查组 {len(people)} 人",
        clause="2.2.2",
        data={"bodies": sorted({body for _, body, _ in people})},
        personal={"team": "、".join(name for name, _, _ in people)},
    )
    subject.tell_office(incident, f"{incident.number} 调查组已指定", at=now, clause="2.2.2")
    subject.write(incident, actor, now, entry)
    return paper


@transaction.atomic
def ask(
    *, actor: Actor, number: str, bodies: list[str], question: str, due_at: datetime, now: datetime
) -> list[EvaluationInput]:
    """Firms and members are asked for their word by a date (§6.2); whoever still owes one is not asked twice."""
    incident = subject.locked(actor, "evaluation.ask", number)
    check = Check("6.2")
    found = list(owners(incident).filter(code__in=bodies))
    if not found or len(found) != len(set(bodies)):
        check.wrong("/bodies", "required", "请选择征求意见的单位。", "6.2")
    if not question.strip():
        check.wrong("/question", "required", "请写明征求什么意见。", "6.2")
    check.text("/question", "所问", question, 300)
    check.time("/due_at", "期限", due_at, now, past=False)
    if due_at <= now:
        check.wrong("/due_at", "in_past", "期限须在现在之后。", "6.2")
    owing = incident.evaluation_inputs.filter(body__in=found, answered_at=None).select_related("body")
    for asked in owing:
        check.wrong("/bodies", "already_asked", f"{asked.body}尚未答复 {asked.number}。", "6.2")
    check.refuse()
    first = incident.evaluation_inputs.count() + 1
    rows = [
        EvaluationInput(
            incident=incident,
            number=f"{incident.number}-E{serial}",
            serial=serial,
            body=body,
            question=question.strip(),
            asked_at=now,
            due_at=due_at,
        )
        for serial, body in enumerate(found, first)
    ]
    EvaluationInput.objects.bulk_create(rows)
    title = f"{incident.number} 总结评估征求意见，{subject.clock_words(due_at)} 前答复"
    subject.tell_bodies(incident, found, title, text=question, at=now, clause="6.2", shown=False)
    names = "、".join(map(str, found))
    data = {"bodies": [body.code for body in found], "due_at": due_at.isoformat()}
    entry = Entry("evaluation.asked", f"向{names}征求评估意见", "6.2", question.strip(), data)
    subject.write(incident, actor, now, entry)
    return rows


@transaction.atomic
def answer(*, actor: Actor, asked: str, words: str, now: datetime) -> EvaluationInput:
    """相关邮政、快递企业应予配合 (§6.2)."""
    incident, row = _take(actor, "evaluation.answer", visible_inputs([actor]), asked, "征求意见")
    words = subject.reason_needed(words, "6.2", field="words", name="意见")
    subject.refuse_longer("words", "意见", words, LONGEST)
    row.answered_at, row.answered_by, row.words = now, actor.post, words
    row.save()
    title = f"{row.number} {row.body}已答复评估意见"
    subject.tell_office(incident, title, at=now, clause="6.2")
    for_firm = row.body_id == incident.enterprise_id
    entry = Entry("evaluation.answered", title, "6.2", words, {"asked": row.number}, for_firm)
    subject.write(incident, actor, now, entry)
    return row


@transaction.atomic
def open_improvement(
    *, actor: Actor, number: str, measure: str, body: str, due_at: datetime, now: datetime
) -> Improvement:
    """A lesson has somebody who sees to it, by when."""
    incident = subject.locked(actor, "improvement.open", number)
    check = Check("6.2")
    who = (owners(incident) | Organization.objects.filter(pk=incident.office_id)).filter(code=body).first()
    if who is None:
        check.wrong("/body", "required", "请选择责任单位。", "6.2")
    if not measure.strip():
        check.wrong("/measure", "required", "请填写改进措施。", "6.2")
    check.text("/measure", "改进措施", measure, 300)
    check.time("/due_at", "期限", due_at, now, past=False)
    check.refuse()
    serial = incident.improvements.count() + 1
    row = Improvement(
        incident=incident,
        number=f"{incident.number}-J{serial}",
        serial=serial,
        measure=measure.strip(),
        body=who,
        due_at=due_at,
        opened_at=now,
    )
    row.save()
    title = f"改进措施 {row.number}，{subject.clock_words(due_at)} 前完成"
    subject.tell_bodies(incident, [who], title, text=row.measure, at=now, clause="6.2", shown=False)
    data = {"improvement": row.number, "owner": str(who), "due_at": due_at.isoformat()}
    entry = Entry("improvement.opened", f"改进措施 {row.number}：{row.measure}", clause="6.2", data=data)
    subject.write(incident, actor, now, entry)
    return row


@transaction.atomic
def improvement_done(*, actor: Actor, improvement: str, words: str, now: datetime) -> Improvement:
    seen = visible_improvements([actor])
    incident, row = _take(actor, "improvement.done", seen, improvement, "改进措施")
    words = subject.reason_needed(words, "6.2", field="words", name="完成情况")
    row.done_at, row.done_by, row.words = now, actor.post, words
    row.save()
    title = f"改进措施 {row.number} 完成（{row.body}）"
    subject.tell_office(incident, title, text=words, at=now, clause="6.2")
    entry = Entry("improvement.done", title, "6.2", words, {"improvement": row.number})
    subject.write(incident, actor, now, entry)
    return row


@transaction.atomic
def commend(*, actor: Actor, number: str, now: datetime, **decided) -> Commendation:
    return _record(Commendation, "verdict.commend", actor, number, now, decided)


@transaction.atomic
def hold_to_account(*, actor: Actor, number: str, now: datetime, **decided) -> Accountability:
    return _record(Accountability, "verdict.account", actor, number, now, decided)


def input_why_not(row: EvaluationInput, code: str) -> str | None:
    return "已答复，不能更改。" if row.answered_at else None


def improvement_why_not(row: Improvement, code: str) -> str | None:
    return "已报告完成，不能更改。" if row.done_at else None


def may_act(row, code: str, actor: Actor) -> bool:
    """It is the body's own to say; the office notes what was done."""
    if actor.role not in RECEIVERS:
        return True
    if actor.role == Role.ENTERPRISE:
        return Organization.objects.within(actor.organization).filter(pk=row.body_id).exists()
    return actor.organization.pk == row.body_id


def _record(model, code, actor, number, now, decided: dict):
    """Whom (a body or a person), what, by whom decided, document, when (§6.4)."""
    incident = subject.locked(actor, code, number)
    decided = {name: decided.get(name) or "" for name in LENGTHS} | {"decided_at": decided.get("decided_at")}
    check = Check("6.2")
    code_of_body = decided.pop("body")
    body = owners(incident).filter(code=code_of_body).first() if code_of_body else None
    if body is None and (code_of_body or not decided["person_name"].strip()):
        check.wrong("/body", "required", "请选择单位，或填写个人姓名。", "6.4")
    for name, (label, length) in LENGTHS.items():
        if name == "body":
            continue
        if not decided[name].strip() and name != "person_name":
            check.wrong(f"/{name}", "required", f"请填写{label}。", "6.4")
        check.text(f"/{name}", label, decided[name], length)
    if decided["decided_at"] is None:
        check.wrong("/decided_at", "required", "请填写决定时间。", "6.4")
    check.time("/decided_at", "决定时间", decided["decided_at"], now)
    check.refuse()
    texts = {name: value.strip() if isinstance(value, str) else value for name, value in decided.items()}
    row = model.objects.create(incident=incident, body=body, recorded_at=now, recorded_by=actor.post, **texts)
    noun = model._meta.verbose_name
    data = {"document_no": row.document_no, "decided_by": row.decided_by, "words": row.words}
    entry = Entry(
        code.replace("verdict.", "verdict.of_"),
        f"{noun}：{body or '个人'}（{row.document_no}）",
        clause="6.4",
        data=data,
        personal={"person_name": row.person_name},
    )
    subject.write(incident, actor, now, entry)
    return row


LENGTHS = {
    "body": ("单位", 40),
    "person_name": ("个人姓名", 60),
    "words": ("决定内容", 2000),
    "decided_by": ("决定机关", 80),
    "document_no": ("文号", 60),
}


def _take(actor: Actor, code: str, seen, number: str, noun: str):
    incident, row = subject.locked_with(actor, code, seen, number, noun)
    if not may_act(row, code, actor):
        raise NotAllowed(f"“{TABLE[code].name}”由{row.body}办理。", "role", TABLE[code].clause)
    why = input_why_not if isinstance(row, EvaluationInput) else improvement_why_not
    if words := why(row, code):
        raise WrongState(words, "wrong_state", TABLE[code].clause)
    return incident, row


def _refuse_unseen(incident: Incident, drafted: str, seen: int | None):
    """Two at once on the same paper: nobody writes over a draft that he has not seen."""
    if seen is not None:
        subject.refuse_if_moved_on(incident, seen, (drafted,))


def _draft(model, incident, actor, fields, now, action, words, clause):
    paper = model.objects.of_this_end().filter(incident=incident).first() or model(incident=incident)
    check = Check("6.2")
    for name in model.CONTENTS:
        said = fields.get(name, "").strip()
        check.text(f"/{name}", model._meta.get_field(name).verbose_name, said, LONGEST)
        setattr(paper, name, said)
    check.refuse()
    paper.drafted_at, paper.drafted_by = now, actor.post
    paper.save()
    given = [name for name in model.CONTENTS if getattr(paper, name)]
    subject.write(incident, actor, now, Entry(action, words, clause=clause, data={"given": given}))
    return paper


def _conclude(model, incident: Incident, actor, fields, now, action, words, clause):
    paper = model.objects.of_this_end().filter(incident=incident).first() or model(incident=incident)
    check = Check("6.2")
    for name in model.CONTENTS:
        text = fields.get(name, "").strip()
        label = model._meta.get_field(name).verbose_name
        if not text:
            check.wrong(f"/{name}", "required", f"请填写{label}。", clause)
        check.text(f"/{name}", label, text, LONGEST)
        setattr(paper, name, text)
    check.refuse()
    if paper.concluded_at:
        raise WrongState(f"{words}，不能重复。", "already_done", clause)
    if reference := fields.get("superior_reference"):
        paper.superior_reference = reference
    paper.concluded_at, paper.by = now, actor.post
    paper.save()
    book = DebtBook(incident, now)
    book.settle(DeadlineRule.Act[model.__name__.upper()], now)
    data = {name: getattr(paper, name) for name in model.CONTENTS}
    subject.write(incident, actor, now, Entry(action, words, clause=clause, data=data), *book.save())
    return paper
