"""Other services' warnings come in as CAP 1.2, one message or a feed of them (§4.2): each becomes a candidate, once.

A candidate waits for the duty officer (W0), who accepts it or sets it aside. An update or a cancellation is a candidate
of its own, shown with the one that it is about. What can't be read with safety is refused in words, the rest stands.
"""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from alerts import cap
from alerts.cap.message import GRADES
from alerts.models import CapMessage, FeedItem, Warning
from incidents.models import Organization
from incidents.refusals import wrong
from incidents.roles import SYSTEM, Actor, require
from incidents.services.subject import clock_words
from incidents.services.warning import warning_intake
from incidents.services.warning.county_map import outlines

CLAUSE = "4.2"
MOST = 100
"""Messages of one document: a feed of more is somebody's archive."""
LONGEST_NAME = Warning._meta.get_field("feed_item").max_length
CUT = "……（原文较长，全文见“来源报文”）"
CODE = re.compile(r"([1-8]\d{5})(\d{6})?")


@dataclass(frozen=True)
class Skipped:
    """A message that is no candidate, and why."""

    title: str
    reason: str


@dataclass
class Imported:
    """What became of a document."""

    new: list[Warning] = field(default_factory=list)
    known: list[Warning] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    links: list[cap.Link] = field(default_factory=list)

    @property
    def words(self) -> str:
        return f"新到 {len(self.new)} 条，已有 {len(self.known)} 条，未接收 {len(self.skipped)} 条"


@transaction.atomic
def import_cap(
    *, office: Organization, data: bytes, now: datetime, actor: Actor = SYSTEM, url: str = ""
) -> Imported:
    """Takes in a CAP message, or an Atom feed of them. Raises `NotAllowed`, or `Invalid` where it can't be read.

    `actor`: the officer who brought it; the system where it was fetched from `url`.
    """
    if actor is not SYSTEM:
        require(actor, "warning.import")
    received = cap.parse(data)
    if len(received.messages) > MOST:
        words = f"一次最多导入 {MOST} 条，这份预警源有 {len(received.messages)} 条。"
        raise wrong("", "too_many", words, CLAUSE)
    # Two imports of one feed at once: the second waits, and finds all there.
    office = Organization.objects.select_for_update(of=("self",), no_key=True).get(pk=office.pk)
    ground = _Ground.of(office)
    found = Imported(links=list(received.links))
    found.skipped += [Skipped(each.title or "（无标题）", each.reason) for each in received.unreadable]
    for message in sorted(received.messages, key=lambda each: each.sent):
        if known := Warning.objects.filter(office=office, feed_item=name_of(message.reference)).first():
            found.known.append(known)
        elif reason := _why_not(message, ground, now) or _nothing_to_cancel(message, office):
            found.skipped.append(Skipped(message.title, reason))
        else:
            found.new.append(_take_in(message, ground, actor, now, url))
    return found


def name_of(reference: cap.Reference) -> str:
    """What names a message for good: sender, identifier and time; hashed where that is too long."""
    name = str(reference)
    return name if len(name) <= LONGEST_NAME else f"sha256:{hashlib.sha256(name.encode()).hexdigest()}"


@dataclass(frozen=True)
class _Ground:
    """The office's city: its counties by short name, with their administrative codes."""

    office: Organization
    codes: dict[str, str]

    @classmethod
    def of(cls, office: Organization) -> "_Ground":
        counties = Organization.objects.filter(
            kind=Organization.Kind.COUNTY, parent=office.parent.parent_id, is_active=True
        )
        known = outlines()
        names = counties.order_by("pk").values_list("short_name", flat=True)
        return cls(office, {name: known[name].code if name in known else "" for name in names})

    def concerns(self, message: cap.Message) -> bool:
        """By its codes: the province, the city or a part of it. A message without codes may concern anybody."""
        codes = _codes_of(message)
        cities = {code[:4] for code in self.codes.values() if code}
        wider = {city[:2] + "0000" for city in cities}
        return not codes or not cities or any(code[:4] in cities or code in wider for code in codes)

    def counties(self, message: cap.Message) -> list[str]:
        """Those of its counties that the message names, by code or in words."""
        codes = set(_codes_of(message))
        words = _place_of(message)
        return [name for name, code in self.codes.items() if name in words or code and code in codes]


