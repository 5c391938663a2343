"""预警信息: the office logs it from a call, a firm reports a risk of its own (§4.2); each form does its work once."""

import secrets

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alerts.models import Warning
from incidents.models import EventClass, Organization, PlanVersion, Report, Role
from incidents.refusals import Refusal
from incidents.roles import OFFICE, Caller
from incidents.services.report import intake
from incidents.services.warning import warning_intake as service
from incidents.web.act_forms import text_said, time_said
from incidents.web.caller import add_refusal_to_form, require_role, signed_in
from incidents.web.choosers import (
    COUNTIES,
    FirmField,
    add_post_choice,
    dress,
    firm_options,
    focus_first_error,
)
from incidents.web.identity.accounts import the_office
from incidents.web.once import once
from incidents.web.times import TimedForm

Channel, Kind = Report.Channel, Organization.Kind
SOURCES = (Kind.PROVINCE, Kind.CITY_GOVERNMENT, Kind.HEADQUARTERS, Kind.MEMBER, Kind.COUNTY)


class RiskForm(TimedForm):
    """What warning information holds (§4.2): risk, what may follow, place, measures already taken."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=60)
    title = text_said("标题（可不填）", rows=1, required=False, length=100)
    event_class = forms.ChoiceField(label="可能的事件类别", required=False)
    risk = text_said("风险情况", rows=3, required=False)
    may_follow = text_said("可能引发的后果", rows=2, required=False)
    place = text_said("地点", rows=1, required=False, length=200)
    counties_affected = forms.MultipleChoiceField(
        label="可能影响县区", required=False, widget=forms.CheckboxSelectMultiple
    )
    measures_taken = text_said("已采取的措施", rows=2, required=False)
    known_at = time_said(
        "企业获知时间", help_text="可写 0210、10分钟前、刚才；须在获知后 1 小时内报告（§4.2）"
    )
    roles = OFFICE
    needed = ("risk",)

    def __init__(self, *args, caller: Caller, **kwargs):
        super().__init__(*args, **kwargs)
        classes = EventClass.objects.filter(version=PlanVersion.in_force()).order_by("order")
        self.fields["event_class"].choices = [("", "未定"), *((row.code, row.name) for row in classes)]
        self.fields["counties_affected"].choices = [
            (county.code, county.short_name) for county in COUNTIES.order_by("pk")
        ]
        add_post_choice(self, caller, "warning.receive", self.roles)
        self.prepare(caller)
        for name in self.needed:
            self.fields[name].widget.attrs["aria-required"] = "true"
        dress(self)

    def prepare(self, caller: Caller):
        """What one of the two doors asks besides."""

    def facts(self) -> dict:
        data = self.cleaned_data
        names = ("title", "event_class", "counties_affected", "known_at", *service.TEXTS)
        firm = data.get("enterprise")
        firm = firm.code if isinstance(firm, Organization) else firm or None
        return {name: data.get(name) for name in names} | {
            "enterprise": firm,
            "channel": data.get("channel"),
            "source_body": data.get("source_body"),
        }


class OfficeRiskForm(RiskForm):
    channel = forms.ChoiceField(
        label="来源渠道",
        choices=[("", "请选择"), *((c.value, c.label) for c in Warning.Channel if c != Warning.Channel.FEED)],
        required=False,
    )
    how = forms.ChoiceField(
        label="怎样来的",
        choices=[(c.value, c.label) for c in (Channel.PHONE, Channel.FAX, Channel.PAPER)],
        initial=Channel.PHONE,
    )
    arrived_at = time_said("到达时间", help_text="不填即现在；早于录入 10 分钟以上标为补录")
    source_body = forms.ChoiceField(
        label="发来单位", required=False, help_text="由它发来的，不再向它报告（§4.3）"
    )
    enterprise = FirmField(label="报告企业", required=False, help_text="来源为企业的必填")
    caller = text_said("来电人", rows=1, required=False, length=40)
    phone = text_said("回拨电话", rows=1, required=False, length=40)
    needed = ("channel", "risk")
    parts = (
        (
            "来源",
            ("channel", "how", "arrived_at", "source_body", "enterprise", "known_at", "caller", "phone"),
        ),
        ("风险", ("risk", "may_follow", "measures_taken")),
        ("地点和类别", ("place", "event_class", "title", "counties_affected")),
    )

    def prepare(self, caller: Caller):
        bodies = Organization.objects.filter(kind__in=SOURCES, is_active=True).order_by("pk")
        self.fields["source_body"].choices = [("", "其他"), *((body.code, str(body)) for body in bodies)]

    def arrival(self) -> intake.Arrival:
        data = self.cleaned_data
        call = intake.Call(data["caller"], data["phone"])
        return intake.Arrival(data["how"], data["arrived_at"], call=call)


class FirmRiskForm(RiskForm):
    enterprise = forms.ChoiceField(label="企业")
    roles = frozenset({Role.ENTERPRISE})
    needed = ("known_at", "risk", "may_follow", "place", "measures_taken")
    parts = (
        ("什么风险、何时获知", ("enterprise", "known_at", "risk", "may_follow")),
        ("在哪里", ("place", "counties_affected", "event_class", "title")),
        ("已经做了什么", ("measures_taken",)),
    )

    def prepare(self, caller: Caller):
        own = [actor.organization for actor in caller.actors if actor.role == Role.ENTERPRISE]
        firms = Organization.objects.within(*own).filter(is_active=True).order_by("pk")
        mine = {firm.pk for firm in own}
        firms = sorted(firms, key=lambda firm: firm.pk not in mine)
        self.fields["enterprise"].choices = [(firm.code, str(firm)) for firm in firms]
        self.fields["enterprise"].initial = firms[0].code

    def arrival(self) -> intake.Arrival:
        return intake.Arrival(Channel.FORM)


@signed_in
@require_http_methods(["GET", "POST"])
def phone(request):
    """The office logs warning information while it is being told."""
    caller = require_role(request, *OFFICE)
    return _serve(
        request, caller, OfficeRiskForm, "incidents/warning/warning_intake.html", {"firms": firm_options()}
    )


@signed_in
@require_http_methods(["GET", "POST"])
def firm(request):
    """A firm reports a risk that may become an incident: within an hour of knowing (W1)."""
    caller = require_role(request, Role.ENTERPRISE)
    return _serve(request, caller, FirmRiskForm, "incidents/warning/firm_risk.html", {"office": the_office()})


def _serve(request, caller: Caller, form_class, template: str, more: dict):
    now = timezone.now()
    able = Caller(tuple(actor for actor in caller.actors if actor.role in form_class.roles))
    form = form_class(
        request.POST or None, caller=able, now=now, initial={"token": secrets.token_urlsafe(18)}
    )
    if request.method == "POST" and form.is_valid() and (number := _file(request, form, able, now)):
        return redirect(f"{reverse('warning', args=[number])}?filed={number}")
    sections = [(title, [form[name] for name in names if name in form.fields]) for title, names in form.parts]
    context = {"form": form, "sections": sections, **more}
    return render(request, template, context, status=422 if form.errors else 200)


def _file(request, form: RiskForm, caller: Caller, now) -> str | None:
    """Files it once, whatever is clicked; the number, or None when it was refused."""

    def work() -> str:
        actor = caller.actor_for("warning.receive", form.cleaned_data.get("post"))
        warning = service.receive(actor=actor, arrival=form.arrival(), facts=form.facts(), now=now)
        return warning.number

    try:
        number, done_now = once(request.user, request.path, form.cleaned_data["token"], now, work)
    except Refusal as refusal:
        add_refusal_to_form(form, refusal)
        focus_first_error(form)
        return None
    if not done_now:
        messages.info(request, f"这份预警信息已经登记过，编号 {number}，没有重复登记。")
    return number
