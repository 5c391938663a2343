"""Intake (§5.2.1): three doors, one service. A report comes in, gets a number and a receipt, and starts the clocks."""

from datetime import datetime

from alerts import live
from alerts.models import Deadline, Notification
from alerts.services import inbox
from alerts.services.debts import DebtBook
from incidents.ledger import Entry
from incidents.models import (
    Incident,
    LedgerEntry,
    Level,
    OpenItem,
    OralClaim,
    Origin,
    Report,
    Role,
    plan_parts,
)
from incidents.roles import NAMED, RECEIVERS, Actor, require
from incidents.rows import insert, made, together
from incidents.services import subject
from incidents.services.check import Check, skew
from incidents.services.drill_over import hold_open
from incidents.services.numbers import next_number
from incidents.services.report import contents as contents_of
from incidents.services.report import figures, locating
from incidents.services.report import intake_fields as fields
from incidents.services.report.arrival import Arrival, Call, filed
from incidents.services.report.firm_clock import move_known_at
from incidents.services.transaction import use_case

__all__ = ["Arrival", "Call", "file_report", "follow_proposal", "open_incident"]

TYPED = {"title", "origin", "place", "longitude", "latitude", "occurred_at", "known_at"}
NOT_TYPED = {field.name for field in Incident._meta.fields} - TYPED
"""Columns that the intake itself fills in."""
ORIGINS = frozenset(Origin.values)
TOLD_SUPERIOR = "已告知（何人见报告）"
ROWS_AT_MOST = {Incident: 1, Report: 1, OpenItem: 2, Deadline: 8, Notification: 8, LedgerEntry: 12}


@use_case
@together(ROWS_AT_MOST)
def open_incident(
    *,
    actor: Actor,
    kind: str,
    arrival: Arrival,
    facts: dict,
    contents: dict,
    now: datetime,
) -> tuple[Incident, Report]:
    """Opens an incident with its first report, proposes a level and starts every clock (§5.2.1).

    `facts`: title, event_class (code), origin, occurred_at, known_at, place, county (code or name),
    longitude and latitude (degrees, both or neither), counties_affected, enterprise (code; an enterprise's own by default).
    `contents`: see `contents.py`. The debts that it opens are the incident's `opened_debts`, the proposal its `opened_with`.
    Raises `NotAllowed`, or `Invalid` naming every wrong field.
    """
    require(actor, "incident.open")
    hold_open(actor)
    check = Check()
    arrived_at = fields.arrived_at(check, arrival, now)
    county, office = fields.county_and_office(check, "/county", facts.get("county"), arrived_at)
    plan = fields.plan_in_force(office, arrived_at)
    affected = [
        fields.county(check, f"/counties_affected/{i}", code)
        for i, code in enumerate(facts.get("counties_affected") or [])
    ]
    enterprise = fields.enterprise(check, actor, facts.get("enterprise"), arrival)
    event_class = fields.event_class(check, plan, facts.get("event_class"))
    if facts.get("origin") not in ORIGINS:
        check.wrong("/origin", "required", "请选择起因源头。", "3.1")
    known_at = fields.known_at(check, facts.get("known_at"), arrived_at, arrival, enterprise, now)
    stated = {k: facts.get(k) for k in ("occurred_at", "place") if facts.get(k)} | contents
    stated["event_class"] = event_class
    fields.check_kind(check, actor, kind, arrival.channel)
    contents_of.check_contents(check, kind, stated, now, prefix="/report")
    longitude, latitude = locating.point(check, facts.get("longitude"), facts.get("latitude"))
    check.text("/title", "标题", facts.get("title"), Incident._meta.get_field("title").max_length)
    check.errors = [fields.at_the_door(error) for error in check.errors]
    check.refuse()

    report = made(
        Report,
        kind=kind,
        channel=arrival.channel,
        informant=arrival.informant,
        reporter=fields.reporter(actor, arrival, enterprise),
        filed_by=actor.post,
        arrived_at=arrived_at,
        received_at=now,
        known_at=known_at,
        serial=1,
        **contents_of.report_fields(stated),
    )
    proposal = figures.propose(plan_parts(plan).criteria, figures.latest_figures([report]))
    incident = made(
        Incident,
        plan_version_id=plan,
        office=office,
        title=facts.get("title") or f"{county.short_name}{event_class.name}",
        event_class=event_class,
        origin=facts["origin"],
        enterprise=enterprise,
        county=county,
        place=stated.get("place") or "",
        longitude=longitude,
        latitude=latitude,
        occurred_at=stated.get("occurred_at"),
        known_at=known_at,
        received_at=arrived_at,
        created_at=now,
        proposed_level=proposal.level,
        debt_level=proposal.level,
        is_drill=actor.in_drill,
        drill=actor.drill,
    )
    incident.opened_with = proposal
    news = inbox.Round(office, *subject.with_superior(enterprise), at=now, drill=incident.drill_id)
    number = next_number(office.number_prefix, now, is_drill=incident.is_drill)
    incident.number, incident.year, incident.serial = number
    incident.clean_fields(exclude=NOT_TYPED)
    insert([incident])
    if affected:
        incident.counties_affected.set(affected)
    report.incident, report.number = incident, f"{incident.number}-R1"
    insert([report])
    _claim(report, contents)
    _open_items(incident, report, now)

    book = DebtBook(incident, now, is_new=True)
    book.open_all(proposal.level)
    if figures.is_own_word(report, enterprise):
        book.settle(kind, arrived_at, report=report, by=incident.enterprise)
    came_by = Report.Channel(report.channel).label
    opened = Entry(
        "incident.opened",
        f"接报：{incident.title}（{came_by}），建议{Level(proposal.level).roman}级",
        clause="5.2.1",
        data={
            "number": incident.number,
            "proposed_level": int(proposal.level),
            "because": [criterion.measure for criterion, _ in proposal.because],
            "known_at": known_at and known_at.isoformat(),
        },
        for_firm=True,
    )
    entries = [opened, filed(report, arrival, contents), *book.save()]
    incident.opened_debts = book.rows
    subject.tell_office(
        incident,
        f"新接报 {incident.number} {incident.title}",
        at=now,
        text=f"{came_by}；建议{Level(proposal.level).roman}级，待核实定级",
        clause="5.2.1",
        within=news,
    )
    if actor.role != Role.ENTERPRISE and enterprise:
        words = f"{incident.number} 已由应急办登记"
        subject.tell_firm(incident, words, event="incident.registered", at=now, clause="5.2.1", within=news)
    elif enterprise and enterprise.superior_unit:
        words = f"{incident.number} {incident.title} 已上报"
        subject.tell_firm(incident, words, event=None, at=now, clause="5.2.1", within=news)
    news.send()
    subject.write(incident, actor, now, *entries, begins=True)
    if affected:
        live.tell_changed(incident)
    return incident, report


