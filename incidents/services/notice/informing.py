"""Notices (通报, §5.2.4, 4.3): drafted and approved by the director, sent by the desk."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django_fsm import can_proceed

from alerts.models import Notification
from alerts.services import inbox, webhook_events
from alerts.services.directory import reached_for
from alerts.services.webhook_happenings import firms_among, of_notice
from incidents.ledger import Entry
from incidents.models import Incident, Notice, NoticeAddressee, OpenItem, Organization
from incidents.paper_sight import visible_notices
from incidents.refusals import WrongState
from incidents.roles import TABLE, Actor
from incidents.services import addressing, subject
from incidents.services.check import Check

CLAUSE, LONGEST = "5.2.4", 5000
Item, Kind = OpenItem.Kind, Organization.Kind
SETTLED_BY_TELLING = (Item.TELL_ENTERPRISES, Item.TELL_MEMBERS, Item.TELL_FIRMS)


@transaction.atomic
def draft(
    *,
    actor: Actor,
    number: str,
    title: str,
    words: str,
    to: Iterable[str],
    now: datetime,
    settles: Iterable[str] = (),
    approved: bool = False,
    sent: bool = False,
) -> Notice:
    """The director drafts it for the bodies of these codes; he may approve it, and send it, in the same act.

    `settles`: open items of the incident that are done with the sending. 通知可能受影响企业 (§4.3) always is, once it
    goes to firms.
    """
    incident = subject.locked(actor, "notice.draft", number)
    return _draft(incident, actor, title, words, to, settles, approved, sent, now)


@transaction.atomic
def correct(
    *,
    actor: Actor,
    notice: str,
    title: str,
    words: str,
    to: Iterable[str],
    now: datetime,
    approved: bool = False,
    sent: bool = False,
) -> Notice:
    """What was sent stays; a correction is a new notice that says which one it corrects."""
    incident, wrong_one = take(actor, "notice.correct", notice)
    return _draft(incident, actor, title, words, to, (), approved, sent, now, corrects=wrong_one)


@transaction.atomic
def revise(
    *,
    actor: Actor,
    notice: str,
    title: str,
    words: str,
    to: Iterable[str],
    now: datetime,
    settles: Iterable[str] = (),
    approved: bool = False,
    sent: bool = False,
    seen: int | None = None,
) -> Notice:
    """Before it is sent, its text and addressees may change; it is approved anew."""
    incident, row = take(actor, "notice.revise", notice)
    if seen is not None:
        subject.refuse_if_moved_on(incident, seen, ("notice.revised",))
    bodies = _checked(incident, title, words, to)
    if row.status == Notice.Status.APPROVED:
        row.take_back()
    row.title, row.words, row.settles = title.strip(), words.strip(), _items(settles)
    row.save()
    row.addressees.all().delete()
    _address(row, bodies)
    _go_on(incident, row, actor, now, approved, sent, [entry_of(row, "notice.revised", "修改通报")])
    return row


@transaction.atomic
def approve(*, actor: Actor, notice: str, now: datetime) -> Notice:
    """The director has settled the text; the desk may send it."""
    incident, row = take(actor, "notice.approve", notice)
    _go_on(incident, row, actor, now, True, False, [])
    return row


@transaction.atomic
def send(*, actor: Actor, notice: str, now: datetime) -> Notice:
    """What is approved goes out: every addressee is told, and its reading is waited for."""
    incident, row = take(actor, "notice.send", notice)
    _go_on(incident, row, actor, now, False, True, [])
    return row


FORWARD = {"notice.revise", "notice.approve", "notice.send", "notice.correct"}
"""Not of an incident that is none, or no more."""


def why_not(row: Notice, code: str) -> str | None:
    """Why this act is not possible on the notice as it stands (409)."""
    sent, state = row.is_sent, row.get_status_display()
    if code in FORWARD and row.incident.status in ("dismissed", "merged", "closed"):
        return f"事件“{row.incident.get_status_display()}”，不能{TABLE[code].name}。"
    if code in ("notice.read", "notice.remind", "notice.correct"):
        if not sent:
            return f"通报“{state}”，不能{TABLE[code].name}。"
        if code == "notice.remind" and all(one.read_at for one in row.addressees.all()):
            return "各单位均已阅知。"
        if code == "notice.correct" and hasattr(row, "corrected_by"):
            return f"已由 {row.corrected_by.number} 更正。"
        return None
    possible = {"notice.approve": can_proceed(row.approve), "notice.send": can_proceed(row.send)}
    if possible.get(code, not sent):
        return None
    first = "须先由应急办主任审定，" if code == "notice.send" and not sent else ""
    return f"通报“{state}”，{first}不能{TABLE[code].name}。"


def take(actor: Actor, code: str, number: str) -> tuple[Incident, Notice]:
    incident, row = subject.locked_with(actor, code, visible_notices([actor]), number, "通报")
    if why := why_not(row, code):
        raise WrongState(why, "wrong_state", CLAUSE)
    return incident, row


def _draft(
    incident, actor, title, words, to, settles, approved, sent, now, corrects: Notice | None = None
) -> Notice:
    bodies = _checked(incident, title, words, to)
    serial = incident.notices.count() + 1
    row = Notice.objects.create(
        incident=incident,
        number=f"{incident.number}-N{serial}",
        serial=serial,
        title=title.strip(),
        words=words.strip(),
        settles=_items(settles),
        corrects=corrects,
        drafted_at=now,
        drafted_by=actor.post,
    )
    _address(row, bodies)
    said = f"起草更正通报，更正 {corrects.number}：" if corrects else "起草通报"
    _go_on(incident, row, actor, now, approved, sent, [entry_of(row, "notice.drafted", said)])
    return row


def _checked(incident: Incident, title: str, words: str, to: Iterable[str]) -> list[Organization]:
    check = Check(CLAUSE)
    for field, name, said, longest in (("title", "标题", title, 100), ("words", "通报内容", words, LONGEST)):
        if not said.strip():
            check.wrong(f"/{field}", "required", f"请填写{name}。", CLAUSE)
        check.text(f"/{field}", name, said.strip(), longest)
    bodies = addressing.named(check, addressing.tellable(incident.office), to, CLAUSE)
    check.refuse()
    return bodies


def _items(settles: Iterable[str]) -> list[str]:
    return sorted(set(settles) & set(SETTLED_BY_TELLING))


def _address(row: Notice, bodies: list[Organization]):
    NoticeAddressee.objects.bulk_create(NoticeAddressee(notice=row, organization=body) for body in bodies)


def _go_on(incident, row: Notice, actor, now, approved: bool, sent: bool, entries: list[Entry]):
    """As far as this act takes it: approved, sent; then what was done is written."""
    if (approved or sent) and row.status == Notice.Status.DRAFT:
        row.approve(now, actor.post)
        row.save()
        entries.append(entry_of(row, "notice.approved", "审定通报"))
    if sent:
        row.send(now, actor.post)
        row.save()
        row.addressees.update(told_at=now)
        bodies = [one.organization for one in row.addressees.select_related("organization")]
        entries.append(
            entry_of(
                row,
                "notice.sent",
                f"发出通报（{len(bodies)} 个单位）",
                reason=row.words,
                data={"to": [body.code for body in bodies]},
            )
        )
        entries += _settle(incident, row, bodies, now)
        title = (
            f"更正通报 {row.number}：{row.title}" if row.corrects_id else f"通报 {row.number}：{row.title}"
        )
        tell_bodies(row, bodies, title, now, "notice.sent")
    subject.write(incident, actor, now, *entries)


def _settle(incident: Incident, row: Notice, bodies: list[Organization], now: datetime) -> list[Entry]:
    """The open items that the sending has done (§4.3)."""
    kinds = set(row.settles)
    if not any(body.kind == Kind.MEMBER for body in bodies):
        kinds.discard(str(Item.TELL_MEMBERS))
    if not any(body.kind in (Kind.COUNTY, Kind.ENTERPRISE) for body in bodies):
        kinds.discard(str(Item.TELL_FIRMS))
    others = any(body.kind == Kind.ENTERPRISE and body.pk != incident.enterprise_id for body in bodies)
    (kinds.add if others else kinds.discard)(str(Item.TELL_ENTERPRISES))
    entries = []
    for item in incident.open_items.select_for_update().filter(kind__in=kinds, settled_at=None):
        item.settled_at, item.words = now, f"已发通报 {row.number}（{len(bodies)} 个单位）"
        item.save()
        entries.append(
            Entry(
                "item.settled",
                f"{item.get_kind_display()}：{item.words}",
                clause=item.clause,
                data={"kind": item.kind, "notice": row.number},
            )
        )
    return entries


def addressees_of(row: Notice) -> list[NoticeAddressee]:
    return list(row.addressees.select_for_update(of=("self",)).select_related("organization__parent__parent"))


def tell_bodies(row: Notice, bodies, title: str, now: datetime, event: str, kind=Notification.Kind.NEWS):
    told = [of_notice(event, row, firm, now, CLAUSE) for firm in firms_among(bodies)]
    webhook_events.queue(told, at=now)
    inbox.tell(
        reached_for(*bodies, at=now, drill=row.incident.drill_id),
        kind=kind,
        title=title,
        text=row.words,
        clause=CLAUSE,
        at=now,
        matter=f"notice/{row.number}",
        within=row.incident,
    )


def entry_of(row: Notice, action: str, words: str, *, reason: str = "", data: dict | None = None) -> Entry:
    return Entry(
        action,
        f"{words} {row.number}：{row.title}",
        clause=CLAUSE,
        reason=reason,
        data={"notice": row.number} | (data or {}),
    )
