"""Who stands at the door, and how a refusal is shown to him: small helpers that every page uses."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse

from incidents.refusals import FieldError, Refusal
from incidents.roles import Caller
from incidents.web import kept_forms


def caller_of(request) -> Caller:
    """The signed-in person with all his posts, in a drill with those that take part in it; asked once per request."""
    if not hasattr(request, "_caller"):
        drill = getattr(request, "drill", None)
        request._caller = in_earnest(request).in_drill(drill) if drill else in_earnest(request)
    return request._caller


def in_earnest(request) -> Caller:
    """The signed-in person with all his posts, also where he is in a drill."""
    user = request.user
    return Caller.of_user(user) if user.is_authenticated else Caller(())


def signed_in(view):
    """Only for people who are signed in. A fragment answers 401, so that no login page lands inside a page; what a
    form sends after its session has ended is kept until its sender is back (`kept_forms`).

    An address that holds the character NUL, which no text in the database can hold, leads nowhere (404).
    """
    page = login_required(view)

    @wraps(view)
    def wrapped(request, *args, **kwargs):
        if not request.user.is_authenticated and getattr(request, "htmx", False):
            return HttpResponse(status=401, headers={"HX-Trigger": "zmd:session-ended"})
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise Http404("地址里有不能识别的字符。")
        if request.method == "POST":
            if not request.user.is_authenticated and kept_forms.keep(request):
                return kept_forms.to_sign_in()
            kept_forms.sent(request)
        return page(request, *args, **kwargs)

    return wrapped


def require_role(request, *roles: str) -> Caller:
    """The caller, if he holds one of these roles; else the page does not exist for him (404)."""
    caller = caller_of(request)
    if not caller.roles.intersection(roles):
        raise Http404("没有这个页面，或您的职务看不到它。")
    return caller


def add_refusal_to_form(form, refusal: Refusal):
    """Puts a service's refusal where the person can mend it: at the field it names, else on top of the form."""
    errors = refusal.errors or [FieldError("", refusal.code, refusal.detail, refusal.clause)]
    for error in errors:
        form.add_error(field_of(form, error.pointer), words_of(error.detail, error.clause))


def field_of(form, pointer: str) -> str | None:
    """The field that a pointer such as `/report/deaths` means in this form; None for the form as a whole.

    A form whose fields bear other names says so in `pointer_fields`, e.g. {"oral_report/at": "oral_at"}.
    """
    path = pointer.strip("/").removeprefix("report/")
    named = getattr(form, "pointer_fields", {}).get(path, path.split("/")[0])
    return named if named in form.fields else None


def words_of(detail: str, clause: str) -> str:
    return f"{detail}（§{clause}）" if clause else detail


def say_refusal(request, refusal: Refusal):
    """A refusal of an act without a form, as a message with its clause."""
    messages.error(request, str(refusal))
