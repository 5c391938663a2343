"""The forms of the acts on a warning: what each asks. What it does stands in `warning_act_table.py`; 指挥部's decisions
stand in `warning_decision_forms.py`."""

from datetime import timedelta

from django import forms

from alerts.models import Warning, WarningMeasure
from alerts.models.warning_levels import level_words
from incidents import drill_clock
from incidents.models import EventClass, Level, Organization, Origin, Report
from incidents.services.notice import reporting_up
from incidents.web.act_forms import ActForm, text_said, time_said
from incidents.web.choosers import FirmField, county_choices

Kind = Organization.Kind
LEVELS = [(int(level), level_words(level)) for level in Level]


def level_said(label: str = "预警级别", **kwargs):
    errors = {"required": f"请选择{label}（§4.4）。"}
    return forms.TypedChoiceField(
        label=label, choices=LEVELS, coerce=int, widget=forms.RadioSelect, error_messages=errors, **kwargs
    )


def boxes(label: str):
    return forms.MultipleChoiceField(label=label, required=False, widget=forms.CheckboxSelectMultiple)


class AnalyseForm(ActForm):
    pointer_fields = {"level": "possible_level"}
    likelihood = forms.ChoiceField(
        label="发生概率",
        choices=Warning.Likelihood.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择发生概率（§4.3）。"},
    )
    area = text_said("影响范围", rows=2, length=300)
    severity = text_said("严重程度", rows=2, length=300)
    possible_level = forms.TypedChoiceField(
        label="可能发生的事件级别",
        choices=[(int(level), level.label) for level in Level],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择可能发生的事件级别（§4.3）。"},
    )

    def prepare(self):
        warning = self.warning
        self.fields["likelihood"].initial = warning.likelihood
        self.fields["area"].initial = warning.likely_area
        self.fields["severity"].initial = warning.severity
        self.fields["possible_level"].initial = warning.possible_level


class ProposeForm(ActForm):
    level = level_said("建议级别")
    reason = text_said("理由")

    def prepare(self):
        self.fields["level"].initial = self.warning.proposed_level or self.warning.possible_level


class ReportUpForm(ActForm):
    to = forms.ChoiceField(label="报告对象")
    person = text_said("接听人", rows=1, length=60)
    words = text_said("报告内容", rows=4)
    at = time_said("报告时间", help_text="不填即现在")

    def prepare(self):
        bodies = reporting_up.superiors(self.warning)
        self.fields["to"].choices = [(kind.value, str(body)) for kind, body in bodies.items()]
        self.fields["to"].initial = self.query.get("to") or self._owed(bodies)
        self.fields["words"].initial = f"{self.warning.title}：{self.warning.risk}"[:2000]

    def _owed(self, bodies: dict) -> str:
        """The body to which a report is due next."""
        debts = self.warning.deadlines.all().answerable().filter(rule__answers__contains=["REPORT_UP"])
        kinds = debts.order_by("due_at").values_list("creditor__kind", flat=True)
        return next((kind for kind in kinds if kind in bodies), Kind.HEADQUARTERS.value)


class AddresseeForm(ActForm):
    """To whom it goes: departments, counties, enterprises."""

    GROUPS = {"to_members": Kind.MEMBER, "to_counties": Kind.COUNTY, "to_firms": Kind.ENTERPRISE}
    pointer_fields = {"to": "to_members"}
    to_members = boxes("成员单位")
    to_counties = boxes("县区")
    to_firms = boxes("企业")

    def offer_bodies(self, chosen: list[Organization]):
        city = self.warning.office.parent.parent
        offered = Organization.objects.filter(is_active=True).order_by("pk")
        of_city = {
            "to_members": offered.filter(kind=Kind.MEMBER, parent=self.warning.office.parent),
            "to_counties": offered.filter(kind=Kind.COUNTY, parent=city),
            "to_firms": offered.filter(kind=Kind.ENTERPRISE, county__parent=city),
        }
        codes = {body.code for body in chosen}
        for name, bodies in of_city.items():
            self.fields[name].choices = [(body.code, str(body)) for body in bodies]
            self.fields[name].initial = [code for code, _ in self.fields[name].choices if code in codes]

    @property
    def addressees(self) -> list[str]:
        return [code for name in self.GROUPS for code in self.cleaned_data[name]]


