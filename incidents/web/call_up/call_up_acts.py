"""The acts on call-ups (§2.2.2(4), 5.4.3, 6.1): what each asks, and what it does."""

from django import forms
from django.urls import reverse
from django.utils import timezone

from incidents.models import CallUp, SupportRequest
from incidents.models.call_up import in_words
from incidents.roles import OFFICE
from incidents.services.call_up import call_up_moving, calling_up, drawing
from incidents.services.closure import call_up_settling
from incidents.web.act_forms import ActForm, ReasonForm, text_said, time_said
from incidents.web.act_page import NOT_UNDONE, ActPage
from incidents.web.choosers import grouped_bodies
from incidents.web.response.order_acts import InstructedForm

WANTED = tuple(calling_up.Wanted.__dataclass_fields__)


def quantity_said(label: str, **kwargs):
    """No more than two places; what is impossible is refused by the service, in its words."""
    return forms.DecimalField(
        label=label,
        max_digits=12,
        decimal_places=2,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={
            "required": f"请填写{label}。",
            "invalid": "请填写数字。",
            "max_decimal_places": "最多两位小数。",
            "max_digits": "数字过大，请核对。",
            "max_whole_digits": "数字过大，请核对。",
        },
        **kwargs,
    )


class WantedForm(InstructedForm):
    owner = forms.ChoiceField(label="所属单位", required=False)
    resource = forms.IntegerField(
        label="登记的资源",
        required=False,
        widget=forms.Select,
        help_text="选了登记的资源，类别、名称、计量单位按登记，可不填；库里没有的不选",
    )
    kind = forms.ChoiceField(
        label="类别",
        choices=CallUp.Kind.choices,
        widget=forms.RadioSelect,
        required=False,
    )
    what = text_said("名称规格", rows=1, length=100, required=False)
    quantity = quantity_said("数量")
    unit = text_said("计量单位（人、辆、台、箱）", rows=1, length=10, required=False)
    owner_name = text_said(
        "属于个人的：姓名", rows=1, required=False, length=60, help_text="不写入时间线，查看留痕"
    )
    owner_phone = text_said("个人电话", rows=1, required=False, length=40)
    receiver = forms.ChoiceField(label="接收单位", required=False)
    place = text_said("送到何处", rows=1, length=200)
    wanted_by = time_said("何时要到", ahead=True, help_text="可写 0530、2小时后")

    def prepare(self):
        super().prepare()
        bodies = grouped_bodies(self.incident, calling_up.owners(self.incident))
        self.fields["owner"].choices = [("", "请选择（属于个人的不选）"), *bodies]
        self.fields["receiver"].choices = [("", "由应急办确认到达"), *bodies]
        self.fields["place"].initial = self.incident.place
        self._offer()
        self.order_fields(["seen", "token", "post", "owner", "resource", "kind", "what", "quantity", "unit"])

    def _offer(self):
        """What the chosen owner has in hand; the browser asks anew when another one is chosen."""
        owners = calling_up.owners(self.incident)
        asked = self.query.get("resource", "")
        named = drawing.offered(owners).filter(pk=int(asked)).first() if asked.isdecimal() else None
        if named:
            self.fields["owner"].initial, self.fields["resource"].initial = named.body.code, named.pk
        owner = self.data.get("owner") if self.is_bound else self.fields["owner"].initial
        select = self.fields["resource"].widget
        select.choices = offers(drawing.offered(owners, owner=owner) if owner else [])
        select.attrs |= {
            "hx-get": reverse("call-up-offers", args=[self.incident.number]),
            "hx-trigger": "change from:#id_owner",
            "hx-include": "#id_owner",
            "hx-target": "this",
            "hx-disabled-elt": "this",
        }

    def wanted(self) -> calling_up.Wanted:
        data = self.cleaned_data
        return calling_up.Wanted(**{name: data[name] for name in WANTED if name in data})


def offers(resources) -> list[tuple]:
    """As a select shows them: what, how many are in hand, whether it has expired, where."""
    today = timezone.localdate()
    told = [(row.pk, (row.name, row.how_many, row.expiry_on(today), row.place)) for row in resources]
    found = [(pk, "，".join(filter(None, words))) for pk, words in told]
    return [("", "不从资源库选" if found else "所选单位没有在手的登记资源"), *found]


class RequestForm(WantedForm):
    support = forms.ChoiceField(label="据哪项支援请求", required=False)

    def prepare(self):
        super().prepare()
        for name in ("instructed_by", "instruction"):
            self.fields.pop(name, None)
        asked = SupportRequest.objects.filter(incident=self.incident)
        self.fields["support"].choices = [
            ("", "无"),
            *((row.number, f"{row} {row.needs[:30]}") for row in asked),
        ]
        chosen = asked.filter(number=self.query.get("support", "")).first()
        if chosen:
            self.fields["support"].initial = chosen.number
            self.fields["place"].initial = chosen.place or self.incident.place
        elif not asked:
            del self.fields["support"]


