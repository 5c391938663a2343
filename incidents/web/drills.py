"""演练 (§8.3): the list, a drill's card, its script, and the page from which it is directed while it runs.

A drill itself is real: who stands on these pages acts in his own posts, also while he is in one.
"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import formset_factory
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alerts.models import Warning
from incidents.models import Drill, DrillParticipant, Incident, Inject, Post
from incidents.refusals import Refusal
from incidents.roles import TABLE, Actor, Caller
from incidents.roles.of_drills import DIRECTORS
from incidents.services import drilling as running
from incidents.services import drills as service
from incidents.web import drilling
from incidents.web.caller import add_refusal_to_form, caller_of, in_earnest, say_refusal, signed_in
from incidents.web.drill_forms import CARD, SPARE, CardForm, HandleForm, LineForm, PartsForm
from incidents.web.register_count import Count

Status = Drill.Status
SHOWN = 50
MOST_LINES = service.LONGEST_SCRIPT + SPARE


@signed_in
@require_GET
def page(request):
    caller = _caller(request)
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
    return render(request, "incidents/drills.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def new(request):
    caller = _caller(request)
    if not caller.actors_for("drill.plan"):
        raise Http404("没有这个页面，或您的职务看不到它。")
    form = CardForm(request.POST or None, caller=caller, now=timezone.now())
    if request.method == "POST" and form.is_valid():
        try:
            actor = caller.actor_for("drill.plan", form.cleaned_data.get("post"))
            drill = service.plan(actor=actor, now=timezone.now(), **form.card)
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            messages.success(request, f"已登记演练 {drill.number}。请选择参演岗位，编写脚本。")
            return redirect("drill-parts", drill.number)
    context = {"form": form, "drill_card": None}
    return render(request, "incidents/drill_form.html", context, status=422 if form.errors else 200)


@signed_in
@require_http_methods(["GET", "POST"])
def change(request, number: str):
    caller, drill, _ = _directed(request, number)
    initial = {name: getattr(drill, name) for name in CARD} | {"organizer": drill.organizer.code}
    form = CardForm(request.POST or None, caller=caller, now=timezone.now(), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actor = caller.actor_for("drill.plan", form.cleaned_data.get("post"))
            service.change(actor=actor, number=number, now=timezone.now(), **form.card)
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            messages.success(request, "已保存。")
            return redirect("drill", number)
    context = {"form": form, "drill_card": drill}
    return render(request, "incidents/drill_form.html", context, status=422 if form.errors else 200)


@signed_in
@require_http_methods(["GET", "POST"])
def parts(request, number: str):
    _, drill, actor = _directed(request, number)
    chosen = list(drill.participants.values_list("post", flat=True))
    eligible = service.eligible(drill.organizer, drill.office)
    form = PartsForm(request.POST or None, eligible=eligible, initial={"posts": chosen})
    if request.method == "POST" and form.is_valid():
        try:
            service.invite(actor=actor, number=number, posts=form.cleaned_data["posts"], now=timezone.now())
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            messages.success(request, "参演岗位已保存。")
            return redirect("drill-script" if "script" in request.POST else "drill", number)
    context = {"form": form, "drill_card": drill}
    return render(request, "incidents/drill_parts.html", context, status=422 if form.errors else 200)


@signed_in
@require_http_methods(["GET", "POST"])
def script(request, number: str):
    _, drill, actor = _directed(request, number)
    posts = list(
        Post.objects.filter(drills__drill=drill).select_related("organization", "person").order_by("pk")
    )
    lines = formset_factory(LineForm, extra=SPARE, max_num=MOST_LINES, absolute_max=MOST_LINES)
    known = [
        {"minute": row.minute, "kind": row.kind, "post": row.participant.post_id, "words": row.words}
        for row in drill.injects.select_related("participant")
    ]
    formset = lines(request.POST or None, initial=known, form_kwargs={"posts": posts}, prefix="line")
    wrong = ""
    if request.method == "POST" and formset.is_valid():
        said = [form for form in formset if not form.is_blank]
        try:
            service.write_script(
                actor=actor, number=number, lines=[form.line for form in said], now=timezone.now()
            )
        except Refusal as refusal:
            wrong = str(refusal)
        else:
            messages.success(request, f"脚本已保存，共 {len(said)} 条。")
            return redirect("drill-script" if "more" in request.POST else "drill", number)
    others = (
        service.visible(in_earnest(request).actors)
        .exclude(pk=drill.pk)
        .filter(injects__isnull=False)
        .distinct()
    )
    context = {"formset": formset, "drill_card": drill, "others": others[:50], "wrong": wrong, "posts": posts}
    failed = wrong or formset.is_bound and not formset.is_valid()
    return render(request, "incidents/drill_script.html", context, status=422 if failed else 200)


@signed_in
@require_POST
def copy(request, number: str):
    _, drill, actor = _directed(request, number)
    return _done(
        request,
        "drill-script",
        number,
        lambda: service.copy_script(actor=actor, number=number, of=_said(request, "of"), now=timezone.now()),
        "已照用那次演练的脚本，请核对。",
    )


@signed_in
@require_GET
def one(request, number: str):
    """Its card; while it runs, the page of who directs it; afterwards what is left of it."""
    return render(request, "incidents/drill.html", _card(request, number))


@signed_in
@require_GET
def live(request, number: str):
    return render(request, "incidents/drill_run.html", _card(request, number))


@signed_in
@require_http_methods(["GET", "POST"])
def ask(request, number: str, act: str):
    """Start, end, cancel: what can't be undone is asked again."""
    _, drill, actor = _directed(request, number)
    if request.method == "GET":
        names = {"start": TABLE["drill.start"].name, "end": TABLE["drill.end"].name, "cancel": "取消演练"}
        context = {"drill_card": drill, "act": act, "name": names[act], "parts": drill.participants.count()}
        return render(request, "incidents/drill_ask.html", context | {"injects": drill.injects.count()})
    who = {"actor": actor, "number": number, "now": timezone.now()}
    work = {
        "start": lambda: running.start(**who),
        "end": lambda: running.end(**who),
        "cancel": lambda: service.cancel(**who, reason=_said(request, "reason")),
    }
    words = {"start": "演练开始，参演人员已收到通知。", "end": "演练已结束。", "cancel": "演练已取消。"}
    return _done(request, "drill", number, work[act], words[act])


