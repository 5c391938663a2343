"""The form of a channel: its name and order, and what its kind asks for."""

from django import forms

from alerts.channels import addresses, sealing
from alerts.models import Channel
from incidents.services.identity.channels import Wish
from incidents.web.choosers import dress

KEPT = "已保存；不改请留空"


class ChannelForm(forms.Form):
    """A secret that was saved is never shown again; left blank it stays. What was just typed stays in a refused form."""

    name = forms.CharField(
        label="名称", max_length=40, error_messages={"required": "请填写名称。"}, help_text="如：应急办值班群"
    )
    takes = forms.ChoiceField(label="接收", choices=Channel.Takes.choices)
    order = forms.IntegerField(
        label="顺序", min_value=1, max_value=99, initial=1, help_text="先用小的；发不出去时换下一个。"
    )

    def __init__(self, *args, kind: str, channel: Channel | None = None, **kwargs):
        saved = _saved(channel)
        kwargs["initial"] = kwargs.get("initial", {}) | {
            field.name: saved[field.name]
            for field in addresses.WAYS[kind].fields
            if field.name in saved and not field.secret
        }
        super().__init__(*args, **kwargs)
        self.asked = addresses.WAYS[kind].fields
        for field in self.asked:
            self.fields[field.name] = _form_field(field, is_kept=field.secret and bool(saved.get(field.name)))
        dress(self)

    @property
    def particulars(self) -> list:
        return [self[field.name] for field in self.asked]

    def wish(self) -> Wish:
        said = {field.name: self.cleaned_data[field.name] for field in self.asked}
        return Wish(self.cleaned_data["name"], said, self.cleaned_data["takes"], self.cleaned_data["order"])


def _saved(channel: Channel | None) -> dict:
    try:
        return sealing.unseal(channel.sealed) if channel else {}
    except sealing.Unreadable:
        return {}


def _form_field(field: addresses.Field, *, is_kept: bool) -> forms.Field:
    common = {
        "label": field.label,
        "help_text": KEPT if is_kept else field.help,
        "required": field.required and not is_kept,
        "error_messages": {"required": f"请填写{field.label}。"},
    }
    if field.choices:
        return forms.ChoiceField(choices=field.choices, **common)
    quiet = {"autocomplete": "off", "spellcheck": "false"}
    if field.lines > 1:
        widget = forms.Textarea(quiet | {"rows": field.lines})
    elif field.name == "password":
        widget = forms.PasswordInput(quiet | {"autocomplete": "new-password"}, render_value=True)
    else:
        widget = forms.TextInput(quiet)
    return forms.CharField(max_length=field.longest, widget=widget, **common)
