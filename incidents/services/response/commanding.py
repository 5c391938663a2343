"""Ⅲ, Ⅱ and Ⅰ responses, 指挥部's own (§5.3, 5.4): started, superseded, ended."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from alerts.services.debts import DebtBook
from incidents.conditions import latest, running
from incidents.ledger import Entry
from incidents.models import Incident, Level, OpenItem, Organization, Response, ResponseBody
from incidents.refusals import FieldError, NotAllowed
from incidents.roles import Actor
from incidents.services import subject
from incidents.services.check import Check
from incidents.services.closure.closing import wind_up
from incidents.services.command import on_scene, working_groups
from incidents.services.report.following_up import name_in_response
from incidents.services.warning import warning_issuing

Item, Kind = OpenItem.Kind, Organization.Kind
LONGEST = timedelta(hours=72)

RECORD = "并在事件的“指挥”页登记"
END_YOUR_OWN = f"请终止本单位应急响应，{RECORD}。"

OPENED_BY_THREE = (
    Item.TELL_MEMBERS,
    Item.TELL_FIRMS,
    Item.ROUND_THE_CLOCK,
    Item.CONSULTATION,
    Item.EXPERTS,
    Item.WORKING_GROUPS,
    Item.ON_SCENE_COMMAND,
)
"""§5.4.1(3)–5.4.4; the reporting flow is R5 and R9, the tasks are orders."""


@transaction.atomic
def start_three(
    *,
    actor: Actor,
    number: str,
    now: datetime,
    every: timedelta | None = None,
    bodies: Mapping[str, timedelta | None] | None = None,
    seen: int | None = None,
) -> Response:
    """指挥部 starts what 市政府 has approved (§5.4.1(2)); it opens all of §5.4.2–5.4.4.

    `every`: N of the firm's follow-ups and of the reports to 市政府 and the province, None for the rule's own.
    `bodies`: the members and counties named to report too, by code, each with its N.
    """
    incident = subject.locked(actor, "response.start_three", number, seen=seen)
    named = _named(incident, every, bodies or {})
    response = latest(incident, Response.Status.APPROVED)
    response.start_approved(now)
    _begin(incident, response, actor, now, every, named, OPENED_BY_THREE, "5.4.1")
    return response


@transaction.atomic
def start_at_once(
    *,
    actor: Actor,
    number: str,
    now: datetime,
    every: timedelta | None = None,
    bodies: Mapping[str, timedelta | None] | None = None,
    seen: int | None = None,
) -> Response:
    """Ⅰ or Ⅱ: 指挥部 starts at once, in an emergency meeting of its members (§5.3)."""
    incident = subject.locked(actor, "response.start_at_once", number, seen=seen)
    named = _named(incident, every, bodies or {})
    response = Response(incident=incident, level=incident.level, body=incident.office.parent, created_at=now)
    response.start_at_once(now)
    items = (Item.EMERGENCY_MEETING, *OPENED_BY_THREE)
    _begin(incident, response, actor, now, every, named, items, "5.3")
    return response


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


def lapse_proposals(incident: Incident, now: datetime, why: str) -> list[Entry]:
    """A Ⅲ proposed but not started has lost its object."""
    lapsed = []
    for response in incident.responses.all():
        if response.is_being_decided:
            response.supersede(now)
            response.save()
            lapsed.append(
                Entry(
                    "response.superseded",
                    f"{response}建议失效：{why}",
                    clause="5.1",
                    data={"level": response.level},
                )
            )
    return lapsed


def candidates(incident: Incident) -> list[Organization]:
    """The members and counties that may be named, those concerned first."""
    headquarters = incident.office.parent
    counties = Organization.objects.filter(kind=Kind.COUNTY, parent=headquarters.parent_id, is_active=True)
    touched = {county.pk for county in subject.counties_of(incident)}
    ordered = sorted(counties, key=lambda county: (county.pk not in touched, county.pk))
    return [*subject.members_of(incident), *ordered]


def _named(incident: Incident, every: timedelta | None, bodies: Mapping) -> list[tuple]:
    check = Check("5.3")
    known = {body.code: body for body in candidates(incident)}
    for code, interval in bodies.items():
        if code not in known:
            check.wrong("/bodies", "not_found", f"没有成员单位或县区机构“{code}”。", "5.4.2")
        elif interval is not None and not timedelta() < interval <= LONGEST:
            check.wrong("/bodies", "out_of_range", "续报间隔须在 72 小时以内。", "5.4.2")
    if every is not None and not timedelta() < every <= LONGEST:
        check.wrong("/every", "out_of_range", "续报间隔须在 72 小时以内。", "5.4.2")
    check.refuse()
    return [(known[code], interval) for code, interval in bodies.items()]


def _begin(incident, response, actor, now, every, named, items, clause):
    """What starts with Ⅲ or above, in one act (§5.4.1–5.4.4)."""
    earlier = running(incident)
    superseded = lapse_proposals(incident, now, f"启动{response}") if response.pk is None else []
    if earlier:
        superseded.append(_supersede(earlier, response, now))
    response.follow_up_every = every
    response.save()
    _name(response, earlier, named)
    if earlier is None:
        incident.respond()
        incident.save()
    book = DebtBook(incident, now)
    name_in_response(response, incident, book, now)
    _open_items(incident, items, now)
    called = [body for body, _ in named]
    _tell_start(incident, response, called, now, clause)
    formed = working_groups.form_with(response, now)
    entry = Entry(
        "response.started",
        f"指挥部启动{response}" + (f"，{'、'.join(map(str, called))}按时续报" if called else ""),
        clause=clause,
        data={
            "level": response.level,
            "at": now.isoformat(),
            "every_hours": every and every.total_seconds() / 3600,
            "bodies": [body.code for body in called],
        },
        for_firm=True,
    )
    subject.write(incident, actor, now, *superseded, entry, *formed, *book.save())


def _supersede(earlier: Response, response: Response, now: datetime) -> Entry:
    earlier.supersede(now)
    earlier.save()
    return Entry(
        "response.superseded",
        f"{earlier}由{response}取代",
        clause="5.1",
        data={"level": earlier.level},
        for_firm=True,
    )


def _name(response: Response, earlier: Response | None, named: list[tuple]):
    """Whoever was named for the response that it supersedes stays named."""
    before = {row.body: row.follow_up_every for row in earlier.named.all()} if earlier else {}
    ResponseBody.objects.bulk_create(
        ResponseBody(response=response, body=body, follow_up_every=interval)
        for body, interval in (before | dict(named)).items()
    )


def _open_items(incident: Incident, kinds, now: datetime):
    known = set(incident.open_items.filter(settled_at=None).values_list("kind", flat=True))
    done = set(incident.open_items.exclude(settled_at=None).values_list("kind", flat=True))
    again = done if incident.responses.filter(status=Response.Status.ENDED).exists() else set()
    OpenItem.objects.bulk_create(
        OpenItem(incident=incident, kind=kind, opened_at=now)
        for kind in kinds
        if kind not in known and (kind not in done or kind in again)
    )


def _tell_start(incident: Incident, response: Response, named, now: datetime, clause: str):
    title = f"{incident.number} 启动{response}"
    firm = incident.enterprise
    told = [*subject.members_of(incident), *subject.counties_of(incident), *named]
    subject.tell_bodies(
        incident, told, title, at=now, text=f"请启动本单位预案，协同应对，{RECORD}。", clause=clause
    )
    if firm:
        subject.tell_firm(
            incident,
            title,
            event="response.started",
            at=now,
            text=f"请启动本单位保障预案，按时续报，{RECORD}。",
            clause=clause,
        )
    subject.tell_office(incident, title, at=now, clause=clause)


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
