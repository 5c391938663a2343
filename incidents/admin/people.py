"""Accounts and posts as the admin shows them: to be looked at and chosen from. They are kept on our own screens
(`incidents.web.identity.people`), by the services alone."""

from django.contrib import admin

from incidents.admin.base import ForAdministrators
from incidents.models import Post, User


class ReadOnly(ForAdministrators):
    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class PostInline(ReadOnly, admin.TabularInline):
    model = Post
    fk_name = "person"
    extra = 0
    fields = ["organization", "role", "title", "is_active"]


@admin.register(User)
class AccountAdmin(ReadOnly, admin.ModelAdmin):
    actions = None
    list_display = ["username", "name", "phone", "posts_held", "is_active", "last_login"]
    list_filter = ["is_active", "posts__role"]
    search_fields = ["username", "name", "phone"]
    ordering = ["username"]
    inlines = [PostInline]
    fields = ["username", "name", "phone", "is_active", "must_change_password", "last_login", "date_joined"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("posts__organization")

    @admin.display(description="任职")
    def posts_held(self, user):
        return "、".join(str(post) for post in user.posts.all() if post.is_active) or "—"


@admin.register(Post)
class PostAdmin(ReadOnly, admin.ModelAdmin):
    actions = None
    list_display = ["person", "organization", "role", "title", "is_active"]
    list_filter = ["role", "is_active"]
    list_select_related = ["person", "organization"]
    search_fields = ["person__name", "person__username", "organization__name", "title"]
    fields = [
        "person", "organization", "role", "title", "is_active",
        "assigned_at", "assigned_by", "ended_at", "ended_by",
    ]  # fmt: skip
