"""A response of 指挥部's ends (§5.3, 5.4.5): Ⅲ proposed and declared, Ⅱ and Ⅰ on the order of a superior body."""

from datetime import datetime

from django.db import transaction

from incidents.conditions import running
from incidents.ledger import Entry
from incidents.models import Incident, Level, Organization, Response
from incidents.refusals import FieldError, NotAllowed
from incidents.roles import Actor
from incidents.services import subject
from incidents.services.check import Check
from incidents.services.closure.closing import wind_up
from incidents.services.command import on_scene, working_groups
from incidents.services.response.commanding import RECORD
from incidents.services.warning import warning_issuing

Kind = Organization.Kind


END_YOUR_OWN = f"请终止本单位应急响应，{RECORD}。"


@transaction.atomic
def propose_end(*, actor: Actor, number: str, words: str, now: datetime) -> Response:
    """The office, or a commander, proposes to end Ⅲ (§5.4.5(1))."""
    incident = subject.locked(actor, "response.propose_end", number)
    words = subject.reason_needed(words, "5.4.5", field="words", name="结束建议")
    response = running(incident)
    response.propose_end(actor.post)
    response.save()
    subject.tell_deciders(incident, f"{incident.number} 建议结束Ⅲ级响应", text=words, at=now, clause="5.4.5")
    entry = Entry("response.end_proposed", "建议结束Ⅲ级响应", clause="5.4.5", reason=words)
    subject.write(incident, actor, now, entry)
    return response


@transaction.atomic
def decline_end(*, actor: Actor, number: str, reason: str, now: datetime) -> Response:
    """指挥部 does not follow the proposal: the response goes on (§5.4.5(2))."""
    incident = subject.locked(actor, "response.decline_end", number)
    reason = subject.reason_needed(reason, "5.4.5")
    response = running(incident)
    response.decline_end()
    response.save()
    subject.tell_deciders(incident, f"{incident.number} Ⅲ级响应继续进行", text=reason, at=now, clause="5.4.5")
    entry = Entry("response.end_declined", "不采纳结束建议，Ⅲ级响应继续", clause="5.4.5", reason=reason)
    subject.write(incident, actor, now, entry)
    return response


@transaction.atomic
def declare_end(
    *, actor: Actor, number: str, now: datetime, words: str = "", seen: int | None = None
) -> Response:
    """指挥部 declares Ⅲ ended, by somebody else than who proposed it; every body ends its own (§5.4.5)."""
    incident = subject.locked(actor, "response.declare_end", number, seen=seen)
    response = running(incident)
    if response.ending_proposed_by.person_id == actor.post.person_id:
        raise NotAllowed("提出结束建议的人不能自己宣布结束，须由另一位指挥长宣布。", "own_proposal", "5.4.5")
    response.declare_end(now)
    warning_issuing.lift_with_response(incident, actor=actor, reason=f"{incident.number} 响应终止", now=now)
    _end(incident, response, actor, now, words.strip() or "终止预警状态和应急响应", "5.4.5", {})
    return response


@transaction.atomic
def end_on_order(
    *,
    actor: Actor,
    number: str,
    by: str,
    person: str,
    words: str,
    now: datetime,
    at: datetime | None = None,
    seen: int | None = None,
) -> Response:
    """Ⅰ and Ⅱ end on the order of a superior body (by kind), recorded: who, when, in what words (§5.3)."""
    incident = subject.locked(actor, "response.end_on_order", number, seen=seen)
    response = running(incident)
    check = Check("5.3")
    body = those_who_command(incident).get(by)
    if body is None:
        check.wrong("/by", "unknown_body", "请选择下达命令的上级机关。", "5.3")
    if not person.strip():
        check.wrong("/person", "required", "请写明下达命令的人。", "5.3")
    if not words.strip():
        check.wrong("/words", "required", "请记录上级命令原文。", "5.3")
    check.text("/person", "下达命令的人", person, 60)
    too_early = FieldError("/at", "before_start", "命令时间不能早于启动时间。", "5.3")
    ordered_at = check.moment("命令时间", at, now, since=response.started_at, too_early=too_early)
    check.refuse()
    response.end_on_order(now)
    data = {"to": body.code, "at": ordered_at.isoformat()}
    said = f"{body}命令（{subject.clock_words(ordered_at)}）：{words.strip()}"
    _end(incident, response, actor, now, said, "5.3", data, {"person": person.strip()})
    return response


def those_who_command(incident: Incident) -> dict[str, Organization]:
    """Who commands Ⅰ and Ⅱ beside or above 指挥部 (§5.1, 5.3), by kind."""
    city = incident.office.parent.parent
    province = city.parent
    return {Kind.CITY_GOVERNMENT: city, Kind.PROVINCE: province, Kind.NATION: province.parent}


def _end(incident, response, actor, now, words, clause, data, personal=None):
    """The response is over and the incident with it; every body is told to end its own (§5.4.5(3))."""
    response.save()
    working_groups.dissolve_with(incident, now)
    on_scene.end_with(incident, now)
    book = wind_up(incident, actor, now, now)
    title = f"{incident.number} {response}结束"
    named = [row.body for row in response.named.select_related("body")]
    ordered = [order.receiver for order in incident.orders.select_related("receiver")]
    firms = {body for body in ordered if body.kind == Kind.ENTERPRISE and body != incident.enterprise}
    told = {*subject.members_of(incident), *subject.counties_of(incident), *named, *ordered} - firms
    subject.tell_bodies(
        incident, told - {incident.enterprise}, title, at=now, text=END_YOUR_OWN, clause=clause
    )
    subject.tell_bodies(
        incident, firms, title, at=now, text="请终止本单位应急响应。", clause=clause, shown=False
    )
    subject.tell_firm(incident, title, event="response.ended", at=now, text=END_YOUR_OWN, clause=clause)
    subject.tell_office(incident, title, at=now, text=words, clause=clause)
    entry = Entry(
        "response.ended",
        f"指挥部宣布{response}结束" if response.level == Level.III else f"{response}按上级命令结束",
        clause=clause,
        reason=words,
        data={"level": response.level} | data,
        personal=personal or {},
        for_firm=True,
    )
    ended = Entry("incident.ended", "事件结束", clause=clause, for_firm=True)
    subject.write(incident, actor, now, entry, ended, *book.save())
