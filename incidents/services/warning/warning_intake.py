"""Warning information comes in (§4.2): from a firm, a call, a superior, a feed; it is numbered and starts the clocks."""

from datetime import datetime

from django.db import transaction

from alerts.models import Warning, WarningItem, WarningMeasure
from alerts.services.debts import DebtBook
from incidents.ledger import Entry
from incidents.models import DeadlineRule, EventClass, Level, Organization, PlanVersion, Report, Role
from incidents.refusals import wrong
from incidents.roles import SYSTEM, Actor, require
from incidents.services import warning_subject as subject
from incidents.services.check import Check
from incidents.services.drill_over import hold_open
from incidents.services.numbers import next_number
from incidents.services.report import intake_fields as fields
from incidents.services.report.intake import Arrival
from incidents.services.subject import clock_words, reason_needed

Act, Clock = DeadlineRule.Act, DeadlineRule.Clock
Channel, Status = Warning.Channel, Warning.Status
TEXTS = {
    "risk": "风险情况",
    "may_follow": "可能引发的后果",
    "measures_taken": "已采取的措施",
    "place": "地点",
}
LONGEST = 2000
BY_HAND = [channel for channel in Channel if channel != Channel.FEED]


@transaction.atomic
def receive(*, actor: Actor, arrival: Arrival, facts: dict, now: datetime) -> Warning:
    """Warning information, filed by a firm or logged by the office; a firm's own was due within the hour (W1, W2).

    `facts`: channel (one of §4.2), title, risk, may_follow, measures_taken, place, counties_affected, event_class,
    enterprise (code), known_at, source_body (code: the body that it came from, which is not told back).
    Raises `NotAllowed`, or `Invalid` naming every wrong field.
    """
    require(actor, "warning.receive")
    hold_open(actor)
    check = Check("4.2")
    is_firm = actor.role == Role.ENTERPRISE
    channel = Channel.ENTERPRISE if is_firm else facts.get("channel")
    if channel not in BY_HAND:
        check.wrong("/channel", "required", "请选择信息来源渠道。", "4.2")
    by_firm = Report.Informant.ENTERPRISE if channel == Channel.ENTERPRISE else Report.Informant.OTHER
    arrival = Arrival(arrival.channel, arrival.arrived_at, by_firm, arrival.call)
    enterprise = fields.enterprise(check, actor, facts.get("enterprise"), arrival)
    received_at = fields.arrived_at(check, arrival, now)
    known_at = fields.known_at(check, facts.get("known_at"), received_at, arrival, enterprise, now)
    stated = _stated(check, facts, needed=TEXTS if is_firm else ("risk",))
    counties = _counties(check, facts)
    plan = PlanVersion.in_force(received_at)
    event_class = _event_class(check, facts, plan)
    check.refuse()
    office = _office(actor, enterprise, counties)
    warning = Warning(
        status=Status.RECEIVED,
        office=office,
        plan_version=plan,
        title=facts.get("title") or _title(counties, event_class),
        channel=channel,
        source_body=_source_body(facts, channel, office),
        enterprise=enterprise if channel == Channel.ENTERPRISE else None,
        event_class=event_class,
        known_at=known_at if channel == Channel.ENTERPRISE else None,
        received_at=received_at,
        is_drill=actor.in_drill,
        drill=actor.drill,
        **stated,
    )
    _save(warning, counties, now)
    book = DebtBook(warning, now, is_new=True)
    if warning.enterprise and known_at:
        book.start(Clock.RISK_KNOWN, known_at)
        book.settle(Act.RISK_REPORT, received_at, by=enterprise)
    _open_received(warning, book, received_at, now)
    words = f"收到预警信息：{warning.title}（{warning.get_channel_display()}）"
    if warning.typed_later:
        words += f"，补录：{clock_words(received_at)} 到达"
    entry = Entry(
        "warning.received",
        words,
        clause="4.2",
        data={
            "number": warning.number,
            "channel": channel,
            "enterprise": warning.enterprise and warning.enterprise.code,
            "source_body": warning.source_body and warning.source_body.code,
            "known_at": known_at and known_at.isoformat(),
            "arrived_at": received_at.isoformat(),
            "counties_affected": [str(county) for county in counties],
        }
        | stated,
        for_firm=bool(warning.enterprise),
        personal={"caller": arrival.call.caller, "phone": arrival.call.phone},
    )
    subject.tell(
        warning,
        [office],
        f"新预警信息 {warning.number} {warning.title}",
        at=now,
        text=f"{warning.get_channel_display()}；一小时内报指挥部和省，并通报有关部门",
        clause="4.3",
    )
    subject.write(warning, actor, now, entry, *book.save())
    return warning


