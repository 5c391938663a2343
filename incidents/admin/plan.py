"""The rows of a draft of the plan (§8.4). A version in force, or superseded, is shown and can't be touched."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied

from incidents.admin.base import ReferenceAdmin
from incidents.models import (
    Clause,
    Criterion,
    DeadlineRule,
    EscalationStep,
    EventClass,
    GroupTemplate,
    PlanVersion,
)
from incidents.web.plan_forms import EventClassForm, GroupForm, RuleForm, StepForm

DRAFT = PlanVersion.Status.DRAFT


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
