"""The forms of a firm's keys: a new one, another name, and how long a rotated one goes on."""

from datetime import datetime, timedelta

from django import forms

from incidents.models import ApiKey, Organization, Scope
from incidents.services.identity import keys
from incidents.web.choosers import dress
from incidents.web.times import TimedForm

SCOPE_WORDS = {
    Scope.REPORT: "填报：报送事件、报告、附件、预警信息，启动和终止响应",
    Scope.READ: "查询：读取本企业可见的全部内容",
    Scope.ORDERS: "任务：签收、反馈和办结任务，阅读通报，确认预警",
}
LASTING = (("", "不到期"), ("30", "30 天"), ("90", "90 天"), ("180", "180 天"), ("365", "1 年"))
LIVE, TEST = "live", "test"


def name_field(**more) -> forms.CharField:
    return forms.CharField(
        label="名称",
        max_length=ApiKey._meta.get_field("name").max_length,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": "请填写名称。"},
        **more,
    )


class NewKeyForm(TimedForm):
    enterprise = forms.ChoiceField(label="企业")
    name = name_field(help_text="哪个系统使用，如“调度系统”；一个系统一个密钥，便于分别吊销")
    scopes = forms.MultipleChoiceField(
        label="权限",
        choices=[(scope.value, SCOPE_WORDS[scope]) for scope in Scope],
        initial=Scope.values,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选一项权限。"},
    )
    lasting = forms.ChoiceField(
        label="有效期", choices=LASTING, required=False, help_text="到期前 14 天起在企业页提醒"
    )
    kind = forms.ChoiceField(
        label="用途",
        choices=[(LIVE, "正式密钥"), (TEST, "测试密钥（沙箱）")],
        initial=LIVE,
        widget=forms.RadioSelect,
        help_text="测试密钥报送的内容标为演练，不计入任何统计，也看不到正式数据。",
    )
    pointer_fields = {"expires_at": "lasting", "is_test": "kind"}

    def __init__(self, *args, firms: list[Organization], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["enterprise"].choices = [(firm.code, str(firm)) for firm in firms]
        if len(firms) == 1:
            self.fields["enterprise"].widget = forms.HiddenInput()
            self.fields["enterprise"].initial = firms[0].code
        dress(self)

    def wish(self) -> dict:
        """What `keys.create` is asked for."""
        said = self.cleaned_data
        days: datetime | None = self.now + timedelta(days=int(said["lasting"])) if said["lasting"] else None
        return {
            "enterprise": said["enterprise"],
            "name": said["name"],
            "scopes": said["scopes"],
            "expires_at": days,
            "is_test": said["kind"] == TEST,
        }


class RenameForm(TimedForm):
    name = name_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        dress(self)


class RotateForm(TimedForm):
    overlap = forms.IntegerField(
        label="旧密钥保留多少天",
        initial=keys.OVERLAP.days,
        min_value=1,
        max_value=keys.LONGEST_OVERLAP.days,
        help_text=f"1 至 {keys.LONGEST_OVERLAP.days} 天；在此期间新旧密钥都有效，请在期满前换用新密钥",
        error_messages={
            "required": "请填写天数。",
            "invalid": "请填写整数的天数。",
            "min_value": "至少 1 天；要立即停用，请吊销。",
            "max_value": f"最多 {keys.LONGEST_OVERLAP.days} 天。",
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        dress(self)
