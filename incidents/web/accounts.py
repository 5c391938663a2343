"""Signing in and out, written down by the services; Django's admin comes through the same door."""

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.utils import timezone

from incidents.models import Organization
from incidents.services import accounts


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "用户名或密码不对，请重新输入。密码区分大小写。",
        "inactive": "这个账号已停用，请联系系统管理员。",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].error_messages["required"] = "请输入用户名。"
        self.fields["password"].error_messages["required"] = "请输入密码。"
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control form-control-lg"


class SignIn(LoginView):
    template_name = "registration/login.html"
    authentication_form = SignInForm

    def form_valid(self, form):
        response = super().form_valid(form)
        accounts.sign_in(form.get_user(), timezone.now())
        return response

    def form_invalid(self, form):
        if username := form.cleaned_data.get("username"):
            accounts.sign_in_failed(username, timezone.now())
        return super().form_invalid(form)

    def get_context_data(self, **kwargs):
        return super().get_context_data(office=the_office(), **kwargs)


class SignOut(LogoutView):
    def post(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            accounts.sign_out(request.user, timezone.now())
        return super().post(request, *args, **kwargs)


def the_office() -> Organization | None:
    """The office whose duty line stands on the door (§5.2.1); where there are several, the first."""
    offices = Organization.objects.filter(kind=Organization.Kind.OFFICE, is_active=True)
    return offices.select_related("parent").order_by("pk").first()
