"""The forms of key periods, 零报告 and 点名 (§4.1)."""

from collections.abc import Iterable

from django import forms
from django.utils import timezone
from django.utils.crypto import get_random_string

from incidents.models import KeyPeriod, Organization, RollAnswer
from incidents.roles import OFFICE, Caller
from incidents.services.register import key_periods, period_bodies
from incidents.web.act_forms import text_said
from incidents.web.choosers import add_post_choice, dress
from incidents.web.times import HELP, PLAIN_WORDS, SmartTimeField

QUIET = [("yes", "无情况"), ("no", "有情况")]


class OnceForm(forms.Form):
    """A form of the office's or a body's own, sent once however often it is sent."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=60)

    def __init__(self, data=None, *, caller: Caller, code: str, initial=None):
        super().__init__(data, initial={"token": get_random_string(24)} | (initial or {}))
        self.caller, self.code = caller, code
        for field in self.fields.values():
            field.error_messages |= PLAIN_WORDS
        add_post_choice(self, caller, code)

    def actor(self):
        return self.caller.actor_for(self.code, self.cleaned_data.get("post"))

    def said(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if name not in ("token", "post")}


def day_field(label: str, **kwargs) -> forms.DateField:
    errors = {"invalid": "请填写日期，如 2026-11-11。", "required": f"请填写{label}。"}
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=errors, **kwargs)


def bodies_field(label: str, more: str = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        required=False,
        widget=forms.SelectMultiple({"size": 8}),
        help_text=f"可多选（用鼠标时按住 Ctrl 键）{more}",
        error_messages={"invalid_choice": "没有可以选择的单位“%(value)s”。"},
    )


def by_kind(bodies: Iterable[Organization]) -> list[tuple]:
    kinds = {Organization.Kind.COUNTY: "县区", Organization.Kind.ENTERPRISE: "企业"}
    bodies = list(bodies)
    return [
        (label, [(body.code, str(body)) for body in bodies if body.kind == kind])
        for kind, label in kinds.items()
    ]


class DeclareForm(OnceForm):
    kind = forms.ChoiceField(label="类别", choices=KeyPeriod.Kind.choices)
    name = text_said("名称", rows=1, length=60, help_text="如：2026年双11旺季")
    starts_on = day_field("起日")
    ends_on = day_field("止日")
    due_by = forms.TimeField(
        label="每日截止时刻（内部规定，不早于 8:00，默认 17:00）",
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "请填写时刻，如 17:00。", "required": "请填写每日截止时刻。"},
    )
    all_firms = forms.BooleanField(label="全部在用企业", required=False)
    all_counties = forms.BooleanField(label="全部县区", required=False)
    bodies = bodies_field("另选报送单位", "；与上面两项合并计算")
    note = text_said("要求", rows=2, length=300, required=False)

    def __init__(self, data=None, *, caller: Caller):
        initial = {"due_by": key_periods.DUE_BY, "starts_on": timezone.localdate()}
        super().__init__(data, caller=caller, code="period.declare", initial=initial)
        office = caller.actors_for("period.declare")[0].organization
        self.offered = list(key_periods.may_owe(office))
        self.fields["bodies"].choices = by_kind(self.offered)
        dress(self)

    def said(self) -> dict:
        said = super().said()
        whole = {
            Organization.Kind.ENTERPRISE: said.pop("all_firms"),
            Organization.Kind.COUNTY: said.pop("all_counties"),
        }
        codes = [body.code for body in self.offered if whole[body.kind]]
        return said | {"bodies": [*codes, *said["bodies"]]}


class EndForm(OnceForm):
    reason = text_said("理由", rows=2, length=300)


class MoveForm(EndForm):
    ends_on = day_field("新的止日")
    field_order = ["ends_on", "reason"]


class ChangeForm(EndForm):
    add = bodies_field("增加")
    leave = bodies_field("退出")
    field_order = ["add", "leave", "reason"]

    def __init__(self, data=None, *, caller: Caller, period: KeyPeriod):
        super().__init__(data, caller=caller, code="period.change")
        self.fields["add"].choices = by_kind(period_bodies.joinable(period))
        self.fields["leave"].choices = by_kind(key_periods.active(period))
        dress(self)


class OfBodyForm(OnceForm):
    """What is said for one of these bodies; where there is one alone, it need not be chosen."""

    body = forms.ChoiceField(error_messages={"required": "请选择单位。"})
    told_at = SmartTimeField(label="来电时间", required=False, help_text=f"补录时填写；{HELP}。空着：现在")

    def __init__(self, data=None, *, caller: Caller, code: str, bodies: list[Organization], **more):
        super().__init__(data, caller=caller, code=code, **more)
        told_at = self.fields.pop("told_at")
        if any(actor.role in OFFICE for actor in caller.actors_for(code)):
            self.fields["told_at"] = told_at
        self.fields["body"].choices = [("", "请选择"), *((body.code, str(body)) for body in bodies)]
        if len(bodies) == 1:
            self.fields["body"].widget = forms.HiddenInput()
            self.initial["body"] = bodies[0].code
        dress(self)


class QuietForm(OfBodyForm):
    body = forms.ChoiceField(label="报送单位", error_messages={"required": "请选择报送单位。"})
    day = day_field("所报日期")
    is_quiet = forms.ChoiceField(
        label="情况",
        choices=QUIET,
        widget=forms.RadioSelect,
        error_messages={"required": "请说明无情况还是有情况。"},
    )
    words = text_said(
        "什么情况", length=2000, required=False, help_text="有情况的写明；机要通信及涉密内容不得填入"
    )

    def said(self) -> dict:
        said = super().said()
        return said | {"is_quiet": said["is_quiet"] == "yes"}


class CallForm(OnceForm):
    minutes = forms.IntegerField(
        label="应答时限（分钟）",
        min_value=5,
        max_value=1440,
        help_text="内部规定，默认 30 分",
        error_messages={
            "required": "请填写应答时限。",
            "invalid": "请填写分钟数，如 30。",
            "min_value": "应答时限至少 5 分钟。",
            "max_value": "应答时限最长 1440 分钟（24 小时）。",
        },
    )
    words = text_said("点名要求", rows=2, length=200, required=False)


class AnswerForm(OfBodyForm):
    body = forms.ChoiceField(label="应答单位", error_messages={"required": "请选择应答单位。"})
    state = forms.ChoiceField(
        label="状态",
        choices=RollAnswer.State.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择状态。"},
    )
    person = text_said("应答人", rows=1, length=40)
    place = text_said("所在位置", rows=1, length=80)
    words = text_said("说明", rows=2, length=300, required=False, help_text="有情况的必须写明")
