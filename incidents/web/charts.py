"""Charts as SVG drawn on the server: they print, and need no script (look, base)."""

from dataclasses import dataclass

from alerts.services.punctuality import Rate

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
