"""What every table of the admin shares: it is the administrator's alone, and each change is a row of the ledger."""

from django.contrib import admin
from django.utils import timezone

from incidents import ledger
from incidents.ledger import Entry
from incidents.models import Organization, Role
from incidents.roles import Actor
from incidents.web.caller import caller_of

SECRET = {"password", "password1", "password2", "usable_password"}


def administrator(request) -> Actor | None:
    return next((actor for actor in caller_of(request).actors if actor.role == Role.ADMINISTRATOR), None)


class ForAdministrators:
    """Permissions come from the post, not from Django's own table of permissions."""

    deletable = False

    def has_module_permission(self, request):
        return administrator(request) is not None

    def has_view_permission(self, request, obj=None):
        return administrator(request) is not None

    def has_add_permission(self, request, obj=None):
        return administrator(request) is not None

    def has_change_permission(self, request, obj=None):
        return administrator(request) is not None

    def has_delete_permission(self, request, obj=None):
        return self.deletable and administrator(request) is not None


class InLedger:
    """Writes to the chain of the body or account concerned what Django writes to its own log."""

    def chain_of(self, obj) -> str:
        return ledger.body_chain(office())

    def construct_change_message(self, request, form, formsets, add=False):
        request._changed = {
            str(form[name].label): [_words(form[name].initial), _words(form.cleaned_data.get(name))]
            for name in form.changed_data
            if name in form.fields and name not in SECRET
        }
        return super().construct_change_message(request, form, formsets, add)

    def log_addition(self, request, obj, message):
        entry = super().log_addition(request, obj, message)
        self._write(request, obj, "reference.added", "新增", entry.get_change_message())
        return entry

    def log_change(self, request, obj, message):
        entry = super().log_change(request, obj, message)
        self._write(request, obj, "reference.changed", "修改", entry.get_change_message())
        return entry

    def log_deletions(self, request, queryset):
        doomed = list(queryset)
        entries = super().log_deletions(request, queryset)
        for obj in doomed:
            self._write(request, obj, "reference.deleted", "删除", "")
        return entries

    def _write(self, request, obj, action: str, word: str, message: str):
        changed = getattr(request, "_changed", {})
        entry = Entry(
            action,
            f"{word}{obj._meta.verbose_name}：{obj}",
            data={"message": message, "changed": [f"{name}：{a} → {b}" for name, (a, b) in changed.items()]},
        )
        ledger.append(self.chain_of(obj), entry, at=timezone.now(), actor=administrator(request))


class ReferenceAdmin(InLedger, ForAdministrators, admin.ModelAdmin):
    list_per_page = 50
    actions = None


def office() -> Organization:
    return Organization.objects.filter(kind=Organization.Kind.OFFICE).order_by("pk").first()


def _words(value) -> str:
    if isinstance(value, (list, tuple)):
        return "、".join(map(str, value))
    return "" if value is None else str(value)