@use_case
def file_report(
    *,
    actor: Actor,
    number: str,
    kind: str,
    arrival: Arrival,
    contents: dict,
    now: datetime,
    supersedes: str | None = None,
    known_at: datetime | None = None,
) -> Report:
    """A further report on an incident: meets every debt that it answers and may raise the proposal (§5.2.1). Where and when
    it happened is corrected with the report that had said it.

    `supersedes`: the number of the report that this one corrects. `known_at`: an earlier time at which the
    firm knew moves its due times at once; it knew at the latest when its own word came. Raises `NotFound`,
    `NotAllowed`, `WrongState`, `Invalid`.
    """
    incident = subject.locked(actor, "report.file", number)
    check = Check()
    arrival = fields.by_whom(check, actor, incident, kind, arrival)
    arrived_at = fields.arrived_at(check, arrival, now)
    stated = fields.with_what_is_known(incident, contents, check)
    fields.check_kind(check, actor, kind, arrival.channel)
    corrected = None
    if supersedes:
        corrected = incident.reports.filter(number=supersedes, superseded_by=None).first()
        if corrected is None:
            check.wrong("/supersedes", "not_found", f"本事件没有可更正的报告 {supersedes}。")
        elif not fields.may_correct(actor, corrected):
            check.wrong("/supersedes", "not_yours", "只能更正本单位的报告。")
    if known_at and actor.role in NAMED:
        check.wrong("/known_at", "not_yours", "企业获知时间由企业或应急办填报。")
    elif known_at:
        check.time("/known_at", "获知时间", known_at, now)
        if incident.known_at and known_at > incident.known_at:
            check.wrong("/known_at", "later", "推后获知时间须由应急办主任办理并说明理由。")
        elif known_at > arrived_at + skew():
            check.wrong("/known_at", "after_receipt", "获知时间不能晚于接报时间。")
    contents_of.check_contents(check, kind, stated, now)
    check.refuse()

    serial = incident.reports.count() + 1
    report = Report.objects.create(
        incident=incident,
        number=f"{incident.number}-R{serial}",
        serial=serial,
        kind=kind,
        channel=arrival.channel,
        informant=arrival.informant,
        reporter=fields.reporter(actor, arrival, incident.enterprise, incident),
        filed_by=actor.post,
        arrived_at=arrived_at,
        received_at=now,
        known_at=known_at,
        supersedes=corrected,
        **contents_of.report_fields(stated),
    )
    _claim(report, contents)
    _settle_superior_item(incident, report, now)
    book = DebtBook(incident, now)
    entries = [filed(report, arrival, contents)]
    if figures.is_own_word(report, incident.enterprise):
        knew_at = min(known_at or arrived_at, arrived_at)
        if incident.known_at is None or knew_at < incident.known_at:
            entries.append(move_known_at(incident, book, knew_at))
        book.settle(kind, arrived_at, report=report, by=incident.enterprise)
    elif report.is_of_a_named_body:
        book.settle(kind, arrived_at, report=report, by=report.reporter)
    common = incident.merged_into or incident
    common_book = book if common is incident else DebtBook(common, now)
    proposed = follow_proposal(common, common_book, at=arrived_at)
    for fact in ("place", "occurred_at"):
        standing = getattr(incident, fact)
        if not standing or corrected and standing == getattr(corrected, fact):
            setattr(incident, fact, getattr(report, fact) or standing)
    incident.save()
    if common is not incident:
        common.save()
        subject.write(common, actor, now, *proposed, *common_book.save())
    else:
        entries += proposed
    entries += book.save()
    if actor.role in RECEIVERS:
        title = f"{incident.number} 收到{actor.organization}{report.get_kind_display()}"
        subject.tell_office(incident, title, at=now, clause="5.2.1")
    subject.write(incident, actor, now, *entries)
    return report


