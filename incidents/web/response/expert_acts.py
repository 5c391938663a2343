"""The acts on an incident's expert group (§2.3, 5.4.3): what each asks, and what it does."""

from django import forms

from incidents.models import ExpertCall
from incidents.services.command import experts
from incidents.web.act_forms import ActForm, text_said, time_said
from incidents.web.act_page import NOT_UNDONE, ActPage


class NameForm(ActForm):
    experts = forms.TypedMultipleChoiceField(
        label="从专家库中选择",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请从专家库中选择尚未确定的专家。"},
    )

    def prepare(self):
        free = experts.pool(self.incident).filter(is_active=True).select_related("county")
        free = free.exclude(groups__incident=self.incident)
        field = self.fields["experts"]
        field.choices = [(expert.pk, self._words(expert)) for expert in sorted(free, key=self._far)]
        if not field.choices:
            field.help_text = "专家库里没有可选的专家，请应急办先在“专家库”中登记。"

    def _far(self, expert) -> bool:
        """Whose field names the incident's class comes first; of the rest those of a field stand together."""
        return self.incident.event_class.name not in expert.field

    def _words(self, expert) -> str:
        reachable = f"，{expert.reachable}可联系" if expert.reachable else ""
        near = f"（{expert.county.short_name}）" if expert.county else ""
        return f"{expert.field}：{expert.name} {expert.body}{expert.title}{near}{reachable}"


class CallForm(ActForm):
    member = forms.TypedChoiceField(
        label="专家", coerce=int, error_messages={"required": "请选择专家组成员。"}
    )
    answer = forms.ChoiceField(
        label="答复",
        choices=ExpertCall.Answer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请登记答复。"},
    )
    at = time_said("召集时间", help_text="不填即现在")
    words = text_said("说明", rows=1, required=False, length=200, help_text="如：预计 40 分钟到场")

    def prepare(self):
        members = self.incident.experts.select_related("expert")
        choices = [(row.pk, f"{row.expert} {row.expert.phone}") for row in members]
        self.fields["member"].choices = [("", "请选择"), *choices]
        self.fields["member"].initial = self.query.get("member")


class AdviseForm(ActForm):
    expert = forms.TypedChoiceField(label="谁的意见", coerce=int, empty_value=None, required=False)
    words = text_said("意见", rows=4, length=10_000)
    scheme = forms.ChoiceField(label="针对哪份方案", required=False)
    at = time_said("时间", help_text="不填即现在")

    def prepare(self):
        members = self.incident.experts.select_related("expert")
        self.fields["expert"].choices = [
            ("", "专家组集体意见"),
            *((row.expert_id, str(row.expert)) for row in members),
        ]
        found = [(scheme.number, str(scheme)) for scheme in self.incident.schemes.all()]
        if found:
            self.fields["scheme"].choices = [("", "不针对方案"), *found]
        else:
            del self.fields["scheme"]


def _name(form, data, who):
    members = experts.name(**who, experts=data["experts"])
    return f"已确定专家 {len(members)} 人，应急办已收到召集通知。"


def _call(form, data, who):
    called = experts.call(
        **who, member=data["member"], answer=data["answer"], at=data.get("at"), words=data["words"]
    )
    return f"已记录召集：{called.get_answer_display()}。"


def _advise(form, data, who):
    experts.advise(
        **who,
        words=data["words"],
        expert=data.get("expert"),
        scheme=data.get("scheme", ""),
        at=data.get("at"),
    )
    return "已记录专家意见，指挥部和应急办已收到。"


EXPERT_PAGES = {
    "expert.name": ActPage(NameForm, _name, button="确定"),
    "expert.call": ActPage(CallForm, _call, button="记录"),
    "expert.advise": ActPage(AdviseForm, _advise, button="记录", sure=NOT_UNDONE),
}
