"""A tree from bytes of strangers, or a refusal in words: bounded in size, depth and encodings, without a DTD."""

import re
from xml.etree.ElementTree import Element, ParseError, TreeBuilder  # nosec B405 # the parser is defusedxml's

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from incidents.refusals import Invalid, wrong

CLAUSE = "4.2"
MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 32
MAX_ELEMENTS = 50_000
MAX_TEXT = 100_000
XINCLUDE = "http://www.w3.org/2001/XInclude"

BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
WITHOUT_BOM = {b"<\0?\0": "utf-16-le", b"\0<\0?": "utf-16-be"}
DECLARED = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']""")
ENCODINGS = {
    **dict.fromkeys(("utf-8", "utf8", "us-ascii", "ascii"), "utf-8"),
    **dict.fromkeys(("gb18030", "gbk", "gb2312"), "gb18030"),
}


def refusal(name: str, code: str, detail: str) -> Invalid:
    return wrong(f"/{name}" if name else "", code, detail, CLAUSE)


def tree(data: bytes) -> Element:
    if len(data) > MAX_BYTES:
        raise refusal("", "too_large", f"报文超过 {MAX_BYTES // 1024 // 1024} MB，不予接收。")
    text = _decoded(data).lstrip(" \t\r\n")
    parser = XMLParser(target=_Bounded(), forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        parser.feed(text)  # a str, so the encoding that the document declares no longer counts
        return parser.close()
    except DefusedXmlException:
        raise refusal("", "forbidden", "报文含有 DTD 或者实体声明，不予接收。") from None
    except ParseError as error:
        raise refusal("", "not_xml", f"报文不是格式完好的 XML（第 {error.position[0]} 行）。") from None


class _Bounded(TreeBuilder):
    """Gives up while reading, not after it."""

    def __init__(self):
        super().__init__()
        self.depth = self.elements = self.length = 0

    def start(self, tag, attributes):
        self.depth += 1
        self.elements += 1
        self.length = 0
        if tag.startswith(f"{{{XINCLUDE}}}"):
            raise refusal("", "forbidden", "报文引用外部内容（XInclude），不予接收。")
        if self.depth > MAX_DEPTH or self.elements > MAX_ELEMENTS:
            limits = f"报文嵌套超过 {MAX_DEPTH} 层或者元素超过 {MAX_ELEMENTS} 个，不予接收。"
            raise refusal("", "too_large", limits)
        return super().start(tag, attributes)

    def end(self, tag):
        self.depth -= 1
        self.length = 0
        return super().end(tag)

    def data(self, text):
        self.length += len(text)
        if self.length > MAX_TEXT:
            raise refusal("", "too_large", f"报文中有一段文字超过 {MAX_TEXT} 字，不予接收。")
        super().data(text)


def _decoded(data: bytes) -> str:
    encoding = next((name for bom, name in BOMS.items() if data.startswith(bom)), WITHOUT_BOM.get(data[:4]))
    if encoding is None:
        declared = DECLARED.match(data[:300])
        name = declared[1].decode("ascii", "replace").lower() if declared else "utf-8"
        encoding = ENCODINGS.get(name)
        if encoding is None:
            raise refusal("", "encoding", f"报文声明的编码 {name[:40]} 不受支持或者与内容不符。")
    try:
        return data.decode(encoding)
    except UnicodeError:
        raise refusal("", "encoding", f"报文不是有效的 {encoding.upper()} 编码。") from None
