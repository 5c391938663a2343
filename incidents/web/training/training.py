"""培训 (§8.2): the register of courses as a list, who runs out, and which officials have not been trained this year."""

import re

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from alerts.models import Training
from incidents.models import Course, CourseAttendance, Post, Role
from incidents.personal import mask_name
from incidents.querysets import visible_rosters
from incidents.roles import OFFICE, ON_ROSTERS, Caller
from incidents.services.training import course_results, courses, training_plan
from incidents.web import register_count
from incidents.web.caller import require_role, signed_in

OF_THE_CITY = OFFICE | {Role.COMMANDER, Role.AUDITOR}
READERS = OF_THE_CITY | {Role.MEMBER, Role.COUNTY, Role.ENTERPRISE}
OF_CADRES = OF_THE_CITY | {Role.MEMBER, Role.COUNTY}
OF_WORKFORCE = OF_THE_CITY | {Role.ENTERPRISE}
SHOWN = 50
PERIODS = (30, 60)
"""Days ahead (decided)."""
YEAR = re.compile("20[0-9]{2}")


@signed_in
@require_GET
def page(request):
    caller = require_role(request, *READERS)
    today, asked = timezone.localdate(), request.GET
    rows = courses.visible(caller.actors).filter(cancelled_at=None)
    year = year_asked(request, today.year)
    rows = rows.filter(held_on__year=year)
    kind, body, words = (asked.get(name, "").strip()[:100] for name in ("kind", "body", "q"))
    if kind in Course.Kind.values:
        rows = rows.filter(kind=kind)
    if body:
        rows = rows.filter(body__code=body)
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(teacher__icontains=words) | Q(place__icontains=words))
    theirs = Q(attendances__in=courses.visible_attendances(caller.actors))
    passed = theirs & Q(attendances__result=CourseAttendance.Result.PASSED)
    rows = rows.annotate(
        listed=Count("attendances", filter=theirs), passed=Count("attendances", filter=passed)
    )
    rows = rows.order_by("-held_on", "-id").select_related("body", "expert")
    shown = Paginator(rows, SHOWN).get_page(asked.get("page"))
    query = asked.copy()
    query.pop("page", None)
    context = {
        "courses": shown,
        "kinds": Course.Kind.choices,
        "bodies": visible_rosters(caller.actors).order_by("kind", "code"),
        "year": year,
        "asked": {"kind": kind, "body": body, "q": words},
        "is_filtered": bool(kind or body or words),
        "query": query.urlencode(),
        "may_keep": bool(caller.actors_for("course.keep")),
        **tabs("courses", caller),
        "good_for": courses.GOOD_FOR,
    }
    return render(request, "incidents/training/training.html", context)


@signed_in
@require_GET
def running_out(request):
    caller = require_role(request, *READERS)
    today = timezone.localdate()
    within = PERIODS[1] if request.GET.get("days") == str(PERIODS[1]) else PERIODS[0]
    clear = {body.pk for body in courses.kept_bodies(caller.actors)}
    found = course_results.running_out(caller.actors, within=within, today=today)
    rows = [
        {
            "row": row,
            "name": row.person or (row.worker_name if row.body.pk in clear else mask_name(row.worker_name)),
            "left": row.days_left(today),
        }
        for row in found
    ]
    context = {
        "over": [row for row in rows if row["left"] < 0],
        "soon": [row for row in rows if row["left"] >= 0],
        "within": within,
        "periods": PERIODS,
        **tabs("running-out", caller),
    }
    return render(request, "incidents/training/training_running_out.html", context)


@signed_in
@require_GET
def cadres(request):
    caller = require_role(request, *OF_CADRES)
    this_year = timezone.localdate().year
    year = year_asked(request, this_year)
    found = course_results.cadres(caller.actors, year)
    context = {
        "waiting": [cadre for cadre in found if cadre.trained_on is None],
        "trained": [cadre for cadre in found if cadre.trained_on],
        "year": year,
        **tabs("cadres", caller),
        "may_keep": bool(caller.actors_for("course.keep")),
    }
    return render(request, "incidents/training/training_cadres.html", context)


@signed_in
@require_GET
def trainee(request, pk: int):
    """Somebody with an account: what he has passed until when, and his courses; where the debt of a 复训 leads."""
    caller = require_role(request, *READERS)
    bodies = visible_rosters(caller.actors)
    posts = Post.objects.filter(person=pk, is_active=True, role__in=ON_ROSTERS, organization__in=bodies)
    posts = list(posts.select_related("person", "organization"))
    if not posts:
        raise Http404("没有这个人，或不在您的范围内。")
    trainings = list(Training.objects.filter(person=pk, withdrawn_at=None).select_related("attendance"))
    seen = courses.visible_attendances(caller.actors).filter(person=pk, course__cancelled_at=None)
    context = {
        "person": posts[0].person,
        "posts": posts,
        "trainings": trainings,
        "attendances": seen.select_related("course").order_by("-course__held_on", "-pk"),
        "until": max((row.valid_until for row in trainings), default=None),
        "today": timezone.localdate(),
    }
    return render(request, "incidents/training/trainee.html", context)


def count(caller: Caller) -> register_count.Count:
    today = timezone.localdate()
    rows = courses.visible(caller.actors).filter(cancelled_at=None, held_on__year=today.year)
    soon = len(course_results.running_out(caller.actors, within=PERIODS[0], today=today))
    overdue = training_plan.visible(caller.actors).overdue(today).filter(year=today.year).count()
    waiting = [f"{soon} 人已到期或 {PERIODS[0]} 天内到期"] if soon else []
    waiting += [f"{overdue} 项计划逾期未办"] if overdue else []
    return register_count.Count(rows.count(), "，".join(waiting))


def tabs(tab: str, caller: Caller) -> dict:
    """The tab that is open, and which of those beside it this person may open."""
    return {
        "tab": tab,
        "sees_cadres": bool(caller.roles & OF_CADRES),
        "sees_workforce": bool(caller.roles & OF_WORKFORCE),
    }


def year_asked(request, usual: int) -> int:
    said = request.GET.get("year", "")
    return int(said) if YEAR.fullmatch(said) else usual
