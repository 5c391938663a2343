"""What may still be asked of who stands at the door: a second factor, a new password, the enrolment of a factor."""

import segno
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from incidents.models import User
from incidents.refusals import Refusal
from incidents.services.identity import accounts, second_factors
from incidents.web.caller import add_refusal_to_form
from incidents.web.identity import shown_once
from incidents.web.identity.account_forms import AppForm, PasskeyForm, PasswordForm, VerifyForm
from incidents.web.identity.accounts import the_office
from incidents.web.identity.door import Visitor, at_the_door, go_on

SEED = "seed_to_enrol"


@never_cache
@require_http_methods(["GET", "POST"])
@at_the_door("door-verify")
def verify(request, visitor: Visitor, person: User):
    form = VerifyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            code = form.cleaned_data["code"]
            visitor.factor = second_factors.verify(person=person, code=code, now=timezone.now())
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            return go_on(request, visitor, person)
    kinds = {second_factors.kind_of(factor) for factor in second_factors.factors_of(person)}
    context = {
        "form": form,
        "has_app": second_factors.APP in kinds,
        "has_passkey": second_factors.PASSKEY in kinds,
        "office": the_office(),
    }
    return render(request, "registration/verify.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@at_the_door("door-password")
def password(request, visitor: Visitor, person: User):
    form = PasswordForm(request.POST or None, person=person, proven=True)
    if request.method == "POST" and form.is_valid() and change_password(person, form):
        visitor.digest = person.get_session_auth_hash()
        return go_on(request, visitor, person)
    context = {"form": form, "person": person}
    return render(request, "registration/new_password.html", context, status=422 if form.errors else 200)


def change_password(person: User, form: PasswordForm) -> bool:
    try:
        accounts.change_password(person, form.cleaned_data["new"], timezone.now())
    except Refusal as refusal:
        add_refusal_to_form(form, refusal)
        return False
    return True


@never_cache
@require_http_methods(["GET", "POST"])
@at_the_door("door-enrol")
def enrol(request, visitor: Visitor, person: User):
    form = AppForm(request.POST or None, proven=True)
    if request.method == "POST" and form.is_valid():
        try:
            codes = enrol_app(request, person, form)
        except Refusal as refusal:
            add_refusal_to_form(form, refusal)
        else:
            return enrolled(request, visitor, person, second_factors.APP, codes)
    context = {
        "form": form,
        "passkey_form": PasskeyForm(proven=True),
        "person": person,
        "office": the_office(),
        **square(request, person),
    }
    return render(request, "registration/enrol.html", context, status=422 if form.errors else 200)


def enrolled(request, visitor: Visitor, person: User, factor: str, codes: list[str]):
    """Inside, past the page that shows the recovery codes."""
    person.refresh_from_db()
    visitor.factor, visitor.digest = factor, person.get_session_auth_hash()
    answer = go_on(request, visitor, person)
    return shown_once.show(request, codes, visitor.url) if codes else answer


def enrol_app(request, person: User, form: AppForm) -> list[str]:
    said = form.cleaned_data
    codes = second_factors.enrol_app(
        person=person,
        sealed=request.session.get(SEED) or second_factors.new_seed(),
        code=said["code"],
        name=said["name"],
        now=timezone.now(),
    )
    del request.session[SEED]
    return codes


def square(request, person: User) -> dict:
    """The QR code, drawn here, and the seed in letters for who can't scan; the same until it is enrolled."""
    sealed = request.session.setdefault(SEED, second_factors.new_seed())
    address = second_factors.address_for_apps(person, sealed)
    text = second_factors.seed_as_text(sealed)
    return {
        "square": segno.make(address, error="m").svg_data_uri(scale=4, border=3, light="#fff"),
        "seed": " ".join(text[at : at + 4] for at in range(0, len(text), 4)),
    }
