"""重点时期 (§4.1): the list, the table of who has said so on which day, and the forms around it."""

from datetime import date

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from incidents.models import KeyPeriod, Organization, Role
from incidents.querysets import sees_office_matters
from incidents.refusals import Refusal
from incidents.roles import TABLE, Caller
from incidents.services import key_periods, roll_calls
from incidents.web.act_forms import text_said
from incidents.web.caller import add_refusal_to_form, require_role, say_refusal, signed_in
from incidents.web.choosers import add_post_choice, dress
from incidents.web.key_period_table import Table, silent_today
from incidents.web.once import once
from incidents.web.register_count import Count
from incidents.web.times import PLAIN_WORDS

READERS = (
    Role.DUTY_OFFICER,
    Role.OFFICE_DIRECTOR,
    Role.COMMANDER,
    Role.AUDITOR,
    Role.COUNTY,
    Role.ENTERPRISE,
)
PER_PAGE = 30
QUIET = [("yes", "无情况"), ("no", "有情况")]


class OnceForm(forms.Form):
    """A form of the office's or a body's own, sent once however often it is sent."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=60)

    def __init__(self, data=None, *, caller: Caller, code: str, initial=None):
        super().__init__(data, initial={"token": get_random_string(24)} | (initial or {}))
        self.caller, self.code = caller, code
        for field in self.fields.values():
            field.error_messages |= PLAIN_WORDS
        add_post_choice(self, caller, code)

    def actor(self):
        return self.caller.actor_for(self.code, self.cleaned_data.get("post"))

    def said(self) -> dict:
        return {name: value for name, value in self.cleaned_data.items() if name not in ("token", "post")}


def day_field(label: str, **kwargs) -> forms.DateField:
    errors = {"invalid": "请填写日期，如 2026-11-11。", "required": f"请填写{label}日期。"}
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=errors, **kwargs)


class DeclareForm(OnceForm):
    kind = forms.ChoiceField(label="类别", choices=KeyPeriod.Kind.choices)
    name = text_said("名称", rows=1, length=60, help_text="如：2026年双11旺季")
    starts_on = day_field("起")
    ends_on = day_field("止")
    due_by = forms.TimeField(
        label="每日截止时刻（内部规定，默认 17:00）",
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={"invalid": "请填写时刻，如 17:00。", "required": "请填写每日截止时刻。"},
    )
    all_firms = forms.BooleanField(label="全部在用企业", required=False)
    all_counties = forms.BooleanField(label="全部县区", required=False)
    bodies = forms.MultipleChoiceField(
        label="另选报送单位",
        required=False,
        widget=forms.SelectMultiple({"size": 8}),
        help_text="按住 Ctrl 可多选；与上面两项合并计算",
        error_messages={"invalid_choice": "没有可以选择的单位“%(value)s”。"},
    )
    note = text_said("要求", rows=2, length=300, required=False)

    def __init__(self, data=None, *, caller: Caller):
        initial = {"due_by": key_periods.DUE_BY, "starts_on": timezone.localdate()}
        super().__init__(data, caller=caller, code="period.declare", initial=initial)
        office = caller.actors_for("period.declare")[0].organization
        self.offered = list(key_periods.may_owe(office))
        kinds = {Organization.Kind.COUNTY: "县区", Organization.Kind.ENTERPRISE: "企业"}
        self.fields["bodies"].choices = [
            (label, [(body.code, str(body)) for body in self.offered if body.kind == kind])
            for kind, label in kinds.items()
        ]
        dress(self)

    def said(self) -> dict:
        said = super().said()
        whole = {
            Organization.Kind.ENTERPRISE: said.pop("all_firms"),
            Organization.Kind.COUNTY: said.pop("all_counties"),
        }
        codes = [body.code for body in self.offered if whole[body.kind]]
        return said | {"bodies": [*codes, *said["bodies"]]}


class EndForm(OnceForm):
    reason = text_said("理由", rows=2, length=300)


class QuietForm(OnceForm):
    body = forms.ChoiceField(label="报送单位", error_messages={"required": "请选择报送单位。"})
    day = day_field("所报")
    is_quiet = forms.ChoiceField(
        label="情况",
        choices=QUIET,
        widget=forms.RadioSelect,
        error_messages={"required": "请说明无情况还是有情况。"},
    )
    words = text_said(
        "什么情况", length=2000, required=False, help_text="有情况的写明；机要通信及涉密内容不得填入"
    )

    def __init__(self, data=None, *, caller: Caller, bodies: list[Organization], initial: dict):
        super().__init__(data, caller=caller, code="zero.report", initial=initial)
        self.fields["body"].choices = [(body.code, str(body)) for body in bodies]
        if len(bodies) == 1:
            self.fields["body"].widget = forms.HiddenInput()
            self.initial["body"] = bodies[0].code
        else:
            self.fields["body"].choices = [("", "请选择"), *self.fields["body"].choices]
        dress(self)

    def said(self) -> dict:
        said = super().said()
        return said | {"is_quiet": said["is_quiet"] == "yes"}


@signed_in
@require_GET
def page(request):
    caller = require_role(request, *READERS)
    rows = key_periods.visible(caller.actors).order_by("-starts_on", "-pk")
    found = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    context = {
        "page": found,
        "rows": [{"period": period, "runs": period.runs(now)} for period in found],
        "may_declare": bool(caller.actors_for("period.declare")),
    }
    return render(request, "incidents/key_periods.html", context)


@signed_in
@require_GET
def one(request, number: str):
    caller = require_role(request, *READERS)
    period = find(caller, number)
    now = timezone.now()
    sees_all = sees_office_matters(caller.actors)
    bodies = _bodies(period, None if sees_all else caller)
    table = Table(period, bodies, now, until=_day(request.GET.get("until")), whole="print" in request.GET)
    calls = roll_calls.visible(caller.actors).filter(period=period)
    context = {
        "period": period,
        "table": table,
        "calls": calls[:20],
        "sees_all": sees_all,
        "runs": period.runs(now),
        "now": now,
        "today": timezone.localdate(now),
        "may": {code.replace(".", "_"): bool(caller.actors_for(code)) for code in ACTS}
        if period.runs(now)
        else {},
        "may_report": _may_report(caller, period),
    }
    return render(request, "incidents/key_period.html", context)


ACTS = ("period.end", "period.chase", "roll.call")


@signed_in
@require_http_methods(["GET", "POST"])
def declare(request):
    caller = able(request, "period.declare")
    form = DeclareForm(request.POST or None, caller=caller)

    def work():
        return key_periods.declare(actor=form.actor(), now=timezone.now(), **form.said()).number

    number = sent(request, form, work)
    if number:
        messages.success(request, f"已发布 {number}，各单位已得到通知。")
        return redirect("key-period", number)
    return shown(request, "period.declare", form)


@signed_in
@require_http_methods(["GET", "POST"])
def end(request, number: str):
    caller = able(request, "period.end")
    period = find(caller, number)
    form = dress(EndForm(request.POST or None, caller=caller, code="period.end"))

    def work():
        return key_periods.end(actor=form.actor(), number=number, now=timezone.now(), **form.said()).number

    if sent(request, form, work):
        messages.success(request, f"{period} 已提前结束。")
        return redirect("key-period", number)
    sure = "结束后不能恢复；已经超时未报的仍记为未报。"
    return shown(request, "period.end", form, period, sure=sure)


@signed_in
@require_http_methods(["GET", "POST"])
def report(request, number: str):
    """零报告 by the body itself; by the office, what it was told on the telephone."""
    caller = able(request, "zero.report")
    period = find(caller, number)
    if not _may_report(caller, period):
        raise Http404("没有这个页面，或您的单位不在其中。")
    bodies = _bodies(period, caller)
    initial = {"day": timezone.localdate(), "body": request.GET.get("body", "")}
    if day := _day(request.GET.get("day")):
        initial["day"] = day
    form = QuietForm(request.POST or None, caller=caller, bodies=bodies, initial=initial)

    def work():
        row = key_periods.report(actor=form.actor(), number=number, now=timezone.now(), **form.said())
        return "quiet" if row.is_quiet else "news"

    said = sent(request, form, work)
    if said:
        messages.success(request, "零报告已收到。")
        if said == "news" and caller.roles & {Role.ENTERPRISE}:
            messages.warning(
                request, "有情况的，请接着报告突发事件或预警信息（§4.2、5.2.1），零报告不能代替。"
            )
        return redirect("key-period", number)
    return shown(request, "zero.report", form, period, one_tap=len(bodies) == 1)


@signed_in
@require_POST
def chase(request, number: str):
    caller = able(request, "period.chase")
    try:
        count = key_periods.chase(actor=caller.actor_for("period.chase"), number=number, now=timezone.now())
    except Refusal as refusal:
        say_refusal(request, refusal)
    else:
        messages.success(request, f"已催报 {count} 个单位。")
    return redirect("key-period", number)


def count(caller: Caller) -> Count:
    """For the office: who is silent today; for a body: whether it is itself."""
    now = timezone.now()
    seen = key_periods.visible(caller.actors)
    running = seen.filter(ended_at=None, ends_on__gte=timezone.localdate(now))
    silent = sum(
        len(
            silent_today(period, _bodies(period, None if sees_office_matters(caller.actors) else caller), now)
        )
        for period in running
    )
    return Count(seen.count(), f"今日未报 {silent} 家" if silent else "")


# — what several of them need —


def able(request, code: str) -> Caller:
    return require_role(request, *TABLE[code].roles)


def find(caller: Caller, number: str) -> KeyPeriod:
    period = key_periods.visible(caller.actors).filter(number=number).select_related("office").first()
    if period is None:
        raise Http404("没有这个重点时期。")
    return period


def _bodies(period: KeyPeriod, caller: Caller | None) -> list[Organization]:
    """All of the period's, or those that the caller speaks for."""
    bodies = period.bodies.order_by("kind", "code")
    if caller is not None:
        codes = caller.actors_for("zero.report")
        mine = {pk for actor in codes for pk in key_periods.own(actor).values_list("pk", flat=True)}
        bodies = bodies.filter(pk__in=mine)
    return list(bodies)


def _may_report(caller: Caller, period: KeyPeriod) -> bool:
    return bool(caller.actors_for("zero.report")) and bool(_bodies(period, caller))


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 2000 <= day.year < 2100 else None


def sent(request, form, work) -> str | None:
    """What the work answered; None where there is something to mend, or nothing was sent yet."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        answer, _ = once(request.user, request.path, form.cleaned_data["token"], timezone.now(), work)
    except Refusal as refusal:
        add_refusal_to_form(form, refusal)
        return None
    return answer


def shown(request, code: str, form, period: KeyPeriod | None = None, **more):
    context = {"act": TABLE[code], "form": form, "period": period} | more
    return render(request, "incidents/key_period_form.html", context, status=422 if form.errors else 200)
