"""A further report on an incident, typed by the office from a call, fax or paper, or filed by the firm itself."""

from django import forms

from incidents.models import Organization, Report, Role
from incidents.roles import OFFICE
from incidents.services.report import intake
from incidents.services.response import commanding
from incidents.web.act_forms import ActForm
from incidents.web.report.report_form import ReportForm
from incidents.web.times import SmartTimeField

Kind, Channel = Report.Kind, Report.Channel
NAMED_INFORMANTS = (Report.Informant.MEMBER, Report.Informant.COUNTY)
BY_OFFICE = (Kind.ORAL, Kind.BRIEF, Kind.WRITTEN, Kind.FOLLOW_UP, Kind.FINAL)
BY_FIRM = (Kind.BRIEF, Kind.WRITTEN, Kind.FOLLOW_UP, Kind.FINAL)
BY_NAMED = (Kind.FOLLOW_UP,)
OFFICE_FIELDS = ("channel", "arrived_at", "informant", "body", "caller", "phone")
FIRM_FIELDS = ("known_at", "oral", "oral_to", "oral_at", "superior", "superior_who", "superior_at")


class FileReportForm(ActForm, ReportForm):
    """`ReportForm` with what the office adds: how it came and when, whose word it is, and what it corrects."""

    channel = forms.ChoiceField(
        label="渠道",
        choices=[(c.value, c.label) for c in (Channel.PHONE, Channel.FAX, Channel.PAPER)],
        initial=Channel.PHONE,
    )
    arrived_at = SmartTimeField(
        label="到达时间", required=False, help_text="不填即现在；早于录入 10 分钟以上标为补录"
    )
    informant = forms.ChoiceField(
        label="信息提供方", choices=Report.Informant.choices, initial=Report.Informant.ENTERPRISE
    )
    body = forms.ChoiceField(
        label="哪个成员单位、县区", required=False, help_text="提供方为成员单位、县区机构时必选"
    )
    caller = forms.CharField(label="来电人", required=False, max_length=40)
    phone = forms.CharField(label="回拨电话", required=False, max_length=40)
    supersedes = forms.ChoiceField(label="更正哪一份报告", required=False)

    def __init__(self, *args, subject, **kwargs):
        self.by_office = bool(kwargs["caller"].roles & OFFICE)
        on_file = {
            "occurred_at": subject.occurred_at,
            "place": subject.place,
            "event_class": subject.event_class.code,
        }
        self.by_firm = not self.by_office and Role.ENTERPRISE in kwargs["caller"].roles
        kinds = BY_OFFICE if self.by_office else BY_FIRM if self.by_firm else BY_NAMED
        super().__init__(
            *args, subject=subject, plan=subject.plan_version, kinds=kinds, on_file=on_file, **kwargs
        )

    def prepare(self):
        if not self.by_office:
            for name in OFFICE_FIELDS:
                del self.fields[name]
        else:
            for name in ("oral", "oral_to", "oral_at"):
                del self.fields[name]
            bodies = [(body.code, str(body)) for body in commanding.candidates(self.incident)]
            self.fields["body"].choices = [("", "不是"), *bodies]
            self._preset_body(self.query.get("body"))
        if not self.by_office and not self.by_firm:
            for name in FIRM_FIELDS:
                del self.fields[name]
        kind = self.query.get("kind") or (Kind.FOLLOW_UP if self.incident.level else "")
        self.fields["kind"].initial = str(kind)
        standing = self.incident.reports.filter(superseded_by=None)
        if self.by_firm:
            standing = standing.filter(informant=Report.Informant.ENTERPRISE)
        elif not self.by_office:
            own = [actor.organization.pk for actor in self.able]
            standing = standing.filter(informant__in=NAMED_INFORMANTS, reporter__in=own)
        self.fields["supersedes"].choices = [("", "不是更正")] + [
            (report.number, f"{report.number} {report.get_kind_display()}") for report in standing
        ]
        if self.incident.enterprise:
            self.fields["unit"].initial = self.incident.enterprise.name
        if "known_at" in self.fields:
            self.fields["known_at"].help_text = "比已登记的更早时，时限随之提前（§5.2.1）"

    def _preset_body(self, code: str | None):
        """Asked for a named body's follow-up: it, and that it is the source."""
        body = next((b for b in commanding.candidates(self.incident) if b.code == code), None)
        if body:
            self.fields["body"].initial = code
            is_member = body.kind == Organization.Kind.MEMBER
            self.fields["informant"].initial = NAMED_INFORMANTS[0 if is_member else 1]

    def arrival(self) -> intake.Arrival:
        data = self.cleaned_data
        if not self.by_office:
            return intake.Arrival(Channel.FORM)
        channel = Channel.PHONE if data["kind"] == Kind.ORAL else data["channel"]
        return intake.Arrival(
            channel,
            data.get("arrived_at"),
            data["informant"],
            intake.Call(data["caller"], data["phone"]),
            data.get("body", ""),
        )

    def stated(self) -> dict:
        """What was said; of a report that is no written one, nothing is claimed to be unknown by silence."""
        contents = self.contents()
        return contents | {"unknown": [name for name in contents["unknown"] if name not in contents]}

    @property
    def how(self) -> list:
        return [self[name] for name in (*OFFICE_FIELDS, "supersedes", "known_at") if name in self.fields]

    @property
    def rest(self) -> list:
        return [self[name] for name in ("superior", "superior_who", "superior_at") if name in self.fields]

    @property
    def claim(self) -> list:
        return [self[name] for name in ("oral", "oral_to", "oral_at") if name in self.fields]
