"""The form of a report (§5.2.1): every content, each given or said to be unknown.

`ReportForm` is a report on an incident that exists, whoever types it (the firm itself, or the office from a
fax or paper); `IncidentReportForm` opens one with its first report. Both give the services what they expect:
`contents()` and `facts()`. Rules are checked by the services' own `check_contents`, so that all wrong
fields are named at once and the words are the same as by telephone and over the API.
"""

from django import forms
from django.db.models import Q

from incidents.models import EventClass, NetworkScope, Organization, Origin, Report
from incidents.services.check import Check
from incidents.services.report.contents import (
    FIGURES,
    NEVER_UNKNOWN,
    TEXT_FIELDS,
    WRITTEN_CONTENTS,
    check_contents,
)
from incidents.web.caller import field_of, words_of
from incidents.web.choosers import FigureField
from incidents.web.times import SmartTimeField, TimedForm

Kind = Report.Kind
MAY_BE_UNKNOWN = tuple(n for n in WRITTEN_CONTENTS if n not in NEVER_UNKNOWN and n != "superior_unit_told")
PEOPLE = ("deaths", "missing", "serious_injuries")
MOST_PEOPLE = 10**8
TOLD, NOT_YET, UNKNOWN = "told", "not_yet", "unknown"


def _figure(label: str, unit: str):
    attrs = {"class": "form-control", "inputmode": "decimal", "autocomplete": "off", "maxlength": 20}
    return FigureField(label=f"{label}（{unit}）", widget=forms.TextInput(attrs))


def _text(label: str, *, lines: int = 1, length: int = 2000, hint: str = ""):
    attrs = {"class": "form-control"} | ({"placeholder": hint} if hint else {})
    widget = forms.Textarea(attrs | {"rows": lines}) if lines > 1 else forms.TextInput(attrs)
    return forms.CharField(label=label, required=False, max_length=length, widget=widget)


def _time(label: str, **kwargs):
    widget = forms.TextInput(attrs={"class": "form-control time-input", "autocomplete": "off"})
    return SmartTimeField(label=label, widget=widget, **{"required": False} | kwargs)


def _select(label: str, choices=(), **kwargs):
    widget = forms.Select(attrs={"class": "form-select"})
    return forms.ChoiceField(label=label, choices=choices, widget=widget, **{"required": False} | kwargs)


def _tick(label: str):
    return forms.BooleanField(
        label=label, required=False, widget=forms.CheckboxInput(attrs={"class": "form-check-input"})
    )


def _radios(label: str, choices, **kwargs):
    widget = forms.RadioSelect(attrs={"class": "form-check-input"})
    return forms.ChoiceField(label=label, choices=choices, widget=widget, **{"required": False} | kwargs)


