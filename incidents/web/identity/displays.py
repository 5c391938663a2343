"""大屏: the wall's screens, each with its read-only link: given (the address is shown once), seen in use, ended."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from incidents.models import DisplayLink
from incidents.refusals import Invalid, Refusal
from incidents.roles import TABLE, Actor, Caller
from incidents.services.identity import displays as service
from incidents.web.caller import add_refusal_to_form, require_role, say_refusal, signed_in
from incidents.web.choosers import add_post_choice, dress
from incidents.web.times import TimedForm

GIVE = TABLE["display.give"]
LIVES = service.SEEN_EVERY * 3
"""A screen that has asked within this time is on."""


class GiveForm(TimedForm):
    name = forms.CharField(
        label="设备名称",
        max_length=40,
        help_text="挂在哪里、哪一台，如“值班室东墙大屏”",
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": "请填写设备名称。"},
    )
    office = forms.ChoiceField(label="显示哪个应急办的态势")

    def __init__(self, *args, caller: Caller, **kwargs):
        super().__init__(*args, **kwargs)
        offices = [(office.code, office.name) for office in service.offices_of(caller.actors)]
        self.fields["office"].choices = offices
        if len(offices) == 1:
            self.fields["office"].widget, self.fields["office"].initial = forms.HiddenInput(), offices[0][0]
        add_post_choice(self, caller, GIVE.code)
        dress(self)


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def page(request):
    caller = require_role(request, *GIVE.roles)
    now = timezone.now()
    form = GiveForm(request.POST or None, caller=caller, now=now)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actor = caller.actor_for(GIVE.code, data.get("post"))
            given, secret = service.give(actor=actor, office=data["office"], name=data["name"], now=now)
        except Invalid as refusal:
            add_refusal_to_form(form, refusal)
        except Refusal as refusal:
            say_refusal(request, refusal)
        else:
            form = GiveForm(caller=caller, now=now)
            return _show(request, caller, form, {"given": given, "address": _address(request, secret)})
    return _show(request, caller, form, {}, 422 if form.errors else 200)


def _show(request, caller: Caller, form: GiveForm, more: dict, status: int = 200):
    links = list(service.links_of(caller.actors))
    now = timezone.now()
    context = {
        "form": form,
        "act": GIVE,
        "open": [(link, _is_on(link, now)) for link in links if link.ended_at is None],
        "ended": [link for link in links if link.ended_at],
    }
    return render(request, "incidents/identity/displays.html", context | more, status=status)


def _is_on(link: DisplayLink, now) -> bool:
    return link.last_seen_at is not None and link.last_seen_at > now - LIVES


def _address(request, secret: str) -> str:
    path = reverse("wall", args=[secret])
    return settings.BASE_URL + path if settings.BASE_URL else request.build_absolute_uri(path)


@signed_in
@require_http_methods(["GET", "POST"])
def end(request, link: int):
    """Asks first: an ended link can't be opened again."""
    caller = require_role(request, *TABLE["display.end"].roles)
    found = service.links_of(caller.actors).filter(pk=link, ended_at=None).first()
    if found is None:
        raise Http404("没有这个大屏链接，或已经停用。")
    if request.method == "GET":
        return render(
            request, "incidents/identity/display_end.html", {"link": found, "act": TABLE["display.end"]}
        )
    try:
        service.end(actor=_in_charge(caller, found), link=link, now=timezone.now())
    except Refusal as refusal:
        say_refusal(request, refusal)
    else:
        messages.success(request, f"大屏链接“{found}”已停用，设备在 30 秒内不再显示。")
    return redirect("displays")


def _in_charge(caller: Caller, link: DisplayLink) -> Actor:
    """The post in which he looks after this office's screens; of several, the director's goes first."""
    able = [
        actor
        for actor in caller.actors_for("display.end")
        if service.links_of([actor]).filter(pk=link.pk).exists()
    ]
    return min(able, key=lambda actor: actor.organization.pk != link.office_id)