@transaction.atomic
def candidate(
    *, office: Organization, facts: dict, now: datetime, feed_item: str = "", actor: Actor = SYSTEM
) -> Warning:
    """An item of a warning feed came in: someone of the office must accept or set it aside (W0).

    `feed_item`: the item's own name in its feed; one that is here already comes back as it stands. `actor`: who
    brought it, where it was not fetched.
    """
    if feed_item and (known := Warning.objects.filter(office=office, feed_item=feed_item).first()):
        return known
    check = Check("4.2")
    stated = _stated(check, facts, needed=("risk",))
    counties = _counties(check, facts)
    plan = PlanVersion.in_force(now)
    event_class = _event_class(check, facts, plan)
    check.text("/feed_item", "来源条目标识", feed_item, Warning._meta.get_field("feed_item").max_length)
    check.refuse()
    warning = Warning(
        status=Status.CANDIDATE,
        office=office,
        plan_version=plan,
        title=facts.get("title") or _title(counties, event_class),
        channel=Channel.FEED,
        feed_item=feed_item,
        event_class=event_class,
        received_at=now,
        **stated,
    )
    _save(warning, counties, now)
    book = DebtBook(warning, now, is_new=True)
    book.start(Clock.FEED, now)
    entry = Entry(
        "warning.feed_item",
        f"预警信息源：{warning.title}",
        clause="4.2",
        data={"number": warning.number, "feed_item": feed_item} | stated,
    )
    subject.tell(
        warning, [office], f"预警来源条目待处理 {warning.number}", at=now, text=warning.title, clause="4.2"
    )
    subject.write(warning, actor, now, entry, *book.save())
    return warning


@transaction.atomic
def accept(*, actor: Actor, number: str, now: datetime) -> Warning:
    """The item is warning information: the hour of §4.3 runs from now on (W2). Meets W0."""
    warning = subject.locked(actor, "warning.accept", number)
    warning.accept(now)
    warning.save()
    book = DebtBook(warning, now)
    book.settle(Act.TRIAGE, now)
    _open_received(warning, book, now, now)
    subject.write(
        warning, actor, now, Entry("warning.accepted", "接收为预警信息", clause="4.2"), *book.save()
    )
    return warning


@transaction.atomic
def set_aside(*, actor: Actor, number: str, reason: str, now: datetime) -> Warning:
    """The item does not touch the industry: said with a reason. Meets W0."""
    warning = subject.locked(actor, "warning.set_aside", number)
    reason = reason_needed(reason, "4.2")
    warning.set_aside()
    warning.save()
    book = DebtBook(warning, now)
    book.settle(Act.TRIAGE, now)
    entry = Entry("warning.set_aside", "搁置来源条目", clause="4.2", reason=reason)
    subject.write(warning, actor, now, entry, *book.save())
    return warning


def _open_received(warning: Warning, book: DebtBook, at: datetime, now: datetime):
    """§4.3 begins: headquarters and province within the hour, the departments, the six measures."""
    book.start(Clock.RISK_RECEIVED, at, but_not_to=warning.source_body)
    WarningItem.objects.create(warning=warning, kind=WarningItem.Kind.TELL_DEPARTMENTS, opened_at=now)
    WarningMeasure.objects.bulk_create(
        WarningMeasure(warning=warning, item=item) for item in WarningMeasure.Item
    )


def _save(warning: Warning, counties: list[Organization], now: datetime):
    warning.created_at = now
    number = next_number(f"{warning.office.number_prefix}-W", now, is_drill=warning.is_drill)
    warning.number, warning.year, warning.serial = number
    warning.save(force_insert=True)
    warning.counties_affected.set(counties)


def _stated(check: Check, facts: dict, needed) -> dict:
    """The texts of the information (domain §3); every wrong one is named."""
    stated = {name: (facts.get(name) or "").strip() for name in TEXTS}
    for name, value in stated.items():
        if name in needed and not value:
            check.wrong(f"/{name}", "required", f"请填写{TEXTS[name]}。", "4.2")
        check.text(f"/{name}", TEXTS[name], value, 200 if name == "place" else LONGEST)
    check.text("/title", "标题", facts.get("title"), Warning._meta.get_field("title").max_length)
    return stated


def _counties(check: Check, facts: dict) -> list[Organization]:
    codes = facts.get("counties_affected") or []
    found = [fields.county(check, f"/counties_affected/{i}", code) for i, code in enumerate(codes)]
    return [county for county in found if county]


def _event_class(check: Check, facts: dict, plan: PlanVersion) -> EventClass | None:
    code = facts.get("event_class")
    return fields.event_class(check, plan.pk, code) if code else None


def _title(counties: list[Organization], event_class: EventClass | None) -> str:
    where = counties[0].short_name if counties else ""
    return f"{where}{event_class.name if event_class else ''}风险信息"


def _office(actor: Actor, enterprise: Organization | None, counties: list[Organization]) -> Organization:
    """The office that has it: the officer's own; for a firm's report that of its city, or of the county affected."""
    if actor.role != Role.ENTERPRISE:
        offices = Organization.objects.select_related("parent__parent__parent", "host")
        return offices.get(pk=actor.organization.pk)
    county = enterprise.county or next(iter(counties), None)
    if county is None:
        raise wrong("/counties_affected", "required", "请选择可能影响的县区。", "4.2")
    return fields.office_of(county)


def _source_body(facts: dict, channel: str, office: Organization) -> Organization | None:
    """The body that passed it on; the province's channel is the province."""
    if channel == Channel.PROVINCE:
        return office.parent.parent.parent
    code = facts.get("source_body")
    if not code:
        return None
    body = Organization.objects.filter(code=code, is_active=True).first()
    if body is None:
        raise wrong("/source_body", "not_found", f"没有代码为“{code}”的单位。", "4.2")
    return body


def level_of(value) -> Level:
    """A level as handed in by a form or the API; refused if it is none."""
    try:
        return Level(int(value))
    except (TypeError, ValueError) as error:
        raise wrong("/level", "not_a_level", "请选择预警级别。", "4.4") from error
