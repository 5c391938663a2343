"""重点时期 (§4.1): the list, the table of who has said so on which day, and the forms around it."""

from datetime import date, datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alerts.services.directory import Directory
from incidents.models import KeyPeriod, Organization, Role
from incidents.querysets import sees_office_matters
from incidents.roles import Caller
from incidents.services.register import key_periods, period_bodies, roll_calls, zero_reports
from incidents.web.caller import require_role, signed_in
from incidents.web.choosers import dress
from incidents.web.register.key_period_forms import ChangeForm, DeclareForm, EndForm, MoveForm, QuietForm
from incidents.web.register.key_period_page import READERS, able, chased, find, sent, shown
from incidents.web.register.key_period_table import Table, silent_today
from incidents.web.register_count import Count as RegisterCount

PER_PAGE = 30


@signed_in
@require_GET
def page(request):
    caller = require_role(request, *READERS)
    rows = key_periods.visible(caller.actors).order_by("-starts_on", "-pk")
    found = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    context = {
        "page": found,
        "rows": [{"period": period, "state": _state(period, now)} for period in found],
        "may_declare": bool(caller.actors_for("period.declare")),
    }
    return render(request, "incidents/register/key_periods.html", context)


@signed_in
@require_GET
def one(request, number: str):
    caller = require_role(request, *READERS)
    period = find(caller, number)
    now = timezone.now()
    sees_all = sees_office_matters(caller.actors)
    bodies = _bodies(period, None if sees_all else caller)
    table = Table(period, bodies, now, until=_day(request.GET.get("until")), whole="print" in request.GET)
    silent = Q(answers__answered_at=None, answers__body__in=bodies)
    calls = roll_calls.visible(caller.actors).filter(period=period)
    calls = calls.annotate(silent=Count("answers", filter=silent))
    context = {
        "period": period,
        "table": table,
        "calls": calls[:20],
        "sees_all": sees_all,
        "runs": period.runs(now),
        "has_begun": period.has_begun(now),
        "moves": period.moves.select_related("moved_by__organization"),
        "changes": period_bodies.history(period, bodies),
        "silent": _silent(table, now) if sees_all else [],
        "now": now,
        "today": timezone.localdate(now),
        "may": {code.replace(".", "_"): bool(caller.actors_for(code)) for code in ACTS}
        if period.runs(now)
        else {},
        "may_report": _may_report(caller, period),
        "is_asked": sees_all or any(map(table.is_asked, bodies)),
        "token": get_random_string(24),
    }
    return render(request, "incidents/register/key_period.html", context)


ACTS = ("period.move", "period.change", "period.end", "period.chase", "roll.call")


@signed_in
@require_http_methods(["GET", "POST"])
def declare(request):
    caller = able(request, "period.declare")
    form = DeclareForm(request.POST or None, caller=caller)

    def work():
        return key_periods.declare(actor=form.actor(), now=timezone.now(), **form.said()).number

    number = sent(request, form, work)
    if number:
        reach = period_bodies.reach(find(caller, number), timezone.now())
        messages.success(request, f"已发布 {number}：通知 {reach}。")
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
def move(request, number: str):
    """延长 or 缩短."""
    caller = able(request, "period.move")
    period = find(caller, number)
    initial = {"ends_on": period.ends_on}
    form = dress(MoveForm(request.POST or None, caller=caller, code="period.move", initial=initial))

    def work():
        moved = key_periods.move_end(actor=form.actor(), number=number, now=timezone.now(), **form.said())
        return f"已{moved.word}至 {moved.ends_on}"

    if words := sent(request, form, work):
        messages.success(request, f"{period} {words}。")
        return redirect("key-period", number)
    sure = "增加的日子，各单位须逐日报送；减去的日子不再须报。已经超时未报的仍记为未报。"
    return shown(request, "period.move", form, period, sure=sure)


@signed_in
@require_http_methods(["GET", "POST"])
def change(request, number: str):
    """Bodies are added, or asked no longer."""
    caller = able(request, "period.change")
    period = find(caller, number)
    form = ChangeForm(request.POST or None, caller=caller, period=period)

    def work():
        changes = period_bodies.change_bodies(
            actor=form.actor(), number=number, now=timezone.now(), **form.said()
        )
        joined = sum(each.joins for each in changes)
        left = len(changes) - joined
        words = [f"增加 {joined} 个单位"] * bool(joined) + [f"{left} 个单位退出"] * bool(left)
        return f"{period}已{'，'.join(words)}"

    if done := sent(request, form, work):
        reach = period_bodies.reach(period, timezone.now())
        messages.success(request, f"{done}；现须报送的有 {reach}。")
        return redirect("key-period", number)
    sure = (
        "增加的单位自下一个截止时刻起逐日报送，并参加以后的点名；退出的不再须报，已经超时未报的仍记为未报。"
    )
    return shown(request, "period.change", form, period, sure=sure)


@signed_in
@require_http_methods(["GET", "POST"])
def report(request, number: str):
    """零报告 by the body itself; by the office, what it was told on the telephone."""
    caller = able(request, "zero.report")
    period = find(caller, number)
    if not _may_report(caller, period):
        raise Http404("没有这个页面，或您的单位不在其中。")
    bodies = _bodies(period, caller)
    day = _day(request.GET.get("day")) or timezone.localdate()
    initial = {"day": day, "body": request.GET.get("body", "")}
    form = QuietForm(request.POST or None, caller=caller, code="zero.report", bodies=bodies, initial=initial)

    def work():
        row = zero_reports.report(actor=form.actor(), number=number, now=timezone.now(), **form.said())
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
    actor = able(request, "period.chase").actor_for("period.chase")

    def work():
        return zero_reports.chase(actor=actor, number=number, now=timezone.now())

    return chased(request, "催报", work, "key-period", number)


def count(caller: Caller) -> RegisterCount:
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
    return RegisterCount(seen.count(), f"今日未报 {silent} 家" if silent else "")


def _state(period: KeyPeriod, now: datetime) -> str:
    if period.ended_at:
        return "已提前结束"
    if not period.runs(now):
        return "已结束"
    return "进行中" if period.has_begun(now) else "未开始"


def _silent(table: Table, now: datetime) -> list[dict]:
    """Who has said nothing of today, and whom to telephone."""
    silent = table.silent_today
    directory = Directory(silent, at=now)
    return [{"body": body, "people": directory.reached_for(body)} for body in silent]


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
