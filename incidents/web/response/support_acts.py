"""The acts on requests for support (§2.2.2(5), 5.5): what each asks, and what it does."""

from django import forms

from incidents.models import SupportRequest
from incidents.services.command import supporting
from incidents.web.act_forms import ActForm, text_said
from incidents.web.act_page import NOT_UNDONE, ActPage


class RaiseForm(ActForm):
    needs = text_said("需要什么支援（人员、车辆、物资、数量）")
    why = text_said("为何超出自身处置能力", rows=2, required=False)
    place = text_said("送到何处", rows=1, required=False, length=200)

    def prepare(self):
        self.fields["place"].initial = self.incident.place


class ForwardForm(ActForm):
    to = forms.ChoiceField(label="转报")
    words = text_said("转报意见", rows=2, required=False)

    def prepare(self):
        ways = supporting.ways_up(self.matter)
        self.fields["to"].choices = [(kind.value, str(body)) for kind, body in ways.items()]
        self.fields["to"].initial = next(iter(ways), None)


class AnswerForm(ActForm):
    answer = forms.ChoiceField(
        label="答复",
        choices=[(answer.value, answer.label) for answer in SupportRequest.ANSWERS],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择如何答复。"},
    )
    words = text_said("答复内容（来什么、多少、何时到；或为何不能）")
    person = text_said("由何人答复", rows=1, length=60)

    def prepare(self):
        if not any(supporting.notes_for_others(self.matter, actor) for actor in self.able):
            del self.fields["person"]
        else:
            self.fields["person"].label = f"{self.matter.holder}由何人答复"


class FulfilForm(ActForm):
    outcome = text_said("落实情况")


def _raise(form, data, who):
    names = ("needs", "why", "place")
    request = supporting.raise_support(**who, **{name: data[name] for name in names})
    return f"支援请求 {request.number} 已送{request.holder}。"


def _forward(form, data, who):
    request = supporting.forward(**who, to=data["to"], words=data["words"])
    return f"支援请求 {request.number} 已转报{request.holder}。"


def _answer(form, data, who):
    request = supporting.answer(
        **who, answer=data["answer"], words=data["words"], person=data.get("person", "")
    )
    return f"已答复支援请求 {request.number}：{request.get_status_display()}。"


def _fulfil(form, data, who):
    request = supporting.fulfil(**who, outcome=data["outcome"])
    return f"支援请求 {request.number} 已落实。"


RAISE_PAGES = {"support.raise": ActPage(RaiseForm, _raise, button="提出请求")}
SUPPORT_PAGES = {
    "support.forward": ActPage(ForwardForm, _forward, button="转报"),
    "support.answer": ActPage(AnswerForm, _answer, button="答复", sure=NOT_UNDONE),
    "support.fulfil": ActPage(FulfilForm, _fulfil, button="登记落实"),
}
