"""What the statistics are asked for: a period and filters, read off the address and written into it."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from urllib.parse import urlencode

from django import forms
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from incidents.days import later
from incidents.models import EventClass, Level, Organization, Origin, Role, Standing, ever_in_force
from incidents.querysets import ALL_SEEING, city_of
from incidents.roles import Actor
from incidents.services.analysis.periods import FORM, LONGEST, Period
from incidents.services.analysis.statistics_asked import MOMENTS, NO_FIRM, STAGES, Asked
from incidents.services.analysis.statistics_tables import Cell
from incidents.web.times import PLAIN_WORDS

ALL = [("", "全部")]
YEARS, MONTHS = 5, 12
LISTS = {
    "incidents": "statistics-incidents",
    "warnings": "statistics-warnings",
    "debts": "deadlines",
    "drills": "statistics-drills",
}


class StatisticsFilter(forms.Form):
    """Of the page. `since` and `until` (months) go before `period`."""

    period = forms.ChoiceField(label="期间", required=False)
    since = forms.RegexField(r"^20\d\d-(0[1-9]|1[0-2])$", label="自（月）", required=False)
    until = forms.RegexField(r"^20\d\d-(0[1-9]|1[0-2])$", label="至（月）", required=False)
    county = forms.ChoiceField(label="县区", required=False)
    firm = forms.ChoiceField(label="企业", required=False)
    event_class = forms.ChoiceField(label="事件类别", required=False)
    level = forms.TypedChoiceField(
        label="级别",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[*ALL, *((int(level), level.label) for level in Level)],
    )

    def __init__(self, query, *, actors: list[Actor], now: datetime):
        super().__init__(query)
        self.now = now
        self.fields["period"].choices = periods(now, query.get("period", ""))
        self.fields["county"].choices = ALL + _bodies(actors, Organization.Kind.COUNTY)
        self.fields["firm"].choices = ALL + firms_of(actors)
        self.fields["event_class"].choices = ALL + classes()
        for name, box in self.fields.items():
            box.error_messages |= PLAIN_WORDS | {"invalid": "请填写月份，如 2026-03。"}
            kind = "form-select" if isinstance(box.widget, forms.Select) else "form-control"
            box.widget.attrs["class"] = f"{kind} {kind}-sm"
            if name in ("since", "until"):
                box.widget.input_type = "month"
        self.is_valid()  # what can't be read is said beside its field, and does not filter

    def clean(self):
        said = super().clean()
        since, until = said.get("since"), said.get("until")
        if since and until and since > until:
            self.add_error("until", "“至”不能早于“自”。")
        elif (since or until) and not self._months(since, until):
            self.add_error("until", f"期间最长 {LONGEST // 12} 年（内部目标）。")
        return said

    @property
    def asked(self) -> Asked:
        said = self.cleaned_data
        return Asked(
            self._period(said),
            county=said.get("county", ""),
            firm=said.get("firm", ""),
            event_class=said.get("event_class", ""),
            level=said.get("level"),
        )

    def _period(self, said: dict) -> Period:
        since, until = said.get("since"), said.get("until")
        months = self._months(since, until) if since or until else None
        return months or Period.of(said.get("period", "")) or Period.of_year(self.now)

    def _months(self, since: str, until: str) -> Period | None:
        """Without an end, up to this month; without a beginning, the one month."""
        this_month = f"{timezone.localdate(self.now):%Y-%m}"
        return Period.of(f"{since or until}..{until or max(since, this_month)}")


def url_of(asked: Asked, name: str = "statistics", **more) -> str:
    """This question in an address."""
    said = {"period": asked.period.code} | filters_of(asked) | more
    said = {key: value for key, value in said.items() if value}
    return f"{reverse(name)}?{urlencode(said, doseq=True)}"


def filters_of(asked: Asked) -> dict:
    return {
        "county": asked.county,
        "firm": asked.firm,
        "event_class": asked.event_class,
        "level": asked.level or "",
    }


def behind(cell: Cell, asked: Asked) -> str:
    """Where the list behind a figure stands; blank where there is none."""
    if not cell.of or not cell.value:
        return ""
    filters = {} if cell.of == "debts" else filters_of(asked)
    said = {key: value for key, value in (filters | cell.behind).items() if value}
    return f"{_address(cell.of)}?{urlencode(said, doseq=True)}"


@cache
def _address(of: str) -> str:
    """There are thousands of figures on a page of ten years."""
    return reverse(LISTS[of])


def periods(now: datetime, chosen: str) -> list:
    """This year and some before, the quarters of this and the last one, the latest months; and what is chosen."""
    first = timezone.localdate(now).replace(day=1)
    years = [f"{first.year - n}" for n in range(YEARS)]
    quarters = [f"{year}-Q{quarter}" for year in (first.year, first.year - 1) for quarter in (4, 3, 2, 1)]
    quarters = [code for code in quarters if Period.of(code).since <= first]
    months = [f"{later(first, -n):%Y-%m}" for n in range(MONTHS)]
    groups = [("年", years), ("季度", quarters), ("月", months)]
    listed = {code for _, codes in groups for code in codes}
    if chosen not in listed and FORM.fullmatch(chosen) and Period.of(chosen):
        groups.append(("所选", [chosen]))
    return [(name, [(code, str(Period.of(code))) for code in codes]) for name, codes in groups]


def firms_of(actors: list[Actor]) -> list[tuple[str, str]]:
    """Of an office or a county all firms of its city and "none named"; of a firm itself and what is below it."""
    if any(actor.role != Role.ENTERPRISE for actor in actors):
        return [*_bodies(actors, Organization.Kind.ENTERPRISE), (NO_FIRM, "企业未明确")]
    own = Organization.objects.within(*(actor.organization for actor in actors))
    own = own.filter(kind=Organization.Kind.ENTERPRISE).order_by("code")
    return [(firm.code, str(firm)) for firm in own]


def classes() -> list[tuple[str, str]]:
    rows = EventClass.objects.filter(ever_in_force(timezone.now()))
    rows = rows.order_by("version__number", "order").values_list("code", "name")
    return list(dict(rows).items())


def _bodies(actors: list[Actor], kind: str) -> list[tuple[str, str]]:
    """Those of the city, also the ones that no longer act: their incidents stay counted."""
    cities = {city.pk: city for city in (city_of(actor.organization) for actor in actors)}
    of_the_city = Organization.objects.within(*cities.values()).values("pk")
    bodies = Organization.objects.filter(Q(pk__in=of_the_city) | Q(county__in=of_the_city), kind=kind)
    rows = bodies.order_by("pk").values_list("code", "short_name", "name")
    return [(code, short or name) for code, short, name in rows]


@dataclass(frozen=True)
class ListAsked:
    """Of a list: what is behind one figure. What the address says wrongly is left out, and said."""

    asked: Asked
    stage: str = ""
    words: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, query, actors: list[Actor], now: datetime) -> "ListAsked":
        """Who does not see the whole of an office does not ask what was proposed to 市政府."""
        sees_all = any(actor.role in ALL_SEEING for actor in actors)
        level = query.get("level", "")
        asked = Asked(
            Period.of(query.get("period", "")) or Period.of_year(now),
            county=query.get("county", "")[:40],
            firm=query.get("firm", "")[:40],
            event_class=query.get("event_class", "")[:40],
            level=int(level) if level in {str(int(each)) for each in Level} else None,
            origin=_one_of(query.get("origin"), Origin.values),
            standing=_one_of(query.get("standing"), Standing.values),
            has=_one_of(query.get("has"), MOMENTS if sees_all else ("graded",)),
        )
        stage = _one_of(query.get("stage"), STAGES)
        return cls(asked, stage, [str(asked.period), *words_of(asked), *([STAGES[stage]] if stage else [])])


def words_of(asked: Asked) -> list[str]:
    """The filters, in words."""
    codes = [code for code in (asked.county, asked.firm) if code not in ("", NO_FIRM)]
    bodies = Organization.objects.filter(code__in=codes)
    named = {code: short or name for code, short, name in bodies.values_list("code", "short_name", "name")}
    named[NO_FIRM] = "企业未明确"
    words = [named.get(code, code) for code in (asked.county, asked.firm) if code]
    if asked.event_class:
        words.append(dict(classes()).get(asked.event_class, asked.event_class))
    if asked.level:
        words.append(Level(asked.level).label)
    if asked.origin:
        words.append(Origin(asked.origin).label)
    if asked.standing:
        words.append(Standing(asked.standing).label)
    if asked.has:
        words.append(f"已{MOMENTS[asked.has]}")
    return words


def _one_of(value: str | None, known) -> str:
    return value if value in known else ""
