"""安全管理制度和自查 (§4.1): who is silent first; a firm's rules and checks; and what it enters."""

from collections import Counter

from django import forms
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from incidents.days import later
from incidents.models import CheckInterval, Organization
from incidents.register_sight import visible_firms, visible_safety_rules
from incidents.roles import Caller
from incidents.roles.of_registers import READERS
from incidents.services.register import safety
from incidents.web.act_forms import ActForm, file_said, text_said
from incidents.web.caller import caller_of, require_role, signed_in
from incidents.web.register import register_page
from incidents.web.register.register_page import FirmForm
from incidents.web.register_count import Count
from incidents.web.roster.duty_forms import day_field

STATES = tuple(safety.FirmsSafety.STATES.items())


class RuleForm(FirmForm):
    name = text_said("制度名称", rows=1, length=100)
    adopted_on = day_field("发布日期")
    file = file_said("制度文件（可不附）")


class CheckForm(FirmForm):
    pointer_fields = {"body": "enterprise", "place": "hazard_place"}
    checked_on = day_field("自查日期")
    what = text_said("自查内容", rows=3)
    problems = text_said("发现的问题", rows=3, required=False, help_text="不填即未发现问题")
    hazard_place = text_said(
        "问题所在地点", rows=1, required=False, length=200, help_text="填写的，同时登记为事故隐患"
    )

    def prepare(self):
        super().prepare()
        self.fields["checked_on"].initial = timezone.localdate(self.now)


class RepealForm(ActForm):
    repealed_on = day_field("废止日期")

    def prepare(self):
        self.fields["repealed_on"].initial = timezone.localdate(self.now)


class IntervalForm(ActForm):
    months = forms.TypedChoiceField(
        label="每几个月自查一次",
        coerce=int,
        choices=[(n, f"{n} 个月") for n in range(1, CheckInterval.MOST + 1)],
    )


@signed_in
@require_GET
def page(request):
    caller = require_role(request, *READERS)
    found = safety.overview(caller.actors, timezone.localdate())
    context = register_page.by_firm(request, found, STATES)
    context["may_enter"] = bool(caller.actors_for("safety.check"))
    return render(request, "incidents/register/safety.html", context)


def _firm(request, code: str) -> Organization:
    firm = visible_firms(caller_of(request).actors).filter(code=code).first()
    if firm is None:
        raise Http404("没有这家企业，或不在您的范围内。")
    return firm


@signed_in
@require_GET
def one(request, code: str):
    firm, caller = _firm(request, code), caller_of(request)
    checks = firm.safety_checks.select_related("filed_by__organization", "key__enterprise")
    shown, query = register_page.paged(request, checks)
    last = next(iter(shown), None) if shown.number == 1 else checks.first()
    months = safety.months_of(firm)
    due_on = last and later(last.checked_on, months)
    context = {
        "firm": firm,
        "rules": firm.safety_rules.select_related("file"),
        "rows": shown,
        "query": query,
        "months": months,
        "due_on": due_on,
        "overdue": bool(due_on and due_on < timezone.localdate()),
        "may_enter": bool(caller.actors_for("safety.check")),
        "may_set": bool(caller.actors_for("safety.interval")),
    }
    return render(request, "incidents/register/safety_firm.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def new_rule(request):
    def do(form, data, who):
        said = {"name": data["name"], "adopted_on": data["adopted_on"]}
        row = safety.state_rule(body=form.firm, file=form.received, **who, **said)
        return reverse("safety", args=[form.firm.code]), f"已登记{row}。"

    return register_page.serve(request, "safety.rule", RuleForm, do, back=reverse("safety-firms"))


@signed_in
@require_http_methods(["GET", "POST"])
def new_check(request):
    def do(form, data, who):
        names = ("checked_on", "what", "problems", "hazard_place")
        row = safety.file_check(body=form.firm, **who, **{name: data[name] for name in names})
        return reverse("safety", args=[form.firm.code]), f"已报送 {row.number}。"

    return register_page.serve(request, "safety.check", CheckForm, do, back=reverse("safety-firms"))


@signed_in
@require_http_methods(["GET", "POST"])
def repeal(request, pk: int):
    row = visible_safety_rules(caller_of(request).actors).select_related("body").filter(pk=pk).first()
    if row is None:
        raise Http404("没有这项安全管理制度。")
    back = reverse("safety", args=[row.body.code])

    def do(form, data, who):
        safety.repeal_rule(rule=pk, repealed_on=data["repealed_on"], **who)
        return back, f"{row}已废止。"

    sure = f"废止{row}，不能恢复；有新版的另行登记。"
    return register_page.serve(request, "safety.repeal", RepealForm, do, back=back, sure=sure)


@signed_in
@require_http_methods(["GET", "POST"])
def interval(request, code: str):
    firm = _firm(request, code)
    back = reverse("safety", args=[firm.code])

    def do(form, data, who):
        row = safety.set_interval(body=firm, months=data["months"], **who)
        return back, f"{firm}每 {row.months} 个月自查一次。"

    return register_page.serve(request, "safety.interval", IntervalForm, do, back=back)


def count(caller: Caller) -> Count:
    found = safety.overview(caller.actors, timezone.localdate())
    counts = Counter(each.state for each in found)
    named = [f"{counts[name]} 家{label}" for name, label in STATES[:2] if counts[name]]
    return Count(sum(each.rules for each in found), "，".join(named))
