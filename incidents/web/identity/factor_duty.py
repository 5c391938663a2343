"""Who is in with one factor and holds a post that demands two (given to him meanwhile) is led back to the door."""

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from incidents.api import problems
from incidents.services.identity import accounts, second_factors
from incidents.web import kept_forms
from incidents.web.caller import caller_of
from incidents.web.identity import door

WORDS = "您的职务须用第二重验证登录，请退出后重新登录。"


class FactorDuty:
    """Costs nothing where the session has a second factor, where there is none, or where the duty is off."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not settings.SECOND_FACTOR_DUTY or settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        if not request.user.is_authenticated or request.session.get(door.FACTOR):
            return None
        if not second_factors.are_owed_by(caller_of(request).roles):
            return None
        if problems.is_api(request):
            return problems.plain(problems.document(403, "second_factor_needed", WORDS))
        if request.htmx:
            return HttpResponse(status=401, headers={"HX-Redirect": reverse("login")})
        accounts.led_back(request.user, timezone.now())
        logout(request)
        if request.method == "POST":
            return kept_forms.to_sign_in() if kept_forms.keep(request) else redirect_to_login(reverse("home"))
        return redirect_to_login(request.get_full_path())
