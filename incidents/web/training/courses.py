"""One course (§8.2): its card with who took part and with what result, the acts on it, and its sign-in sheet."""

import re

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from incidents.models import Course, CourseAttendance, PlannedCourse
from incidents.personal import is_erased
from incidents.querysets import visible_rosters
from incidents.refusals import Refusal
from incidents.roles import TABLE, Actor, Caller
from incidents.services.training import course_attendance, course_erasing, course_results, training_plan
from incidents.services.training import courses as service
from incidents.web.caller import require_role, say_refusal, signed_in
from incidents.web.roster.duty_forms import ReasonForm, keepers, serve
from incidents.web.training.training import READERS
from incidents.web.training.training_forms import AttendForm, ChangedCourseForm, CourseForm

Result = CourseAttendance.Result
GET_OR_POST = ["GET", "POST"]
ROWS_OF_A_SHEET = 25
DIGITS = re.compile("[0-9]{1,15}")
RESULT = re.compile(r"result-([0-9]{1,15})")


@signed_in
@require_GET
def card(request, pk: int):
    caller, course = found(request, pk)
    keeping = keepers(caller, "course.keep", course.body)
    judging = keepers(caller, "course.judge", course.body)
    rows = listed(caller, course)
    context = {
        "course": course,
        "rows": rows,
        "counts": [(result.label, sum(row["result"] == result for row in rows)) for result in Result],
        "results": Result.choices,
        "may_keep": bool(keeping) and not course.cancelled_at,
        "may_judge": bool(judging) and not course.cancelled_at and course.held_on <= timezone.localdate(),
        "act": TABLE["course.keep"],
    }
    return render(request, "incidents/training/course.html", context)


@signed_in
@require_http_methods(GET_OR_POST)
def new(request):
    caller = require_role(request, *TABLE["course.keep"].roles)
    actors, made = caller.actors_for("course.keep"), {}
    planned = _planned(request, caller)

    def do(form, actor, now):
        made["course"] = service.keep(actor=actor, now=now, **form.said())
        if planned:
            training_plan.carry_out(actor=actor, line=planned.pk, course=made["course"].pk, now=now)
        return f"已登记培训班：{made['course']}。请登记参训人员。"

    return serve(
        request,
        code="course.keep",
        form_class=CourseForm,
        actors=actors,
        body=actors[0].organization,
        do=do,
        back=lambda: reverse("course", args=[made["course"].pk]) if made else reverse("training"),
        title="登记培训班",
        button="登记",
        about=f"落实年度计划：{planned}" if planned else "",
        initial={"name": planned.name, "kind": planned.kind, "body": planned.body.code} if planned else {},
    )


def _planned(request, caller: Caller) -> PlannedCourse | None:
    """The line of the year's plan that the course is to carry out, where the address names one."""
    said = request.GET.get("planned", "")
    rows = training_plan.visible(caller.actors_for(training_plan.ACT)).standing().select_related("body")
    return rows.filter(pk=int(said)).first() if DIGITS.fullmatch(said) else None


@signed_in
@require_http_methods(GET_OR_POST)
def change(request, pk: int):
    caller, course = found(request, pk)

    def do(form, actor, now):
        row = service.keep(actor=actor, course=pk, now=now, **form.said())
        return f"已保存：{row}。"

    names = ("name", "kind", "held_on", "hours", "place", "teacher", "valid_until", "expert")
    initial = {name: getattr(course, name) for name in names} | {"expert": course.expert_id}
    return _act(request, caller, course, "course.keep", ChangedCourseForm, do, "修改培训班", initial=initial)


@signed_in
@require_http_methods(GET_OR_POST)
def attend(request, pk: int):
    """Of one body at a time; `?of=` says of which, the course's own if nothing is said."""
    caller, course = found(request, pk)
    actors = keepers(caller, "course.keep", course.body)
    bodies = visible_rosters(actors).order_by("kind", "code")
    of = next((body for body in bodies if body.code == request.GET.get("of")), course.body)

    def do(form, actor, now):
        said = {name: form.cleaned_data[name] for name in ("names", "people") if name in form.cleaned_data}
        added = course_attendance.attend(actor=actor, course=pk, now=now, body=of.code, **said)
        return f"已登记参训人员 {len(added)} 人（{of}）。"

    return serve(
        request,
        code="course.keep",
        form_class=AttendForm,
        actors=actors,
        body=of,
        do=do,
        back=reverse("course", args=[pk]),
        template="incidents/training/course_attend.html",
        title="登记参训人员",
        course=course,
        bodies=bodies,
    )


