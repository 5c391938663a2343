"""The plan's versions and their rows, to look at. They are edited on the pages of the draft, each change with its reason (§8.4)."""

from django.contrib import admin

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


class ReadOnlyAdmin(ReferenceAdmin):
    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


@admin.register(PlanVersion)
class PlanVersionAdmin(ReadOnlyAdmin):
    list_display = ["number", "title", "status", "document_no", "activated_at"]


class PlanPartAdmin(ReadOnlyAdmin):
    list_filter = ["version"]
    list_select_related = ["version"]


@admin.register(Clause)
class ClauseAdmin(PlanPartAdmin):
    list_display = ["number", "title", "version"]
    search_fields = ["number", "title", "text"]


@admin.register(EventClass)
class EventClassAdmin(PlanPartAdmin):
    list_display = ["name", "code", "source", "version"]


@admin.register(Criterion)
class CriterionAdmin(PlanPartAdmin):
    list_display = ["measure", "level", "at_least", "scope", "source", "from_gazette", "version"]


@admin.register(GroupTemplate)
class GroupTemplateAdmin(PlanPartAdmin):
    list_display = ["name", "lead", "source", "from_gazette", "version"]
    list_select_related = ["lead", "version"]


@admin.register(DeadlineRule)
class DeadlineRuleAdmin(PlanPartAdmin):
    list_display = ["code", "name", "clause", "basis", "debtor", "creditor", "limit", "version"]


@admin.register(EscalationStep)
class EscalationStepAdmin(PlanPartAdmin):
    list_display = ["kind", "severest", "mildest", "offset", "targets", "version"]
