"""The keys of the courier firms' own systems: the administrator's list; they are made and rotated on 接口 (`web/identity/keys.py`)."""

from django.contrib import admin, messages
from django.utils import timezone

from incidents import ledger
from incidents.admin.base import InLedger, ReferenceAdmin, administrator
from incidents.models import ApiKey
from incidents.refusals import Refusal
from incidents.services.identity import key_signing, keys


@admin.register(ApiKey)
class ApiKeyAdmin(ReferenceAdmin):
    list_display = [
        "enterprise", "name", "prefix", "scope_names", "is_test", "created_at", "expires_at", "last_used_at", "revoked_at",
    ]  # fmt: skip
    list_filter = ["is_test"]
    list_select_related = ["enterprise"]
    search_fields = ["enterprise__name", "name", "prefix"]
    autocomplete_fields = ["enterprise"]
    fields = ["enterprise", "name", "is_test", *list_display[2:4], *list_display[5:]]
    readonly_fields = ["prefix", "scope_names", "created_at", "expires_at", "last_used_at", "revoked_at"]
    actions = ["revoke"]

    def chain_of(self, obj) -> str:
        return ledger.body_chain(obj.enterprise)

    def get_fields(self, request, obj=None):
        return self.fields if obj else ["enterprise", "name", "is_test"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        return super().formfield_for_foreignkey(
            db_field, request, queryset=keys.enterprises_of([administrator(request)]), **kwargs
        )

    def has_change_permission(self, request, obj=None):
        """A key is not edited; it is revoked (an action of the list) and another made."""
        return super().has_change_permission(request) and obj is None

    def save_model(self, request, obj, form, change):
        made, secret = keys.create(
            actor=administrator(request),
            enterprise=obj.enterprise.code,
            name=obj.name,
            is_test=obj.is_test,
            now=timezone.now(),
        )
        obj.__dict__.update(made.__dict__)
        messages.warning(request, f"密钥只显示这一次，请立即抄给企业：{secret}")
        messages.warning(request, f"签名密钥只显示这一次：{key_signing.secret_of(made)}")

    def log_addition(self, request, obj, message):
        """The service has written it to the ledger."""
        return super(InLedger, self).log_addition(request, obj, message)

    @admin.action(description="吊销所选密钥")
    def revoke(self, request, queryset):
        revoked = 0
        for key in queryset.filter(revoked_at=None):
            try:
                keys.revoke(key=key, actor=administrator(request), now=timezone.now())
            except Refusal as refusal:
                messages.error(request, str(refusal))
            else:
                revoked += 1
        messages.success(request, f"已吊销 {revoked} 个密钥。")
