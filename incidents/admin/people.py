"""Accounts and posts. An account is switched off, never deleted: its acts stay in the ledger."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, UserChangeForm

from incidents import ledger
from incidents.admin.base import ForAdministrators, InLedger, ReferenceAdmin
from incidents.models import Post, User


class AccountCreationForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ["username", "name", "phone"]

    def save(self, commit=True):
        self.instance.must_change_password = True
        return super().save(commit)


class GivenPasswordForm(AdminPasswordChangeForm):
    """What an administrator has set is known to two: it is good for one sign-in."""

    def save(self, commit=True):
        self.user.must_change_password = True
        return super().save(commit)


class AccountChangeForm(UserChangeForm):
    class Meta:
        model = User
        fields = ["username", "name", "phone", "is_active"]


class PostInline(ForAdministrators, admin.TabularInline):
    model = Post
    extra = 0
    autocomplete_fields = ["organization"]
    fields = ["organization", "role", "title", "is_active"]


@admin.register(User)
class AccountAdmin(InLedger, ForAdministrators, UserAdmin):
    form = AccountChangeForm
    add_form = AccountCreationForm
    change_password_form = GivenPasswordForm
    actions = None
    list_display = ["username", "name", "phone", "posts_held", "is_active", "last_login"]
    list_filter = ["is_active", "posts__role"]
    search_fields = ["username", "name", "phone"]
    ordering = ["username"]
    filter_horizontal = []
    inlines = [PostInline]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("人员", {"fields": ["name", "phone"]}),
        ("账号", {"fields": ["is_active", "last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"classes": ["wide"], "fields": ["username", "name", "phone", "password1", "password2"]})
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("posts__organization")

    @admin.display(description="任职")
    def posts_held(self, user):
        return "、".join(str(post) for post in user.posts.all() if post.is_active) or "—"

    def chain_of(self, obj) -> str:
        return ledger.account_chain(obj)


@admin.register(Post)
class PostAdmin(ReferenceAdmin):
    list_display = ["person", "organization", "role", "title", "is_active"]
    list_filter = ["role", "is_active"]
    list_select_related = ["person", "organization"]
    search_fields = ["person__name", "person__username", "organization__name", "title"]
    autocomplete_fields = ["person", "organization"]

    def chain_of(self, obj) -> str:
        return ledger.account_chain(obj.person)

    def get_readonly_fields(self, request, obj=None):
        return ["person", "organization", "role"] if obj else []
