"""The forms of the register of resources: a card, and what a list is narrowed by."""

from django import forms

from incidents.models import CallUp, Resource
from incidents.roles import Caller
from incidents.services.call_up import resources
from incidents.web.act_forms import phone_said, text_said
from incidents.web.call_up.call_up_acts import quantity_said
from incidents.web.choosers import add_post_choice, county_choices, degrees_field, dress
from incidents.web.roster.duty_forms import day_field
from incidents.web.times import PLAIN_WORDS


class CardForm(forms.Form):
    body = forms.ChoiceField(label="所属单位", error_messages={"required": "请选择所属单位。"})
    kind = forms.ChoiceField(
        label="类别",
        choices=CallUp.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择类别。"},
    )
    name = text_said("名称规格", rows=1, length=100, help_text="如：应急抢险队；4.2 米厢式货车；卫星电话")
    total = quantity_said("总数")
    unit = text_said("计量单位（人、辆、台、箱）", rows=1, length=10)
    county = forms.ChoiceField(label="所在县区", required=False)
    place = text_said("存放（驻扎）地址", rows=1, length=200)
    longitude = degrees_field("经度", "114.022000")
    latitude = degrees_field("纬度", "32.980000")
    custodian = text_said("保管人（带队人）", rows=1, length=40)
    phone = phone_said("联系电话", help_text="本单位、应急办和指挥部可见")
    expires_on = day_field("有效期至")
    notes = text_said("备注", rows=2, length=300, required=False)
    is_active = forms.BooleanField(label="在用（可以调用）", required=False, initial=True)

    def __init__(self, *args, caller: Caller, row: Resource | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages |= PLAIN_WORDS
        self.fields["expires_on"].required = False
        self.fields["expires_on"].help_text = "会过期的物资填写，到期前提醒更换"
        self.fields["county"].choices = [("", "未定"), *county_choices()]
        if row:
            del self.fields["body"]
        else:
            self._bodies(caller)
        add_post_choice(self, caller, "resource.keep")
        self.order_fields(["post"])
        dress(self)

    def _bodies(self, caller: Caller):
        """One's own alone is not asked for."""
        found = {}
        for actor in caller.actors_for("resource.keep"):
            found |= {body.code: str(body) for body in resources.bodies_for(actor).order_by("kind", "code")}
        if len(found) < 2:
            del self.fields["body"]
        else:
            self.fields["body"].choices = [("", "请选择"), *found.items()]

    def said(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if name != "post"}


WHICH = (
    ("", "在用的"),
    ("in_hand", "有在手的"),
    ("out", "有在外的"),
    ("standby", "备勤的队伍"),
    ("expiring", "过期和即将到期的"),
    ("off", "已停用的"),
)


class FilterForm(forms.Form):
    words = forms.CharField(required=False, max_length=100)
    kind = forms.ChoiceField(required=False, choices=[("", "全部类别"), *CallUp.Kind.choices])
    body = forms.CharField(required=False, max_length=40)
    county = forms.CharField(required=False, max_length=40)
    which = forms.ChoiceField(required=False, choices=WHICH)
