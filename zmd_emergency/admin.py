"""Django's admin for the administrator's post: one door with everyone else, no tables but our own."""

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse

from incidents.models import Role
from incidents.web.caller import caller_of
from incidents.web.identity.accounts import SignOut

OURS = {"incidents", "alerts"}
GROUPS = {
    "账号与任职": ("User", "Post", "ApiKey"),
    "单位与联系人": ("Organization", "Contact"),
    "预案": ("PlanVersion", "Clause", "EventClass", "Criterion", "DeadlineRule", "EscalationStep"),
}


class EmergencyAdminSite(AdminSite):
    """Reference data and accounts only; what happened is recorded by the services, never here."""

    site_header = "基础数据与账号管理"
    site_title = "邮政业应急指挥"
    index_title = "基础数据与账号"
    site_url = None

    def register(self, model_or_iterable, admin_class=None, **options):
        """Django's groups and permissions play no part here: posts do."""
        models = model_or_iterable if isinstance(model_or_iterable, (list, tuple)) else [model_or_iterable]
        super().register([m for m in models if m._meta.app_label in OURS], admin_class, **options)

    def get_app_list(self, request, app_label=None):
        """By what they are about, not by the module that holds them."""
        found = {
            m["object_name"]: m for app in super().get_app_list(request, app_label) for m in app["models"]
        }
        return [
            {
                "name": title,
                "app_label": "incidents",
                "app_url": reverse("admin:index"),
                "has_module_perms": True,
                "models": [found[name] for name in names if name in found],
            }
            for title, names in GROUPS.items()
            if any(name in found for name in names)
        ]

    def has_permission(self, request):
        return request.user.is_active and Role.ADMINISTRATOR in caller_of(request).roles

    def login(self, request, extra_context=None):
        """The one door; who is signed in without the post is told so instead of being asked again and again."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied("“基础数据”只由系统管理员进入。")
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"), reverse("login"))

    def logout(self, request, extra_context=None):
        return SignOut.as_view()(request)

    def password_change(self, request, extra_context=None):
        return redirect("account-password")
