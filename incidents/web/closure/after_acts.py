"""The acts of 善后, 总结评估, 调查处理, 奖惩 (§6.1–6.4): what each asks, and what it does."""

import re

from django import forms

from incidents.models import Evaluation, Investigation, Level, Organization, RecoveryItem
from incidents.services.call_up.calling_up import owners
from incidents.services.closure import aftermath, recovering
from incidents.web.act_forms import ActForm, ReasonForm, text_said, time_said
from incidents.web.act_page import NOT_UNDONE, ActPage
from incidents.web.choosers import grouped_bodies

ADOPTED = "通过后不能修改。"


def amount_said(label: str = "金额（元）", **kwargs):
    return forms.DecimalField(
        label=label,
        max_digits=13,
        decimal_places=2,
        required=False,
        widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={
            "invalid": "请填写数字，如 12000.50。",
            "max_decimal_places": "最多两位小数。",
            "max_digits": "数字过大，请核对。",
            "max_whole_digits": "数字过大，请核对。",
        },
        **kwargs,
    )


class OpenRecoveryForm(ActForm):
    kind = forms.ChoiceField(
        label="类别",
        choices=RecoveryItem.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择类别。"},
    )
    what = text_said("事项", rows=2, length=200, help_text="不写姓名")
    payee = forms.ChoiceField(label="受偿单位", required=False)
    payee_name = text_said(
        "或受偿人姓名", rows=1, required=False, length=60, help_text="不写入时间线，查看留痕"
    )
    amount = amount_said()
    basis = text_said("依据（规定、协议、批件）", rows=1, required=False, length=200)
    responsible = forms.ChoiceField(label="责任单位", required=False)

    def prepare(self):
        bodies = grouped_bodies(self.incident, recovering.bodies(self.incident))
        self.fields["payee"].choices = [("", "无，或属于个人"), *bodies]
        self.fields["responsible"].choices = [("", str(self.incident.office)), *bodies]


class MoneyForm(ActForm):
    amount = amount_said()
    basis = text_said("依据（规定、协议、批件）", rows=1, required=False, length=200)

    def prepare(self):
        self.fields["amount"].initial, self.fields["basis"].initial = self.matter.amount, self.matter.basis


class SettleRecoveryForm(MoneyForm):
    words = text_said("办理情况", rows=2)

    def prepare(self):
        super().prepare()
        if not self.matter.is_money:
            del self.fields["amount"], self.fields["basis"]


class PaperForm(ActForm):
    """The contents of a paper as far as it has been drafted."""

    model: type

    def prepare(self):
        paper = self.model.objects.of_this_end().filter(incident=self.incident).first()
        for name in self.model.CONTENTS if paper else ():
            self.fields[name].initial = getattr(paper, name)

    def contents(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.model.CONTENTS}


def _paper(model, name: str, *, required: bool) -> type[PaperForm]:
    fields = {
        field: text_said(
            str(model._meta.get_field(field).verbose_name),
            rows=3,
            required=required,
            length=aftermath.LONGEST,
        )
        for field in model.CONTENTS
    }
    return type(name, (PaperForm,), {"model": model, **fields})


EvaluationDraft = _paper(Evaluation, "EvaluationDraft", required=False)
EvaluateForm = _paper(Evaluation, "EvaluateForm", required=True)
InvestigationDraft = _paper(Investigation, "InvestigationDraft", required=False)


class InvestigateForm(_paper(Investigation, "InvestigateForm", required=True)):
    superior_reference = text_said(
        "上级调查文号", rows=1, required=False, length=100, help_text="特别重大、重大事件由上级调查（§6.3）"
    )

    def prepare(self):
        super().prepare()
        if (self.incident.level or Level.IV) > Level.II:
            del self.fields["superior_reference"]


class TeamForm(ActForm):
    head_name = text_said("组长姓名", rows=1, length=60, help_text="姓名不写入时间线")
    head_body = text_said("组长单位", rows=1, length=80)
    members = text_said("成员", rows=4, required=False, help_text="每行一人：姓名 单位")

    def clean_members(self) -> list[tuple[str, str]]:
        found = []
        for line in self.cleaned_data["members"].splitlines():
            parts = re.split(r"[\s,，、]+", line.strip(), maxsplit=1)
            if line.strip() and len(parts) < 2:
                raise forms.ValidationError(f"“{line.strip()[:30]}”：请写姓名和单位，中间空一格。")
            if line.strip():
                found.append((parts[0], parts[1]))
        return found


class AskForm(ActForm):
    bodies = forms.MultipleChoiceField(
        label="征求哪些单位",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请选择征求意见的单位。"},
    )
    question = text_said("征求什么意见", rows=2, length=300, initial="请就本次事件的起因、处置和教训提出意见")
    due_at = time_said("何时之前答复", required=True, ahead=True, help_text="可写 3月9日 18:00")

    def prepare(self):
        owing = self.incident.evaluation_inputs.filter(answered_at=None).values("body")
        bodies = owners(self.incident).exclude(pk__in=owing).order_by("kind", "pk")
        self.fields["bodies"].choices = [(body.code, str(body)) for body in bodies]
        if self.incident.enterprise:
            self.fields["bodies"].initial = [self.incident.enterprise.code]


class AnswerForm(ActForm):
    words = text_said("意见", rows=6, length=aftermath.LONGEST)