class TellForm(AddresseeForm):
    words = text_said("通报内容", rows=4)
    field_order = ["seen", "token", "post", "words", *AddresseeForm.GROUPS]

    def prepare(self):
        self.offer_bodies([])
        self.fields["words"].initial = f"{self.warning.title}：{self.warning.risk}"[:2000]


class DailyForm(ActForm):
    day = forms.DateField(
        label="日期",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "日报须写明是哪一天的（§4.3）。", "invalid": "日期写作 2026-03-02。"},
    )
    contents = text_said("日报内容", rows=5, length=5000)

    def prepare(self):
        self.fields["day"].initial = self.query.get("day") or drill_clock.local().date()


class IntervalForm(ActForm):
    hours = forms.DecimalField(
        label="每隔几小时报一次",
        required=False,
        min_value=0.5,
        max_value=24,
        max_digits=4,
        decimal_places=1,
        help_text="不填即每日一次",
        error_messages={
            "invalid": "请填写小时数，如 6。",
            "min_value": "报送间隔须在半小时至 24 小时之间（§4.3）。",
            "max_value": "报送间隔须在半小时至 24 小时之间（§4.3）。",
        },
    )

    @property
    def interval(self) -> timedelta | None:
        hours = self.cleaned_data["hours"]
        return timedelta(hours=float(hours)) if hours else None


class SettleItemForm(ActForm):
    kind = forms.ChoiceField(label="待办")
    words = text_said("办理情况", rows=2, length=200, help_text="如：已电话通报市应急管理局；或：无有关部门")

    def prepare(self):
        waiting = self.warning.open_items.filter(settled_at=None)
        self.fields["kind"].choices = [(item.kind, item.get_kind_display()) for item in waiting]


class MeasureForm(ActForm):
    item = forms.TypedChoiceField(label="措施", choices=WarningMeasure.Item.choices, coerce=int)
    owner = text_said("责任单位", rows=1, length=60)
    due_at = time_said("要求完成时间", ahead=True)
    done = forms.BooleanField(label="已落实", required=False)
    note = text_said("落实情况", rows=2, required=False, length=300)

    def prepare(self):
        asked = self.query.get("item", "")
        measure = self.warning.measures.filter(item=int(asked)).first() if asked in list("123456") else None
        if measure:
            for name in ("item", "owner", "due_at", "note"):
                self.fields[name].initial = getattr(measure, name)
            self.fields["done"].initial = bool(measure.done_at)


class BecomeIncidentForm(ActForm):
    """What has happened, as far as the telephone told it; more follows by report."""

    informant = forms.ChoiceField(label="谁报告已经发生", choices=Report.Informant.choices)
    event_class = forms.ChoiceField(label="事件类别")
    origin = forms.ChoiceField(label="起因源头", choices=Origin.choices)
    county = forms.ChoiceField(label="县区")
    place = text_said("地点", rows=1, length=200)
    enterprise = FirmField(label="涉事企业", required=False)
    known_at = time_said("企业获知时间", help_text="企业报告的必填；时限由此起算（§5.2.1）")
    title = text_said("标题", rows=1, length=100)
    development = text_said("现在怎样", rows=3)

    def prepare(self):
        warning = self.warning
        classes = EventClass.objects.filter(version=warning.plan_version_id).order_by("order")
        self.fields["event_class"].choices = [(row.code, row.name) for row in classes]
        self.fields["event_class"].initial = warning.event_class and warning.event_class.code
        self.fields["county"].choices = county_choices()
        county = warning.counties_affected.first()
        self.fields["county"].initial = county and county.code
        self.fields["place"].initial, self.fields["title"].initial = warning.place, warning.title
        natural = warning.channel in (Warning.Channel.METEOROLOGY, Warning.Channel.WATER)
        self.fields["origin"].initial = Origin.NATURAL if natural else Origin.INSIDE
        if warning.enterprise:
            self.fields["enterprise"].initial = warning.enterprise.short_name
            self.fields["informant"].initial = Report.Informant.ENTERPRISE
        else:
            self.fields["informant"].initial = Report.Informant.OTHER

    @property
    def facts(self) -> dict:
        data = self.cleaned_data
        names = ("event_class", "origin", "county", "place", "known_at", "title")
        counties = [county.code for county in self.warning.counties_affected.all()]
        return {name: data[name] for name in names} | {
            "enterprise": data["enterprise"] and data["enterprise"].code,
            "counties_affected": [code for code in counties if code != data["county"]],
        }
