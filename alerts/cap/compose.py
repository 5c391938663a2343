"""Messages as CAP 1.2, and the Atom feed that carries them. An invalid message is refused, never written."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from xml.etree import ElementTree as ET  # nosec B405 # composes; what is parsed goes through hostile_xml

from incidents.refusals import FieldError, Invalid

from .message import ATOM, CAP, CHOICES, MIME, NOT_XML, YEARS, Area, Info, Message, stamp, tidy

CLAUSE = "4.4"
NAME = re.compile(r'[^\s,<>&"]{1,300}')
TOKEN = re.compile(r'[^\s"](?:[^"\t\r\n]*[^\s"])?')
URL = re.compile(
    r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?([/?#]([A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)?"
)
NUMBER = r"-?[0-9]+(?:\.[0-9]+)?"
PAIR = re.compile(rf"({NUMBER}),({NUMBER})")
CIRCLE = re.compile(rf"({NUMBER},{NUMBER}) [0-9]+(?:\.[0-9]+)?")
LANGUAGE = re.compile("[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def compose(message: Message) -> bytes:
    return _bytes(_alert(message))


def feed(
    messages: Iterable[Message],
    *,
    url: str,
    title: str,
    author: str,
    updated: datetime,
    link: Callable[[Message], str],
) -> bytes:
    """An Atom feed with each message in its entry; `link` says where a message alone is, for good: it is the
    entry's id too. Who may read it is its caller's matter: a `Restricted` message is not left out here."""
    root = ET.Element("feed", {"xmlns": ATOM, "{http://www.w3.org/XML/1998/namespace}lang": "zh-CN"})
    _text(root, "id", url)
    _text(root, "title", title)
    _text(root, "updated", stamp(updated))
    _text(ET.SubElement(root, "author"), "name", author)
    ET.SubElement(root, "link", rel="self", type="application/atom+xml", href=url)
    for message in messages:
        entry = ET.SubElement(root, "entry")
        _text(entry, "id", link(message))
        _text(entry, "title", message.title)
        _text(entry, "updated", stamp(message.sent))
        ET.SubElement(entry, "link", rel="alternate", type=MIME, href=link(message))
        ET.SubElement(entry, "content", type=MIME).append(_alert(message))
    return _bytes(root)


def _bytes(root: ET.Element) -> bytes:
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


# The namespace stands as a plain attribute on `feed` and `alert`: ElementTree's own way is a registry for the whole process.
def _alert(message: Message) -> ET.Element:
    faults = list(_faults_of_message(message))
    if faults:
        raise Invalid(*faults)
    alert = ET.Element("alert", xmlns=CAP)
    _text(alert, "identifier", message.identifier)
    _text(alert, "sender", message.sender)
    _text(alert, "sent", stamp(message.sent))
    _text(alert, "status", message.status)
    _text(alert, "msgType", message.msg_type)
    _text(alert, "source", message.source)
    _text(alert, "scope", message.scope)
    _text(alert, "restriction", message.restriction)
    _text(alert, "addresses", _quoted(message.addresses))
    _text(alert, "code", *message.codes)
    _text(alert, "note", message.note)
    _text(alert, "references", " ".join(map(str, message.references)))
    _text(alert, "incidents", _quoted(message.incidents))
    for info in message.infos:
        _info(ET.SubElement(alert, "info"), info)
    return alert


def _info(node: ET.Element, info: Info) -> None:
    _text(node, "language", info.language)
    _text(node, "category", *info.categories)
    _text(node, "event", info.event)
    _text(node, "responseType", *info.response_types)
    _text(node, "urgency", info.urgency)
    _text(node, "severity", info.severity)
    _text(node, "certainty", info.certainty)
    _text(node, "audience", info.audience)
    _pairs(node, "eventCode", info.event_codes)
    for name in ("effective", "onset", "expires"):
        at = getattr(info, name)
        _text(node, name, stamp(at) if at else "")
    _text(node, "senderName", info.sender_name)
    _text(node, "headline", info.headline)
    _text(node, "description", info.description)
    _text(node, "instruction", info.instruction)
    _text(node, "web", info.web)
    _text(node, "contact", info.contact)
    _pairs(node, "parameter", info.parameters)
    for area in info.areas:
        area_node = ET.SubElement(node, "area")
        _text(area_node, "areaDesc", area.description)
        _text(area_node, "polygon", *area.polygons)
        _text(area_node, "circle", *area.circles)
        _pairs(area_node, "geocode", area.geocodes)


def _text(parent: ET.Element, name: str, *texts: str) -> None:
    """An element for each text that says something."""
    for text in filter(None, map(tidy, texts)):
        ET.SubElement(parent, name).text = text


def _pairs(parent: ET.Element, name: str, pairs: Iterable[tuple[str, str]]) -> None:
    for key, value in pairs:
        node = ET.SubElement(parent, name)
        ET.SubElement(node, "valueName").text = tidy(key)
        ET.SubElement(node, "value").text = tidy(value)


def _quoted(tokens: Iterable[str]) -> str:
    return " ".join(f'"{token}"' if re.search(r"\s", token) else token for token in tokens)


def _faults_of_message(message: Message) -> Iterator[FieldError]:
    for reference in (message.reference, *message.references):
        yield from _named("identifier", reference.identifier)
        yield from _named("sender", reference.sender)
        yield from _timed("sent", reference.sent)
    yield from _chosen("status", message.status)
    yield from _chosen("msgType", message.msg_type)
    yield from _chosen("scope", message.scope)
    for name in ("addresses", "incidents"):
        for token in getattr(message, name):
            if not TOKEN.fullmatch(token) or NOT_XML.search(token):
                yield _fault(name, "not_a_token", f"{name}（{token[:40]}）不能为空，不能含引号、换行等。")
    if message.msg_type in ("Update", "Cancel") and not message.references:
        yield _fault("references", "required", "更新或者取消预警时，须指明所针对的原预警报文（references）。")
    if message.msg_type in ("Alert", "Update") and not message.infos:
        yield _fault("info", "required", "预警报文缺少内容（info）。")
    if message.scope == "Restricted" and not tidy(message.restriction):
        yield _fault("restriction", "required", "限定范围发布时，须写明限定规则（restriction）。")
    if message.scope == "Private" and not message.addresses:
        yield _fault("addresses", "required", "定向发送时，须写明收件单位（addresses）。")
    for info in message.infos:
        yield from _faults_of_info(info)


def _faults_of_info(info: Info) -> Iterator[FieldError]:
    yield from _needed("event", info.event)
    if not LANGUAGE.fullmatch(info.language):
        yield _fault("language", "invalid", f"language（{info.language}）不是语言代码。")
    if not info.categories:
        yield _fault("category", "required", "预警报文缺少 category。")
    for name, values in (("category", info.categories), ("responseType", info.response_types)):
        for value in values:
            yield from _chosen(name, value)
    for name in ("urgency", "severity", "certainty"):
        yield from _chosen(name, getattr(info, name))
    for name in ("effective", "onset", "expires"):
        yield from _timed(name, getattr(info, name) or None)
    if info.web and not URL.fullmatch(info.web):
        yield _fault("web", "not_a_url", "web 须为 http 或 https 网址。")
    for key, _ in (*info.event_codes, *info.parameters):
        yield from _needed("valueName", key)
    for area in info.areas:
        yield from _faults_of_area(area)


def _faults_of_area(area: Area) -> Iterator[FieldError]:
    yield from _needed("areaDesc", area.description)
    for key, _ in area.geocodes:
        yield from _needed("valueName", key)
    for polygon in area.polygons:
        points = polygon.split(" ")
        if len(points) < 4 or points[0] != points[-1] or not all(map(_on_earth, points)):
            yield _fault("polygon", "invalid", "polygon 须为“纬度,经度”，至少四个点，首尾相同。")
    for circle in area.circles:
        match = CIRCLE.fullmatch(circle)
        if not match or not _on_earth(match[1]):
            yield _fault("circle", "invalid", "circle 须为“纬度,经度 半径”，半径以千米计。")


def _on_earth(pair: str) -> bool:
    match = PAIR.fullmatch(pair)
    return bool(match) and abs(float(match[1])) <= 90 and abs(float(match[2])) <= 180


def _fault(name: str, code: str, detail: str) -> FieldError:
    return FieldError(f"/{name}", code, detail, CLAUSE)


def _needed(name: str, text: str) -> Iterator[FieldError]:
    if not tidy(text):
        yield _fault(name, "required", f"预警报文缺少 {name}。")


def _named(name: str, text: str) -> Iterator[FieldError]:
    if not NAME.fullmatch(text) or NOT_XML.search(text):
        yield _fault(
            name, "invalid", f"{name} 不能为空，不能含空格、逗号、引号、<、>、& 和控制字符，最多 300 字。"
        )


def _chosen(name: str, value: str) -> Iterator[FieldError]:
    if value not in CHOICES[name]:
        yield _fault(name, "not_a_choice", f"{name} 不能为“{value}”，应为 {'、'.join(CHOICES[name])} 之一。")


def _timed(name: str, at: datetime | None) -> Iterator[FieldError]:
    if at and (at.tzinfo is None or at.year not in YEARS):
        yield _fault(name, "invalid", f"{name} 须带时区，且在 2000 年至 2100 年之间。")
