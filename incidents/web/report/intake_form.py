"""The phone intake's form (§5.2.1): its fields stand in the order in which people speak on the telephone."""

import secrets

from django import forms

from incidents import drill_clock
from incidents.models import EventClass, NetworkScope, Origin, PlanVersion, Report
from incidents.roles import Caller
from incidents.services.report import intake
from incidents.services.report.contents import NEVER_UNKNOWN, WRITTEN_CONTENTS
from incidents.web.choosers import (
    FigureField,
    FirmField,
    add_post_choice,
    county_choices,
    degrees_field,
    dress,
)
from incidents.web.times import SmartTimeField, TimedForm

Channel, Kind = Report.Channel, Report.Kind
CHANNELS = (Channel.PHONE, Channel.FAX, Channel.PAPER)
USUAL_ORIGIN = {"flood": Origin.NATURAL, "epidemic": Origin.HEALTH}
"""Where a class usually comes from; a default on screen, the duty officer's to change."""

SECTIONS = (
    ("谁来电", ("channel", "arrived_at", "informant", "enterprise", "caller", "phone", "paper_kind", "post")),
    ("什么事", ("event_class", "origin")),
    ("在哪里", ("county", "place")),
    ("何时", ("occurred_at", "known_at")),
    ("伤亡和损失", ("deaths", "missing", "serious_injuries", "loss_yuan", "records_leaked", "network_scope")),
    ("情况和处置", ("development", "measures", "impact")),
    (
        "其他",
        (
            "superior_who",
            "superior_at",
            "title",
            "longitude",
            "latitude",
            "counties_affected",
            "unit",
            "source",
            "rest_unknown",
        ),
    ),
)
FIGURES = ("deaths", "missing", "serious_injuries", "loss_yuan", "records_leaked")
TEXTS = ("impact", "development", "measures", "source")
DOES_NOT_APPLY = "none"
NEEDED = {"event_class", "origin", "county"}
"""Marked on screen; that they are missing is said by the service, with the clause, along with all else."""


def _text(label: str, length: int, *, rows: int = 0, **attrs) -> forms.CharField:
    widget = (
        forms.Textarea({"rows": rows, **attrs}) if rows else forms.TextInput({"autocomplete": "off", **attrs})
    )
    return forms.CharField(label=label, max_length=length, required=False, widget=widget)


