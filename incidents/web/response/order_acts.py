"""The acts on task orders (§5.2.2, 5.2.6, 5.4.3): what each asks, and what it does."""

from django import forms

from incidents.models import MeetingDecision, Organization, TaskOrder
from incidents.roles import OFFICE
from incidents.services.command import order_steps, ordering, releasing, schemes
from incidents.services.command.order_grounds import Grounds
from incidents.services.command.order_steps import Instruction
from incidents.services.command.ordering import OnScene
from incidents.web.act_forms import ActForm, text_said, time_said
from incidents.web.act_page import ActPage

Kind = Organization.Kind
TO_GROUP = "group:"


class InstructedForm(ActForm):
    """What the office does on a commander's instruction; a commander gives none to himself."""

    instructed_by = forms.TypedChoiceField(
        label="奉哪位指挥长指示", coerce=int, empty_value=None, required=False
    )
    instruction = text_said(
        "指示原话", rows=1, required=False, length=300, help_text="何时、怎样指示；应急办办理时必填"
    )

    def prepare(self):
        if not any(actor.role in OFFICE for actor in self.able):
            del self.fields["instructed_by"], self.fields["instruction"]
            return
        posts = [(post.pk, f"{post}（{post.person}）") for post in order_steps.commanders(self.incident)]
        self.fields["instructed_by"].choices = [("", "请选择"), *posts]
        if len(posts) == 1:
            self.fields["instructed_by"].initial = posts[0][0]

    def given(self) -> Instruction:
        data = self.cleaned_data
        return Instruction(data.get("instructed_by"), data.get("instruction", ""))


class IssueForm(InstructedForm):
    to = forms.ChoiceField(label="接收单位", error_messages={"required": "请选择接收单位。"})
    task = text_said("任务", rows=2, length=200)
    requirements = text_said("要求", rows=2, required=False)
    priority = forms.TypedChoiceField(
        label="轻重（先重点、后一般）",
        choices=TaskOrder.Priority.choices,
        coerce=int,
        widget=forms.RadioSelect,
        initial=TaskOrder.Priority.SECOND,
    )
    acknowledge_by = time_said("签收期限", ahead=True, help_text="不填即下达后 15 分钟；可写 20分钟后")
    done_by = time_said("完成期限", ahead=True, help_text="不填即不限；可写 0530、3小时后")
    scheme = forms.TypedChoiceField(label="依据的处置方案", coerce=int, empty_value=None, required=False)
    decision = forms.TypedChoiceField(label="落实的议定事项", coerce=int, empty_value=None, required=False)
    by_phone = forms.BooleanField(label="已电话下达（书面通知随后补发）", required=False)
    answered_by = text_said("接听人", rows=1, required=False, length=60, help_text="电话下达时必填")
    phone_words = text_said("电话下达原话", rows=2, required=False, help_text="电话下达时必填")

    def prepare(self):
        super().prepare()
        bodies = list(order_steps.receivers(self.incident).order_by("kind", "pk"))
        concerned = {self.incident.county_id, self.incident.enterprise_id}
        standing = self.incident.working_groups.filter(dissolved_at=None).select_related("lead")
        groups = {
            "本事件": [body for body in bodies if body.pk in concerned],
            "成员单位": [body for body in bodies if body.kind == Kind.MEMBER],
            "县区": [b for b in bodies if b.kind == Kind.COUNTY and b.pk not in concerned],
            "企业": [b for b in bodies if b.kind == Kind.ENTERPRISE and b.pk not in concerned],
        }
        to_groups = [(f"{TO_GROUP}{group.number}", f"{group}（{group.lead}牵头）") for group in standing]
        self.fields["to"].choices = [("", "请选择")] + [
            *([("应急工作组", to_groups)] if to_groups else []),
            *((name, [(body.code, str(body)) for body in group]) for name, group in groups.items() if group),
        ]
        self._offer_grounds()
        self.order_fields(["seen", "token", "post", "to", "task", "requirements", "priority"])

    def _offer_grounds(self):
        """Adopted schemes and decisions of meetings, where there are any; `?decision=` fills the form from one."""
        decisions = MeetingDecision.objects.filter(meeting__incident=self.incident)
        decisions = list(decisions.select_related("meeting", "body"))
        for name, choices in (
            ("scheme", [(row.pk, f"{row} {row.scheme.title}") for row in schemes.adopted_for(self.incident)]),
            ("decision", [(d.pk, f"{d.meeting.number} 第{d.serial}项 {d.words[:30]}") for d in decisions]),
        ):
            if choices:
                self.fields[name].choices = [("", "不援引"), *choices]
            else:
                del self.fields[name]
        asked = self.query.get("decision")
        if chosen := next((line for line in decisions if str(line.pk) == asked), None):
            self.fields["decision"].initial = chosen.pk
            self.fields["task"].initial = chosen.words
            self.fields["to"].initial = chosen.body and chosen.body.code
            self.fields["done_by"].initial = chosen.due_at

    def grounds(self) -> Grounds:
        data = self.cleaned_data
        group = data["to"].removeprefix(TO_GROUP) if data["to"].startswith(TO_GROUP) else ""
        return Grounds(group, data.get("scheme"), data.get("decision"))


