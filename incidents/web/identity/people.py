"""人员: the administrator's screens for accounts, posts, sign-ins and who takes over from whoever leaves (domain §5).

Everything is done by the services; Django's admin shows the same accounts and changes none.
"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from incidents.models import Post, User
from incidents.refusals import Refusal
from incidents.roles import TABLE, Actor, Caller
from incidents.services.identity import leaving, lockouts, open_duties, signed_in
from incidents.services.identity import people as service
from incidents.services.transaction import use_case
from incidents.web.caller import add_refusal_to_form, require_role, say_refusal
from incidents.web.caller import signed_in as for_signed_in
from incidents.web.identity.people_forms import (
    FactsForm,
    FilterForm,
    LeavingForm,
    NewAccountForm,
    PostForm,
    bodies_by_kind,
)
from incidents.web.identity.sessions import rows_of

KEEP = TABLE["account.change"]
SHOWN = 50


@for_signed_in
@require_GET
def page(request):
    require_role(request, *KEEP.roles)
    said = FilterForm(request.GET)
    people = _filtered(said.cleaned_data if said.is_valid() else {})
    shown = Paginator(people, SHOWN).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "people": shown,
        "form": said,
        "bodies": bodies_by_kind(),
        "query": query.urlencode(),
        "act": KEEP,
    }
    return render(request, "people/list.html", context)


def _filtered(said: dict) -> QuerySet[User]:
    held = Post.objects.filter(is_active=True).select_related("organization")
    people = User.objects.order_by("username").prefetch_related(Prefetch("posts", held, to_attr="held"))
    of_his = Post.objects.filter(person=OuterRef("pk"), is_active=True)
    if words := said.get("q"):
        people = people.filter(
            Q(username__icontains=words) | Q(name__icontains=words) | Q(phone__icontains=words)
        )
    if body := said.get("body"):
        people = people.filter(Exists(of_his.filter(organization__code=body)))
    if role := said.get("role"):
        people = people.filter(Exists(of_his.filter(role=role)))
    state = said.get("state")
    if state == "off":
        return people.filter(is_active=False)
    if state == "first":
        return people.filter(is_active=True, must_change_password=True)
    if state == "locked":
        return people.filter(pk__in=lockouts.locks_of(people, timezone.now()))
    if state == "idle":
        return people.filter(~Exists(of_his), is_active=True)
    return people if state == "all" else people.filter(is_active=True)


@never_cache
@for_signed_in
@require_http_methods(["GET", "POST"])
def new(request):
    caller = require_role(request, *KEEP.roles)
    form = NewAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person, password = _create(caller, form.cleaned_data)
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            return _show_once(request, person, password)
    context = {"form": form, "act": TABLE["account.create"]}
    return render(request, "people/form.html", context, status=422 if form.errors else 200)


@use_case
def _create(caller: Caller, said: dict) -> tuple[User, str]:
    """The account and its first post, or neither."""
    actor, now = _keeper(caller), timezone.now()
    person, password = service.create(
        actor=actor, username=said["username"], name=said["name"], phone=said["phone"], now=now
    )
    if said["body"]:
        post = {name: said[name] for name in ("body", "role", "title")}
        service.assign(actor=actor, person=person, now=now, **post)
    return person, password


@never_cache
@for_signed_in
@require_http_methods(["GET", "POST"])
def one(request, pk: int):
    """The account with its posts and sign-ins; POST changes its facts."""
    caller, person = _found(request, pk)
    form = FactsForm(request.POST or None, initial={"name": person.name, "phone": person.phone})
    if request.method == "POST" and form.is_valid():
        try:
            service.change(actor=_keeper(caller), person=person, now=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            messages.success(request, "已保存。")
            return redirect("person", pk)
    posts = person.posts.select_related("organization", "assigned_by__person", "ended_by__person")
    context = {
        "person": person,
        "form": form,
        "held": [post for post in posts if post.is_active],
        "ended": [post for post in posts if not post.is_active],
        "sign_ins": rows_of(person),
        "is_self": person == request.user,
        "act": KEEP,
    }
    return render(request, "people/one.html", context, status=422 if form.errors else 200)


@for_signed_in
@require_http_methods(["GET", "POST"])
def assign(request, pk: int):
    caller, person = _found(request, pk)
    form = PostForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            post = service.assign(
                actor=_keeper(caller), person=person, now=timezone.now(), **form.cleaned_data
            )
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            messages.success(request, f"{person.name}已任{post}。")
            return redirect("person", pk)
    context = {"form": form, "person": person, "act": TABLE["account.assign"]}
    return render(request, "people/form.html", context, status=422 if form.errors else 200)


@never_cache
@for_signed_in
@require_http_methods(["GET", "POST"])
def password(request, pk: int):
    return _with_password(request, pk, "account.password", service.new_password)


@never_cache
@for_signed_in
@require_http_methods(["GET", "POST"])
def reactivate(request, pk: int):
    return _with_password(request, pk, "account.reactivate", service.reactivate)


def _with_password(request, pk: int, code: str, give):
    """Asks first; then shows the initial password, once."""
    caller, person = _found(request, pk)
    if request.method == "GET":
        return render(request, "people/ask.html", {"person": person, "act": TABLE[code], "code": code})
    try:
        given = give(actor=_keeper(caller), person=person, now=timezone.now())
    except Refusal as refusal:
        say_refusal(request, refusal)
        return redirect("person", pk)
    return _show_once(request, person, given)


@for_signed_in
@require_http_methods(["GET", "POST"])
def deactivate(request, pk: int):
    caller, person = _found(request, pk)
    held = person.posts.filter(is_active=True).select_related("organization")

    def leave(**said):
        leaving.deactivate(actor=_keeper(caller), person=person, **said)
        return f"{person.name}的账号已停用，登录已全部结束。"

    return _leaves(request, "account.deactivate", person, list(held), leave)


@for_signed_in
@require_http_methods(["GET", "POST"])
def end_post(request, pk: int):
    caller = require_role(request, *KEEP.roles)
    post = Post.objects.filter(pk=pk, is_active=True).select_related("person", "organization").first()
    if post is None:
        raise Http404("没有这个任职，或已经离任。")

    def leave(**said):
        leaving.end_post(actor=_keeper(caller), post=post, **said)
        return f"{post.person.name}已不再任{post}。"

    return _leaves(request, "account.end_post", post.person, [post], leave)


def _leaves(request, code: str, person: User, ending: list[Post], leave):
    """Shows what is open and asks who takes it over; what was named is judged again when it is done."""
    now = timezone.now()
    duties = open_duties.of(person, ending, now)
    form = LeavingForm(request.POST or None, duties=duties)
    if request.method == "POST" and form.is_valid():
        try:
            said = leave(reason=form.cleaned_data["reason"], successors=form.successors, now=now)
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            messages.success(request, said)
            return redirect("person", person.pk)
    context = {
        "form": form,
        "person": person,
        "ending": ending,
        "duties": duties,
        "act": TABLE[code],
        "code": code,
    }
    return render(request, "people/leaving.html", context, status=422 if form.errors else 200)


@for_signed_in
@require_POST
def end_sessions(request, pk: int):
    caller, person = _found(request, pk)
    ended = signed_in.end_all(actor=_keeper(caller), person=person, now=timezone.now())
    messages.success(request, f"已结束{person.name}的 {ended} 个登录。")
    return redirect("person", pk)


def _show_once(request, person: User, given: str):
    return render(
        request, "people/password.html", {"person": person, "given": given, "act": TABLE["account.password"]}
    )


def _found(request, pk: int) -> tuple[Caller, User]:
    caller = require_role(request, *KEEP.roles)
    person = User.objects.filter(pk=pk).first()
    if person is None:
        raise Http404("没有这个账号。")
    return caller, person


def _keeper(caller: Caller) -> Actor:
    """Of several administrator's posts, the first: they do not differ in what they may."""
    return caller.actors_for(KEEP.code)[0]
