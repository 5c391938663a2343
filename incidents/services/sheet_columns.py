"""What stands in a column of a sheet: how a cell is read, what is said of one that can't be, and how a value is shown."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from incidents.roles import Actor

YES, NO = "是", "否"
LOST_ZERO = re.compile(r"(?!1\d{10}$|[48]00\d{7}$)[1-9]\d{8,10}")
"""What Excel makes of 03962887360: as long as an area code and a number without the 0 in front, and no mobile, 400 or 800."""
DATE_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")
Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True, eq=False)
class Column:
    """A column: the use case's keyword, the words over it, and what stands in its cells.

    `kind`: text, phone, date, number, yes (是/否) or choice; `choices`: (value, label) pairs, or what gives those of an actor.
    """

    name: str
    label: str
    kind: str = "text"
    required: bool = True
    choices: Pairs | Callable[[list[Actor]], Pairs] = ()
    help: str = ""
    width: int = 16

    def of(self, actors: list[Actor]) -> "Column":
        """With what these may choose, asked once for all its cells."""
        return replace(self, choices=tuple(self.choices(actors))) if callable(self.choices) else self

    @property
    def labels(self) -> list[str]:
        """All that may stand in it; none where that can't be listed."""
        if self.kind == "yes":
            return [YES, NO]
        return [str(label) for _, label in self.choices] if self.kind == "choice" else []

    @property
    def explained(self) -> str:
        kinds = {"date": "日期，如 2026-03-02", "number": "数字", "yes": f"{YES}或{NO}"}
        words = [kinds.get(self.kind, "")]
        if self.kind == "choice":
            words = ["可填：" + "、".join(self.labels[:60])]
        return "；".join(word for word in (*words, self.help) if word) or "文字"

    def read(self, text: str) -> Any:
        """What the cell says, as the use case takes it; ValueError with the words of what is wrong."""
        if not text:
            if self.required:
                raise ValueError(f"请填写“{self.label}”。")
            return "" if self.kind in ("text", "phone", "choice") else None
        match self.kind:
            case "date":
                return self._date(text)
            case "number":
                return self._number(text)
            case "yes":
                if text not in (YES, NO):
                    raise ValueError(f"“{self.label}”须填{YES}或{NO}，现为“{short(text)}”。")
                return text == YES
            case "choice":
                return self._choice(text)
            case "phone" if LOST_ZERO.fullmatch(text):
                words = f"“{self.label}”开头的 0 好像丢了，现为“{text}”：请写成 0396-2887360 这样，或把这一列设为文本后重填。"
                raise ValueError(words)
        return text

    def show(self, value: Any) -> Any:
        """The twin of `read`: how a value stands in the cell."""
        if value is None or value == "":
            return None
        if self.kind == "yes":
            return YES if value else NO
        if self.kind == "choice":
            return next((label for known, label in self.choices if known == value), str(value))
        if self.kind in ("date", "number"):
            return value
        return ILLEGAL_CHARACTERS_RE.sub("", str(value))

    def _date(self, text: str) -> date:
        forms = ("%Y%m%d",) if len(text) == 8 and text.isdigit() else DATE_FORMS
        for form in forms:
            try:
                day = datetime.strptime(text, form).date()
            except ValueError:
                continue
            if 2000 <= day.year < 2100:
                return day
            raise ValueError(f"“{self.label}”须在 2000 年至 2100 年之间。")
        raise ValueError(f"“{self.label}”须为日期，如 2026-03-02，现为“{short(text)}”。")

    def _number(self, text: str) -> int | Decimal:
        try:
            figure = Decimal(text.replace(",", ""))
            whole = figure.is_finite() and abs(figure) < 10**12 and figure == int(figure)
        except InvalidOperation:
            figure, whole = Decimal("NaN"), False
        if not figure.is_finite() or abs(figure) >= 10**12:
            raise ValueError(f"“{self.label}”须为合理的数字，现为“{short(text)}”。")
        return int(figure) if whole else figure

    def _choice(self, text: str) -> str:
        by_value = [value for value, _ in self.choices if text == str(value)]
        found = by_value or [value for value, label in self.choices if text == str(label)]
        if len(found) == 1:
            return found[0]
        if found:
            raise ValueError(f"“{short(text)}”不止一个，请改填代码：{'、'.join(map(str, found[:12]))}。")
        listed = "、".join(self.labels[:12])
        listed += f"等 {len(self.labels)} 项，见“填写说明”" if len(self.labels) > 12 else ""
        raise ValueError(f"“{self.label}”没有“{short(text)}”这一项，可填：{listed}。")


def short(text: str) -> str:
    return text if len(text) <= 20 else f"{text[:19]}…"
