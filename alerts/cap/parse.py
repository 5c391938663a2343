"""Other services' CAP messages and feeds. Whoever wrote them is not trusted: what can't be read with safety is
refused in words, and no address in them is ever opened. Signatures are not looked at."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element  # nosec B405 # a type

from incidents.refusals import Invalid

from .hostile_xml import refusal, tree
from .message import ATOM, CAP, CHOICES, CITY, MIME, YEARS, Area, Info, Message, Reference, tidy

MAX_NAME = 300


@dataclass(frozen=True)
class Link:
    """A message that a feed names and does not carry. Only http and https; whoever opens it guards the way."""

    url: str
    title: str
    entry_id: str


@dataclass(frozen=True)
class Unreadable:
    """An entry of a feed that was refused; the others stand."""

    title: str
    reason: str


@dataclass(frozen=True)
class Received:
    messages: tuple[Message, ...] = ()
    links: tuple[Link, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()


def parse(data: bytes) -> Received:
    """One alert, or an Atom feed of alerts and links to alerts. Raises `Invalid`, and nothing else."""
    root = tree(data)
    if root.tag == f"{{{CAP}}}alert":
        return Received(messages=(_message(root),))
    if root.tag in (f"{{{ATOM}}}feed", f"{{{ATOM}}}entry"):
        return _feed(root)
    raise refusal("", "wrong_root", f"不是 CAP 1.2 报文，也不是 Atom 预警源：根元素是 {root.tag[:80]}。")


def _message(alert: Element) -> Message:
    """An update without references is taken in: the officer must see it all the same."""
    message = Message(
        identifier=_name(alert, "identifier"),
        sender=_name(alert, "sender"),
        sent=_time(alert, "sent", required=True),
        status=_choice(alert, "status"),
        msg_type=_choice(alert, "msgType"),
        scope=_choice(alert, "scope"),
        source=_one(alert, "source"),
        restriction=_one(alert, "restriction"),
        addresses=_tokens(_one(alert, "addresses")),
        codes=_all(alert, "code"),
        note=_one(alert, "note"),
        references=tuple(_reference(text) for text in _one(alert, "references").split()),
        incidents=_tokens(_one(alert, "incidents")),
        infos=tuple(map(_info, alert.findall(f"{{{CAP}}}info"))),
    )
    if message.msg_type in ("Alert", "Update") and not message.infos:
        raise refusal("alert/info", "required", "CAP 报文缺少必需的元素 info。")
    return message


def _info(info: Element) -> Info:
    categories = _all(info, "category")
    if not categories:
        raise _missing(info, "category")
    return Info(
        event=_required(info, "event"),
        categories=tuple(_chosen(info, "category", value) for value in categories),
        urgency=_choice(info, "urgency"),
        severity=_choice(info, "severity"),
        certainty=_choice(info, "certainty"),
        language=_one(info, "language") or "en-US",
        response_types=tuple(_chosen(info, "responseType", value) for value in _all(info, "responseType")),
        audience=_one(info, "audience"),
        event_codes=_pairs(info, "eventCode"),
        effective=_time(info, "effective"),
        onset=_time(info, "onset"),
        expires=_time(info, "expires"),
        sender_name=_one(info, "senderName"),
        headline=_one(info, "headline"),
        description=_one(info, "description"),
        instruction=_one(info, "instruction"),
        web=_one(info, "web"),
        contact=_one(info, "contact"),
        parameters=_pairs(info, "parameter"),
        areas=tuple(map(_area, info.findall(f"{{{CAP}}}area"))),
    )


def _area(area: Element) -> Area:
    return Area(
        description=_required(area, "areaDesc"),
        polygons=_all(area, "polygon"),
        circles=_all(area, "circle"),
        geocodes=_pairs(area, "geocode"),
    )


def _local(node: Element) -> str:
    return node.tag.rpartition("}")[2]


def _missing(parent: Element, name: str) -> Invalid:
    return refusal(f"{_local(parent)}/{name}", "required", f"CAP 报文缺少必需的元素 {name}。")


def _text(node: Element) -> str:
    if len(node):
        raise refusal(_local(node), "invalid", f"CAP 报文的元素 {_local(node)} 只能是文字，不能再含元素。")
    return tidy(node.text or "")


def _all(parent: Element, name: str) -> tuple[str, ...]:
    return tuple(filter(None, map(_text, parent.findall(f"{{{CAP}}}{name}"))))


def _one(parent: Element, name: str) -> str:
    nodes = parent.findall(f"{{{CAP}}}{name}")
    if len(nodes) > 1:
        raise refusal(f"{_local(parent)}/{name}", "repeated", f"CAP 报文的元素 {name} 只能有一个。")
    return _text(nodes[0]) if nodes else ""


def _required(parent: Element, name: str) -> str:
    text = _one(parent, name)
    if not text:
        raise _missing(parent, name)
    return text


def _name(parent: Element, name: str) -> str:
    text = _required(parent, name)
    if len(text) > MAX_NAME:
        raise refusal(f"{_local(parent)}/{name}", "too_long", f"CAP 报文的元素 {name} 超过 {MAX_NAME} 字。")
    return text


def _choice(parent: Element, name: str) -> str:
    return _chosen(parent, name, _required(parent, name))


def _chosen(parent: Element, name: str, value: str) -> str:
    if value not in CHOICES[name]:
        detail = f"CAP 报文的元素 {name} 不能为“{value[:40]}”，应为 {'、'.join(CHOICES[name])} 之一。"
        raise refusal(f"{_local(parent)}/{name}", "not_a_choice", detail)
    return value


def _time(parent: Element, name: str, *, required: bool = False) -> datetime | None:
    text = _required(parent, name) if required else _one(parent, name)
    return _moment(text, f"{_local(parent)}/{name}", name) if text else None


def _moment(text: str, pointer: str, name: str) -> datetime:
    """Kinder than the standard, which refuses `Z` and fractions of a second."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or at.year not in YEARS:
        detail = f"CAP 报文的元素 {name} 不是带时区的时间：“{text[:40]}”。"
        raise refusal(pointer, "invalid", detail)
    return at.astimezone(CITY).replace(microsecond=0)


