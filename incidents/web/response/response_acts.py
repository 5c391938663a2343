"""The acts on responses Ⅰ–Ⅲ (§5.3, 5.4): what each asks, and what it does."""

from datetime import timedelta

from django import forms

from incidents.conditions import running
from incidents.services.response import approving, commanding, ending
from incidents.web.act_forms import ActForm, ReasonForm, text_said, time_said
from incidents.web.act_page import NOT_UNDONE, ActPage

HOURS = (1, 2, 3, 4, 6, 8, 12, 24)
NAMED = "every_"


class DocumentForm(ActForm):
    document_no = text_said("批准文号", rows=1, length=60, help_text="如：驻政文〔2026〕1号")


class PhoneApprovalForm(ActForm):
    person = text_said("由谁批准", rows=1, length=60)
    words = text_said("电话批准原话", rows=3)
    at = time_said("批准时间", help_text="不填即现在")


class StartForm(ActForm):
    """N of the firm and of the reports upward; and which members and counties report too, each with its N."""

    every = forms.TypedChoiceField(
        label="企业续报、向市政府和省报告的间隔",
        choices=[("", "按规则（4 小时）"), *((n, f"每 {n} 小时") for n in HOURS)],
        coerce=int,
        empty_value=None,
        required=False,
    )

    def prepare(self):
        choices = [("", "不指定"), ("0", "同上"), *((str(n), f"每 {n} 小时") for n in HOURS)]
        for body in commanding.candidates(self.incident):
            self.fields[NAMED + body.code] = forms.ChoiceField(
                label=str(body), choices=choices, required=False
            )

    @property
    def shown(self) -> list:
        return [field for field in self.visible_fields() if not field.name.startswith(NAMED)]

    @property
    def bodies(self) -> list:
        return [field for field in self.visible_fields() if field.name.startswith(NAMED)]

    def named(self) -> dict:
        chosen = {
            name.removeprefix(NAMED): hours
            for name, hours in self.cleaned_data.items()
            if name.startswith(NAMED) and hours
        }
        return {code: _span(int(hours)) for code, hours in chosen.items()}


class ProposeEndForm(ActForm):
    words = text_said("结束建议（现场情况和理由）")


class DeclareEndForm(ActForm):
    words = text_said("宣布的内容", rows=2, required=False, help_text="不填即：终止预警状态和应急响应")


class EndOnOrderForm(ActForm):
    by = forms.ChoiceField(label="下达命令的上级机关")
    person = text_said("下达命令的人", rows=1, length=60)
    words = text_said("命令原文", rows=3)
    at = time_said("命令时间", help_text="不填即现在")

    def prepare(self):
        bodies = ending.those_who_command(self.incident)
        self.fields["by"].choices = [(kind.value, str(body)) for kind, body in bodies.items()]
        response = running(self.incident)
        self.fields["by"].initial = "NATION" if response and response.level == 1 else "PROVINCE"


def _span(hours: int | None) -> timedelta | None:
    return timedelta(hours=hours) if hours else None


def _approve(form, data, who):
    approving.approve(**who, document_no=data["document_no"], seen=data["seen"])
    return "已批准启动Ⅲ级响应，指挥部和应急办已收到。"


def _approve_by_phone(form, data, who):
    approving.approve_by_phone(**who, person=data["person"], words=data["words"], at=data.get("at"))
    return "已登记电话批准；文号须在期限内补录。"


def _record_document(form, data, who):
    response = approving.record_document(**who, document_no=data["document_no"])
    return f"已补录批准文号 {response.document_no}。"


def _refuse(form, data, who):
    approving.refuse(**who, reason=data["reason"], seen=data["seen"])
    return "已记录不批准及理由，指挥部和应急办已收到。"


def _start(service):
    def do(form, data, who):
        response = service(**who, every=_span(data["every"]), bodies=form.named(), seen=data["seen"])
        return f"{response}已启动，各成员单位、县区和企业已收到。"

    return do


def _propose_end(form, data, who):
    ending.propose_end(**who, words=data["words"])
    return "已建议结束Ⅲ级响应，等待指挥部宣布。"


def _declare_end(form, data, who):
    ending.declare_end(**who, words=data["words"], seen=data["seen"])
    return "Ⅲ级响应已宣布结束，事件结束；未解除的任务请随后解除。"


def _decline_end(form, data, who):
    ending.decline_end(**who, reason=data["reason"])
    return "已记录不采纳的理由，响应继续。"


def _end_on_order(form, data, who):
    names = ("by", "person", "words", "seen")
    response = ending.end_on_order(**who, at=data.get("at"), **{name: data[name] for name in names})
    return f"{response}已按上级命令结束，事件结束。"


START = {
    "form": StartForm,
    "sure": "启动即通知各成员单位、有关县区和企业；§5.4.2–5.4.4 各项列入待办，续报和向上报告开始计时。",
}
ENDS = "响应结束，事件随之结束；未到期的时限失效，各单位即时收到。"

RESPONSE_PAGES = {
    "response.approve": ActPage(DocumentForm, _approve, button="批准", sure=NOT_UNDONE),
    "response.approve_by_phone": ActPage(
        PhoneApprovalForm, _approve_by_phone, sure="文号须在 T4 期限内补录。"
    ),
    "response.refuse": ActPage(ReasonForm, _refuse, button="不批准", sure=NOT_UNDONE),
    "response.record_document": ActPage(DocumentForm, _record_document),
    "response.start_three": ActPage(do=_start(commanding.start_three), **START),
    "response.start_at_once": ActPage(do=_start(commanding.start_at_once), **START),
    "response.propose_end": ActPage(ProposeEndForm, _propose_end),
    "response.declare_end": ActPage(DeclareEndForm, _declare_end, sure=ENDS),
    "response.decline_end": ActPage(ReasonForm, _decline_end),
    "response.end_on_order": ActPage(EndOnOrderForm, _end_on_order, sure=ENDS),
}
