"""登录会话: where one is signed in, and ending it; and the page's side of the idle time-out: how long is left, going on,
and coming back without losing what was typed (`js/session.js`)."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from incidents.models import SignedInSession, User
from incidents.refusals import NotFound
from incidents.roles import Actor
from incidents.services.identity import signed_in as service
from incidents.web import kept_forms
from incidents.web.caller import signed_in
from incidents.web.identity.devices import device_of
from incidents.web.middleware import seconds_left, use


@dataclass(frozen=True)
class Row:
    sign_in: SignedInSession
    device: str
    is_here: bool


def rows_of(person: User, here: str | None = None) -> list[Row]:
    """Where the person is signed in; `here`: the key of the session that asks, which comes first."""
    living = service.living(person, timezone.now())
    rows = [Row(each, device_of(each.agent), each.session_id == here) for each in living]
    return sorted(rows, key=lambda row: not row.is_here)


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def own(request):
    """The list; POST ends all others."""
    here = request.session.session_key
    if request.method == "POST":
        now, actor = timezone.now(), Actor(person=request.user)
        ended = service.end_all(actor=actor, person=request.user, but=here, now=now)
        messages.success(request, f"已结束其他 {ended} 个登录。" if ended else "没有其他登录。")
        return redirect("sessions")
    return render(request, "account/sessions.html")


@signed_in
@require_POST
def end(request, pk: int):
    try:
        service.end(actor=Actor(person=request.user), person=request.user, session=pk, now=timezone.now())
    except NotFound as refusal:
        raise Http404(str(refusal)) from refusal
    messages.success(request, "已结束这个登录。")
    return redirect("sessions")


@never_cache
@require_http_methods(["GET", "POST"])
def state(request):
    """Who is signed in, and for how long yet; POST: he is at work. Asking alone does not lengthen it. Whom nobody knows
    gets no CSRF token here: the page that asks every two seconds would take it from the sign-in form in the next tab."""
    person = request.user
    if request.method == "POST":
        if not person.is_authenticated:
            return HttpResponse(status=401)
        use(request, every=0)
    if not person.is_authenticated:
        return JsonResponse({"person": None, "left": 0})
    get_token(request)
    return JsonResponse({"person": person.pk, "left": seconds_left(request)})


@never_cache
@signed_in
@require_GET
def again(request):
    """Where signing in again in another tab ends: the page that was left goes on by itself."""
    return render(request, "account/signed_in_again.html")


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def resume(request):
    """What was sent too late, ready to be sent; POST throws it away."""
    form = kept_forms.of(request)
    if request.method == "POST":
        kept_forms.forget(request)
        messages.success(request, "已放弃先前未提交的内容。")
        return redirect("home")
    if form is None:
        return redirect("home")
    return render(request, "account/resume.html", {"form": form})
