"""The acts on an incident's handling guide (§5.4.4): opened, a step ticked, taken back."""

from django import forms

from incidents.models import GuideStep, Role
from incidents.services.command import guiding
from incidents.web.act_forms import ActForm, BareForm, text_said
from incidents.web.act_page import ActPage


class StepForm(ActForm):
    step = forms.TypedChoiceField(label="步骤", coerce=int, error_messages={"required": "请选择步骤。"})

    def prepare(self):
        steps = GuideStep.objects.filter(guide__in=self.incident.opened_guides.values("guide"))
        if all(actor.role == Role.ENTERPRISE for actor in self.able):
            steps = steps.filter(for_firm=True)
        self.fields["step"].choices = [(step.pk, f"{step.order}. {step}") for step in steps]
        self.fields["step"].initial = self.query.get("step")


class TickForm(StepForm):
    words = text_said("说明", rows=1, required=False, length=200)


class UntickForm(StepForm):
    reason = text_said("撤销的理由", rows=2, length=200)


def _open(form, data, who):
    opened = guiding.open_guide(**who)
    return f"已打开处置要领（第{opened.guide.version}版）。"


def _tick(form, data, who):
    ticked = guiding.tick(**who, step=data["step"], words=data["words"])
    return f"第 {ticked.step.order} 步已完成。"


def _untick(form, data, who):
    ticked = guiding.untick(**who, step=data["step"], reason=data["reason"])
    return f"第 {ticked.step.order} 步已恢复为未完成。"


GUIDE_PAGES = {
    "guide.open": ActPage(BareForm, _open, button="打开", sure="现行版本随本事件保留，以后的修订不影响它。"),
    "guide.tick": ActPage(TickForm, _tick, button="完成"),
    "guide.untick": ActPage(UntickForm, _untick, button="撤销"),
}
