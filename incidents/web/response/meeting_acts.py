"""The acts on meetings (§5.3, 5.4.3): what each asks, and what it does."""

from django import forms

from incidents.conditions import running
from incidents.models import Attendance, Level, Meeting
from incidents.services.command import order_steps
from incidents.services.response import meetings
from incidents.services.response.meetings import Decision
from incidents.web.act_forms import ActForm, ReasonForm, text_said, time_said
from incidents.web.act_page import NOT_UNDONE, ActPage
from incidents.web.times import SmartTimeField

ROWS = 4
"""Lines for decisions on one form; more are added one form after the other."""


class ConveneForm(ActForm):
    pointer_fields = {"bodies": "called"}
    kind = forms.ChoiceField(label="会议", choices=Meeting.Kind.choices)
    topic = text_said("议题", rows=1, length=200)
    means = forms.ChoiceField(label="方式", choices=Meeting.Means.choices, widget=forms.RadioSelect)
    place = text_said("地点或会议号", rows=1, length=200)
    starts_at = time_said("开会时间", ahead=True, help_text="不填即现在；可写 0530、30分钟后")
    called = forms.MultipleChoiceField(
        label="召集单位",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请选择召集哪些单位。"},
    )

    def prepare(self):
        bodies = meetings.candidates(self.incident)
        self.fields["called"].choices = [(body.code, str(body)) for body in bodies]
        self.fields["means"].initial = Meeting.Means.VIDEO
        response = running(self.incident)
        level = min(self.incident.level or Level.IV, response.level if response else Level.IV)
        self.fields["kind"].initial = Meeting.Kind.CONSULTATION
        if level > Level.II:
            self.fields["kind"].choices = [(Meeting.Kind.CONSULTATION, Meeting.Kind.CONSULTATION.label)]
        else:
            held = self.incident.meetings.filter(kind=Meeting.Kind.EMERGENCY).exclude(
                status=Meeting.Status.CANCELLED
            )
            self.fields["kind"].initial = (
                Meeting.Kind.CONSULTATION if held.exists() else Meeting.Kind.EMERGENCY
            )
            members = [body.code for body in bodies if body.kind == "MEMBER"]
            self.fields["called"].initial = [] if held.exists() else members


class DecisionsForm(ActForm):
    """Lines of what was decided, each with who does it and until when."""

    def prepare(self):
        bodies = order_steps.receivers(self.incident).order_by("kind", "pk")
        choices = [("", "不指定"), *((body.code, str(body)) for body in bodies)]
        for row in range(1, ROWS + 1):
            self.fields[f"words_{row}"] = text_said(f"议定事项 {row}", rows=1, length=200, required=False)
            self.fields[f"body_{row}"] = forms.ChoiceField(label="责任单位", choices=choices, required=False)
            self.fields[f"due_{row}"] = SmartTimeField(
                label="完成期限", required=False, ahead=True, help_text="可写 0530、3小时后"
            )
            self.fields[f"due_{row}"].now = self.now

    def clean(self):
        data = super().clean()
        for row in range(1, ROWS + 1):
            if (data.get(f"body_{row}") or data.get(f"due_{row}")) and not data.get(f"words_{row}"):
                self.add_error(f"words_{row}", "请写明议定事项。")
        return data

    def decided(self) -> list[Decision]:
        data = self.cleaned_data
        return [
            Decision(data[f"words_{row}"], data[f"body_{row}"], data[f"due_{row}"])
            for row in range(1, ROWS + 1)
            if data[f"words_{row}"]
        ]

    @property
    def decision_rows(self) -> list[tuple]:
        return [tuple(self[f"{n}_{row}"] for n in ("words", "body", "due")) for row in range(1, ROWS + 1)]

    @property
    def plain(self) -> list:
        """The fields that stand neither in the table of attendance nor in that of decisions."""
        return [
            field for field in self.visible_fields() if field.name in self.base_fields or field.name == "post"
        ]


class RecordForm(DecisionsForm):
    held_at = time_said("召开时间", help_text="不填即召集时定的时间")
    chair = text_said("主持人", rows=1, length=60)
    words = text_said("会议情况（各方意见摘要）", rows=4)

    def prepare(self):
        super().prepare()
        self.called = list(self.matter.called.select_related("body"))
        choices = [("", "请登记"), *Attendance.Presence.choices]
        for line in self.called:
            code = line.body.code
            self.fields[f"presence_{code}"] = forms.ChoiceField(
                label=str(line.body),
                choices=choices,
                error_messages={"required": f"请登记{line.body}是否到会。"},
            )
            self.fields[f"person_{code}"] = text_said("参会人", rows=1, length=60, required=False)

    @property
    def attendance_rows(self) -> list[tuple]:
        return [(self[f"presence_{c.body.code}"], self[f"person_{c.body.code}"]) for c in self.called]

    def attendance(self) -> dict:
        data = self.cleaned_data
        codes = [line.body.code for line in self.called]
        return {code: (data[f"presence_{code}"], data[f"person_{code}"]) for code in codes}


def _convene(form, data, who):
    names = ("kind", "topic", "means", "place")
    meeting = meetings.convene(
        **who,
        **{name: data[name] for name in names},
        bodies=data["called"],
        starts_at=data.get("starts_at"),
    )
    return f"已召集{meeting.get_kind_display()} {meeting.number}，被召集单位已收到通知。"


def _record(form, data, who):
    meeting = meetings.record(
        **who,
        chair=data["chair"],
        words=data["words"],
        held_at=data.get("held_at"),
        attendance=form.attendance(),
        decisions=form.decided(),
    )
    return f"已记录会议 {meeting.number}；议定事项可逐项下达任务。"


def _decide(form, data, who):
    meetings.decide(**who, decisions=form.decided())
    return "已补记议定事项。"


def _cancel(form, data, who):
    meeting = meetings.cancel(**who, reason=data["reason"])
    return f"会议 {meeting.number} 已取消，被召集单位已收到通知。"


BODY = "incidents/response/act_meeting.html"
CONVENE_PAGES = {
    "meeting.convene": ActPage(ConveneForm, _convene, button="召集", sure="召集后各单位即时收到通知。")
}
MEETING_PAGES = {
    "meeting.record": ActPage(RecordForm, _record, button="记录", body=BODY, sure=NOT_UNDONE),
    "meeting.decide": ActPage(DecisionsForm, _decide, button="补记", body=BODY, sure=NOT_UNDONE),
    "meeting.cancel": ActPage(ReasonForm, _cancel, sure="取消后不能恢复；被召集单位即时收到通知。"),
}
