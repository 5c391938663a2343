"""The forms of the acts on an incident itself: what each asks. What it does stands in `act_table.py`."""

from django import forms

from incidents.models import EventClass, Level, OpenItem, OralClaim, Organization
from incidents.querysets import visible_incidents
from incidents.services.notice import reporting_up
from incidents.services.response.merging import likely_duplicates
from incidents.web.act_forms import ActForm, text_said, time_said
from incidents.web.choosers import FirmField, county_choices, degrees_field


class LocateForm(ActForm):
    longitude = degrees_field("经度", "114.022000")
    latitude = degrees_field("纬度", "32.980000")

    def prepare(self):
        for name in ("longitude", "latitude"):
            self.fields[name].initial = getattr(self.incident, name)
        self.fields["latitude"].help_text = "都不填：地图上置于县区中心，并注明未标注位置。"


class CountyForm(ActForm):
    county = forms.ChoiceField(label="事发县区", error_messages={"required": "请选择县区。"})
    affected = forms.MultipleChoiceField(
        label="波及县区", required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = text_said("理由")

    def prepare(self):
        counties = county_choices()
        for name in ("county", "affected"):
            self.fields[name].choices = counties
        self.fields["county"].initial = self.incident.county.code
        self.fields["affected"].initial = [body.code for body in self.incident.counties_affected.all()]


class LevelForm(ActForm):
    """A choice among levels, the proposed one preselected.

    Any level is taken: one that another person has made impossible meanwhile is refused by the service, in its words.
    """

    level = forms.TypedChoiceField(
        label="级别", coerce=int, widget=forms.RadioSelect, error_messages={"required": "请选择级别。"}
    )
    reason = text_said("理由")

    def choices(self) -> list[Level]:
        return list(Level)

    def prepare(self):
        levels = self.choices()
        self.fields["level"].choices = [(int(level), level.label) for level in Level]
        self.fields["level"].widget.choices = [(int(level), level.label) for level in levels]
        if self.incident.proposed_level in levels:
            self.fields["level"].initial = self.incident.proposed_level
        elif len(levels) == 1:
            self.fields["level"].initial = int(levels[0])


class GradeForm(LevelForm):
    event_class = forms.ChoiceField(label="事件类别")
    reason = text_said("理由", required=False, help_text="与建议级别不同时必填（§3.2）")
    field_order = ["seen", "token", "post", "level", "event_class", "reason"]

    def prepare(self):
        super().prepare()
        classes = EventClass.objects.filter(version=self.incident.plan_version_id).order_by("order")
        self.fields["event_class"].choices = [(row.code, row.name) for row in classes]
        self.fields["event_class"].initial = self.incident.event_class.code


class UpgradeForm(LevelForm):
    def choices(self):
        return [level for level in Level if level < (self.incident.level or 5)]


class DowngradeForm(LevelForm):
    def choices(self):
        return [level for level in Level if level > (self.incident.level or 0)]


class NameFirmForm(ActForm):
    enterprise = FirmField(label="涉事企业", required=False)
    known_at = time_said("企业获知（或告知企业）的时间", required=True, initial="刚才")
    reason = text_said("理由", rows=2, required=False)

    def prepare(self):
        if self.incident.enterprise:
            self.fields["enterprise"].initial = self.incident.enterprise.short_name
        self.fields["reason"].help_text = "更正另一家企业时必填（§5.2.1）"

    def clean_enterprise(self):
        firm = self.cleaned_data["enterprise"]
        if firm is None:
            raise forms.ValidationError("请选择涉事企业（§5.2.1）。")
        return firm


class KnownAtForm(ActForm):
    known_at = time_said("企业获知时间", required=True)
    reason = text_said("理由", rows=2, required=False, help_text="推后须由应急办主任办理并说明理由（§5.2.1）")


class MergeForm(ActForm):
    into = forms.ChoiceField(label="并入哪一起事件", required=False)
    other = text_said("或填写编号", rows=1, required=False, length=30)
    reason = text_said("理由", rows=2)

    def prepare(self):
        alike = likely_duplicates(self.incident).filter(pk__in=visible_incidents(self.caller.actors))
        names = [
            (row.number, f"{row.number} {row.title}（{row.enterprise or '未明确企业'}）") for row in alike
        ]
        self.fields["into"].choices = [("", "请选择"), *names]
        self.fields["into"].initial = self.query.get("into", "")

    def clean(self):
        data = super().clean()
        data["into"] = data.get("other", "").strip() or data.get("into")
        if not data["into"]:
            self.add_error("into", "请选择并入的事件，或填写其编号（§4.3）。")
        return data


class ReportUpForm(ActForm):
    to = forms.ChoiceField(label="报告对象")
    person = text_said("接听人", rows=1, length=60)
    words = text_said("报告内容", rows=4)
    at = time_said("报告时间", help_text="不填即现在")

    def prepare(self):
        bodies = reporting_up.superiors(self.incident)
        self.fields["to"].choices = [(kind.value, str(body)) for kind, body in bodies.items()]
        self.fields["to"].initial = self.query.get("to") or self._owed(bodies)

    def _owed(self, bodies: dict) -> str:
        """The body to which a report is due next."""
        debts = self.incident.deadlines.all().answerable().filter(rule__kind="UPWARD").order_by("due_at")
        kinds = debts.values_list("creditor__kind", flat=True)
        return next((kind for kind in kinds if kind in bodies), Organization.Kind.HEADQUARTERS.value)


class ProposeResponseForm(ActForm):
    words = text_said("建议内容（事件严重性分析和建议）", rows=4)


class StartForm(ActForm):
    """The firm starts Ⅳ now; the office logs it on the firm's word, also one already over (§5.5)."""

    pointer_fields = {"started_at": "at"}
    measures = text_said("采取的措施", rows=3)
    at = time_said("启动时间", help_text="据企业告知；不填即现在")
    over = forms.BooleanField(label="报告时已经结束（一次登记起止时间）", required=False)
    ended_at = time_said("结束时间", help_text="")
    result = text_said("处置结果", rows=2, required=False)

    def prepare(self):
        if not any(actor.role != "enterprise" for actor in self.able):
            for name in ("at", "over", "ended_at", "result"):
                del self.fields[name]

    def clean(self):
        data = super().clean()
        if data.get("over"):
            for name, label in (("at", "启动时间"), ("ended_at", "结束时间"), ("result", "处置结果")):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, f"已经结束的，须填写{label}（§5.5）。")
        return data


