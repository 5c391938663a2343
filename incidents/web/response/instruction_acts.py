"""The acts on instructions (§2.2.2(2), 5.3, 5.4.3): what each asks, and what it does."""

from django import forms
from django.utils import timezone

from alerts.models import Instruction, Warning
from incidents import drill_clock
from incidents.models import Incident, Organization
from incidents.services import addressing
from incidents.services.command import instructing, instruction_answering, instruction_steps
from incidents.web.act_forms import ActForm, BareForm, text_said, time_said
from incidents.web.act_page import NOT_UNDONE, ActPage
from incidents.web.addressee_field import BodiesMixin, bodies_field, groups_field
from incidents.web.response.order_acts import IssueForm

Kind = Organization.Kind


class WriteForm(BodiesMixin, ActForm):
    words = text_said("批示原文", rows=4, length=instruction_steps.LONGEST)
    groups = groups_field()
    to = bodies_field()
    urgency = forms.TypedChoiceField(
        label="缓急",
        choices=Instruction.Urgency.choices,
        coerce=int,
        widget=forms.RadioSelect,
        initial=Instruction.Urgency.ORDINARY,
    )
    due_at = time_said("要求办结时间", ahead=True, help_text="不填即不限；可写 0530、3小时后")

    def prepare(self):
        incident = self.subject if isinstance(self.subject, Incident) else None
        self.office = self.subject.office if self.subject else _office_of(self.able)
        self.offer_bodies(addressing.instructable(self.office), incident)

    def said(self) -> dict:
        data = self.cleaned_data
        return {
            "words": data["words"],
            "to": self.chosen(),
            "urgency": data["urgency"],
            "due_at": data["due_at"],
        }


class RecordForm(WriteForm):
    by = forms.ChoiceField(label="由谁作出", error_messages={"required": "请选择由谁作出。"})
    person = text_said("上级何人", rows=1, required=False, length=60, help_text="上级指令必填")
    at = time_said("批示时间", help_text="不填即现在")
    by_phone = forms.BooleanField(label="电话（逐字记录）", required=False)
    field_order = ["seen", "token", "post", "by", "person", "at", "by_phone", "words", "groups", "to"]

    def prepare(self):
        super().prepare()
        superiors = [(kind, str(body)) for kind, body in instructing.superiors(self.office).items()]
        posts = [(f"post-{p.pk}", f"{p}（{p.person}）") for p in instructing.commanders(self.office)]
        self.fields["by"].choices = [("", "请选择"), ("上级机关", superiors), ("指挥长", posts)]

    def author(self) -> dict:
        data = self.cleaned_data
        post = data["by"].removeprefix("post-")
        by = {"commander": int(post)} if post != data["by"] else {"by": data["by"], "person": data["person"]}
        return by | {"at": data["at"], "by_phone": data["by_phone"]}


class AnswerForm(ActForm):
    words = text_said("落实情况", rows=4, length=instruction_steps.LONGEST)


class OrderForm(IssueForm):
    """The order's own form, with what the instruction says filled in."""

    def prepare(self):
        row = self.matter
        if row.incident is None:  # the act is refused, whatever was sent; there is nobody to choose
            return
        super().prepare()
        if "instruction" in self.fields:
            del self.fields["instruction"]
        if row.commander_id and "instructed_by" in self.fields:
            del self.fields["instructed_by"]
        self.fields["task"].initial = row.words[:200]
        known = {
            code for _, group in self.fields["to"].choices if isinstance(group, list) for code, _ in group
        }
        addressed = row.addressees.values_list("organization__code", flat=True)
        self.fields["to"].initial = next((code for code in addressed if code in known), None)
        if row.due_at and row.due_at > timezone.now():
            self.fields["done_by"].initial = f"{drill_clock.local(row.due_at):%m-%d %H:%M}"


def _office_of(able) -> Organization:
    body = able[0].organization
    offices = Organization.objects.select_related("parent__parent__parent")
    return offices.get(pk=body.pk) if body.kind == Kind.OFFICE else offices.get(kind=Kind.OFFICE, parent=body)


def _on(form, who: dict) -> dict:
    """Its subject as the service knows it."""
    number = who.pop("number", "")
    return who | ({"warning": number} if isinstance(form.subject, Warning) else {"number": number})


def _write(form, data, who):
    row = instructing.write(**_on(form, who), **form.said())
    return f"批示 {row.number} 已送 {row.addressees.count()} 个单位。"


def _record(form, data, who):
    row = instructing.record(**_on(form, who), **form.said(), **form.author())
    return f"已登记 {row.number}，送 {row.addressees.count()} 个单位。"


def _acknowledge(form, data, who):
    return f"已签收批示 {instruction_answering.acknowledge(**who).number}。"


def _answer(form, data, who):
    instruction_answering.answer(**who, words=data["words"])
    return "落实情况已报告。"


def _done(form, data, who):
    instruction_answering.answer(**who, words=data["words"], done=True)
    return "已报告办结。"


def _remind(form, data, who):
    return f"已催办 {len(instruction_answering.remind(**who))} 个单位。"


def _order(form, data, who):
    names = ("to", "task", "requirements", "priority", "by_phone", "phone_words", "answered_by")
    order = instructing.order(
        **who,
        **{name: data[name] for name in names},
        instructed_by=data.get("instructed_by"),
        acknowledge_by=data["acknowledge_by"],
        done_by=data["done_by"],
    )
    return f"已转为任务 {order.number}，送{order.receiver}。"


AT_ONCE = "提交后即送所选单位，原文不能修改。"
GIVE_PAGES = {
    "instruction.write": ActPage(WriteForm, _write, button="作出批示", sure=AT_ONCE),
    "instruction.record": ActPage(RecordForm, _record, button="登记", sure=AT_ONCE),
}
FREE_PAGES = GIVE_PAGES
WARNING_INSTRUCTION_PAGES = {
    "warning.instruct": GIVE_PAGES["instruction.write"],
    "warning.record_instruction": GIVE_PAGES["instruction.record"],
}
INSTRUCTION_PAGES = {
    "instruction.acknowledge": ActPage(BareForm, _acknowledge, button="签收"),
    "instruction.answer": ActPage(AnswerForm, _answer, button="报告", sure=NOT_UNDONE),
    "instruction.done": ActPage(AnswerForm, _done, button="报告办结", sure="办结后不能再补充落实情况。"),
    "instruction.remind": ActPage(BareForm, _remind, button="催办", sure="未办结的单位即时收到催办。"),
    "instruction.order": ActPage(
        OrderForm, _order, button="下达", sure="批示原文作为指示写入任务；下达后即送接收单位。"
    ),
}
