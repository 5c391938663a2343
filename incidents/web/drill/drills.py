"""演练 (§8.3): the list, a drill's card, and the page from which it is directed while it runs.

A drill itself is real: who stands on these pages acts in his own posts, also while he is in one.
"""

from dataclasses import replace

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from alerts.models import Shift, Warning
from incidents.models import Drill, DrillParticipant, Incident
from incidents.querysets import visible_incidents
from incidents.refusals import Refusal
from incidents.roles import TABLE, Actor, Caller
from incidents.roles.of_drills import DIRECTORS
from incidents.services.drill import drill_script
from incidents.services.drill import drilling as running
from incidents.services.drill import drills as service
from incidents.web.caller import in_earnest, say_refusal, signed_in
from incidents.web.register_count import Count

Status = Drill.Status
SHOWN = 50
WORDS = {"start": "演练开始，参演人员已收到通知。", "end": "演练已结束。", "cancel": "演练已取消。"}


@signed_in
@require_GET
def page(request):
    caller = caller_of_drills(request)
    found = service.visible(caller.actors).select_related("organizer")
    rows = Paginator(found, SHOWN).get_page(request.GET.get("page"))
    playing = set(_parts_in(request, list(rows)).values_list("drill", flat=True))
    contents = dict(service.content_choices())
    for row in rows:
        row.content_names = [contents.get(code, code) for code in row.contents]
    context = {
        "rows": rows,
        "playing": playing,
        "may_plan": bool(caller.actors_for("drill.plan")),
        "sees_owed": bool(caller.roles & (DIRECTORS | {"auditor"})),
    }
    return render(request, "incidents/drill/drills.html", context)


@signed_in
@require_GET
def one(request, number: str):
    """Its card; while it runs, the page of who directs it; afterwards what is left of it."""
    return render(request, "incidents/drill/drill.html", _card(request, number))


@signed_in
@require_GET
def live(request, number: str):
    return render(request, "incidents/drill/drill_run.html", _card(request, number))


@signed_in
@require_http_methods(["GET", "POST"])
def ask(request, number: str, act: str):
    """Start, end, cancel: what can't be undone is asked again."""
    _, drill, actor = (directed if act == "start" else answered_for)(request, number)
    if request.method == "GET":
        name = "取消演练" if act == "cancel" else TABLE[f"drill.{act}"].name
        context = {"drill_card": drill, "act": act, "name": name, "parts": drill.participants.count()}
        context |= {"injects": drill.injects.count(), "on_duty": _on_duty(drill) if act == "start" else []}
        return render(request, "incidents/drill/drill_ask.html", context)
    who = {"actor": actor, "number": number, "now": timezone.now()}
    work = {
        "start": lambda: running.start(**who),
        "end": lambda: running.end(**who, reason=said(request, "reason")),
        "cancel": lambda: service.cancel(**who, reason=said(request, "reason")),
    }
    return done(request, "drill", number, work[act], WORDS[act])


def count(caller: Caller) -> Count:
    rows = service.visible(caller.actors)
    running_now = rows.filter(status=Status.RUNNING).count()
    return Count(
        rows.exclude(status=Status.CANCELLED).count(), f"{running_now} 场进行中" if running_now else ""
    )


# — what the pages of drills have in common —


def caller_of_drills(request) -> Caller:
    """Whoever may hold a drill, reads of them, or takes part in one."""
    caller = in_earnest(request)
    concerned = caller.roles & (DIRECTORS | {"auditor"})
    if not concerned and not service.visible(caller.actors).exists():
        raise Http404("没有这个页面，或您的职务看不到它。")
    return caller


def found(caller: Caller, number: str) -> Drill:
    rows = service.visible(caller.actors).select_related("organizer", "office__parent", "office__host")
    drill = rows.filter(number=number).first()
    if drill is None:
        raise Http404("没有这场演练。")
    return drill