def follow_proposal(incident: Incident, book: DebtBook, *, at: datetime) -> list[Entry]:
    """What the facts now propose. Before the grading a rise counts as an upgrade at that receipt; after it,
    a proposal above the grade only tells superiors and waits on the desk; once the incident is over, nothing begins."""
    proposal = figures.proposal_for(incident, book.plan.criteria)
    before, incident.proposed_level = incident.proposed_level, proposal.level
    if incident.declined_level and proposal.level > incident.declined_level:
        incident.declined_level = None  # should it rise again, that is a new proposal
    if incident.level is None:
        if proposal.level < incident.debt_level and incident.is_under_way:
            book.upgrade(proposal.level, at)
            incident.debt_level = proposal.level
    elif proposal.level < before and incident.proposal_above_grade and proposal.level < incident.debt_level:
        book.open_upward(proposal.level, at)
    if proposal.level == before:
        return []
    return [
        Entry(
            "incident.proposed",
            f"建议级别由{Level(before).roman}级变为{Level(proposal.level).roman}级",
            clause="3.2",
            data={
                "proposed_level": int(proposal.level),
                "because": [criterion.measure for criterion, _ in proposal.because],
            },
            for_firm=True,
        )
    ]


def _claim(report: Report, contents: dict):
    if told := contents.get("oral_report"):
        insert([OralClaim(report=report, told_whom=told.get("to", ""), told_at=told["at"])])


def _open_items(incident: Incident, report: Report, now: datetime):
    items = [made(OpenItem, incident=incident, kind=OpenItem.Kind.TELL_ENTERPRISES, opened_at=now)]
    if incident.enterprise:
        told = bool(report.superior_told_at)
        items.append(
            made(
                OpenItem,
                incident=incident,
                kind=OpenItem.Kind.SUPERIOR_UNIT,
                opened_at=now,
                settled_at=now if told else None,
                words=TOLD_SUPERIOR if told else "",
            )
        )
    insert(items)


def _settle_superior_item(incident: Incident, report: Report, now: datetime):
    if report.superior_told_at:
        OpenItem.objects.filter(incident=incident, kind=OpenItem.Kind.SUPERIOR_UNIT, settled_at=None).update(
            settled_at=now, words=TOLD_SUPERIOR
        )
