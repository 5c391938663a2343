"""Signing in and out, written down by the services; Django's admin comes through the same door.

What follows a right password is `web/identity/door.py`'s.
"""

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.utils import timezone

from incidents.models import Organization
from incidents.services.identity import accounts, lockouts
from incidents.web.identity import door


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

    def clean(self):
        """Whether the name is locked is looked at once more after a wrong password, which may have been one too many."""
        try:
            return super().clean()
        except forms.ValidationError:
            if until := self.locked_until():
                raise forms.ValidationError(words_of_lock(until), "locked") from None
            raise

    def locked_until(self):
        username = self.cleaned_data.get("username")
        address = lockouts.address_of(self.request)
        return username and lockouts.locked_until(username, address, timezone.now())


def words_of_lock(until) -> str:
    """The same for every name, whether an account bears it or not."""
    phone = getattr(the_office(), "phone", "")
    call = (
        f"急需登录请拨打 24 小时值班电话 {phone}，由系统管理员解除锁定"
        if phone
        else "急需登录请联系系统管理员解除锁定"
    )
    return (
        f"用户名或密码输错次数过多，{timezone.localtime(until):%H:%M} 之前不能用密码登录。"
        f"{call}；登记过通行密钥的，现在就可以用它登录。"
    )


class SignIn(LoginView):
    template_name = "registration/login.html"
    authentication_form = SignInForm

    def form_valid(self, form):
        return door.arrive(self.request, form.get_user(), by="password", url=self.get_success_url())

    def form_invalid(self, form):
        username, now = form.cleaned_data.get("username"), timezone.now()
        if username and lockouts.was_counted(self.request):
            accounts.sign_in_failed(username, now)
            if until := form.locked_until():
                lockouts.record_lock(username, until, now)
        return super().form_invalid(form)

    def get_context_data(self, **kwargs):
        sso = settings.OIDC_NAME if settings.OIDC_ISSUER else ""
        return super().get_context_data(office=the_office(), sso=sso, **kwargs)


class SignOut(LogoutView):
    def post(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            accounts.sign_out(request.user, timezone.now())
        return super().post(request, *args, **kwargs)


def the_office() -> Organization | None:
    """The office whose duty line stands on the door (§5.2.1); where there are several, the first."""
    offices = Organization.objects.filter(kind=Organization.Kind.OFFICE, is_active=True)
    return offices.select_related("parent").order_by("pk").first()