class ImprovementForm(ActForm):
    measure = text_said("改进措施", rows=2, length=300)
    body = forms.ChoiceField(label="责任单位", error_messages={"required": "请选择责任单位。"})
    due_at = time_said("期限", required=True, ahead=True, help_text="可写 3月9日 18:00")

    def prepare(self):
        bodies = owners(self.incident) | Organization.objects.filter(pk=self.incident.office_id)
        self.fields["body"].choices = [("", "请选择"), *grouped_bodies(self.incident, bodies)]


class DoneForm(ActForm):
    words = text_said("完成情况", rows=3)


class VerdictForm(ActForm):
    body = forms.ChoiceField(label="单位", required=False)
    person_name = text_said(
        "或个人姓名", rows=1, required=False, length=60, help_text="不写入时间线，查看留痕"
    )
    words = text_said("决定内容", rows=3, help_text="不写姓名")
    decided_by = text_said("决定机关", rows=1, length=80)
    document_no = text_said("文号", rows=1, length=60)
    decided_at = time_said("决定时间", required=True)

    def prepare(self):
        bodies = grouped_bodies(self.incident, owners(self.incident))
        self.fields["body"].choices = [("", "无，或属于个人"), *bodies]


VERDICT = ("body", "person_name", "words", "decided_by", "document_no", "decided_at")


def _open_recovery(form, data, who):
    names = ("kind", "what", "payee", "payee_name", "amount", "basis", "responsible")
    return f"已登记善后事项 {recovering.open_item(**who, **{n: data[n] for n in names}).number}。"


def _change(form, data, who):
    return f"{recovering.change(**who, amount=data['amount'], basis=data['basis']).number} 已更正。"


def _settle(form, data, who):
    money = {"amount": data.get("amount"), "basis": data.get("basis", "")}
    return f"{recovering.settle(**who, words=data['words'], **money).number} 已办结。"


def _set_aside(form, data, who):
    return f"{recovering.set_aside(**who, reason=data['reason']).number} 已记为无须办理。"


def _draft_evaluation(form, data, who):
    aftermath.draft_evaluation(**who, **form.contents(), seen=data["seen"])
    return "总结评估草稿已保存。"


def _evaluate(form, data, who):
    aftermath.adopt_evaluation(**who, **form.contents(), seen=data["seen"])
    return "总结评估已通过。"


def _draft_investigation(form, data, who):
    aftermath.draft_investigation(**who, **form.contents(), seen=data["seen"])
    return "调查报告草稿已保存。"


def _investigate(form, data, who):
    reference = data.get("superior_reference", "")
    said = form.contents() | {"superior_reference": reference}
    aftermath.adopt_investigation(**who, **said, seen=data["seen"])
    return "调查处理已记录。"


def _team(form, data, who):
    head = (data["head_name"], data["head_body"])
    aftermath.name_team(**who, head=head, members=data["members"])
    return "调查组已指定。"


def _ask(form, data, who):
    names = ("bodies", "question", "due_at")
    return f"已向 {len(aftermath.ask(**who, **{name: data[name] for name in names}))} 个单位征求意见。"


def _answer(form, data, who):
    return f"{aftermath.answer(**who, words=data['words']).number} 已答复应急办。"


def _open_improvement(form, data, who):
    names = ("measure", "body", "due_at")
    return f"已登记改进措施 {aftermath.open_improvement(**who, **{n: data[n] for n in names}).number}。"


def _improved(form, data, who):
    return f"改进措施 {aftermath.improvement_done(**who, words=data['words']).number} 已完成。"


def _commend(form, data, who):
    aftermath.commend(**who, **{name: data[name] for name in VERDICT})
    return "表彰已登记。"


def _account(form, data, who):
    aftermath.hold_to_account(**who, **{name: data[name] for name in VERDICT})
    return "责任追究已登记。"


AFTER_PAGES = {
    "recovery.open": ActPage(OpenRecoveryForm, _open_recovery, button="登记"),
    "evaluation.draft": ActPage(EvaluationDraft, _draft_evaluation, button="保存草稿"),
    "evaluation.ask": ActPage(AskForm, _ask, button="征求意见"),
    "incident.evaluate": ActPage(EvaluateForm, _evaluate, button="通过", sure=ADOPTED),
    "improvement.open": ActPage(ImprovementForm, _open_improvement, button="登记"),
    "investigation.team": ActPage(TeamForm, _team, button="指定"),
    "investigation.draft": ActPage(InvestigationDraft, _draft_investigation, button="保存草稿"),
    "incident.investigate": ActPage(InvestigateForm, _investigate, button="通过", sure=ADOPTED),
    "verdict.commend": ActPage(VerdictForm, _commend, button="登记", sure=NOT_UNDONE),
    "verdict.account": ActPage(VerdictForm, _account, button="登记", sure=NOT_UNDONE),
}
RECOVERY_PAGES = {
    "recovery.change": ActPage(MoneyForm, _change, button="更正"),
    "recovery.settle": ActPage(SettleRecoveryForm, _settle, sure=NOT_UNDONE),
    "recovery.set_aside": ActPage(ReasonForm, _set_aside, sure=NOT_UNDONE),
}
INPUT_PAGES = {"evaluation.answer": ActPage(AnswerForm, _answer, button="答复", sure=NOT_UNDONE)}
IMPROVEMENT_PAGES = {"improvement.done": ActPage(DoneForm, _improved, button="报告完成", sure=NOT_UNDONE)}
