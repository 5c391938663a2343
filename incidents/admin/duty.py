"""The patterns by which shifts repeat, and the days that were set right by hand."""

from django.contrib import admin

from alerts.models import DayKind, PatternSegment, ShiftPattern
from incidents.admin.base import ForAdministrators, ReferenceAdmin


class SegmentInline(ForAdministrators, admin.TabularInline):
    model = PatternSegment
    deletable = True
    extra = 0


@admin.register(ShiftPattern)
class ShiftPatternAdmin(ReferenceAdmin):
    deletable = True
    list_display = ["name", "note", "order", "is_active"]
    search_fields = ["name"]
    inlines = [SegmentInline]


@admin.register(DayKind)
class DayKindAdmin(ReferenceAdmin):
    deletable = True
    list_display = ["day", "kind", "note"]
    date_hierarchy = "day"
