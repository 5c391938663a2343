"""A drill is got ready (§8.3): its card, who takes part, who directs it, its script. For those alone who direct it."""

from django.contrib import messages
from django.forms import formset_factory
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from incidents.models import Post
from incidents.refusals import Refusal
from incidents.services.drill import drill_people, drill_script
from incidents.services.drill import drills as service
from incidents.web.caller import add_refusal_to_form, signed_in
from incidents.web.drill.drill_forms import CARD, SPARE, CardForm, LineForm, PostsForm
from incidents.web.drill.drills import caller_of_drills, directed, done, said

MOST_LINES = drill_script.LONGEST_SCRIPT + SPARE


@signed_in
@require_http_methods(["GET", "POST"])
def new(request):
    caller = caller_of_drills(request)
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
            messages.success(request, f"已登记演练 {drill.number}，由您导演。请选择参演岗位，编写脚本。")
            return redirect("drill-parts", drill.number)
    context = {"form": form, "drill_card": None}
    return render(request, "incidents/drill/drill_form.html", context, status=422 if form.errors else 200)


@signed_in
@require_http_methods(["GET", "POST"])
def change(request, number: str):
    caller, drill, actor = directed(request, number)
    initial = {name: getattr(drill, name) for name in CARD} | {"organizer": drill.organizer.code}
    form = CardForm(request.POST or None, caller=caller, now=timezone.now(), initial=initial)
    form.fields.pop("post", None)
    if request.method == "POST" and form.is_valid():
        try:
            service.change(actor=actor, number=number, now=timezone.now(), **form.card)
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            messages.success(request, "已保存。")
            return redirect("drill", number)
    context = {"form": form, "drill_card": drill}
    return render(request, "incidents/drill/drill_form.html", context, status=422 if form.errors else 200)


@signed_in
@require_http_methods(["GET", "POST"])
def parts(request, number: str):
    _, drill, actor = directed(request, number)
    chosen = list(drill.participants.values_list("post", flat=True))
    eligible = drill_people.eligible(drill.organizer, drill.office)
    form = PostsForm(request.POST or None, label="参演岗位", eligible=eligible, initial={"posts": chosen})
    if request.method == "POST" and form.is_valid():
        posts = form.cleaned_data["posts"]
        try:
            drill_people.invite(actor=actor, number=number, posts=posts, now=timezone.now())
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            messages.success(request, "参演岗位已保存。")
            return redirect("drill-script" if "script" in request.POST else "drill", number)
    context = {"form": form, "drill_card": drill, "on_to_script": True}
    context |= {"title": "参演岗位", "directors": service.directors(drill).select_related("person")}
    return render(request, "incidents/drill/drill_parts.html", context, status=422 if form.errors else 200)


@signed_in
@require_http_methods(["GET", "POST"])
def directors(request, number: str):
    _, drill, actor = directed(request, number)
    chosen = list(service.directors(drill).values_list("pk", flat=True))
    eligible = drill_people.eligible_directors(drill)
    form = PostsForm(request.POST or None, label="导演", eligible=eligible, initial={"posts": chosen})
    if request.method == "POST" and form.is_valid():
        posts = form.cleaned_data["posts"]
        try:
            named = drill_people.appoint(actor=actor, number=number, posts=posts, now=timezone.now())
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            messages.success(request, f"这场演练由{'、'.join(map(str, named))}导演。")
            return redirect("drill", number)
    context = {"form": form, "drill_card": drill, "title": "导演"}
    return render(request, "incidents/drill/drill_parts.html", context, status=422 if form.errors else 200)


@signed_in
@require_http_methods(["GET", "POST"])
def script(request, number: str):
    _, drill, actor = directed(request, number)
    posts = list(
        Post.objects.filter(drills__drill=drill).select_related("organization", "person").order_by("pk")
    )
    lines = formset_factory(LineForm, extra=SPARE, max_num=MOST_LINES, absolute_max=MOST_LINES)
    known = [
        {"minute": row.minute, "kind": row.kind, "post": row.participant.post_id, "words": row.words}
        for row in drill_script.readable([actor], drill)
    ]
    formset = lines(request.POST or None, initial=known, form_kwargs={"posts": posts}, prefix="line")
    wrong = ""
    if request.method == "POST" and formset.is_valid():
        written = [form.line for form in formset if not form.is_blank]
        try:
            drill_script.write_script(actor=actor, number=number, lines=written, now=timezone.now())
        except Refusal as refusal:
            wrong = str(refusal)
        else:
            messages.success(request, f"脚本已保存，共 {len(written)} 条。")
            return redirect("drill-script" if "more" in request.POST else "drill", number)
    others = drill_script.to_copy(actor).exclude(pk=drill.pk)[:50]
    context = {"formset": formset, "drill_card": drill, "others": others, "wrong": wrong, "posts": posts}
    failed = wrong or formset.is_bound and not formset.is_valid()
    return render(request, "incidents/drill/drill_script.html", context, status=422 if failed else 200)


@signed_in
@require_POST
def copy(request, number: str):
    _, _, actor = directed(request, number)
    who = {"actor": actor, "number": number, "now": timezone.now()}
    return done(
        request,
        "drill-script",
        number,
        lambda: drill_script.copy_script(**who, of=said(request, "of")),
        "已照用那次演练的脚本，请核对。",
    )
