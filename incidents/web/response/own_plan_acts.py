"""A body's own plan, started and ended (§5.4.1(4)(5), 5.4.5(3)): what is asked, and what it does."""

from django import forms

from incidents.models import FiledPlan, OwnPlan
from incidents.roles import OFFICE
from incidents.services.response import own_plans
from incidents.web.act_forms import ActForm, text_said, time_said
from incidents.web.act_page import ActPage


class OfBodyForm(ActForm):
    """The office names the body on whose word it writes; everybody else writes for his own."""

    body = forms.ChoiceField(label="单位", required=False, help_text="应急办代登记时选择")

    def offer(self, bodies):
        if any(actor.role in OFFICE for actor in self.able):
            choices = [("", "请选择"), *((body.code, str(body)) for body in bodies)]
            self.fields["body"].choices = choices
            self.fields["body"].initial = self.query.get("body")
        else:
            del self.fields["body"]


class StartForm(OfBodyForm):
    name = text_said("预案名称", rows=1, length=100)
    by = text_said("由谁启动", rows=1, length=60)
    at = time_said("启动时间", help_text="不填即现在")

    def prepare(self):
        self.offer(own_plans.expected(self.incident))
        bodies = {own_plans.body_for(actor, self.incident) for actor in self.able} - {None}
        if len(bodies) == 1:
            filed = FiledPlan.objects.filter(body__in=bodies, status=FiledPlan.Status.ACCEPTED).first()
            before = OwnPlan.objects.filter(body__in=bodies).order_by("-recorded_at").first()
            self.fields["name"].initial = getattr(filed or before, "name", "")
            self.fields["by"].initial = getattr(self.able[0].person, "name", "")


class EndForm(OfBodyForm):
    at = time_said("终止时间", help_text="不填即现在")

    def prepare(self):
        running = self.incident.own_plans.filter(ended_at=None).select_related("body")
        self.offer(plan.body for plan in running)


def _start(form, data, who):
    plan = own_plans.start(
        **who, name=data["name"], by=data["by"], at=data.get("at"), body=data.get("body", "")
    )
    return f"已登记{plan.body}启动《{plan.name}》，应急办已收到。"


def _end(form, data, who):
    plan = own_plans.end(**who, at=data.get("at"), body=data.get("body", ""))
    return f"已登记{plan.body}终止《{plan.name}》。"


OWN_PLAN_PAGES = {
    "own_plan.start": ActPage(StartForm, _start, button="登记启动"),
    "own_plan.end": ActPage(EndForm, _end, button="登记终止"),
}
