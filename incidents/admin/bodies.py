"""The bodies of the plan, and who is reached for them."""

from django.contrib import admin, messages
from django.utils import timezone

from incidents import ledger
from incidents.admin.base import ForAdministrators, ReferenceAdmin, administrator
from incidents.models import Contact, Organization
from incidents.services.debt import undertakings
from incidents.services.identity import back_in_use


class ContactInline(ForAdministrators, admin.TabularInline):
    model = Contact
    deletable = True
    extra = 0
    autocomplete_fields = ["person"]


@admin.register(Organization)
class OrganizationAdmin(ReferenceAdmin):
    """A body that is not needed is set inactive; one that has acted can't be deleted."""

    list_display = ["short_name", "name", "kind", "parent", "county", "phone", "is_active"]
    list_filter = ["kind", "is_active"]
    list_select_related = ["parent", "county"]
    search_fields = ["name", "short_name", "code", "initials"]
    autocomplete_fields = ["parent", "host"]
    inlines = [ContactInline]
    fields = [
        "name", "short_name", "code", "kind", "parent", "host", "county", "initials", "number_prefix", "brief_prefix",
        "phone", "fax", "is_zone", "is_active",
    ]  # fmt: skip

    def chain_of(self, obj) -> str:
        return ledger.body_chain(obj)

    def get_readonly_fields(self, request, obj=None):
        return ["code", "kind"] if obj else []

    def save_model(self, request, obj, form, change):
        """What a body owes ends when it is set inactive, and whoever does so is told how much that was; set active again it
        owes what its registers say."""
        super().save_model(request, obj, form, change)
        if not change or "is_active" not in form.changed_data:
            return
        about = {"now": timezone.now(), "actor": administrator(request)}
        if obj.is_active:
            back_in_use.resume(obj, **about)
        elif ended := undertakings.void_all_of(obj, why="单位已停用", **about):
            words = f"{obj}的 {ended} 项准备事项随停用失效；恢复使用后，按登记册上的期限重新计算。"
            messages.warning(request, words)


@admin.register(Contact)
class ContactAdmin(ReferenceAdmin):
    deletable = True
    list_display = ["organization", "duty", "person", "phone", "order"]
    list_filter = ["duty", "organization__kind"]
    list_select_related = ["organization", "person"]
    search_fields = ["organization__name", "person__name", "phone"]
    autocomplete_fields = ["organization", "person"]

    def chain_of(self, obj) -> str:
        return ledger.body_chain(obj.organization)
