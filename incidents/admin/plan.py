"""The rows of a draft of the plan (§8.4). A version in force, or superseded, is shown and can't be touched."""

from datetime import timedelta

from django import forms
from django.contrib import admin
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import PermissionDenied

from incidents.admin.base import ReferenceAdmin
from incidents.models import (
    Clause,
    Criterion,
    DeadlineRule,
    EscalationStep,
    EventClass,
    GroupTemplate,
    Organization,
    PlanVersion,
)

DRAFT = PlanVersion.Status.DRAFT


class MinutesField(forms.IntegerField):
    """A span of time as a number of minutes."""

    def prepare_value(self, value):
        return round(value.total_seconds() / 60) if isinstance(value, timedelta) else value

    def to_python(self, value):
        minutes = super().to_python(value)
        return None if minutes is None else timedelta(minutes=minutes)

    def validate(self, value):
        forms.Field.validate(self, value)

    def run_validators(self, value):
        if value is not None and abs(value) > timedelta(days=366):
            raise forms.ValidationError("不能超过一年。")

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


class GroupForm(forms.ModelForm):
    members = forms.MultipleChoiceField(
        label="成员单位", choices=list, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        bodies = Organization.objects.filter(kind__in=["MEMBER", "COUNTY"], is_active=True).order_by(
            "-kind", "pk"
        )
        self.fields["members"].choices = [(body.code, str(body)) for body in bodies]


@admin.register(PlanVersion)
class PlanVersionAdmin(ReferenceAdmin):
    """A draft is begun, and put into force, on the page 预案."""

    list_display = ["number", "title", "status", "document_no", "activated_at"]
    fields = ["number", "title", "status", "document_no", "based_on", "note", "activated_at"]
    readonly_fields = ["number", "status", "document_no", "based_on", "activated_at"]

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request) and (obj is None or obj.status == DRAFT)


class PlanPartAdmin(ReferenceAdmin):
    deletable = True
    list_filter = ["version"]
    list_select_related = ["version"]

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request) and PlanVersion.objects.filter(status=DRAFT).exists()

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request) and (obj is None or obj.version.status == DRAFT)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request) and obj is not None and obj.version.status == DRAFT

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "version":
            drafts = PlanVersion.objects.filter(status=DRAFT)
            kwargs |= {"queryset": drafts, "initial": drafts.first(), "empty_label": None}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        self._still_a_draft(obj)
        super().save_model(request, obj, form, change)

    def delete_model(self, request, obj):
        self._still_a_draft(obj)
        super().delete_model(request, obj)

    @staticmethod
    def _still_a_draft(obj):
        """Holds the version's row, so that no edit slips in behind its activation."""
        version = PlanVersion.objects.select_for_update().get(pk=obj.version_id)
        if version.status != DRAFT:
            raise PermissionDenied("这个版本刚刚生效，不能再改。")


@admin.register(Clause)
class ClauseAdmin(PlanPartAdmin):
    list_display = ["number", "title", "version"]
    search_fields = ["number", "title", "text"]


@admin.register(EventClass)
class EventClassAdmin(PlanPartAdmin):
    form = EventClassForm
    list_display = ["name", "code", "source", "version"]


@admin.register(Criterion)
class CriterionAdmin(PlanPartAdmin):
    list_display = ["measure", "level", "at_least", "scope", "source", "from_gazette", "version"]


@admin.register(GroupTemplate)
class GroupTemplateAdmin(PlanPartAdmin):
    form = GroupForm
    list_display = ["name", "lead", "source", "from_gazette", "version"]
    list_select_related = ["lead", "version"]


@admin.register(DeadlineRule)
class DeadlineRuleAdmin(PlanPartAdmin):
    form = RuleForm
    list_display = ["code", "name", "clause", "basis", "debtor", "creditor", "limit", "version"]


@admin.register(EscalationStep)
class EscalationStepAdmin(PlanPartAdmin):
    form = StepForm
    list_display = ["kind", "severest", "mildest", "offset", "targets", "version"]