@signed_in
@require_POST
def judge(request, pk: int):
    """The results as they stand in the table; with `rest`, all for whom none is chosen there get that one."""
    caller, course = found(request, pk)
    named = ((RESULT.fullmatch(key), said) for key, said in request.POST.items())
    results = {int(key[1]): said for key, said in named if key}
    if rest := request.POST.get("rest", ""):
        waiting = course.attendances.filter(result=Result.WAITING).values_list("pk", flat=True)
        results |= {pk: results.get(pk) or rest for pk in waiting}
    try:
        actor = _judge(caller, course)
        changed = course_results.judge(actor=actor, course=pk, results=results, now=timezone.now())
    except Refusal as refusal:
        say_refusal(request, refusal)
    else:
        messages.success(request, f"已登记 {changed} 人的结果。" if changed else "结果没有变化。")
    return redirect("course", pk)


@signed_in
@require_POST
def take_off(request, pk: int, attendance: int):
    caller, course = found(request, pk)
    try:
        actor = next(iter(keepers(caller, "course.keep", course.body)), caller.actors[0])
        course_attendance.take_off(actor=actor, course=pk, attendance=attendance, now=timezone.now())
    except Refusal as refusal:
        if refusal.status == 404:
            raise Http404(refusal.detail) from refusal
        say_refusal(request, refusal)
    else:
        messages.success(request, "已移出名单。")
    return redirect("course", pk)


@signed_in
@require_http_methods(GET_OR_POST)
def erase(request, pk: int, attendance: int):
    """The name of a worker without an account, because he asks for it."""
    caller, course = found(request, pk)
    seen = service.visible_attendances(caller.actors).filter(course=course, person=None)
    row = seen.filter(pk=attendance).select_related("body").first()
    if row is None:
        raise Http404("名单上没有这个人。")

    def do(form, actor, now):
        gone = course_erasing.erase(
            actor=actor, attendance=row.pk, reason=form.cleaned_data["reason"], now=now
        )
        return f"已从 {gone} 份名单删除这个姓名。"

    keeping = [keepers(caller, "course.keep", body) for body in (course.body, row.body)]
    return serve(
        request,
        code="course.keep",
        form_class=ReasonForm,
        actors=keeping[0] or keeping[1],
        body=row.body,
        do=do,
        back=reverse("course", args=[pk]),
        title="依申请删除姓名",
        about="从这个单位的全部培训名单和台账旁存的内容中删除，参训和结果的人次保留",
        sure="删除后不能恢复；此后不再能按人核对到期复训。理由里不要写姓名。",
    )


@signed_in
@require_http_methods(GET_OR_POST)
def cancel(request, pk: int):
    caller, course = found(request, pk)

    def do(form, actor, now):
        row = service.cancel(actor=actor, course=pk, reason=form.cleaned_data["reason"], now=now)
        return f"已撤销培训班：{row}。"

    sure = "撤销后不再列入台账，不能恢复；台账记录保留。"
    return _act(request, caller, course, "course.keep", ReasonForm, do, "撤销培训班", sure=sure)


@signed_in
@require_GET
def sheet(request, pk: int):
    """签到表: on A4, with blank rows for whoever comes besides."""
    caller, course = found(request, pk)
    rows = listed(caller, course)
    context = {"course": course, "rows": rows, "blank": range(len(rows) + 1, ROWS_OF_A_SHEET + 1)}
    return render(request, "incidents/training/course_sheet.html", context)


def found(request, pk: int) -> tuple[Caller, Course]:
    caller = require_role(request, *READERS)
    course = service.visible(caller.actors).filter(pk=pk).select_related("body", "expert").first()
    if course is None:
        raise Http404("没有这个培训班。")
    return caller, course


def listed(caller: Caller, course: Course) -> list[dict]:
    """Whom the caller may see of the list."""
    seen = service.visible_attendances(caller.actors).filter(course=course)
    seen = seen.select_related("person", "body", "course").order_by("body__kind", "body", "pk")
    kept = {body.pk for body in service.kept_bodies(caller.actors)}
    return [
        {
            "pk": row.pk,
            "name": course_attendance.shown_name(row, kept),
            "has_account": bool(row.person_id),
            "may_erase": bool({row.body_id, course.body_id} & kept)
            and not (row.person_id or is_erased(row.worker_name)),
            "body": row.body,
            "result": row.result,
            "label": row.get_result_display(),
        }
        for row in seen
    ]


def _judge(caller: Caller, course: Course) -> Actor:
    return next(iter(keepers(caller, "course.judge", course.body)), caller.actors[0])


def _act(request, caller: Caller, course: Course, code: str, form_class, do, title: str, **context):
    return serve(
        request,
        code=code,
        form_class=form_class,
        actors=keepers(caller, code, course.body),
        body=course.body,
        do=do,
        back=reverse("course", args=[course.pk]),
        title=title,
        about=f"{course}",
        **context,
    )