def _pairs(parent: Element, name: str) -> tuple[tuple[str, str], ...]:
    nodes = parent.findall(f"{{{CAP}}}{name}")
    return tuple((_required(node, "valueName"), _one(node, "value")) for node in nodes)


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(quoted or plain for quoted, plain in re.findall(r'"([^"]+)"|([^\s"]+)', text))


def _reference(text: str) -> Reference:
    parts = text.split(",")
    if len(parts) != 3 or not all(parts):
        detail = f"CAP 报文的 references 应为“发送方,编号,时间”，收到“{text[:80]}”。"
        raise refusal("alert/references", "invalid", detail)
    sender, identifier, sent = parts
    return Reference(sender, identifier, _moment(sent, "alert/references", "references"))


def _feed(root: Element) -> Received:
    messages, links, unreadable = [], [], []
    for entry in [root] if root.tag == f"{{{ATOM}}}entry" else root.findall(f"{{{ATOM}}}entry"):
        title = tidy(entry.findtext(f"{{{ATOM}}}title") or "")[:MAX_NAME]
        alerts = entry.findall(f"{{{ATOM}}}content/{{{CAP}}}alert") + entry.findall(f"{{{CAP}}}alert")
        try:
            messages.extend(map(_message, alerts))
            if not alerts:
                links.append(_link(entry, title))
        except Invalid as reason:
            unreadable.append(Unreadable(title, reason.detail))
    return Received(tuple(messages), tuple(links), tuple(unreadable))


def _link(entry: Element, title: str) -> Link:
    url = next(_addresses(entry), "")
    if not _is_web(url):
        raise refusal("feed/entry/link", "invalid", "该条目既不含 CAP 1.2 报文，也没有报文的 http(s) 链接。")
    return Link(url, title, tidy(entry.findtext(f"{{{ATOM}}}id") or "")[:MAX_NAME])


def _addresses(entry: Element) -> Iterator[str]:
    """Where the entry says its message is: first what it says is CAP."""
    links = entry.findall(f"{{{ATOM}}}link")
    yield from (link.get("href", "") for link in links if link.get("type") == MIME)
    yield from (content.get("src") for content in entry.findall(f"{{{ATOM}}}content[@src]"))
    yield from (link.get("href", "") for link in links if link.get("rel", "alternate") == "alternate")


def _is_web(url: str) -> bool:
    if len(url) > 2000 or not re.fullmatch(r"[!-~]+", url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
