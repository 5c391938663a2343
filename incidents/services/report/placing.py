"""Which county an incident happened in, and which others it affects: put right when it was named wrongly at 3 a.m. (§5.2.1)."""

from datetime import datetime

from django.db import transaction

from alerts import live
from alerts.services.debts import DebtBook
from incidents.conditions import running
from incidents.ledger import Entry
from incidents.models import Incident, Level, OpenItem, Organization, Response
from incidents.refusals import WrongState
from incidents.roles import Actor
from incidents.services import subject
from incidents.services.check import Check
from incidents.services.report import intake_fields as fields

CLAUSE = "5.2.1"
CORRECTED = "incident.county_corrected"
TOLD_BY_PLACE = (OpenItem.Kind.TELL_ENTERPRISES, OpenItem.Kind.TELL_FIRMS)
"""Whom these tell depends on where it is: told once, they are to be told again."""


@transaction.atomic
def correct_county(
    *,
    actor: Actor,
    number: str,
    county: str,
    affected: list[str],
    reason: str,
    now: datetime,
    seen: int | None = None,
) -> Incident:
    """The county, and all others affected (by code or name). Who comes in is told at once, who falls out that it was an
    error; a county that had been named to follow up hands that to the right one."""
    incident = subject.locked(actor, "incident.correct_county", number)
    if seen is not None:
        subject.refuse_if_moved_on(incident, seen, (CORRECTED,))
    reason = subject.reason_needed(reason, CLAUSE)
    check = Check(CLAUSE)
    right = fields.county(check, "/county", county)
    others = [fields.county(check, f"/affected/{i}", code) for i, code in enumerate(affected)]
    if right and right.parent_id != incident.office.parent.parent_id:
        words = f"{right}不归{incident.office}受理：请由当地应急办另行接报，本事件按“不成立”了结。"
        check.wrong("/county", "other_city", words)
    check.refuse()

    wrong, before = incident.county, subject.counties_of(incident)
    others = [body for body in dict.fromkeys(others) if body != right]
    if right == wrong and set(before) == {right, *others}:
        raise WrongState("县区没有变化。", "wrong_state", CLAUSE)
    incident.county = right
    incident.title = _retitled(incident.title, wrong, right)
    incident.save()
    incident.counties_affected.set(others)
    gone = [body for body in before if body not in (right, *others)]
    come = [body for body in (right, *others) if body not in before]

    book = DebtBook(incident, now)
    if response := running(incident):
        _hand_over(response, book, gone, right if right in come else None, now)
    if come and incident.is_under_way:
        _tell_again(incident, response, now)
    _tell(incident, response, come, gone, reason, now)
    names = "、".join(map(str, others))
    entry = Entry(
        CORRECTED,
        (f"县区更正：{wrong} → {right}" if right != wrong else f"县区 {right}")
        + (f"，波及{names}" if names else "，未波及其他县区"),
        clause=CLAUSE,
        reason=reason,
        data={
            "from": wrong.code,
            "county": right.code,
            "affected_before": [body.code for body in before if body != wrong],
            "affected": [body.code for body in others],
        },
        for_firm=True,
    )
    subject.write(incident, actor, now, entry, *book.save())
    if not incident.is_drill:
        live.tell("incident", incident.number, {f"county:{body.pk}" for body in gone})
    return incident


def _retitled(title: str, wrong: Organization, right: Organization) -> str:
    """A title that begins with the county's name begins with the right one's."""
    rest = title.removeprefix(wrong.short_name)
    longest = Incident._meta.get_field("title").max_length
    return title if rest == title else f"{right.short_name}{rest}"[:longest]


def _hand_over(response: Response, book: DebtBook, gone: list, right: Organization | None, now: datetime):
    """Who was named for its place, and it was not there, owes no follow-ups and never did (R5); the right county does."""
    for named in response.named.filter(body__in=gone).select_related("body"):
        book.drop_county(named.body)
        if right is None or response.named.filter(body=right).exists():
            named.delete()
            continue
        named.body = right
        named.save()
        book.follow_up(response.level, now, {right: named.follow_up_every or response.follow_up_every})


def _tell_again(incident: Incident, response: Response | None, now: datetime):
    items = incident.open_items.filter(kind__in=TOLD_BY_PLACE)
    waiting = set(items.filter(settled_at=None).values_list("kind", flat=True))
    done = set(items.exclude(settled_at=None).values_list("kind", flat=True)) - waiting
    if response is None:
        done.discard(OpenItem.Kind.TELL_FIRMS)
    OpenItem.objects.bulk_create(
        OpenItem(incident=incident, kind=kind, opened_at=now) for kind in sorted(done)
    )


def _tell(incident: Incident, response: Response | None, come, gone, reason: str, now: datetime):
    said = {"at": now, "clause": CLAUSE}
    todo = ""
    if response and response.level <= Level.III:
        todo = f"{response}已启动：请启动本单位预案，协同应对，并在事件的“指挥”页登记。"
    for body in come:
        where = "发生在" if body == incident.county else "波及"
        title = f"{incident.number} {incident.title}：{where}{body}"
        subject.tell_bodies(incident, [body], title, text=f"{todo}县区更正：{reason}", **said)
    if gone:
        title = f"更正：{incident.number} 与{'、'.join(map(str, gone))}无关"
        text = f"县区登记有误，此前就该事件所告事项不再适用。{reason}"
        subject.tell_bodies(incident, gone, title, text=text, shown=False, **said)
    title = f"{incident.number} 县区更正为{incident.county}"
    subject.tell_office(incident, title, text=reason, **said)
    subject.tell_firm(incident, title, event=None, text=reason, **said)
