"""Charts as SVG drawn on the server: they print, and need no script (look, base)."""

from dataclasses import dataclass

from alerts.services.punctuality import Rate
from incidents.models import Level

HEIGHT, GAP, BAR = 120, 14, 46
TOP, FOOT = 18, 22


@dataclass(frozen=True)
class Bar:
    x: int
    y: int
    height: int
    middle: int
    label: str
    rate: Rate


@dataclass(frozen=True)
class Bars:
    """Bars from 0 to 100 per cent."""

    bars: list[Bar]
    width: int
    height: int = TOP + HEIGHT + FOOT
    bar: int = BAR
    base: int = TOP + HEIGHT
    top: int = TOP
    whole: int = HEIGHT

    @property
    def foot(self) -> int:
        return self.base + FOOT - 6

    @property
    def words(self) -> str:
        """What the picture shows, for those who do not see it."""
        return "；".join(f"{bar.label} {bar.rate.words}" for bar in self.bars)


def bars(rates: list[tuple[str, Rate]]) -> Bars:
    found = []
    for n, (label, rate) in enumerate(rates):
        x = GAP + n * (BAR + GAP)
        height = round((rate.share or 0) * HEIGHT)
        found.append(Bar(x, TOP + HEIGHT - height, height, x + BAR // 2, label, rate))
    return Bars(found, width=GAP + max(len(found), 1) * (BAR + GAP))


@dataclass(frozen=True)
class Part:
    """Of a column: from `y` on, so high, of this level."""

    level: int
    y: int
    height: int
    count: int

    @property
    def words(self) -> str:
        return f"{Level(self.level).roman}级 {self.count} 起"


@dataclass(frozen=True)
class Column:
    x: int
    middle: int
    top: int
    label: str
    total: int
    parts: list[Part]

    @property
    def words(self) -> str:
        """The gravest first: colour alone tells nobody."""
        levels = "、".join(part.words for part in reversed(self.parts))
        return f"{self.label} {self.total} 起" + (f"（{levels}）" if levels else "")


@dataclass(frozen=True)
class Columns:
    """Columns of counts, each level a part of its own; as high as the greatest."""

    columns: list[Column]
    width: int
    words: str
    height: int = TOP + HEIGHT + FOOT
    bar: int = BAR
    base: int = TOP + HEIGHT

    @property
    def foot(self) -> int:
        return self.base + FOOT - 6


def columns(counts: list[tuple[str, dict[int, int]]]) -> Columns:
    """By label, how many of each level (the gravest on top)."""
    most = max((sum(by_level.values()) for _, by_level in counts), default=0)
    found = []
    for n, (label, by_level) in enumerate(counts):
        x, y, parts = GAP + n * (BAR + GAP), TOP + HEIGHT, []
        for level in sorted(by_level, reverse=True):
            if by_level[level] > 0:
                height = max(round(by_level[level] / most * HEIGHT), 1)
                y -= height
                parts.append(Part(level, y, height, by_level[level]))
        found.append(Column(x, x + BAR // 2, y - 5, label, sum(by_level.values()), parts))
    words = "；".join(column.words for column in found)
    return Columns(found, GAP + max(len(found), 1) * (BAR + GAP), words)


LABEL, LINE, LONGEST, NUMBER = 150, 26, 360, 60
LETTERS = 11


@dataclass(frozen=True)
class Line:
    y: int
    length: int
    name: str
    count: int

    @property
    def label(self) -> str:
        """As much of the name as there is room for."""
        return self.name if len(self.name) <= LETTERS else f"{self.name[: LETTERS - 1]}…"

    @property
    def foot(self) -> int:
        return self.y + 13

    @property
    def end(self) -> int:
        return LABEL + self.length + 6


@dataclass(frozen=True)
class Lines:
    """Bars that lie, each behind its name; as long as the greatest."""

    lines: list[Line]
    start: int = LABEL
    edge: int = LABEL - 8
    width: int = LABEL + LONGEST + NUMBER

    @property
    def height(self) -> int:
        return len(self.lines) * LINE + 6

    @property
    def words(self) -> str:
        return "；".join(f"{line.name} {line.count} 起" for line in self.lines)


def lines(counts: list[tuple[str, int]]) -> Lines:
    most = max((count for _, count in counts), default=0) or 1
    return Lines(
        [
            Line(4 + n * LINE, round(count / most * LONGEST), name, count)
            for n, (name, count) in enumerate(counts)
        ]
    )