def _codes_of(message: cap.Message) -> list[str]:
    areas = message.info.areas if message.info else ()
    values = (value.strip() for area in areas for _, value in area.geocodes)
    return [match[1] for match in map(CODE.fullmatch, values) if match]


def _place_of(message: cap.Message) -> str:
    return "、".join(area.description for area in message.info.areas) if message.info else ""


def _why_not(message: cap.Message, ground: _Ground, now: datetime) -> str | None:
    """Why the message is no candidate."""
    if message.status != "Actual":
        return f"不是实际预警（status 为 {message.status}）。"
    if message.msg_type not in FeedItem.Kind.values:
        return f"是回执或差错报文（msgType 为 {message.msg_type}）。"
    if CapMessage.objects.filter(sender=message.sender, identifier=message.identifier).exists():
        return "是本系统自己发布的预警。"
    expires = message.info and message.info.expires
    if expires and expires < now and message.msg_type != FeedItem.Kind.CANCEL:
        return f"已于 {clock_words(expires)} 过期。"
    if not ground.concerns(message):
        return "影响范围不涉及本市（按行政区划代码）。"
    return None


def _nothing_to_cancel(message: cap.Message, office: Organization) -> str | None:
    if message.msg_type != FeedItem.Kind.CANCEL:
        return None
    names = [name_of(reference) for reference in message.references]
    known = Warning.objects.filter(office=office, feed_item__in=names).exists()
    return None if known else "所取消的预警没有在本系统接收过。"


def _take_in(message: cap.Message, ground: _Ground, actor: Actor, now: datetime, url: str) -> Warning:
    words = _words_of(message)
    longest = warning_intake.LONGEST
    facts = {
        "title": _title_of(message),
        "risk": words if len(words) <= longest else words[: longest - len(CUT)] + CUT,
        "place": _place_of(message)[:200],
        "counties_affected": ground.counties(message),
    }
    if facts["place"] == "、".join(facts["counties_affected"]):
        facts["place"] = ""
    name = name_of(message.reference)
    warning = warning_intake.candidate(
        office=ground.office, facts=facts, now=now, feed_item=name, actor=actor
    )
    FeedItem.objects.create(
        warning=warning,
        kind=message.msg_type,
        sender=message.sender,
        identifier=message.identifier,
        sent=message.sent,
        references=[name_of(reference) for reference in message.references],
        url=url[:2000],
        words=words,
    )
    return warning


def _title_of(message: cap.Message) -> str:
    kind = FeedItem.Kind(message.msg_type)
    mark = "" if kind == FeedItem.Kind.ALERT else f"{kind.label}："
    return f"{mark}{message.title}"[: Warning._meta.get_field("title").max_length]


def _words_of(message: cap.Message) -> str:
    """What an officer needs of the message to judge it, in lines."""
    sent = f"{clock_words(message.sent)} {message.sender}"
    info = message.info
    if info is None:
        return f"来源取消了先前的预警。\n发送：{sent}"
    lines = [info.headline or info.event, info.description]
    lines += [f"建议措施：{info.instruction}" if info.instruction else ""]
    lines += [f"范围：{_place_of(message)}" if info.areas else "", f"来源级别：{_level_of(info)}"]
    since, until = info.onset or info.effective, info.expires
    period = [f"自 {clock_words(since)}" if since else "", f"至 {clock_words(until)}" if until else ""]
    lines += [" ".join(["时间：", *filter(None, period)]) if any(period) else ""]
    lines += [f"发布：{info.sender_name}（{sent}）" if info.sender_name else f"发送：{sent}"]
    return "\n".join(filter(None, lines))


def _level_of(info: cap.Info) -> str:
    """Its severity, and the colour of §4.4 that stands for it: a hint, no decision."""
    return f"{info.severity}（相当于{GRADES[info.level].colour}）" if info.level else info.severity