class IntakeForm(TimedForm):
    """A first report by telephone, fax or paper. `contents` and `facts` hand it to the service."""

    pointer_fields = {
        "superior_unit_told/at": "superior_at",
        "superior_unit_told": "superior_who",
        "kind": "paper_kind",
    }

    token = forms.CharField(widget=forms.HiddenInput, max_length=60)
    channel = forms.ChoiceField(
        label="渠道", choices=[(c.value, c.label) for c in CHANNELS], initial=Channel.PHONE
    )
    arrived_at = SmartTimeField(label="来电（到达）时间", required=False, help_text="")
    informant = forms.ChoiceField(
        label="信息提供方",
        choices=[(value, f"{n} {label}") for n, (value, label) in enumerate(Report.Informant.choices, 1)],
        initial=Report.Informant.ENTERPRISE,
    )
    enterprise = FirmField(label="涉事企业", required=False)
    caller = _text("来电人", 40)
    phone = _text("回拨电话", 40, inputmode="tel")
    paper_kind = forms.ChoiceField(
        label="传真（纸质）种类",
        choices=[(Kind.BRIEF, Kind.BRIEF.label), (Kind.WRITTEN, Kind.WRITTEN.label)],
        required=False,
    )
    event_class = forms.ChoiceField(label="事件类别", required=False)
    origin = forms.ChoiceField(
        label="起因源头",
        choices=[(value, f"{n} {label}") for n, (value, label) in enumerate(Origin.choices, 1)],
        initial=Origin.INSIDE,
        required=False,
    )
    county = forms.ChoiceField(label="县区", required=False)
    place = _text("地点", 200, **{"data-completes": "places"})
    occurred_at = SmartTimeField(label="发生时间", required=False, help_text="可写 0210、10分钟前、刚才")
    known_at = SmartTimeField(label="企业获知时间", required=False, help_text="时限由此起算（§5.2.1）")
    deaths = FigureField(label="死亡")
    missing = FigureField(label="失踪")
    serious_injuries = FigureField(label="重伤")
    loss_yuan = FigureField(label="直接经济损失（元）")
    records_leaked = FigureField(label="泄露信息（条）")
    network_scope = forms.ChoiceField(
        label="网络阻断",
        choices=[("", "未提及"), (DOES_NOT_APPLY, "0 不适用")]
        + [(value, f"{n} {label}") for n, (value, label) in enumerate(NetworkScope.choices, 1)],
        required=False,
    )
    development = _text("现在怎样（发展态势）", 2000, rows=2)
    measures = _text("正在怎样处置", 2000, rows=2)
    impact = _text("影响到什么（影响范围）", 2000, rows=2)
    superior_who = _text("已告知上一级单位：何人", 100)
    superior_at = SmartTimeField(label="何时告知", required=False, help_text="")
    title = _text("标题（可不填）", 100)
    longitude = degrees_field("经度（可不填）", "114.022000")
    latitude = degrees_field("纬度（可不填）", "32.980000")
    counties_affected = forms.MultipleChoiceField(label="波及县区", required=False)
    unit = _text("单位名称（可不填）", 100)
    source = _text("信息来源（可不填）", 100)
    rest_unknown = forms.BooleanField(label="来件未写明的内容，登记为“尚不清楚”", required=False)

    def __init__(self, *args, caller: Caller, roles, now, **kwargs):
        super().__init__(*args, now=now, **kwargs)
        classes = EventClass.objects.filter(version=PlanVersion.in_force()).order_by("order")
        self.classes = {event_class.code: event_class for event_class in classes}
        self.fields["event_class"].choices = [
            ("", "请选择（键入序号）"),
            *((code, f"{n} {row.name}") for n, (code, row) in enumerate(self.classes.items(), 1)),
        ]
        counties = county_choices()
        self.fields["county"].choices = [("", "请选择（键入首字母）"), *counties]
        self.fields["counties_affected"].choices = counties
        self.fields["counties_affected"].widget.attrs["size"] = 2
        self.fields["enterprise"].widget.attrs["autofocus"] = True
        add_post_choice(self, caller, "incident.open", roles)
        dress(self)

    @classmethod
    def blank(cls) -> dict:
        """What a new call begins with: a token of its own, and the time at which the telephone rang."""
        return {"token": secrets.token_urlsafe(18), "arrived_at": f"{drill_clock.local():%H:%M:%S}"}

    needed = NEEDED

    def sections(self) -> list[tuple[str, list]]:
        return [(title, [self[n] for n in names if n in self.fields]) for title, names in SECTIONS]

    def clean(self):
        data = super().clean()
        if (
            bool(data.get("superior_who")) != bool(data.get("superior_at"))
            and "superior_at" not in self.errors
        ):
            missing = "superior_at" if data.get("superior_who") else "superior_who"
            self.add_error(missing, "告知上一级单位须写明何人、何时（§5.2.1）。")
        return data

    @property
    def kind(self) -> str:
        data = self.cleaned_data
        return Kind.ORAL if data.get("channel") == Channel.PHONE else data.get("paper_kind") or Kind.BRIEF

    def arrival(self) -> intake.Arrival:
        data = self.cleaned_data
        return intake.Arrival(
            channel=data["channel"],
            arrived_at=data.get("arrived_at"),
            informant=data["informant"],
            call=intake.Call(data.get("caller", ""), data.get("phone", "")),
        )

    def facts(self) -> dict:
        data = self.cleaned_data
        firm = data.get("enterprise")
        return {
            "title": data.get("title"),
            "event_class": data.get("event_class"),
            "origin": data.get("origin"),
            "occurred_at": data.get("occurred_at"),
            "known_at": data.get("known_at"),
            "place": data.get("place"),
            "longitude": data.get("longitude"),
            "latitude": data.get("latitude"),
            "county": data.get("county"),
            "counties_affected": data.get("counties_affected") or [],
            "enterprise": firm and firm.code,
        }

    def contents(self) -> dict:
        """What was said, and nothing else; on paper the rest may be stated to be unknown in one act."""
        data = self.cleaned_data
        contents = {name: data[name] for name in FIGURES if data.get(name) is not None}
        contents |= {name: data[name] for name in TEXTS if data.get(name)}
        if scope := data.get("network_scope"):
            contents["network_scope"] = None if scope == DOES_NOT_APPLY else scope
        if unit := data.get("unit") or (data.get("enterprise") and data["enterprise"].name):
            contents["unit"] = unit
        if data.get("superior_who") and data.get("superior_at"):
            contents["superior_unit_told"] = {"who": data["superior_who"], "at": data["superior_at"]}
        if self.kind == Kind.WRITTEN and data.get("rest_unknown"):
            said = contents.keys() | {name for name, value in self.facts().items() if value}
            contents["unknown"] = [n for n in WRITTEN_CONTENTS if n not in said and n not in NEVER_UNKNOWN]
        return contents
