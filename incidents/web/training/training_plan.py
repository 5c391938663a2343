"""年度培训计划 (§8.2): what each body means to teach in a year, and what of it was held."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from incidents.models import PlannedCourse
from incidents.querysets import visible_rosters
from incidents.roles import TABLE, Caller
from incidents.services.training import training_plan as service
from incidents.services.training.courses import kept_bodies
from incidents.web.caller import require_role, signed_in
from incidents.web.roster.duty_forms import ReasonForm, keepers, serve
from incidents.web.training.training import READERS, tabs, year_asked
from incidents.web.training.training_forms import CarriedOutForm, ChangedPlannedForm, PlannedForm

PLAN = TABLE[service.ACT]
GET_OR_POST = ["GET", "POST"]
STATES = {"held": "已办", "arranged": "已安排", "planned": "待办", "overdue": "逾期未办"}


@signed_in
@require_GET
def page(request):
    caller = require_role(request, *READERS)
    today = timezone.localdate()
    year = year_asked(request, today.year)
    body, seen = request.GET.get("body", "").strip()[:40], service.visible(caller.actors)
    if body:
        seen = seen.filter(body__code=body)
    rows = seen.standing().filter(year=year).select_related("body", "course").order_by("body", "month", "pk")
    kept = {each.pk for each in kept_bodies(caller.actors_for(PLAN.code))}
    context = {
        "lines": [
            (row, row.state_on(today), STATES[row.state_on(today)], row.body_id in kept) for row in rows
        ],
        "standing": service.standing(seen, service.planning(caller.actors), year, today),
        "bodies": visible_rosters(caller.actors).order_by("kind", "code"),
        "body": body,
        "year": year,
        "may_keep": bool(kept),
        **tabs("plan", caller),
    }
    return render(request, "incidents/training/training_plan.html", context)


@signed_in
@require_http_methods(GET_OR_POST)
def new(request):
    caller = require_role(request, *PLAN.roles)
    actors, today = caller.actors_for(PLAN.code), timezone.localdate()

    def do(form, actor, now):
        return f"已列入年度培训计划：{service.keep(actor=actor, now=now, **form.said())}。"

    initial = {"year": year_asked(request, today.year), "month": today.month}
    body = actors[0].organization
    return _serve(request, PlannedForm, actors, body, do, "列入年度培训计划", button="列入", initial=initial)


@signed_in
@require_http_methods(GET_OR_POST)
def change(request, pk: int):
    caller, row = found(request, pk)

    def do(form, actor, now):
        return f"已保存：{service.keep(actor=actor, line=pk, now=now, **form.said())}。"

    names = ("year", "month", "name", "kind", "audience", "people")
    initial = {name: getattr(row, name) for name in names}
    actors = keepers(caller, PLAN.code, row.body)
    return _serve(
        request, ChangedPlannedForm, actors, row.body, do, "修改年度培训计划", button="保存", initial=initial
    )


@signed_in
@require_http_methods(GET_OR_POST)
def drop(request, pk: int):
    caller, row = found(request, pk)

    def do(form, actor, now):
        dropped = service.drop(actor=actor, line=pk, reason=form.cleaned_data["reason"], now=now)
        return f"已取消：{dropped}。"

    actors = keepers(caller, PLAN.code, row.body)
    sure = "取消后不再列入年度计划，不能恢复；台账记录保留。"
    return _serve(request, ReasonForm, actors, row.body, do, "取消年度培训计划", about=str(row), sure=sure)


@signed_in
@require_http_methods(GET_OR_POST)
def carry_out(request, pk: int):
    """Which course carries it out, where that was registered without a word of the plan."""
    caller, row = found(request, pk)

    class Form(CarriedOutForm):
        def prepare(self):
            choices = [(course.pk, f"{course.held_on} {course}") for course in service.courses_for(row)]
            self.fields["course"].choices = [self.fields["course"].choices[0], *choices]

    def do(form, actor, now):
        service.carry_out(actor=actor, line=pk, course=form.cleaned_data["course"], now=now)
        return f"已保存：{row}。"

    actors = keepers(caller, PLAN.code, row.body)
    initial = {"course": row.course_id}
    return _serve(
        request,
        Form,
        actors,
        row.body,
        do,
        "由哪个培训班落实",
        about=str(row),
        button="保存",
        initial=initial,
    )


def found(request, pk: int) -> tuple[Caller, PlannedCourse]:
    caller = require_role(request, *READERS)
    rows = service.visible(caller.actors).standing().select_related("body", "course")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404("没有这项培训计划。")
    return caller, row


def _serve(request, form_class, actors, body, do, title: str, **context):
    return serve(
        request,
        code=PLAN.code,
        form_class=form_class,
        actors=actors,
        body=body,
        do=do,
        back=reverse("training-plan"),
        title=title,
        **context,
    )