class WriteForm(ActForm):
    task = text_said("任务", rows=2, length=200)
    requirements = text_said("要求", required=False)

    def prepare(self):
        self.fields["task"].initial = self.matter.task
        self.fields["requirements"].initial = self.matter.requirements


class OnSceneForm(ActForm):
    """With the on-scene command: its head, telephone and place, until it has been named."""

    on_scene_head = text_said("现场指挥负责人", rows=1, required=False, length=60)
    on_scene_phone = forms.CharField(
        label="现场指挥电话",
        required=False,
        max_length=40,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )
    on_scene_place = text_said("现场指挥地点", rows=1, required=False, length=200)

    def on_scene(self) -> OnScene:
        said = self.cleaned_data
        return OnScene(*(said.get(f"on_scene_{name}", "") for name in ("head", "phone", "place")))


class AcknowledgeForm(OnSceneForm):
    def prepare(self):
        self.fields["on_scene_head"].help_text = "现场指挥机构已成立的填写；尚未成立的可在首次报告进展时填写"


class ProgressForm(OnSceneForm):
    words = text_said("进展")
    field_order = ["seen", "token", "post", "words"]

    def prepare(self):
        if self.matter.names_on_scene_command:
            for name in ("on_scene_head", "on_scene_phone", "on_scene_place"):
                del self.fields[name]
        else:
            self.fields["on_scene_head"].help_text = "首次报告须写明现场指挥机构（§5.2.2）"


class DoneForm(ActForm):
    report = text_said("执行情况", rows=4)


class ConfirmForm(ActForm):
    by = text_said("现场指挥机构的确认人", rows=1, length=60)

    def prepare(self):
        if not any(actor.role in OFFICE for actor in self.able):
            del self.fields["by"]


def _issue(form, data, who):
    names = ("to", "task", "requirements", "priority", "by_phone", "phone_words", "answered_by")
    order = ordering.issue(
        **who,
        **{name: data[name] for name in names},
        instruction=form.given(),
        acknowledge_by=data.get("acknowledge_by"),
        done_by=data.get("done_by"),
        grounds=form.grounds(),
    )
    if order.by_phone:
        return f"已记录电话下达任务 {order.number}，请在期限内补发书面通知。"
    return f"任务 {order.number} 已下达{order.addressee}，等待签收。"


def _write(form, data, who):
    order = ordering.write(**who, task=data["task"], requirements=data["requirements"])
    return f"书面任务通知 {order.number} 已补发。"


def _acknowledge(form, data, who):
    order = ordering.acknowledge(**who, on_scene=form.on_scene())
    return f"已签收任务 {order.number}。"


def _progress(form, data, who):
    ordering.progress(**who, words=data["words"], on_scene=form.on_scene())
    return "进展已报告应急办。"


def _done(form, data, who):
    order = ordering.done(**who, report=data["report"])
    return f"任务 {order.number} 的执行情况已报告。"


def _release(form, data, who):
    order = releasing.release(**who, instruction=form.given())
    return f"任务 {order.number} 已解除，等待确认。"


def _release_all(form, data, who):
    orders = releasing.release_all(**who, instruction=form.given())
    return f"已解除 {len(orders)} 项任务，等待确认。"


def _confirm(form, data, who):
    order = releasing.confirm(**who, by=data.get("by", ""))
    return f"任务 {order.number} 已结束。"


RELEASED = "解除后任务不能恢复；接收单位即时收到解除通知。"

ISSUE_PAGES = {
    "order.issue": ActPage(IssueForm, _issue, button="下达", sure="下达后即送接收单位，签收时限开始计时。"),
    "order.release_all": ActPage(InstructedForm, _release_all, sure=RELEASED),
}
ORDER_PAGES = {
    "order.write": ActPage(WriteForm, _write, button="补发"),
    "order.acknowledge": ActPage(AcknowledgeForm, _acknowledge, button="签收"),
    "order.progress": ActPage(ProgressForm, _progress, button="报告"),
    "order.done": ActPage(DoneForm, _done, button="报告完成"),
    "order.release": ActPage(InstructedForm, _release, sure=RELEASED),
    "order.confirm": ActPage(ConfirmForm, _confirm, button="确认解除", sure="确认后任务正式结束。"),
}
