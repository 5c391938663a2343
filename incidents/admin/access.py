"""The keys of the courier firms' own systems: made here, shown once, revoked here."""

from django.contrib import admin, messages
from django.utils import timezone

from incidents import ledger
from incidents.admin.base import ReferenceAdmin
from incidents.models import ApiKey


@admin.register(ApiKey)
class ApiKeyAdmin(ReferenceAdmin):
    list_display = ["enterprise", "name", "prefix", "created_at", "last_used_at", "revoked_at"]
    list_select_related = ["enterprise"]
    search_fields = ["enterprise__name", "name", "prefix"]
    autocomplete_fields = ["enterprise"]
    fields = ["enterprise", "name", "prefix", "created_at", "last_used_at", "revoked_at"]
    readonly_fields = ["prefix", "created_at", "last_used_at", "revoked_at"]
    actions = ["revoke"]

    def chain_of(self, obj) -> str:
        return ledger.body_chain(obj.enterprise)

    def get_fields(self, request, obj=None):
        return self.fields if obj else ["enterprise", "name"]

    def has_change_permission(self, request, obj=None):
        """A key is not edited; it is revoked (an action of the list) and another made."""
        return super().has_change_permission(request) and obj is None

    def save_model(self, request, obj, form, change):
        made, secret = ApiKey.create(enterprise=obj.enterprise, name=obj.name, at=timezone.now())
        obj.__dict__.update(made.__dict__)
        messages.warning(request, f"密钥只显示这一次，请立即抄给企业：{secret}")

    @admin.action(description="吊销所选密钥")
    def revoke(self, request, queryset):
        keys = list(queryset.filter(revoked_at=None))
        for key in keys:
            key.revoked_at = timezone.now()
            key.save(update_fields=["revoked_at"])
            self._write(request, key, "reference.changed", "吊销", "")
        messages.success(request, f"已吊销 {len(keys)} 个密钥。")