@signed_in
@require_POST
def enter(request, number: str):
    drill = _found(in_earnest(request), number)
    if not drill.is_running or not _parts_in(request, [drill]).exists():
        messages.error(request, "演练未在进行，或您没有参演岗位，不能进入。（§8.3）")
        return redirect("drill", number)
    drilling.enter(request, drill)
    messages.success(request, "您已进入演练：所见所办都是演练，退出前看不到真实事件。")
    return redirect("home")


@signed_in
@require_POST
def leave(request):
    drilling.leave(request)
    messages.success(request, "您已退出演练，回到真实工作。")
    return redirect("home")


@signed_in
@require_http_methods(["GET", "POST"])
def inject(request, pk: int):
    """A line of the script, for whom it reached."""
    rows = Inject.objects.select_related("drill", "participant__post__organization", "handled_by")
    rows = rows.filter(pk=pk, delivered_at__isnull=False)
    row = rows.filter(participant__post__person=request.user).exclude(kind=Inject.Kind.DEAD_PHONE).first()
    if row is None:
        raise Http404("没有这条情景。")
    is_inside = request.drill == row.drill
    form = HandleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actor = next((a for a in caller_of(request).actors if a.post == row.participant.post), None)
        try:
            running.handle(
                actor=actor or Actor(), inject=pk, words=form.cleaned_data["words"], now=timezone.now()
            )
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            messages.success(request, "已记录处置情况。")
            return redirect("inbox")
    context = {"row": row, "form": form, "is_inside": is_inside}
    return render(request, "incidents/drill_inject.html", context, status=422 if form.errors else 200)


def count(caller: Caller) -> Count:
    rows = service.visible(caller.actors)
    running_now = rows.filter(status=Status.RUNNING).count()
    return Count(
        rows.exclude(status=Status.CANCELLED).count(), f"{running_now} 场进行中" if running_now else ""
    )


def _caller(request) -> Caller:
    """Whoever may hold a drill, reads of them, or takes part in one."""
    caller = in_earnest(request)
    concerned = caller.roles & (DIRECTORS | {"auditor"})
    if not concerned and not service.visible(caller.actors).exists():
        raise Http404("没有这个页面，或您的职务看不到它。")
    return caller


def _found(caller: Caller, number: str) -> Drill:
    rows = service.visible(caller.actors).select_related("organizer", "office__parent", "office__host")
    drill = rows.filter(number=number).first()
    if drill is None:
        raise Http404("没有这场演练。")
    return drill


def _directed(request, number: str) -> tuple[Caller, Drill, Actor]:
    """For those alone who direct it."""
    caller = in_earnest(request)
    drill = _found(caller, number)
    able = [actor for actor in caller.actors_for("drill.start") if service.directs(actor, drill)]
    if not able:
        raise Http404("这场演练不由您导演。")
    return caller, drill, able[0]


def _parts_in(request, rows):
    return DrillParticipant.objects.filter(drill__in=rows, post__person=request.user, post__is_active=True)


def _card(request, number: str) -> dict:
    caller, now = in_earnest(request), timezone.now()
    drill = _found(caller, number)
    directs = any(service.directs(actor, drill) for actor in caller.actors_for("drill.start"))
    mine = _parts_in(request, [drill]).exists()
    shows_script = directs or drill.is_over or not mine
    contents = dict(service.content_choices())
    context = {
        "drill_card": drill,
        "contents": [contents.get(code, code) for code in drill.contents],
        "parts": drill.participants.select_related("post__organization", "post__person"),
        "injects": drill.injects.select_related(
            "participant__post__organization", "participant__post__person", "handled_by"
        )
        if shows_script
        else [],
        "shows_script": shows_script,
        "directs": directs,
        "plays": mine,
        "now": now,
    }
    if drill.started_at:
        at = min(drill.ended_at, now) if drill.ended_at else now
        context |= {
            "story_now": drill.clock.shown(at),
            "incidents": Incident.with_drills.filter(drill=drill).select_related("enterprise", "county"),
            "warnings": Warning.with_drills.filter(drill=drill),
        }
    return context


def _said(request, name: str) -> str:
    """Without NUL, which no text in the database can hold."""
    return request.POST.get(name, "").replace("\0", "")


def _done(request, page_name: str, number: str, work, words: str):
    try:
        work()
    except Refusal as refusal:
        say_refusal(request, refusal)
    else:
        messages.success(request, words)
    return redirect(page_name, number)
