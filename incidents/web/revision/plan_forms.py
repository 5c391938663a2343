"""The rows of a draft of the plan as forms."""

from datetime import timedelta

from django import forms
from django.contrib.postgres.forms import SimpleArrayField

from incidents.models import (
    Clause,
    DeadlineRule,
    EscalationStep,
    EventClass,
    GroupTemplate,
    Organization,
    PlanVersion,
)
from incidents.roles import Caller
from incidents.services.revision.plan_rows import PARTS, Part
from incidents.web.choosers import add_post_choice, dress
from incidents.web.times import PLAIN_WORDS

LONGEST = 366 * 24 * 60
"""Minutes of a year."""


class MinutesField(forms.IntegerField):
    """A span of time as a number of minutes."""

    def prepare_value(self, value):
        return round(value.total_seconds() / 60) if isinstance(value, timedelta) else value

    def to_python(self, value):
        minutes = super().to_python(value)
        if minutes is not None and abs(minutes) > LONGEST:
            raise forms.ValidationError("不能超过一年。")
        return None if minutes is None else timedelta(minutes=minutes)

    def validate(self, value):
        forms.Field.validate(self, value)

    def run_validators(self, value):
        """`IntegerField` has none of spans."""

    def has_changed(self, initial, data):
        return super().has_changed(self.prepare_value(initial), data)


class RuleForm(forms.ModelForm):
    limit = MinutesField(label="时限（分钟）", help_text="从起算到到期。")
    interval = MinutesField(
        label="间隔（分钟）", required=False, help_text="自上次报告起重复的：下一次距上次报告。"
    )
    answers = forms.MultipleChoiceField(
        label="履行方式", choices=DeadlineRule.Act.choices, widget=forms.CheckboxSelectMultiple
    )

    def clean_limit(self):
        limit = self.cleaned_data["limit"]
        if limit is not None and limit <= timedelta():
            raise forms.ValidationError("时限须大于 0。")
        return limit


class StepForm(forms.ModelForm):
    offset = MinutesField(
        label="相对到期时间（分钟）", help_text="负数是到期前的提醒，0 是到期，正数是超时之后。"
    )
    targets = forms.MultipleChoiceField(
        label="通知对象", choices=EscalationStep.Target.choices, widget=forms.CheckboxSelectMultiple
    )


class EventClassForm(forms.ModelForm):
    questions = SimpleArrayField(
        forms.CharField(max_length=100),
        label="询问要点",
        delimiter="\n",
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "cols": 80}),
        help_text="每行一条。",
    )


def _member_choices() -> list[tuple[str, str]]:
    bodies = Organization.objects.filter(kind__in=["MEMBER", "COUNTY"], is_active=True).order_by(
        "-kind", "pk"
    )
    return [(body.code, str(body)) for body in bodies]


class GroupForm(forms.ModelForm):
    members = forms.MultipleChoiceField(
        label="成员单位", choices=_member_choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class ReasonedForm(forms.ModelForm):
    """A row of the draft, and why it is changed."""

    reason = forms.CharField(
        label="改动理由",
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        help_text="随这一行留存，评估和报批时可见。",
    )

    def __init__(self, *args, caller: Caller, draft: PlanVersion, **kwargs):
        super().__init__(*args, **kwargs)
        self.caller, self.code = caller, "plan.draft"
        for name, field in self.fields.items():
            if not isinstance(field, SimpleArrayField):
                field.error_messages |= PLAIN_WORDS
            field.error_messages["required"] = f"请填写{field.label}。（§8.4）"
            if isinstance(field.widget, forms.Textarea) and name not in ("reason", "questions"):
                field.widget.attrs["rows"] = 12 if name == "text" else 4
        if "clause" in self.fields:
            clauses = Clause.objects.filter(version=draft)
            choices = [("", "请选择"), *((clause.number, str(clause)) for clause in clauses)]
            self.fields["clause"] = forms.ChoiceField(label="条款", choices=choices)
            self.fields["clause"].error_messages["required"] = "请选择所依据的条款。（§8.4）"
        add_post_choice(self, caller, self.code)
        dress(self)


OWN_FORMS = {
    EventClass: EventClassForm,
    GroupTemplate: GroupForm,
    DeadlineRule: RuleForm,
    EscalationStep: StepForm,
}


def _form_of(part: Part) -> type[ReasonedForm]:
    own = OWN_FORMS.get(part.model)
    base = type(f"{part.model.__name__}OfDraft", (own, ReasonedForm) if own else (ReasonedForm,), {})
    return forms.modelform_factory(part.model, form=base, fields=[*part.key, *part.columns])


FORMS = {part.code: _form_of(part) for part in PARTS}
"""By the part's code: the columns that identify a row first."""
