"""The forms of the door's steps and of 「我的账号安全」."""

from django import forms
from django.contrib.auth.password_validation import validate_password

from incidents.models import User
from incidents.web.choosers import dress

PROOF_HELP = "以确认是您本人：登录密码，或手机验证器上的 6 位验证码，或一个恢复码"


class Dressed(forms.Form):
    """`proven`: who one is has just been shown, and is not asked again."""

    def __init__(self, *args, proven: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if proven:
            del self.fields["proof"]
        dress(self)


class Secret(forms.PasswordInput):
    def __init__(self, autocomplete: str):
        super().__init__({"autocomplete": autocomplete})


def proof_field() -> forms.CharField:
    return forms.CharField(
        label="密码或验证码",
        max_length=128,
        strip=False,
        widget=Secret("current-password"),
        help_text=PROOF_HELP,
        error_messages={"required": "请输入登录密码或验证码。"},
    )


def code_field(label: str, **more) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=30,
        widget=forms.TextInput({"autocomplete": "one-time-code", "spellcheck": "false"}),
        error_messages={"required": f"请输入{label}。"},
        **more,
    )


def name_field(placeholder: str) -> forms.CharField:
    return forms.CharField(
        label="名称",
        max_length=40,
        required=False,
        help_text="便于辨认，如“我的手机”",
        widget=forms.TextInput({"autocomplete": "off", "placeholder": placeholder}),
    )


class VerifyForm(Dressed):
    code = code_field("验证码", help_text="手机验证器上的 6 位数字；手机不在身边时，用一个恢复码")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autofocus"] = True


class AppForm(Dressed):
    name = name_field("手机验证器")
    code = code_field("手机上显示的验证码")
    proof = proof_field()


class ProofForm(Dressed):
    proof = proof_field()


class PasskeyForm(Dressed):
    name = name_field("通行密钥")
    proof = proof_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="passkey_%s", **kwargs)


class NameForm(Dressed):
    name = forms.CharField(
        label="名称",
        max_length=40,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": "请填写名称。"},
    )


class ReasonForm(Dressed):
    reason = forms.CharField(
        label="怎样核实了本人身份",
        max_length=200,
        help_text="如：当面核对工作证；回拨登记的电话核实",
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": "请写明怎样核实了本人身份。"},
    )


class PasswordForm(Dressed):
    """A new password, twice; `proof` where it is not the door that has just asked."""

    proof = proof_field()
    new = forms.CharField(
        label="新密码",
        max_length=128,
        strip=False,
        widget=Secret("new-password"),
        help_text="至少 10 个字符；不能全是数字，不能与用户名相近，不能是常见密码",
        error_messages={"required": "请输入新密码。"},
    )
    again = forms.CharField(
        label="再输一次新密码",
        max_length=128,
        strip=False,
        widget=Secret("new-password"),
        error_messages={"required": "请再输一次新密码。"},
    )

    def __init__(self, *args, person: User, **kwargs):
        self.person = person
        super().__init__(*args, **kwargs)

    def clean_new(self):
        new = self.cleaned_data["new"]
        validate_password(new, self.person)
        return new

    def clean(self):
        said = super().clean()
        if "new" in said and "again" in said and said["new"] != said["again"]:
            self.add_error("again", "两次输入的新密码不一样。")
        return said
