"""Reads a body as JSON and as nothing else: what two readers could understand differently is refused.

Everything hostile ends here, before a view sees it: wrong encodings, NaN, repeated names, bottomless
nesting, NUL characters and lone surrogates (which PostgreSQL can't store).
"""

import json
import math
import re

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser

DEEPEST = 32
LONGEST_NUMBER = 40
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class StrictJSONParser(BaseParser):
    media_type = "application/json"

    def parse(self, stream, media_type=None, parser_context=None):
        request = parser_context["request"]
        coding = request.headers.get("Content-Encoding", "identity")
        if _charset(media_type) != "utf-8" or coding != "identity":
            raise UnsupportedMediaType(media_type, "只接受未压缩的 UTF-8 JSON。")
        body = stream.read()
        if len(body) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig
        return read_object(body)


def read_object(body: bytes) -> dict:
    """The JSON object in `body`; raises `ParseError` for whatever is not exactly that."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise ParseError("请求内容不是 UTF-8 编码。", "not_utf8") from None
    try:
        content = json.loads(
            text,
            object_pairs_hook=_without_repeats,
            parse_constant=_no_constant,
            parse_int=_integer,
            parse_float=_number,
        )
    except RecursionError:
        raise ParseError(f"JSON 嵌套超过 {DEEPEST} 层。", "too_deep") from None
    except ValueError as error:
        known = isinstance(error, json.JSONDecodeError)
        where = f"（第 {error.lineno} 行第 {error.colno} 列）" if known else ""
        raise ParseError(f"请求内容不是有效的 JSON{where}。", "malformed_json") from None
    if not isinstance(content, dict):
        raise ParseError("请求内容须为一个 JSON 对象。", "not_an_object")
    _inspect(content, strings="\\u" in text)
    return content


def _charset(media_type: str | None) -> str:
    found = re.search(r';\s*charset="?([\w-]+)', media_type or "", re.ASCII)
    return found[1].lower() if found else "utf-8"


def _without_repeats(pairs: list[tuple]) -> dict:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ParseError("JSON 对象中有重复的字段名。", "repeated_name")
    return content


def _no_constant(name: str):
    raise ParseError(f"{name} 不是 JSON 数值。", "malformed_json")


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ParseError("数值过长。", "number_too_long")
    return int(digits)


def _number(digits: str) -> float:
    if len(digits) > LONGEST_NUMBER or not math.isfinite(value := float(digits)):
        raise ParseError("数值过长或过大。", "number_too_long")
    return value


def _inspect(content: dict, *, strings: bool):
    """Refuses what is nested too deep and, where the text holds escapes (`strings`), what can't be stored."""
    level = [content]
    for _ in range(DEEPEST):
        below = []
        for each in level:
            values = [*each, *each.values()] if isinstance(each, dict) else each
            below += [value for value in values if isinstance(value, (dict, list))]
            if strings and any(isinstance(value, str) and UNSTORABLE.search(value) for value in values):
                raise ParseError("文本中含有空字符或不完整的字符。", "unstorable_text")
        level = below
    if level:
        raise ParseError(f"JSON 嵌套超过 {DEEPEST} 层。", "too_deep")