class SaidForm(ActForm):
    """A step of its owner's, noted by the office on the owner's word."""

    said_by = text_said("所属方由何人告知", rows=1, length=60, help_text="不写入时间线，查看留痕")

    def prepare(self):
        if not any(actor.role in OFFICE for actor in self.able):
            del self.fields["said_by"]


class RefuseForm(SaidForm):
    reason = text_said("不能调出的理由", rows=2)


class DispatchForm(SaidForm):
    quantity = quantity_said("调出数量")
    words = text_said("说明（车号、带队人去向、预计到达）", rows=2, required=False)

    def prepare(self):
        super().prepare()
        self.fields["quantity"].initial = self.matter.quantity


class ArriveForm(ActForm):
    quantity = quantity_said("到达数量")
    words = text_said("说明", rows=2, required=False)

    def prepare(self):
        self.fields["quantity"].initial = self.matter.dispatched


class GiveBackForm(ActForm):
    returned = quantity_said("完好归还数量")
    used_up = quantity_said("耗用数量", initial=0)
    damaged = quantity_said("损坏数量", initial=0)
    is_part = forms.BooleanField(label="尚未全部归还，其余以后再登记", required=False)
    words = text_said("说明", rows=2, required=False)

    def prepare(self):
        out = self.matter.still_out
        self.fields["returned"].initial = out
        words = f"尚有 {in_words(out)}{self.matter.unit}在外；不分批的，差额视为未归还，与耗用、损坏的一并列入善后补偿（§6.1）"
        self.fields["returned"].help_text = words


class SettleForm(ActForm):
    words = text_said("结清情况（所属方确认、手续）", rows=2)


def _request(form, data, who):
    row = calling_up.request(**who, wanted=form.wanted())
    return f"调用请求 {row.number} 已送{row.lent_by}，等待答复。"


def _requisition(form, data, who):
    row = calling_up.requisition(**who, wanted=form.wanted(), instruction=form.given())
    return f"已征用，凭据编号 {row.number}，请打印交所属方。"


def _agree(form, data, who):
    row = calling_up.agree(**who, said_by=data.get("said_by", ""))
    return f"{row.number} 已同意调出。"


def _refuse(form, data, who):
    row = calling_up.refuse(**who, reason=data["reason"], said_by=data.get("said_by", ""))
    return f"{row.number} 已记为不能调出。"


def _dispatch(form, data, who):
    said_by = data.get("said_by", "")
    row = call_up_moving.dispatch(**who, quantity=data["quantity"], words=data["words"], said_by=said_by)
    return f"{row.number} 已登记调出。"


def _arrive(form, data, who):
    row = call_up_moving.arrive(**who, quantity=data["quantity"], words=data["words"])
    return f"{row.number} 已确认到达。"


def _give_back(form, data, who):
    names = ("returned", "used_up", "damaged", "words", "is_part")
    row = call_up_settling.give_back(**who, **{name: data[name] for name in names})
    if row.status == CallUp.Status.ARRIVED:
        return f"{row.number} 已登记部分归还，尚有 {in_words(row.still_out)}{row.unit}在外。"
    return f"{row.number} 已登记归还" + (f"；{row.shortfall}已列入善后。" if row.shortfall else "。")


def _settle(form, data, who):
    return f"{call_up_settling.settle(**who, words=data['words']).number} 已结清。"


def _withdraw(form, data, who):
    return f"{calling_up.withdraw(**who, reason=data['reason']).number} 已撤回。"


DRAW_PAGES = {
    "call_up.request": ActPage(RequestForm, _request, button="提出调用"),
    "call_up.requisition": ActPage(
        WantedForm, _requisition, sure="征用由指挥部决定，所属方不得拒绝；须出具征用凭据（§2.2.2）。"
    ),
}
CALL_UP_PAGES = {
    "call_up.agree": ActPage(SaidForm, _agree, button="同意"),
    "call_up.refuse": ActPage(RefuseForm, _refuse, sure=NOT_UNDONE),
    "call_up.dispatch": ActPage(DispatchForm, _dispatch),
    "call_up.arrive": ActPage(ArriveForm, _arrive),
    "call_up.give_back": ActPage(GiveBackForm, _give_back, sure=NOT_UNDONE),
    "call_up.settle": ActPage(SettleForm, _settle, sure=NOT_UNDONE),
    "call_up.withdraw": ActPage(ReasonForm, _withdraw, sure=NOT_UNDONE),
}
