"""The form of a webhook: where it is told, and of what."""

from django import forms

from alerts.channels.targets import LONGEST
from alerts.models import Webhook
from alerts.services.webhook_types import CHOICES, TYPES
from incidents.roles import Caller
from incidents.services.identity.webhooks import CODE, Wish
from incidents.web.choosers import add_post_choice, dress


class WebhookForm(forms.Form):
    """Whether it is for tests is said when it is made, and stays."""

    url = forms.CharField(
        label="接收地址",
        max_length=LONGEST,
        widget=forms.TextInput({"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "请填写接收地址。"},
        help_text="本企业系统的公网地址，以 https:// 开头；不能带用户名、密码，不能指向内部网络。",
    )
    description = forms.CharField(label="说明", max_length=100, required=False, help_text="如：调度系统")
    events = forms.MultipleChoiceField(
        label="事件",
        choices=[(code, f"{TYPES[code].name} {code}") for code in CHOICES],
        widget=forms.CheckboxSelectMultiple({"class": "form-check-input"}),
        error_messages={"required": "请至少选择一种事件。"},
    )
    is_test = forms.BooleanField(label="只收测试数据（用测试密钥填报的演练）", required=False)

    def __init__(self, *args, caller: Caller, hook: Webhook | None = None, **kwargs):
        stands = {"url": hook.url, "description": hook.description, "events": hook.events} if hook else {}
        kwargs["initial"] = {"events": CHOICES} | stands
        super().__init__(*args, **kwargs)
        if hook:
            del self.fields["is_test"]
        else:
            add_post_choice(self, caller, CODE)
        dress(self)

    def wish(self) -> Wish:
        said = self.cleaned_data
        return Wish(said["url"], said["description"], said["events"])