def directed(request, number: str) -> tuple[Caller, Drill, Actor]:
    """For those alone who are named its directors."""
    return _of_those(request, number, service.directs)


def answered_for(request, number: str) -> tuple[Caller, Drill, Actor]:
    """For the body that holds it: also who does not direct it himself may end or cancel it; a director first."""
    return _of_those(request, number, service.may_direct)


def looking_on(caller: Caller, drill: Drill) -> Caller:
    """As if all his posts had been in it."""
    return Caller(tuple(replace(actor, in_drill=True, drill=drill) for actor in caller.actors))


def open_to(caller: Caller, drill: Drill) -> set[str]:
    """The numbers of what he may read."""
    actors = looking_on(caller, drill).actors
    numbers = (
        visible_incidents(actors)
        .values_list("number")
        .union(Warning.with_drills.visible_to(actors).values_list("number"))
    )
    return {number for (number,) in numbers}


def said(request, name: str) -> str:
    """Without NUL, which no text in the database can hold."""
    return request.POST.get(name, "").replace("\0", "")


def done(request, page_name: str, number: str, work, words: str):
    try:
        work()
    except Refusal as refusal:
        say_refusal(request, refusal)
    else:
        messages.success(request, words)
    return redirect(page_name, number)


def _of_those(request, number: str, may) -> tuple[Caller, Drill, Actor]:
    caller = in_earnest(request)
    drill = found(caller, number)
    able = [actor for actor in caller.actors_for("drill.start") if may(actor, drill)]
    if not able:
        raise Http404("这场演练不由您导演。")
    return caller, drill, next((actor for actor in able if service.directs(actor, drill)), able[0])


def plays_in(request, drill: Drill) -> bool:
    return _parts_in(request, [drill]).exists()


def _parts_in(request, rows):
    return DrillParticipant.objects.filter(drill__in=rows, post__person=request.user, post__is_active=True)


def _on_duty(drill: Drill) -> list[Shift]:
    """Of those who take part, who keeps a real desk at this moment."""
    playing = drill.participants.values("post__person")
    shifts = Shift.objects.at(timezone.now()).filter(person__in=playing)
    return list(shifts.select_related("organization", "person").order_by("organization", "seat"))


def _card(request, number: str) -> dict:
    caller, now = in_earnest(request), timezone.now()
    drill = found(caller, number)
    actors = caller.actors_for("drill.start")
    mine = plays_in(request, drill)
    contents = dict(service.content_choices())
    reads_all = drill_script.reads_all(caller.actors, drill)
    parts = list(drill.participants.select_related("post__organization", "post__person"))
    context = {
        "drill_card": drill,
        "contents": [contents.get(code, code) for code in drill.contents],
        "parts": parts,
        "absent": [part for part in parts if drill.started_at and not part.entered_at],
        "directors": service.directors(drill).select_related("organization"),
        "injects": drill_script.readable(caller.actors, drill),
        "reads_all": reads_all,
        "directs": any(service.directs(actor, drill) for actor in actors),
        "answers_for": any(service.may_direct(actor, drill) for actor in actors),
        "plays": mine,
        "now": now,
    }
    if drill.started_at:
        at = min(drill.ended_at, now) if drill.ended_at else now
        context |= {"story_now": drill.clock.shown(at)} | _happened(caller, drill, mine and not drill.is_over)
    return context


def _happened(caller: Caller, drill: Drill, only_ones_own: bool) -> dict:
    """The incidents and warnings of the drill; while it runs, of who takes part those that he sees in it."""
    incidents, warnings = Incident.with_drills.filter(drill=drill), Warning.with_drills.filter(drill=drill)
    if only_ones_own:
        playing = caller.in_drill(drill).actors
        incidents, warnings = visible_incidents(playing), Warning.with_drills.visible_to(playing)
    return {
        "incidents": incidents.select_related("enterprise", "county"),
        "warnings": warnings,
        "open_to": set() if only_ones_own else open_to(caller, drill),
    }