class ReportForm(TimedForm):
    """`kinds`: the reports that may be chosen; `plan`: the version whose event classes are offered;
    `on_file`: what the incident already holds (time, place, class), so that it need not be said again."""

    kind = _radios("报告种类", (), required=True, error_messages={"required": "请选择报告种类。"})
    occurred_at = _time("发生时间")
    place = _text("地点", length=200)
    unit = _text("单位名称", length=100)
    source = _text("信息来源", length=100, hint="如：现场值班员")
    event_class = _select("事件类别")
    known_at = _time("企业获知时间")
    deaths = _figure("死亡人数", "人")
    missing = _figure("失踪人数", "人")
    serious_injuries = _figure("重伤人数", "人")
    loss_yuan = _figure("直接经济损失", "元")
    records_leaked = _figure("泄露用户信息", "条")
    records_leaked_na = _tick("不适用")
    network_scope = _select("网络阻断范围", [("", "请选择"), ("na", "不适用"), *NetworkScope.choices])
    impact = _text("影响范围（发生了什么）", lines=3)
    development = _text("事件发展态势", lines=3)
    measures = _text("处置情况", lines=3)
    superior = _radios(
        "上一级单位是否已报告", [(TOLD, "已报告"), (NOT_YET, "尚未报告"), (UNKNOWN, "尚不清楚")]
    )
    superior_who = _text("告知何人", length=100)
    superior_at = _time("告知时间")
    oral = _tick("已打电话向应急办口头汇报")
    oral_to = _text("接听人", length=100)
    oral_at = _time("通话时间")

    pointer_fields = {
        "superior_unit_told": "superior",
        "superior_unit_told/who": "superior_who",
        "superior_unit_told/at": "superior_at",
        "oral_report": "oral",
        "oral_report/to": "oral_to",
        "oral_report/at": "oral_at",
    }

    def __init__(self, *args, plan, kinds=(Kind.BRIEF, Kind.WRITTEN), on_file: dict | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.on_file = on_file or {}
        self.fields["kind"].choices = [(str(kind), Kind(kind).label) for kind in kinds]
        if len(kinds) == 1:
            self.fields["kind"].initial = str(kinds[0])
        classes = EventClass.objects.filter(version=plan).values_list("code", "name")
        self.fields["event_class"].choices = [("", "请选择" if not on_file else "与前次相同"), *classes]
        for name in MAY_BE_UNKNOWN:
            self.fields[f"unknown_{name}"] = _tick("尚不清楚")

    def contents(self) -> dict:
        """What was stated, as `services/report/contents.py` expects it; what was left blank is left out."""
        data = self.cleaned_data
        stated = {name: data[name] for name in (*TEXT_FIELDS, "event_class") if data.get(name)}
        stated |= {name: data[name] for name in (*FIGURES, "occurred_at") if data.get(name) is not None}
        if data.get("records_leaked_na") and "records_leaked" not in stated:
            stated["records_leaked"] = None
        if scope := data.get("network_scope"):
            stated["network_scope"] = None if scope == "na" else scope
        if data.get("superior") == TOLD:
            stated["superior_unit_told"] = {
                "who": data.get("superior_who", ""),
                "at": data.get("superior_at"),
            }
        elif data.get("superior") == NOT_YET:
            stated["superior_unit_told"] = None
        if data.get("oral"):
            stated["oral_report"] = {"to": data.get("oral_to", ""), "at": data.get("oral_at")}
        unknown = [name for name in MAY_BE_UNKNOWN if data.get(f"unknown_{name}")]
        return stated | {"unknown": unknown + ["superior_unit_told"] * (data.get("superior") == UNKNOWN)}

    def clean(self):
        data = super().clean()
        if data.get("superior") == TOLD:
            self._need("superior_who", "已报告上一级单位的，须写明告知何人。")
            self._need("superior_at", "已报告上一级单位的，须写明告知时间。")
        if data.get("oral"):
            self._need("oral_to", "已电话口头汇报的，须写明接听人。")
            self._need("oral_at", "已电话口头汇报的，须写明通话时间。")
        if data.get("records_leaked") is not None and data.get("records_leaked_na"):
            self.add_error("records_leaked", words_of("泄露用户信息既已填写，又选了不适用。", "5.2.1"))
        for name in PEOPLE:
            if (data.get(name) or 0) > MOST_PEOPLE:
                self.add_error(name, words_of("人数过大，请核对。", "5.2.1"))
        self._check_contents()
        return data

    def _need(self, name: str, words: str):
        if not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, words_of(words, "5.2.1"))

    def _check_contents(self):
        """The services' own rules; a field that could not be read is not named a second time."""
        check, stated = Check(), self.contents()
        unknown = stated["unknown"]
        stated = {name: v for name, v in self.on_file.items() if v and name not in unknown} | stated
        for name in ("superior_unit_told", "oral_report"):
            if stated.get(name) and not stated[name]["at"]:
                del stated[name]  # named above
                stated |= {name: None} if name == "superior_unit_told" else {}
        check_contents(check, self.cleaned_data.get("kind"), stated, self.now)
        for error in check.errors:
            name = field_of(self, error.pointer)
            if name is None or name not in self.errors:
                self.add_error(name, words_of(error.detail, error.clause))

    def parts(self) -> list[dict]:
        """The contents in the order of §5.2.1, each with the check boxes that stand beside it."""
        return [
            {
                "field": self[name],
                "unknown": self[f"unknown_{name}"] if f"unknown_{name}" in self.fields else None,
                "na": self[f"{name}_na"] if f"{name}_na" in self.fields else None,
            }
            for name in WRITTEN_CONTENTS
            if name in self.fields and name != "event_class"
        ]

    def part(self, *names: str) -> list[dict]:
        return [part for name in names for part in self.parts() if part["field"].name == name]

    @property
    def scene(self) -> list[dict]:
        return self.part("occurred_at", "place", "unit", "source")

    @property
    def losses(self) -> list[dict]:
        return self.part(*FIGURES, "network_scope")

    @property
    def words(self) -> list[dict]:
        return self.part("impact", "development", "measures")


class IncidentReportForm(ReportForm):
    """The firm files an incident with its first report; `firms`: itself and its subsidiaries."""

    field_order = ["kind", "post", "event_class", "origin", "county", "enterprise", "known_at", "title"]
    title = _text("标题", length=60, hint="可不填，由县区和类别组成")
    origin = _select("起因源头", [("", "请选择"), *Origin.choices])
    county = _select("县区")
    enterprise = _select("涉事企业")

    def __init__(self, *args, firms: list[Organization], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["known_at"].help_text = "时限从这一刻起算。可写 0210、10分钟前、刚才。"
        for name, words, clause in (
            ("known_at", "请填写企业获知时间：时限从获知时起算。", "5.2.1"),
            ("county", "请选择县区。", "5.2.1"),
            ("event_class", "请选择事件类别。", "3.1"),
            ("origin", "请选择起因源头。", "3.1"),
        ):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = words_of(words, clause)
        self.fields["county"].choices = [("", "请选择"), *county_choices(firms)]
        self.fields["enterprise"].choices = [(firm.code, firm.name) for firm in firms]
        self.fields["enterprise"].initial = firms[0].code
        self.fields["unit"].initial = firms[0].name

    def facts(self) -> dict:
        """What `open_incident` files the incident by."""
        data = self.cleaned_data
        names = ("title", "event_class", "origin", "occurred_at", "known_at", "place", "county", "enterprise")
        return {name: data[name] for name in names if data.get(name)}


def county_choices(firms: list[Organization]) -> list[tuple[str, str]]:
    """The counties, those where the firm has a site first."""
    counties = Organization.objects.filter(Q(kind=Organization.Kind.COUNTY), is_active=True)
    own = {firm.county_id for firm in firms}
    ordered = sorted(counties, key=lambda county: (county.pk not in own, county.is_zone))
    return [(county.code, county.short_name) for county in ordered]
