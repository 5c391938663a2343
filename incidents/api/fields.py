"""Types on the wire, taken literally: a number is no text, `true` no number, a typo in a name no silence.

Whether a field is needed is the services' to say, by the plan's clause; here only its type is checked. DRF's
own fields convert too kindly ("1" for 1, 5 for "5"), which hides mistakes in a firm's program.
"""

import re
from datetime import date, datetime
from decimal import Decimal

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

MOST = 10**12
MOST_PEOPLE = 10**9
"""What the columns hold; more people than that is a mistake in any case."""

TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d{1,6})?)?([Zz]|[+-]\d\d:?[0-5]\d)?", re.ASCII)

DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class Code(str):
    """What is wrong, and the clause that asks for it: DRF makes each detail anew and keeps of it the words and the code."""

    clause = ""


def refuse(code: str, detail: str, clause: str = ""):
    coded = Code(code)
    coded.clause = clause
    raise ValidationError([ErrorDetail(detail, coded)])


class Optional:
    """Absent and null say the same: not stated."""

    def __init__(self, **options):
        super().__init__(**{"required": False, "allow_null": True} | options)


class Text(Optional, serializers.Field):
    def __init__(self, longest: int, **options):
        self.longest = longest
        super().__init__(**options)

    def to_internal_value(self, value) -> str:
        if not isinstance(value, str):
            refuse("not_a_text", "须为文本。")
        value = value.strip()
        if len(value) > self.longest:
            refuse("too_long", f"最多 {self.longest} 字。")
        return value


class NeededText(Text):
    """A text that the act consists of; `clause` says why it is asked for."""

    def __init__(self, longest: int, words: str, clause: str):
        self.words, self.clause = words, clause
        super().__init__(longest, required=True, allow_null=False)
        self.error_messages |= {"required": words, "null": words}

    def to_internal_value(self, value) -> str:
        return super().to_internal_value(value) or refuse("required", self.words, self.clause)


class Choice(Optional, serializers.Field):
    def __init__(self, *choices: str, code="not_a_choice", **options):
        self.choices, self.code = choices, code
        super().__init__(**options)

    def to_internal_value(self, value) -> str:
        if not isinstance(value, str):
            refuse("not_a_text", "须为文本。")
        if value not in self.choices:
            refuse(self.code, f"须为其中之一：{'、'.join(self.choices)}。")
        return value


class Flag(Optional, serializers.Field):
    def to_internal_value(self, value) -> bool:
        if not isinstance(value, bool):
            refuse("not_a_boolean", "须为 true 或 false。")
        return value


class Count(Optional, serializers.Field):
    def __init__(self, most: int = MOST, **options):
        self.most = most
        super().__init__(**options)

    def to_internal_value(self, value) -> int:
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # JSON knows one kind of number, and 1.0 is 1
        if isinstance(value, bool) or not isinstance(value, int):
            refuse("not_an_integer", "须为整数。")
        if value < 0:
            refuse("negative", "不能为负数。")
        if value > self.most:
            refuse("too_large", f"不能大于 {self.most}。")
        return value


class Number(Optional, serializers.Field):
    """A number with decimals, kept exactly; `places`: the most that are taken, any number of them if None."""

    def __init__(self, places: int | None = None, **options):
        self.places = places
        super().__init__(**options)

    def to_internal_value(self, value) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            refuse("not_a_number", "须为数值。")
        if abs(value) > MOST:
            refuse("too_large", f"不能大于 {MOST}。")
        exact = Decimal(str(value))
        if self.places is not None and -exact.normalize().as_tuple().exponent > self.places:
            refuse("too_many_decimals", f"最多 {self.places} 位小数。")
        return exact


class Day(Optional, serializers.Field):
    """A calendar day of the city, `2026-03-02`."""

    def to_internal_value(self, value) -> date:
        if not isinstance(value, str) or not DAY.fullmatch(value):
            refuse("not_a_date", "须为日期，如 2026-03-02。")
        try:
            day = date.fromisoformat(value)
        except ValueError:
            refuse("not_a_date", "没有这个日期。")
        if not 2000 <= day.year < 2100:
            refuse("out_of_range", "日期须在 2000 年至 2100 年之间。")
        return day


class Time(Optional, serializers.Field):
    """ISO 8601 with an offset; a time without one means another moment to every reader."""

    def to_internal_value(self, value) -> datetime:
        if not isinstance(value, str):
            refuse("not_a_text", "须为文本，如 2026-03-02T02:25:00+08:00。")
        if not (parts := TIME.fullmatch(value.strip())):
            refuse("not_a_time", "不是 ISO 8601 时间，应如 2026-03-02T02:25:00+08:00。")
        if not parts[3]:
            refuse("offset_required", "时间须带时区，如 2026-03-02T02:25:00+08:00。")
        try:
            time = datetime.fromisoformat(parts[0].upper().replace(",", "."))
        except ValueError:
            refuse("not_a_time", "没有这个时间。")
        if not 1900 < time.year < 2200:
            refuse("out_of_range", "时间须在 2000 年至 2100 年之间。")
        return time


class Texts(Optional, serializers.ListField):
    def __init__(self, longest: int, most: int = 30, **options):
        self.most = most
        super().__init__(child=Text(longest, allow_null=False), **options)

    def to_internal_value(self, value) -> list[str]:
        if not isinstance(value, list):
            refuse("not_a_list", "须为列表。")
        if len(value) > self.most:
            refuse("too_many", f"最多 {self.most} 项。")
        return super().to_internal_value(value)


class Body(serializers.Serializer):
    """An object whose unknown fields are refused by name."""

    default_error_messages = {"required": "缺少此字段。", "null": "不能为 null。"}

    def to_internal_value(self, value) -> dict:
        if not isinstance(value, dict):
            refuse("not_an_object", "须为 JSON 对象。")
        unknown = [name for name in value if name not in self.fields]
        errors = {name: [ErrorDetail("没有这个字段。", "unknown_field")] for name in unknown}
        try:
            stated = super().to_internal_value(value)
        except ValidationError as error:
            errors = error.detail | errors
        if errors:
            raise ValidationError(errors)
        return stated