class EndForm(ActForm):
    result = text_said("处置结果", rows=3)
    at = time_said("结束时间", help_text="据企业告知；不填即现在")

    def prepare(self):
        if not any(actor.role != "enterprise" for actor in self.able):
            del self.fields["at"]


class SettleItemForm(ActForm):
    kind = forms.ChoiceField(label="待办")
    words = text_said("办理情况", rows=2, length=200, help_text="如：已电话通知快递企业乙；或：无受影响企业")

    def prepare(self):
        items = OpenItem.objects.filter(incident=self.incident, settled_at=None)
        self.fields["kind"].choices = [(item.kind, item.get_kind_display()) for item in items]
        self.fields["kind"].initial = self.query.get("kind")


class ConfirmOralForm(ActForm):
    report = forms.ChoiceField(label="哪一份报告所称的来电")
    decision = forms.ChoiceField(
        label="核对值班记录后",
        choices=[("confirm", "确认曾来电，按来电时间计"), ("refuse", "不予确认")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择是否确认。"},
    )
    refused_reason = text_said("不予确认的理由", rows=2, required=False, length=200)

    def prepare(self):
        waiting = OralClaim.objects.filter(
            report__incident=self.incident, confirmed_at=None, refused_reason=""
        )
        numbers = list(waiting.values_list("report__number", flat=True))
        self.fields["report"].choices = [(number, number) for number in numbers]
        self.fields["report"].initial = self.query.get("report") or next(iter(numbers), None)

    def clean(self):
        data = super().clean()
        if data.get("decision") == "refuse" and not data.get("refused_reason", "").strip():
            self.add_error("refused_reason", "不予确认须说明理由（§5.2.1）。")
        return data
