"""The acts on working groups and on the on-scene command (§2.2.4, 5.4.4): what each asks, and what it does."""

from django import forms

from incidents.services.command import on_scene, working_groups
from incidents.web.act_forms import ActForm, ReasonForm, phone_said, text_said, time_said
from incidents.web.act_page import ActPage


class GroupForm(ActForm):
    name = text_said("组名", rows=1, length=40)
    lead = forms.ChoiceField(label="牵头单位", error_messages={"required": "请选择牵头单位。"})
    head = text_said("组长", rows=1, length=60, required=False)
    phone = phone_said("组长的电话", required=False)
    members = forms.MultipleChoiceField(label="成员单位", widget=forms.CheckboxSelectMultiple, required=False)
    duties = text_said("职责", rows=2, required=False)

    def prepare(self):
        bodies = working_groups.candidates(self.incident).order_by("-kind", "pk")
        choices = [(body.code, str(body)) for body in bodies]
        self.fields["lead"].choices = [("", "请选择"), *choices]
        self.fields["members"].choices = choices


class ChangeGroupForm(GroupForm):
    def prepare(self):
        super().prepare()
        group = self.matter
        for name in ("name", "head", "phone", "duties"):
            self.fields[name].initial = getattr(group, name)
        self.fields["lead"].initial = group.lead.code
        self.fields["members"].initial = list(group.members.values_list("code", flat=True))


class OnSceneCommandForm(ActForm):
    head = text_said("负责人", rows=1, length=60)
    phone = phone_said("电话")
    place = text_said("地点", rows=1, length=200)
    since = time_said("成立时间", help_text="不填即现在")
    instead_of = forms.TypedChoiceField(label="更替哪一个", coerce=int, empty_value=None, required=False)

    def prepare(self):
        standing = list(self.incident.on_scene_commands.filter(until=None))
        if not standing:
            del self.fields["instead_of"]
            return
        choices = [("", "不更替，另设一处"), *((row.pk, f"{row.place} {row.head}") for row in standing)]
        self.fields["instead_of"].choices = choices
        self.fields["instead_of"].initial = standing[0].pk


NAMES = ("name", "lead", "members", "duties", "head", "phone")


def _form(form, data, who):
    group = working_groups.form(**who, **{name: data[name] for name in NAMES})
    return f"{group}已成立，牵头和成员单位已收到通知。"


def _change(form, data, who):
    group = working_groups.change(**who, **{name: data[name] for name in NAMES})
    return f"{group}已调整，有关单位已收到通知。"


def _dissolve(form, data, who):
    group = working_groups.dissolve(**who, reason=data["reason"])
    return f"{group}已撤销。"


def _name(form, data, who):
    names = ("head", "phone", "place")
    command = on_scene.name(
        **who,
        **{name: data[name] for name in names},
        since=data.get("since"),
        instead_of=data.get("instead_of"),
    )
    return f"已登记{command}。"


FORM_PAGES = {
    "on_scene.name": ActPage(OnSceneCommandForm, _name, button="登记"),
    "group.form": ActPage(GroupForm, _form, button="成立"),
}
GROUP_PAGES = {
    "group.change": ActPage(ChangeGroupForm, _change, button="保存"),
    "group.dissolve": ActPage(ReasonForm, _dissolve, sure="撤销后不能恢复，只能另行成立。"),
}
